/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_writer - JSON written by hand, for lines that are written a thousand times a second
 *
 * Numbers and strings as any JSON reader takes them; independent of the locale.  Writes into a
 * small buffer of its own first, since most values are a few digits.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct json_writer {
	struct buf *out;
	size_t len;
	char last; /* the byte before those in `text`; '\0': none */
	char text[1024];
};

static inline void json_writer_init(struct json_writer *json, struct buf *out)
{
	json->out = out;
	json->len = 0;
	json->last = '\0';
}

/* Moves everything written so far into the buf; call it at the end. */
void json_writer_flush(struct json_writer *json);

/* Text as it is: punctuation, keys. */
void json_put_raw(struct json_writer *json, const char *text);
void json_put_char(struct json_writer *json, char c);

/* A number, which is written in full. */
void json_put_i64(struct json_writer *json, int64_t value);

/* To hundredths; null for what is not finite.  Negative values are written as 0: no figure of
 * ours is below. */
void json_put_real(struct json_writer *json, double value);

/* TEXT in quotes, of which at most MAX bytes are kept.  Text that is not clean
 * (base/text.h) is cleaned first, so that the line can always be read back. */
void json_put_string(struct json_writer *json, const char *text, size_t max);

/* --- objects and arrays -------------------------------------------------------------------------
 *
 * These put the comma where one is due, which the byte before tells: nothing is due at the start of
 * a line, behind a bracket that opens and behind a key. */

/* A member's name; its value is written next. */
void json_key(struct json_writer *json, const char *key);

/* BRACKET is '{' or '['; to close, '}' or ']'.  KEY NULL, here and below: an item of an array (or
 * the whole). */
void json_open(struct json_writer *json, const char *key, char bracket);
void json_close(struct json_writer *json, char bracket);

/* Values; what is not KNOWN is null. */
void json_add_null(struct json_writer *json, const char *key);
void json_add_bool(struct json_writer *json, const char *key, bool value);
void json_add_number(struct json_writer *json, const char *key, bool known, int64_t value);
void json_add_real(struct json_writer *json, const char *key, bool known, double value);

/* NULL is null. */
void json_add_text(struct json_writer *json, const char *key, const char *text);

/* KiB as bytes; UINT64_MAX (no limit) is null, too. */
void json_add_kib(struct json_writer *json, const char *key, bool known, uint64_t kib);

/* Milliseconds as seconds, none lost. */
void json_add_ms(struct json_writer *json, const char *key, bool known, uint64_t ms);

/* To milliseconds; below 0 is 0. */
void json_add_seconds(struct json_writer *json, const char *key, bool known, double seconds);

/* An array of those of the COUNT names for which IS holds. */
void json_add_names(struct json_writer *json, const char *key, const char *const *names,
	const bool *is, size_t count);
