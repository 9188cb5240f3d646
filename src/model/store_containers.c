/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_containers - fills the rows of containers and judges them; what is asked of them answers
 * store_container_answers.c
 *
 * A row is at rest until what it uses has moved by more than the kernel's own noise; only then it
 * gets a history and a trend, filled in backwards.  The trend is fed in ticks in which memory.stat
 * was read, or in which nothing of the cgroup changed: between two readings nothing is known, and
 * steps would look like jumps.
 */
#include "model/store_priv.h"

#include "base/amount.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	REST_KIB = 64,            /* of less the kernel's own lists move a cgroup all the time */
	GONE_MS = 60 * 60 * 1000, /* so long the kills of one that is gone are told */
	RATE_MS = 60 * 1000,
	TOLD_AGE_MS = 500, /* older figures of memory.stat are not of this tick */
	YOUNG_S = 90,
	AWAIT_MS = 10000,
};

/* --- what frames tell ------------------------------------------------------------------------- */

static void set_known(struct container *container, uint32_t bit, bool is)
{
	container->known = is ? container->known | bit : container->known & ~bit;
}

static void set_usage(struct container *container, uint64_t usage_kib)
{
	container->usage_kib = usage_kib;
	container->known |= CONTAINER_HAS_USAGE;
	if (container->peak_kib < usage_kib)
		container->peak_kib = usage_kib;
	/* the last look at memory.stat is of a time when it had more */
	if (container->unreclaimable_kib > usage_kib) {
		container->unreclaimable_kib = usage_kib;
		container->news = true;
	}
}

/* The gain of a minute at the rate since the base, which moves on once a minute is over. */
static void set_rates(struct container *container, const struct cgroup_figures *figures,
	uint64_t now_ms)
{
	bool again = figures->events_max < container->max_base ||
		     figures->events_high < container->high_base;

	if (container->base_ms == 0 || again || now_ms - container->base_ms > 2 * RATE_MS) {
		container->base_ms = now_ms;
		container->max_base = figures->events_max;
		container->high_base = figures->events_high;
	}
	/* what is seen within a moment says little about a minute */
	double minutes = (double)amount_larger(now_ms - container->base_ms, RATE_MS) / RATE_MS;
	container->max_min = (double)(figures->events_max - container->max_base) / minutes;
	container->high_min = (double)(figures->events_high - container->high_base) / minutes;
	container->max_events = figures->events_max;
	container->high_events = figures->events_high;
}

/* Whether memory.stat was read anew for FIGURES: usage is read more often. */
static bool has_new_parts(const struct container *container, const struct cgroup_figures *figures)
{
	const struct cgroup_parts *old = &container->parts;

	return !(container->known & CONTAINER_HAS_PARTS) || old->anon_kib != figures->anon_kib ||
	       old->shmem_kib != figures->shmem_kib ||
	       old->file_kib + old->shmem_kib != figures->file_kib ||
	       container->reclaimable_kib != figures->reclaimable_kib;
}

/* Streams of older samplers have no parts of their own: what they tell with the limits. */
static void set_old_parts(struct container *container, const struct cgroup_figures *figures,
	uint64_t now_ms)
{
	if ((figures->known & CGROUP_NUMBER) || !(figures->known & CGROUP_PARTS) ||
		!has_new_parts(container, figures))
		return;
	container->cache_kib = amount_less(figures->file_kib, figures->shmem_kib);
	container->reclaimable_kib = figures->reclaimable_kib;
	container->unreclaimable_kib = amount_less(figures->usage_kib,
		container->cache_kib > figures->reclaimable_kib ? container->cache_kib
								: figures->reclaimable_kib);
	container->swap_kib = figures->swap_usage_kib;
	container->parts_ms = now_ms;
	container->known |= CONTAINER_HAS_PARTS | CONTAINER_HAS_SWAP;
	container->parts = (struct cgroup_parts){
		.usage_kib = figures->usage_kib,
		.anon_kib = figures->anon_kib,
		.shmem_kib = figures->shmem_kib,
		.file_kib = container->cache_kib,
		.swap_kib = figures->swap_usage_kib,
		.known = CGROUP_SWAP,
	};
	container->told = container->news = true;
}

/* The peak is the kernel's own where it tells one (memory.peak since 5.19), else the highest that
 * was seen; it never goes down here, though somebody may reset the kernel's. */
