/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_keys - the table as a screen: what its keys and the mouse do (actions.c says which key) */
#pragma once

#include "table/query.h"

struct ui;

/* Puts the table, which is part of UI, below all other screens. */
void table_open(struct ui *ui);
void table_done(struct ui *ui);

/* The cursor goes ROWS on (negative: up), PAGES of the screen, to the first or the last row. */
void table_move(struct ui *ui, int rows);
void table_page(struct ui *ui, int pages);
void table_first(struct ui *ui);
void table_last(struct ui *ui);

/* By COLUMN, if that can be sorted; it is a setting, too. */
void table_sort(struct ui *ui, enum column_id column);
void table_sort_by(struct ui *ui, int column); /* enum column_id; and says so */
/* The next column to the left (-1) or right (1) of the one sorted by that can be sorted. */
void table_sort_beside(struct ui *ui, int step);
void table_invert(struct ui *ui);

void table_climbers(struct ui *ui); /* held at the top, or not */
void table_flagged_only(struct ui *ui);
void table_kernel_threads(struct ui *ui);
void table_follow(struct ui *ui);
void table_full_command(struct ui *ui);
void table_next_span(struct ui *ui); /* of the sparklines: 1, 5, 10 minutes, 1 hour */

/* Shows only what matches TEXT ("": all); false, and *ERROR, when that is no filter. */
bool table_set_filter(struct ui *ui, const char *text, struct query_error *error);

/* Names what shows here what other tools have on the keys l (open files), e (environment) and x
 * (locks): the command for the process meant. */
void table_say_tool(struct ui *ui, int key);

/* Takes away what limits or marks the table, one thing at a time: an open group the cursor is in,
 * tags, the filter, "only what climbs", the search. */
void table_escape(struct ui *ui);
