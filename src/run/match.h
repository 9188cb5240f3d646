/* SPDX-License-Identifier: GPL-2.0-or-later */
/* match - did anything match an expression, and what, for `memtop --check`
 *
 * Remembers the worst that matched and how many did, and of whom it could not be said: a figure, a
 * command line or a user that was not read leaves the answer open, and so does a process that
 * nobody could see.  What only speaks of the machine ("available<10%") is asked once a tick, the
 * rest of every row.  Pure.
 */
#pragma once

#include "base/buf.h"
#include "table/view.h"

struct match;

/* The processes that are asked about, besides what the view leaves out. */
struct match_scope {
	const struct query *filter; /* NULL: all */
	int64_t uid;                /* -1: all */
	int32_t pid;                /* who must have been decided about in any case; 0: nobody */
	bool whole;                 /* who is hidden from us would count, too */
	bool containers;            /* those without a process count, where they are asked for */
	bool recorded;              /* nothing is found out beside what is told of each tick */
	int32_t self;               /* memtop, whose command line holds the expression: it and its
	                             * own are never meant; 0: they are not there */
	/* no process is old enough for figures that need time before it was watched for as long,
	 * but no longer than this; 0: no such bound */
	double most_s;
};

enum match_result {
	MATCH_NONE,  /* nothing matches, and that is sure */
	MATCH_FOUND, /* something does, or did */
	MATCH_OPEN,  /* nothing is known to match, but not all could be asked */
};

/* QUERY (not NULL), TEXT, the expression as it was given, and what SCOPE points to must outlive
 * it. */
struct match *match_new(const struct query *query, const char *text,
	const struct match_scope *scope);
void match_free(struct match *match); /* NULL is fine */

/* Looks at a tick: the rows of VIEW, which leaves nobody out for its user or a filter.  May be
 * called again for the same tick when more is known. */
enum match_result match_take(struct match *match, const struct store *store,
	const struct view *view);

/* The processes about whom the last match_take could not decide: pids into OUT (COUNT at most), and
 * how many there are. */
size_t match_undecided(const struct match *match, struct ident *out, size_t count);

/* After the end of a program: the highest RSS of any of its processes, as query_decide_peak takes
 * it, decides where the looks could not.  LEFT: of some the kernel has not told it yet. */
void match_take_peak(struct match *match, const struct store *store, uint64_t peak_kib, bool exact,
	bool left, bool swapped);

/* After the end: one of them had so much RSS between two looks.  What it may have matched then is
 * open. */
void match_take_unseen(struct match *match, const struct store *store, uint64_t peak_kib);

/* From now on whoever came after boot time MS leaves nothing open: while what is missing of the
 * others is read, there are always some.  UINT64_MAX: all count, as at first. */
void match_until(struct match *match, uint64_t ms);

enum match_result match_result(const struct match *match);

/* One line: what matched, with figures; that nothing did; or why it cannot be said. */
void match_line(struct buf *out, const struct match *match);
