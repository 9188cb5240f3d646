/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroups - a table of limits by path; where the figures come from is the sampler's business */
#include "model/cgroups.h"

#include "base/amount.h"
#include "base/cgpath.h"
#include "base/unfilled.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static uint32_t path_hash(const void *owner, uint32_t place)
{
	const char *path = ((const struct cgroups *)owner)->all[place].path;

	return hash_text(path, strlen(path), 0);
}

void cgroups_init(struct cgroups *cgroups)
{
	*cgroups = (struct cgroups){ .hash = { .of = path_hash } };
}

void cgroups_clear(struct cgroups *cgroups)
{
	for (size_t i = 0; i < cgroups->count; i++)
		free(cgroups->all[i].path);
	cgroups->count = cgroups->linked = 0;
	cgroups->unlinked = true;
	hash_done(&cgroups->hash);
	free(cgroups->own);
	cgroups->own = NULL;
}

void cgroups_done(struct cgroups *cgroups)
{
	if (cgroups == NULL)
		return;
	cgroups_clear(cgroups);
	free(cgroups->all);
	cgroups_init(cgroups);
}

/* Paths are compared whole: LEN of them may end in the middle of another's path. */
static struct cgroup_entry *find_hashed(const struct cgroups *cgroups, const char *path, size_t len,
	uint32_t hash)
{
	struct hash_walk walk = hash_walk(&cgroups->hash, hash);
	uint32_t place;

	while (hash_next(&walk, &place)) {
		const char *other = cgroups->all[place].path;
		if (strncmp(other, path, len) == 0 && other[len] == '\0')
			return &cgroups->all[place];
	}
	return NULL;
}

static struct cgroup_entry *find_entry(const struct cgroups *cgroups, const char *path, size_t len)
{
	return find_hashed(cgroups, path, len, hash_text(path, len, 0));
}

const struct cgroup_figures *cgroups_find(const struct cgroups *cgroups, const char *path,
	size_t len)
{
	const struct cgroup_entry *entry = find_entry(cgroups, path, len);

	return entry != NULL ? &entry->figures : NULL;
}

/* A memtop that is moved to another cgroup tells of the new one before it forgets the old. */
static void put_own(struct cgroups *cgroups, const struct cgroup_figures *figures)
{
	bool is = cgroups->own != NULL && strcmp(cgroups->own, figures->path) == 0;

	if (figures->own == is)
		return;
	free(cgroups->own);
	cgroups->own = figures->own ? xalloc_text(figures->path) : NULL;
}

/* NULL: there are CGROUPS_MAX.  A limit that is not kept makes an ETA too long. */
static struct cgroup_entry *add_entry(struct cgroups *cgroups, const char *path)
{
	if (cgroups->count == CGROUPS_MAX)
		return NULL;
	struct cgroup_entry *entry = XALLOC_NEXT(cgroups->all, cgroups->count, cgroups->cap);
	entry->path = xalloc_text(path);
	hash_add(&cgroups->hash, cgroups, (uint32_t)(entry - cgroups->all));
	cgroups->unlinked = true;
	return entry;
}

void cgroups_put(struct cgroups *cgroups, const struct cgroup_figures *figures)
{
	struct cgroup_entry *entry = find_entry(cgroups, figures->path, strlen(figures->path));

	if (entry == NULL)
		entry = add_entry(cgroups, figures->path);
	if (entry == NULL)
		return;
	entry->figures = *figures;
	entry->figures.path = entry->path;
	put_own(cgroups, &entry->figures);
}

void cgroups_use(struct cgroups *cgroups, const char *path, uint64_t usage_kib)
{
	struct cgroup_entry *entry = find_entry(cgroups, path, strlen(path));

	if (entry != NULL)
		entry->figures.usage_kib = usage_kib;
}

void cgroups_part(struct cgroups *cgroups, const char *path, const struct cgroup_parts *parts)
{
	struct cgroup_entry *entry = find_entry(cgroups, path, strlen(path));

	if (entry == NULL)
		return;
	entry->figures.reclaimable_kib = parts->reclaimable_kib;
	entry->figures.anon_kib = parts->anon_kib;
	entry->figures.file_kib = parts->file_kib + parts->shmem_kib;
	entry->figures.shmem_kib = parts->shmem_kib;
	entry->figures.swap_usage_kib = parts->swap_kib;
	entry->figures.known |= CGROUP_PARTS;
}

