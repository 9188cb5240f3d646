/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column - what is done with any column; column_table.c has them */
#include "table/column.h"

#include <string.h>
#include <strings.h>

const enum column_id column_default[] = { COL_PID, COL_USER, COL_RSS, COL_GROWTH, COL_TREND,
	COL_PEAK, COL_SWAP, COL_VERDICT, COL_ETA, COL_COMMAND };
const size_t column_default_count = sizeof(column_default) / sizeof(column_default[0]);

const enum column_id column_containers[] = { COL_CONTAINER, COL_USED, COL_CACHE, COL_LIMIT,
	COL_FULL, COL_SWAP, COL_PEAK, COL_GROWTH, COL_TREND, COL_VERDICT, COL_ETA, COL_STALLS,
	COL_MAX_EVENTS, COL_KILLS, COL_PROCS };
const size_t column_containers_count = sizeof(column_containers) / sizeof(column_containers[0]);

const struct column *column_by_key(const char *key)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		const struct column *column = column_get((enum column_id)i);
		if (strcasecmp(key, column->key) == 0 || strcasecmp(key, column->title) == 0)
			return column;
	}
	return NULL;
}

enum cell_tone column_format(const struct column *column, const struct store *store,
	const struct row *row, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX])
{
	const struct column_cell cell = { column, store, row, style, width };
	enum cell_tone tone;

	out[0] = '\0';
	if (column->format == NULL)
		return TONE_PLAIN;
	tone = column->format(&cell, out);
	/* "-" of an ETA, of a share and of a number says that there is none */
	bool none = column->id == COL_ETA || column->id == COL_FULL || column->text != NULL;
	if (row->container != NULL && (!none || column->id == COL_VERDICT) && strcmp(out, "-") == 0)
		memcpy(out, "n/a", sizeof("n/a"));
	return tone;
}

/* Less than, equal to or more than 0; the unknown is neither: *KNOWN says how many are known. */
static int compare_values(const struct column *column, const struct store *store,
	const struct row *a, const struct row *b, bool known[2])
{
	double x = 0, y = 0;

	if (!column_is_number(column)) {
		const char *s = column->text(store, a), *t = column->text(store, b);
		known[0] = s != NULL;
		known[1] = t != NULL;
		return s != NULL && t != NULL ? strcasecmp(s, t) : 0;
	}
	known[0] = column_number(column, store, a, &x);
	known[1] = column_number(column, store, b, &y);
	return x < y ? -1 : x > y;
}

int column_compare(const struct column *column, bool reverse, const struct store *store,
	const struct row *a, const struct row *b)
{
	bool known[2];
	int order = compare_values(column, store, a, b, known);

	if (known[0] != known[1])
		return known[0] ? -1 : 1;
	if (known[0] && order)
		return column->ascending != reverse ? order : -order;
	int32_t x = row_ident(a).pid, y = row_ident(b).pid;
	return x < y ? -1 : x > y;
}
