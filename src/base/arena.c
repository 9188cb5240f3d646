/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena - memory of one lifetime, freed in one call
 *
 * Blocks hang in a list, the newest first; only the newest is filled.  Knows nothing of what it
 * holds.
 */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	/* a page: less would be rounded up by malloc(3) in the end */
	BLOCK_MIN = 4096,
	BLOCK_KEPT_MAX = 1 << 20,  /* larger ones are not kept by a reset, nor made ahead */
	SPARE_MIN = 4 * BLOCK_MIN, /* a smaller block stays whatever is used of it */
	SPARE_SHARE = 8,
	SPARE_RESETS = 4,
	ALIGN = _Alignof(max_align_t),
};

struct arena_block {
	struct arena_block *next;
	size_t size; /* of data, in bytes */
	max_align_t data[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

static void free_blocks(struct arena_block *block, const struct arena_block *except)
{
	while (block != NULL) {
		struct arena_block *next = block->next;
		if (block != except)
			free(block);
		block = next;
	}
}

void arena_done(struct arena *arena)
{
	if (arena == NULL)
		return;
	free_blocks(arena->first, NULL);
	arena_init(arena);
}

/* Whether its one block has been far too large for some time: a burst (a key frame, a start) made
 * it. */
static bool is_spare(struct arena *arena)
{
	const struct arena_block *block = arena->first;
	bool little = block != NULL && block->next == NULL && block->size > SPARE_MIN &&
		      arena->used < block->size / SPARE_SHARE;

	arena->spare = little ? arena->spare + 1 : 0;
	return arena->spare >= SPARE_RESETS;
}

void arena_reset(struct arena *arena)
{
	struct arena_block *kept = NULL;
	bool spare = is_spare(arena);

	for (struct arena_block *block = arena->first; block != NULL && !spare; block = block->next)
		if (block->size <= BLOCK_KEPT_MAX && (kept == NULL || block->size > kept->size))
			kept = block;
	free_blocks(arena->first, kept);
	if (kept != NULL)
		kept->next = NULL;
	arena->first = kept;
	arena->used = 0;
}

/* Each block is twice the one before, so that a big frame takes few of them. */
static size_t next_block_size(const struct arena *arena, size_t need)
{
	size_t size = arena->first != NULL ? arena->first->size * 2 : BLOCK_MIN;

	if (size > BLOCK_KEPT_MAX)
		size = BLOCK_KEPT_MAX;
	return size < need ? need : size;
}

/* In front of the others, since the next pieces come from it. */
static void add_block(struct arena *arena, size_t need)
{
	size_t size = next_block_size(arena, need);
	struct arena_block *block = xalloc(sizeof(*block) + size);

	block->next = arena->first;
	block->size = size;
	arena->first = block;
	arena->used = 0;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	/* an impossible size ends in xalloc; the slack covers header and rounding */
	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		bytes = SIZE_MAX / 2;
	bytes = bytes ? (bytes + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
	if (arena->first == NULL || arena->first->size - arena->used < bytes)
		add_block(arena, bytes);
	char *memory = (char *)arena->first->data + arena->used;
	arena->used += bytes;
	return memset(memory, 0, bytes);
}

char *arena_text(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_take(arena, len < SIZE_MAX ? len + 1 : len, 1);

	if (len)
		memcpy(copy, text, len);
	return copy;
}

size_t arena_held(const struct arena *arena)
{
	size_t held = 0;

	for (const struct arena_block *block = arena->first; block != NULL; block = block->next)
		held += sizeof(*block) + block->size;
	return held;
}
