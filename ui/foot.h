/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foot - the bottom line: keys with what they do, or a message */
#ifndef MEMTOP_UI_FOOT_H
#define MEMTOP_UI_FOOT_H

#include "ui/screen.h"

/* A key of the bottom line. */
struct hint {
	uint32_t key;
	const char *words;
	int importance;   /* 1 stays longest; each number once, from 1 on */
	bool acts;        /* on processes: not when that is forbidden */
	const char *name; /* NULL: as keys_name has it */
};

/* N HINTS, as many of the most important as there is room for, in their order; or the message. */
void foot_draw(struct canvas *canvas, const struct shown *shown, const struct hint *hints, size_t n,
	int y);

/* The key a click at column X of that line stands for; 0: none. */
uint32_t foot_key(const struct hint *hints, size_t n, int width, bool readonly, int x);

#endif
