/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_curses - what the files of the curses terminal share; for term_curses*.c only
 *
 * term_curses.c       which terminal it is, entering and leaving, canvases onto it
 * term_curses_paint.c the canvas onto it
 * term_curses_keys.c  keys from it
 * term_curses_extra.c title, clipboard, bell
 */
#pragma once

#include "ui/term/input.h"
#include "ui/term/term_output.h"
#include "ui/term/term.h"
#include "ui/term/tty.h"

#include <curses.h>
#include <stdio.h>
#include <wchar.h>

enum { PAINT_ATTRIBUTES = 4, PAINT_KEPT = 24 };

/* A string of the description with a number in it, as it was written last. */
struct paint_kept {
	const char *string; /* NULL: none */
	int number;
	char text[28];
};

/* The strings for drawing in the terminal's description (terminfo(5); NULL: it has not), and where
 * the terminal is with it. */
struct paint {
	const char *go, *right, *clear, *clear_right; /* cup, cuf, clear, el */
	const char *plain;                            /* sgr0 */
	const char *attributes[PAINT_ATTRIBUTES];     /* in the order of LOOK_* */
	const char *wrap_off, *wrap_on;               /* rmam, smam */
	const char *insert, *insert_some;             /* ich1, ich */
	const char *hide, *show;                      /* civis, cnorm */
	const char *take_screen, *give_screen;        /* smcup, rmcup */
	const char *take_keys, *give_keys;            /* smkx, rmkx */
	const char *fg, *bg, *own_colors;             /* setaf, setab or setf, setb; op */
	bool wraps, waits;                            /* am, xenl */
	bool blue_first;                              /* FG and BG are setf and setb */
	bool plain_is_all;                            /* PLAIN resets colours, too */
	unsigned ncv;
	int colors; /* 0, 8, 16 or 256 */
	bool dark;  /* the terminal's own ground is known to be */

	int x, y;    /* where the cursor is, while PLACED */
	bool placed; /* false: nobody knows for sure */
	struct theme_look look;
	bool look_known;
	bool cursor_shown, cursor_known;

	struct paint_kept kept[PAINT_KEPT]; /* colours; more than a theme has */
	unsigned kept_next;                 /* where the next one goes */
};

struct term {
	struct tty tty;
	FILE *in_file;     /* what curses reads */
	FILE *memory_file; /* what curses would write, which nobody reads */
	SCREEN *screen;
	WINDOW *pad; /* to read keys from: reading from a window would draw it */
	bool entered, gone, utf8;
	bool mouse; /* its reports are asked for */
	/* knows mouse, bracketed paste and synchronized updates, or ignores them */
	bool modern;
	bool titled; /* its own title is to be put back */
	enum theme_id theme;

	struct paint paint;
	struct canvas shown; /* what is on the screen */
	bool shown_valid;

	struct term_output output;
	struct input input;
	mbstate_t character; /* one whose first bytes have come */
	struct key waiting;  /* second key of two that came at once */
	bool ahead;          /* curses holds what was read to see whether there is more */
};

/* Looks up what the terminal can; COLOR false: no colours, whatever it has.  False: no memory. */
bool paint_describe(struct paint *paint, bool color);

/* A string of the description (NULL: nothing) to the output. */
void paint_string(struct term *term, const char *string);

/* The same with NUMBER in it; and the one that places the cursor. */
void paint_number(struct term *term, const char *string, int number);
void paint_place(struct term *term, int x, int y);

/* Writes what differs from the screen to the output; all of it unless term->shown_valid. */
void paint_canvas(struct term *term, const struct canvas *canvas);

/* Tells curses of the keys of sequences.h. */
void term_define_keys(void);

/* Title, clipboard and bell are the terminal's own again. */
void extra_leave(struct term *term);

/* Gives the terminal back as others expect it: the look it had, its cursor, its keys, its
 * screen. */
void paint_leave(struct term *term);