static void set_figures(struct container *container, const struct cgroup_figures *figures,
	uint64_t now_ms)
{
	set_usage(container, figures->usage_kib);
	set_known(container, CONTAINER_HAS_PEAK, figures->known & CGROUP_PEAK);
	if (figures->known & CGROUP_PEAK && container->peak_kib < figures->peak_kib)
		container->peak_kib = figures->peak_kib;
	set_known(container, CONTAINER_HAS_STALLS, figures->known & CGROUP_PRESSURE);
	container->stalls_some = figures->psi_some_avg10;
	set_known(container, CONTAINER_HAS_MAX, figures->known & CGROUP_EVENTS);
	set_known(container, CONTAINER_HAS_HIGH, figures->known & CGROUP_HIGH);
	set_rates(container, figures, now_ms);
	set_known(container, CONTAINER_HAS_KILLS, !(figures->known & CGROUP_NO_KILLS));
	container->kills = figures->oom_kills;
	set_known(container, CONTAINER_HAS_OOM_GROUP, figures->known & CGROUP_OOM_GROUP);
	container->oom_group = figures->oom_group;
	container->own = figures->own;
	container->told = false;
	set_old_parts(container, figures, now_ms);
}

/* The root is a row where it is a container's own, and not the machine: of version 2 only that of
 * a container has figures. */
static void set_root(struct store *store, struct container *container,
	const struct cgroup_figures *figures)
{
	bool row = figures->max_kib < store->system.total_kib || figures->known & CGROUP_PROTECTED;

	if (container->kind != CGPATH_ROOT)
		return;
	if (container->row != row)
		containers_unlink(&store->containers);
	container->row = row;
	if (row == (strcmp(container->short_name, container->path) != 0))
		return;
	free(container->short_name);
	container->short_name = xalloc_text(row ? "this container" : container->path);
}

/* One that was gone and is told of again is the same one, restarted: its history goes on. */
static void store_container_put(struct store *store, const struct cgroup_figures *figures)
{
	struct containers *all = &store->containers;
	struct container *container = containers_find(all, figures->path, strlen(figures->path));

	if (container == NULL)
		container = containers_add(all, figures->path, store->now_ms);
	if (container == NULL)
		return;
	set_root(store, container, figures);
	if (container->gone_ms != 0)
		containers_unlink(all);
	container->gone_ms = 0;
	container->fresh = true;
	if (container->number != figures->number)
		containers_number(all, container, figures->number);
	bool counts = container->known & CONTAINER_HAS_USAGE;
	if (figures->known & CGROUP_NO_MEMORY)
		container->known = 0;
	else
		set_figures(container, figures, store->now_ms);
	if (counts != ((container->known & CONTAINER_HAS_USAGE) != 0))
		all->unlinked = true;
}

static void put_usage(struct store *store, const struct cgroup_usage *usage)
{
	struct container *container = containers_numbered(&store->containers, usage->number);

	if (container == NULL)
		return;
	set_usage(container, usage->usage_kib);
	container->told = false;
	cgroups_use(&store->cgroups, container->path, usage->usage_kib);
}

/* The kernel's own, but for what it can drop. */
static uint64_t kernel_kib(const struct cgroup_parts *parts)
{
	return parts->sock_kib +
	       (parts->known & CGROUP_KERNEL
			       ? amount_less(parts->kernel_kib, parts->slab_reclaimable_kib)
			       : parts->slab_unreclaimable_kib + parts->page_tables_kib);
}

/* Memory counts as used where the kernel cannot drop it: caches of files look like use, and are
 * there to be taken. Parts may be older than their frame, which age_ms tells. */
static void put_parts(struct store *store, const struct cgroup_parts *parts)
{
	struct container *container = containers_numbered(&store->containers, parts->number);

	if (container == NULL)
		return;
	container->parts = *parts;
	container->parts_ms = amount_less(store->now_ms, parts->age_ms);
	container->cache_kib = amount_less(parts->file_kib, parts->locked_kib) +
			       parts->unmapped_kib;
	container->reclaimable_kib = parts->reclaimable_kib;
	container->unreclaimable_kib = parts->anon_kib + parts->shmem_kib + parts->locked_kib +
				       parts->huge_kib + kernel_kib(parts);
	container->known |= CONTAINER_HAS_PARTS;
	set_known(container, CONTAINER_HAS_SWAP, parts->known & CGROUP_SWAP);
	container->swap_kib = parts->swap_kib;
	container->packed_kib = parts->zswap_kib;
	/* of swap cache without a process only the swap counts */
	container->both_kib = amount_less(parts->swap_cached_kib, parts->unmapped_kib);
	container->told = parts->age_ms <= TOLD_AGE_MS;
	container->news = true;
	cgroups_part(&store->cgroups, container->path, parts);
}

/* A container that ended stays known for a while, so that one can read what it had and why it was
 * killed; its number may be another's at the next tick. */
