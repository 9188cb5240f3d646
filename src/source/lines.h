/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lines - a stream of bytes cut into lines, within bounds
 *
 * Fill it with lines_room and lines_grew (or read(2) through lines_read), take lines out with
 * lines_next.  A line beyond the limit is dropped, reported once, and its memory given back.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct lines {
	struct buf buf;
	size_t max;      /* bytes of a line */
	size_t keep;     /* bytes of memory kept when nothing waits in it */
	size_t taken;    /* bytes of buf that were handed out */
	size_t searched; /* bytes of buf in which there is no newline, from the front */
	bool dropping;   /* up to the next newline: the line is too long */
	bool dropped;    /* one was dropped since lines_dropped was asked */
};

/* No bytes yet; a line may have MAX of them.  Done frees; clear forgets what is held. */
void lines_init(struct lines *lines, size_t max);
void lines_done(struct lines *lines);
void lines_clear(struct lines *lines);

/* Room for at least MORE bytes; lines_grew says how many came.  What lines_next returned is
 * gone. */
char *lines_room(struct lines *lines, size_t more);
void lines_grew(struct lines *lines, size_t count);

/* One read(2) of at most MORE bytes from FD: what it returned, or -errno. */
ssize_t lines_read(struct lines *lines, int fd, size_t more);

/* The next whole line without its newline, *LEN bytes, NUL-terminated; lives until the next call
 * but lines_dropped.  NULL when more bytes are needed. */
const char *lines_next(struct lines *lines, size_t *len);

/* Whether a line was too long since the last call. */
bool lines_dropped(struct lines *lines);

/* Bytes of a line that has begun and not ended. */
size_t lines_rest(const struct lines *lines);
