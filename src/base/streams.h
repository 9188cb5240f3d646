/* SPDX-License-Identifier: GPL-2.0-or-later */
/* streams - standard input, output and error: where whoever started us closed some, and how they
 * are written on */
#pragma once

#include <stdbool.h>

/* /dev/null, opened with FLAGS; where there is none (a chroot without /dev) a pipe at its end, as
 * good for whoever writes nothing.  -1 when even that cannot be had. */
int streams_null(int flags);

/* Descriptors 0 to 2 are never free for files we open: what is meant for them would go there.
 * Returns those that were closed, a set of 1 << number. */
unsigned streams_fill(void);

/* The first of CLOSED that is needed ("output"): output always, all three by a PROGRAM to be run;
 * NULL: none. */
const char *streams_lacking(unsigned closed, bool program);

/* Columns of the terminal that FD is open on; 0: it is none, or does not say. */
int streams_width(int fd);

/* Whether the locale that was set has UTF-8 for characters. */
bool streams_are_utf8(void);