static void put_end(struct store *store, uint32_t number)
{
	struct container *container = containers_numbered(&store->containers, number);

	if (container == NULL)
		return;
	containers_number(&store->containers, container, 0);
	container->gone_ms = store->now_ms;
	containers_unlink(&store->containers);
	cgroups_forget(&store->cgroups, container->path);
}

/* Threads may have cgroups of their own, and a controller need not be handed down: what is in them
 * is charged to the nearest above that counts memory.  The root is the machine. */
static bool is_lent(const struct containers *all, const struct container *container)
{
	const struct container *up = container;

	if (container->kind != CGPATH_PLAIN || container->known & CONTAINER_HAS_USAGE)
		return false;
	do
		up = containers_above(all, up);
	while (up != NULL && !(up->known & CONTAINER_HAS_USAGE));
	return up != NULL && up->kind != CGPATH_ROOT;
}

static void link_group(const struct containers *all, struct group *group, bool again)
{
	const struct container *row = group->row > 0 ? &all->all[group->row - 1] : NULL;

	/* its own row stays that */
	if (again && row != NULL && row->row && !row->lent &&
		strlen(row->path) == strlen(group->name))
		return;
	row = containers_row_of(all, group->name);
	group->row = row != NULL ? (uint32_t)(row - all->all) + 1 : 0;
}

/* Links who is above whom, whose limits hold, and in which row the processes of a cgroup are: asked
 * for of all at every look, and changed when one comes or goes.  On a machine of thousands, which
 * are told of one after the other, a new one must not cost a search for all. */
static void link_all(struct store *store)
{
	struct containers *all = &store->containers;
	struct group_table *groups = &store->groups[GROUP_CGROUP];
	size_t linked = store->cgroups.linked > 0 ? all->linked : 0;

	if (!all->unlinked && !store->cgroups.unlinked)
		return;
	cgroups_link(&store->cgroups);
	for (size_t i = 0; i < all->count; i++) {
		struct container *container = &all->all[i];

		if (i >= linked || !container->beside)
			containers_link(all, container);
		if (i >= linked || !container->bound)
			store_container_bind(store, container);
		bool lent = is_lent(all, container);
		all->recount |= lent != container->lent;
		container->lent = lent;
	}
	for (size_t i = 0; i < groups->count; i++)
		link_group(all, &groups->all[i], linked > 0);
	all->linked = all->count;
	all->unlinked = false;
}

void store_apply_containers(struct store *store, const struct frame *frame)
{
	for (size_t i = 0; i < frame->ncgroup_ends; i++)
		put_end(store, frame->cgroup_ends[i]);
	for (size_t i = 0; i < frame->ncgroups; i++) {
		if (!(frame->cgroups[i].known & CGROUP_NO_MEMORY))
			cgroups_put(&store->cgroups, &frame->cgroups[i]);
		store_container_put(store, &frame->cgroups[i]);
	}
	for (size_t i = 0; i < frame->ncgroup_usages; i++)
		put_usage(store, &frame->cgroup_usages[i]);
	for (size_t i = 0; i < frame->ncgroup_parts; i++)
		put_parts(store, &frame->cgroup_parts[i]);
	link_all(store);
}

/* Ends those that were not told of: they are no more. */
static void end_untold(struct store *store)
{
	struct containers *all = &store->containers;

	for (size_t i = 0; i < all->count; i++)
		if (!all->all[i].fresh && all->all[i].gone_ms == 0) {
			all->all[i].gone_ms = store->now_ms;
			containers_unlink(all);
		}
	all->await_ms = 0;
}

/* A sampler finds cgroups by their processes, and tells of most after its first frame: what is
 * known from a recording, or of the sampler before, is waited for.  Numbers are its own. */
void store_containers_key(struct store *store, bool open)
{
	struct containers *all = &store->containers;

	for (size_t i = 0; i < all->count; i++)
		if (open)
			all->all[i].fresh = false;
		else if (!all->all[i].fresh)
			containers_number(all, &all->all[i], 0);
	if (open)
		return;
	if (store->key_seq != 1)
		end_untold(store);
	else
		all->await_ms = store->now_ms + AWAIT_MS;
}

/* --- who is in it ----------------------------------------------------------------------------- */

/* COUNT more processes (or fewer) are in the cgroup PATH, and so in all above it. */
static void add_members(struct containers *all, const char *path, int count)
{
	size_t whole = strlen(path);
	bool here = containers_find(all, path, whole) != NULL;

	for (size_t len = whole; len > 0; len = cgpath_above(path, len)) {
		struct container *container = containers_find(all, path, len);
		if (container == NULL)
			continue;
		container->processes += (uint32_t)count;
		if (here && !container->lent)
			container->members += (uint32_t)count;
		here &= container->lent;
	}
}

