/* SPDX-License-Identifier: GPL-2.0-or-later */
/* census - see census.h; does not look at details */
#include "sample/census.h"

#include "base/xalloc.h"
#include "sample/part.h"
#include "sample/procfs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BORN_KEPT = 128 }; /* births of a tick there is always room for */

void census_init(struct census *census, int proc)
{
	*census = (struct census){ .late = SIZE_MAX };
	proctable_init(&census->table);
	fastlane_init(&census->fast, proc);
}

void census_done(struct census *census)
{
	fastlane_done(&census->fast);
	proctable_done(&census->table);
	free(census->born);
	free(census->gone);
}

/* --- saying things --- */

static void say_birth(struct part *part, const struct proc_slot *slot)
{
	struct proc_birth birth = {
		.id = { slot->pid, slot->start_ticks },
		.ppid = slot->ppid,
		.uid = slot->uid,
		.kernel_thread = slot->flags & SLOT_KERNEL,
		.state = slot->state,
		.comm = slot->comm,
	};

	part_birth(part, &birth);
}

static void say_usage(const struct census *census, struct proc_slot *slot, struct part *part)
{
	uint64_t page = census->fast.page_kib;
	struct proc_usage usage = {
		.pid = slot->pid,
		.rss_kib = slot->rss_pages * page,
		.shared_kib = slot->shared_pages * page,
		.virt_kib = slot->virt_pages * page,
	};

	slot->flags &= ~(uint32_t)SLOT_SEND;
	part_usage(part, &usage);
}

/* --- births and deaths --- */