/* The last takes its place, so the hash is told of both. */
void cgroups_forget(struct cgroups *cgroups, const char *path)
{
	struct cgroup_entry *entry = find_entry(cgroups, path, strlen(path));
	const struct cgroup_entry *last = &cgroups->all[cgroups->count - 1];

	if (entry == NULL)
		return;
	hash_remove(&cgroups->hash, cgroups, (uint32_t)(entry - cgroups->all),
		(uint32_t)(last - cgroups->all));
	free(entry->path);
	*entry = *last;
	cgroups->count--;
	cgroups->linked = 0;
	cgroups->unlinked = true;
}

/* UINT64_MAX stands for "no limit", and stays that. */
static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Files of CHILD that its protection keeps from the reclaim of a cgroup above it. */
static uint64_t kept(const struct cgroup_figures *child)
{
	return child != NULL ? amount_less(child->reclaimable_kib,
				       amount_less(child->usage_kib, child->protected_kib))
			     : 0;
}

/* Memory that is free below LIMIT_KIB or can be reclaimed there. */
static uint64_t room_of(const struct cgroup_figures *figures, const struct cgroup_figures *child,
	uint64_t limit_kib)
{
	uint64_t reclaimable = amount_less(figures->reclaimable_kib, kept(child));

	return amount_less(limit_kib, amount_less(figures->usage_kib, reclaimable));
}

/* Swap counts as room: memory that is pushed out there frees as much below the limit. */
static void consider(struct limit *best, enum limit_kind kind, uint64_t limit_kib,
	const struct cgroup_figures *figures, const struct cgroup_figures *child,
	uint64_t swap_free_kib)
{
	if (limit_kib == UINT64_MAX)
		return;
	uint64_t swap = amount_less(figures->swap_max_kib, figures->swap_usage_kib);
	uint64_t room = sum(room_of(figures, child, limit_kib),
		swap < swap_free_kib ? swap : swap_free_kib);
	if (best->kind == LIMIT_NONE || room < best->room_kib)
		*best = (struct limit){ kind, room, limit_kib, figures->path };
}

static void add_level(struct cgroup_levels *levels, size_t len, uint32_t hash)
{
	size_t at = levels->count < CGROUPS_LEVELS ? levels->count++ : CGROUPS_LEVELS - 1;

	levels->len[at] = (uint16_t)len;
	levels->hash[at] = hash;
}

void cgroups_levels(struct cgroup_levels *levels, const char *path, size_t len)
{
	uint32_t hash = hash_text(path, 0, 0);
	size_t at = 0;

	levels->count = 0;
	for (size_t i = 0; i < len; i++) {
		size_t level = i > 0 ? i : 1; /* the root is its slash */

		if (path[i] != '/' || level == at || level == len)
			continue;
		hash = hash_more(hash, path + at, level - at);
		at = level;
		add_level(levels, at, hash);
	}
	if (len > 0)
		add_level(levels, len, hash_more(hash, path + at, len - at));
}

/* From the cgroup itself up to the root: any of them may be the one that binds. */
static uint32_t place_at(const struct cgroups *cgroups, const char *path, size_t len)
{
	struct cgroup_levels levels UNFILLED;

	cgroups_levels(&levels, path, len);
	for (size_t i = levels.count; i-- > 0;) {
		const struct cgroup_entry *entry = find_hashed(cgroups, path, levels.len[i],
			levels.hash[i]);
		if (entry != NULL)
			return (uint32_t)(entry - cgroups->all) + 1;
	}
	return 0;
}

uint32_t cgroups_place(const struct cgroups *cgroups, const char *path)
{
	return cgroups->count ? place_at(cgroups, path, strlen(path)) : 0;
}

