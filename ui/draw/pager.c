/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pager - see pager.h. */
#include "ui/draw/pager.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* where explanations begin, behind the keys they are of */
	WORDS_COLUMN = 18,
	KEYS_COLUMN = 2,
	NARROW = 56,
	NARROW_WORDS = 12,
	TITLE_AND_HELP = 2,
	TWO_COLUMNS = 150
};

void pager_init(struct pager *pager, const char *title)
{
	*pager = (struct pager){ 0 };
	text_clean(pager->title, sizeof(pager->title), title, strlen(title));
}

void pager_done(struct pager *pager)
{
	if (pager == NULL)
		return;
	for (size_t i = 0; i < pager->count; i++)
		free(pager->lines[i]);
	free(pager->lines);
	pager->lines = NULL;
	pager->count = 0;
	pager->cap = 0;
}

void pager_add(struct pager *pager, const char *line)
{
	*XALLOC_NEXT(pager->lines, pager->count, pager->cap) = xalloc_text(line);
}

static int columns_of(const struct pager *pager)
{
	return pager->width >= TWO_COLUMNS ? 2 : 1;
}

/* Lines that are in view at a time. */
static size_t page_lines(const struct pager *pager, int height)
{
	size_t rows = height > TITLE_AND_HELP ? (size_t)(height - TITLE_AND_HELP) : 1;

	return rows * (size_t)columns_of(pager);
}

/* --- search ----------------------------------------------------------------------------------- */

static bool line_matches(const struct pager *pager, size_t at)
{
	return pager->search[0] != '\0' && strcasestr(pager->lines[at], pager->search) != NULL;
}

/* To the first line from FROM on that matches, round the end; it stays where none does. */
static void find_line(struct pager *pager, size_t from)
{
	for (size_t i = 0; i < pager->count; i++)
		if (line_matches(pager, (from + i) % pager->count)) {
			pager->top = (from + i) % pager->count;
			return;
		}
}

/* While the words are typed. */
static void type_key(struct pager *pager, uint32_t code)
{
	size_t len = strlen(pager->search);

	if (code == KEYS_ENTER || code == KEYS_ESC || code == KEYS_CTRL_C) {
		pager->typing = false;
		if (code != KEYS_ENTER)
			pager->search[0] = '\0';
	} else if (code == KEYS_BACKSPACE && len > 0) {
		pager->search[len - 1] = '\0';
	} else if (code >= ' ' && code < 0x7f && len + 1 < sizeof(pager->search)) {
		pager->search[len] = (char)code;
		pager->search[len + 1] = '\0';
		find_line(pager, pager->top);
	}
}

/* Keys of the search; false: it is none. */
static bool search_key(struct pager *pager, uint32_t code)
{
	if (pager->typing) {
		type_key(pager, code);
	} else if (code == '/' || code == KEYS_F3) {
		pager->typing = true;
		pager->search[0] = '\0';
	} else if (code == 'n') {
		find_line(pager, pager->top + 1);
	} else {
		return false;
	}
	return true;
}

/* --- keys ------------------------------------------------------------------------------------- */

enum dialog_outcome pager_key(struct pager *pager, const struct key *key, int height)
{
	size_t rows = page_lines(pager, height);
	long page = rows > 1 ? (long)rows - 1 : 1;
	long top = (long)pager->top;

	if (search_key(pager, key->code))
		return DIALOG_OPEN;
	if (keys_move(key->code, page, (long)pager->count - 1, &top)) {
		pager->top = (size_t)keys_scrolled(top, (long)rows, (long)pager->count);
		return DIALOG_OPEN;
	}
	switch (key->code) {
	case 'b':
		top -= page;
		break;
	case 'g':
		top = 0;
		break;
	case 'G':
		top = (long)pager->count;
		break;
	case KEYS_MOUSE:
		top += keys_wheel(key, KEYS_WHEEL_ROWS);
		break;
	case KEYS_ESC:
	case KEYS_ENTER:
	case KEYS_F1:
	case KEYS_F10:
	case KEYS_CTRL_C:
	case 'q':
	case 'h':
	case '?':
		return DIALOG_DONE;
	default:
		break;
	}
	pager->top = (size_t)keys_scrolled(top, (long)rows, (long)pager->count);
	return DIALOG_OPEN;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* In WIDTH columns from LEFT on. */
static void draw_line(struct canvas *canvas, int left, int width, int y, const char *line)
{
	const char *tab = strchr(line, '\t');

	if (tab == NULL) {
		canvas_text_cut(canvas, left, y, line[0] == ' ' ? STYLE_NORMAL : STYLE_STRONG, line,
			width);
		return;
	}
	char key[64];
	size_t len = (size_t)(tab - line);
	text_clean(key, sizeof(key), line, len);
	int keys = width < NARROW ? 0 : KEYS_COLUMN;
	int words = width < NARROW ? NARROW_WORDS : WORDS_COLUMN;
	int x = keys + canvas_text(canvas, left + keys, y, STYLE_KEY, key, width - keys);
	x = x < words ? words : x + 1;
	canvas_text_cut(canvas, left + x, y, STYLE_NORMAL, tab + 1, width - x);
}

/* Keys are named while there is something that they do. */
static void draw_footer(struct canvas *canvas, const struct pager *pager, size_t top, size_t rows)
{
	size_t last = top + rows < pager->count ? top + rows : pager->count;
	int y = canvas->height - 1;
	char text[120];

	if (pager->typing) {
		canvas_printf(canvas, 0, y, STYLE_NORMAL, "Search: %s", pager->search);
		return;
	}
	snprintf(text, sizeof(text), "q closes");
	if (pager->count > rows && canvas->width < NARROW)
		snprintf(text, sizeof(text), "%zu to %zu of %zu; / finds; q closes", top + 1, last,
			pager->count);
	else if (pager->count > rows)
		snprintf(text, sizeof(text),
			"lines %zu to %zu of %zu: arrows, PgUp, PgDn; / finds, n again; q closes",
			top + 1, last, pager->count);
	canvas_text_cut(canvas, 0, y, STYLE_LABEL, text, canvas->width);
}

void pager_draw(struct canvas *canvas, const struct pager *pager)
{
	size_t lines = page_lines(pager, canvas->height);
	int columns = columns_of(pager), width = canvas->width / columns;
	size_t top = (size_t)keys_scrolled((long)pager->top, (long)lines, (long)pager->count),
	       rows = lines / (size_t)columns;

	canvas_clear(canvas);
	canvas_row(canvas, 0, STYLE_HEADER);
	canvas_text(canvas, 0, 0, STYLE_HEADER, pager->title, canvas->width);
	for (size_t i = 0; i < lines && top + i < pager->count; i++) {
		int left = (int)(i / rows) * width, y = 1 + (int)(i % rows);

		draw_line(canvas, left, width - (columns > 1), y, pager->lines[top + i]);
		if (line_matches(pager, top + i))
			canvas_overlay(canvas, left, y, width - (columns > 1), STYLE_MATCH);
	}
	if (canvas->height > 1) {
		canvas_row(canvas, canvas->height - 1, STYLE_NORMAL);
		draw_footer(canvas, pager, top, lines);
	}
}
