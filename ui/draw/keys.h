/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys - what can be pressed, and what it is called */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Codes above all characters. */
enum key_code {
	KEY_NONE_ = 0,
	KEYS_BASE = 0x200000,
	KEYS_UP,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_PAGE_UP,
	KEYS_PAGE_DOWN,
	KEYS_HOME,
	KEYS_END,
	KEYS_ENTER,
	KEYS_ESC,
	KEYS_TAB,
	KEYS_BACK_TAB,
	KEYS_BACKSPACE,
	KEYS_DELETE,
	KEYS_INSERT,
	KEYS_F1,
	KEYS_F2,
	KEYS_F3,
	KEYS_F4,
	KEYS_F5,
	KEYS_F6,
	KEYS_F7,
	KEYS_F8,
	KEYS_F9,
	KEYS_F10,
	KEYS_MOUSE,
	KEYS_RESIZE,
	KEYS_CLOSED, /* the terminal is gone */
};

enum { KEYS_CTRL_C = 3, KEYS_CTRL_L = 12, KEYS_CTRL_U = 21, KEYS_CTRL_W = 23, KEYS_CTRL_Z = 26 };

enum mouse_action { MOUSE_PRESS, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct key {
	uint32_t code; /* a character or enum key_code */
	enum mouse_action mouse;
	int x, y; /* of the mouse */
};

enum { KEYS_NAME_MAX = 12 };

/* The name of KEY: "M", "F6", "^L", "Space"; OUT is returned. */
const char *keys_name(uint32_t key, char out[KEYS_NAME_MAX]);

/* Moves *AT, a place in a list of which LAST is the last one, by the key CODE (arrows, k and j,
 * pages of PAGE rows, both ends), not beyond them: 0 in an empty list, whose LAST is -1.  False: it
 * is another key. */
bool keys_move(uint32_t code, long page, long last, long *at);

/* Rows that a turn of the mouse's wheel moves a list by: ROWS up (less than 0) or down; 0: KEY is
 * none.  Most lists move by KEYS_WHEEL_ROWS. */
enum { KEYS_WHEEL_ROWS = 3 };
long keys_wheel(const struct key *key, long rows);

/* The first row in view of a list of COUNT, of which ROWS are in view from TOP on, moved as little
 * as it takes: keys_in_view brings the row AT into view, both leave no room below the last row. */
long keys_scrolled(long top, long rows, long count);
long keys_in_view(long top, long at, long rows, long count);

/* The key of that NAME, of LEN bytes, capitals as they are; 0: none. */
uint32_t keys_by_name(const char *name, size_t len);