void cgroups_link(struct cgroups *cgroups)
{
	if (!cgroups->unlinked)
		return;
	for (size_t i = 0; i < cgroups->count; i++) {
		struct cgroup_entry *entry = &cgroups->all[i];

		/* a new one can only stand where there was a gap */
		if (i < cgroups->linked && entry->beside)
			continue;
		size_t above = cgpath_above(entry->path, strlen(entry->path));

		entry->up = place_at(cgroups, entry->path, above);
		entry->beside = entry->up > 0 && strlen(cgroups->all[entry->up - 1].path) == above;
	}
	cgroups->linked = cgroups->count;
	cgroups->unlinked = false;
}

struct limit cgroups_limit_at(const struct cgroups *cgroups, uint32_t place, uint64_t swap_free_kib)
{
	struct limit best = { .kind = LIMIT_NONE, .room_kib = UINT64_MAX };
	const struct cgroup_figures *child = NULL;

	while (place > 0) {
		const struct cgroup_entry *entry = &cgroups->all[place - 1];
		const struct cgroup_figures *it = &entry->figures;

		consider(&best, LIMIT_CGROUP, it->max_kib, it, child, swap_free_kib);
		consider(&best, LIMIT_CGROUP_HIGH, it->high_kib, it, child, swap_free_kib);
		child = entry->beside ? it : NULL;
		place = entry->up;
	}
	return best;
}

/* From the cgroup upwards, since any ancestor (a pod, a slice) may be the one that binds. */
struct limit cgroups_limit(const struct cgroups *cgroups, const char *path, uint64_t swap_free_kib)
{
	struct limit best = { .kind = LIMIT_NONE, .room_kib = UINT64_MAX };
	const struct cgroup_figures *child = NULL;
	struct cgroup_levels levels UNFILLED;

	cgroups_levels(&levels, path, path != NULL && cgroups->count ? strlen(path) : 0);
	for (size_t i = levels.count; i-- > 0;) {
		const struct cgroup_entry *entry = find_hashed(cgroups, path, levels.len[i],
			levels.hash[i]);
		const struct cgroup_figures *it = entry != NULL ? &entry->figures : NULL;
		if (it != NULL) {
			consider(&best, LIMIT_CGROUP, it->max_kib, it, child, swap_free_kib);
			consider(&best, LIMIT_CGROUP_HIGH, it->high_kib, it, child, swap_free_kib);
		}
		child = it;
	}
	return best;
}

/* --- what the sampler's own leave ------------------------------------------------------------- */

struct own {
	const struct cgroup_figures *group; /* that leaves the least room */
	uint64_t room_kib;
	uint64_t swap_used_kib, swap_room_kib; /* of the one with least room for swap */
	bool swap_limited;
};

/* A limit at or above what the machine has binds nobody. */
static void take_own(struct own *own, const struct cgroup_figures *it,
	const struct cgroup_figures *child, uint64_t total_kib)
{
	uint64_t limit_kib = amount_smaller(it->max_kib, it->high_kib);
	uint64_t swap_kib = amount_less(it->swap_max_kib, it->swap_usage_kib);

	if (it->swap_max_kib != UINT64_MAX &&
		(!own->swap_limited || swap_kib < own->swap_room_kib)) {
		own->swap_limited = true;
		own->swap_room_kib = swap_kib;
		own->swap_used_kib = it->swap_usage_kib;
	}
	if (limit_kib >= total_kib)
		return;
	uint64_t room_kib = room_of(it, child, limit_kib);
	if (own->group == NULL || room_kib < own->room_kib) {
		own->group = it;
		own->room_kib = room_kib;
	}
}

/* Used and free of the cgroup, but no more free than the machine has. */
static void see_swap(struct system_figures *seen, const struct own *own)
{
	if (!own->swap_limited)
		return;
	seen->swap_free_kib = amount_smaller(own->swap_room_kib, seen->swap_free_kib);
	seen->swap_total_kib = amount_smaller(sum(own->swap_used_kib, seen->swap_free_kib),
		seen->swap_total_kib);
}

