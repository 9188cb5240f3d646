/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hosts_all - see hosts_all.h */
#include "ui/hosts_all.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "fleet/fleet_table.h"
#include "ui/foot.h"
#include "ui/help.h"
#include "ui/question.h"
#include "ui/style.h"
#include "ui/table/layout.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	TITLE_ROW = 1,
	HOST_LEAST = 5, /* columns of its title, and of the sign of the order */
	AROUND = 3,     /* rows that are no lines: the summary, the titles, the keys */
};

static const struct hint hints[] = {
	{ .key = KEYS_ENTER, .words = "Open", .importance = 1 },
	{ .key = 'g', .words = "Hosts", .importance = 2 },
	{ .key = '1', .words = "Processes", .importance = 5 },
	{ .key = '2', .words = "Containers", .importance = 4 },
	{ .key = KEYS_F4, .words = "Filter", .importance = 3 },
	{ .key = '>', .words = "Sort", .importance = 6 },
	{ .key = KEYS_F1, .words = "Help", .importance = 7 },
	{ .key = KEYS_F10, .words = "Quit", .importance = 8 },
};

enum { HINTS = sizeof(hints) / sizeof(hints[0]) };

struct all_screen {
	struct screen screen;
	struct fleet *fleet;
	struct hosts_all_state *state; /* the UI's */
	struct fleet_table *table;
	struct query *query;
	const struct fleet_line *lines; /* as drawn last */
	size_t count, top;
	struct layout layout;
	int host_width;
};

/* --- what is asked ---------------------------------------------------------------------------- */

/* The column that means "by memory" in either kind of rows. */
static enum column_id first_sort(bool containers)
{
	return containers ? COL_USED : COL_RSS;
}

/* Anew at each drawing and key: frames of any host may have come. */
static void build_lines(struct all_screen *all)
{
	const struct fleet_table_ask ask = {
		.containers = all->state->containers,
		.by_host = all->state->by_host,
		.reverse = all->state->reverse,
		.sort = all->state->sort,
		.query = all->query,
	};

	all->lines = fleet_table_build(all->table, all->fleet, &ask, &all->count);
}

/* Where the cursor's row is now; the first one where it is no more. */
static size_t cursor_line(const struct all_screen *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->lines[i].host == all->state->host &&
			ident_same(row_ident(all->lines[i].row), all->state->id))
			return i;
	return 0;
}

