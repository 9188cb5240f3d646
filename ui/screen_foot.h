/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen_foot - the bottom line: keys with what they do, or a message */
#ifndef MEMTOP_UI_SCREEN_FOOT_H
#define MEMTOP_UI_SCREEN_FOOT_H

#include "ui/screen_table.h"

void screen_foot_draw(struct canvas *canvas, const struct table_facts *facts, int y);

/* The key a click at column X of that line stands for; 0: none. */
uint32_t screen_foot_key(int width, bool readonly, int x);

#endif
