/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence_gather - the facts of evidence.h, from the store */
#include "model/evidence.h"

#include "model/maps.h"

#include <string.h>

enum {
	/* ten minutes: as far as a curve on the screen is remembered */
	RANGE_MS = 600000,
	RANGE_SPANS = 120,
	WHERE_LEAST_MS = 8000,  /* parts watched shorter do not tell */
	WHERE_LEAST_KIB = 1024, /* nor growth below this */
	CHANNEL_SPAN_MS = 600000,
	FILES_SPAN_MS = 60000,  /* of late */
	FILES_BEGIN_MS = 10000, /* in which a program loads its code */
	/* less is a library or a locale that was mapped */
	FILES_LEAST_KIB = 4096,
};

static const double MOST_OF_IT = .5; /* from this share on it is what makes a process grow */

/* The lowest and highest of its footprint in the time that is looked back on, but not before it
 * was first seen. */
static void gather_range(struct evidence_facts *facts, const struct store *store,
	const struct proc *proc)
{
	struct series_span spans[RANGE_SPANS];
	uint64_t now_ms = store_now_ms(store);
	uint64_t from_ms = now_ms > RANGE_MS ? now_ms - RANGE_MS : 0;
	uint64_t lowest = UINT64_MAX, highest = 0;

	if (from_ms < proc->first_ms)
		from_ms = proc->first_ms;
	if (now_ms <= from_ms)
		return;
	store_history(store, proc, PROC_FOOTPRINT,
		&(struct series_cut){ from_ms, now_ms, spans, RANGE_SPANS });
	for (int i = 0; i < RANGE_SPANS; i++) {
		if (!spans[i].known)
			continue;
		lowest = spans[i].lo < lowest ? spans[i].lo : lowest;
		highest = spans[i].hi > highest ? spans[i].hi : highest;
	}
	if (lowest > highest)
		return;
	facts->lowest_kib = lowest;
	facts->highest_kib = highest;
	facts->range_s = (double)(now_ms - from_ms) / 1000;
}

/* Times of the trend are on the clock of frames, in seconds; below 0: it never ceased to climb. */
static void gather_trend(struct evidence_facts *facts, const struct store *store,
	const struct proc *proc)
{
	double now_s = (double)store_now_ms(store) / 1000;
	struct trend_rate rate;
	struct trend_climb climb;
	double cleared_s;

	facts->cleared_s = -1;
	if (proc->trend == NULL)
		return;
	if (trend_rate(proc->trend, &rate)) {
		facts->rate_known = true;
		facts->kib_min = rate.kib_s * 60;
	}
	if (trend_climb(proc->trend, &climb)) {
		facts->since_s = now_s - climb.since_s;
		facts->gained_kib = (uint64_t)climb.gain_kib;
	}
	if (trend_cleared(proc->trend, &cleared_s))
		facts->cleared_s = now_s - cleared_s;
}

/* Where the growth since the baseline of the parts went. */
static void gather_where(struct evidence_facts *facts, const struct store *store,
	const struct proc *proc)
{
	const struct maps *maps = store_maps(store, proc->id);
	int64_t all_kib;

	if (maps == NULL || maps->parts_ms < maps->base_ms + WHERE_LEAST_MS)
		return;
	const struct maps_group *most = maps_most_gained(maps, &all_kib);
	if (most == NULL || all_kib < WHERE_LEAST_KIB)
		return;
	facts->where_known = true;
	facts->where = most->kind;
	facts->where_name = most->name;
	facts->where_share = (double)most->gained_kib / (double)all_kib;
	if (facts->where_share > 1)
		facts->where_share = 1;
}

/* Where it went as far as the histories tell, over the climb or the last ten minutes. */
static void gather_channel(struct evidence_facts *facts, const struct store *store,
	const struct proc *proc)
{
	static const unsigned channels[] = { PROC_ANON, PROC_SHMEM, PROC_SWAP, PROC_HUGE };
	uint64_t now_ms = store_now_ms(store), most_kib = 0;
	uint64_t span_ms = facts->since_s > 1 ? (uint64_t)(facts->since_s * 1000) : CHANNEL_SPAN_MS;
	uint64_t from_ms = now_ms > span_ms ? now_ms - span_ms : 0, all_kib = 0;

	if (proc->series == NULL)
		return;
	if (from_ms < proc->first_ms)
		from_ms = proc->first_ms;
	for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++) {
		uint64_t then_kib;
		if (!series_at(proc->series, 1u << channels[i], from_ms, &then_kib, NULL))
			return;
		uint64_t now_kib = series_last(proc->series, channels[i]);
		if (channels[i] == PROC_SHMEM) {
			/* what was there before it touched it is not its growth */
			uint64_t lent_kib = 0;
			series_at(proc->series, 1u << PROC_BORROWED, from_ms, &lent_kib, NULL);
			then_kib += series_last(proc->series, PROC_BORROWED) - lent_kib;
		}
		uint64_t gained_kib = now_kib > then_kib ? now_kib - then_kib : 0;
		all_kib += gained_kib;
		if (gained_kib <= most_kib)
			continue;
		most_kib = gained_kib;
		facts->channel = channels[i];
	}
	if (all_kib < WHERE_LEAST_KIB)
		return;
	facts->channel_known = true;
	facts->channel_share = (double)most_kib / (double)all_kib;
}

