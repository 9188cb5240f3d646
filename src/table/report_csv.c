/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_csv - rows of a tick as RFC 4180: the figures of the JSON, an unknown one is empty */
#include "table/report.h"

#include "frame/json_writer.h"

#include <stdlib.h>
#include <string.h>

void report_csv_text(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL)
		buf_putc(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buf_putc(out, '"');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

void report_csv_titles(struct buf *out, const struct report_style *style)
{
	buf_puts(out, "time");
	for (size_t i = 0; i < report_columns(style); i++) {
		const struct column *column = report_column(style, i);
		buf_printf(out, ",%s", report_key(style, column));
		if (column->id == COL_COMMAND)
			buf_puts(out, ",cmdline,name");
	}
	buf_puts(out, style->sums ? ",at_most\r\n" : "\r\n");
}

/* The names of the figures that count some page more than once, blanks between them. */
static void put_at_most(struct buf *out, const struct row *row, const struct report_style *style)
{
	bool any = false;

	buf_putc(out, ',');
	for (size_t i = 0; i < report_columns(style); i++) {
		const struct column *column = report_column(style, i);
		if (!column_at_most(column, row))
			continue;
		buf_printf(out, "%s%s", any ? " " : "", column->key);
		any = true;
	}
}

/* Unknown is an empty field, which every reader of CSV takes for missing; 0 would be a figure. */
static void put_value(struct buf *out, const struct column *column, const struct store *store,
	const struct row *row)
{
	double number;
	struct json_writer json;

	if (column->text != NULL) {
		const char *text = column->text(store, row);
		if (text != NULL)
			report_csv_text(out, text);
	} else if (column_number(column, store, row, &number)) {
		json_writer_init(&json, out);
		report_value(&json, column, store, row);
		json_writer_flush(&json);
	}
}

/* Names beside the command: the whole line, and what people call it. */
static void put_names(struct buf *out, const struct row *row)
{
	const char *name = row->proc != NULL ? row->proc->name : row->name;

	buf_putc(out, ',');
	if (row->proc != NULL && row->proc->cmdline != NULL)
		report_csv_text(out, row->proc->cmdline);
	buf_putc(out, ',');
	if (name != NULL)
		report_csv_text(out, name);
}

void report_csv(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style)
{
	size_t rows = style->rows && style->rows < view->count ? style->rows : view->count;
	uint64_t wall_ms = store_wall_ms(store);

	for (size_t r = 0; r < rows; r++) {
		const struct row *row = &view->rows[r];
		buf_printf(out, "%llu.%03u", (unsigned long long)(wall_ms / 1000),
			(unsigned)(wall_ms % 1000));
		for (size_t i = 0; i < report_columns(style); i++) {
			const struct column *column = report_column(style, i);
			buf_putc(out, ',');
			put_value(out, column, store, row);
			if (column->id != COL_COMMAND)
				continue;
			put_names(out, row);
		}
		if (style->sums)
			put_at_most(out, row, style);
		buf_puts(out, "\r\n");
	}
}
