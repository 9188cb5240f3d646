/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help - what can be pressed, what the columns mean, how often what is read */
#pragma once

#include "ui/draw/pager.h"
#include "ui/screen.h"

struct ui;

/* Puts the help screen on top of the others. */
void help_open(struct ui *ui);

/* The same, with LINES of the screen that asks in front: a title, then "keys\twords"; NULL ends
 * them. */
void help_open_with(struct ui *ui, const char *const *lines);

/* Fills a pager (made by pager_init) from the actions of KEYMAP and the table of columns. */
void help_fill(struct pager *pager, const struct screen_style *style, const struct keymap *keymap);
