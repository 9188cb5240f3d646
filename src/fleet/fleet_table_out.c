/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet_table_out - the processes or containers of all machines on paper (fleet_table.h) */
#include "fleet/fleet_table.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "frame/json_writer.h"
#include "table/report.h"

#include <stdlib.h>
#include <string.h>

enum { HOST_LEAST = 8, HOST_MOST = 40, REST_LEAST = 10, COLUMNS_MAX = 16 };

/* Which columns stand there, and how wide; one that takes the rest is last. */
struct paper {
	const struct column *columns[COLUMNS_MAX];
	int widths[COLUMNS_MAX];
	size_t count;
	int host;
};

static int taken(const struct paper *shape)
{
	int width = shape->host;

	for (size_t i = 0; i < shape->count; i++)
		width += 1 + shape->widths[i];
	return width;
}

/* The least important column goes, of equals the last one, as on the screen. */
static void drop_least(struct paper *shape)
{
	size_t at = 0;

	for (size_t i = 1; i < shape->count; i++)
		if (shape->columns[i]->importance >= shape->columns[at]->importance)
			at = i;
	shape->count--;
	for (size_t i = at; i < shape->count; i++) {
		shape->columns[i] = shape->columns[i + 1];
		shape->widths[i] = shape->widths[i + 1];
	}
}

/* As wide as asked for; without a width every column has what it needs. */
static void make_shape(struct paper *shape, const struct fleet *fleet, bool containers, int width)
{
	size_t count;
	const enum column_id *ids = fleet_table_columns(containers, &count);

	*shape = (struct paper){ .host = HOST_LEAST };
	for (size_t i = 0; i < fleet_count(fleet); i++)
		if (text_width(fleet_name(fleet, i)) > shape->host)
			shape->host = text_width(fleet_name(fleet, i));
	shape->host = shape->host < HOST_MOST ? shape->host : HOST_MOST;
	for (size_t i = 0; i < count && i < COLUMNS_MAX; i++) {
		const struct column *column = column_get(ids[i]);

		shape->columns[shape->count] = column;
		shape->widths[shape->count++] = width == 0 && column->wide > 0 ? column->wide
						: column->width > 0            ? column->width
									       : REST_LEAST;
	}
	while (width > 0 && shape->count > 1 && taken(shape) > width)
		drop_least(shape);
	for (size_t i = 0; width > 0 && i < shape->count; i++)
		if (shape->columns[i]->width == 0 && taken(shape) < width)
			shape->widths[i] += width - taken(shape);
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

/* Blanks at the end of a line say nothing. */
static void end_line(struct buf *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->len--;
	buf_putc(out, '\n');
}

void fleet_table_put_text(struct buf *out, const struct fleet *fleet,
	const struct fleet_line *lines, size_t count, bool containers, int width)
{
	const struct column_style style = { .full_command = true, .no_folds = true };
	char *text = xalloc(COLUMN_TEXT_MAX);
	struct paper shape;

	make_shape(&shape, fleet, containers, width);
	put_cell(out, "HOST", shape.host, true);
	for (size_t c = 0; c < shape.count; c++) {
		buf_putc(out, ' ');
		put_cell(out, shape.columns[c]->title, shape.widths[c], shape.columns[c]->left);
	}
	end_line(out);
	for (size_t i = 0; i < count; i++) {
		put_cell(out, fleet_name(fleet, lines[i].host), shape.host, true);
		for (size_t c = 0; c < shape.count; c++) {
			bool open = width == 0 && c + 1 == shape.count;

			column_format(shape.columns[c], lines[i].store, lines[i].row, &style,
				shape.widths[c], text);
			buf_putc(out, ' ');
			put_cell(out, text, open ? 0 : shape.widths[c], shape.columns[c]->left);
		}
		end_line(out);
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
