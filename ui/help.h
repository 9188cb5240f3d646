/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help - what can be pressed, what the columns mean, how often what is read */
#ifndef MEMTOP_UI_HELP_H
#define MEMTOP_UI_HELP_H

#include "ui/draw/pager.h"
#include "ui/screen.h"

/* Fills a pager (made by pager_init) from the tables of keys and columns. */
void help_fill(struct pager *pager, const struct screen_style *style);

#endif
