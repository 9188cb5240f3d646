/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_output - bytes on their way to a terminal that may be slow
 *
 * Never blocks: what the terminal does not take now waits here.  One frame is put in at a time, so
 * that at most one waits and the next is drawn from the newest figures.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct term_output {
	int fd;
	struct buf waiting;
	size_t sent;      /* bytes of `waiting` that are out */
	uint64_t written; /* since the beginning */
};

/* Begins with nothing to write; FD stays the caller's. */
void term_output_init(struct term_output *output, int fd);
void term_output_done(struct term_output *output); /* the descriptor stays open */

/* Takes LEN bytes to be written when the terminal can. */
void term_output_put(struct term_output *output, const char *bytes, size_t len);

/* Writes what is taken now: 1 all is out, 0 some waits, -EIO the terminal is gone. */
int term_output_flush(struct term_output *output);

/* Whether the terminal would take bytes now; false when it is gone, too. */
bool term_output_ready(const struct term_output *output);

/* As term_output_flush, but gives a slow terminal up to TIMEOUT_MS.  One that takes nothing by then
 * (a line that hangs) loses what is on its way to it, for the room; what it does not take even then
 * is dropped. */
int term_output_drain(struct term_output *output, int timeout_ms);
