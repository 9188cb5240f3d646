/* SPDX-License-Identifier: GPL-2.0-or-later */
/* group - a table of sums and what each does; who belongs where is store_groups.c's business */
#include "model/group.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST = 32,
	REST_KIB = 8, /* as for a process: a page or two is no movement */
};

void group_table_init(struct group_table *table)
{
	*table = (struct group_table){ 0 };
}

static void group_done(struct group *group)
{
	series_free(group->series);
	free(group->trend);
}

void group_table_done(struct group_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->count; i++)
		group_done(&table->all[i]);
	free(table->all);
	free(table->slots);
	group_table_init(table);
}

static size_t home_of(const struct group_table *table, uint64_t key)
{
	return (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (table->nslots - 1);
}

static size_t slot_of(const struct group_table *table, uint64_t key)
{
	size_t i = home_of(table, key);

	while (table->slots[i] && table->all[table->slots[i] - 1].key != key)
		i = (i + 1) & (table->nslots - 1);
	return i;
}

struct group *group_table_find(const struct group_table *table, uint64_t key)
{
	if (table->count == 0)
		return NULL;
	uint32_t place = table->slots[slot_of(table, key)];
	return place ? &table->all[place - 1] : NULL;
}

static void rehash(struct group_table *table)
{
	free(table->slots);
	table->nslots = table->nslots ? table->nslots * 2 : (size_t)FIRST * 2;
	table->slots = xalloc_zero(table->nslots, sizeof(*table->slots));
	for (size_t i = 0; i < table->count; i++)
		table->slots[slot_of(table, table->all[i].key)] = (uint32_t)i + 1;
}

struct group *group_table_add(struct group_table *table, uint64_t key)
{
	if (table->count == table->cap) {
		table->cap = xalloc_capacity(table->cap, table->count + 1);
		table->all = xalloc_grow(table->all, table->cap, sizeof(*table->all));
	}
	if ((table->count + 1) * 3 > table->nslots * 2)
		rehash(table);
	struct group *group = &table->all[table->count];
	*group = (struct group){ .key = key };
	table->slots[slot_of(table, key)] = (uint32_t)++table->count;
	return group;
}

/* Empties slot I and moves up what was pushed past it. */
static void vacate(struct group_table *table, size_t i)
{
	size_t mask = table->nslots - 1;

	for (size_t j = (i + 1) & mask; table->slots[j]; j = (j + 1) & mask) {
		size_t home = home_of(table, table->all[table->slots[j] - 1].key);
		if (((j - home) & mask) >= ((j - i) & mask)) {
			table->slots[i] = table->slots[j];
			i = j;
		}
	}
	table->slots[i] = 0;
}

void group_table_remove(struct group_table *table, struct group *group)
{
	const struct group *last = &table->all[table->count - 1];

	group_done(group);
	vacate(table, slot_of(table, group->key));
	if (group != last) {
		table->slots[slot_of(table, last->key)] = (uint32_t)(group - table->all) + 1;
		*group = *last;
	}
	table->count--;
}

size_t group_table_bytes(const struct group_table *table)
{
	size_t bytes = table->cap * sizeof(*table->all) + table->nslots * sizeof(*table->slots);

	for (size_t i = 0; i < table->count; i++) {
		const struct group *group = &table->all[i];
		bytes += group->trend ? sizeof(*group->trend) : 0;
		bytes += group->series ? series_bytes(group->series) : 0;
	}
	return bytes;
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

/* What of the footprint is not its own. */
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

/* DELTA_KIB of the sum was there all the time, only not known, and LENT_KIB of that not its own. */
static void learn(struct group *group, uint64_t now_ms, int64_t delta_kib, int64_t delta_lent_kib)
{
	group->before_kib += (uint64_t)delta_kib;
	group->lent_kib += (uint64_t)delta_lent_kib;
	group->rest_footprint += (uint32_t)delta_kib;
	if (!group->trend || (delta_kib == 0 && delta_lent_kib == 0))
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
static void start(struct group *group, uint64_t before_ms)
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

static void end_tick(struct group *group, uint64_t now_ms, bool moved)
{
	if (moved) {
		group->moved_ms = now_ms;
		group->rest_footprint = (uint32_t)group->footprint_kib;
	}
	group->before_kib = group->footprint_kib;
	group->lent_kib = lent_kib(group);
}

void group_feed(struct group *group, uint64_t before_ms, uint64_t now_ms, uint64_t room_kib)
{
	bool moved = has_moved(group);

	/* not followed yet, and nothing to begin with */
	if (!group->trend && (!moved || group->joined < 2 || group->first_ms == now_ms)) {
		end_tick(group, now_ms, moved);
		return;
	}
	if (!group->trend)
		start(group, before_ms);
	if (group->before_kib != group->footprint_kib || group->lent_kib != lent_kib(group))
		put_series(group, now_ms);
	trend_update(group->trend, (double)now_ms / 1000, group_own_kib(group), room_kib);
	end_tick(group, now_ms, moved);
}
