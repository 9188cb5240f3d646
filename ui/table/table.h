/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table - the first screen: sentence, bars, table, keys
 *
 * table.c         divides the canvas, chooses the columns
 * table_head.c    the lines above the table
 * table_rows.c    titles and rows
 * table_keys.c    cursor, tags, sorting, search: what its keys do
 * table_folds.c   groups and trees
 */
#pragma once

#include "ui/foot.h"
#include "ui/table/layout.h"

enum { TABLE_TAGS_MAX = 1024, TABLE_FOLDS_MAX = 1024 };

/* Where the table stands between frames; all by identity, never by row or bare pid. */
struct table_state {
	struct ident cursor; /* row_ident; pid 0: the first row */
	long cursor_row;     /* row last drawn at; the fall-back when its process is gone */
	long top;            /* first row shown */
	bool follow;         /* scroll with the process as rows move */
	struct ident *tags;  /* sorted by pid */
	size_t ntags;
	struct ident *folds; /* branches that are shut, groups that are open (row_ident) */
	size_t nfolds;
	char search[SCREEN_TEXT_MAX];
	struct ident before_search; /* the cursor as it was */
	char filter[SCREEN_TEXT_MAX];
	struct query *query; /* of `filter`; NULL: none */
};

/* The places that the mouse and the paging keys need to know of what was drawn. */
struct table_geometry {
	int header_y; /* row of the column titles; -1: not shown */
	int first_y;  /* of the first row of the table */
	int rows;     /* rows the table has room for; at least 1 */
	struct layout layout;
};

/* The keys of its bottom line. */
enum { TABLE_HINTS = 14 };
extern const struct hint table_hints[TABLE_HINTS];

/* The table as a screen: the lowest, which is always there. */
struct table {
	struct screen screen;
	struct table_state state;
	struct table_geometry geometry;
};

/* Draws the whole canvas from 1x1 up and moves state->top so that the cursor's row is in view. */
void table_draw(struct canvas *canvas, const struct shown *shown, struct table_state *state,
	struct table_geometry *geometry);
