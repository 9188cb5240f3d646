/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_curses - what the files of the curses terminal share; for term_curses*.c only
 *
 * term_curses.c       which terminal it is, entering and leaving, canvases onto it
 * term_curses_keys.c  keys from it
 */
#ifndef MEMTOP_UI_TERM_CURSES_H
#define MEMTOP_UI_TERM_CURSES_H

#include "ui/input.h"
#include "ui/outlet.h"
#include "ui/term.h"
#include "ui/tty.h"

#include <curses.h>
#include <stdio.h>
#include <wchar.h>

enum {
	TERM_PAIRS_MAX = 64, /* colour pairs in use; styles need fewer */
};

struct term {
	struct tty tty;
	FILE *in_file;     /* what curses reads */
	FILE *memory_file; /* what curses writes */
	int memory;        /* its descriptor */
	SCREEN *screen;
	WINDOW *pad; /* to read keys from: reading from a window would draw it */
	bool entered, gone, utf8;
	bool mouse; /* its reports are asked for */
	/* knows mouse, bracketed paste and synchronized updates, or ignores them */
	bool modern;
	int colors;
	enum theme_id theme;
	short pair_fg[TERM_PAIRS_MAX], pair_bg[TERM_PAIRS_MAX];
	int pairs;
	int back_fg, back_bg; /* what stands for the terminal's own colours; -1 where it has them */

	struct canvas shown; /* what is on the screen */
	bool shown_valid;

	struct outlet outlet;
	struct input input;
	mbstate_t character; /* one whose first bytes have come */
	struct key waiting;  /* second key of two that came at once */
	bool ahead;          /* curses holds what was read to see whether there is more */
};

/* Tells curses of the keys of sequences.h. */
void term_define_keys(void);

/* Whether more input is there, in curses' hands or the terminal's. */
bool term_more_input(struct term *term);

#endif
