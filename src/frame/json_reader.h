/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_reader - one line of JSON from a peer that may lie, bounded before it is taken apart
 *
 * Private to the decoders of this room.  A parser needs some forty bytes for every value, so the
 * values of a line are counted before it is parsed: 16 MiB of zeros would otherwise become hundreds
 * of megabytes.
 */
#ifndef MEMTOP_FRAME_JSON_READER_H
#define MEMTOP_FRAME_JSON_READER_H

#include <jansson.h>
#include <stddef.h>

enum {
	JSON_READ_DEPTH_MAX = 8,       /* ours go three deep; keys unknown to us may go deeper */
	JSON_READ_VALUES_MAX = 262144, /* in a line: 7,000 processes with all their figures */
	JSON_READ_WHY_MAX = 160,
};

/* The object in LEN bytes of LINE, to be released with json_read_free; or NULL and the reason in
 * WHY (clean text). */
json_t *json_read_line(const char *line, size_t len, char why[JSON_READ_WHY_MAX]);

/* Releases it.  Nothing else in memtop may use jansson, which allocates from memory of ours. */
void json_read_free(json_t *root);

/* Writes a reason. */
void json_read_why(char why[JSON_READ_WHY_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
