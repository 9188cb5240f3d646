/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire - what a program says to its terminal, counted
 *
 * A scanner of the byte stream a program writes to a terminal. It draws nothing: it counts the
 * sequences a test asks about, keeps the modes that are left on, and finds the mark which makes
 * waiting exact, the end of a synchronized frame (CSI ? 2026 l).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wire_event {
	WIRE_NONE,  /* nothing of note, all bytes consumed */
	WIRE_FRAME, /* the last consumed byte completed a frame */
};

/* What has been counted since the program started. */
struct wire_counts {
	uint64_t bytes;
	uint64_t frames; /* CSI ? 2026 l after CSI ? 2026 h */
	uint64_t titles; /* OSC 0, 1, 2 */
	uint64_t osc52;  /* clipboard */
	uint64_t osc;    /* any other OSC */
	uint64_t dcs;    /* DCS, SOS, PM, APC */
	uint64_t ris;    /* ESC c */
	uint64_t bells;
	uint64_t c1;      /* U+0080 to U+009F in UTF-8, which xterm obeys */
	uint64_t queries; /* CSI n, CSI c and OSC ?: what a terminal would answer */
};

/* Modes a program may leave behind it; `wire_modes_left` names those that are not as at birth. */
struct wire_modes {
	bool altscreen;     /* 47, 1047, 1049 */
	bool cursor_hidden; /* 25 */
	bool mouse;         /* 9, 1000, 1002, 1003 */
	bool mouse_sgr;     /* 1006, 1015 */
	bool focus;         /* 1004 */
	bool paste;         /* 2004 */
	bool sync;          /* 2026 */
	bool app_cursor;    /* 1 */
	bool app_keypad;    /* ESC = */
	bool no_wrap;       /* 7 */
	bool line_drawing;  /* SO, or G0 = the line drawing set */
};

enum { WIRE_TEXT_MAX = 128, WIRE_ARGS_MAX = 16 };

struct wire {
	struct wire_counts counts;
	struct wire_modes modes;
	char title[WIRE_TEXT_MAX]; /* the last title, cut */

	/* the scanner's own */
	int state;
	unsigned owed; /* bytes that the character begun wants yet (UTF-8) */
	char text[WIRE_TEXT_MAX];
	size_t text_length;
	bool private_mode;
	unsigned args[WIRE_ARGS_MAX];
	size_t arg_count;
};

void wire_init(struct wire *wire);

/* Scans bytes up to and including the first that completes an event. Returns how many bytes were
 * consumed (all of them when *event is WIRE_NONE). */
size_t wire_scan(struct wire *wire, const char *bytes, size_t length, enum wire_event *event);

/* Whether the last byte ended a sequence or a character. */
bool wire_between(const struct wire *wire);

/* Writes the names of the modes that differ from those of a fresh terminal, separated by spaces;
 * returns how many there are. */
size_t wire_modes_left(const struct wire *wire, char *out, size_t size);
