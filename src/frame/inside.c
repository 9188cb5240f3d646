/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - see inside.h; copies of an answer */
#include "frame/inside.h"

#include "frame/frame.h"

#include <string.h>

/* Those of COUNT items of SIZE bytes, each beginning with its pid, that are about PID; *KEPT gets
 * their number. */
static void *keep(struct arena *arena, const void *items, size_t count, size_t size, int32_t pid,
	size_t *kept)
{
	char *to = arena_take(arena, count, size);

	*kept = 0;
	for (size_t i = 0; i < count; i++) {
		const char *item = (const char *)items + i * size;

		if (memcmp(item, &pid, sizeof(pid)) == 0)
			memcpy(to + size * (*kept)++, item, size);
	}
	return to;
}

static void own(struct arena *arena, const char **text)
{
	*text = arena_text(arena, *text, strlen(*text));
}

static void copy_lists(struct frame *to, const struct frame *from, int32_t pid)
{
	struct arena *arena = &to->arena;

	to->inside_types = keep(arena, from->inside_types, from->ninside_types,
		sizeof(*from->inside_types), pid, &to->ninside_types);
	to->inside_arenas = keep(arena, from->inside_arenas, from->ninside_arenas,
		sizeof(*from->inside_arenas), pid, &to->ninside_arenas);
	to->inside_holders = keep(arena, from->inside_holders, from->ninside_holders,
		sizeof(*from->inside_holders), pid, &to->ninside_holders);
	to->inside_unknowns = keep(arena, from->inside_unknowns, from->ninside_unknowns,
		sizeof(*from->inside_unknowns), pid, &to->ninside_unknowns);
	for (size_t i = 0; i < to->ninside_types; i++)
		own(arena, &to->inside_types[i].name);
	for (size_t i = 0; i < to->ninside_arenas; i++)
		own(arena, &to->inside_arenas[i].name);
	for (size_t i = 0; i < to->ninside_holders; i++)
		own(arena, &to->inside_holders[i].path);
	for (size_t i = 0; i < to->ninside_unknowns; i++) {
		own(arena, &to->inside_unknowns[i].what);
		own(arena, &to->inside_unknowns[i].why);
	}
}

void inside_copy(struct frame *to, const struct frame *from, size_t index)
{
	struct arena *arena = &to->arena;
	struct proc_inside *inside = arena_take(arena, 1, sizeof(*inside));

	*inside = from->insides[index];
	own(arena, &inside->type);
	own(arena, &inside->why);
	own(arena, &inside->allocator);
	own(arena, &inside->hint);
	own(arena, &inside->runtime);
	to->insides = inside;
	to->ninsides = 1;
	copy_lists(to, from, inside->pid);
}
