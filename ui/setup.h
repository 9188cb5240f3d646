/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setup - which columns are shown and in which order, the span of the sparklines, the theme
 *
 * A dialog over the table.  Every key takes effect in the fields below at once, so that the app can
 * show the table behind it as it will be; Esc brings back what was there.
 */
#pragma once

#include "ui/draw/menu.h"
#include "ui/screen.h"
#include "ui/draw/theme.h"

struct setup_choice {
	enum column_id columns[COLUMN_COUNT]; /* shown, in order; at least one */
	size_t ncolumns;
	uint32_t span_s;
	enum theme_id theme;
	enum plot_alphabet alphabet;
};

struct setup {
	struct setup_choice now; /* read after each key */
	struct setup_choice before;
	struct menu menu;
	bool can_utf8;     /* the alphabet may be chosen */
	uint32_t done_key; /* that opened it, and ends it */
};

struct ui;

/* Puts the setup screen on top of the others. */
void setup_open(struct ui *ui);

/* STYLE is copied; DONE_KEY is F2 as it is bound. */
void setup_init(struct setup *setup, const struct screen_style *style, enum theme_id theme,
	uint32_t done_key);
void setup_done(struct setup *setup); /* NULL is fine */

/* Space or Enter toggles, + and - or ] and [ move a column, Esc gives up, the key that
 * opened it or q or F10 is done. */
enum dialog_outcome setup_key(struct setup *setup, const struct key *key, int height);
void setup_draw(struct canvas *canvas, const struct setup *setup);
