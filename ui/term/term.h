/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term - the terminal a canvas is shown on
 *
 * The one implementation with a real terminal is term_curses.c.  Only cells that differ from what
 * is on the screen are written; a terminal that does not take more output right now gets nothing
 * (term_draw says so) and the newest canvas later.
 */
#pragma once

#include "ui/draw/canvas.h"
#include "ui/draw/keys.h"
#include "ui/draw/theme.h"

#include <signal.h>

struct term;

struct term_options {
	bool color; /* false: none, whatever the terminal can (NO_COLOR, --no-color) */
	bool mouse;
	enum theme_id theme;
};

/* 0 and *TERM, or -errno with a line for a person in WHY (what failed and what to do): standard
 * output is no terminal, or a terminal cannot move its cursor.  WHY may have a note on success,
 * too (a TERM that is unknown is drawn as a plainer one); else it is "". */
int term_open(struct term **term, const struct term_options *options, char why[200]);

/* Puts the terminal back as it was; NULL is fine. */
void term_close(struct term *term);

/* Leaves and re-enters the terminal around a stop (^Z): term_leave, job_stop, term_enter. */
void term_leave(struct term *term);
void term_enter(struct term *term);

/* After a stop from outside, which left no time to leave: whoever had the terminal meanwhile may
 * have changed anything, but what it was like before memtop is known. */
void term_again(struct term *term);

int term_fd(const struct term *term); /* to poll for keys */
/* asks the terminal: after SIGWINCH too */
void term_size(struct term *term, int *width, int *height);
bool term_utf8(const struct term *term);
int term_colors(const struct term *term);
void term_set_theme(struct term *term, enum theme_id theme);

/* Shows CANVAS: 1 written, 0 nothing to write or not now (a slow terminal: call again when
 * term_writable), -EIO when the terminal is gone. */
int term_draw(struct term *term, const struct canvas *canvas);
bool term_writable(struct term *term);

/* To poll for output when a part of a frame waits for a slow terminal (then call term_draw, or
 * term_flush where there is no canvas yet); else -1. */
int term_wait_fd(const struct term *term);
void term_flush(struct term *term);
void term_redraw(struct term *term); /* the next draw writes every cell (Ctrl-L) */

/* The next key typed; false when there is none.  KEYS_CLOSED: the terminal is gone, for good. */
bool term_key(struct term *term, struct key *key);

/* Whether a key has been read that term_key has not returned yet: polling will not tell of it. */
bool term_holds_key(const struct term *term);

/* Whether pasted text comes as keys, which is for a line being typed (its control characters
 * come as blanks), or is dropped, so that a paste never acts as commands: the default. */
void term_take_paste(struct term *term, bool take);

/* Services of a terminal besides showing cells, where it may be expected to know how (one that has
 * a mouse).  TITLE: what its window is called until the end, when it gets back the one it had
 * (false: not this one); TEXT into its clipboard (OSC 52), clean; a bell, or WORDS as a notice (OSC
 * 9; NULL: a bell, which any terminal has). */
bool term_title(struct term *term, const char *title);
void term_copy(struct term *term, const char *text);
void term_ring(struct term *term, const char *words);

/* Puts the terminal back from a signal handler or on the way out of a failed allocation; nothing
 * else of term works afterwards.  Async-signal-safe; does nothing when no terminal is in use. */
void term_emergency(void);
