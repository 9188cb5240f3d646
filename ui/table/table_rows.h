/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_rows - the table itself: titles and rows */
#pragma once

#include "ui/table/table.h"

/* The column titles on row Y. */
void table_rows_titles(struct canvas *canvas, const struct shown *shown,
	const struct layout *layout, int y);

/* Rows of the view from state->top on, from row Y in ROWS rows. */
void table_rows_draw(struct canvas *canvas, const struct shown *shown,
	const struct table_state *state, const struct layout *layout, int y, int rows);
