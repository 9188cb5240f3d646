/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container_screen - see container_screen.h; container_lines.c knows what is said */
#include "ui/container/container_screen.h"

#include "base/real.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "ui/foot.h"
#include "ui/help.h"
#include "ui/process/process_screen.h"
#include "ui/table/table_keys.h"
#include "ui/table/table_span.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_LEAST = 20,
	NAME_MOST = 44,
	SIZE_COLUMNS = 8,
	SHARE_COLUMNS = 7,
	GROWTH_COLUMNS = 8,
	CURVE_LEAST = 6,
	CURVE_MOST = 60,
	MIN_SPAN_KIB = 128, /* as in the table: less looks flat */
};

static const struct hint hints[] = {
	{ .key = KEYS_ESC, .words = "Back", .importance = 1 },
	{ .key = KEYS_ENTER, .words = "Process", .importance = 2 },
	{ .key = KEYS_TAB, .words = "To the processes", .importance = 4 },
	{ .key = 's', .words = "Span", .importance = 5 },
	{ .key = KEYS_F1, .words = "Help", .importance = 3 },
};

enum { HINTS = sizeof(hints) / sizeof(hints[0]) };

struct container_screen {
	struct screen screen;
	struct container_state state;
};

/* --- drawing ---------------------------------------------------------------------------------- */

static int name_width(const struct canvas *canvas)
{
	int width = canvas->width - SIZE_COLUMNS - SHARE_COLUMNS - GROWTH_COLUMNS;

	return width < NAME_LEAST ? NAME_LEAST : width > NAME_MOST ? NAME_MOST : width;
}

/* A size that is not known is told apart from nothing: a kernel may lack the line. */
static void draw_size(struct canvas *canvas, int x, int y, bool known, uint64_t kib)
{
	canvas_text_right(canvas, x, y, known ? STYLE_NORMAL : STYLE_DIM,
		!known ? "n/a"
		: kib  ? units_kib(UNITS_TEXT, kib, SIZE_COLUMNS - 1)
		       : "0",
		SIZE_COLUMNS);
}

static void draw_share(struct canvas *canvas, int x, int y, const struct container_line *line)
{
	char text[32];

	if (!line->known || line->of_kib == 0)
		return;
	snprintf(text, sizeof(text), "%.1f %%", 100 * (double)line->kib / (double)line->of_kib);
	canvas_text_right(canvas, x, y, STYLE_DIM, text, SHARE_COLUMNS);
}

/* Grey where nothing moved, so that what moves is seen at once. */
static void draw_curve(struct canvas *canvas, const struct shown *shown, const struct container *it,
	unsigned channels, int x, int y)
{
	struct series_span spans[2 * CURVE_MOST];
	int width = canvas->width - x < CURVE_MOST ? canvas->width - x : CURVE_MOST;
	int count = plot_columns(shown->style->alphabet, width);

	if (width < CURVE_LEAST)
		return;
	struct series_cut cut = table_span(shown, spans, count);
	store_container_history(shown->store, it, channels, &cut);
	struct plot_place place = { canvas, x, y, width, shown->style->alphabet,
		plot_is_flat(spans, count, MIN_SPAN_KIB) ? STYLE_DIM : STYLE_SPARK };
	plot_spark(&place, spans, MIN_SPAN_KIB);
}

/* The limit that binds is named as such: there may be six of them up the tree. */
static void draw_limit(struct canvas *canvas, const struct container_line *line, int name, int y)
{
	char text[2 * UNITS_SIZE];

	draw_size(canvas, name, y, true, line->kib);
	draw_share(canvas, name + SIZE_COLUMNS, y, line);
	snprintf(text, sizeof(text), "of %s%s", units_kib(UNITS_TEXT, line->of_kib, 7),
		line->binds ? ", binds" : "");
	canvas_text(canvas, name + SIZE_COLUMNS + SHARE_COLUMNS + 1, y,
		line->binds ? STYLE_NOTICE : STYLE_DIM, text, canvas->width);
}

/* Name, size, share, growth, curve: from left to right what is left out last on a narrow screen. */
static void draw_figures(struct canvas *canvas, const struct shown *shown,
	const struct container *it, const struct container_line *line, int y)
{
	int name = name_width(canvas), behind = name + SIZE_COLUMNS + SHARE_COLUMNS;

	canvas_text_cut(canvas, 0, y,
		line->kind == CONTAINER_LINE_SUM ? STYLE_STRONG : STYLE_NORMAL, line->text,
		name - 1);
	if (line->kind == CONTAINER_LINE_LIMIT) {
		draw_limit(canvas, line, name, y);
		return;
	}
	draw_size(canvas, name, y, line->known, line->kib);
	draw_share(canvas, name + SIZE_COLUMNS, y, line);
	if (line->grows)
		canvas_text_right(canvas, behind, y, line->kib_min > 0 ? STYLE_NORMAL : STYLE_DIM,
			units_kib_change(UNITS_TEXT, real_round(line->kib_min), GROWTH_COLUMNS - 1),
			GROWTH_COLUMNS);
	if (line->channels != 0)
		draw_curve(canvas, shown, it, line->channels, behind + 2, y);
}

static void draw_line(struct canvas *canvas, const struct shown *shown, const struct container *it,
	const struct container_line *line, int y)
{
	if (line->kind == CONTAINER_LINE_TITLE) {
		canvas_row(canvas, y, STYLE_HEADER);
		canvas_text_cut(canvas, 0, y, STYLE_HEADER, line->text, canvas->width);
	} else if (line->kind == CONTAINER_LINE_WORDS) {
		canvas_text(canvas, 0, y, STYLE_NORMAL, line->text, canvas->width);
	} else {
		draw_figures(canvas, shown, it, line, y);
	}
}

