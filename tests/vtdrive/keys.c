/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys - names of keys and their bytes, as xterm sends them */
#include "keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *bytes;
} keys[] = {
	{ "Up", "\033[A" },
	{ "Down", "\033[B" },
	{ "Right", "\033[C" },
	{ "Left", "\033[D" },
	{ "Home", "\033[H" },
	{ "End", "\033[F" },
	{ "Insert", "\033[2~" },
	{ "Delete", "\033[3~" },
	{ "PgUp", "\033[5~" },
	{ "PgDn", "\033[6~" },
	{ "F1", "\033OP" },
	{ "F2", "\033OQ" },
	{ "F3", "\033OR" },
	{ "F4", "\033OS" },
	{ "F5", "\033[15~" },
	{ "F6", "\033[17~" },
	{ "F7", "\033[18~" },
	{ "F8", "\033[19~" },
	{ "F9", "\033[20~" },
	{ "F10", "\033[21~" },
	{ "F11", "\033[23~" },
	{ "F12", "\033[24~" },
	{ "S-Tab", "\033[Z" },
	{ "S-Up", "\033[1;2A" },
	{ "S-Down", "\033[1;2B" },
	{ "Enter", "\r" },
	{ "Esc", "\033" },
	{ "Tab", "\t" },
	{ "Space", " " },
	{ "Backspace", "\177" },
};

static int copy(const char *bytes, char out[KEYS_MAX])
{
	return snprintf(out, KEYS_MAX, "%s", bytes);
}

int keys_bytes(const char *name, int app_cursor, char out[KEYS_MAX])
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		int length;

		if (strcmp(keys[i].name, name))
			continue;
		length = copy(keys[i].bytes, out);
		/* CSI becomes SS3 for the unmodified cursor keys */
		if (app_cursor && length == 3 && out[1] == '[' && strchr("ABCDHF", out[2]))
			out[1] = 'O';
		return length;
	}
	if (!strncmp(name, "C-", 2) && name[2] && !name[3]) {
		out[0] = name[2] & 0x1f;
		return 1;
	}
	if (!strncmp(name, "M-", 2) && name[2] && !name[3])
		return snprintf(out, KEYS_MAX, "\033%c", name[2]);
	/* one character, possibly of several bytes */
	if (strlen(name) == 1 || ((unsigned char)name[0] >= 0xc0 && strlen(name) <= 4))
		return copy(name, out);
	return -EINVAL;
}

int keys_mouse(int col, int row, const char *button, int x10, char out[KEYS_MAX])
{
	static const struct {
		const char *name;
		int code;
	} buttons[] = {
		{ "left", 0 },
		{ "middle", 1 },
		{ "right", 2 },
		{ "wheel-up", 64 },
		{ "wheel-down", 65 },
	};
	int code = -1;

	for (size_t i = 0; i < sizeof buttons / sizeof buttons[0]; i++)
		if (!strcmp(buttons[i].name, button))
			code = buttons[i].code;
	if (code < 0 || col < 0 || row < 0 || (x10 && (col > 222 || row > 222)))
		return -EINVAL;
	if (x10 && code >= 64)
		return snprintf(out, KEYS_MAX, "\033[M%c%c%c", 32 + code, 33 + col, 33 + row);
	if (x10)
		return snprintf(out, KEYS_MAX, "\033[M%c%c%c\033[M%c%c%c", 32 + code, 33 + col,
			33 + row, 32 + 3, 33 + col, 33 + row);
	if (code >= 64)
		return snprintf(out, KEYS_MAX, "\033[<%d;%d;%dM", code, col + 1, row + 1);
	return snprintf(out, KEYS_MAX, "\033[<%d;%d;%dM\033[<%d;%d;%dm", code, col + 1, row + 1,
		code, col + 1, row + 1);
}
