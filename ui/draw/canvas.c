/* SPDX-License-Identifier: GPL-2.0-or-later */
/* canvas - see canvas.h.  Knows nothing of terminals, themes or what is drawn. */
#include "ui/draw/canvas.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANVAS_SIDE_MAX = 1000 };

static const struct cell blank_cell = { .ch = ' ', .style = STYLE_NORMAL };

static struct cell cell_of(uint32_t ch, enum style style)
{
	return (struct cell){ .ch = ch & CANVAS_UNKNOWN, .style = style & 31u };
}

static int clip(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

void canvas_init(struct canvas *canvas)
{
	*canvas = (struct canvas){ .cursor_x = -1, .cursor_y = -1 };
	canvas_resize(canvas, 1, 1);
}

void canvas_done(struct canvas *canvas)
{
	if (canvas == NULL)
		return;
	free(canvas->cells);
	canvas->cells = NULL;
	canvas->width = 0;
	canvas->height = 0;
}

/* At least one cell, so that nobody has to ask whether there are any; at most what a terminal can
 * be. */
void canvas_resize(struct canvas *canvas, int width, int height)
{
	width = clip(width, 1, CANVAS_SIDE_MAX);
	height = clip(height, 1, CANVAS_SIDE_MAX);
	if (width != canvas->width || height != canvas->height || canvas->cells == NULL) {
		free(canvas->cells);
		canvas->cells = xalloc_zero((size_t)width * (size_t)height, sizeof(*canvas->cells));
		canvas->width = width;
		canvas->height = height;
	}
	canvas_clear(canvas);
}

/* Every drawing begins with nothing: what is on the terminal already is the business of whoever
 * compares (term_curses_paint.c). */
void canvas_clear(struct canvas *canvas)
{
	size_t count = (size_t)canvas->width * (size_t)canvas->height;

	for (size_t i = 0; i < count; i++)
		canvas->cells[i] = blank_cell;
	canvas->cursor_x = -1;
	canvas->cursor_y = -1;
}

/* NULL outside: drawing clips itself, whatever was computed for a window that is too small. */
static struct cell *cell_at(struct canvas *canvas, int x, int y)
{
	if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
		return NULL;
	return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

/* A wide character that loses one half to what is drawn at X loses the other as well. */
static void break_wide(struct canvas *canvas, int x, int y)
{
	struct cell *here = cell_at(canvas, x, y);
	struct cell *left = cell_at(canvas, x - 1, y);
	struct cell *right = cell_at(canvas, x + 1, y);

	if (here == NULL)
		return;
	if (here->ch == 0 && left != NULL)
		left->ch = ' ';
	if (here->ch != 0 && right != NULL && right->ch == 0)
		right->ch = ' ';
}

/* Half of a wide character that is written over leaves a blank in the other half. */
static void put_half(struct canvas *canvas, int x, int y, enum style style, uint32_t ch)
{
	struct cell *cell = cell_at(canvas, x, y);

	if (cell == NULL)
		return;
	break_wide(canvas, x, y);
	*cell = cell_of(ch, style);
}

/* One character of WIDTH 1 or 2; of a wide one that is cut by the edge a blank is left. */
static void put_char(struct canvas *canvas, int x, int y, enum style style, uint32_t ch, int width)
{
	if (width < 2) {
		put_half(canvas, x, y, style, ch);
	} else if (cell_at(canvas, x, y) != NULL && cell_at(canvas, x + 1, y) != NULL) {
		put_half(canvas, x, y, style, ch);
		put_half(canvas, x + 1, y, style, 0);
	} else {
		put_half(canvas, x, y, style, ' ');
		put_half(canvas, x + 1, y, style, ' ');
	}
}

int canvas_marks(const struct cell *cell, uint32_t marks[CANVAS_MARKS_MAX])
{
	const uint16_t *half = cell->marks;

	if (half[0] >= 0xd800 && half[0] < 0xdc00) {
		marks[0] = 0x10000u + ((half[0] - 0xd800u) << 10) + (half[1] - 0xdc00u);
		return 1;
	}
	marks[0] = half[0];
	marks[1] = half[1];
	return (half[0] != 0) + (half[1] != 0);
}

/* The mark goes onto the character that stands left of X, if there is room for it. */
static void put_mark(struct canvas *canvas, int x, int y, uint32_t mark)
{
	struct cell *cell = cell_at(canvas, x - 1, y);

	if (cell != NULL && cell->ch == 0)
		cell = cell_at(canvas, x - 2, y);
	if (cell == NULL || cell->marks[1])
		return;
	if (mark <= 0xffff) {
		cell->marks[cell->marks[0] != 0] = (uint16_t)mark;
	} else if (!cell->marks[0]) {
		cell->marks[0] = (uint16_t)(0xd800u + ((mark - 0x10000u) >> 10));
		cell->marks[1] = (uint16_t)(0xdc00u + (mark & 0x3ffu));
	}
}

/* As many characters of TEXT, all ASCII, as there are columns and cells for; returns how many. */
static int put_plain(struct canvas *canvas, int x, int y, enum style style, const char *text,
	int columns)
{
	struct cell *cell = cell_at(canvas, x, y);
	int most = canvas->width - x < columns ? canvas->width - x : columns, used = 0;

	if (cell == NULL || most <= 0 || text[0] < ' ' || text[0] >= 0x7f)
		return 0;
	if (cell->ch == 0)
		break_wide(canvas, x, y);
	for (; used < most && text[used] >= ' ' && text[used] < 0x7f; used++)
		cell[used] = cell_of((unsigned char)text[used], style);
	if (x + used < canvas->width && cell[used].ch == 0)
		break_wide(canvas, x + used - 1, y);
	return used;
}

int canvas_text(struct canvas *canvas, int x, int y, enum style style, const char *text,
	int columns)
{
	int used = put_plain(canvas, x, y, style, text, columns);
	const char *at = text + used;

	for (uint32_t ch = text_next(&at); ch; ch = text_next(&at)) {
		int width = text_char_width(ch);

		if (width == 0) {
			if (used > 0)
				put_mark(canvas, x + used, y, ch);
			continue;
		}
		if (used + width > columns)
			break;
		put_char(canvas, x + used, y, style, ch, width);
		used += width;
	}
	return used;
}

/* Nothing is cut without a sign. */
int canvas_text_cut(struct canvas *canvas, int x, int y, enum style style, const char *text,
	int columns)
{
	int mark = canvas->utf8 ? 1 : 3;

	if (text_width(text) <= columns || columns < mark)
		return canvas_text(canvas, x, y, style, text, columns);
	int used = canvas_text(canvas, x, y, style, text, columns - mark);
	return used + canvas_text(canvas, x + used, y, style, canvas->utf8 ? "…" : "...", mark);
}

int canvas_text_right(struct canvas *canvas, int x, int y, enum style style, const char *text,
	int columns)
{
	int width = text_width(text);
	int pad = width < columns ? columns - width : 0;

	return canvas_text(canvas, x + pad, y, style, text, columns - pad);
}

int canvas_printf(struct canvas *canvas, int x, int y, enum style style, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0)
		return 0;
	/* a character cut in two by the end of the array: take its first bytes away */
	size_t end = (size_t)len;
	if (end >= sizeof(text)) {
		end = sizeof(text) - 1;
		while (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0x80)
			end--;
		if (end > 0)
			end--;
		text[end] = '\0';
	}
	return canvas_text(canvas, x, y, style, text, canvas->width - x);
}

void canvas_char(struct canvas *canvas, int x, int y, enum style style, uint32_t ch)
{
	put_char(canvas, x, y, style, ch, text_char_width(ch));
}

void canvas_fill(struct canvas *canvas, struct canvas_box box, enum style style, uint32_t ch)
{
	int right = clip(box.x + box.width, 0, canvas->width);
	int bottom = clip(box.y + box.height, 0, canvas->height);
	int left = clip(box.x, 0, canvas->width);

	for (int row = clip(box.y, 0, canvas->height); row < bottom && left < right; row++) {
		struct cell *cells = cell_at(canvas, 0, row);

		/* only at its ends can it cut a wide character in two */
		break_wide(canvas, left, row);
		for (int column = left; column < right; column++)
			cells[column] = cell_of(ch, style);
		break_wide(canvas, right - 1, row);
	}
}

void canvas_row(struct canvas *canvas, int y, enum style style)
{
	canvas_fill(canvas, (struct canvas_box){ 0, y, canvas->width, 1 }, style, ' ');
}

void canvas_overlay(struct canvas *canvas, int x, int y, int width, enum style style)
{
	int right = clip(x + width, 0, canvas->width);

	for (int column = clip(x, 0, canvas->width); column < right; column++) {
		struct cell *cell = cell_at(canvas, column, y);

		if (cell != NULL)
			cell->over = style & 31u;
	}
}

bool canvas_cells_same(const struct cell *a, const struct cell *b, int count)
{
	return memcmp(a, b, (size_t)count * sizeof(*a)) == 0;
}

int canvas_wrapped(struct canvas *canvas, int x, int y, int end, enum style style, const char *text)
{
	int room = canvas->width - x;

	while (*text != '\0' && y < end && room > 0) {
		size_t len = text_wrap(text, room);

		canvas_printf(canvas, x, y++, style, "%.*s", (int)len, text);
		text += len + strspn(text + len, " ");
	}
	return y;
}
