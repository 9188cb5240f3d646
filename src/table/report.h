/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report - the table without a screen, for `memtop -b`: as text, as JSON, as CSV
 *
 * JSON and CSV have the columns' keys as names (plus "cmdline" behind "command"), numbers in the
 * columns' raw units, and say nothing (null, an empty field) where nothing is known.
 */
#pragma once

#include "base/buf.h"
#include "frame/json_writer.h"
#include "table/view.h"

struct report_style {
	int width;   /* columns of a line; 0: as long as needed */
	size_t rows; /* at most so many; 0: all */
	const enum column_id *columns;
	size_t ncolumns;  /* 0 (JSON and CSV only): all there are */
	bool containers;  /* rows are containers */
	const char *host; /* JSON: of many machines, this comes before the columns; NULL: of one */
	bool sums;        /* rows are groups: CSV says which of their figures are "at most" */
	struct column_style column;
};

/* Appends the sentence, the system's figures and the table. */
void report_text(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style);

/* Appends the tick as one JSON object and a newline. */
void report_json(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style);

/* One row of it: a JSON object. */
void report_row_json(struct json_writer *json, const struct store *store, const struct row *row,
	const struct report_style *style);

/* The raw value of a cell as JSON. */
void report_value(struct json_writer *json, const struct column *column, const struct store *store,
	const struct row *row);

/* Appends the line of titles; a line for each row. */
void report_csv_titles(struct buf *out, const struct report_style *style);
void report_csv(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style);

/* A cell of text, always in quotation marks: a name may hold anything.  One that a spreadsheet
 * would take for a formula (it begins with = + - @, a tab or CR) has an apostrophe in front. */
void report_csv_text(struct buf *out, const char *text);

/* The name of a column in JSON and CSV: its key; of containers their name is the "name". */
const char *report_key(const struct report_style *style, const struct column *column);

/* The columns of STYLE, all when it names none. */
size_t report_columns(const struct report_style *style);
const struct column *report_column(const struct report_style *style, size_t index);

/* The columns of a written table, and how wide each is. */
struct report_shape {
	const struct column *columns[COLUMN_COUNT];
	int widths[COLUMN_COUNT];
	size_t count;
	int before; /* columns of the line that are taken in front of them, a gap included */
};

/* Leaves out the least important, of equals the last one, until a line has WIDTH columns, but for
 * one that always stays; what is left over then goes to the column that takes the rest. */
void report_shape_fit(struct report_shape *shape, int width);

/* Ends the line of clean text that begins at BEGIN of OUT: it is cut at WIDTH columns (0: nowhere)
 * with a sign, and blanks at its end go. */
void report_end_line(struct buf *out, size_t begin, int width);

/* "node (812)": a line of WIDTH columns.  The name is cut at 60, as some programs write novels
 * there; the pid is always whole. */
void report_title(struct buf *out, const struct proc *proc, int width);
