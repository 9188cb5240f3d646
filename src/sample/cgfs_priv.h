/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs_priv - between cgfs_look.c, which goes through all, and cgfs_stat.c, for memory.stat */
#pragma once

#include "sample/cgfs.h"

enum { CGFS_STAT_MOST = 64 };

/* Whose memory.stat is needed most at this look, that first. */
struct cgfs_needy {
	struct {
		uint64_t need;
		struct cgfs_entry *entry;
	} at[CGFS_STAT_MOST];
	size_t count;
};

/* The usage now, from the file that is kept open; false: it has ended, or was made anew. */
bool cgfs_read_kept(const struct cgfs_entry *entry, uint64_t *kib);

/* Puts ENTRY in its place, if it is needed at all and there are not enough before it. */
void cgfs_stat_queue(const struct cgfs *cgfs, struct cgfs_needy *needy, struct cgfs_entry *entry,
	uint64_t now_ms);

/* Reads them, in order, until the budget of a tick is spent; with FRESH, of a screen that was just
 * turned to, all at once. */
void cgfs_stat_read(struct cgfs *cgfs, const struct cgfs_needy *needy, uint64_t now_ms, bool fresh);

/* The lower of memory.max and memory.high, in KiB; UINT64_MAX: neither is set. */
static inline uint64_t cgfs_limit_kib(const struct cgfs_entry *entry)
{
	const struct cgroup_figures *figures = &entry->figures;

	return figures->max_kib < figures->high_kib ? figures->max_kib : figures->high_kib;
}

/* Whether its limits have been read, and one is set. */
static inline bool cgfs_is_limited(const struct cgfs_entry *entry)
{
	return entry->limits_ms != 0 && cgfs_limit_kib(entry) != UINT64_MAX;
}

/* A watched process is in it or was until now, or it is on the screen. */
static inline bool cgfs_is_asked_for(const struct cgfs_entry *entry)
{
	return entry->wanted || entry->left || entry->shown;
}
