/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chart - figures over time as cells: pure, from spans of a series
 *
 * Lines (the first as an area, since it is the one that counts) or areas stacked upon each other,
 * with round numbers on both axes.  What tells lines apart is not colour alone: area, line and
 * dots; stacked areas differ in shade or letter.  Spans that are not known are left blank.
 */
#pragma once

#include "ui/draw/plot.h"

enum {
	CHART_LINES_MAX = 3,
	CHART_LABEL = 7,          /* columns of the labels on the left */
	CHART_COLUMNS_MAX = 2000, /* spans a line has at most */
};

struct chart_line {
	const char *name;
	enum style style;
	const struct series_span *spans; /* chart_columns() of them */
};

struct chart {
	struct chart_line lines[CHART_LINES_MAX]; /* stacked: from the bottom up */
	int nlines;
	bool stacked;
	enum plot_alphabet alphabet;
	uint64_t from_ms, to_ms; /* the time of the spans */
	uint64_t now_ms;         /* labels count back from here */
	int cursor;              /* span that is read; -1: none */
	/* where the first line must end; drawn once the lines are half as far; 0: none */
	uint64_t limit;
};

/* Spans each line needs on a chart of WIDTH columns, labels included; at least 1. */
int chart_columns(enum plot_alphabet alphabet, int width);

/* Fills BOX; its last row is the time, its first CHART_LABEL columns have the values. */
void chart_draw(struct canvas *canvas, struct canvas_box box, const struct chart *chart);

/* "# footprint" at X; returns the column behind the last. */
int chart_legend(struct canvas *canvas, int x, int y, int width, const struct chart *chart);