/* KiB of mapped files that came of late, where they are most of what came; else 0. */
static uint64_t files_gained(const struct store *store, const struct proc *proc)
{
	uint64_t now_ms = store_now_ms(store), file_kib, other_kib;
	uint64_t from_ms = now_ms > FILES_SPAN_MS ? now_ms - FILES_SPAN_MS : 0;

	if (from_ms < proc->first_ms + FILES_BEGIN_MS)
		from_ms = proc->first_ms + FILES_BEGIN_MS;
	if (proc->series == NULL || from_ms >= now_ms ||
		!series_at(proc->series, 1u << PROC_FILE, from_ms, &file_kib, NULL) ||
		!series_at(proc->series, 1u << PROC_ANON | 1u << PROC_SHMEM, from_ms, &other_kib,
			NULL))
		return 0;
	int64_t file = (int64_t)series_last(proc->series, PROC_FILE) - (int64_t)file_kib;
	int64_t other = (int64_t)series_last(proc->series, PROC_ANON) +
			(int64_t)series_last(proc->series, PROC_SHMEM) - (int64_t)other_kib;
	return file >= FILES_LEAST_KIB && file > other ? (uint64_t)file : 0;
}

/* For a zombie the parent is the one to look at: it has not waited. It may be one that may not be
 * looked at, and has no name then. */
static void gather_parent(struct evidence_facts *facts, const struct store *store,
	const struct proc *proc)
{
	const struct proc *parent = proc->figures.ppid > 0
					    ? store_find_pid(store, proc->figures.ppid)
					    : NULL;

	facts->parent = proc->figures.ppid;
	if (parent != NULL)
		facts->parent_name = parent->name;
}

void evidence_gather(struct evidence_facts *facts, const struct store *store,
	const struct proc *proc)
{
	*facts = (struct evidence_facts){
		.state = store_verdict(store, proc),
		.seen_s = (double)(store_now_ms(store) - proc->first_ms) / 1000,
		.footprint_kib = proc->figures.footprint_kib,
		.blocked_s = proc->blocked_s,
		.major_faults_s = proc->figures.known & DETAIL_FAULTS
					  ? (double)proc->figures.major_faults_s
					  : 0,
		.swap_kib = proc->figures.swap_kib,
		.kernel_thread = proc->kernel_thread,
		.findings = store_findings(store, proc->id),
		.rss_kib = proc->figures.rss_kib,
		.state_letter = proc->figures.state,
	};
	gather_parent(facts, store, proc);
	gather_trend(facts, store, proc);
	gather_range(facts, store, proc);
	store_growth(store, proc, 60, &facts->so_far_kib_min);
	facts->eta_known = store_eta(store, proc, &facts->eta);
	if (facts->eta_known && facts->eta.limit.cgroup != NULL && proc->cgroup != NULL)
		facts->eta_above = strcmp(facts->eta.limit.cgroup, proc->cgroup) != 0;
	gather_where(facts, store, proc);
	gather_channel(facts, store, proc);
	if (facts->state != TREND_CLIMBING)
		facts->files_kib = files_gained(store, proc);
}

enum findings_cause evidence_cause(const struct store *store, const struct proc *proc)
{
	struct evidence_facts facts = { .channel_known = false };

	if (store_verdict(store, proc) == TREND_CLIMBING) {
		gather_trend(&facts, store, proc);
		gather_where(&facts, store, proc);
		gather_channel(&facts, store, proc);
		if (facts.channel_known && facts.channel == PROC_SHMEM &&
			facts.channel_share >= MOST_OF_IT)
			return FINDINGS_SHARED;
		if (facts.where_known && facts.where == MAPPING_FILE &&
			facts.where_share >= MOST_OF_IT)
			return FINDINGS_FILE;
	} else if (files_gained(store, proc) > 0) {
		return FINDINGS_FILE;
	}
	return findings_cause(store_findings(store, proc->id), proc->figures.rss_kib);
}
