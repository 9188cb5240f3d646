/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_container_answers - what is asked of containers (containers.h), from their rows as the last
 * tick left them (store_containers.c) */
#include "model/store_priv.h"

#include "base/unfilled.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t store_container_count(const struct store *store)
{
	return store->containers.count;
}

const struct container *store_container_at(const struct store *store, size_t index)
{
	return &store->containers.all[index];
}

const struct container *store_container_find(const struct store *store, const char *path)
{
	return containers_find(&store->containers, path, strlen(path));
}

/* The row of processes whose cgroup is CGROUP, a text of the store's: known without a search. */
static const struct container *row_of_group(const struct store *store, const char *cgroup)
{
	const struct group *group = group_table_find(&store->groups[GROUP_CGROUP],
		(uint64_t)(uintptr_t)cgroup);

	return group != NULL && group->row > 0 && !store->containers.unlinked
		       ? &store->containers.all[group->row - 1]
		       : NULL;
}

const struct container *store_container_of(const struct store *store, const char *cgroup)
{
	const struct container *row = cgroup != NULL ? row_of_group(store, cgroup) : NULL;

	return row != NULL || cgroup == NULL ? row : containers_row_of(&store->containers, cgroup);
}

const struct container *store_container_parent(const struct store *store,
	const struct container *container)
{
	if (store->containers.unlinked)
		return containers_above(&store->containers, container);
	return container->up > 0 ? &store->containers.all[container->up - 1] : NULL;
}

const char *store_container_limits(char room[CONTAINER_LIMITS_MAX],
	const struct container *container)
{
	if (container->kind != CGPATH_PODMAN && container->kind != CGPATH_CRIO)
		return container->path;
	snprintf(room, CONTAINER_LIMITS_MAX, "%s/container", container->path);
	return room;
}

void store_container_bind(const struct store *store, struct container *container)
{
	char room[CONTAINER_LIMITS_MAX] UNFILLED;
	const char *path = store_container_limits(room, container);
	uint32_t place = cgroups_place(&store->cgroups, path);

	container->limits = place;
	container->bound = place > 0 && strlen(store->cgroups.all[place - 1].path) == strlen(path);
}

void store_container_see(struct store *store)
{
	const struct cgroup_figures *group = store->container;
	const struct container *it = group != NULL ? store_container_find(store, group->path)
						   : NULL;

	if (group != NULL)
		cgroups_see_parts(&store->seen, group,
			it != NULL && it->known & CONTAINER_HAS_PARTS ? &it->parts : NULL);
}

struct limit store_container_limit(const struct store *store, const struct container *container)
{
	char room[CONTAINER_LIMITS_MAX] UNFILLED;
	uint64_t swap_free_kib = store->system.swap_free_kib;

	if (container->limits > 0 && !store->containers.unlinked && !store->cgroups.unlinked)
		return cgroups_limit_at(&store->cgroups, container->limits, swap_free_kib);
	return cgroups_limit(&store->cgroups, store_container_limits(room, container),
		swap_free_kib);
}

bool store_container_full(const struct store *store, const struct container *container,
	double *percent)
{
	struct limit limit = store_container_limit(store, container);
	uint64_t held_kib = container->unreclaimable_kib;

	if (container->gone_ms != 0 && container->kill.limit_kib != UINT64_MAX)
		limit = (struct limit){ LIMIT_CGROUP, 0, container->kill.limit_kib,
			container->path };
	if (limit.kind == LIMIT_NONE || limit.limit_kib == 0 || limit.limit_kib == UINT64_MAX)
		return false;
	if (limit.cgroup == NULL || strcmp(limit.cgroup, container->path) != 0) {
		const struct cgroup_figures *of = limit.cgroup != NULL
							  ? store_cgroup(store, limit.cgroup)
							  : NULL;

		if (of == NULL || !(of->known & CGROUP_PARTS))
			return false;
		held_kib = of->usage_kib > of->reclaimable_kib ? of->usage_kib - of->reclaimable_kib
							       : 0;
	} else if (!(container->known & CONTAINER_HAS_PARTS)) {
		return false;
	}
	*percent = 100 * (double)held_kib / (double)limit.limit_kib;
	return true;
}

const struct container *store_kill_takes(const struct store *store, const char *path,
	const struct limit *limit)
{
	bool group = limit->kind == LIMIT_CGROUP && limit->cgroup != NULL;
	bool kills = group || limit->kind == LIMIT_MACHINE || limit->kind == LIMIT_NONE;
	size_t least = group ? strlen(limit->cgroup) : 1;
	const struct container *whole = NULL;

	if (path == NULL ||
		!kills) /* soft limits slow it down, those of a process refuse it memory */
		return NULL;
	for (size_t len = strlen(path); len >= least; len = cgpath_above(path, len)) {
		const struct container *at = containers_find(&store->containers, path, len);
		if (at != NULL && at->known & CONTAINER_HAS_OOM_GROUP && at->oom_group)
			whole = at;
		if (len <= 1)
			break;
	}
	return whole != NULL && whole->processes > 1 ? whole : NULL;
}

bool store_container_growth(const struct store *store, const struct container *container,
	double seconds, double *kib_min)
{
	uint64_t from_ms = store_window_ms(store, container->first_ms, seconds), old_kib;

	if (container->series == NULL || from_ms == 0 || container->gone_ms != 0 ||
		!series_at(container->series, CONTAINER_SET_USED, from_ms, &old_kib, &from_ms) ||
		store->now_ms <= from_ms)
		return false;
	*kib_min = ((double)container_used_kib(container) - (double)old_kib) /
		   store_seconds(store->now_ms - from_ms) * 60;
	return true;
}

enum trend_state store_container_verdict(const struct store *store,
	const struct container *container)
{
	if (!container->fed || container->gone_ms != 0)
		return TREND_NONE;
	if (container->trend != NULL)
		return trend_state(container->trend);
	double seen_s = store_seconds(store->now_ms - container->first_ms);
	return trend_state_still(seen_s, seen_s);
}

bool store_container_name(struct store *store, const char *path, const char *name)
{
	struct container *container = containers_find(&store->containers, path, strlen(path));

	if (container == NULL)
		return false;
	free(container->name);
	container->name = xalloc_text(name);
	return true;
}
