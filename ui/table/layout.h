/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout - which columns fit and where they stand: pure */
#pragma once

#include "table/column.h"

struct place {
	enum column_id id;
	int x, width;
};

enum { LAYOUT_COLUMNS_MAX = COLUMN_COUNT };

struct layout {
	struct place places[LAYOUT_COLUMNS_MAX];
	int count;
};

/* Chooses among COLUMNS those that fit into WIDTH, in their order: the least important go first,
 * the last one that takes the rest (COMMAND) keeps three tenths, at least 10 and at most 24.  One
 * blank between columns.  As there is room, TREND grows from 8 up to 20, and columns become as
 * wide as they would be. */
void layout_columns(struct layout *layout, const enum column_id *columns, size_t n, int width);

/* Index of the place at column X, or -1. */
int layout_at(const struct layout *layout, int x);