void store_container_members(struct store *store, const char *path, int count)
{
	if (!store->containers.recount)
		add_members(&store->containers, path, count);
}

static void recount(struct store *store)
{
	struct containers *all = &store->containers;
	const struct group_table *groups = &store->groups[GROUP_CGROUP];

	for (size_t i = 0; i < all->count; i++)
		all->all[i].processes = all->all[i].members = 0;
	for (size_t i = 0; i < groups->count; i++)
		if (groups->all[i].members > 0)
			add_members(all, groups->all[i].name, (int)groups->all[i].members);
	all->recount = false;
}

/* --- the tick's end --------------------------------------------------------------------------- */

static void start_history(struct container *container, uint64_t before_ms)
{
	uint64_t since_ms = amount_larger(container->moved_ms, container->first_ms);
	uint64_t upto_ms = amount_larger(before_ms, since_ms);

	container->trend = xalloc(sizeof(*container->trend));
	trend_init_flat(container->trend, store_seconds(since_ms), store_seconds(upto_ms),
		container->before_kib, store_seconds(since_ms - container->first_ms), 0);
}

static bool has_moved(const struct container *container)
{
	int32_t d = (int32_t)((uint32_t)container_used_kib(container) - container->rest_kib);

	return d > REST_KIB || d < -REST_KIB;
}

static void rest_here(struct container *container, uint64_t now_ms)
{
	container->rest_kib = (uint32_t)container_used_kib(container);
	container->moved_ms = now_ms;
}

static uint64_t room_of(const struct store *store, const struct container *container,
	uint64_t machine_kib)
{
	if (store->now_ms - container->first_ms > YOUNG_S * 1000)
		return machine_kib;
	return amount_smaller(store_container_limit(store, container).room_kib, machine_kib);
}

static void begin_container(struct container *container, uint64_t now_ms)
{
	container->fed = true;
	container->first_ms = now_ms;
	container->before_kib = container_used_kib(container);
	rest_here(container, now_ms);
	store_container_begin_series(container, now_ms);
}

static void feed(const struct store *store, struct container *container, uint64_t machine_kib)
{
	if (!(container->known & CONTAINER_HAS_PARTS) || !container->told)
		return;
	if (!container->fed)
		begin_container(container, store->now_ms);
	/* known before anybody is in it: idle seconds are no part of its line */
	if (container->trend == NULL && container->processes == 0 &&
		container_used_kib(container) < REST_KIB)
		container->first_ms = container->moved_ms = store->now_ms;
	if (container->trend == NULL && has_moved(container))
		start_history(container, store->before_ms);
	if (has_moved(container))
		rest_here(container, store->now_ms);
	store_container_put_series(container, store->now_ms, false);
	if (container->trend != NULL)
		trend_update(container->trend, store_seconds(store->now_ms),
			container_used_kib(container), room_of(store, container, machine_kib));
	container->before_kib = container_used_kib(container);
}

/* Containers that are gone are kept for their kills alone, and not for ever. */
static void forget_gone(struct store *store)
{
	struct containers *all = &store->containers;
	size_t kept = 0;

	for (size_t i = all->count; i-- > 0;) {
		struct container *container = &all->all[i];
		if (container->gone_ms == 0)
			continue;
		if (container->kill.count > 0 && store->now_ms - container->gone_ms < GONE_MS &&
			kept++ < CONTAINERS_GONE_MAX)
			continue;
		containers_remove(all, container);
	}
}

void store_feed_containers(struct store *store, bool gap)
{
	uint64_t machine_kib = store_machine_room(store);
	struct containers *all = &store->containers;

	if (all->await_ms != 0 && store->now_ms >= all->await_ms)
		end_untold(store);
	forget_gone(store);
	link_all(store);
	if (all->recount)
		recount(store);
	store_name_victims(store);
	for (size_t i = 0; i < all->count; i++) {
		struct container *container = &all->all[i];
		if (container->gone_ms != 0)
			continue;
		if (gap)
			store_container_put_series(container, store->now_ms, true);
		feed(store, container, machine_kib);
		/* what says nothing in the next tick has not changed */
		container->told = true;
	}
}

void store_join_containers(struct store *store)
{
	struct containers *all = &store->containers;

	if (all->recount)
		recount(store);
	for (size_t i = 0; i < all->count; i++) {
		struct container *container = &all->all[i];

		if (!container->fed && container->gone_ms == 0 &&
			container->known & CONTAINER_HAS_PARTS)
			begin_container(container, store->now_ms);
	}
}
