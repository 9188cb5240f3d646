/* SPDX-License-Identifier: GPL-2.0-or-later */
/* views - the keys 1, 2, 3: processes, containers, the machine; each with what it has for its own
 *
 * A view of rows is the table with other columns, another order and other groups: those of its
 * record in the settings (settings_table), which is written whenever one of them changes, so that
 * the view is as it was when it is come back to, and W keeps all of them.  What is looked for
 * (filter, search, tags) stays when views change.  The machine is the account of its memory.
 *
 * What a view is at first stands in `table_defaults` of settings.c; another view of rows needs a
 * name there and in enum settings_view, and an action.
 */
#pragma once

#include <stdbool.h>

struct settings_table;
struct ui;

/* Shows VIEW, one of rows (enum settings_view). */
void views_show(struct ui *ui, int view);

/* The rows the settings ask for, when memtop begins.  True: they ask for the machine, and the
 * account of its memory (account_open) is to be put over them. */
bool views_begin(struct ui *ui);

/* The account of memory was opened or closed: it is what is shown, or the table below it is. */
void views_machine(struct ui *ui, bool shown);

/* The record of the table that is shown. */
struct settings_table *views_table(struct ui *ui);

/* Order and groups of what is shown (`ui->ask`) were changed: the record follows. */
void views_keep(struct ui *ui);
