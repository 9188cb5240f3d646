/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foot - the bottom line: keys with what they do, or a message
 *
 * Keys are named as they are bound: a table of hints has those of actions_table.
 */
#pragma once

#include "ui/screen.h"

enum { HINT_KEYS_MAX = 3 };

/* A key of the bottom line. */
struct hint {
	uint32_t key; /* a click on the words */
	const char *words;
	int importance;                /* 1 stays longest; each number once, from 1 on */
	bool acts;                     /* on processes: not when that is forbidden */
	uint32_t names[HINT_KEYS_MAX]; /* keys that are named in place of it; 0 ends them */
};

/* N HINTS of SCREEN (WHERE_TABLE, WHERE_PROCESS; with WHERE_REPLAY where those of a recording stand
 * in their place), as many of the most important as there is room for; or the message. */
void foot_draw(struct canvas *canvas, const struct shown *shown, unsigned screen,
	const struct hint *hints, size_t n, int y);

/* The key, of actions_table, that a click at column X of that line stands for; 0: none. */
uint32_t foot_key(const struct shown *shown, unsigned screen, const struct hint *hints, size_t n,
	int width, int x);
