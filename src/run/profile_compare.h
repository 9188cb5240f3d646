/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_compare - two profiles side by side: what each program took in both
 *
 * Pure.  profile_report.h has the text and the JSON made of it.
 */
#pragma once

#include "run/profile.h"

/* One side of a line: footprints in KiB. */
struct profile_side {
	double peak_kib, average_kib;
	double growth_kib_s; /* valid if growth_known: seen for 10 s or longer */
	bool growth_known;
	bool peak_bound, average_bound; /* upper bounds: shared pages may count more than once */
	bool there;                     /* false: it did not run here, all is 0 */
	bool climbed;
};

struct profile_pair {
	const char *name; /* the profile's; NULL: all programs together */
	const char *comm; /* of the first process of that name */
	struct profile_side a, b;
};

/* Peaks further apart than this, in B's disfavour, are worse: 1 MiB and 5 %. */
bool profile_pair_worse(const struct profile_pair *pair);

/* The same in B's favour. */
bool profile_pair_better(const struct profile_pair *pair);

/* All programs of both, the largest rise of the peak first; *COUNT may be 0.  The caller frees
 * it; names live as long as the profiles. */
struct profile_pair *profile_pairs(const struct profile *a, const struct profile *b, size_t *count);

/* Everything together. */
struct profile_pair profile_pair_all(const struct profile *a, const struct profile *b);
