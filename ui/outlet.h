/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outlet - bytes on their way to a terminal that may be slow
 *
 * Never blocks: what the terminal does not take now waits here.  One frame is put in at a time, so
 * that at most one waits and the next is drawn from the newest figures.
 */
#ifndef MEMTOP_UI_OUTLET_H
#define MEMTOP_UI_OUTLET_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct outlet {
	int fd;
	struct buf waiting;
	size_t sent;      /* bytes of `waiting` that are out */
	uint64_t written; /* since the beginning */
};

void outlet_init(struct outlet *outlet, int fd);
void outlet_done(struct outlet *outlet); /* the descriptor stays open */

void outlet_put(struct outlet *outlet, const char *bytes, size_t len);

/* Writes what is taken now: 1 all is out, 0 some waits, -EIO the terminal is gone. */
int outlet_flush(struct outlet *outlet);

/* Whether the terminal would take bytes now; false when it is gone, too. */
bool outlet_ready(const struct outlet *outlet);

/* As outlet_flush, but gives a slow terminal up to TIMEOUT_MS; what it has not taken by then is
 * dropped. */
int outlet_drain(struct outlet *outlet, int timeout_ms);

#endif
