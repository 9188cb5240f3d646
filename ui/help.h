/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help - what can be pressed, what the columns mean, how often what is read */
#pragma once

#include "ui/draw/pager.h"
#include "ui/screen.h"

struct ui;

/* Puts the help screen on top of the others. */
void help_open(struct ui *ui);

/* Does what F1, h, ? and ^L do on every screen that has keys of its own: the help, with LINES about
 * the screen in front (a title, then "keys\twords"; NULL ends them; NULL: none), and drawing anew.
 * False: CODE is another key. */
bool help_key(struct ui *ui, uint32_t code, const char *const *lines);

/* Fills a pager (made by pager_init) from the actions of KEYMAP and the table of columns. */
void help_fill(struct pager *pager, const struct screen_style *style, const struct keymap *keymap);
