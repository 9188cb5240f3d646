/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terminal - the terminal and its guard: taken, given to others (^Z, fg, bg) and had back, left
 *
 * What ends memtop meanwhile is told in `error` and `end_signal`.
 */
#pragma once

#include "ui/term/guard.h"
#include "ui/term/term.h"

struct terminal {
	struct term *term;
	struct guard guard;
	int end_signal; /* that asked us to end; 0: none */
	int error;      /* -errno: the terminal cannot be used any more */
};

/* Once it is our turn: before, the terminal is neither drawn to nor are its settings to be kept.
 * 0; else `error` or `end_signal` say why not, with a line in WHY where term_open has one.  WHY may
 * have a note on success, too (term_open). */
int terminal_open(struct terminal *terminal, const struct term_options *options, char why[200]);
void terminal_close(struct terminal *terminal);

/* Stops, the WHOLE job or memtop alone, and comes back when the terminal is ours again. */
void terminal_suspend(struct terminal *terminal, bool whole);
void terminal_continued(struct terminal *terminal); /* after a stop from outside */

/* TITLE for the window; the one it had comes back with whatever ends memtop. */
void terminal_title(struct terminal *terminal, const char *title);

/* Starts a guard that is LOST again; true: it did. */
bool terminal_replace_guard(struct terminal *terminal, bool lost);
