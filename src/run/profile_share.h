/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_share - what the processes of a run share, counted once
 *
 * Footprints added up count a page in each process that has it: after a fork all of the parent's
 * in each child.  smaps_rollup (PSS) divides it, and is too dear to be read at each look.  So it is
 * read of the larger members when some came, and now and then while they share; in between the sum
 * moves on by what each footprint gains, and a page given up by one who shared it stays counted.
 * Until all have been read the sum is an upper bound, and when they have, the looks since then are
 * corrected (a window).  Private to profile*.c but for profile_unread.
 */
#pragma once

#include "run/profile.h"

/* One look, added up. */
struct profile_look {
	uint64_t raw_kib;     /* footprints added up */
	uint64_t largest_kib; /* of one process */
	uint64_t kib;         /* what they share counted once, as far as is known */
	bool known;           /* it is not just an upper bound */
};

/* The figures of a process as they are in this look. */
void profile_share_read(struct profile_who *who, const struct proc *proc);

/* The process's share of the sum. */
uint64_t profile_share_part(const struct profile_who *who);

/* The part of what it shared that stays with the others, now that it is gone. */
uint64_t profile_share_left(const struct profile_who *who);

/* Adds up the rows of VIEW, whose sizes are in `who` already. */
struct profile_look profile_share_look(const struct profile *profile, const struct view *view);

/* Call before a look is added (the one before was at BEFORE_S): opens a window when it is only a
 * bound, and leaves one that has been open for too long as it is. */
void profile_share_open(struct profile *profile, const struct profile_look *look, double before_s);

/* Call after: when LOOK is known, corrects those of the window. */
void profile_share_settle(struct profile *profile, const struct profile_look *look);

/* Whether the average is an upper bound; the peaks say so themselves. */
bool profile_average_at_most(const struct profile *profile);

/* The members whose PSS would tell: at most N; 0 when it is known, or would be too many. */
size_t profile_unread(const struct profile *profile, const struct view *view, struct ident *ids,
	size_t n);
