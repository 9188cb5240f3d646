/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_table - array and hash of processes; knows nothing of what they own */
#include "model/proc_table.h"

#include "base/xalloc.h"
#include "model/store.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };

void proc_table_init(struct proc_table *table)
{
	*table = (struct proc_table){ 0 };
}

void proc_table_done(struct proc_table *table)
{
	if (!table)
		return;
	free(table->procs);
	free(table->slots);
	proc_table_init(table);
}

static size_t home_of(const struct proc_table *table, int32_t pid)
{
	return ((uint32_t)pid * 2654435769u >> 7) & (table->nslots - 1);
}

/* Where PID is, or the free slot where it would go. */
static size_t slot_of(const struct proc_table *table, int32_t pid)
{
	size_t i = home_of(table, pid);

	while (table->slots[i] && table->procs[table->slots[i] - 1].id.pid != pid)
		i = (i + 1) & (table->nslots - 1);
	return i;
}

struct proc *proc_table_find(const struct proc_table *table, int32_t pid)
{
	if (table->count == 0)
		return NULL;
	uint32_t place = table->slots[slot_of(table, pid)];
	return place ? &table->procs[place - 1] : NULL;
}

static void rehash(struct proc_table *table, size_t nslots)
{
	free(table->slots);
	table->nslots = nslots;
	table->slots = xalloc_zero(nslots, sizeof(*table->slots));
	for (size_t i = 0; i < table->count; i++)
		table->slots[slot_of(table, table->procs[i].id.pid)] = (uint32_t)i + 1;
}

struct proc *proc_table_add(struct proc_table *table, int32_t pid)
{
	if (table->count == table->cap) {
		table->cap = table->cap ? table->cap + table->cap / 2 : FIRST;
		table->procs = xalloc_grow(table->procs, table->cap, sizeof(*table->procs));
	}
	if ((table->count + 1) * 3 > table->nslots * 2)
		rehash(table, table->nslots ? table->nslots * 2 : FIRST * 2);
	struct proc *proc = &table->procs[table->count];
	memset(proc, 0, sizeof(*proc));
	proc->id.pid = pid;
	proc->index = (uint32_t)table->count;
	table->slots[slot_of(table, pid)] = proc->index + 1;
	table->count++;
	return proc;
}

/* Empties slot I and moves up what was pushed past it. */
static void vacate(struct proc_table *table, size_t i)
{
	size_t mask = table->nslots - 1;

	for (size_t j = (i + 1) & mask; table->slots[j]; j = (j + 1) & mask) {
		size_t home = home_of(table, table->procs[table->slots[j] - 1].id.pid);
		if (((j - home) & mask) >= ((j - i) & mask)) {
			table->slots[i] = table->slots[j];
			i = j;
		}
	}
	table->slots[i] = 0;
}

/* Gives memory back when most processes have gone. */
static void shrink(struct proc_table *table)
{
	if (table->cap <= FIRST || table->count > table->cap / 4)
		return;
	table->cap /= 2;
	table->procs = xalloc_grow(table->procs, table->cap, sizeof(*table->procs));
	if (table->count * 6 < table->nslots)
		rehash(table, table->nslots / 2);
}

void proc_table_remove(struct proc_table *table, struct proc *proc)
{
	uint32_t place = proc->index;
	const struct proc *last = &table->procs[table->count - 1];

	vacate(table, slot_of(table, proc->id.pid));
	if (proc != last) {
		table->slots[slot_of(table, last->id.pid)] = place + 1;
		*proc = *last;
		proc->index = place;
	}
	table->count--;
	shrink(table);
}

size_t proc_table_bytes(const struct proc_table *table)
{
	return table->count * sizeof(*table->procs) + table->nslots * sizeof(*table->slots);
}
