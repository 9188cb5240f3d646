/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet_table_out - the processes or containers of all machines on paper (fleet_table.h) */
#include "fleet/fleet_table.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "frame/json_writer.h"
#include "table/report.h"

#include <stdlib.h>
#include <string.h>

enum { HOST_LEAST = 8, HOST_MOST = 40, REST_LEAST = 10 };

/* As wide as asked for; without a width every column has what it needs. */
static void make_shape(struct report_shape *shape, const struct fleet *fleet, bool containers,
	int width)
{
	size_t count;
	const enum column_id *ids = fleet_table_columns(containers, &count);

	*shape = (struct report_shape){ .before = HOST_LEAST };
	for (size_t i = 0; i < fleet_count(fleet); i++)
		if (text_width(fleet_name(fleet, i)) > shape->before)
			shape->before = text_width(fleet_name(fleet, i));
	shape->before = (shape->before < HOST_MOST ? shape->before : HOST_MOST) + 1;
	for (size_t i = 0; i < count; i++) {
		const struct column *column = column_get(ids[i]);

		shape->columns[shape->count] = column;
		shape->widths[shape->count++] = width == 0 && column->wide > 0 ? column->wide
						: column->width > 0            ? column->width
									       : REST_LEAST;
	}
	if (width > 0)
		report_shape_fit(shape, width);
}

/* WIDTH 0: the last of a line that has no end. */
static void put_cell(struct buf *out, const char *text, int width, bool left)
{
	int used = text_width(text);
	size_t len = width > 0 ? text_fit(text, width, &used) : strlen(text);

	if (!left && used < width)
		buf_printf(out, "%*s", width - used, "");
	buf_put(out, text, len);
	if (left && used < width)
		buf_printf(out, "%*s", width - used, "");
}

void fleet_table_put_text(struct buf *out, const struct fleet *fleet,
	const struct fleet_line *lines, size_t count, bool containers, int width)
{
	const struct column_style style = { .full_command = true, .no_folds = true };
	char *text = xalloc(COLUMN_TEXT_MAX);
	struct report_shape shape;
	size_t begin = out->len;

	make_shape(&shape, fleet, containers, width);
	int host = shape.before - 1;
	put_cell(out, "HOST", host, true);
	for (size_t c = 0; c < shape.count; c++) {
		buf_putc(out, ' ');
		put_cell(out, shape.columns[c]->title, shape.widths[c], shape.columns[c]->left);
	}
	report_end_line(out, begin, 0);
	for (size_t i = 0; i < count; i++) {
		begin = out->len;
		put_cell(out, fleet_name(fleet, lines[i].host), host, true);
		for (size_t c = 0; c < shape.count; c++) {
			bool open = width == 0 && c + 1 == shape.count;

			column_format(shape.columns[c], lines[i].store, lines[i].row, &style,
				shape.widths[c], text);
			buf_putc(out, ' ');
			put_cell(out, text, open ? 0 : shape.widths[c], shape.columns[c]->left);
		}
		report_end_line(out, begin, 0);
	}
	free(text);
}

void fleet_table_put_json(struct buf *out, const struct fleet *fleet,
	const struct fleet_line *lines, size_t count, bool containers)
{
	struct report_style style = { .containers = containers };
	struct json_writer json;

	json_writer_init(&json, out);
	json_open(&json, NULL, '{');
	json_open(&json, containers ? "containers" : "processes", '[');
	for (size_t i = 0; i < count; i++) {
		style.host = fleet_name(fleet, lines[i].host);
		report_row_json(&json, lines[i].store, lines[i].row, &style);
	}
	json_close(&json, ']');
	json_close(&json, '}');
	json_put_char(&json, '\n');
	json_writer_flush(&json);
}
