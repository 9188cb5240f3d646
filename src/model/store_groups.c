/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_groups - keeps the sums of programs, users and cgroups as processes change */
#include "model/store_priv.h"

#include "base/amount.h"

/* A pool may be without a member for so long and still be itself. */
enum { KEEP_MS = 10 * 60 * 1000 };

/* The group PROC is filed under, a new one with its first member. */
static struct group *group_made(struct store *store, const struct proc *proc, enum group_kind kind)
{
	struct group *group = store_group_at(store, proc, kind);
	uint64_t key;

	if (group != NULL || !store_group_key(proc, kind, &key))
		return group;
	group = group_table_add(&store->groups[kind], key);
	group->first_ms = store->now_ms;
	if (kind == GROUP_USER)
		group->uid = proc->figures.uid;
	else
		group->name = intern_take(&store->texts,
			kind == GROUP_PROGRAM ? proc->name : proc->cgroup);
	group->own = kind == GROUP_PROGRAM && proc->own;
	store->containers.unlinked |= kind == GROUP_CGROUP;
	return group;
}

/* Shared memory is left to the group's largest member: all of them have the same pages of it. */
static uint64_t private_kib(const struct proc *proc)
{
	return proc->figures.footprint_kib - proc->figures.shmem_kib;
}

/* The memory it has of its parent, when the fork was seen; when it was not. */
static int64_t seen_kib(const struct proc *proc)
{
	return proc->watched_from_birth ? proc->inherited_kib : 0;
}

static int64_t presumed_kib(const struct proc *proc)
{
	return proc->watched_from_birth ? 0 : proc->inherited_kib;
}

void store_group_join(struct store *store, const struct proc *proc, enum group_kind kind)
{
	struct group *group = proc_is_measured(proc) ? group_made(store, proc, kind) : NULL;
	const struct group_change change = {
		.private_kib = (int64_t)private_kib(proc),
		.inherited_kib = seen_kib(proc),
		.presumed_kib = presumed_kib(proc),
		.own_kib = private_kib(proc),
		.new_kib = proc->figures.shmem_kib,
		/* one that was there before it was seen is no growth */
		.learnt = !proc->watched_from_birth,
	};

	if (group == NULL)
		return;
	group->members++;
	if (kind == GROUP_CGROUP)
		store_container_members(store, group->name, 1);
	group->joined++;
	group->empty_ms = 0;
	store->stale_groups |= group_put(group, store->now_ms, &change);
}

/* Figures taken away again must be those that were put in: the figures of PROC are still its old
 * ones. */
void store_group_leave(struct store *store, const struct proc *proc, enum group_kind kind)
{
	struct group *group = proc_is_measured(proc) ? store_group_at(store, proc, kind) : NULL;
	const struct group_change change = {
		.private_kib = -(int64_t)private_kib(proc),
		.inherited_kib = -seen_kib(proc),
		.presumed_kib = -presumed_kib(proc),
		.old_kib = proc->figures.shmem_kib,
	};

	if (group == NULL)
		return;
	store->stale_groups |= group_put(group, store->now_ms, &change);
	if (kind == GROUP_CGROUP)
		store_container_members(store, group->name, -1);
	if (--group->members == 0)
		group->empty_ms = store->now_ms;
}

/* A change of PROC in all groups it is in. */
static void put_change(struct store *store, const struct proc *proc,
	const struct group_change *change)
{
	for (int kind = 0; kind < GROUP_KINDS; kind++) {
		struct group *group = store_group_at(store, proc, (enum group_kind)kind);
		if (group != NULL)
			store->stale_groups |= group_put(group, store->now_ms, change);
	}
}

/* Memory that a fork lent shrinks as it is given back, and never grows again: what comes after is
 * the child's own. */
void store_group_change(struct store *store, struct proc *proc, uint64_t footprint_kib,
	uint64_t shmem_kib, bool learnt)
{
	uint64_t kib = footprint_kib - shmem_kib;
	uint32_t inherited_kib = kib < proc->inherited_kib ? (uint32_t)kib : proc->inherited_kib;
	int64_t fewer_kib = (int64_t)inherited_kib - proc->inherited_kib;
	const struct group_change change = {
		.private_kib = (int64_t)(kib - private_kib(proc)),
		.inherited_kib = proc->watched_from_birth ? fewer_kib : 0,
		.presumed_kib = proc->watched_from_birth ? 0 : fewer_kib,
		.own_kib = kib,
		.old_kib = proc->figures.shmem_kib,
		.new_kib = shmem_kib,
		.learnt = learnt && !proc->watched_from_birth,
	};

	proc->inherited_kib = inherited_kib;
	if (change.private_kib == 0 && change.old_kib == change.new_kib)
		return;
	put_change(store, proc, &change);
}

void store_group_disinherit(struct store *store, struct proc *proc)
{
	const struct group_change change = {
		.inherited_kib = -seen_kib(proc),
		.presumed_kib = -presumed_kib(proc),
		.own_kib = private_kib(proc),
		.old_kib = proc->figures.shmem_kib,
		.new_kib = proc->figures.shmem_kib,
	};

	if (proc->inherited_kib != 0)
		put_change(store, proc, &change);
	proc->inherited_kib = 0;
}

