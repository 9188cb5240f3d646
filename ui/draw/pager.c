/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pager - see pager.h. */
#include "ui/draw/pager.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_COLUMN = 18, KEYS_COLUMN = 2, TITLE_AND_HELP = 2 };

void pager_init(struct pager *pager, const char *title)
{
	*pager = (struct pager){ 0 };
	text_clean(pager->title, sizeof(pager->title), title, strlen(title));
}

void pager_done(struct pager *pager)
{
	if (!pager)
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
	pager->lines = xalloc_room(pager->lines, &pager->cap, pager->count + 1,
		sizeof(*pager->lines));
	pager->lines[pager->count++] = xalloc_text(line);
}

static size_t page_rows(int height)
{
	return height > TITLE_AND_HELP ? (size_t)(height - TITLE_AND_HELP) : 1;
}

static size_t clipped(const struct pager *pager, long top, size_t rows)
{
	long last = pager->count > rows ? (long)(pager->count - rows) : 0;

	return (size_t)(top < 0 ? 0 : top > last ? last : top);
}

enum dialog_outcome pager_key(struct pager *pager, const struct key *key, int height)
{
	size_t rows = page_rows(height);
	long page = rows > 1 ? (long)rows - 1 : 1;
	long top = (long)pager->top;

	switch (key->code) {
	case KEYS_UP:
	case 'k':
		top -= 1;
		break;
	case KEYS_DOWN:
	case 'j':
		top += 1;
		break;
	case KEYS_PAGE_UP:
	case 'b':
		top -= page;
		break;
	case KEYS_PAGE_DOWN:
	case ' ':
		top += page;
		break;
	case KEYS_HOME:
	case 'g':
		top = 0;
		break;
	case KEYS_END:
	case 'G':
		top = (long)pager->count;
		break;
	case KEYS_MOUSE:
		top += key->mouse == MOUSE_WHEEL_UP ? -3 : key->mouse == MOUSE_WHEEL_DOWN ? 3 : 0;
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
	pager->top = clipped(pager, top, rows);
	return DIALOG_OPEN;
}

static void draw_line(struct canvas *canvas, int y, const char *line)
{
	const char *tab = strchr(line, '\t');

	if (!tab) {
		canvas_text(canvas, 0, y, line[0] == ' ' ? STYLE_NORMAL : STYLE_STRONG, line,
			canvas->width);
		return;
	}
	char key[64];
	size_t len = (size_t)(tab - line);
	text_clean(key, sizeof(key), line, len);
	int x = KEYS_COLUMN + canvas_text(canvas, KEYS_COLUMN, y, STYLE_KEY, key, canvas->width);
	x = x < WORDS_COLUMN ? WORDS_COLUMN : x + 1;
	canvas_text(canvas, x, y, STYLE_NORMAL, tab + 1, canvas->width - x);
}

static void draw_footer(struct canvas *canvas, const struct pager *pager, size_t top, size_t rows)
{
	size_t last = top + rows < pager->count ? top + rows : pager->count;
	int y = canvas->height - 1;

	if (pager->count > rows)
		canvas_printf(canvas, 0, y, STYLE_LABEL,
			"lines %zu to %zu of %zu: arrows, PgUp, PgDn; q closes", top + 1, last,
			pager->count);
	else
		canvas_text(canvas, 0, y, STYLE_LABEL, "q closes", canvas->width);
}

void pager_draw(struct canvas *canvas, const struct pager *pager)
{
	size_t rows = page_rows(canvas->height);
	size_t top = clipped(pager, (long)pager->top, rows);

	canvas_clear(canvas);
	canvas_fill(canvas, 0, 0, canvas->width, 1, STYLE_HEADER, ' ');
	canvas_text(canvas, 0, 0, STYLE_HEADER, pager->title, canvas->width);
	for (size_t i = 0; i < rows && top + i < pager->count; i++)
		draw_line(canvas, 1 + (int)i, pager->lines[top + i]);
	if (canvas->height > 1) {
		canvas_fill(canvas, 0, canvas->height - 1, canvas->width, 1, STYLE_NORMAL, ' ');
		draw_footer(canvas, pager, top, rows);
	}
}