static void put_cursor(struct all_screen *all, long line)
{
	if (all->count == 0)
		return;
	line = line < 0 ? 0 : line >= (long)all->count ? (long)all->count - 1 : line;
	all->state->host = all->lines[line].host;
	all->state->id = row_ident(all->lines[line].row);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* Names of hosts get a quarter at most; columns are laid out behind them as in the table. */
static void measure_columns(struct all_screen *all, const struct canvas *canvas)
{
	size_t count;
	const enum column_id *ids = fleet_table_columns(all->state->containers, &count);
	int most = canvas->width / 4;

	all->host_width = HOST_LEAST;
	for (size_t i = 0; i < fleet_count(all->fleet); i++)
		if (text_width(fleet_name(all->fleet, i)) > all->host_width)
			all->host_width = text_width(fleet_name(all->fleet, i));
	all->host_width = all->host_width < most ? all->host_width : most;
	layout_columns(&all->layout, ids, count, canvas->width - all->host_width - 1);
}

/* The title of what is sorted by has a sign in front that says which way. */
static void draw_title(struct canvas *canvas, int x, int width, const char *title, bool left,
	const char *sign)
{
	char text[40];

	snprintf(text, sizeof(text), "%s%s", sign, title);
	if (left)
		canvas_text_cut(canvas, x, TITLE_ROW, STYLE_HEADER, text, width);
	else
		canvas_text_right(canvas, x, TITLE_ROW, STYLE_HEADER, text, width);
}

static const char *sort_sign(const struct canvas *canvas, bool up)
{
	if (canvas->utf8)
		return up ? "\u25b2" : "\u25bc";
	return up ? "^" : "v";
}

static void draw_titles(struct canvas *canvas, const struct all_screen *all)
{
	const struct hosts_all_state *state = all->state;

	canvas_row(canvas, TITLE_ROW, STYLE_HEADER);
	draw_title(canvas, 0, all->host_width, "HOST", true,
		state->by_host ? sort_sign(canvas, true) : "");
	for (int i = 0; i < all->layout.count; i++) {
		const struct place *place = &all->layout.places[i];
		const struct column *column = column_get(place->id);
		bool sorted = place->id == state->sort && !state->by_host;

		draw_title(canvas, all->host_width + 1 + place->x, place->width, column->title,
			column->left,
			sorted ? sort_sign(canvas, column->ascending != state->reverse) : "");
	}
}

/* Groups cannot be opened here, so they have no sign for it. */
static void draw_line(struct canvas *canvas, const struct all_screen *all,
	const struct shown *shown, const struct fleet_line *line, int y)
{
	struct column_style style = shown->style->column;
	char text[COLUMN_TEXT_MAX];

	style.no_folds = true;
	canvas_text_cut(canvas, 0, y, STYLE_NORMAL, fleet_name(all->fleet, line->host),
		all->host_width);
	for (int i = 0; i < all->layout.count; i++) {
		const struct place *place = &all->layout.places[i];
		const struct column *column = column_get(place->id);
		enum cell_tone tone = column_format(column, line->store, line->row, &style,
			place->width, text);
		int x = all->host_width + 1 + place->x;

		if (column->left)
			canvas_text_cut(canvas, x, y, style_of_tone(tone), text, place->width);
		else
			canvas_text_right(canvas, x, y, style_of_tone(tone), text, place->width);
	}
}

static void draw_summary(struct canvas *canvas, const struct all_screen *all)
{
	const struct hosts_all_state *state = all->state;
	const char *what = state->containers ? "container" : "process", *many = "s";
	char text[SCREEN_TEXT_MAX];

	if (!state->containers)
		many = "es";
	snprintf(text, sizeof(text), "%zu %s%s of %zu %s", all->count, what,
		all->count == 1 ? "" : many, fleet_count(all->fleet),
		fleet_count(all->fleet) == 1 ? "host" : "hosts");

	if (state->filter[0] != '\0')
		text_append(text, sizeof(text), " that match %.120s", state->filter);
	canvas_text_cut(canvas, 0, 0, STYLE_STRONG, text, canvas->width);
}

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	struct all_screen *all = (struct all_screen *)screen;
	size_t room = canvas->height > AROUND ? (size_t)(canvas->height - AROUND) : 1;

	build_lines(all);
	size_t cursor = cursor_line(all);

	all->top = (size_t)keys_in_view((long)all->top, (long)cursor, (long)room, (long)all->count);
	measure_columns(all, canvas);
	draw_summary(canvas, all);
	draw_titles(canvas, all);
	for (size_t i = 0; i < room && all->top + i < all->count; i++)
		draw_line(canvas, all, shown, &all->lines[all->top + i], TITLE_ROW + 1 + (int)i);
	if (all->count > 0)
		canvas_overlay(canvas, 0, TITLE_ROW + 1 + (int)(cursor - all->top), canvas->width,
			STYLE_CURSOR);
	foot_draw(canvas, shown, WHERE_TABLE, hints, HINTS, canvas->height - 1);
}

/* --- keys ------------------------------------------------------------------------------------- */

/* The old filter holds until the new one is understood. */
static bool set_filter(struct all_screen *all, const char *text, struct query_error *error)
{
	struct query *query;

	if (query_parse(&query, text, error) != 0)
		return false;
	query_free(all->query);
	all->query = query;
	if (text != all->state->filter)
		snprintf(all->state->filter, sizeof(all->state->filter), "%s", text);
	return true;
}

/* The question is on top of the screen it is about. */
static bool filter_typed(struct ui *ui, struct prompt *prompt)
{
	struct all_screen *all = (struct all_screen *)ui->stack[ui->depth - 2];
	struct query_error error;

	if (set_filter(all, prompt->text, &error))
		return true;
	prompt_error(prompt, error.at, error.text);
	return false;
}

static void ask_filter(struct ui *ui, const struct all_screen *all)
{
	static const struct question_ops ops = { .done = filter_typed };

	question_open(ui, "Filter: ", all->state->filter, &ops);
}

static void show_kind(struct all_screen *all, bool containers)
{
	struct hosts_all_state *state = all->state;

	if (state->containers != containers)
		state->sort = first_sort(containers);
	state->containers = containers;
	all->lines = NULL; /* those of before are of other rows */
	all->count = 0;
}

/* The column beside the one sorted by; HOST is the first of them. */
static void sort_beside(struct all_screen *all, int step)
{
	struct hosts_all_state *state = all->state;
	int at = -1, count = all->layout.count;

	for (int i = 0; i < count && !state->by_host; i++)
		if (all->layout.places[i].id == state->sort)
			at = i;
	at += step;
	at = at < -1 ? count - 1 : at >= count ? -1 : at;
	state->by_host = at < 0;
	state->reverse = false;
	if (at >= 0)
		state->sort = all->layout.places[at].id;
}

static void sort_by(struct all_screen *all, enum column_id id)
{
	all->state->reverse = all->state->sort == id && !all->state->by_host &&
			      !all->state->reverse;
	all->state->sort = id;
	all->state->by_host = false;
}

