/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_compare - two tallies side by side: what each program took in both
 *
 * Pure.  tally_report.h has the text and the JSON made of it.
 */
#ifndef MEMTOP_RUN_TALLY_COMPARE_H
#define MEMTOP_RUN_TALLY_COMPARE_H

#include "run/tally.h"

/* One side of a line: footprints in KiB. */
struct tally_side {
	double peak_kib, average_kib;
	double growth_kib_s; /* valid if growth_known: seen for 10 s or longer */
	bool growth_known;
	bool peak_bound, average_bound; /* upper bounds: shared pages may count more than once */
	bool there;                     /* false: it did not run here, all is 0 */
	bool climbed;
};

struct tally_pair {
	const char *name; /* the tally's; NULL: all programs together */
	struct tally_side a, b;
};

/* Peaks further apart than this, in B's disfavour, are worse: 1 MiB and 5 %. */
bool tally_pair_worse(const struct tally_pair *pair);

/* All programs of both, the largest rise of the peak first; *COUNT may be 0.  The caller frees
 * it; names live as long as the tallies. */
struct tally_pair *tally_pairs(const struct tally *a, const struct tally *b, size_t *count);

/* Everything together. */
struct tally_pair tally_pair_all(const struct tally *a, const struct tally *b);

#endif
