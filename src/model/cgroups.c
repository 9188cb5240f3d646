/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroups - a sorted table of limits; where the figures come from is the sampler's business */
#include "model/cgroups.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

void cgroups_init(struct cgroups *cgroups)
{
	*cgroups = (struct cgroups){ 0 };
}

void cgroups_clear(struct cgroups *cgroups)
{
	for (size_t i = 0; i < cgroups->count; i++)
		free(cgroups->all[i].path);
	cgroups->count = 0;
	free(cgroups->own);
	cgroups->own = NULL;
}

void cgroups_done(struct cgroups *cgroups)
{
	if (!cgroups)
		return;
	cgroups_clear(cgroups);
	free(cgroups->all);
	cgroups_init(cgroups);
}

static int compare(const char *path, const char *key, size_t len)
{
	int order = strncmp(path, key, len);

	return order ? order : path[len] != '\0';
}

/* Place of the first path that is not before KEY. */
static size_t lower_bound(const struct cgroups *cgroups, const char *key, size_t len)
{
	size_t lo = 0, hi = cgroups->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (compare(cgroups->all[mid].path, key, len) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct cgroup_figures *cgroups_find(const struct cgroups *cgroups, const char *path,
	size_t len)
{
	size_t at = lower_bound(cgroups, path, len);

	if (at == cgroups->count || compare(cgroups->all[at].path, path, len) != 0)
		return NULL;
	return &cgroups->all[at].figures;
}

static void put_own(struct cgroups *cgroups, const struct cgroup_figures *figures)
{
	bool is = cgroups->own && strcmp(cgroups->own, figures->path) == 0;

	if (figures->own == is)
		return;
	free(cgroups->own);
	cgroups->own = figures->own ? xalloc_text(figures->path) : NULL;
}

void cgroups_put(struct cgroups *cgroups, const struct cgroup_figures *figures)
{
	size_t len = strlen(figures->path);
	size_t at = lower_bound(cgroups, figures->path, len);
	bool known = at < cgroups->count && compare(cgroups->all[at].path, figures->path, len) == 0;

	if (!known && cgroups->count == CGROUPS_MAX)
		return;
	if (!known) {
		cgroups->all = xalloc_room(cgroups->all, &cgroups->cap, cgroups->count + 1,
			sizeof(*cgroups->all));
		memmove(&cgroups->all[at + 1], &cgroups->all[at],
			(cgroups->count++ - at) * sizeof(*cgroups->all));
		cgroups->all[at].path = xalloc_textn(figures->path, len);
	}
	cgroups->all[at].figures = *figures;
	cgroups->all[at].figures.path = cgroups->all[at].path;
	put_own(cgroups, &cgroups->all[at].figures);
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Files of CHILD that its protection keeps from the reclaim of a cgroup above it. */
static uint64_t kept(const struct cgroup_figures *child)
{
	return child ? less(child->reclaimable_kib, less(child->usage_kib, child->protected_kib))
		     : 0;
}

/* What is free below LIMIT_KIB or can be reclaimed there. */
static uint64_t room_of(const struct cgroup_figures *figures, const struct cgroup_figures *child,
	uint64_t limit_kib)
{
	uint64_t reclaimable = less(figures->reclaimable_kib, kept(child));

	return less(limit_kib, less(figures->usage_kib, reclaimable));
}

static void consider(struct limit *best, enum limit_kind kind, uint64_t limit_kib,
	const struct cgroup_figures *figures, const struct cgroup_figures *child,
	uint64_t swap_free_kib)
{
	if (limit_kib == UINT64_MAX)
		return;
	uint64_t swap = less(figures->swap_max_kib, figures->swap_usage_kib);
	uint64_t room = sum(room_of(figures, child, limit_kib),
		swap < swap_free_kib ? swap : swap_free_kib);
	if (best->kind == LIMIT_NONE || room < best->room_kib)
		*best = (struct limit){ kind, room, limit_kib, figures->path };
}

/* Length of the path one level up; 0 above the root. */
static size_t parent_len(const char *path, size_t len)
{
	if (len <= 1)
		return 0;
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len > 1 ? len - 1 : len;
}

struct limit cgroups_limit(const struct cgroups *cgroups, const char *path, uint64_t swap_free_kib)
{
	struct limit best = { .kind = LIMIT_NONE, .room_kib = UINT64_MAX };
	const struct cgroup_figures *child = NULL;
	size_t len = path && cgroups->count ? strlen(path) : 0;

	for (; len > 0; len = parent_len(path, len)) {
		const struct cgroup_figures *it = cgroups_find(cgroups, path, len);
		if (it) {
			consider(&best, LIMIT_CGROUP, it->max_kib, it, child, swap_free_kib);
			consider(&best, LIMIT_CGROUP_HIGH, it->high_kib, it, child, swap_free_kib);
		}
		child = it;
	}
	return best;
}

/* --- what the sampler's own leave ------------------------------------------------------------- */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

struct own {
	const struct cgroup_figures *group; /* that leaves the least room */
	uint64_t room_kib;
	uint64_t swap_used_kib, swap_room_kib; /* of the one with least room for swap */
	bool swap_limited;
};

static void take_own(struct own *own, const struct cgroup_figures *it,
	const struct cgroup_figures *child, uint64_t total_kib)
{
	uint64_t limit_kib = least(it->max_kib, it->high_kib);
	uint64_t swap_kib = less(it->swap_max_kib, it->swap_usage_kib);

	if (it->swap_max_kib != UINT64_MAX &&
		(!own->swap_limited || swap_kib < own->swap_room_kib)) {
		own->swap_limited = true;
		own->swap_room_kib = swap_kib;
		own->swap_used_kib = it->swap_usage_kib;
	}
	if (limit_kib >= total_kib)
		return;
	uint64_t room_kib = room_of(it, child, limit_kib);
	if (!own->group || room_kib < own->room_kib) {
		own->group = it;
		own->room_kib = room_kib;
	}
}

static void see_swap(struct system_figures *seen, const struct own *own)
{
	if (!own->swap_limited)
		return;
	seen->swap_free_kib = least(own->swap_room_kib, seen->swap_free_kib);
	seen->swap_total_kib = least(sum(own->swap_used_kib, seen->swap_free_kib),
		seen->swap_total_kib);
}

/* The host's pressure is not ours. */
static void see_pressure(struct system_figures *seen, const struct cgroup_figures *group)
{
	seen->known &= ~(uint32_t)SYSTEM_PSI;
	seen->psi_some_avg10 = group->psi_some_avg10;
	seen->psi_full_avg10 = group->psi_full_avg10;
	if (group->known & CGROUP_PRESSURE)
		seen->known |= SYSTEM_PSI;
}

void cgroups_seen(struct system_figures *seen, const struct cgroup_figures **group,
	const struct cgroups *cgroups, const char *own_path, const struct system_figures *system)
{
	struct own own = { 0 };
	const struct cgroup_figures *child = NULL, *it;
	size_t len = own_path && cgroups->count ? strlen(own_path) : 0;
	bool known = frame_knows_memory(system);
	uint64_t total_kib = known ? system->total_kib : UINT64_MAX;
	uint64_t left_kib = known ? frame_available_kib(system) : UINT64_MAX;

	for (; len > 0; len = parent_len(own_path, len)) {
		it = cgroups_find(cgroups, own_path, len);
		if (it)
			take_own(&own, it, child, total_kib);
		child = it;
	}
	*seen = *system;
	*group = own.group;
	if (!own.group)
		return;
	it = own.group;
	seen->total_kib = it->max_kib < total_kib ? it->max_kib : it->high_kib;
	seen->available_kib = least(own.room_kib, left_kib);
	seen->free_kib = least(less(seen->total_kib, it->usage_kib), seen->available_kib);
	seen->cache_kib = seen->available_kib - seen->free_kib;
	seen->anon_kib = it->anon_kib;
	seen->shmem_kib = it->shmem_kib;
	seen->known |= SYSTEM_AVAILABLE;
	seen->known &= ~(uint32_t)(SYSTEM_NO_TOTAL | SYSTEM_NO_FREE);
	seen->known &= ~(uint32_t)(SYSTEM_NO_ANON | SYSTEM_NO_SHMEM);
	if (!(it->known & CGROUP_PARTS))
		seen->known |= SYSTEM_NO_ANON | SYSTEM_NO_SHMEM;
	see_swap(seen, &own);
	see_pressure(seen, it);
}
