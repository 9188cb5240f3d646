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

void cgroups_put(struct cgroups *cgroups, const struct cgroup_figures *figures)
{
	size_t len = strlen(figures->path);
	size_t at = lower_bound(cgroups, figures->path, len);
	bool known = at < cgroups->count && compare(cgroups->all[at].path, figures->path, len) == 0;

	if (!known && cgroups->count == CGROUPS_MAX)
		return;
	if (!known) {
		size_t cap = xalloc_capacity(cgroups->cap, cgroups->count + 1);
		cgroups->all = xalloc_grow(cgroups->all, cap, sizeof(*cgroups->all));
		cgroups->cap = cap;
		memmove(&cgroups->all[at + 1], &cgroups->all[at],
			(cgroups->count++ - at) * sizeof(*cgroups->all));
		cgroups->all[at].path = xalloc_textn(figures->path, len);
	}
	cgroups->all[at].figures = *figures;
	cgroups->all[at].figures.path = cgroups->all[at].path;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void consider(struct limit *best, enum limit_kind kind, uint64_t limit_kib,
	const struct cgroup_figures *figures, uint64_t swap_free_kib)
{
	if (limit_kib == UINT64_MAX)
		return;
	uint64_t swap = less(figures->swap_max_kib, figures->swap_usage_kib);
	uint64_t used = less(figures->usage_kib, figures->reclaimable_kib);
	uint64_t room = sum(less(limit_kib, used), swap < swap_free_kib ? swap : swap_free_kib);
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
	size_t len = path && cgroups->count ? strlen(path) : 0;

	for (; len > 0; len = parent_len(path, len)) {
		const struct cgroup_figures *it = cgroups_find(cgroups, path, len);
		if (!it)
			continue;
		consider(&best, LIMIT_CGROUP, it->max_kib, it, swap_free_kib);
		consider(&best, LIMIT_CGROUP_HIGH, it->high_kib, it, swap_free_kib);
	}
	return best;
}
