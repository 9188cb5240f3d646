/* SPDX-License-Identifier: GPL-2.0-or-later */
/* menu - a list to choose from */
#pragma once

#include "ui/draw/dialog.h"
#include "ui/draw/keys.h"

struct menu_item {
	char text[120];
	bool marked; /* a tick before it (columns that are shown) */
	int value;   /* what the app knows it by */
	/* what it is, shown on the screen's last line while it is under the cursor; borrowed, or
	 * NULL */
	const char *note;
};

struct menu {
	char title[120];
	char help[200]; /* line at the bottom */
	bool aside;     /* narrow, at the right edge: the table stays in view */
	bool ticks;     /* leave room for ticks: set by menu_add of a marked item, or by the app */
	struct menu_item *items; /* owned; menu_done frees */
	size_t count;
	size_t cap;
	size_t cursor;
	size_t top;
};

/* A menu without items; TITLE and HELP are copied. */
void menu_init(struct menu *menu, const char *title, const char *help);
void menu_done(struct menu *menu); /* NULL is fine */
void menu_add(struct menu *menu, int value, bool marked, const char *text);

/* NOTE is about the item added last, and lives as long as the menu. */
void menu_note(struct menu *menu, const char *note);

/* Value under the cursor; -1 for an empty menu. */
int menu_value(const struct menu *menu);

/* HEIGHT is the screen's.  Typing letters jumps to the next item that begins with them; arrows,
 * paging, Enter, Esc, q and the mouse (a click chooses the row, a second one on it is Enter). */
enum dialog_outcome menu_key(struct menu *menu, const struct key *key, int height);
void menu_draw(struct canvas *canvas, const struct menu *menu);
