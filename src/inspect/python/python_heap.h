/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_heap - all blocks a Python has allocated: those in pymalloc's pools, and malloc's
 * chunks, which hold what is larger than 512 bytes
 *
 * Neither an arena list nor a symbol is needed: a pool proves itself by its head, whose five
 * numbers must agree, and malloc's heaps by chunks that lead from the first to the end.  Blocks
 * on a free list are left out; it is followed inside the copy of the pool that was read at once,
 * so that a program that goes on allocating does not lead it astray. /
 */
#pragma once

#include "inspect/python/python_type.h"

enum { PYTHON_BLOCK_HAVE = 256 }; /* bytes of a block that are there to be looked at, or all */

struct python_block {
	uint64_t at;                /* where its user's bytes begin */
	uint64_t size;              /* bytes */
	const unsigned char *bytes; /* min(size, PYTHON_BLOCK_HAVE) of them */
};

/* Sums; bytes. */
struct python_heap_sums {
	uint64_t pools;       /* with blocks in use */
	uint64_t pools_empty; /* all free, and still in memory */
	uint64_t blocks;      /* in use */
	uint64_t bytes;       /* of them */
	uint64_t kept;        /* in memory, of the pools, and in no block in use */
	uint64_t chunks;      /* of malloc, in use; mapped ones included */
	uint64_t resyncs;     /* how often a chain of chunks broke and was found again */
};

/* Where to begin looking for the chunk an address is in: the first one of each 4 KiB, ascending. */
struct python_marks {
	uint64_t *at;
	size_t count, cap;
};

/* Chunks one behind the other: those of a heap of malloc's, or one that has a mapping of its own.
 */
struct python_span {
	uint64_t first, end;
	bool mapped;
	bool leaf; /* its chunk holds nothing that refers to anything */
};

struct python_heap {
	const struct python *python;
	struct python_types *types; /* learns where pools are */
	uint64_t *pools;            /* ascending */
	size_t pool_count, pool_cap;
	size_t known_count; /* of them, when a walk begins: further ones are met on the way */
	struct python_span *spans; /* ascending */
	size_t span_count, span_cap;
	struct python_marks marks;
	struct python_heap_sums sums;
	struct python_near *near; /* the pool that was looked at last */
};

/* The heap of PYTHON, nothing of it read yet; TYPES outlives it. */
void python_heap_init(struct python_heap *heap, const struct python *python,
	struct python_types *types);
/* Frees what the heap holds. */
void python_heap_done(struct python_heap *heap);

/* Finds pools and chunks.  0 or -errno of memory.h. */
int python_heap_find(struct python_heap *heap);

/* Calls EACH for every block in use; 0 or -errno.  The block lives during the call. */
int python_heap_walk(struct python_heap *heap,
	void (*each)(void *context, const struct python_block *block), void *context);

/* Says that the block at AT, larger than a page, holds no references: where it has a mapping of its
 * own, that is passed over when references are looked for. */
void python_heap_leaf(struct python_heap *heap, uint64_t at);

/* A block found again by an address within it. */
struct python_found {
	uint64_t at, size;
	unsigned char head[PYTHON_BLOCK_HAVE];
};

/* The block in use that ADDRESS is in; false: none.  Pools are read once for all addresses in
 * them that are asked for one after the other, until python_heap_forget. */
bool python_heap_block_at(struct python_heap *heap, uint64_t address, struct python_found *found);
void python_heap_forget(struct python_heap *heap);
