/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pen - JSON written by hand, for lines that are written a thousand times a second
 *
 * Numbers and strings as any JSON reader takes them; independent of the locale.  Writes into a
 * small buffer of its own first, since most values are a few digits.
 */
#ifndef MEMTOP_FRAME_PEN_H
#define MEMTOP_FRAME_PEN_H

#include "base/buf.h"

#include <stdint.h>

struct pen {
	struct buf *out;
	size_t len;
	char text[1024];
};

static inline void pen_init(struct pen *pen, struct buf *out)
{
	pen->out = out;
	pen->len = 0;
}

/* Moves everything written so far into the buf; call it at the end. */
void pen_flush(struct pen *pen);

/* Text as it is: punctuation, keys. */
void pen_raw(struct pen *pen, const char *text);
void pen_char(struct pen *pen, char c);

void pen_u64(struct pen *pen, uint64_t value);
void pen_i64(struct pen *pen, int64_t value);

/* To hundredths; null for what is not finite.  Negative values are written as 0: no figure of
 * ours is below. */
void pen_real(struct pen *pen, double value);

/* A quoted string of LEN bytes, of which at most MAX are kept.  Text that is not clean
 * (base/text.h) is cleaned first, so that the line can always be read back. */
void pen_string(struct pen *pen, const char *text, size_t max);

#endif