/* The host's pressure is not ours. */
static void see_pressure(struct system_figures *seen, const struct cgroup_figures *group)
{
	seen->known &= ~(uint32_t)(SYSTEM_PSI | SYSTEM_PSI_FULL);
	seen->psi_some_avg10 = group->psi_some_avg10;
	seen->psi_full_avg10 = group->psi_full_avg10;
	if (group->known & CGROUP_PRESSURE)
		seen->known |= SYSTEM_PSI;
	if (group->known & CGROUP_PRESSURE_FULL)
		seen->known |= SYSTEM_PSI_FULL;
}

void cgroups_seen(struct system_figures *seen, const struct cgroup_figures **group,
	const struct cgroups *cgroups, const char *own_path, const struct system_figures *system)
{
	struct own own = { 0 };
	const struct cgroup_figures *child = NULL, *it;
	size_t len = own_path != NULL && cgroups->count ? strlen(own_path) : 0;
	bool known = frame_knows_memory(system);
	uint64_t total_kib = known ? system->total_kib : UINT64_MAX;
	uint64_t left_kib = known ? frame_available_kib(system) : UINT64_MAX;

	for (; len > 0; len = cgpath_above(own_path, len)) {
		it = cgroups_find(cgroups, own_path, len);
		if (it != NULL)
			take_own(&own, it, child, total_kib);
		child = it;
	}
	/* what the cgroup does not tell is the machine's */
	*seen = *system;
	*group = own.group;
	if (own.group == NULL)
		return;
	it = own.group;
	seen->total_kib = it->max_kib < total_kib ? it->max_kib : it->high_kib;
	seen->available_kib = amount_smaller(own.room_kib, left_kib);
	seen->free_kib = amount_smaller(amount_less(seen->total_kib, it->usage_kib),
		seen->available_kib);
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

/* Whether the cgroup tells of a kind; where it does not, the machine's is none of ours. */
static void see_known(struct system_figures *seen, uint32_t bit, bool known)
{
	bool lacks = (bit & SYSTEM_LACKS) != 0;

	seen->known = known == lacks ? seen->known & ~bit : seen->known | bit;
}

void cgroups_see_parts(struct system_figures *seen, const struct cgroup_figures *group,
	const struct cgroup_parts *parts)
{
	static const struct cgroup_parts none = { .known = 0 };
	const struct cgroup_parts *it = parts != NULL ? parts : &none;

	/* of which no cgroup tells */
	seen->known &= ~(uint32_t)(SYSTEM_SWAP_RATE | SYSTEM_FAULT_RATE | SYSTEM_REFAULT_RATE |
				   SYSTEM_KERNEL | SYSTEM_ARC | SYSTEM_GPU | SYSTEM_BALLOON |
				   SYSTEM_ZRAM | SYSTEM_PSI_CPU | SYSTEM_PSI_IO |
				   SYSTEM_PSI_IO_FULL | SYSTEM_LOAD);
	seen->known |= SYSTEM_NO_STACKS | SYSTEM_NO_HUGE_POOL;
	see_known(seen, SYSTEM_NO_MAPPED, it->known & CGROUP_MAPPED);
	seen->mapped_kib = it->mapped_kib;
	see_known(seen, SYSTEM_NO_DIRTY, parts != NULL);
	seen->dirty_kib = it->dirty_kib;
	see_known(seen, SYSTEM_NO_SLAB, it->known & CGROUP_SLAB);
	seen->slab_reclaimable_kib = it->slab_reclaimable_kib;
	seen->slab_unreclaimable_kib = it->slab_unreclaimable_kib;
	see_known(seen, SYSTEM_NO_PAGE_TABLES, it->known & CGROUP_TABLES);
	seen->page_tables_kib = it->page_tables_kib;
	see_known(seen, SYSTEM_ZSWAP, it->known & CGROUP_ZSWAP);
	seen->zswap_kib = it->zswap_kib;
	seen->zswapped_kib = it->zswapped_kib;
	see_known(seen, SYSTEM_HUGETLB, it->known & CGROUP_HUGE);
	seen->hugetlb_kib = it->huge_kib;
	see_known(seen, SYSTEM_OOM_KILLS, !(group->known & CGROUP_NO_KILLS));
	seen->oom_kills = group->oom_kills;
}
