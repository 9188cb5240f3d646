/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs_say - of which cgroups is told, and what (cgfs.h) */
#include "sample/cgfs_priv.h"

#include "base/amount.h"
#include "sample/brief.h"
#include "sample/frame_writer.h"
#include "sample/shortlist.h"

enum {
	GROWN_KIB = 1024, /* more than the least it ever had: a cgroup that grows */
	SETTLE_MS = 60 * 1000,
	RATE_SCALE = 1024 * 1024, /* KiB a millisecond are small numbers */
};

/* --- of whom ---------------------------------------------------------------------------------- */

void cgfs_brief(struct cgfs *cgfs, uint32_t rows)
{
	cgfs->rows = rows;
	for (size_t i = 0; i < cgfs->count; i++)
		cgfs->entries[i].since_ms = cgfs->entries[i].until_ms = 0;
}

static bool tells(const struct cgfs *cgfs, const struct cgfs_entry *entry)
{
	return cgfs->rows == 0 || entry->until_ms >= cgfs->look_ms;
}

/* A cgroup that grows is followed from the first look at it. */
static uint64_t growth_of(struct cgfs_entry *entry, uint64_t now_ms)
{
	uint64_t usage_kib = entry->figures.usage_kib;

	if (entry->since_ms == 0) {
		entry->since_ms = now_ms;
		entry->least_kib = usage_kib;
	}
	entry->least_kib = amount_smaller(entry->least_kib, usage_kib);
	if (usage_kib - entry->least_kib < GROWN_KIB)
		return 0;
	return 1 +
	       (usage_kib - entry->least_kib) * RATE_SCALE / (now_ms - entry->since_ms + SETTLE_MS);
}

static void want(struct cgfs *cgfs, const struct shortlist *list)
{
	for (size_t i = 0; i < list->count; i++)
		cgfs->entries[list->at[i].index].until_ms = cgfs->look_ms + BRIEF_STAY_MS;
}

/* Cgroups that limit the sampler, or a process that is told of, and nearly full ones are told of in
 * any case. */
static void choose_told(struct cgfs *cgfs)
{
	struct shortlist largest = { .most = cgfs->rows }, growing = { .most = cgfs->rows };

	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		if (!entry->known)
			continue;
		if (entry->own || entry->close || entry->shown || cgfs_is_near(entry) ||
			(entry->wanted && cgfs_is_limited(entry)))
			entry->until_ms = cgfs->look_ms + BRIEF_STAY_MS;
		shortlist_offer(&largest, entry->figures.usage_kib, i);
		shortlist_offer(&growing, growth_of(entry, cgfs->look_ms), i);
	}
	want(cgfs, &largest);
	want(cgfs, &growing);
}

/* To the reader those that are told of no more have ended. */
static void drop_told(struct cgfs *cgfs, struct frame_writer *writer)
{
	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		if (!entry->said || tells(cgfs, entry))
			continue;
		frame_put_cgroup_end(writer, entry->figures.number);
		entry->said = 0;
	}
}

/* --- what ------------------------------------------------------------------------------------- */

static void say_parts(struct cgfs_entry *entry, uint64_t now_ms, struct frame_writer *writer)
{
	/* between ticks it is younger than the tick */
	entry->parts.age_ms = now_ms > entry->stat_ms ? (uint32_t)(now_ms - entry->stat_ms) : 0;
	frame_put_cgroup_parts(writer, &entry->parts);
	entry->parted = false;
}

/* The number of one is known from here on; what hangs on that (titles.h) can be told. */
static void note_said(struct cgfs *cgfs, struct cgfs_entry *entry)
{
	if (entry->said == 0)
		entry->said = ++cgfs->said;
}

/* In full where limits or parts changed, or for a key frame, else in the two numbers that move all
 * the time. A limited group is always said in full: how near it is to its limit is judged by
 * figures of one moment. */
static void say_entry(struct cgfs *cgfs, struct cgfs_entry *entry, bool all,
	struct frame_writer *writer)
{
	bool limited = entry->wanted && cgfs_is_limited(entry);

	if (all || entry->changed || (limited && (entry->used || entry->parted))) {
		entry->figures.path = entry->path;
		frame_put_cgroup(writer, &entry->figures);
		note_said(cgfs, entry);
	} else if (entry->used)
		frame_put_cgroup_usage(writer, entry->figures.number, entry->figures.usage_kib);
	if (entry->parted || (all && entry->figures.known & CGROUP_PARTS))
		say_parts(entry, cgfs->look_ms, writer);
	entry->changed = entry->used = false;
}

/* Says that the cgroup is there, and nothing else. */
static void say_bare(struct cgfs *cgfs, struct cgfs_entry *entry, struct frame_writer *writer)
{
	const struct cgroup_figures bare = {
		.path = entry->path,
		.number = entry->figures.number,
		.known = CGROUP_NUMBER | CGROUP_NO_MEMORY | CGROUP_NO_KILLS,
		.max_kib = UINT64_MAX,
		.high_kib = UINT64_MAX,
		.swap_max_kib = UINT64_MAX,
	};

	frame_put_cgroup(writer, &bare);
	note_said(cgfs, entry);
	entry->told_bare = true;
}

void cgfs_say(struct cgfs *cgfs, bool all, struct frame_writer *writer)
{
	if (cgfs->rows > 0) {
		choose_told(cgfs);
		drop_told(cgfs, writer);
	}
	for (size_t i = 0; i < cgfs->count; i++) {
		struct cgfs_entry *entry = &cgfs->entries[i];

		if (entry->known && tells(cgfs, entry))
			say_entry(cgfs, entry, all || (cgfs->rows > 0 && !entry->said), writer);
		else if (entry->bare && cgfs->rows == 0 && (all || !entry->told_bare))
			say_bare(cgfs, entry, writer);
		entry->told_bare &= entry->bare;
	}
}
