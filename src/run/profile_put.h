/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_put - the members of the JSON objects that reports are made of
 *
 * Each writes "KEY":VALUE, with a comma before it unless FIRST in its object.
 */
#ifndef MEMTOP_RUN_PROFILE_PUT_H
#define MEMTOP_RUN_PROFILE_PUT_H

#include "frame/json_writer.h"

#include <stdbool.h>
#include <stdint.h>

/* The key alone; the caller writes the value. */
void profile_put_key(struct json_writer *json, const char *key, bool first);

/* TEXT is clean UTF-8. */
void profile_put_text(struct json_writer *json, const char *key, bool first, const char *text);

/* To milliseconds; below 0 is 0. */
void profile_put_seconds(struct json_writer *json, const char *key, bool first, double seconds);

/* As bytes. */
void profile_put_kib(struct json_writer *json, const char *key, uint64_t kib);

/* null unless KNOWN. */
void profile_put_count(struct json_writer *json, const char *key, bool known, int64_t count);

/* "at_most": the names, COUNT of them, for which IS holds. */
void profile_put_at_most(struct json_writer *json, const char *const *names, const bool *is,
	size_t count);

/* A key and true or false. */
void profile_put_bool(struct json_writer *json, const char *key, bool value);

#endif
