/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_put - the members of the JSON objects that reports are made of
 *
 * Each writes "KEY":VALUE, with a comma before it unless FIRST in its object.
 */
#ifndef MEMTOP_RUN_TALLY_PUT_H
#define MEMTOP_RUN_TALLY_PUT_H

#include "frame/pen.h"

#include <stdbool.h>
#include <stdint.h>

/* The key alone; the caller writes the value. */
void tally_put_key(struct pen *pen, const char *key, bool first);

/* TEXT is clean UTF-8. */
void tally_put_text(struct pen *pen, const char *key, bool first, const char *text);

/* To milliseconds; below 0 is 0. */
void tally_put_seconds(struct pen *pen, const char *key, bool first, double seconds);

/* As bytes. */
void tally_put_kib(struct pen *pen, const char *key, uint64_t kib);

/* null unless KNOWN. */
void tally_put_count(struct pen *pen, const char *key, bool known, int64_t count);

/* "at_most": the names, COUNT of them, for which IS holds. */
void tally_put_at_most(struct pen *pen, const char *const *names, const bool *is, size_t count);

void tally_put_bool(struct pen *pen, const char *key, bool value);

#endif
