/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_rows - see table_rows.h. */
#include "ui/table/table_rows.h"

#include "base/text.h"
#include "base/unfilled.h"
#include "ui/style.h"
#include "ui/table/table_span.h"

#include <string.h>

enum {
	SPANS_MAX = 2 * 64,
	MIN_SPAN_KIB = 128, /* less than this between lowest and highest looks flat */
};

/* --- titles ----------------------------------------------------------------------------------- */

static bool points_up(const struct view_ask *ask)
{
	return column_get(ask->sort)->ascending != ask->reverse;
}

static uint32_t sort_sign(const struct canvas *canvas, const struct view_ask *ask)
{
	if (!canvas->utf8)
		return points_up(ask) ? '^' : 'v'; /* not a sign of a figure */
	return points_up(ask) ? 0x25b2 : 0x25bc;
}

/* The sign of the sort column stands where the title ends, on the inner side; in the gap if need
 * be. */
static void draw_title(struct canvas *canvas, const struct place *place, int y, enum style style,
	uint32_t sign)
{
	const struct column *column = column_get(place->id);
	int width = text_width(column->title);

	if (width > place->width)
		width = place->width;
	int x = column->left ? place->x : place->x + place->width - width;
	if (style == STYLE_HEADER_SORT)
		canvas_fill(canvas, (struct canvas_box){ place->x, y, place->width, 1 }, style,
			' ');
	canvas_text(canvas, x, y, style, column->title, width);
	int beside = column->left ? x + width : x - 1;
	if (sign && beside >= 0)
		canvas_char(canvas, beside, y, style, sign);
}

void table_rows_titles(struct canvas *canvas, const struct shown *shown,
	const struct layout *layout, int y)
{
	canvas_row(canvas, y, STYLE_HEADER);
	for (int i = 0; i < layout->count; i++) {
		bool sorted = layout->places[i].id == shown->ask->sort;

		draw_title(canvas, &layout->places[i], y, sorted ? STYLE_HEADER_SORT : STYLE_HEADER,
			sorted ? sort_sign(canvas, shown->ask) : 0);
	}
}

/* --- cells ------------------------------------------------------------------------------------ */

static void draw_trend(struct canvas *canvas, const struct shown *shown, const struct row *row,
	const struct place *place, int y)
{
	struct series_span spans[SPANS_MAX];
	enum plot_alphabet alphabet = shown->style->alphabet;
	int width = place->width < SPANS_MAX / 2 ? place->width : SPANS_MAX / 2;
	int count = plot_columns(alphabet, width);
	bool warns = row_verdict(shown->store, row) == TREND_CLIMBING &&
		     column_climb_tone(shown->store, row) != TONE_NOTICE;

	struct series_cut cut = table_span(shown, spans, count);
	row_history(shown->store, row, &cut);
	enum style style = warns                                      ? STYLE_SPARK_WARN
			   : plot_is_flat(spans, count, MIN_SPAN_KIB) ? STYLE_DIM
								      : STYLE_SPARK;
	struct plot_place plot = { canvas, place->x, y, width, alphabet, style };
	plot_spark_calm(&plot, spans, MIN_SPAN_KIB);
}

/* The first place in TEXT that the search matches stands out. */
static void mark_match(struct canvas *canvas, const struct place *place, int x, int y,
	const char *text, const char *search)
{
	const char *found = search[0] != '\0' ? strcasestr(text, search) : NULL;

	if (found == NULL)
		return;
	int from = text_widthn(text, (size_t)(found - text));
	int width = text_widthn(found, strlen(search));
	int room = place->x + place->width - (x + from);
	if (room > 0)
		canvas_overlay(canvas, x + from, y, width < room ? width : room, STYLE_MATCH);
}

/* Where the command line of PROC (NULL: a group) begins in TEXT, behind the branch of a tree; NULL:
 * it is not there. */
static char *command_line(char *text, const struct proc *proc)
{
	size_t len = strlen(text);
	size_t line = proc != NULL && proc->cmdline != NULL ? strlen(proc->cmdline) : 0;

	if (line == 0 || line > len || strcmp(text + len - line, proc->cmdline) != 0)
		return NULL;
	return text + len - line;
}

/* People look for the program's name: its folder and the arguments are dim, and where there is no
 * room for all the folder is left out. */
static void draw_command_line(struct canvas *canvas, const struct place *place, int y, char *text,
	char *line)
{
	size_t word = strcspn(line, " ");
	char *slash = memrchr(line, '/', word);
	char *name = slash != NULL && slash + 1 < line + word ? slash + 1 : line;
	size_t name_len = (size_t)(line + word - name);

	if (text_width(text) > place->width) {
		memmove(line, name, strlen(name) + 1);
		name = line;
	}
	canvas_text(canvas, place->x, y, STYLE_DIM, text, place->width);
	int before = text_widthn(text, (size_t)(name - text));
	int width = text_widthn(name, name_len);
	int room = place->width - before;
	if (room > 0)
		canvas_text(canvas, place->x + before, y, STYLE_NORMAL, name,
			width < room ? width : room);
}

