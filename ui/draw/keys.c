/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys - see keys.h */
#include "ui/draw/keys.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Keys that are no character with a look of its own. */
static const struct {
	uint32_t key;
	const char *name;
} names[] = {
	{ KEYS_UP, "Up" },
	{ KEYS_DOWN, "Down" },
	{ KEYS_LEFT, "Left" },
	{ KEYS_RIGHT, "Right" },
	{ KEYS_PAGE_UP, "PgUp" },
	{ KEYS_PAGE_DOWN, "PgDn" },
	{ KEYS_HOME, "Home" },
	{ KEYS_END, "End" },
	{ KEYS_ENTER, "Enter" },
	{ KEYS_ESC, "Esc" },
	{ KEYS_TAB, "Tab" },
	{ KEYS_BACKSPACE, "Backspace" },
	{ ' ', "Space" },
};

const char *keys_name(uint32_t key, char out[KEYS_NAME_MAX])
{
	const char *name = NULL;

	if (key > ' ' && key < 0x7f) { /* most, and at every tick */
		out[0] = (char)key;
		out[1] = '\0';
		return out;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].key == key)
			name = names[i].name;
	if (name != NULL)
		snprintf(out, KEYS_NAME_MAX, "%s", name);
	else if (key >= KEYS_F1 && key <= KEYS_F10)
		snprintf(out, KEYS_NAME_MAX, "F%u", key - KEYS_F1 + 1);
	else if (key < ' ')
		snprintf(out, KEYS_NAME_MAX, "^%c", (int)key + '@');
	else
		snprintf(out, KEYS_NAME_MAX, "?");
	return out;
}

static bool is_called(uint32_t key, const char *name, size_t len)
{
	char own[KEYS_NAME_MAX];

	keys_name(key, own);
	return strlen(own) == len && memcmp(own, name, len) == 0;
}

/* Tries what each key is called, so that every name that is shown can be typed into the
 * settings. */
uint32_t keys_by_name(const char *name, size_t len)
{
	for (uint32_t key = 1; key < 0x7f; key++)
		if (is_called(key, name, len))
			return key;
	for (uint32_t key = KEYS_F1; key <= KEYS_F10; key++)
		if (is_called(key, name, len))
			return key;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_called(names[i].key, name, len))
			return names[i].key;
	return 0;
}

long keys_scrolled(long top, long rows, long count)
{
	if (top > count - rows)
		top = count - rows;
	return top < 0 ? 0 : top;
}

long keys_in_view(long top, long at, long rows, long count)
{
	if (top > at)
		top = at;
	if (rows > 0 && top < at - rows + 1)
		top = at - rows + 1;
	return keys_scrolled(top, rows, count);
}

long keys_wheel(const struct key *key, long rows)
{
	if (key->code != KEYS_MOUSE)
		return 0;
	return key->mouse == MOUSE_WHEEL_UP ? -rows : key->mouse == MOUSE_WHEEL_DOWN ? rows : 0;
}

bool keys_move(uint32_t code, long page, long last, long *at)
{
	if (code == KEYS_UP || code == 'k')
		*at -= 1;
	else if (code == KEYS_DOWN || code == 'j')
		*at += 1;
	else if (code == KEYS_PAGE_UP)
		*at -= page;
	else if (code == KEYS_PAGE_DOWN || code == ' ')
		*at += page;
	else if (code == KEYS_HOME)
		*at = 0;
	else if (code == KEYS_END)
		*at = last;
	else
		return false;
	if (*at > last)
		*at = last;
	if (*at < 0)
		*at = 0;
	return true;
}
