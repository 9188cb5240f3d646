/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_bytes - the memory that a store and its parts take, about; tests hold it to bounds */
#pragma once

#include "model/store_priv.h"

#include <string.h>

static inline size_t proc_table_bytes(const struct proc_table *table)
{
	return table->count * sizeof(*table->procs) + hash_bytes(&table->hash);
}

static inline size_t group_table_bytes(const struct group_table *table)
{
	size_t bytes = table->cap * sizeof(*table->all) + hash_bytes(&table->hash);

	for (size_t i = 0; i < table->count; i++) {
		const struct group *group = &table->all[i];
		bytes += group->trend != NULL ? sizeof(*group->trend) : 0;
		bytes += group->series != NULL ? series_bytes(group->series) : 0;
	}
	return bytes;
}

static inline size_t containers_bytes(const struct containers *containers)
{
	size_t bytes = containers->cap * sizeof(*containers->all) + hash_bytes(&containers->hash) +
		       containers->nplaces * sizeof(*containers->places);

	for (size_t i = 0; i < containers->count; i++) {
		const struct container *container = &containers->all[i];
		bytes += strlen(container->path) + 1 +
			 container->nmounts * sizeof(*container->mounts);
		bytes += container->trend != NULL ? sizeof(*container->trend) : 0;
		bytes += container->series != NULL ? series_bytes(container->series) : 0;
	}
	return bytes;
}

static inline size_t store_bytes(const struct store *store)
{
	size_t bytes = sizeof(*store) + proc_table_bytes(&store->table) +
		       intern_bytes(&store->texts) + series_bytes(store->system_series) +
		       store->active_words * sizeof(*store->active) +
		       store->users_cap * sizeof(*store->users) +
		       store->cgroups.cap * sizeof(*store->cgroups.all) +
		       containers_bytes(&store->containers);

	for (int kind = 0; kind < GROUP_KINDS; kind++)
		bytes += group_table_bytes(&store->groups[kind]);
	for (size_t i = 0; i < store->table.count; i++) {
		const struct proc *proc = &store->table.procs[i];
		bytes += proc->series != NULL ? series_bytes(proc->series) : 0;
		bytes += proc->trend != NULL ? sizeof(*proc->trend) : 0;
		bytes += proc->rare != NULL ? sizeof(*proc->rare) : 0;
		bytes += proc->share != NULL ? sizeof(*proc->share) : 0;
	}
	return bytes;
}
