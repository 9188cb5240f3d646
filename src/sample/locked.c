/* SPDX-License-Identifier: GPL-2.0-or-later */
/* locked - see locked.h */
#include "sample/locked.h"

enum { WAIT_MAX_S = 60 };

/* Where ID stands, or the count. */
static size_t place_of(const struct locked *locked, struct ident id)
{
	size_t place = 0;

	while (place < locked->count && !ident_same(locked->processes[place].id, id))
		place++;
	return place;
}

/* Room for one more: at the end, or in the place of the one that was asked longest ago. */
static size_t new_place(struct locked *locked)
{
	size_t oldest = 0;

	if (locked->count < LOCKED_MAX)
		return locked->count++;
	for (size_t i = 1; i < locked->count; i++)
		if (locked->processes[i].again_ms < locked->processes[oldest].again_ms)
			oldest = i;
	return oldest;
}

uint64_t locked_note(struct locked *locked, struct ident id, bool held, uint64_t now_ms)
{
	size_t place = place_of(locked, id);

	if (place == locked->count) {
		place = new_place(locked);
		locked->processes[place] = (struct locked_process){ .id = id, .since_ms = now_ms };
	}
	struct locked_process *process = &locked->processes[place];
	process->wait_s = process->wait_s == 0 ? 1 : process->wait_s * 2;
	if (process->wait_s > WAIT_MAX_S)
		process->wait_s = WAIT_MAX_S;
	process->again_ms = now_ms + process->wait_s * 1000u;
	if (!held) /* of its lock nothing is known: what was counted so far is no more */
		process->since_ms = now_ms;
	return now_ms - process->since_ms;
}

void locked_forget(struct locked *locked, struct ident id)
{
	size_t place = place_of(locked, id);

	if (place < locked->count)
		locked->processes[place] = locked->processes[--locked->count];
}

bool locked_may_ask(const struct locked *locked, struct ident id, uint64_t now_ms)
{
	size_t place = place_of(locked, id);

	return place == locked->count || now_ms >= locked->processes[place].again_ms;
}
