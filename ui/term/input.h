/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input - from what a terminal sends to keys: pure
 *
 * The terminal library knows the keys its description names.  What is left is settled here: Esc
 * alone against sequences (sequences.h), also where a slow line brings them in pieces; those nobody
 * knows are swallowed, so that their letters never act as commands.  The mouse's reports (curses
 * would wait for the rest of one that was cut off, for ever), pasted text, and the second of two
 * clicks.
 */
#pragma once

#include "ui/draw/keys.h"

/* Codes besides characters and enum key_code.  NOTHING: a key without a name here, or a byte that
 * is no character; it does nothing, but what stood before it is now known to be over. */
enum { INPUT_NOTHING = 0, INPUT_PASTE_BEGIN = 0x300000, INPUT_PASTE_END };

enum { INPUT_KEYS_MAX = 2, INPUT_REPORT_NUMBERS = 3, INPUT_SEQUENCE_MAX = 32 };

struct input {
	enum input_state {
		INPUT_PLAIN,
		INPUT_ESC,    /* Esc, and more follows at once */
		INPUT_CSI,    /* Esc [ ... up to a letter */
		INPUT_SS3,    /* Esc O and one more, digits before it */
		INPUT_STRING, /* Esc ] P X ^ _ ... up to BEL or Esc \ */
		INPUT_STRING_ESC,
		INPUT_REPORT,     /* Esc [ < button ; column ; row, up to M or m */
		INPUT_REPORT_OLD, /* Esc [ M and three characters, each 32 above its number */
	} state;
	unsigned swallowed;                /* characters of a sequence */
	char sequence[INPUT_SEQUENCE_MAX]; /* its first bytes, Esc among them */
	uint64_t piece_ms;                 /* when some of it came last */
	uint64_t esc_ms;                   /* when Esc came alone; 0: something came since */
	int report[INPUT_REPORT_NUMBERS];
	int reported;       /* numbers that are complete */
	uint64_t report_ms; /* when something of it came last */
	bool pasting, take_paste;
	uint64_t paste_ms; /* last pasted character */
	bool followed;     /* more was there behind the last character: what took long was us */
	uint64_t click_ms;
	int click_x, click_y;
};

/* Begins without a byte. */
void input_init(struct input *input);

/* RAW: a character, a code of keys.h or one of the above.  MORE: further input is there
 * already.  Returns how many keys came of it, 0 to 2. */
int input_feed(struct input *input, const struct key *raw, bool more, uint64_t now_ms,
	struct key out[INPUT_KEYS_MAX]);
