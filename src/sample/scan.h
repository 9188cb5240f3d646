/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan - reading numbers and words out of a buffer that may end anywhere
 *
 * The kernel's files are text, but nothing here trusts them: every step is bounded by the end of
 * the buffer, numbers that do not fit are refused.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan {
	const char *at;
	const char *end; /* one past the last byte */
};

static inline struct scan scan_over(const char *text, size_t len)
{
	return (struct scan){ .at = text, .end = text + len };
}

/* Moves past blanks (space and tab, no newline). */
void scan_blanks(struct scan *scan);

/* The next line without its newline into LINE; false at the end. */
bool scan_line(struct scan *scan, struct scan *line);

/* Skips blanks and takes the word up to the next blank or newline into WORD; false if there is
 * none. */
bool scan_word(struct scan *scan, struct scan *word);

/* Whether the text begins with PREFIX; moves past it if so. */
bool scan_prefix(struct scan *scan, const char *prefix);

/* Skips blanks and reads a decimal number; false (and nothing moved) without a digit or when it
 * does not fit.  The signed one takes a minus. */
bool scan_u64(struct scan *scan, uint64_t *value);
bool scan_i64(struct scan *scan, int64_t *value);

/* The same, limited to the type; out of range is false. */
bool scan_i32(struct scan *scan, int32_t *value);

/* A plain fraction without sign or exponent ("12.34"), as the kernel prints percentages. */
bool scan_fraction(struct scan *scan, double *value);
