/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_folds - see table_folds.h
 *
 * What is open is kept by identity as the cursor is: a group by its name, a branch by its process.
 */
#include "ui/table/table_folds.h"

#include "base/xalloc.h"
#include "ui/table/table_cursor.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <string.h>

/* --- folds ------------------------------------------------------------------------------------ */

static void forget_folds(struct ui *ui)
{
	ui->table.state.nfolds = 0;
	ui->stale = true;
}

static void toggle_fold(struct ui *ui, struct ident id)
{
	struct table_state *table = &ui->table.state;

	ui->stale = true;
	for (size_t i = 0; i < table->nfolds; i++)
		if (ident_same(table->folds[i], id)) {
			table->folds[i] = table->folds[--table->nfolds];
			return;
		}
	if (table->folds == NULL)
		table->folds = xalloc(TABLE_FOLDS_MAX * sizeof(table->folds[0]));
	/* the one opened or shut longest ago is forgotten: a bound, not a limit anyone meets */
	if (table->nfolds == TABLE_FOLDS_MAX)
		memmove(table->folds, table->folds + 1, --table->nfolds * sizeof(table->folds[0]));
	table->folds[table->nfolds++] = id;
}

/* The row that the one at AT hangs below: its group or parent; AT itself when it can be folded. */
static long head_of(const struct ui *ui, long at)
{
	const struct row *rows = ui->view.rows;

	if (at < 0 || rows[at].fold != ROW_PLAIN)
		return at;
	for (long up = at - 1; up >= 0; up--)
		if (rows[up].depth < rows[at].depth)
			return up;
	return -1;
}

void table_fold(struct ui *ui)
{
	long head = head_of(ui, table_cursor_row(ui));

	if (head < 0 || (!ui->ask.grouped && !ui->ask.tree)) {
		ui_say(ui, true, "nothing to open or shut here: g shows groups, t the tree");
		return;
	}
	toggle_fold(ui, row_ident(&ui->view.rows[head]));
	table_put_cursor(ui, head);
}

bool table_shut(struct ui *ui)
{
	long head = head_of(ui, table_cursor_row(ui));

	if (!ui->ask.grouped || head < 0 || ui->view.rows[head].fold != ROW_OPEN)
		return false;
	table_fold(ui);
	return true;
}

/* All are brought into the state that not all of them have. */
void table_fold_all(struct ui *ui)
{
	const struct view *view = &ui->view;
	enum row_fold usual = ui->ask.grouped ? ROW_SHUT : ROW_OPEN;
	bool any = false;

	for (size_t i = 0; i < view->count; i++)
		any |= view->rows[i].fold != ROW_PLAIN && view->rows[i].fold != usual;
	forget_folds(ui);
	for (size_t i = 0; !any && i < view->count; i++)
		if (view->rows[i].fold == usual && ui->table.state.nfolds < TABLE_FOLDS_MAX)
			toggle_fold(ui, row_ident(&view->rows[i]));
}

/* --- which groups ----------------------------------------------------------------------------- */

void table_next_group(struct ui *ui)
{
	static const char *const words[] = {
		[GROUP_PROGRAM] = "groups by program; <Enter> opens one",
		[GROUP_USER] = "groups by user; <Enter> opens one",
		[GROUP_CGROUP] = "groups by cgroup; <Enter> opens one",
		[GROUP_CONTAINER] = "containers, pods and services",
	};
	struct view_ask *ask = &ui->ask;

	if (!ask->grouped || ask->group == GROUP_CONTAINER)
		ask->group = GROUP_PROGRAM;
	else
		ask->group++;
	ask->grouped = ask->group != GROUP_KINDS;
	if (!ask->grouped)
		ask->group = GROUP_PROGRAM;
	if (!ask->grouped && ui->table_view == SHOWS_CONTAINERS) {
		ask->grouped = true;
		ask->group = GROUP_CONTAINER;
	}
	ask->tree = false;
	views_keep(ui);
	ui->stale = true;
	ui_tell(ui, false, ask->grouped ? words[ask->group] : "no groups");
}

void table_toggle_tree(struct ui *ui)
{
	bool containers = ui->ask.grouped && ui->ask.group == GROUP_CONTAINER;

	ui->ask.tree = (ui->ask.grouped && !containers) || !ui->ask.tree;
	ui->ask.grouped = containers;
	views_keep(ui);
	ui->stale = true;
	ui_say(ui, false, "%s",
		!ui->ask.tree ? "flat list"
		: containers  ? "tree of cgroups"
			      : "tree of processes");
}

void table_toggle_sums(struct ui *ui)
{
	ui->ask.sums = !ui->ask.sums;
	if (ui->ask.sums) {
		ui->ask.tree = true;
		ui->ask.grouped = false;
	}
	views_keep(ui);
	ui->stale = true;
	ui_say(ui, false, "%s",
		ui->ask.sums ? "parents with all below them added up" : "each process for itself");
}

bool table_fold_group(struct ui *ui)
{
	const struct row *row = table_row(ui);

	if (row == NULL || row->proc != NULL)
		return false;
	table_fold(ui);
	return true;
}
