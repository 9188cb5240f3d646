/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_life - a store is made, emptied and freed; a process leaves it; the baseline is set */
#include "model/store_priv.h"

#include "base/xalloc.h"

#include <stdlib.h>

/* Makes the tables of a store that is all zero otherwise. */
static void init_tables(struct store *store)
{
	proc_table_init(&store->table);
	intern_init(&store->texts);
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		group_table_init(&store->groups[kind]);
	cgroups_init(&store->cgroups);
	containers_init(&store->containers);
	store->system_series = series_new(SYSTEM_CHANNELS);
}

struct store *store_new(void)
{
	struct store *store = xalloc_zero(1, sizeof(*store));

	init_tables(store);
	return store;
}

/* Texts are shared with others who have the same and go with the last of them. */
static void proc_done(struct store *store, struct proc *proc)
{
	intern_drop(&store->texts, proc->comm);
	intern_drop(&store->texts, proc->name);
	intern_drop(&store->texts, proc->cmdline);
	intern_drop(&store->texts, proc->cgroup);
	series_free(proc->series);
	free(proc->trend);
	free(proc->rare);
	store->sharers -= proc->share != NULL;
	free(proc->share);
}

/* In the order of who points to whom: processes hold texts, so these go after them. */
static void store_done(struct store *store)
{
	for (size_t i = 0; i < store->table.count; i++)
		proc_done(store, &store->table.procs[i]);
	proc_table_done(&store->table);
	free(store->active);
	intern_done(&store->texts);
	for (size_t i = 0; i < store->nusers; i++)
		free(store->users[i].name);
	free(store->users);
	cgroups_done(&store->cgroups);
	containers_done(&store->containers);
	kill_done(&store->kills);
	store_forget_tmpfs(store);
	maps_table_done(&store->maps);
	findings_table_done(&store->findings);
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		group_table_done(&store->groups[kind]);
	series_free(store->system_series);
}

void store_free(struct store *store)
{
	if (store == NULL)
		return;
	store_done(store);
	free(store);
}

/* The name and whoever listens belong to the source and not to what it told, so they stay. */
void store_reset(struct store *store)
{
	struct store kept = {
		.header = store->header,
		.name = store->name,
		.tell_forget = store->tell_forget,
		.tell_context = store->tell_context,
	};

	store_done(store);
	*store = kept;
	init_tables(store);
}

void store_remove(struct store *store, struct proc *proc)
{
	store_note_gone(store, proc, true);
	store_drop(store, proc);
}

/* Listeners are told first, while its figures are whole.  The last of the table takes the free
 * place, and its mark with it. */
void store_drop(struct store *store, struct proc *proc)
{
	uint32_t last = (uint32_t)store->table.count - 1;
	uint32_t place = proc->index;

	if (store->tell_forget != NULL)
		store->tell_forget(store->tell_context, proc);
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		store_group_leave(store, proc, (enum group_kind)kind);
	proc_done(store, proc);
	proc_table_remove(&store->table, proc);
	store_mark_active(store, place, store_is_active(store, last));
	store_mark_active(store, last, false);
}

void store_set_baseline(struct store *store)
{
	for (size_t i = 0; i < store->table.count; i++)
		store->table.procs[i].base_kib = store_own_kib(&store->table.procs[i]);
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		for (size_t i = 0; i < store->groups[kind].count; i++)
			store->groups[kind].all[i].base_kib =
				group_own_kib(&store->groups[kind].all[i]);
	store->baseline_ms = store->now_ms;
	maps_table_set_baseline(&store->maps, store->now_ms);
	findings_table_set_baseline(&store->findings);
}
