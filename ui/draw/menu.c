/* SPDX-License-Identifier: GPL-2.0-or-later */
/* menu - see menu.h. */
#include "ui/draw/menu.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_LEAST = 30, ASIDE_LEAST = 14 };

/* Copies clean TEXT, cut at a whole character. */
static void copy_text(char *out, size_t size, const char *text)
{
	text_clean(out, size, text, strlen(text));
}

void menu_init(struct menu *menu, const char *title, const char *help)
{
	*menu = (struct menu){ 0 };
	copy_text(menu->title, sizeof(menu->title), title);
	copy_text(menu->help, sizeof(menu->help), help);
}

void menu_done(struct menu *menu)
{
	if (menu == NULL)
		return;
	free(menu->items);
	menu->items = NULL;
	menu->count = 0;
	menu->cap = 0;
}

void menu_add(struct menu *menu, int value, bool marked, const char *text)
{
	struct menu_item *item = XALLOC_NEXT(menu->items, menu->count, menu->cap);
	*item = (struct menu_item){ .marked = marked, .value = value };
	copy_text(item->text, sizeof(item->text), text);
	menu->ticks = menu->ticks || marked;
}

void menu_note(struct menu *menu, const char *note)
{
	menu->items[menu->count - 1].note = note;
}

int menu_value(const struct menu *menu)
{
	return menu->count ? menu->items[menu->cursor].value : -1;
}

/* Rows of a screen of HEIGHT that a menu may take: a note has the last one. */
static int height_for(const struct menu *menu, int height)
{
	return menu->aside ? height - 1 : height;
}

/* Rows the list has in HEIGHT rows. */
static size_t list_rows(const struct menu *menu, int height)
{
	struct canvas_box box = dialog_place(WIDTH_LEAST, height, WIDTH_LEAST,
		menu->count > 0 && menu->count < 1000 ? (int)menu->count : 1000);

	return box.height > 0 ? (size_t)box.height : 1;
}

/* The cursor in view, moved as little as it takes; no room below the last one. */
static size_t first_shown(const struct menu *menu, size_t rows)
{
	return (size_t)keys_in_view((long)menu->top, (long)menu->cursor, (long)rows,
		(long)menu->count);
}

static void move_by(struct menu *menu, long delta)
{
	long to = (long)menu->cursor + delta;
	long last = (long)menu->count - 1;

	menu->cursor = (size_t)(to < 0 || last < 0 ? 0 : to > last ? last : to);
}

static bool begins_with(const char *text, uint32_t letter)
{
	while (*text == ' ')
		text++;
	uint32_t first = (unsigned char)*text;
	return (first | 0x20) == (letter | 0x20);
}

/* The next item below the cursor that begins with LETTER, round the end. */
static void jump_to(struct menu *menu, uint32_t letter)
{
	for (size_t i = 1; i <= menu->count; i++) {
		size_t at = (menu->cursor + i) % menu->count;

		if (begins_with(menu->items[at].text, letter)) {
			menu->cursor = at;
			return;
		}
	}
}

/* A click chooses, a second one on the same line takes it, as Enter does. */
static enum dialog_outcome mouse_key(struct menu *menu, const struct key *key, int height)
{
	size_t rows = list_rows(menu, height);
	struct canvas_box box = dialog_place(WIDTH_LEAST, height, WIDTH_LEAST, (int)rows);
	size_t at = first_shown(menu, rows) + (size_t)(key->y > box.y ? key->y - box.y : 0);
	long wheel = keys_wheel(key, KEYS_WHEEL_ROWS);

	if (wheel != 0) {
		move_by(menu, wheel);
		return DIALOG_OPEN;
	}
	if (key->y < box.y || key->y >= box.y + (int)rows || at >= menu->count)
		return DIALOG_OPEN;
	bool again = at == menu->cursor;
	menu->cursor = at;
	return again ? DIALOG_DONE : DIALOG_OPEN;
}

/* Letters jump to the next item that begins with one, so `k` and `j` do not move here. */
static enum dialog_outcome plain_key(struct menu *menu, uint32_t code, long page)
{
	long cursor = (long)menu->cursor;

