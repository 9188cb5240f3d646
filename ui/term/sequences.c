/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sequences - see sequences.h.  In the order of keys; from xterm, the VT220, rxvt, PuTTY, kitty and
 * the Linux console. */
#include "ui/term/sequences.h"

#include "ui/term/input.h"

#include <string.h>

enum {
	NUMBERS_MAX = 4,
	NUMBER_MOST = 0x10ffff,
	/* of the second number, less one: which keys were held (xterm, kitty) */
	HELD_SHIFT = 1,
	HELD_CTRL = 4,
	HELD_LOCKS = 64 | 128, /* caps lock, num lock */
	RELEASED = 3,          /* kitty: what happened to the key */
	ANY_KEY = 27,          /* xterm, modifyOtherKeys: Esc [ 27 ; held ; character ~ */
};

static const struct sequence sequences[] = {
	{ "\033[A", KEYS_UP },
	{ "\033OA", KEYS_UP },
	{ "\033[a", KEYS_UP },
	{ "\033Oa", KEYS_UP },
	{ "\033[B", KEYS_DOWN },
	{ "\033OB", KEYS_DOWN },
	{ "\033[b", KEYS_DOWN },
	{ "\033Ob", KEYS_DOWN },
	{ "\033[C", KEYS_RIGHT },
	{ "\033OC", KEYS_RIGHT },
	{ "\033[c", KEYS_RIGHT },
	{ "\033Oc", KEYS_RIGHT },
	{ "\033[D", KEYS_LEFT },
	{ "\033OD", KEYS_LEFT },
	{ "\033[d", KEYS_LEFT },
	{ "\033Od", KEYS_LEFT },
	{ "\033[H", KEYS_HOME },
	{ "\033OH", KEYS_HOME },
	{ "\033[1~", KEYS_HOME },
	{ "\033[7~", KEYS_HOME },
	{ "\033[F", KEYS_END },
	{ "\033OF", KEYS_END },
	{ "\033[4~", KEYS_END },
	{ "\033[8~", KEYS_END },
	{ "\033[2~", KEYS_INSERT },
	{ "\033[3~", KEYS_DELETE },
	{ "\033[5~", KEYS_PAGE_UP },
	{ "\033[6~", KEYS_PAGE_DOWN },
	{ "\033[Z", KEYS_BACK_TAB },
	{ "\033OM", KEYS_ENTER },
	{ "\033OP", KEYS_F1 },
	{ "\033[11~", KEYS_F1 },
	{ "\033[[A", KEYS_F1 },
	{ "\033OQ", KEYS_F2 },
	{ "\033[12~", KEYS_F2 },
	{ "\033[[B", KEYS_F2 },
	{ "\033OR", KEYS_F3 },
	{ "\033[13~", KEYS_F3 },
	{ "\033[[C", KEYS_F3 },
	{ "\033OS", KEYS_F4 },
	{ "\033[14~", KEYS_F4 },
	{ "\033[[D", KEYS_F4 },
	{ "\033OT", KEYS_F5 },
	{ "\033[15~", KEYS_F5 },
	{ "\033[[E", KEYS_F5 },
	{ "\033OU", KEYS_F6 },
	{ "\033[17~", KEYS_F6 },
	{ "\033OV", KEYS_F7 },
	{ "\033[18~", KEYS_F7 },
	{ "\033OW", KEYS_F8 },
	{ "\033[19~", KEYS_F8 },
	{ "\033[20~", KEYS_F9 },
	{ "\033OY", KEYS_F10 },
	{ "\033[21~", KEYS_F10 },
	/* the numeric keypad, as an application asks for it */
	{ "\033Op", '0' },
	{ "\033Oq", '1' },
	{ "\033Or", '2' },
	{ "\033Os", '3' },
	{ "\033Ot", '4' },
	{ "\033Ou", '5' },
	{ "\033Ov", '6' },
	{ "\033Ow", '7' },
	{ "\033Ox", '8' },
	{ "\033Oy", '9' },
	{ "\033Oj", '*' },
	{ "\033Ok", '+' },
	{ "\033Ol", ',' },
	{ "\033Om", '-' },
	{ "\033On", '.' },
	{ "\033Oo", '/' },
	{ "\033OX", '=' },
	{ "\033[200~", INPUT_PASTE_BEGIN },
	{ "\033[201~", INPUT_PASTE_END },
};

const struct sequence *sequences_all(size_t *count)
{
	*count = sizeof(sequences) / sizeof(sequences[0]);
	return sequences;
}

/* --- sequences with numbers ------------------------------------------------------------------- */

/* Esc [ NUMBERS FINAL. */
struct sequence_parts {
	uint32_t numbers[NUMBERS_MAX];
	int count;         /* of numbers that are there */
	uint32_t happened; /* to the key, behind a colon of the second: 1 pressed, 2 repeated */
	char final;
};

/* Digits at *AT; -1: more than any number that means something. */
static int32_t take_number(const char **at)
{
	int32_t number = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++) {
		number = number < 0 ? number : number * 10 + (**at - '0');
		if (number > NUMBER_MOST)
			number = -1;
	}
	return number;
}

