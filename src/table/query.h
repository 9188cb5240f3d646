/* query - the filter language: `rss>1g and growth>10m/min and user=www`, `python`, `state=climbing`
 *
 * expr  := and { "or" and }        and := not { "and" not }      not := [ "not" | "!" ] atom
 * atom  := "(" expr ")" | key op value | word
 * op    := = != > >= < <= ~ (contains) !~
 * A word alone matches name, command line, user or pid.  Keys are the columns' (table/column.h) and
 * `state` for the verdict, `available` for the machine; values have units (base/units.h).  An unknown
 * figure matches no comparison.
 */
#ifndef MEMTOP_TABLE_QUERY_H
#define MEMTOP_TABLE_QUERY_H

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

#endif