static void draw_cell(struct canvas *canvas, const struct shown *shown,
	const struct table_state *state, const struct row *row, const struct place *place, int y)
{
	const struct column *column = column_get(place->id);
	char text[COLUMN_TEXT_MAX] UNFILLED;

	enum cell_tone tone = column_format(column, shown->store, row, &shown->style->column,
		place->width, text);
	enum style style = style_of_tone(tone);
	bool full = place->id == COL_COMMAND && shown->style->column.full_command;
	char *line = full && style == STYLE_NORMAL ? command_line(text, row->proc) : NULL;

	if (!column->left) {
		canvas_text_right(canvas, place->x, y, style, text, place->width);
		return;
	}
	if (line != NULL)
		draw_command_line(canvas, place, y, text, line);
	else if (place->id == COL_CONTAINER)
		canvas_text_cut(canvas, place->x, y, style, text, place->width);
	else
		canvas_text(canvas, place->x, y, style, text, place->width);
	if (place->id == COL_COMMAND || place->id == COL_USER || place->id == COL_CONTAINER)
		mark_match(canvas, place, place->x, y, text, state->search);
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool is_tagged(const struct table_state *state, struct ident id)
{
	for (size_t i = 0; i < state->ntags; i++) {
		if (ident_same(state->tags[i], id))
			return true;
	}
	return false;
}

/* A process that is, or a group of which all are. */
static bool row_is_tagged(const struct shown *shown, const struct table_state *state,
	const struct row *row)
{
	if (row->proc != NULL)
		return is_tagged(state, row->proc->id);
	for (size_t i = 0; i < row->sum->count; i++)
		if (!is_tagged(state, store_proc(shown->store, row->sum->members[i])->id))
			return false;
	return row->sum->count > 0;
}

/* The tag's sign stands in the gap behind the first column. */
static void draw_tag(struct canvas *canvas, const struct layout *layout, int y)
{
	const struct place *first = &layout->places[0];

	canvas_overlay(canvas, 0, y, canvas->width, STYLE_TAGGED);
	canvas_char(canvas, first->x + first->width, y, STYLE_TAGGED, '*');
}

/* Draws the line that sets off what climbs and is held at the top from the rest. */
static void draw_rule(struct canvas *canvas, int y)
{
	for (int x = 0; x < canvas->width; x++)
		if (canvas->cells[y * canvas->width + x].over == STYLE_NORMAL)
			canvas_overlay(canvas, x, y, 1, STYLE_RULE);
}

static void draw_row(struct canvas *canvas, const struct shown *shown,
	const struct table_state *state, const struct layout *layout, const struct row *row, int y)
{
	for (int i = 0; i < layout->count; i++) {
		const struct place *place = &layout->places[i];

		if (place->id == COL_TREND)
			draw_trend(canvas, shown, row, place, y);
		else
			draw_cell(canvas, shown, state, row, place, y);
	}
	if (state->ntags && layout->count && row_is_tagged(shown, state, row))
		draw_tag(canvas, layout, y);
}

/* An empty table has a reason, mostly what the user asked for some time ago: it is told together
 * with the key that takes it away. */
static void draw_nothing(struct canvas *canvas, const struct shown *shown, int y)
{
	const struct view_ask *ask = shown->ask;
	bool containers = ask->grouped && ask->group == GROUP_CONTAINER;
	char text[100];
	const char *words = containers ? "no container or service is known" : "no process is there";

	if (store_ticks(shown->store) == 0)
		words = shown->replay == REPLAY_ENDED ? "nothing was recorded"
						      : "looking at the machine ...";
	else if (ask->query != NULL)
		words = containers ? "no container matches; <Esc> takes the filter away"
				   : "no process matches; <Esc> takes the filter away";
	else if (ask->flagged_only)
		words = "nothing climbs; <Esc> shows all again";
	else if (ask->uid >= 0)
		words = "this user has no process; <u> chooses another";
	else if (ask->npids > 0)
		words = "no process of those asked for is there";
	keymap_words(&shown->keys, WHERE_TABLE, words, text, sizeof(text));
	int x = (canvas->width - text_width(text)) / 2;
	canvas_text_cut(canvas, x > 0 ? x : 0, y, STYLE_DIM, text, canvas->width);
}

void table_rows_draw(struct canvas *canvas, const struct shown *shown,
	const struct table_state *state, const struct layout *layout, int y, int rows)
{
	const struct view *view = shown->view;
	long held = (long)view_held(view, shown->ask, shown->store);

	if (view->count == 0)
		draw_nothing(canvas, shown, rows > 2 ? y + 1 : y);
	for (int i = 0; i < rows && state->top + i < (long)view->count; i++) {
		long at = state->top + i;

		draw_row(canvas, shown, state, layout, &view->rows[at], y + i);
		if (at == state->cursor_row)
			canvas_overlay(canvas, 0, y + i, canvas->width, STYLE_CURSOR);
		if (at + 1 == held)
			draw_rule(canvas, y + i);
	}
}