/* The cursor stays on a line that there is, and in view. */
static void keep_in_view(struct container_state *state)
{
	long last = (long)state->count - 1;

	state->cursor = state->cursor > last ? last : state->cursor;
	state->cursor = state->cursor < 0 ? 0 : state->cursor;
	state->top = keys_in_view(state->top, state->cursor, state->rows, (long)state->count);
}

/* The number stands behind a name only, as without one it is the name. */
static void draw_title(struct canvas *canvas, const struct container *it)
{
	const char *label = container_label(it);
	bool number = it->id != NULL && strncmp(it->id, label, 12) != 0;
	char kind[64];
	int x = canvas_text_cut(canvas, 0, 0, STYLE_STRONG, label, canvas->width);

	snprintf(kind, sizeof(kind), "  %s%s%.12s", cgpath_kind_name(it->kind), number ? " " : "",
		number ? it->id : "");
	x += canvas_text_cut(canvas, x, 0, STYLE_NORMAL, kind, canvas->width - x) + 2;
	canvas_text_cut(canvas, x, 0, STYLE_DIM, it->path, canvas->width - x);
}

/* Where processes begin is noted for Tab. */
static void draw_lines(struct canvas *canvas, const struct shown *shown,
	struct container_state *state, const struct container *it)
{
	const struct container_line *lines = state->lines;

	state->first_process = -1;
	for (size_t i = state->count; i-- > 0;)
		if (lines[i].kind == CONTAINER_LINE_PROCESS)
			state->first_process = (long)i;
	for (int y = 0; y < state->rows && state->top + y < (long)state->count; y++)
		draw_line(canvas, shown, it, &lines[state->top + y], 1 + y);
	if (state->count > 0) {
		canvas_overlay(canvas, 0, 1 + (int)(state->cursor - state->top), canvas->width,
			STYLE_CURSOR);
	}
}

void container_draw(struct canvas *canvas, const struct shown *shown, struct container_state *state)
{
	const struct container *it = store_container_find(shown->store, state->path);

	canvas_clear(canvas);
	state->rows = canvas->height > 2 ? canvas->height - 2 : 1;
	if (canvas->height > 1)
		foot_draw(canvas, shown, WHERE_TABLE, hints, HINTS, canvas->height - 1);
	if (it == NULL) {
		state->count = 0;
		canvas_printf(canvas, 0, 0, STYLE_STRONG, "%s is gone.", state->path);
		return;
	}
	if (state->lines == NULL)
		state->lines = xalloc_zero(CONTAINER_LINES_MAX, sizeof(*state->lines));
	state->count = container_lines(state->lines, shown->store, it, canvas->width);
	keep_in_view(state);
	draw_title(canvas, it);
	draw_lines(canvas, shown, state, it);
}

/* --- the screen ------------------------------------------------------------------------------- */

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	container_draw(canvas, shown, &((struct container_screen *)screen)->state);
}

/* Only processes can be opened from here. */
static void enter(struct container_state *state, struct ui *ui)
{
	const struct container_line *line = state->lines != NULL && state->cursor >= 0 &&
							    state->cursor < (long)state->count
						    ? &state->lines[state->cursor]
						    : NULL;
	const struct proc *proc = line != NULL ? store_find(ui_store(ui), line->proc) : NULL;

	if (proc != NULL)
		process_show(ui, proc);
	else
		ui_tell(ui, false, "<Enter> opens a process; Tab goes to them");
}

/* Tab goes over the parts, which are read once, to who can be opened. */
static void move_cursor(struct container_state *state, uint32_t key)
{
	long page = state->rows > 1 ? state->rows - 1 : 1;

	if (!keys_move(key, page, (long)state->count - 1, &state->cursor) && key == KEYS_TAB &&
		state->first_process >= 0)
		state->cursor = state->first_process;
}

static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct container_state *state = &((struct container_screen *)screen)->state;
	long wheel = keys_wheel(key, KEYS_WHEEL_ROWS);

	if (help_key(ui, key->code, NULL))
		return true;
	switch (key->code) {
	case KEYS_ENTER:
		enter(state, ui);
		break;
	case 's':
		table_next_span(ui);
		break;
	case KEYS_ESC:
	case KEYS_F10:
	case KEYS_CTRL_C:
	case KEYS_BACKSPACE:
	case 'q':
		ui_pop(ui);
		break;
	case KEYS_MOUSE:
		if (wheel != 0)
			state->cursor += wheel;
		else if (key->y >= 1 && key->y <= state->rows)
			state->cursor = state->top + key->y - 1;
		break;
	default:
		move_cursor(state, key->code);
		break;
	}
	return true;
}

static void free_screen(struct screen *screen)
{
	free(((struct container_screen *)screen)->state.lines);
	free(screen);
}

static const struct screen_ops ops = {
	.keys_of = WHERE_TABLE,
	.over = true,
	.hints = hints,
	.nhints = HINTS,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

void container_open(struct ui *ui, const struct container *container)
{
	struct container_screen *c = xalloc_zero(1, sizeof(*c));

	c->screen.ops = &ops;
	snprintf(c->state.path, sizeof(c->state.path), "%s", container->path);
	ui_push(ui, &c->screen);
}
