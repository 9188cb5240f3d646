/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column - what is done with any column; column_table.c has them */
#include "table/column.h"

#include <stdio.h>
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
	return strcasecmp(key, "state") == 0 ? column_get(COL_VERDICT) : NULL;
}

/* Names that ps, top, htop and smem have for what is called otherwise here. */
static const struct column_elsewhere {
	const char *name;
	enum column_id id;
} names_elsewhere[] = {
	{ "res", COL_RSS },
	{ "rsz", COL_RSS },
	{ "uss", COL_PSS },
	{ "shr", COL_SHMEM },
	{ "shared", COL_SHMEM },
	{ "vsz", COL_VIRT },
	{ "vsize", COL_VIRT },
	{ "cmd", COL_COMMAND },
	{ "args", COL_COMMAND },
	{ "nlwp", COL_THREADS },
	{ "uid", COL_USER },
	{ "pri", COL_NICE },
	{ "stat", COL_STATE },
	{ "status", COL_STATE },
	{ "start", COL_AGE },
	{ "started", COL_AGE },
	{ "etime", COL_AGE },
	{ "pod", COL_CONTAINER },
};

enum { LETTERS_MAX = 16 };

/* Letters to be put in, taken out or changed, so that NAME becomes KEY. */
static size_t letters_apart(const char *name, const char *key)
{
	size_t row[LETTERS_MAX + 1], keys = strnlen(key, LETTERS_MAX);

	for (size_t k = 0; k <= keys; k++)
		row[k] = k;
	for (; *name != '\0'; name++) {
		size_t corner = row[0]++;

		for (size_t k = 1; k <= keys; k++) {
			size_t changed = corner + (*name != key[k - 1]);
			size_t less = row[k] < row[k - 1] ? row[k] : row[k - 1];

			corner = row[k];
			row[k] = changed < less + 1 ? changed : less + 1;
		}
	}
	return row[keys];
}

/* NULL: none. */
static const struct column *column_like(const char *name)
{
	const struct column *best = NULL;
	size_t len = strlen(name), least = len < 4 ? 2 : 3;

	for (size_t i = 0; i < sizeof(names_elsewhere) / sizeof(names_elsewhere[0]); i++)
		if (strcasecmp(name, names_elsewhere[i].name) == 0)
			return column_get(names_elsewhere[i].id);
	for (size_t i = 0; i < COLUMN_COUNT && len >= 2; i++) {
		const struct column *column = column_get((enum column_id)i);
		size_t apart = strncasecmp(column->key, name, len) == 0
				       ? 0
				       : letters_apart(name, column->key);
		if (apart < least) {
			least = apart;
			best = column;
		}
	}
	return best;
}

const char *column_hint(const char *name, char out[COLUMN_HINT_MAX])
{
	const struct column *like = column_like(name);

	if (like == NULL)
		return "man memtop lists them";
	snprintf(out, COLUMN_HINT_MAX, "did you mean %s?", like->key);
	return out;
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
