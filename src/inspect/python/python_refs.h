/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_refs - where in a Python's memory the addresses of some objects stand: one pass over its
 * heap and over the variables of its libraries, whatever the number of objects
 *
 * A word that is found is no more than that: python_edge proves whether it is a reference. /
 */
#pragma once

#include "inspect/python/python_heap.h"

enum {
	PYTHON_TARGETS_MOST = 1 << 14,
	PYTHON_HITS_MOST = 1 << 17,
};

struct python_hit {
	uint64_t at;   /* where the word stands */
	uint32_t node; /* whose address it is, as the caller numbers them */
	bool data;     /* in a library's variables, not in the heap */
};

struct python_refs;

/* References of the objects in HEAP, which outlives them; none is read yet. */
struct python_refs *python_refs_new(struct python_heap *heap);
void python_refs_free(struct python_refs *refs); /* NULL is fine */

/* Looks for ADDRESS from now on; NODE is the caller's, less than PYTHON_TARGETS_MOST are taken. */
void python_refs_target(struct python_refs *refs, uint64_t address, uint32_t node);

/* Forgets all targets. */
void python_refs_clear(struct python_refs *refs);

/* Finds the words, ascending, of each target as many as there is room for (PYTHON_HITS_MOST for
 * all), of more a random choice; they live until the next call.  0 or -errno. */
int python_refs_find(struct python_refs *refs, const struct python_hit **hits, size_t *count);
