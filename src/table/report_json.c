/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_json - a tick as one JSON object on one line; the schema stands in memtop(1)
 *
 * Numbers are bytes, bytes a second, seconds and percent; what is not known is null.
 */
#include "table/report.h"

#include "base/real.h"
#include "frame/json_writer.h"
#include "frame/wire.h"
#include "model/headline.h"

#include <stddef.h>
#include <string.h>

/* A figure of the machine, from the table of the format.  Where /proc HIDES processes 0 says that
 * they were not counted. */
static void put_machine_figure(struct json_writer *json, const struct wire_field *field,
	const struct system_figures *system, bool hides)
{
	const char *at = (const char *)system + field->offset;
	/* the column's name, not the format's */
	const char *key = strcmp(field->name, "major_faults") == 0 ? "majflt" : field->name;
	bool uncounted = hides && at == (const char *)&system->hidden && system->hidden == 0;
	bool known = !uncounted && wire_is_known(&wire_arrays[WIRE_SYSTEM], field, system->known);

	if (field->type == WIRE_REAL)
		json_add_real(json, key, known,
			wire_number(field->type, at) * (field->unit == WIRE_KIB ? 1024 : 1));
	else if (field->unit == WIRE_KIB)
		json_add_kib(json, key, known, (uint64_t)wire_integer(field->type, at));
	else
		json_add_number(json, key, known, wire_integer(field->type, at));
}

/* By the table of the format, so that a new figure of the machine is here as soon as it is in a
 * frame. */
static void put_system(struct json_writer *json, const struct store *store)
{
	const struct system_figures *system = store_seen(store);
	bool hides = store_header(store)->hidepid >= 2;
	const struct wire_array *array = &wire_arrays[WIRE_SYSTEM];

	if (system == NULL) {
		json_add_null(json, "system");
		return;
	}
	json_open(json, "system", '{');
	for (size_t i = 0; i < array->nfields; i++)
		put_machine_figure(json, &array->fields[i], system, hides);
	json_close(json, '}');
}

/* The limit that comes before the machine's, nulls where none does, and what the machine has. */
static void put_container(struct json_writer *json, const struct store *store)
{
	const struct cgroup_figures none = { .path = NULL }, *own = store_container(store);
	const struct cgroup_figures *group = own != NULL ? own : &none;
	const struct system_figures *machine = store_system(store), *seen = store_seen(store);
	bool parts = group->known & CGROUP_PARTS;
	bool available = machine != NULL && machine->known & SYSTEM_AVAILABLE;

	json_open(json, "container", '{');
	json_add_text(json, "path", group->path);
	json_add_kib(json, "limit", own, own != NULL ? seen->total_kib : 0);
	json_add_kib(json, "usage", own, group->usage_kib);
	json_add_kib(json, "reclaimable", parts, group->reclaimable_kib);
	json_add_kib(json, "available", own, own != NULL ? seen->available_kib : 0);
	json_add_kib(json, "swap", parts, group->swap_usage_kib);
	json_add_kib(json, "swap_limit", own, group->swap_max_kib);
	json_add_kib(json, "machine_total", machine, machine != NULL ? machine->total_kib : 0);
	json_add_kib(json, "machine_available", available, available ? machine->available_kib : 0);
	json_close(json, '}');
}

static void put_headline(struct json_writer *json, const struct store *store)
{
	static const char *const moods[] = {
		[MOOD_CALM] = "calm",
		[MOOD_NOTICE] = "notice",
		[MOOD_WARN] = "warn",
		[MOOD_ALARM] = "alarm",
	};
	struct headline_facts facts;
	struct headline headline;

	headline_gather(&facts, store);
	headline_write(&headline, &facts);
	json_open(json, "headline", '{');
	json_add_text(json, "mood", moods[headline.mood]);
	json_add_text(json, "text", headline.text);
	json_add_number(json, "pid", headline.about.pid != 0, headline.about.pid);
	json_close(json, '}');
}

/* Whole bytes and whole counts; the rest to hundredths. */
static void put_number(struct json_writer *json, const char *unit, double number)
{
	if (unit[0] == '\0' || strncmp(unit, "bytes", 5) == 0)
		json_put_i64(json, real_round(number));
	else
		json_put_real(json, number);
}

void report_value(struct json_writer *json, const struct column *column, const struct store *store,
	const struct row *row)
{
	double number;

	if (column->text != NULL)
		json_add_text(json, NULL, column->text(store, row));
	else if (column_number(column, store, row, &number))
		put_number(json, column->unit, number);
	else
		json_put_raw(json, "null");
}

/* The figures of a sum that count some page more than once, by their names. */
static void put_at_most(struct json_writer *json, const struct row *row,
	const struct report_style *style)
{
	json_open(json, "at_most", '[');
	for (size_t i = 0; i < report_columns(style); i++) {
		const struct column *column = report_column(style, i);
		if (column_at_most(column, row))
			json_add_text(json, NULL, column->key);
	}
	json_close(json, ']');
}

void report_row_json(struct json_writer *json, const struct store *store, const struct row *row,
	const struct report_style *style)
{
	json_open(json, NULL, '{');
	if (style->host != NULL)
		json_add_text(json, "host", style->host);
	for (size_t i = 0; i < report_columns(style); i++) {
		const struct column *column = report_column(style, i);
		json_key(json, report_key(style, column));
		report_value(json, column, store, row);
		if (column->id != COL_COMMAND)
			continue;
		json_add_text(json, "cmdline", row->proc != NULL ? row->proc->cmdline : NULL);
		json_add_text(json, "name", row->proc != NULL ? row->proc->name : row->name);
	}
	if (row->sum != NULL && row->container == NULL)
		put_at_most(json, row, style);
	json_close(json, '}');
}

void report_json(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style)
{
	const struct stream_header *header = store_header(store);
	size_t rows = style->rows && style->rows < view->count ? style->rows : view->count;
	struct json_writer json;

	json_writer_init(&json, out);
	json_open(&json, NULL, '{');
	json_add_ms(&json, "time", true, store_wall_ms(store));
	json_add_ms(&json, "boot", true, store_now_ms(store));
	json_add_text(&json, "host", header->host);
	put_headline(&json, store);
	put_container(&json, store);
	put_system(&json, store);
	json_add_number(&json, "climbing", true, (int64_t)view->climbing);
	json_open(&json, style->containers ? "containers" : "processes", '[');
	for (size_t i = 0; i < rows; i++)
		report_row_json(&json, store, &view->rows[i], style);
	json_put_raw(&json, "]}\n");
	json_writer_flush(&json);
}
