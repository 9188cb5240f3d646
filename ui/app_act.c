/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_act - what each key does to the table (app_state.h); knows no terminal and no source */
#include "ui/app_state.h"
#include "ui/foot.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

long app_cursor_row(const struct app *app)
{
	if (app->view.count == 0)
		return -1;
	long row = app->table.cursor.pid != 0 ? view_find(&app->view, app->table.cursor) : 0;
	return row >= 0 ? row : 0;
}

void app_put_cursor(struct app *app, long row)
{
	if (app->view.count == 0)
		return;
	if (row >= (long)app->view.count)
		row = (long)app->view.count - 1;
	if (row < 0)
		row = 0;
	app->table.cursor = row_ident(&app->view.rows[row]);
	app->table.cursor_row = row;
	app->dirty = true;
}

const struct proc *app_cursor(const struct app *app)
{
	long row = app_cursor_row(app);

	return row >= 0 ? app->view.rows[row].proc : NULL;
}

const struct proc *app_subject(const struct app *app)
{
	return app_process_is_open(app) ? store_find(app_store(app), app->process.id)
					: app_cursor(app);
}

/* The cursor stays on its process; when that is gone or filtered out, on the row where it was. */
void app_follow_cursor(struct app *app)
{
	struct table_state *table = &app->table;

	if (table->cursor.pid == 0)
		return;
	long row = view_find(&app->view, table->cursor);
	if (row >= 0)
		table->cursor_row = row;
	else if (app->view.count == 0)
		table->cursor = (struct ident){ 0 };
	else
		app_put_cursor(app, table->cursor_row);
}

static void move_cursor(struct app *app, long rows)
{
	app_put_cursor(app, app_cursor_row(app) + rows);
}

void app_sort(struct app *app, enum column_id column)
{
	const struct column *c = column_get(column);

	if (c->number == NULL && c->text == NULL)
		return;
	app->ask.sort = column;
	app->ask.reverse = false;
	app->settings->sort = column;
	app->settings->reverse = false;
	app->stale = true;
}

/* The next column to the left or right of the one sorted by that can be sorted. */
static void sort_beside(struct app *app, int step)
{
	const struct layout *layout = &app->geometry.layout;
	int at = -1;

	for (int i = 0; i < layout->count; i++)
		if (layout->places[i].id == app->ask.sort)
			at = i;
	for (int i = at + step; i >= 0 && i < layout->count; i += step) {
		const struct column *c = column_get(layout->places[i].id);
		if (c->number != NULL || c->text != NULL) {
			app_sort(app, c->id);
			return;
		}
	}
}

static bool row_matches(const struct app *app, long row)
{
	const struct row *shown = &app->view.rows[row];
	const struct proc *proc = shown->proc;
	const char *part = app->table.search;
	const char *user;
	char pid[16];

	if (proc == NULL)
		return text_contains(shown->name, part);
	user = store_user(app_store(app), proc->uid);
	snprintf(pid, sizeof pid, "%d", proc->id.pid);
	return text_contains(proc->comm, part) || text_contains(proc->name, part) ||
	       (proc->cmdline != NULL && text_contains(proc->cmdline, part)) ||
	       (user != NULL && text_contains(user, part)) || strcmp(pid, part) == 0;
}

bool app_search(struct app *app, long from, int step)
{
	long count = (long)app->view.count;

	if (count == 0 || app->table.search[0] == '\0')
		return false;
	for (long i = 0; i < count; i++) {
		long row = ((from + i * step) % count + count) % count;
		if (row_matches(app, row)) {
			app_put_cursor(app, row);
			return true;
		}
	}
	return false;
}

static void search_again(struct app *app, int step)
{
	if (app->table.search[0] == '\0')
		app_open(app, APP_SEARCH);
	else if (!app_search(app, app_cursor_row(app) + step, step))
		app_say(app, true, "nothing shown matches '%s'", app->table.search);
}

static const uint32_t interval_steps[] = { 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000 };

enum { INTERVAL_STEPS = sizeof interval_steps / sizeof interval_steps[0] };

static void slower(struct app *app)
{
	for (int i = 0; i < INTERVAL_STEPS; i++)
		if (interval_steps[i] > app->settings->interval_ms) {
			app_set_interval(app, interval_steps[i]);
			return;
		}
}

static void faster(struct app *app)
{
	for (int i = INTERVAL_STEPS - 1; i >= 0; i--)
		if (interval_steps[i] < app->settings->interval_ms) {
			app_set_interval(app, interval_steps[i]);
			return;
		}
}

