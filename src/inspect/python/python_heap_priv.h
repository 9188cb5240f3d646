/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_heap_priv - what the files of python_heap.h share */
#pragma once

#include "inspect/python/python_heap.h"

/* The size of the chunk with a mapping of its own that HEAD, at ADDRESS, begins; 0: it does not. */
uint64_t python_chunk_mapped(const unsigned char *head, uint64_t address,
	const struct memory_region *region);

/* Adds the heap of malloc's that REGION is; false: it is none. */
bool python_chunks_heap(struct python_heap *heap, const struct memory_region *region);

/* Adds the chunk of SIZE bytes at ADDRESS, which has a mapping of its own. */
void python_chunks_add(struct python_heap *heap, uint64_t first, uint64_t end, bool mapped);

/* Where in a block of *SIZE bytes what its user has begins, and *SIZE becomes how much that is:
 * Python's allocators for debugging (PYTHONMALLOC=debug, -X dev) put marks around it, and once more
 * around what is too large for pools.  0: no marks.  BYTES are its first bytes, all or
 * PYTHON_BLOCK_HAVE. */
unsigned python_block_marks(const unsigned char *bytes, uint64_t *size);

/* Calls EACH with every block of malloc's; 0, or -errno of what could not be read. */
int python_chunks_walk(struct python_heap *heap,
	void (*each)(void *context, const struct python_block *block), void *context);
/* Finds the block of malloc's that ADDRESS is in; false: there is none. */
bool python_chunk_at(struct python_heap *heap, uint64_t address, struct python_found *found);
