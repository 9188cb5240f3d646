/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen - the terminal's picture: cells, cursor, and what it answers
 *
 * A thin cover over libvterm, so that the rest of the harness speaks of rows of text and of
 * cells. Columns and rows count from 0.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { SCREEN_ROW_MAX = 16384, SCREEN_COLOR_MAX = 16 };

struct screen;

struct screen_cell {
	char text[32]; /* UTF-8; " " when empty, "" right of a wide character */
	int width;
	bool bold, reverse, underline, italic, blink;
	char fg[SCREEN_COLOR_MAX]; /* "default", "0" to "255", or "#rrggbb" */
	char bg[SCREEN_COLOR_MAX];
};

/* A terminal of cols x rows cells; NULL when out of memory. */
struct screen *screen_new(int cols, int rows);
void screen_free(struct screen *screen);

void screen_write(struct screen *screen, const char *bytes, size_t length);
void screen_resize(struct screen *screen, int cols, int rows);
int screen_cols(const struct screen *screen);
int screen_rows(const struct screen *screen);

/* Takes what the terminal wants to send to the program (answers to queries); returns the number
 * of bytes put into out. */
size_t screen_take_reply(struct screen *screen, char *out, size_t size);

/* A row as UTF-8 without trailing blanks, valid until the next call. A negative row counts from
 * the bottom; a row off the screen is empty. */
const char *screen_row(struct screen *screen, int row);

/* -ERANGE when there is no such cell. */
int screen_cell(const struct screen *screen, int col, int row, struct screen_cell *out);

void screen_cursor(const struct screen *screen, int *col, int *row);

/* Prints every row behind `prefix`, without the empty ones at the end when `trim`. */
void screen_print(struct screen *screen, FILE *out, const char *prefix, bool trim);