static int slot_order(const void *a, const void *b)
{
	const struct proc_slot *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void add_gone(struct census *census, int32_t pid)
{
	if (census->ngone == census->gone_cap) {
		census->gone_cap = xalloc_capacity(census->gone_cap, census->ngone + 1);
		census->gone = xalloc_grow(census->gone, census->gone_cap, sizeof(*census->gone));
	}
	census->gone[census->ngone++] = pid;
}

static void add_born(struct census *census, const struct proc_slot *slot)
{
	if (census->nborn == census->born_cap) {
		census->born_cap = xalloc_capacity(census->born_cap, census->nborn + 1);
		census->born = xalloc_grow(census->born, census->born_cap, sizeof(*census->born));
	}
	census->born[census->nborn++] = *slot;
}

/* A pid that is new, or that may be another process by now. */
static void sight(struct census *census, int32_t pid)
{
	struct proc_slot *known = proctable_find(&census->table, pid), slot;
	int error = fastlane_sight(&census->fast, pid, &slot);

	if (error == -EACCES || error == -EPERM)
		census->hidden++;
	if (error < 0) {
		if (known != NULL && procfs_gone(error))
			known->flags |= SLOT_DEAD;
		return;
	}
	if (known != NULL && known->start_ticks == slot.start_ticks) {
		known->flags &= ~(uint32_t)SLOT_DEAD;
		free(slot.comm);
		return;
	}
	if (known != NULL)
		known->flags |= SLOT_DEAD;
	add_born(census, &slot);
}

static bool born_has(const struct census *census, int32_t pid)
{
	for (size_t i = 0; i < census->nborn; i++)
		if (census->born[i].pid == pid)
			return true;
	return false;
}

/* Children of the family are of the family; orphans come back to its head, who reaps them. */
static bool is_family(const struct census *census, const struct proc_slot *slot)
{
	if (slot->pid == census->family || slot->pid == census->apart || slot->pid == getpid())
		return false;
	if (slot->ppid == census->family)
		return true;
	return proctable_find(&census->table, slot->ppid) != NULL || born_has(census, slot->ppid);
}

/* Keeps the family among those just born.  Pids wrap, so a child may have a lower one than its
 * parent: strangers are asked again until none is taken in. */
static void keep_family(struct census *census)
{
	size_t all = census->nborn, kept = 0;
	bool found = true;

	census->nborn = 0;
	while (found) {
		found = false;
		for (size_t i = kept; i < all; i++) {
			struct proc_slot slot = census->born[i];

			if (!is_family(census, &slot))
				continue;
			memmove(&census->born[kept + 1], &census->born[kept],
				(i - kept) * sizeof(slot));
			census->born[kept++] = slot;
			census->nborn = kept;
			found = true;
		}
	}
	for (size_t i = kept; i < all; i++)
		free(census->born[i].comm);
	if (kept > 1)
		qsort(census->born, kept, sizeof(*census->born), slot_order);
}

/* Sights what the fast lane found.  In the first tick births go out as they are seen, so that
 * the reader of the stream has work meanwhile. */
static void sight_news(struct census *census, bool first, struct part *part)
{
	bool at_once = first && census->family == 0;
	int32_t last = 0;

	census->nborn = 0;
	for (size_t i = 0; i < census->fast.nnews; i++) {
		int32_t pid = census->fast.news[i];
		size_t before = census->nborn;

		if (pid == last)
			continue;
		last = pid;
		sight(census, pid);
		if (at_once && census->nborn > before)
			say_birth(part, &census->born[before]);
	}
	if (census->family != 0)
		keep_family(census);
	if (first && !at_once)
		for (size_t i = 0; i < census->nborn; i++)
			say_birth(part, &census->born[i]);
}

static void bury(struct census *census)
{
	census->ngone = 0;
	for (size_t i = 0; i < census->table.count; i++)
		if (census->table.slots[i].flags & SLOT_DEAD)
			add_gone(census, census->table.slots[i].pid);
	if (census->ngone > 0)
		census->fast.kept -= proctable_sweep(&census->table);
}

/* --- the first tick --- */

static int size_order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

/* The COUNT-th biggest RSS in pages. */
static uint32_t size_of_nth(const struct proctable *table, size_t count)
{
	uint64_t *sizes;
	uint32_t nth;

	if (table->count <= count)
		return 0;
	sizes = xalloc_zero(table->count, sizeof(*sizes));
	for (size_t i = 0; i < table->count; i++)
		sizes[i] = table->slots[i].rss_pages;
	qsort(sizes, table->count, sizeof(*sizes), size_order);
	nth = (uint32_t)sizes[count - 1];
	free(sizes);
	return nth;
}

/* Until the front end says what is on its screen, that will be the biggest. */
static void watch_biggest(struct census *census)
{
	uint32_t size = size_of_nth(&census->table, CENSUS_WATCHED);
	size_t count = 0;

	for (size_t i = 0; i < census->table.count && count < CENSUS_WATCHED; i++) {
		struct proc_slot *slot = &census->table.slots[i];

		if ((slot->flags & SLOT_KERNEL) || slot->rss_pages < size || slot->rss_pages == 0)
			continue;
		slot->flags |= SLOT_WATCHED;
		count++;
	}
}

/* Reads statm of those born in this tick; in the first tick only of the biggest, for now. */
static void size_born(struct census *census, bool first)
{
	uint32_t size = first ? size_of_nth(&census->table, CENSUS_FIRST) : 0;
	size_t count = 0;

	for (size_t i = 0; i < census->table.count; i++) {
		struct proc_slot *slot = &census->table.slots[i];

		if (!(slot->flags & SLOT_BORN))
			continue;
		slot->flags &= ~(uint32_t)SLOT_BORN;
		if (slot->flags & SLOT_KERNEL) {
			slot->flags |= SLOT_USAGE | SLOT_SEND;
			slot->rss_pages = slot->shared_pages = 0;
			slot->virt_pages = 0;
		} else if (slot->rss_pages >= size && count < CENSUS_FIRST * 2) {
			fastlane_usage(&census->fast, &census->table, slot);
			count += first;
			/* the young move and die: for a few ticks they skip the turns */
			if (!first)
				slot->quiet = 1;
		}
	}
	if (first)
		census->late = 0;
}

void census_again(struct census *census, struct proc_slot *slot, struct part *part)
{
	if (slot->flags & (SLOT_KERNEL | SLOT_DEAD))
		return;
	fastlane_again(&census->fast, &census->table, slot);
	if ((slot->flags & SLOT_SEND) && !(slot->flags & SLOT_DEAD))
		say_usage(census, slot, part);
}

void census_late(struct census *census, struct part *part)
{
	size_t count = 0;

	while (census->late < census->table.count && count < CENSUS_LATE) {
		struct proc_slot *slot = &census->table.slots[census->late++];

		if ((slot->flags & (SLOT_USAGE | SLOT_DEAD)) ||
			fastlane_usage(&census->fast, &census->table, slot) < 0)
			continue;
		say_usage(census, slot, part);
		count++;
	}
	if (census->late >= census->table.count)
		census->late = SIZE_MAX;
}

/* --- a tick --- */

static void say_sizes(struct census *census, bool key, struct part *part)
{
	for (size_t i = 0; i < census->table.count; i++) {
		struct proc_slot *slot = &census->table.slots[i];

		if ((slot->flags & SLOT_USAGE) && !(slot->flags & SLOT_DEAD) &&
			(key || (slot->flags & (SLOT_SEND | SLOT_WATCHED))))
			say_usage(census, slot, part);
	}
}

static void say_births(const struct census *census, bool key, struct part *part)
{
	const struct proc_slot *slots = key ? census->table.slots : census->born;
	size_t count = key ? census->table.count : census->nborn;

	for (size_t i = 0; i < count; i++)
		say_birth(part, &slots[i]);
}

/* In the first tick everybody is born: later ticks need little of that memory. */
static void shrink_born(struct census *census)
{
	if (census->born_cap <= BORN_KEPT)
		return;
	free(census->born);
	census->born = NULL;
	census->born_cap = census->nborn = 0;
}

void census_tick(struct census *census, const struct fastlane_look *look, bool first, bool key,
	struct part *part)
{
	fastlane_tick(&census->fast, &census->table, look);
	if (census->fast.listed_ms == look->now_ms)
		census->hidden = 0;
	sight_news(census, first, part);
	bury(census);
	/* a key frame is complete: a process that is not in it is gone */
	for (size_t i = 0; i < census->ngone && !key; i++)
		part_death(part, census->gone[i]);
	proctable_merge(&census->table, census->born, census->nborn);
	if (first)
		watch_biggest(census);
	size_born(census, first);
	if (!first)
		say_births(census, key, part);
	shrink_born(census);
	say_sizes(census, key, part);
}
