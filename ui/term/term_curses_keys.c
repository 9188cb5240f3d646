/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_curses_keys - keys from the terminal: curses' codes and sequences of our own become those of
 * keys.h, by way of input.h. */
#include "ui/term/term_curses.h"

#include "base/clock.h"
#include "ui/term/sequences.h"

#include <wchar.h>

enum {
	/* behind KEY_MAX curses has keys of its own, those with names of more than it knows */
	/* above all codes that curses uses itself */
	OWN_KEYS = 1000,
	FIRST_SEQUENCE = KEY_MAX + 1 + OWN_KEYS, /* code of the first of sequences_all */
	CHARACTER_LAST = 0x10ffff,
};

static const struct {
	int curses;
	uint32_t key;
} named_keys[] = {
	{ KEY_UP, KEYS_UP },
	{ KEY_DOWN, KEYS_DOWN },
	{ KEY_LEFT, KEYS_LEFT },
	{ KEY_RIGHT, KEYS_RIGHT },
	{ KEY_PPAGE, KEYS_PAGE_UP },
	{ KEY_NPAGE, KEYS_PAGE_DOWN },
	{ KEY_HOME, KEYS_HOME },
	{ KEY_FIND, KEYS_HOME },
	{ KEY_A1, KEYS_HOME },
	{ KEY_END, KEYS_END },
	{ KEY_SELECT, KEYS_END },
	{ KEY_C1, KEYS_END },
	{ KEY_LL, KEYS_END },
	{ KEY_A3, KEYS_PAGE_UP },
	{ KEY_C3, KEYS_PAGE_DOWN },
	{ KEY_ENTER, KEYS_ENTER },
	{ KEY_BTAB, KEYS_BACK_TAB },
	{ KEY_BACKSPACE, KEYS_BACKSPACE },
	{ KEY_DC, KEYS_DELETE },
	{ KEY_IC, KEYS_INSERT },
};

/* Our own sequences first: terminfo entries leave many keys out, or have wrong ones. */
static uint32_t named_key(int code)
{
	size_t count;
	const struct sequence *sequences = sequences_all(&count);

	if (code >= FIRST_SEQUENCE && code < FIRST_SEQUENCE + (int)count)
		return sequences[code - FIRST_SEQUENCE].key;
	if (code >= KEY_F(1) && code <= KEY_F(10))
		return KEYS_F1 + (uint32_t)(code - KEY_F(1));
	for (size_t i = 0; i < sizeof(named_keys) / sizeof(named_keys[0]); i++) {
		if (named_keys[i].curses == code)
			return named_keys[i].key;
	}
	return INPUT_NOTHING;
}

/* Sequences get codes of our own, in their order, above those of curses.  What else curses knows
 * and we do not, arrows with other keys held and the like, it is to leave to input.h. */
void term_define_keys(void)
{
	size_t count;
	const struct sequence *sequences = sequences_all(&count);

	/* curses reads the whole of a mouse's report at once, and waits for what a slow line
	 * still owes */
	keyok(KEY_MOUSE, FALSE);
	for (int code = KEY_MIN; code <= KEY_MAX + OWN_KEYS; code++) {
		if (named_key(code) == INPUT_NOTHING)
			keyok(code, FALSE);
	}
	for (size_t i = 0; i < count; i++)
		define_key(sequences[i].bytes, FIRST_SEQUENCE + (int)i);
}

/* One more byte of a character: the character, INPUT_NOTHING for a byte of none, -1 while bytes of
 * it are missing. */
static int32_t take_byte(struct term *term, char byte)
{
	bool begun = !mbsinit(&term->character);
	wchar_t code = 0;
	size_t len = mbrtowc(&code, &byte, 1, &term->character);

	if (len == (size_t)-2)
		return -1;
	if (len == (size_t)-1) {
		term->character = (mbstate_t){ 0 };
		/* one that was cut short: this byte may begin the next */
		return begun ? take_byte(term, byte) : INPUT_NOTHING;
	}
	/* the C library takes more for characters than there are */
	return code >= 0 && code <= CHARACTER_LAST ? code : INPUT_NOTHING;
}

/* False when nothing is there but, at most, the first bytes of a character.  Bytes, not
 * wget_wch(3): that throws away a character which comes in two parts, and says that nothing is
 * there when a key follows bytes of none. */
static bool read_raw(struct term *term, struct key *raw)
{
	int32_t code;

	do {
		int got = wgetch(term->pad);

		term->ahead = false;
		if (got == ERR)
			return false;
		if (got >= KEY_MIN) {
			term->character = (mbstate_t){ 0 };
			code = (int32_t)named_key(got);
		} else {
			code = take_byte(term, (char)got);
		}
	} while (code < 0);
	*raw = (struct key){ .code = (uint32_t)code };
	return true;
}

/* Whether more input is there, in curses' hands or the terminal's. */
static bool term_more_input(struct term *term)
{
	int got = wgetch(term->pad);

	if (got == ERR)
		return false;
	ungetch(got);
	term->ahead = true;
	return true;
}

bool term_holds_key(const struct term *term)
{
	return term->ahead || term->waiting.code != 0;
}

bool term_key(struct term *term, struct key *key)
{
	struct key raw;

	if (term->waiting.code) {
		*key = term->waiting;
		term->waiting.code = 0;
		return true;
	}
	while (!term->gone && read_raw(term, &raw)) {
		struct key keys[INPUT_KEYS_MAX];
		int count = input_feed(&term->input, &raw, term_more_input(term), clock_mono_ms(),
			keys);

		if (count > 1)
			term->waiting = keys[1];
		if (count > 0) {
			*key = keys[0];
			return true;
		}
	}
	if (!term->gone && !tty_hung_up(&term->tty))
		return false;
	term->gone = true;
	*key = (struct key){ .code = KEYS_CLOSED };
	return true;
}

void term_take_paste(struct term *term, bool take)
{
	term->input.take_paste = take;
}
