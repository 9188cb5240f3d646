/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_types - see profile_types.h */
#include "run/profile_types.h"

#include "base/units.h"

#include <inttypes.h>

enum { ROWS = 12, KIB = 1024 };

static double second_of(uint64_t at_ms, uint64_t start_ms)
{
	return at_ms > start_ms ? (double)(at_ms - start_ms) / 1000 : 0;
}

/* The rows that are Python's objects, those that gained most first; 0: it was not looked into. */
static size_t objects_of(const struct findings *findings, struct findings_row *rows)
{
	size_t count = 0;

	if (findings == NULL || findings->last == NULL)
		return 0;
	size_t all = findings_rows(findings, rows);
	while (count < all && rows[count].type->kind == INSIDE_OBJECTS)
		count++;
	return count;
}

/* Why there are no objects, without a full stop; NULL: it is no Python, or there are some. */
static const char *unknown_of(const struct findings *findings, size_t count)
{
	bool python = findings != NULL && findings->grown != NULL &&
		      findings->grown->growns[0].runtime[0] != '\0';

	if (count > 0 || !python)
		return NULL;
	return findings->failed != NULL ? findings->failed->insides[0].why
					: "it was over before its objects could be looked at";
}

/* By what hangs from them too, where that is known. */
static void put_type(struct buf *out, const struct findings_row *row)
{
	const struct inside_type *type = row->type;
	uint64_t bytes = type->known & INSIDE_TYPE_KEPT ? type->kept : type->bytes;

	buf_printf(out, "  %9" PRIu64 "  %8s", type->count, units_kib(UNITS_TEXT, bytes / KIB, 8));
	if (row->compared)
		buf_printf(out, "  %+9" PRId64 "  %9s", row->gained_count,
			units_kib_change(UNITS_TEXT, row->gained_bytes / KIB, 9));
	buf_printf(out, "  %s\n", type->name);
}

void profile_types_text(struct buf *out, const struct findings *findings, uint64_t start_ms)
{
	struct findings_row rows[INSIDE_TYPES_MAX];
	size_t count = objects_of(findings, rows);

	const char *unknown = unknown_of(findings, count);

	if (unknown != NULL)
		buf_printf(out, "\nTypes: not known: %s.\n", unknown);
	if (count == 0)
		return;
	buf_printf(out, "\nTypes: its objects after %.1f s",
		second_of(findings->last_ms, start_ms));
	if (rows[0].compared)
		buf_printf(out, ", and what came of them since %.1f s",
			second_of(findings->base_ms, start_ms));
	buf_puts(out, ".\n\n      COUNT      SIZE");
	buf_puts(out, rows[0].compared ? "       MORE     GAINED  TYPE\n" : "  TYPE\n");
	for (size_t i = 0; i < count && i < ROWS; i++)
		put_type(out, &rows[i]);
}

void profile_types_json(struct json_writer *json, const struct findings *findings,
	uint64_t start_ms)
{
	struct findings_row rows[INSIDE_TYPES_MAX];
	size_t count = objects_of(findings, rows);

	json_add_seconds(json, "types_time", count > 0,
		count > 0 ? second_of(findings->last_ms, start_ms) : 0);
	json_add_text(json, "types_unknown", unknown_of(findings, count));
	json_open(json, "types", '[');
	for (size_t i = 0; i < count; i++) {
		const struct inside_type *type = rows[i].type;

		json_open(json, NULL, '{');
		json_add_text(json, "name", type->name);
		json_add_number(json, "count", true, (int64_t)type->count);
		json_add_number(json, "bytes", true, (int64_t)type->bytes);
		json_add_number(json, "kept", type->known & INSIDE_TYPE_KEPT, (int64_t)type->kept);
		json_add_number(json, "gained", rows[i].compared, rows[i].gained_bytes);
		json_add_number(json, "gained_count", rows[i].compared, rows[i].gained_count);
		json_close(json, '}');
	}
	json_close(json, ']');
}