static void toggle_pause(struct app *app)
{
	session_pause(app->session, !session_paused(app->session));
	app->stale = true;
}

static void toggle(struct app *app, bool *what, const char *on, const char *off)
{
	*what = !*what;
	app->stale = true;
	app_say(app, false, "%s", *what ? on : off);
}

static void next_span(struct app *app)
{
	static const uint32_t spans[] = { 60, 300, 600, 3600 };
	size_t n = sizeof spans / sizeof spans[0], at = 0;

	for (size_t i = 0; i < n; i++)
		if (spans[i] == app->settings->span_s)
			at = i + 1;
	app->settings->span_s = spans[at % n];
	app_apply_settings(app);
	app_say(app, false, "the sparklines now span %u minute%s", app->settings->span_s / 60,
		app->settings->span_s == 60 ? "" : "s");
}

static void save(struct app *app)
{
	if (app->options->settings_path == NULL) {
		app_say(app, true, "nowhere to save to: HOME is not set");
		return;
	}
	int error = settings_save(app->settings, app->options->settings_path);
	if (error == 0)
		app_say(app, false, "saved to %s", app->options->settings_path);
	else
		app_say(app, true, "not saved to %s: %s", app->options->settings_path,
			error == -EPERM ? "it belongs to another user" : strerror(-error));
}

static void set_baseline(struct app *app)
{
	session_set_baseline(app->session);
	account_make(&app->account_base, app_store(app));
	app->stale = true;
	app_say(app, false, "baseline set: +BASE counts from now");
}

static void escape(struct app *app)
{
	if (app_shut(app))
		return;
	if (app->table.ntags > 0)
		app->table.ntags = 0;
	else if (app->table.filter[0] != '\0')
		app_set_filter(app, "", NULL);
	else if (app->ask.flagged_only)
		app->ask.flagged_only = false;
	else
		app->table.search[0] = '\0';
	app->stale = true;
}

/* Actions on the cursor; false: it was another one. */
static bool act_move(struct app *app, enum action action)
{
	int page = app->geometry.rows > 1 ? app->geometry.rows - 1 : 1;

	if (action == ACTION_UP)
		move_cursor(app, -1);
	else if (action == ACTION_DOWN)
		move_cursor(app, 1);
	else if (action == ACTION_PAGE_UP)
		move_cursor(app, -page);
	else if (action == ACTION_PAGE_DOWN)
		move_cursor(app, page);
	else if (action == ACTION_LAST)
		app_put_cursor(app, (long)app->view.count - 1);
	else if (action == ACTION_FIRST) {
		/* back to "whatever is first" */
		app_put_cursor(app, 0);
		app->table.cursor = (struct ident){ 0 };
	} else
		return false;
	return true;
}

static bool act_sort(struct app *app, enum action action)
{
	static const struct {
		enum action action;
		enum column_id column;
	} sorts[] = {
		{ ACTION_SORT_MEMORY, COL_RSS },
		{ ACTION_SORT_PID, COL_PID },
		{ ACTION_SORT_TIME, COL_TIME },
		{ ACTION_SORT_CPU, COL_CPU },
		{ ACTION_SORT_GROWTH, COL_GROWTH },
	};

	for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++)
		if (sorts[i].action == action) {
			app_sort(app, sorts[i].column);
			app_say(app, false, "sorted by %s", column_get(sorts[i].column)->title);
			return true;
		}
	if (action == ACTION_SORT_NEXT || action == ACTION_RIGHT)
		sort_beside(app, 1);
	else if (action == ACTION_SORT_PREVIOUS || action == ACTION_LEFT)
		sort_beside(app, -1);
	else if (action == ACTION_INVERT) {
		app->ask.reverse = !app->ask.reverse;
		app->settings->reverse = app->ask.reverse;
		app->stale = true;
	} else
		return false;
	return true;
}

static bool act_look(struct app *app, enum action action)
{
	if (action == ACTION_KERNEL_THREADS)
		toggle(app, &app->ask.kernel_threads, "kernel threads shown",
			"kernel threads hidden");
	else if (action == ACTION_COMMAND_LINE) {
		toggle(app, &app->settings->full_command, "whole command lines", "names only");
		app_apply_settings(app);
	} else if (action == ACTION_FLAGGED_ONLY)
		toggle(app, &app->ask.flagged_only, "only what climbs, or has just stopped",
			"all processes");
	else if (action == ACTION_CLIMBERS_TOP) {
		toggle(app, &app->ask.climbers_on_top, "what climbs is held at the top",
			"what climbs stands in its place");
		app->settings->climbers_on_top = app->ask.climbers_on_top;
	} else if (action == ACTION_FOLLOW) {
		if (app->table.cursor.pid == 0)
			app_put_cursor(app, 0);
		toggle(app, &app->table.follow, "following this process", "no longer following");
	} else if (action == ACTION_PSS)
		app_pss_ask(app);
	else if (action == ACTION_COST)
		toggle(app, &app->style.show_cost, "what memtop itself costs", "cost hidden");
	else if (action == ACTION_SPAN)
		next_span(app);
	else
		return false;
	return true;
}

