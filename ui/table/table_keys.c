/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_keys - see table_keys.h */
#include "ui/table/table_keys.h"

#include "ui/table/table_cursor.h"
#include "ui/table/table_folds.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <stdio.h>
#include <stdlib.h>

/* --- cursor ----------------------------------------------------------------------------------- */

void table_move(struct ui *ui, int rows)
{
	table_put_cursor(ui, table_cursor_row(ui) + rows);
}

void table_page(struct ui *ui, int pages)
{
	int rows = ui->table.geometry.rows;

	table_move(ui, pages * (rows > 1 ? rows - 1 : 1));
}

void table_first(struct ui *ui)
{
	table_put_cursor(ui, 0);
	/* back to "whatever is first" */
	ui->table.state.cursor = (struct ident){ 0 };
}

void table_last(struct ui *ui)
{
	table_put_cursor(ui, (long)ui->view.count - 1);
}

/* --- order ------------------------------------------------------------------------------------ */

void table_sort(struct ui *ui, enum column_id column)
{
	const struct column *c = column_get(column);

	if (!column_is_number(c) && c->text == NULL)
		return;
	ui->ask.sort = column;
	ui->ask.reverse = false;
	views_keep(ui);
	ui->stale = true;
}

void table_sort_beside(struct ui *ui, int step)
{
	const struct layout *layout = &ui->table.geometry.layout;
	int at = -1;

	for (int i = 0; i < layout->count; i++)
		if (layout->places[i].id == ui->ask.sort)
			at = i;
	for (int i = at + step; i >= 0 && i < layout->count; i += step) {
		const struct column *c = column_get(layout->places[i].id);
		if (column_is_number(c) || c->text != NULL) {
			table_sort(ui, c->id);
			return;
		}
	}
}

void table_sort_by(struct ui *ui, int column)
{
	table_sort(ui, (enum column_id)column);
	ui_say(ui, false, "sorted by %s", column_get((enum column_id)column)->title);
}

void table_invert(struct ui *ui)
{
	ui->ask.reverse = !ui->ask.reverse;
	views_keep(ui);
	ui->stale = true;
}

/* --- what is shown ---------------------------------------------------------------------------- */

void table_climbers(struct ui *ui)
{
	ui_toggle(ui, &ui->ask.climbers_on_top, "what climbs is held at the top",
		"what climbs stands in its place");
	ui->settings->climbers_on_top = ui->ask.climbers_on_top;
}

void table_flagged_only(struct ui *ui)
{
	ui_toggle(ui, &ui->ask.flagged_only, "only what climbs, or has just stopped",
		"all processes");
}

void table_kernel_threads(struct ui *ui)
{
	ui_toggle(ui, &ui->ask.kernel_threads, "kernel threads shown", "kernel threads hidden");
}

void table_follow(struct ui *ui)
{
	if (ui->table.state.cursor.pid == 0)
		table_put_cursor(ui, 0);
	ui_toggle(ui, &ui->table.state.follow, "following this process", "no longer following");
}

void table_full_command(struct ui *ui)
{
	ui_toggle(ui, &ui->settings->full_command, "whole command lines", "names only");
	ui_apply_settings(ui);
}

void table_next_span(struct ui *ui)
{
	static const uint32_t spans[] = { 60, 300, 600, 3600 };
	size_t n = sizeof(spans) / sizeof(spans[0]), at = 0;

	for (size_t i = 0; i < n; i++)
		if (spans[i] == ui->settings->span_s)
			at = i + 1;
	ui->settings->span_s = spans[at % n];
	ui_apply_settings(ui);
	ui_say(ui, false, "the curves now span %u minute%s", ui->settings->span_s / 60,
		ui->settings->span_s == 60 ? "" : "s");
}

bool table_set_filter(struct ui *ui, const char *text, struct query_error *error)
{
	struct table_state *state = &ui->table.state;
	struct query *query;

	if (query_parse(&query, text, error) != 0)
		return false;
	query_free(state->query);
	state->query = query;
	ui->ask.query = query;
	snprintf(state->filter, sizeof(state->filter), "%s", text);
	ui->stale = true;
	return true;
}

static void say_files(struct ui *ui, int pid)
{
	char words[100];

	snprintf(words, sizeof(words),
		"open files: lsof -p %d; its memory, file by file: <Enter>, <Tab>", pid);
	ui_tell(ui, false, words);
}

void table_say_tool(struct ui *ui, int key)
{
	const struct proc *proc = table_subject(ui);
	int pid = proc != NULL ? proc->id.pid : 0;

	if (proc == NULL)
		ui_say(ui, true, "no process is selected");
	else if (key == 'l')
		say_files(ui, pid);
	else if (key == 'e')
		ui_say(ui, false, "its environment: ps eww %d", pid);
	else
		ui_say(ui, false, "its file locks: lslocks -p %d", pid);
}

void table_escape(struct ui *ui)
{
	struct query_error ignored;

	if (table_shut(ui))
		return;
	if (ui->table.state.ntags > 0)
		ui->table.state.ntags = 0;
	else if (ui->table.state.filter[0] != '\0')
		table_set_filter(ui, "", &ignored);
	else if (ui->ask.flagged_only)
		ui->ask.flagged_only = false;
	else
		ui->table.state.search[0] = '\0';
	ui->stale = true;
}

/* --- the screen ------------------------------------------------------------------------------- */

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	struct table *table = (struct table *)screen;

	table_draw(canvas, shown, &table->state, &table->geometry);
}

/* A title sorts (again: the other way round), a row is chosen. */
static void click(struct ui *ui, int x, int y)
{
	const struct table_geometry *g = &ui->table.geometry;
	int place = y == g->header_y ? layout_at(&g->layout, x) : -1;
	long row = ui->table.state.top + y - g->first_y;

	if (place >= 0 && g->layout.places[place].id == ui->ask.sort)
		table_invert(ui);
	else if (place >= 0)
		table_sort(ui, g->layout.places[place].id);
	if (y >= g->first_y && y < g->first_y + g->rows && row < (long)ui->view.count)
		table_put_cursor(ui, row);
}

/* The mouse; the rest are actions. */
static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	long wheel = keys_wheel(key, KEYS_WHEEL_ROWS);

	(void)screen;
	if (key->code != KEYS_MOUSE)
		return false;
	if (wheel != 0)
		table_move(ui, (int)wheel);
	else
		click(ui, key->x, key->y);
	return true;
}

static const struct screen_ops ops = {
	.where = WHERE_TABLE,
	.hints = table_hints,
	.nhints = TABLE_HINTS,
	.draw = draw_screen,
	.key = take_key,
};

void table_open(struct ui *ui)
{
	ui->table.screen.ops = &ops;
	ui_push(ui, &ui->table.screen);
}

void table_done(struct ui *ui)
{
	query_free(ui->table.state.query);
	free(ui->table.state.tags);
	free(ui->table.state.folds);
}
