/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text - names from outside made safe once, and the width they take on a screen
 *
 * Names, command lines, user names, paths and cgroups are hostile: escape sequences, line breaks,
 * invalid UTF-8, direction overrides, zero-width characters.  They are cleaned here, once, where
 * they enter (sampler, reader, decoder), and nowhere else; all text inside memtop is clean UTF-8.
 * Safety never depends on the locale.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Cleans LEN bytes of IN (NULs allowed: they separate arguments and become spaces; trailing ones
 * go) into OUT as NUL-terminated UTF-8 of at most CAP - 1 bytes, cut at a character.  Replaced
 * by `?`, one for each offending byte or character, so that widths stay honest: C0, DEL, C1,
 * invalid or overlong UTF-8, surrogates, noncharacters, private use, bidirectional controls
 * (U+061C, U+200E/F, U+202A-E, U+2066-9), zero-width and other default-ignorable characters,
 * line and paragraph separators, tags, and combining marks beyond two on one base or with no
 * base before them.  CAP >= 1.  Returns the length written.  Cleaning clean text changes
 * nothing. */
size_t text_clean(char *out, size_t cap, const char *in, size_t len);

/* Whether TEXT is what text_clean would leave as it is. */
bool text_is_clean(const char *text, size_t len);

/* Reads one character of clean UTF-8 at *TEXT and moves past it; 0 at the end. */
uint32_t text_next(const char **text);

/* Writes C as UTF-8 (1 to 4 bytes, no NUL); returns the count. */
size_t text_put(char out[4], uint32_t c);

/* Columns a character takes: 0 (combining), 1 or 2 (East Asian wide, emoji).  A table of our own
 * (Unicode's EastAsianWidth and general categories), since wcwidth(3) depends on the locale. */
int text_char_width(uint32_t c);

/* Columns of a clean text; of its first LEN bytes for the second. */
int text_width(const char *text);
int text_widthn(const char *text, size_t len);

/* How many bytes of clean TEXT fit into COLUMNS columns, whole characters with their marks;
 * *USED (may be NULL) gets the columns they take. */
size_t text_fit(const char *text, int columns, int *used);

/* How many bytes of TEXT make a line of COLUMNS, cut between words. */
size_t text_wrap(const char *text, int columns);

/* The end of TEXT that fits into COLUMNS: of a path it is the telling part. */
const char *text_tail(const char *text, int columns);

/* TEXT in COLUMNS (3 at least) of terminals that know "…", its middle left out where it is longer;
 * OUT has room for SIZE bytes, 4 a column are enough but for marks that are put on letters. */
void text_cut_middle(char *out, size_t size, const char *text, int columns);

/* Case-insensitive search for ASCII letters (others byte for byte); "" is in everything. */
bool text_contains(const char *text, const char *part);

/* Whether TEXT begins with PREFIX. */
bool text_begins(const char *text, const char *prefix);

/* The part of PATH behind the last '/', or all of it. */
const char *text_base_name(const char *path);

/* Writes behind the text that stands in OUT, of SIZE bytes, as by printf(3); what does not fit is
 * cut. */
void text_append(char *out, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
