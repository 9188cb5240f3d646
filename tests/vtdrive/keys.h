/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys - what a terminal sends for a key or a mouse button */
#pragma once

#include <stddef.h>

enum { KEYS_MAX = 32 };

/* Prints the bytes of the key `name` as xterm sends them: Up, F5, Enter, Esc, C-c, M-x, Space, or
 * a single character. Cursor keys follow `app_cursor`. Returns the length, or -EINVAL. */
int keys_bytes(const char *name, int app_cursor, char out[KEYS_MAX]);

/* Prints the press and release of a mouse button (left, middle, right, wheel-up, wheel-down) at a
 * cell counted from 0, as SGR 1006 or, when `x10`, in the old encoding. Length or -EINVAL. */
int keys_mouse(int col, int row, const char *button, int x10, char out[KEYS_MAX]);
