/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_columns - a list of a process screen: a name, and columns of figures to its right
 *
 * What the parts of its memory and the types inside it have in common.
 */
#pragma once

#include "ui/draw/canvas.h"

enum { PROCESS_COLUMNS_MAX = 8, PROCESS_TITLE_MAX = 80 };

struct process_column {
	const char *title;
	int width;      /* cells, without the gap before it */
	int importance; /* 1 stays longest; each number once, from 1 on */
	bool sorted;    /* what the list is sorted by */
	bool left;      /* its title stands left */
};

struct process_layout {
	const struct process_column *columns; /* in the order in which they stand */
	int count;
	int name; /* width of the name; it begins at 0 */
	bool shown[PROCESS_COLUMNS_MAX];
};

/* As many of COUNT columns, the most important first, as leave the name NAME_LEAST cells of
 * WIDTH. */
void process_columns_fit(struct process_layout *layout, const struct process_column *columns,
	int count, int width, int name_least);

/* Where column NUMBER begins; -1: it is not shown. */
int process_columns_x(const struct process_layout *layout, int number);

/* The title of the name: WORD, and "2 to 9 of 12" where ROWS of COUNT are shown, from number FIRST
 * (from 0) on. */
void process_columns_word(char out[PROCESS_TITLE_MAX], const char *word, long first, long rows,
	long count);

/* The titles on line Y; NAME is that of the name. */
void process_columns_titles(struct canvas *canvas, const struct process_layout *layout,
	const char *name, int y);

/* A name in its column: what is too long keeps its end, which of paths and dotted names tells
 * more. */
void process_columns_name(struct canvas *canvas, const struct process_layout *layout, int y,
	enum style style, const char *text);
