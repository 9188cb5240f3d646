/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_share - what the processes of a run share, counted once
 *
 * Footprints added up count a page in each process that has it: after a fork all of the parent's
 * in each child.  smaps_rollup (PSS) divides it, and is too dear to be read at each look.  So it is
 * read of the larger members when some came, and now and then while they share; in between the sum
 * moves on by what each footprint gains, and a page given up by one who shared it stays counted.
 * Until all have been read the sum is an upper bound, and when they have, the looks since then are
 * corrected (a window).  Private to tally*.c but for tally_unread.
 */
#ifndef MEMTOP_RUN_TALLY_SHARE_H
#define MEMTOP_RUN_TALLY_SHARE_H

#include "run/tally.h"

/* One look, added up. */
struct tally_look {
	uint64_t raw_kib;     /* footprints added up */
	uint64_t largest_kib; /* of one process */
	uint64_t kib;         /* what they share counted once, as far as is known */
	bool known;           /* it is not just an upper bound */
};

/* The figures of a process as they are in this look. */
void tally_share_read(struct tally_who *who, const struct proc *proc);

/* What it adds to the sum. */
uint64_t tally_share_part(const struct tally_who *who);

/* What stays with the others of what it shared, now that it is gone. */
uint64_t tally_share_left(const struct tally_who *who);

/* Of the rows of VIEW, whose sizes are in `who` already. */
struct tally_look tally_share_look(const struct tally *tally, const struct view *view);

/* Call before a look is added (the one before was at BEFORE_S): opens a window when it is only a
 * bound, and leaves one that has been open for too long as it is. */
void tally_share_open(struct tally *tally, const struct tally_look *look, double before_s);

/* Call after: when LOOK is known, corrects those of the window. */
void tally_share_settle(struct tally *tally, const struct tally_look *look);

/* Whether the average is an upper bound; the peaks say so themselves. */
bool tally_average_at_most(const struct tally *tally);

/* The members whose PSS would tell: at most N; 0 when it is known, or would be too many. */
size_t tally_unread(const struct tally *tally, const struct view *view, struct ident *ids,
	size_t n);

#endif
