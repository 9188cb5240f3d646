/* SPDX-License-Identifier: GPL-2.0-or-later */
/* brief - see brief.h */
#include "sample/brief.h"

#include "base/amount.h"
#include "base/order.h"
#include "base/xalloc.h"
#include "sample/frame_writer.h"
#include "sample/shortlist.h"

#include <stdlib.h>

enum {
	KILL_FIRST = 1,   /* so many of the highest oom_score */
	SETTLE_S = 60,    /* growth of a process seen for less counts as of so long */
	RATE_SCALE = 1024 /* KiB a second are small numbers */
};

/* By halves: those seen stand in the order of their pids, as the slots they were made from. */
static const struct brief_seen *find_seen(const struct brief *brief, int32_t pid)
{
	size_t at = order_before(brief->seen, brief->count, sizeof(*brief->seen),
		offsetof(struct brief_seen, pid), (uint32_t)pid);

	return at < brief->count && brief->seen[at].pid == pid ? &brief->seen[at] : NULL;
}

bool brief_tells(const struct brief *brief, int32_t pid)
{
	const struct brief_seen *seen = find_seen(brief, pid);

	return brief->rows == 0 || (seen != NULL && seen->told);
}

bool brief_is_fresh(const struct brief *brief, int32_t pid)
{
	const struct brief_seen *seen = find_seen(brief, pid);

	return seen != NULL && seen->fresh;
}

static void forget_seen(struct brief *brief)
{
	free(brief->seen);
	free(brief->before);
	*brief = (struct brief){ .rows = brief->rows };
}

void brief_set(struct brief *brief, uint32_t rows)
{
	brief->rows = rows < REQUEST_ROWS_MAX ? rows : REQUEST_ROWS_MAX;
	if (rows == 0)
		forget_seen(brief);
}

static uint32_t stay_s(uint64_t now_ms)
{
	return (uint32_t)((now_ms + BRIEF_STAY_MS) / 1000);
}

void brief_keep(struct brief *brief, int32_t pid, uint64_t now_ms)
{
	struct brief_seen *seen = (struct brief_seen *)(uintptr_t)find_seen(brief, pid);

	if (seen != NULL && seen->told)
		seen->until_s = stay_s(now_ms);
}

/* --- what is remembered ----------------------------------------------------------------------- */

/* Swap is memory that it would have. */
static uint32_t size_of(const struct proc_slot *slot)
{
	uint64_t kib = slot->figures.rss_kib + slot->figures.swap_kib;

	return kib < UINT32_MAX ? (uint32_t)kib : UINT32_MAX;
}

/* Both ascend, so that one walk finds who was there before. */
static void follow_slots(struct brief *brief, const struct slots *table, uint64_t now_ms)
{
	struct brief_seen *old = brief->seen;
	size_t nold = brief->count, cap = brief->seen_cap, at = 0;
	struct brief_seen *now = xalloc_room(brief->before, &brief->before_cap, table->count,
		sizeof(*now));

	for (size_t i = 0; i < table->count; i++) {
		const struct proc_slot *slot = &table->slots[i];
		uint32_t kib = size_of(slot);

		while (at < nold && old[at].pid < slot->pid)
			at++;
		if (at < nold && old[at].pid == slot->pid &&
			old[at].start_ticks == slot->start_ticks) {
			now[i] = old[at];
			now[i].fresh = false;
			/* a size that was not read yet is not a small one */
			if (now[i].least_kib == 0 || kib < now[i].least_kib)
				now[i].least_kib = kib;
			continue;
		}
		now[i] = (struct brief_seen){
			.start_ticks = slot->start_ticks,
			.pid = slot->pid,
			.least_kib = kib,
			.since_s = (uint32_t)(now_ms / 1000),
		};
	}
	brief->seen = now;
	brief->count = table->count;
	brief->seen_cap = brief->before_cap;
	brief->before = old;
	brief->before_cap = cap;
}

/* --- the choice ------------------------------------------------------------------------------- */

/* By its rate since it was smallest, with some seconds added to the time, so that a burst at the
 * start does not outrun a steady leak. */
