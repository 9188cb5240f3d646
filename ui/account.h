/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account - where the memory went: the account of the machine's memory, over the whole
 * screen */
#ifndef MEMTOP_UI_ACCOUNT_H
#define MEMTOP_UI_ACCOUNT_H

#include "model/account.h"
#include "ui/draw/canvas.h"

/* Draws ACCOUNT without what the machine does not have, ALL of it or shortened to what the canvas
 * has rows for; TOP is the first line shown where not all fits, and is brought back to where
 * something is left to show. */
void account_draw(struct canvas *canvas, struct account *account, bool all, long *top);

struct ui;

/* Puts the account of memory on top of the other screens. */
void account_open(struct ui *ui);

/* Until somebody sets a baseline it is the start, when all that is read slowly had come. */
void account_begin(struct ui *ui);
void account_set_baseline(struct ui *ui);

#endif
