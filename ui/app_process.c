/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_process - one process in depth: opened, moved to the next row, read (app_state.h) */
#include "ui/app_state.h"

#include "model/maps.h"
#include "table/figures.h"

#include <stdio.h>
#include <string.h>

bool app_process_is_open(const struct app *app)
{
	return app->process.id.pid != 0;
}

static void choose(struct app *app, const struct proc *proc)
{
	struct process_state *state = &app->process;
	struct request maps = { .kind = REQUEST_MAPPINGS, .id = proc->id };

	state->id = proc->id;
	state->info_top = state->parts_top = 0;
	snprintf(state->name, sizeof state->name, "%s", proc->name);
	session_ask(app->session, &maps, false);
	app->dirty = true;
}

void app_process_open(struct app *app)
{
	const struct proc *proc = app_cursor(app);

	if (proc == NULL) {
		app_say(app, true, "no process is selected");
		return;
	}
	/* the cursor stays on it when rows move, so that left and right go on from there */
	app_put_cursor(app, app_cursor_row(app));
	choose(app, proc);
}

static void close_screen(struct app *app)
{
	struct request shallow = { .kind = REQUEST_SHALLOW };

	session_ask(app->session, &shallow, false);
	app->process.id = (struct ident){ 0 };
	app->process.cursor_ms = 0;
	app->dirty = true;
}

static void next_row(struct app *app, int step)
{
	long row = view_find(&app->view, app->process.id);

	row = row < 0 ? app->table.cursor_row : row + step;
	/* a group is no process */
	while (row >= 0 && row < (long)app->view.count && app->view.rows[row].proc == NULL)
		row += step;
	if (row < 0 || row >= (long)app->view.count) {
		app_say(app, false, step < 0 ? "this is the first row" : "this is the last row");
		return;
	}
	app_put_cursor(app, row);
	choose(app, app->view.rows[row].proc);
}

static void read_again(struct app *app)
{
	const struct maps *maps = store_maps(app_store(app), app->process.id);
	struct request again = { .kind = REQUEST_AGAIN };

	if (!session_is_live(app->session)) {
		app_say(app, true, "this is a recording: nothing can be read again");
		return;
	}
	session_ask(app->session, &again, false);
	if (maps != NULL && maps->figures.cost_ms >= 100)
		app_say(app, false,
			"reading again, as soon as that takes less than 5 %% of the time");
	else
		app_say(app, false, "reading again");
}

/* Facts as the screen gets them. */
static struct process_facts facts_of(struct app *app)
{
	return (struct process_facts){
		.store = app_store(app),
		.style = &app->style,
		.message = &app->message,
		.source_note = app_note(app),
		.row = view_find(&app->view, app->process.id),
		.rows = (long)app->view.count,
		.paused = session_paused(app->session),
	};
}

static void move_cursor(struct app *app, int columns)
{
	const struct process_facts facts = facts_of(app);

	if (app->process_geometry.to_ms > app->process_geometry.from_ms)
		process_move_cursor(&app->process, &facts, &app->process_geometry, columns);
}

/* What is scrolled: the screen says in draw what of it there is. */
static void scroll(struct app *app, long lines)
{
	long *top = app->process_geometry.both || app->process.parts ? &app->process.parts_top
								     : &app->process.info_top;

	*top += lines;
	if (*top < 0)
		*top = 0;
}

/* Actions of this screen; false: it was another one. */
static bool act_here(struct app *app, enum action action)
{
	int page = app->process_geometry.page;

	if (action == ACTION_ESCAPE || action == ACTION_ENTER)
		close_screen(app);
	else if (action == ACTION_LEFT || action == ACTION_RIGHT)
		next_row(app, action == ACTION_LEFT ? -1 : 1);
	else if (action == ACTION_UP || action == ACTION_DOWN)
		scroll(app, action == ACTION_UP ? -1 : 1);
	else if (action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN)
		scroll(app, action == ACTION_PAGE_UP ? -page : page);
	else if (action == ACTION_FIRST || action == ACTION_LAST)
		scroll(app, action == ACTION_FIRST ? -1000000 : 1000000);
	else if (action == ACTION_PARTS)
		app->process.parts = !app->process.parts;
	else if (action == ACTION_SUMS)
		app->process.stacked = !app->process.stacked;
	else if (action == ACTION_SPAN)
		app->process.zoom = (enum process_zoom)((app->process.zoom + 1) % ZOOM_COUNT);
	else if (action == ACTION_CURSOR_BACK || action == ACTION_CURSOR_ON)
		move_cursor(app, action == ACTION_CURSOR_BACK ? -1 : 1);
	else
		return false;
	return true;
}

/* Those of the table that make sense here too. */
static bool is_common(enum action action)
{
	static const enum action common[] = { ACTION_HELP, ACTION_PAUSE, ACTION_FASTER,
		ACTION_SLOWER, ACTION_INTERVAL, ACTION_SIGNAL, ACTION_RENICE, ACTION_NICE_UP,
		ACTION_NICE_DOWN, ACTION_BASELINE, ACTION_REDRAW, ACTION_SUSPEND, ACTION_SAVE,
		ACTION_TICK_ON, ACTION_TICK_BACK, ACTION_MINUTE_ON, ACTION_MINUTE_BACK,
		ACTION_TO_VERDICT, ACTION_TO_OOM };

	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
		if (common[i] == action)
			return true;
	return false;
}

static void mouse(struct app *app, const struct key *key)
{
	if (key->mouse == MOUSE_WHEEL_UP || key->mouse == MOUSE_WHEEL_DOWN)
		scroll(app, key->mouse == MOUSE_WHEEL_UP ? -3 : 3);
	else
		process_click(&app->process, &app->process_geometry, key->x, key->y);
}

void app_process_key(struct app *app, const struct key *key)
{
	enum action action = keys_action(key->code);

	app->dirty = true;
	if (key->code == KEYS_MOUSE)
		mouse(app, key);
	else if (key->code == 'q' || key->code == KEYS_BACKSPACE)
		close_screen(app);
	else if (key->code == 'R')
		read_again(app);
	else if (action == ACTION_QUIT)
		app->quit = true;
	else if (!act_here(app, action) && is_common(action))
		app_act(app, action);
}

void app_process_draw(struct app *app)
{
	const struct process_facts facts = facts_of(app);

	process_draw(&app->canvas, &facts, &app->process, &app->process_geometry);
}