static uint64_t growth_of(const struct brief_seen *seen, const struct proc_slot *slot,
	uint64_t now_ms)
{
	uint64_t grown_kib = amount_less(size_of(slot), seen->least_kib);

	if (grown_kib < BRIEF_GROWN_KIB)
		return 0;
	return 1 + grown_kib * RATE_SCALE / (now_ms / 1000 - seen->since_s + SETTLE_S);
}

static void want(struct brief *brief, const struct shortlist *list, uint64_t now_ms)
{
	for (size_t i = 0; i < list->count; i++)
		brief->seen[list->at[i].index].until_s = stay_s(now_ms);
}

/* Three lists, since each of them may be what is looked for: who is large fills the screen, who
 * grows is a leak in its youth, and who has the highest oom_score is told when the kernel kills. A
 * process may be in several. */
static void want_some(struct brief *brief, const struct slots *table, uint64_t now_ms)
{
	struct shortlist largest = { .most = brief->rows }, growing = { .most = brief->rows },
			 doomed = { .most = KILL_FIRST };

	for (size_t i = 0; i < table->count; i++) {
		const struct proc_slot *slot = &table->slots[i];

		if (slot->flags & (SLOT_KERNEL | SLOT_DEAD))
			continue;
		shortlist_offer(&largest, size_of(slot), i);
		shortlist_offer(&growing, growth_of(&brief->seen[i], slot, now_ms), i);
		if (slot->figures.known & DETAIL_OOM && slot->figures.oom_score > 0)
			shortlist_offer(&doomed, (uint64_t)slot->figures.oom_score, i);
	}
	want(brief, &largest, now_ms);
	want(brief, &growing, now_ms);
	want(brief, &doomed, now_ms);
}

/* Whoever stays makes no room for others for ever: beyond the bound only those that belong here at
 * this moment are told of. */
static uint32_t told_from_s(const struct brief *brief, uint64_t now_ms)
{
	uint32_t now_s = (uint32_t)(now_ms / 1000);
	size_t staying = 0;

	for (size_t i = 0; i < brief->count; i++)
		staying += brief->seen[i].until_s > now_s;
	return staying <= (size_t)brief->rows * BRIEF_TOLD ? now_s + 1 : stay_s(now_ms);
}

/* Processes that are not told of one by one go out as sums; who waits for a device is counted, as
 * that is what a stall looks like from here. */
static void add_rest(struct proc_rest *rest, const struct proc_slot *slot)
{
	rest->processes++;
	if (slot->flags & SLOT_KERNEL)
		return;
	rest->rss_kib += slot->figures.rss_kib;
	rest->anon_kib += amount_less(slot->figures.rss_kib, slot->figures.shared_kib);
	rest->waiting += slot->figures.state == 'D';
}

/* Only when it changed: on a machine that rests it never does. */
static void put_rest(struct brief *brief, const struct proc_rest *rest, bool key,
	struct frame_writer *writer)
{
	const struct proc_rest *said = &brief->rest;
	bool same = said->processes == rest->processes && said->waiting == rest->waiting &&
		    said->rss_kib == rest->rss_kib && said->anon_kib == rest->anon_kib;

	if (same && brief->rest_said && !key)
		return;
	brief->rest = *rest;
	brief->rest_said = true;
	frame_put_rest(writer, rest);
}

void brief_choose(struct brief *brief, struct slots *table, uint64_t now_ms, bool key,
	struct frame_writer *writer)
{
	struct proc_rest rest = { 0 };

	follow_slots(brief, table, now_ms);
	want_some(brief, table, now_ms);
	uint32_t from_s = told_from_s(brief, now_ms);

	for (size_t i = 0; i < table->count; i++) {
		struct brief_seen *seen = &brief->seen[i];
		bool tell = seen->until_s >= from_s, was = seen->told;

		seen->told = tell;
		seen->fresh = tell && (key || !was);
		table->slots[i].flags &= ~(uint32_t)SLOT_WATCHED;
		if (tell)
			table->slots[i].flags |= SLOT_WATCHED;
		else
			add_rest(&rest, &table->slots[i]);
		if (was && !tell && !key) /* in a key frame, who is not born is not told of */
			frame_put_left(writer, seen->pid);
	}
	put_rest(brief, &rest, key, writer);
}
