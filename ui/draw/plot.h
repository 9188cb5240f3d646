/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plot - sparklines, bars and charts as cells: pure, from spans of a series
 *
 * Three alphabets: braille (two columns and four rows a cell), blocks (one column, seven heights)
 * and ASCII.
 */
#pragma once

#include "base/span.h"
#include "ui/draw/canvas.h"

enum plot_alphabet { PLOT_ASCII, PLOT_BLOCKS, PLOT_BRAILLE };

/* Where a plot goes: WIDTH cells of row Y from column X on. */
struct plot_place {
	struct canvas *canvas;
	int x, y, width;
	enum plot_alphabet alphabet;
	enum style style; /* of a sparkline; the parts of a bar have their own */
};

/* Spans needed for a plot WIDTH cells wide. */
int plot_columns(enum plot_alphabet alphabet, int width);

/* One sparkline.  The scale is its own and shows shape: from the lowest to the
 * highest value, but never finer than a span of max(1 % of the highest value, MIN_SPAN), so that
 * a flat series looks flat and a page of noise is no mountain.  Gaps are blank. */
void plot_spark(const struct plot_place *place, const struct series_span *spans, uint32_t min_span);

/* The same for one of many rows: a flat series that begins within the plot is drawn 1, 2, 4, 8 ...
 * cells long, never longer than it is known, so that rows that stand still seldom change. */
void plot_spark_calm(const struct plot_place *place, const struct series_span *spans,
	uint32_t min_span);

/* Whether N spans differ by no more than that: nothing to look at. */
bool plot_is_flat(const struct series_span *spans, int n, uint32_t min_span);

/* As plot_spark_calm, with a fixed scale 0..TOP (shares of the whole: system memory, pressure). */
void plot_spark_of(const struct plot_place *place, const struct series_span *spans, uint32_t top);

/* A bar of WIDTH cells in parts; WEIGHT of each part of TOTAL.  A part that is not 0 and has a
 * cell's half gets a cell.  Each part has a kind of line of its own, with ASCII a letter, so
 * that parts can be told apart without colours. */
enum { PLOT_PARTS_MAX = 8 };

struct plot_part {
	uint64_t weight;
	enum style style;
	char ascii;
};

/* Draws the parts side by side, all of the place for TOTAL. */
void plot_bar(const struct plot_place *place, const struct plot_part *parts, int nparts,
	uint64_t total);

/* The cell a part is drawn with: for the legend. */
uint32_t plot_bar_glyph(enum plot_alphabet alphabet, const struct plot_part *part);
