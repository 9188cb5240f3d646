/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_table - array and hash of processes; knows nothing of what they own */
#include "model/proc_table.h"

#include "base/xalloc.h"
#include "model/store.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };

/* The hash holds places, not pointers: the array moves when it grows. */
static uint32_t hash_of(const void *owner, uint32_t place)
{
	return hash_number((uint32_t)((const struct proc_table *)owner)->procs[place].id.pid);
}

void proc_table_init(struct proc_table *table)
{
	*table = (struct proc_table){ .hash = { .of = hash_of } };
}

void proc_table_done(struct proc_table *table)
{
	if (table == NULL)
		return;
	free(table->procs);
	hash_done(&table->hash);
	proc_table_init(table);
}

struct proc *proc_table_find(const struct proc_table *table, int32_t pid)
{
	struct hash_walk walk = hash_walk(&table->hash, hash_number((uint32_t)pid));
	uint32_t place;

	while (hash_next(&walk, &place))
		if (table->procs[place].id.pid == pid)
			return &table->procs[place];
	return NULL;
}

struct proc *proc_table_add(struct proc_table *table, int32_t pid)
{
	if (table->count == table->cap) {
		table->cap = table->cap ? table->cap + table->cap / 2 : FIRST;
		table->procs = xalloc_grow(table->procs, table->cap, sizeof(*table->procs));
	}
	struct proc *proc = &table->procs[table->count];
	memset(proc, 0, sizeof(*proc));
	proc->id.pid = pid;
	proc->index = (uint32_t)table->count;
	hash_add(&table->hash, table, proc->index);
	table->count++;
	return proc;
}

/* Gives memory back when most processes have gone. */
static void shrink(struct proc_table *table)
{
	if (table->cap <= FIRST || table->count > table->cap / 4)
		return;
	table->cap /= 2;
	table->procs = xalloc_grow(table->procs, table->cap, sizeof(*table->procs));
	hash_shrink(&table->hash, table, (uint32_t)table->count);
}

/* The last process takes the place, so that there are no holes to skip in what is walked at every
 * tick; who keeps places learns of it through proc->index. */
void proc_table_remove(struct proc_table *table, struct proc *proc)
{
	uint32_t place = proc->index;
	const struct proc *last = &table->procs[table->count - 1];

	hash_remove(&table->hash, table, place, last->index);
	if (proc != last) {
		*proc = *last;
		proc->index = place;
	}
	table->count--;
	shrink(table);
}
