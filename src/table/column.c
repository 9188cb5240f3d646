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

	out[0] = '\0';
	if (column->format == NULL)
		return TONE_PLAIN;
	enum cell_tone tone = column->format(&cell, out);
	/* "-" of an ETA, of a share and of a number says that there is none */
	bool none = column->id == COL_ETA || column->id == COL_FULL || column->text != NULL;
	if (row->container != NULL && (!none || column->id == COL_VERDICT) && strcmp(out, "-") == 0)
		memcpy(out, "n/a", sizeof("n/a"));
	return tone;
}
