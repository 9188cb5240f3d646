/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode - lines of JSON back into frames, from a peer that may lie
 *
 * The only parser of streams and recordings, live or remote: every length, count, depth and range
 * is bounded, text is cleaned again, unknown keys are ignored.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct frame;
struct stream_header;

enum {
	DECODE_LINE_MAX = 16 * 1024 * 1024, /* bytes of a line */
	DECODE_WHY_MAX = 160,               /* bytes of a reason */
};

/* Parses LEN bytes (one line, with or without its newline).  0, or -EINVAL and a reason of at most
 * DECODE_WHY_MAX bytes in WHY ("usages: pid out of range"); -EPROTONOSUPPORT for a newer version.
 * decode_frame fills a frame that is new or reset; on failure its content is undefined but safe to
 * reset or free.  Lists that must be sorted are; of several entries for one pid one is kept. */
int decode_header(struct stream_header *header, const char *line, size_t len,
	char why[DECODE_WHY_MAX]);
int decode_frame(struct frame *frame, const char *line, size_t len, char why[DECODE_WHY_MAX]);

/* Whether a line is a header by its first bytes; a recording that was appended to has several. */
bool decode_is_header(const char *line, size_t len);

/* Whether it is one or the beginning of one that was cut. */
bool decode_may_be_header(const char *line, size_t len);
