/* SPDX-License-Identifier: GPL-2.0-or-later */
/* group - a table of sums and what each does; who belongs where is store_groups.c's business */
#include "model/group.h"

#include "base/xalloc.h"

#include <stdlib.h>

enum {
	REST_KIB = 8, /* as for a process: a page or two is no movement */
};

static uint32_t hash_of(const void *owner, uint32_t place)
{
	return hash_number(((const struct group_table *)owner)->all[place].key);
}

void group_table_init(struct group_table *table)
{
	*table = (struct group_table){ .hash = { .of = hash_of } };
}

static void group_done(struct group *group)
{
	series_free(group->series);
	free(group->trend);
}

void group_table_done(struct group_table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->count; i++)
		group_done(&table->all[i]);
	free(table->all);
	hash_done(&table->hash);
	group_table_init(table);
}

struct group *group_table_find(const struct group_table *table, uint64_t key)
{
	struct hash_walk walk = hash_walk(&table->hash, hash_number(key));
	uint32_t place;

	while (hash_next(&walk, &place))
		if (table->all[place].key == key)
			return &table->all[place];
	return NULL;
}

struct group *group_table_add(struct group_table *table, uint64_t key)
{
	struct group *group = XALLOC_NEXT(table->all, table->count, table->cap);

	*group = (struct group){ .key = key };
	hash_add(&table->hash, table, (uint32_t)(group - table->all));
	return group;
}

void group_table_remove(struct group_table *table, struct group *group)
{
	const struct group *last = &table->all[table->count - 1];

	group_done(group);
	hash_remove(&table->hash, table, (uint32_t)(group - table->all),
		(uint32_t)(last - table->all));
	if (group != last)
		*group = *last;
	table->count--;
}

static bool has_moved(const struct group *group)
{
	int32_t d = (int32_t)((uint32_t)group->footprint_kib - group->rest_footprint);

	return d > REST_KIB || d < -REST_KIB;
}

/* Anonymous memory and swap without SHARED_KIB, which is a parent's, too; no less than the largest
 * member has. */
static uint64_t apart_kib(const struct group *group, uint64_t shared_kib)
{
	uint64_t kib = group->private_kib > shared_kib ? group->private_kib - shared_kib : 0;

	return shared_kib && kib < group->largest_kib ? group->largest_kib : kib;
}

uint64_t group_own_kib(const struct group *group)
{
	return apart_kib(group, group->inherited_kib + group->presumed_kib) + group->shared_kib -
	       group->borrowed_kib;
}

/* The part of the footprint that is not its own. */
static uint64_t lent_kib(const struct group *group)
{
	uint64_t own_kib = group_own_kib(group);

	return group->footprint_kib > own_kib ? group->footprint_kib - own_kib : 0;
}

static void add_up(struct group *group)
{
	group->footprint_kib = apart_kib(group, group->inherited_kib) + group->shared_kib;
}

static void set_shared(struct group *group, uint64_t shared_kib)
{
	if (shared_kib < group->shared_kib)
		group->borrowed_kib = (uint64_t)((double)group->borrowed_kib * (double)shared_kib /
						 (double)group->shared_kib);
	group->shared_kib = shared_kib;
}

/* DELTA_KIB of the sum was there all the time, only not known, and DELTA_LENT_KIB of that not its
 * own. */
static void learn(struct group *group, uint64_t now_ms, int64_t delta_kib, int64_t delta_lent_kib)
{
	group->before_kib += (uint64_t)delta_kib;
	group->lent_kib += (uint64_t)delta_lent_kib;
	group->rest_footprint += (uint32_t)delta_kib;
	if (group->trend == NULL || (delta_kib == 0 && delta_lent_kib == 0))
		return;
	series_shift(group->series, GROUP_FOOTPRINT, delta_kib);
	series_shift(group->series, GROUP_BORROWED, delta_lent_kib);
	trend_init(group->trend, (double)now_ms / 1000, group_own_kib(group),
		(double)(now_ms - group->first_ms) / 1000, 0);
}

bool group_put(struct group *group, uint64_t now_ms, const struct group_change *change)
{
	uint64_t before_kib = group->footprint_kib, before_lent_kib = lent_kib(group);
	uint64_t shared_kib = group->shared_kib;
	bool forked = group->inherited_kib + group->presumed_kib != 0;

	group->private_kib += (uint64_t)change->private_kib;
	group->inherited_kib += (uint64_t)change->inherited_kib;
	group->presumed_kib += (uint64_t)change->presumed_kib;
	if (change->new_kib > shared_kib)
		group->shared_kib = change->new_kib;
	if (change->own_kib > group->largest_kib)
		group->largest_kib = change->own_kib;
	if (change->old_kib > change->new_kib && change->old_kib >= shared_kib)
		group->stale = true;
	if (group->inherited_kib + group->presumed_kib && (!forked || change->private_kib < 0))
		group->stale = true;
	add_up(group);
	if (change->learnt)
		learn(group, now_ms, (int64_t)(group->footprint_kib - before_kib),
			(int64_t)(lent_kib(group) - before_lent_kib));
	else if (!group->makes)
		group->borrowed_kib += group->shared_kib - shared_kib;
	return group->stale;
}

void group_largest(struct group *group, uint64_t private_kib, uint64_t shared_kib)
{
	group->stale = false;
	group->largest_kib = private_kib;
	set_shared(group, shared_kib);
	add_up(group);
}

static void put_series(struct group *group, uint64_t now_ms)
{
	const uint64_t values[GROUP_CHANNELS] = { group->footprint_kib, lent_kib(group) };

	series_put(group->series, now_ms, values, false);
}

/* Until the tick before, the sum did not move. */
static void start_history(struct group *group, uint64_t before_ms)
{
	uint64_t since_ms = group->moved_ms > group->first_ms ? group->moved_ms : group->first_ms;
	uint64_t upto_ms = before_ms > since_ms ? before_ms : since_ms;
	const uint64_t values[GROUP_CHANNELS] = { group->before_kib, group->lent_kib };

	group->series = series_new(GROUP_CHANNELS);
	series_put_still(group->series, since_ms, upto_ms, values);
	group->trend = xalloc(sizeof(*group->trend));
	trend_init_flat(group->trend, (double)since_ms / 1000, (double)upto_ms / 1000,
		group->before_kib - group->lent_kib, (double)(since_ms - group->first_ms) / 1000,
		0);
}

/* Where it rests is what growth is measured from when it moves again. */
static void end_tick(struct group *group, uint64_t now_ms, bool moved)
{
	if (moved) {
		group->moved_ms = now_ms;
		group->rest_footprint = (uint32_t)group->footprint_kib;
	}
	group->before_kib = group->footprint_kib;
	group->lent_kib = lent_kib(group);
}

void group_feed(struct group *group, uint64_t before_ms, uint64_t now_ms)
{
	bool moved = has_moved(group);

	/* not followed yet, and nothing to begin with */
	if (group->trend == NULL && (!moved || group->joined < 2 || group->first_ms == now_ms)) {
		end_tick(group, now_ms, moved);
		return;
	}
	if (group->trend == NULL)
		start_history(group, before_ms);
	if (group->before_kib != group->footprint_kib || group->lent_kib != lent_kib(group))
		put_series(group, now_ms);
	end_tick(group, now_ms, moved);
}
