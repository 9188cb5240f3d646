/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics - what no other exporter has, in Prometheus' text formats
 *
 * By program name and by cgroup, never by pid: tested growth, verdicts, seconds to the limit, and
 * what of a container cannot be reclaimed.  Nothing of the machine that node_exporter tells.
 * Series are bounded: METRICS_GROUPS_MAX programs, the largest and those that climb, each for
 * METRICS_KEEP_MS beyond its reason to be there; the rest is one sum of kind "rest", so that sums
 * over all hold.  What is not known has no sample; it is never 0.  Pure, but for what it keeps of
 * who was told.
 */
#pragma once

#include "base/buf.h"
#include "table/view.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	METRICS_LARGEST = 50,     /* programs that are told for their size */
	METRICS_GROUPS_MAX = 100, /* programs told at all, with those that climb */
	METRICS_CGROUPS_MAX = 100,
	METRICS_KEEP_MS = 5 * 60 * 1000,
	METRICS_LIVED_S = 15, /* a name that is younger is in the rest: it may be gone at once */
};

/* A program that had a reason to be told. */
struct metrics_kept {
	uint64_t key;       /* of its row */
	uint64_t wanted_ms; /* boot time of the last look at which it had one */
};

struct metrics {
	struct view view;
	struct metrics_kept kept[METRICS_GROUPS_MAX];
	size_t nkept;
	bool open; /* OpenMetrics 1.0; else the classic text format 0.0.4 */
};

/* OPEN: OpenMetrics 1.0, which node_exporter's textfile collector does not read. */
void metrics_init(struct metrics *metrics, bool open);
void metrics_done(struct metrics *metrics);

/* Adds the whole document for what STORE knows now.  VERSION: of memtop. */
void metrics_put(struct metrics *metrics, struct buf *out, const struct store *store,
	const char *version);