static bool act_change(struct app *app, enum action action)
{
	if (action == ACTION_PAUSE)
		toggle_pause(app);
	else if (action == ACTION_TAG)
		app_toggle_tag(app);
	else if (action == ACTION_UNTAG_ALL)
		app->table.ntags = 0;
	else if (action == ACTION_FASTER)
		faster(app);
	else if (action == ACTION_SLOWER)
		slower(app);
	else if (action == ACTION_SAVE)
		save(app);
	else if (action == ACTION_BASELINE)
		set_baseline(app);
	else if (action == ACTION_ENTER)
		app_process_open(app);
	else if (action >= ACTION_PARTS && action <= ACTION_CURSOR_ON)
		app_say(app, false, "that key works on the screen of a process (Enter)");
	else if (action == ACTION_REDRAW)
		term_redraw(app->term);
	else if (action == ACTION_SUSPEND)
		app_suspend(app, true);
	else if (action == ACTION_ESCAPE)
		escape(app);
	else if (action == ACTION_SEARCH_NEXT)
		search_again(app, 1);
	else if (action == ACTION_SEARCH_PREVIOUS)
		search_again(app, -1);
	else
		return false;
	return true;
}

static void act_open(struct app *app, enum action action)
{
	static const struct {
		enum action action;
		enum app_dialog dialog;
	} opens[] = {
		{ ACTION_ACCOUNT, APP_ACCOUNT },
		{ ACTION_HELP, APP_HELP },
		{ ACTION_SORT_MENU, APP_SORT },
		{ ACTION_SIGNAL, APP_SIGNAL },
		{ ACTION_USER, APP_USER },
		{ ACTION_SETUP, APP_SETUP },
		{ ACTION_SEARCH, APP_SEARCH },
		{ ACTION_FILTER, APP_FILTER },
		{ ACTION_INTERVAL, APP_INTERVAL },
		{ ACTION_RENICE, APP_NICE },
		{ ACTION_NICE_UP, APP_NICE },
		{ ACTION_NICE_DOWN, APP_NICE },
	};

	app->nice_step = action == ACTION_NICE_UP ? 1 : action == ACTION_NICE_DOWN ? -1 : 0;
	for (size_t i = 0; i < sizeof opens / sizeof opens[0]; i++)
		if (opens[i].action == action)
			app_open(app, opens[i].dialog);
}

void app_act(struct app *app, enum action action)
{
	if (action == ACTION_NONE)
		return;
	app->dirty = true;
	if (action == ACTION_QUIT) {
		app->quit = true;
		return;
	}
	if (!app_group(app, action) && !app_play(app, action) && !act_move(app, action) &&
		!act_sort(app, action) && !act_look(app, action) && !act_change(app, action))
		act_open(app, action);
}

/* A title sorts (again: the other way round), a row is chosen, the wheel moves, a key of the
 * bottom line is pressed. */
void app_mouse(struct app *app, const struct key *key)
{
	const struct table_geometry *g = &app->geometry;

	if (key->mouse == MOUSE_WHEEL_UP || key->mouse == MOUSE_WHEEL_DOWN) {
		move_cursor(app, key->mouse == MOUSE_WHEEL_UP ? -3 : 3);
		return;
	}
	app->dirty = true;
	if (key->y == app->canvas.height - 1 && app->message.text[0] == '\0' &&
		key->y > g->header_y) {
		app_act(app, keys_action(foot_key(app->canvas.width, app->style.readonly, key->x)));
		return;
	}
	int place = key->y == g->header_y ? layout_at(&g->layout, key->x) : -1;
	if (place >= 0 && g->layout.places[place].id == app->ask.sort)
		act_sort(app, ACTION_INVERT);
	else if (place >= 0)
		app_sort(app, g->layout.places[place].id);
	long row = app->table.top + key->y - g->first_y;
	if (key->y >= g->first_y && key->y < g->first_y + g->rows && row < (long)app->view.count)
		app_put_cursor(app, row);
}
