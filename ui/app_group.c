/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_group - groups and trees: which there are, what is open, what is tagged (app_state.h)
 *
 * What is open is kept by identity as the cursor is: a group by its name, a branch by its process.
 */
#include "ui/app_state.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static const struct row *cursor_on(const struct app *app)
{
	long at = app_cursor_row(app);

	return at >= 0 ? &app->view.rows[at] : NULL;
}

/* --- folds ------------------------------------------------------------------------------------ */

static void unfold_nothing(struct app *app)
{
	app->table.nfolds = 0;
	app->stale = true;
}

static void toggle_fold(struct app *app, struct ident id)
{
	struct table_state *table = &app->table;

	app->stale = true;
	for (size_t i = 0; i < table->nfolds; i++)
		if (ident_same(table->folds[i], id)) {
			table->folds[i] = table->folds[--table->nfolds];
			return;
		}
	if (table->folds == NULL)
		table->folds = xalloc(SCREEN_FOLDS_MAX * sizeof table->folds[0]);
	/* the one opened or shut longest ago is forgotten: a bound, not a limit anyone meets */
	if (table->nfolds == SCREEN_FOLDS_MAX)
		memmove(table->folds, table->folds + 1, --table->nfolds * sizeof table->folds[0]);
	table->folds[table->nfolds++] = id;
}

/* The row that the one at AT hangs below: its group or parent; AT itself when it can be folded. */
static long head_of(const struct app *app, long at)
{
	const struct row *rows = app->view.rows;

	if (at < 0 || rows[at].fold != ROW_PLAIN)
		return at;
	for (long up = at - 1; up >= 0; up--)
		if (rows[up].depth < rows[at].depth)
			return up;
	return -1;
}

static void fold(struct app *app)
{
	long head = head_of(app, app_cursor_row(app));

	if (head < 0 || (!app->ask.grouped && !app->ask.tree)) {
		app_say(app, true, "nothing to open or shut here: g shows groups, t the tree");
		return;
	}
	toggle_fold(app, row_ident(&app->view.rows[head]));
	app_put_cursor(app, head);
}

bool app_shut(struct app *app)
{
	long head = head_of(app, app_cursor_row(app));

	if (!app->ask.grouped || head < 0 || app->view.rows[head].fold != ROW_OPEN)
		return false;
	fold(app);
	return true;
}

/* All are brought into the state that not all of them have. */
static void fold_all(struct app *app)
{
	const struct view *view = &app->view;
	enum row_fold usual = app->ask.grouped ? ROW_SHUT : ROW_OPEN;
	bool any = false;

	for (size_t i = 0; i < view->count; i++)
		any |= view->rows[i].fold != ROW_PLAIN && view->rows[i].fold != usual;
	unfold_nothing(app);
	for (size_t i = 0; !any && i < view->count; i++)
		if (view->rows[i].fold == usual && app->table.nfolds < SCREEN_FOLDS_MAX)
			toggle_fold(app, row_ident(&view->rows[i]));
}

/* --- which groups ----------------------------------------------------------------------------- */

static void next_group(struct app *app)
{
	static const char *const words[GROUP_KINDS] = {
		[GROUP_PROGRAM] = "groups by program; Enter opens one",
		[GROUP_USER] = "groups by user; Enter opens one",
		[GROUP_CGROUP] = "groups by cgroup; Enter opens one",
	};
	struct view_ask *ask = &app->ask;

	if (!ask->grouped)
		ask->group = GROUP_PROGRAM;
	else
		ask->group++;
	ask->grouped = ask->group != GROUP_KINDS;
	if (!ask->grouped)
		ask->group = GROUP_PROGRAM;
	ask->tree = false;
	app->stale = true;
	app_say(app, false, "%s", ask->grouped ? words[ask->group] : "no groups");
}

static void toggle_tree(struct app *app)
{
	app->ask.tree = app->ask.grouped || !app->ask.tree;
	app->ask.grouped = false;
	app->stale = true;
	app_say(app, false, "%s", app->ask.tree ? "tree of processes" : "flat list");
}

static void toggle_sums(struct app *app)
{
	app->ask.sums = !app->ask.sums;
	if (app->ask.sums) {
		app->ask.tree = true;
		app->ask.grouped = false;
	}
	app->stale = true;
	app_say(app, false, "%s",
		app->ask.sums ? "parents with all below them added up" : "each process for itself");
}

bool app_group(struct app *app, enum action action)
{
	const struct row *row = cursor_on(app);

	if (action == ACTION_GROUP)
		next_group(app);
	else if (action == ACTION_TREE)
		toggle_tree(app);
	else if (action == ACTION_SUMS)
		toggle_sums(app);
	else if (action == ACTION_FOLD || (action == ACTION_ENTER && row && !row->proc))
		fold(app);
	else if (action == ACTION_FOLD_ALL)
		fold_all(app);
	else
		return false;
	return true;
}

/* --- tags ------------------------------------------------------------------------------------- */

static int compare_tags(const void *a, const void *b)
{
	const struct ident *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static long find_tag(const struct table_state *table, struct ident id)
{
	for (size_t i = 0; i < table->ntags; i++)
		if (ident_same(table->tags[i], id))
			return (long)i;
	return -1;
}

static bool set_tag(struct app *app, struct ident id, bool on)
{
	struct table_state *table = &app->table;
	long at = find_tag(table, id);

	if (on == (at >= 0))
		return true;
	if (!on) {
		table->tags[at] = table->tags[--table->ntags];
		return true;
	}
	if (table->ntags == SCREEN_TAGS_MAX) {
		app_say(app, true, "no more than %d tags", SCREEN_TAGS_MAX);
		return false;
	}
	table->tags = xalloc_grow(table->tags, table->ntags + 1, sizeof table->tags[0]);
	table->tags[table->ntags++] = id;
	return true;
}

/* Tags are of processes: those of a group are the ones it has now. */
void app_toggle_tag(struct app *app)
{
	const struct row *row = cursor_on(app);
	const struct store *store = app_store(app);
	bool all = true;

	if (row == NULL)
		return;
	size_t count = row->proc != NULL ? 1 : row->sum->count;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < count; i++) {
			const struct proc *proc = row->proc != NULL
							  ? row->proc
							  : store_proc(store, row->sum->members[i]);
			if (pass == 0)
				all &= find_tag(&app->table, proc->id) >= 0;
			else if (!set_tag(app, proc->id, !all))
				break;
		}
	qsort(app->table.tags, app->table.ntags, sizeof app->table.tags[0], compare_tags);
	app_put_cursor(app, app_cursor_row(app) + 1);
}