	if (code > KEYS_BASE && keys_move(code, page, (long)menu->count - 1, &cursor)) {
		menu->cursor = (size_t)cursor;
		return DIALOG_OPEN;
	}
	switch (code) {
	case KEYS_ENTER:
		return menu->count ? DIALOG_DONE : DIALOG_CANCELLED;
	case KEYS_ESC:
	case KEYS_CTRL_C:
	case KEYS_F10:
	case 'q':
		return DIALOG_CANCELLED;
	default:
		if (code > ' ' && code < KEYS_BASE)
			jump_to(menu, code);
		break;
	}
	return DIALOG_OPEN;
}

enum dialog_outcome menu_key(struct menu *menu, const struct key *key, int screen_height)
{
	int height = height_for(menu, screen_height);
	size_t rows = list_rows(menu, height);
	enum dialog_outcome outcome = key->code == KEYS_MOUSE
					      ? mouse_key(menu, key, height)
					      : plain_key(menu, key->code, (long)rows);

	menu->top = first_shown(menu, rows);
	return outcome;
}

/* As wide as its widest line, and never so narrow that it looks broken. */
static int menu_width(const struct menu *menu)
{
	int width = menu->aside ? ASIDE_LEAST : WIDTH_LEAST;
	int wanted = text_width(menu->title) + 4;

	width = wanted > width ? wanted : width;
	wanted = text_width(menu->help) + 4;
	width = wanted > width ? wanted : width;
	for (size_t i = 0; i < menu->count; i++) {
		wanted = text_width(menu->items[i].text) + (menu->ticks ? 4 : 2);
		width = wanted > width ? wanted : width;
	}
	return width;
}

static void draw_item(struct canvas *canvas, const struct menu *menu, size_t at,
	struct canvas_box box, int y)
{
	enum style style = at == menu->cursor ? STYLE_DIALOG_CURSOR : STYLE_DIALOG;
	const struct menu_item *item = &menu->items[at];
	int x = box.x + 1;

	canvas_fill(canvas, (struct canvas_box){ box.x, y, box.width, 1 }, style, ' ');
	if (menu->ticks) {
		if (item->marked)
			canvas_char(canvas, x, y, style, canvas->utf8 ? 0x2713 : 'x');
		x += 2;
	}
	canvas_text_cut(canvas, x, y, style, item->text, box.x + box.width - x);
}

/* Signs in the frame that more lies above or below. */
static void draw_more(struct canvas *canvas, struct canvas_box box, bool above, bool below)
{
	int x = box.x + box.width;

	if (above)
		canvas_char(canvas, x, box.y, STYLE_DIALOG, canvas->utf8 ? 0x25b2 : '^');
	if (below)
		canvas_char(canvas, x, box.y + box.height - 1, STYLE_DIALOG,
			canvas->utf8 ? 0x25bc : 'v');
}

/* Explains the line under the cursor at the bottom, where every screen has its help. */
static void draw_note(struct canvas *canvas, const struct menu *menu)
{
	const char *note = menu->cursor < menu->count ? menu->items[menu->cursor].note : NULL;
	int y = canvas->height - 1;

	if (note == NULL || y < 0)
		return;
	canvas_row(canvas, y, STYLE_LABEL);
	canvas_text_cut(canvas, 0, y, STYLE_LABEL, note, canvas->width);
}

void menu_draw(struct canvas *canvas, const struct menu *menu)
{
	int height = height_for(menu, canvas->height);
	size_t rows = list_rows(menu, height);
	struct canvas_box box = dialog_place(canvas->width, height, menu_width(menu), (int)rows);
	size_t top = first_shown(menu, rows);

	if (menu->aside && box.x + box.width + 1 < canvas->width)
		box.x = canvas->width - box.width - 1;
	draw_note(canvas, menu);
	dialog_frame(canvas, box, menu->title, menu->help);
	for (size_t i = 0; i < rows && top + i < menu->count; i++)
		draw_item(canvas, menu, top + i, box, box.y + (int)i);
	draw_more(canvas, box, top > 0, top + rows < menu->count);
}
