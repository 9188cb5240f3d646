/* SPDX-License-Identifier: GPL-2.0-or-later */
/* match - did anything match an expression, and what, for `memtop --check`
 *
 * Remembers the first that matched and how many did; pure.  What only speaks of the machine
 * ("available<10%") is asked once a tick, the rest of every row.
 */
#ifndef MEMTOP_RUN_MATCH_H
#define MEMTOP_RUN_MATCH_H

#include "base/buf.h"
#include "table/view.h"

struct match;

/* QUERY (not NULL) and TEXT, the expression as it was given, must outlive it.  Figures that need
 * time count only for processes watched for as long, but for no longer than MOST_S (0: no such
 * bound). */
struct match *match_new(const struct query *query, const char *text, double most_s);
void match_free(struct match *match); /* NULL is fine */

/* Looks at a tick; true when something matches, now or before. */
bool match_take(struct match *match, const struct store *store, const struct view *view);
bool match_found(const struct match *match);

/* One line: what matched, with figures; or that nothing did, and whether it was watched for too
 * short a time to say so of what grows. */
void match_line(struct buf *out, const struct match *match);

#endif
