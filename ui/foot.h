/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foot - the bottom line: keys with what they do, or a message */
#ifndef MEMTOP_UI_FOOT_H
#define MEMTOP_UI_FOOT_H

#include "ui/table/table.h"

void foot_draw(struct canvas *canvas, const struct table_facts *facts, int y);

/* The key a click at column X of that line stands for; 0: none. */
uint32_t foot_key(int width, bool readonly, int x);

#endif
