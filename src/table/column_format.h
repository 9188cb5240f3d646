/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_format - how the cells of the columns are written; only column.c calls these
 *
 * All have the shape of struct column's `format`, which says what they do.
 */
#pragma once

#include "table/column.h"

/* The figure of the cell, in its column's unit; false: not known. */
static inline bool column_cell_number(const struct column_cell *cell, double *out)
{
	return column_number(cell->column, cell->store, cell->row, out);
}

enum cell_tone column_write_kib(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_percent(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_growth(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_change(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_verdict(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_eta(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_seconds(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_faults(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_count(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_integer(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_pid(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_user(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_cause(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_state(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_cgroup(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_cpu_time(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);
enum cell_tone column_write_command(const struct column_cell *cell, char out[COLUMN_TEXT_MAX]);

/* The end of a path, which is what tells, when it does not fit. */
enum cell_tone column_write_tail(const char *path, const struct column_style *style, int width,
	char out[COLUMN_TEXT_MAX]);

/* The lines before a name: where it hangs in the tree, and whether more is below it; returns its
 * bytes. */
int column_write_branch(char out[COLUMN_TEXT_MAX], const struct row *row,
	const struct column_style *style);
