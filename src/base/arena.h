/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena - memory of one lifetime, freed in one call
 *
 * A frame's strings and arrays live in one.  Blocks grow as needed; a reset keeps the largest
 * block, so that a steady tick asks the system for nothing.
 */
#pragma once

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *first; /* newest block */
	size_t used;               /* bytes used of it */
	unsigned spare;            /* resets in a row after little of it was used */
};

/* An empty arena; nothing is allocated yet. */
void arena_init(struct arena *arena);
void arena_done(struct arena *arena); /* NULL is fine */

/* Frees everything taken from it; the largest block (up to 1 MiB) is kept for the next use, unless
 * less than an eighth of it was used the last few times. */
void arena_reset(struct arena *arena);

/* COUNT zeroed objects of SIZE bytes, aligned for any type.  Never NULL (see xalloc.h). */
void *arena_take(struct arena *arena, size_t count, size_t size);

/* A copy of LEN bytes of TEXT, NUL-terminated. */
char *arena_text(struct arena *arena, const char *text, size_t len);

/* Bytes it holds. */
size_t arena_held(const struct arena *arena);