/* Looks for the largest members of one group: its own have to be found among all. */
static void find_largest(const struct store *store, struct group *group, enum group_kind kind)
{
	uint64_t most_private_kib = 0, most_shared_kib = 0;

	for (size_t i = 0; i < store->table.count; i++) {
		const struct proc *proc = &store->table.procs[i];
		uint64_t key;
		if (!proc_is_measured(proc) || !store_group_key(proc, kind, &key) ||
			key != group->key)
			continue;
		most_private_kib = amount_larger(most_private_kib, private_kib(proc));
		most_shared_kib = amount_larger(most_shared_kib, proc->figures.shmem_kib);
	}
	group_largest(group, most_private_kib, most_shared_kib);
}

/* Not where a member shrinks or leaves, but once a tick: a crowd that ends together would have the
 * store walked as often as it has members. */
void store_settle_groups(struct store *store)
{
	for (int kind = 0; store->stale_groups && kind < GROUP_KINDS; kind++) {
		struct group_table *table = &store->groups[kind];
		for (size_t i = 0; i < table->count; i++)
			if (table->all[i].stale)
				find_largest(store, &table->all[i], (enum group_kind)kind);
	}
	store->stale_groups = false;
}

/* Nobody is in it, and nothing that is worth keeping would be lost. */
static bool is_over(const struct store *store, const struct group *group)
{
	return group->members == 0 &&
	       (group->trend == NULL || store->now_ms - group->empty_ms > KEEP_MS);
}

/* Backwards, since the place of a group that is removed is taken by the last. */
void store_feed_groups(struct store *store, uint64_t room_kib)
{
	for (int kind = 0; kind < GROUP_KINDS; kind++) {
		struct group_table *table = &store->groups[kind];
		for (size_t i = table->count; i-- > 0;) {
			struct group *group = &table->all[i];
			if (!is_over(store, group)) {
				group_feed(group, store->before_ms, store->now_ms);
				if (group->trend != NULL)
					store_follow(store, group->trend, group_own_kib(group),
						room_kib);
				continue;
			}
			const char *name = group->name;
			group_table_remove(table, group);
			intern_drop(&store->texts, name);
		}
	}
}

void store_settle_group_trends(struct store *store)
{
	for (int kind = 0; kind < GROUP_KINDS; kind++)
		for (size_t i = 0; i < store->groups[kind].count; i++)
			if (store->groups[kind].all[i].trend != NULL)
				trend_settle(store->groups[kind].all[i].trend);
}

/* The values before it, marked: what happened in the gap is nobody's growth. */
void store_feed_groups_gap(struct store *store)
{
	for (int kind = 0; kind < GROUP_KINDS; kind++) {
		const struct group_table *table = &store->groups[kind];
		for (size_t i = 0; i < table->count; i++) {
			const struct group *group = &table->all[i];
			const uint64_t values[GROUP_CHANNELS] = { group->before_kib,
				group->lent_kib };
			if (group->series != NULL)
				series_put(group->series, store->now_ms, values, true);
		}
	}
}

size_t store_group_count(const struct store *store, enum group_kind kind)
{
	return store->groups[kind].count;
}

const struct group *store_group(const struct store *store, enum group_kind kind, size_t index)
{
	return &store->groups[kind].all[index];
}

const struct group *store_group_of(const struct store *store, const struct proc *proc,
	enum group_kind kind)
{
	return store_group_at(store, proc, kind);
}

enum trend_state store_group_verdict(const struct store *store, const struct group *group)
{
	if (group->own)
		return TREND_NONE;
	if (group->trend != NULL)
		return trend_state(group->trend);
	double seen_s = store_seconds(store->now_ms - group->first_ms);
	return trend_state_still(seen_s, seen_s);
}

/* A group that never moved has no series: it is as it was.  What its members borrowed (see
 * store_share.c) is taken off at both ends. */
bool store_group_growth(const struct store *store, const struct group *group, double seconds,
	double *kib_min)
{
	uint64_t first_ms = group->series != NULL ? series_first_ms(group->series)
						  : group->first_ms;
	uint64_t from_ms = store_window_ms(store, first_ms, seconds);
	uint64_t old_kib = group->footprint_kib;
	uint64_t lent_kib = group->footprint_kib - group_own_kib(group);

	if (group->joined < 2 || from_ms == 0)
		return false;
	if (group->series != NULL &&
		!series_at(group->series, 1u << GROUP_FOOTPRINT, from_ms, &old_kib, &from_ms))
		return false;
	if (group->series != NULL)
		series_at(group->series, 1u << GROUP_BORROWED, from_ms, &lent_kib, NULL);
	double old_own_kib = (double)old_kib - (double)lent_kib;
	*kib_min = ((double)group_own_kib(group) - old_own_kib) /
		   store_seconds(store->now_ms - from_ms) * 60;
	return true;
}

void store_group_history(const struct store *store, const struct group *group,
	const struct series_cut *cut)
{
	if (group->series != NULL)
		series_read(group->series, 1u << GROUP_FOOTPRINT, cut);
	else
		store_still_history(store, group->first_ms, group->footprint_kib, cut);
}
