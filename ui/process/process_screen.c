/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_screen - see process_screen.h */
#include "ui/process/process_screen.h"

#include "model/maps.h"
#include "ui/process/process.h"
#include "ui/process/process_look.h"
#include "ui/table/table_cursor.h"
#include "ui/ui.h"

#include <stdio.h>

static const struct screen_ops *ops_for(const struct process *process);

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	struct process *process = (struct process *)screen;

	process_draw(canvas, shown, &process->state, &process->geometry);
	/* a click is meant for the bottom line that is in view */
	screen->ops = ops_for(process);
}

/* The mouse; the rest are actions. */
static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct process *process = (struct process *)screen;
	long wheel = keys_wheel(key, KEYS_WHEEL_ROWS);

	if (key->code != KEYS_MOUSE)
		return false;
	if (wheel != 0)
		process_scroll(ui, (int)wheel);
	else if (!process_click(&process->state, &process->geometry, key->x, key->y))
		process_look_click(ui, key->y);
	return true;
}

/* One screen with three bottom lines: of a process, of what is inside it, of one that has ended. */
static const struct screen_ops ops = {
	.where = WHERE_PROCESS,
	.hints = process_hints,
	.nhints = PROCESS_HINTS,
	.draw = draw_screen,
	.key = take_key,
};

static const struct screen_ops inside_ops = {
	.where = WHERE_PROCESS,
	.hints = process_inside_hints,
	.nhints = PROCESS_INSIDE_HINTS,
	.draw = draw_screen,
	.key = take_key,
};

static const struct screen_ops gone_ops = {
	.where = WHERE_PROCESS,
	.hints = process_gone_hints,
	.nhints = PROCESS_GONE_HINTS,
	.draw = draw_screen,
	.key = take_key,
};

/* The screen with the keys that were drawn on the bottom line. */
static const struct screen_ops *ops_for(const struct process *process)
{
	return process->geometry.gone        ? &gone_ops
	       : process->state.inside.shown ? &inside_ops
					     : &ops;
}

/* The mappings are asked for at once: they take longest. */
static void choose_process(struct ui *ui, const struct proc *proc)
{
	struct process_state *state = &ui->process.state;
	struct request maps = { .kind = REQUEST_MAPPINGS, .id = proc->id };

	state->id = ui->subject = proc->id;
	state->info_top = state->parts_top = 0;
	state->last_ms = state->last_kib = 0;
	snprintf(state->name, sizeof(state->name), "%s", proc->name);
	session_ask(ui->session, &maps, false);
	process_look_choose(ui);
}

void process_open(struct ui *ui)
{
	const struct proc *proc = table_cursor(ui);

	if (proc == NULL) {
		ui_say(ui, true, "no process is selected");
		return;
	}
	/* the cursor stays on it when rows move, so that left and right go on from there */
	table_put_cursor(ui, table_cursor_row(ui));
	process_show(ui, proc);
}

void process_show(struct ui *ui, const struct proc *proc)
{
	ui->process.state.inside.shown = false;
	choose_process(ui, proc);
	ui->process.state.cursor_ms = 0;
	ui->process.screen.ops = &ops;
	ui_push(ui, &ui->process.screen);
}

static void close_screen(struct ui *ui)
{
	struct request shallow = { .kind = REQUEST_SHALLOW };

	session_ask(ui->session, &shallow, false);
	ui->process.state.inside.shown = false;
	process_look_choose(ui);
	ui->subject = (struct ident){ 0 };
	ui_pop(ui);
}

void process_back(struct ui *ui)
{
	if (!process_look_back(ui))
		close_screen(ui);
}

void process_enter(struct ui *ui)
{
	if (ui->process.state.inside.shown)
		process_look_holders(ui);
	else
		close_screen(ui);
}

void process_next_row(struct ui *ui, int step)
{
	long row = view_find(&ui->view, ui->subject);

	row = row < 0 ? ui->table.state.cursor_row : row + step;
	/* a group is no process */
	while (row >= 0 && row < (long)ui->view.count && ui->view.rows[row].proc == NULL)
		row += step;
	if (row < 0 || row >= (long)ui->view.count) {
		ui_say(ui, false, step < 0 ? "this is the first row" : "this is the last row");
		return;
	}
	table_put_cursor(ui, row);
	choose_process(ui, ui->view.rows[row].proc);
}

void process_read_again(struct ui *ui)
{
	const struct maps *maps = store_maps(ui_store(ui), ui->subject);
	struct request again = { .kind = REQUEST_AGAIN };

	if (ui->process.state.inside.shown) {
		process_look_again(ui);
		return;
	}
	if (ui_is_past(ui))
		return;
	session_ask(ui->session, &again, false);
	if (maps != NULL && maps->figures.cost_ms >= 100)
		ui_say(ui, false,
			"reading again, as soon as that takes less than 5 %% of the time");
	else
		ui_say(ui, false, "reading again");
}

void process_read_chart(struct ui *ui, int columns)
{
	struct process *process = &ui->process;

	if (process->geometry.to_ms > process->geometry.from_ms)
		process_move_cursor(&process->state, ui->style.alphabet, &process->geometry,
			columns);
}

/* Scrolls; draw bounds it by what there is. */
void process_scroll(struct ui *ui, int lines)
{
	struct process *process = &ui->process;
	long *top = process->geometry.both || process->state.parts ? &process->state.parts_top
								   : &process->state.info_top;

	if (process->state.inside.shown) {
		process_look_move(ui, lines);
		return;
	}
	*top += lines;
	if (*top < 0)
		*top = 0;
}

void process_scroll_page(struct ui *ui, int pages)
{
	process_scroll(ui, pages * ui->process.geometry.page);
}

/* Figures, parts (where both do not fit), inside, lines of a Python. */
void process_next_tab(struct ui *ui)
{
	struct process *process = &ui->process;

	if (process_look_next(ui))
		return;
	if (process->state.inside.shown || process->geometry.both || process->state.parts) {
		process->state.parts = false;
		process_toggle_inside(ui);
	} else {
		process->state.parts = true;
	}
}

void process_toggle_stack(struct ui *ui)
{
	ui->process.state.stacked = !ui->process.state.stacked;
}

void process_next_span(struct ui *ui)
{
	struct process_state *state = &ui->process.state;

	state->zoom = (enum process_zoom)((state->zoom + 1) % ZOOM_COUNT);
}
