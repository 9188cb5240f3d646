/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slots - see slots.h; does not read /proc */
#include "sample/slots.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void slots_init(struct slots *table)
{
	*table = (struct slots){ 0 };
}

static void release(struct slots *table, struct proc_slot *slot)
{
	if (slot->cmdline != NULL)
		table->text_bytes -= strlen(slot->cmdline) + 1;
	free(slot->cmdline);
	free(slot->comm);
	if (slot->fd >= 0)
		close(slot->fd);
}

void slots_done(struct slots *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->count; i++)
		release(table, &table->slots[i]);
	free(table->slots);
	slots_init(table);
}

struct proc_slot *slots_find(const struct slots *table, int32_t pid)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->slots[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == table->count || table->slots[low].pid != pid)
		return NULL;
	return &table->slots[low];
}

void slots_merge(struct slots *table, const struct proc_slot *born, size_t count)
{
	size_t old = table->count, to = old + count;

	if (count == 0)
		return;
	table->slots = xalloc_room(table->slots, &table->cap, to, sizeof(*table->slots));
	table->count = to;
	/* from the end, so that what has a greater pid moves once */
	while (count > 0) {
		if (old > 0 && table->slots[old - 1].pid > born[count - 1].pid)
			table->slots[--to] = table->slots[--old];
		else
			table->slots[--to] = born[--count];
	}
}

size_t slots_sweep(struct slots *table)
{
	size_t kept = 0, closed = 0;

	for (size_t i = 0; i < table->count; i++) {
		struct proc_slot *slot = &table->slots[i];

		if (slot->flags & SLOT_DEAD) {
			closed += slot->fd >= 0;
			release(table, slot);
			continue;
		}
		if (kept != i)
			table->slots[kept] = *slot;
		kept++;
	}
	table->count = kept;
	return closed;
}

void slots_set_cmdline(struct slots *table, struct proc_slot *slot, const char *text)
{
	size_t size = strlen(text) + 1;

	if (slot->cmdline != NULL)
		table->text_bytes -= strlen(slot->cmdline) + 1;
	free(slot->cmdline);
	slot->cmdline = NULL;
	if (table->text_bytes + size > SLOTS_TEXT_MAX)
		return;
	slot->cmdline = xalloc_text(text);
	table->text_bytes += size;
}

void slots_unsettle(struct slots *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->slots[i].flags & SLOT_WATCHED)
			table->slots[i].flags |= SLOT_OWED;
}

bool slots_owes(const struct slots *table)
{
	for (size_t i = 0; i < table->count; i++) {
		uint32_t flags = table->slots[i].flags;

		if ((flags & SLOT_WATCHED) && (flags & SLOT_OWED) && !(flags & SLOT_DEAD))
			return true;
	}
	return false;
}