/* False: that has other signs in it than a key has. */
static bool take_apart(const char *at, struct sequence_parts *parts)
{
	*parts = (struct sequence_parts){ 0 };
	if (!((*at >= '0' && *at <= '9') || *at == ';')) {
		parts->final = *at;
		return *at != '\0' && at[1] == '\0';
	}
	for (;; at++) {
		int32_t number = take_number(&at);

		if (number < 0 || parts->count == NUMBERS_MAX)
			return false;
		parts->numbers[parts->count++] = (uint32_t)number;
		for (bool first = true; *at == ':'; first = false) {
			at++;
			number = take_number(&at);
			if (first && parts->count == 2 && number >= 0)
				parts->happened = (uint32_t)number;
		}
		if (*at != ';')
			break;
	}
	parts->final = *at;
	return *at != '\0' && at[1] == '\0';
}

static uint32_t held(const struct sequence_parts *parts)
{
	uint32_t keys = parts->count > 1 && parts->numbers[1] > 0 ? parts->numbers[1] - 1 : 0;

	return keys & ~(uint32_t)HELD_LOCKS;
}

/* Keys that kitty has for the numeric keypad, from 57399 on. */
static uint32_t keypad_key(uint32_t code)
{
	static const uint32_t keys[] = { '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '/',
		'*', '-', '+', KEYS_ENTER, '=', ',', KEYS_LEFT, KEYS_RIGHT, KEYS_UP, KEYS_DOWN,
		KEYS_PAGE_UP, KEYS_PAGE_DOWN, KEYS_HOME, KEYS_END, KEYS_INSERT, KEYS_DELETE };

	return code - 57399 < sizeof(keys) / sizeof(keys[0]) ? keys[code - 57399] : INPUT_NOTHING;
}

/* A key by its character, with what was held: what a terminal sends that was asked to tell all keys
 * apart, by a program before memtop. */
static uint32_t character_key(uint32_t code, uint32_t keys)
{
	if (keys & ~(uint32_t)(HELD_SHIFT | HELD_CTRL))
		return INPUT_NOTHING;
	switch (code) {
	case 9:
		return keys & HELD_SHIFT ? KEYS_BACK_TAB : KEYS_TAB;
	case 13:
		return KEYS_ENTER;
	case 27:
		return KEYS_ESC;
	case 8:
	case 127:
		return KEYS_BACKSPACE;
	default:
		break;
	}
	if (code >= 57344 && code <= 63743)
		return keypad_key(code);
	if (code < ' ' || (code > '~' && code < 0xa0) || (code >= 0xd800 && code <= 0xdfff))
		return INPUT_NOTHING;
	if (keys & HELD_CTRL)
		return code >= '@' && code <= 'z' && code != '`' ? code & 0x1f : INPUT_NOTHING;
	return keys & HELD_SHIFT && code >= 'a' && code <= 'z' ? code - 'a' + 'A' : code;
}

/* A key by its number; those of functions mean something else when others are held. */
static uint32_t numbered_key(uint32_t number, bool alone)
{
	static const uint32_t movers[] = { INPUT_NOTHING, KEYS_HOME, KEYS_INSERT, KEYS_DELETE,
		KEYS_END, KEYS_PAGE_UP, KEYS_PAGE_DOWN, KEYS_HOME, KEYS_END };

	if (number < sizeof(movers) / sizeof(movers[0]))
		return movers[number];
	if (!alone)
		return INPUT_NOTHING;
	if (number >= 11 && number <= 15)
		return KEYS_F1 + number - 11;
	return number >= 17 && number <= 21 ? KEYS_F6 + number - 17 : INPUT_NOTHING;
}

/* A key by its letter, with numbers before it. */
static uint32_t lettered_key(char letter, bool alone)
{
	static const char letters[] = "ABCDFHZPQS";
	static const uint32_t keys[] = { KEYS_UP, KEYS_DOWN, KEYS_RIGHT, KEYS_LEFT, KEYS_END,
		KEYS_HOME, KEYS_BACK_TAB, KEYS_F1, KEYS_F2, KEYS_F4 };
	const char *at = strchr(letters, letter);

	if (at == NULL || (keys[at - letters] >= KEYS_F1 && !alone))
		return INPUT_NOTHING;
	return keys[at - letters];
}

static uint32_t csi_key(const struct sequence_parts *parts)
{
	uint32_t number = parts->numbers[0];

	if (parts->count == 0 || parts->happened >= RELEASED)
		return INPUT_NOTHING;
	switch (parts->final) {
	case 'u':
		return character_key(number, held(parts));
	case '~':
		if (number == ANY_KEY && parts->count == 3)
			return character_key(parts->numbers[2], held(parts));
		return numbered_key(number, held(parts) == 0);
	case '^': /* rxvt: control, shift, both */
	case '$':
	case '@':
		return parts->count == 1 ? numbered_key(number, false) : INPUT_NOTHING;
	default:
		return number <= 1 && parts->count == 2
			       ? lettered_key(parts->final, held(parts) == 0)
			       : INPUT_NOTHING;
	}
}

uint32_t sequences_key(const char *bytes)
{
	size_t len = strlen(bytes);
	struct sequence_parts parts;

	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
		if (strcmp(sequences[i].bytes, bytes) == 0)
			return sequences[i].key;
	}
	/* Esc O 5 A, Esc O 1 ; 5 A: arrows of old with something held */
	if (len > 3 && bytes[1] == 'O')
		return lettered_key(bytes[len - 1], false);
	if (len < 3 || bytes[1] != '[' || !take_apart(bytes + 2, &parts))
		return INPUT_NOTHING;
	return csi_key(&parts);
}
