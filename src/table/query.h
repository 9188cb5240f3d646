/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query - the filter language: `rss>1g and growth>10m/min and user=www`, `python`, `state=climbing`
 *
 *   expr  := and { "or" and }
 *   and   := not { ["and"] not }
 *   not   := [ "not" | "!" ] atom
 *   atom  := "(" expr ")" | key op value | word
 *   op    := "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" | "!~"      (~ contains)
 *
 * A word alone matches when it is part of name, command line or user, or is the pid.  Keys are the
 * columns' (table/column.h), `state` for the verdict, `available` for the machine's memory and
 * `host` for what the machine is called; values have units (base/units.h), sizes may be a share of
 * the machine's memory ("10%").  Words and values with blanks or signs are written in double
 * quotes.  Case does not matter.  An unknown figure matches no comparison.
 */
#pragma once

#include "table/column.h"

struct query;

struct query_error {
	size_t at;      /* byte of the text where it went wrong */
	char text[120]; /* what, for a person */
};

/* 0 and *QUERY (NULL for an empty text: matches all), or -EINVAL and *ERROR. */
int query_parse(struct query **query, const char *text, struct query_error *error);
void query_free(struct query *query); /* NULL is fine */
bool query_match(const struct query *query, const struct store *store, const struct row *row);

/* The same for one process, told apart from what cannot be said yet: a comparison with a figure, a
 * command line or a user's name that was not read is open, and so is what hangs on it.  LACKING
 * (may be NULL) is set with QUERY_OPEN: what was not read, in words ("command line", "pss").  A
 * process that has ended and kernel threads have no memory. */
enum query_answer { QUERY_NO, QUERY_YES, QUERY_OPEN };

enum query_answer query_decide(const struct query *query, const struct store *store,
	const struct row *row, const char **lacking);

/* Whether a process whose cgroup is not known would match in none of the containers there are, nor
 * in no container: then it does not matter where it is, as long as no other container is found. */
bool query_matches_nowhere(const struct query *query, const struct store *store,
	const struct row *row);

/* Whether it is only too early for what is LACKING: growth, a verdict, the time left. */
bool query_takes_time(const char *lacking);

/* Whether it asks for COLUMN. */
bool query_asks(const struct query *query, enum column_id column);
bool query_asks_containers(const struct query *query); /* for what containers alone have */

/* Judges all processes of a run by the highest RSS of any, PEAK_KIB: YES, the one that had it
 * matched then; NO, none can have matched; OPEN, it says nothing.  EXACT: it was so high,
 * else it was no higher.  SWAPPED: some may have been in swap, which no RSS counts. */
enum query_answer query_decide_peak(const struct query *query, const struct store *store,
	uint64_t peak_kib, bool exact, bool swapped);

/* Whether a process that had PEAK_KIB of RSS for a moment that no look saw may have matched one of
 * the comparisons then: "more than" of a size that this does not bound. */
bool query_peak_open(const struct query *query, const struct store *store, uint64_t peak_kib);

/* The first word that is looked for in names and is called as a column: of a check a comparison was
 * meant, which would never fail so.  NULL: none. */
const char *query_bare(const struct query *query);

/* The first figure it compares; NULL: none. */
const struct column *query_figure(const struct query *query);

/* Whether it asks about the machine alone: then ROW may hold no process. */
bool query_is_machine(const struct query *query);

/* Seconds a process must have been watched before its figures mean what they say: 60 for growth,
 * 600 for growth10, else 0. query_patience_s: before a verdict or a time left can be expected. */
double query_settle_s(const struct query *query);
double query_patience_s(const struct query *query);
