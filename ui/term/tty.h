/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tty - the terminal as a device: which descriptors, which settings, which size; no curses
 */
#pragma once

#include <stdbool.h>
#include <termios.h>

struct tty {
	int in, out;          /* -1: none */
	bool own_in;          /* IN was opened here */
	struct termios modes; /* as they were */
};

/* Standard output, and standard input or, where that is something else, /dev/tty.  0, or -errno
 * with a line for a person in WHY. */
int tty_open(struct tty *tty, char why[200]);
void tty_close(struct tty *tty); /* NULL is fine; the settings are tty_leave's */

/* Takes the settings the terminal has now for those it is to have again. */
void tty_learn(struct tty *tty);

/* Every key at once and unchanged, nothing echoed, no signals from keys; and back, but not while
 * another job has the terminal: then it has that job's settings. */
void tty_enter(const struct tty *tty);
void tty_leave(const struct tty *tty);

/* In cells, as the terminal says now.  Where it does not (a serial line: 0) COLUMNS and LINES of
 * the environment, else 80x24.  1000x400 at most: a size nobody can look at costs no memory. */
void tty_size(const struct tty *tty, int *width, int *height);

/* For when nothing could be read: whether nothing ever will be again. */
bool tty_hung_up(const struct tty *tty);

/* Whether the window has a title of ours, which tty_emergency takes away. */
void tty_titled(bool titled);

/* Between tty_enter and tty_leave: puts the terminal back (restore.h), once.  Async-signal-safe. */
void tty_emergency(void);