/* The dashboard of its machine, on the process itself. */
static void open_line(struct all_screen *all, struct ui *ui)
{
	if (all->count == 0)
		return;
	const struct fleet_line *line = &all->lines[cursor_line(all)];

	ui->host_wanted = line->host + 1;
	ui->hosts.wanted = line->row->proc != NULL ? line->row->proc->id : (struct ident){ 0 };
	ui->hosts.wanted_containers = line->row->proc == NULL;
}

static void click(struct all_screen *all, struct ui *ui, const struct key *key)
{
	size_t line = all->top + (size_t)(key->y - TITLE_ROW - 1);
	long cursor = (long)cursor_line(all), wheel = keys_wheel(key, 1);

	if (wheel != 0) {
		put_cursor(all, cursor + wheel);
	} else if (key->y == TITLE_ROW && key->x >= all->host_width) {
		int at = layout_at(&all->layout, key->x - all->host_width - 1);

		if (at >= 0)
			sort_by(all, all->layout.places[at].id);
	} else if (key->y > TITLE_ROW && line < all->count && key->y < ui->canvas.height - 1) {
		put_cursor(all, (long)line);
		if (key->mouse == MOUSE_DOUBLE)
			open_line(all, ui);
	}
}

static void close_all(struct all_screen *all, struct ui *ui)
{
	all->state->shown = false;
	fleet_look_into(all->fleet, FLEET_NONE, false);
	ui_pop(ui);
}

/* The keys of the table, as far as they make sense here. */
static bool take_sort_key(struct all_screen *all, uint32_t key)
{
	switch (key) {
	case '<':
	case KEYS_LEFT:
		sort_beside(all, -1);
		return true;
	case '>':
	case KEYS_RIGHT:
		sort_beside(all, 1);
		return true;
	case 'I':
		all->state->reverse = !all->state->reverse;
		return true;
	case 'G':
		sort_by(all, COL_GROWTH);
		return true;
	case 'M':
		sort_by(all, first_sort(all->state->containers));
		return true;
	case 'H':
		all->state->by_host = true;
		return true;
	default:
		return false;
	}
}

static const char *const help_lines[] = {
	"All hosts in one table",
	"Enter\topens the process, or the containers, on the dashboard of its host",
	"1 2\tprocesses, containers",
	"< > I\tsort by the column beside, the other way round",
	"M G H\tsort by memory, by growth, by host",
	"F4 \\\ta filter, as in the table of one host",
	"g O q Esc\tback to the list of hosts",
	"F9\tsignals are sent from a host's own dashboard (--allow-signals)",
	NULL,
};

static void take_other_key(struct all_screen *all, struct ui *ui, const struct key *key)
{
	switch (key->code) {
	case KEYS_ENTER:
		open_line(all, ui);
		break;
	case 'g':
	case 'O':
	case 'q':
	case KEYS_ESC:
		close_all(all, ui);
		break;
	case '1':
	case '2':
		show_kind(all, key->code == '2');
		break;
	case KEYS_F4:
	case '\\':
		ask_filter(ui, all);
		break;
	case KEYS_F9:
		ui_say(ui, true, "Enter first: signals are sent from the dashboard of its host");
		break;
	case KEYS_MOUSE:
		click(all, ui, key);
		break;
	case KEYS_F10:
	case KEYS_CTRL_C:
		ui_quit(ui);
		break;
	default:
		break;
	}
}

static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct all_screen *all = (struct all_screen *)screen;
	long page = ui->canvas.height > AROUND + 1 ? ui->canvas.height - AROUND : 1;

	build_lines(all); /* frames may have come since it was drawn */
	long line = (long)cursor_line(all);
	if (help_key(ui, key->code, help_lines))
		return true;
	if (keys_move(key->code, page, (long)all->count - 1, &line))
		put_cursor(all, line);
	else if (!take_sort_key(all, key->code))
		take_other_key(all, ui, key);
	return true;
}

static void free_screen(struct screen *screen)
{
	struct all_screen *all = (struct all_screen *)screen;

	fleet_table_free(all->table);
	query_free(all->query);
	free(all);
}

static const struct screen_ops ops = {
	.hints = hints,
	.nhints = HINTS,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

void hosts_all_open(struct ui *ui)
{
	struct all_screen *all = xalloc_zero(1, sizeof(*all));
	struct query_error ignored;

	all->screen.ops = &ops;
	all->fleet = ui->options->fleet;
	all->state = &ui->hosts.all;
	all->table = fleet_table_new();
	if (!all->state->chosen)
		all->state->sort = first_sort(false);
	all->state->chosen = all->state->shown = true;
	set_filter(all, all->state->filter, &ignored);
	fleet_look_into(all->fleet, FLEET_NONE, true);
	ui_push(ui, &all->screen);
}
