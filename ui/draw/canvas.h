/* SPDX-License-Identifier: GPL-2.0-or-later */
/* canvas - the screen as a grid of cells, before any terminal
 *
 * Screens draw here; a terminal, or a test, shows it.  All text is clean UTF-8 (base/text.h); what
 * does not fit is cut at a whole character.  Nothing drawn outside the grid has any effect, so that
 * a screen of 1x1 needs no special case.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* The meaning of a piece of the screen; the theme (theme.h) knows how it looks. */
enum style {
	STYLE_NORMAL,
	STYLE_DIM, /* secondary: units, unchanged, unknown */
	STYLE_STRONG,
	STYLE_GOOD,
	STYLE_NOTICE,
	STYLE_WARN,
	STYLE_ALARM,
	STYLE_HEADER,      /* column titles */
	STYLE_HEADER_SORT, /* title of the column sorted by */
	STYLE_CURSOR,      /* the selected row: laid over what is there (canvas_overlay) */
	STYLE_TAGGED,
	STYLE_KEY,   /* key names in the bottom line */
	STYLE_LABEL, /* words beside keys; frame of a dialog */
	STYLE_BAR_USED,
	STYLE_BAR_SHARED,
	STYLE_BAR_CACHE,
	STYLE_BAR_FREE,
	STYLE_SPARK,      /* sparklines, calm */
	STYLE_SPARK_WARN, /* of a climbing row */
	STYLE_MATCH,      /* found by the search */
	STYLE_DIALOG,
	STYLE_DIALOG_CURSOR,
	STYLE_DIALOG_TITLE,
	STYLE_RULE, /* laid over a row: a line below it */
	STYLE_COUNT
};

enum { CANVAS_MARKS_MAX = 2 };

/* There are two for every place of the screen, so that they are small.  No bit is unused, so that
 * rows are compared as memory. */
struct cell {
	uint32_t ch : 21;                 /* 0: right half of a wide character */
	uint32_t style : 6;               /* enum style */
	uint32_t over : 5;                /* style laid over it (cursor, tag); 0: none */
	uint16_t marks[CANVAS_MARKS_MAX]; /* combining marks upon it (canvas_marks); 0: none */
};
_Static_assert(STYLE_COUNT <= 32, "over has 5 bits");

/* A cell's `ch` that is no character: beyond all that there are. */
enum { CANVAS_UNKNOWN = 0x1fffff };

struct canvas {
	int width, height;      /* at least 1 */
	struct cell *cells;     /* height x width, row by row */
	int cursor_x, cursor_y; /* where the terminal's cursor shows (prompts); -1: hidden */
	bool utf8;              /* screens may use signs beyond ASCII; the owner's to set */
};

/* A part of a canvas, or what would be one: it may reach over the edges. */
struct canvas_box {
	int x, y, width, height;
};

/* The marks upon CELL; how many.  They are kept as UTF-16: two, or one beyond U+FFFF. */
int canvas_marks(const struct cell *cell, uint32_t marks[CANVAS_MARKS_MAX]);

/* 1x1 and blank, ASCII. */
void canvas_init(struct canvas *canvas);
void canvas_done(struct canvas *canvas);

/* Blank cells of the given size (clipped to 1..1000 each way); content is lost. */
void canvas_resize(struct canvas *canvas, int width, int height);
void canvas_clear(struct canvas *canvas);

/* TEXT from column X of row Y in at most COLUMNS columns; returns the columns used. */
int canvas_text(struct canvas *canvas, int x, int y, enum style style, const char *text,
	int columns);
/* The same; what does not fit ends in a sign that something is missing. */
int canvas_text_cut(struct canvas *canvas, int x, int y, enum style style, const char *text,
	int columns);
/* As canvas_text, right-aligned in COLUMNS; what is too long is cut at its right end. */
int canvas_text_right(struct canvas *canvas, int x, int y, enum style style, const char *text,
	int columns);
/* As canvas_text, up to the right edge. */
int canvas_printf(struct canvas *canvas, int x, int y, enum style style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* One character; a wide one takes two columns. */
void canvas_char(struct canvas *canvas, int x, int y, enum style style, uint32_t ch);
/* CH, one column wide, in every cell of BOX. */
void canvas_fill(struct canvas *canvas, struct canvas_box box, enum style style, uint32_t ch);
/* Row Y, from edge to edge, with blanks. */
void canvas_row(struct canvas *canvas, int y, enum style style);

/* TEXT from column X to the right edge, on as many rows from Y on as it needs, to END at most;
 * returns the row below it. */
int canvas_wrapped(struct canvas *canvas, int x, int y, int end, enum style style,
	const char *text);

/* Lays STYLE over the cells of a part of a row, keeping characters. */
void canvas_overlay(struct canvas *canvas, int x, int y, int width, enum style style);

/* Whether COUNT cells look the same. */
bool canvas_cells_same(const struct cell *a, const struct cell *b, int count);
