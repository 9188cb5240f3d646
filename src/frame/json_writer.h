/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_writer - JSON written by hand, for lines that are written a thousand times a second
 *
 * Numbers and strings as any JSON reader takes them; independent of the locale.  Writes into a
 * small buffer of its own first, since most values are a few digits.
 */
#ifndef MEMTOP_FRAME_JSON_WRITER_H
#define MEMTOP_FRAME_JSON_WRITER_H

#include "base/buf.h"

#include <stdint.h>

struct json_writer {
	struct buf *out;
	size_t len;
	char text[1024];
};

static inline void json_writer_init(struct json_writer *json, struct buf *out)
{
	json->out = out;
	json->len = 0;
}

/* Moves everything written so far into the buf; call it at the end. */
void json_writer_flush(struct json_writer *json);

/* Text as it is: punctuation, keys. */
void json_put_raw(struct json_writer *json, const char *text);
void json_put_char(struct json_writer *json, char c);

/* A number, which is written in full. */
void json_put_u64(struct json_writer *json, uint64_t value);
void json_put_i64(struct json_writer *json, int64_t value);

/* To hundredths; null for what is not finite.  Negative values are written as 0: no figure of
 * ours is below. */
void json_put_real(struct json_writer *json, double value);

/* A quoted string of LEN bytes, of which at most MAX are kept.  Text that is not clean
 * (base/text.h) is cleaned first, so that the line can always be read back. */
void json_put_string(struct json_writer *json, const char *text, size_t max);

#endif
