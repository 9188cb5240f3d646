/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_cursor - whom the cursor and the tags mean: by identity, whatever rows do
 *
 * Rows are those of `ui->view`, which must be fresh (`ui->stale` is false).
 */
#pragma once

#include <stdbool.h>

struct proc;
struct row;
struct ui;

long table_cursor_row(const struct ui *ui);           /* -1: there are no rows */
const struct row *table_row(const struct ui *ui);     /* under the cursor; NULL: there are none */
const struct proc *table_cursor(const struct ui *ui); /* NULL: no row, or a group */
const struct proc *
table_subject(const struct ui *ui); /* of the process screen, else the cursor's */

/* Puts the cursor on ROW or the nearest one there is. */
void table_put_cursor(struct ui *ui, long row);

/* After rows were built anew: it stays on its process; when that is gone or filtered out, on the
 * row where it was. */
void table_follow_cursor(struct ui *ui);

/* To the first row from FROM on, in steps of STEP, that matches the search; false: none does. */
bool table_search(struct ui *ui, long from, int step);

/* Tags the process under the cursor, or all members a group has now, or takes the tags off. */
void table_toggle_tag(struct ui *ui);
void table_untag_all(struct ui *ui);
