/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table - the first screen: sentence, bars, table, keys */
#ifndef MEMTOP_UI_TABLE_H
#define MEMTOP_UI_TABLE_H

#include "model/headline.h"
#include "ui/screen.h"

/* All that is drawn, gathered by the app; pointers are borrowed for the call. */
struct table_facts {
	const struct store *store;
	const struct view *view;
	const struct view_ask *ask;
	const struct headline *headline;
	const struct screen_style *style;
	const struct screen_message *message; /* text "" for none */
	const char *cost; /* what memtop itself costs; NULL while that is not asked for */
	/* "paused", "replay 12:03:10 x4", "sampler restarted"; "" for none */
	const char *source_note;
	uint32_t interval_ms;
	bool paused;
};

/* What the mouse and the paging keys need to know of what was drawn. */
struct table_geometry {
	int header_y; /* row of the column titles; -1: not shown */
	int first_y;  /* of the first row of the table */
	int rows;     /* rows the table has room for; at least 1 */
	struct layout layout;
};

/* The time the sparklines show, in COLUMNS equal spans: the span chosen, up to now.  They begin
 * at whole multiples of their length, so that a column keeps its meaning until time has moved on
 * by one. */
void table_span(const struct table_facts *facts, int columns, uint64_t *from_ms, uint64_t *to_ms);

/* Draws the whole canvas from 1x1 up and moves state->top so that the cursor's row is in view. */
void table_draw(struct canvas *canvas, const struct table_facts *facts, struct table_state *state,
	struct table_geometry *geometry);

#endif
