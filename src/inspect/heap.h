/* SPDX-License-Identifier: GPL-2.0-or-later */
/* heap - a census of glibc's malloc: what is in use, what is free, and what a trim would give back
 *
 * Every chunk of the main heap, of the arenas of threads and of what malloc maps by itself is
 * visited once, by the sizes in front of the chunks.  A heap counts only when its chain of chunks
 * meets the heap's end exactly.  While the program goes on allocating, a chain can break under our
 * eyes: it is taken up again where 64 chunks in a row make sense, and `resyncs` says how often.
 *
 * What is in use and free are mallinfo2(3)'s figures, fast bins included where the arena's own
 * state was found (`bins`): what threads keep in their caches for the next request counts as in
 * use, here as there.  What a trim gives back is not mallinfo2's: it is the whole pages in free
 * chunks that are in memory, as malloc_trim(3) goes about it.
 */
#pragma once

#include "inspect/memory.h"

enum {
	HEAP_ARENAS_MOST = 1024, /* arenas beyond these are left out, and `cut` says so */
	HEAP_SMALL_MOST = 65536, /* chunks up to here are counted by their size, ... */
	HEAP_LARGE_SIZES = 48,   /* ... larger ones by powers of two */
	HEAP_WORDS = 32768,      /* different first words of chunks that are told apart */
	HEAP_SIZES = HEAP_SMALL_MOST / 16 + HEAP_LARGE_SIZES,
};

/* Sums of chunks, their headers of 8 bytes included. */
struct heap_sum {
	uint64_t count, bytes;
};

struct heap_arena {
	uint64_t state;            /* of its malloc_state; 0: the main one, not found */
	bool main;                 /* the program's first heap, grown by brk(2) */
	struct heap_sum used;      /* as mallinfo2 uordblks */
	struct heap_sum free;      /* fordblks: the free end of the heap is one chunk */
	uint64_t top_bytes;        /* of these: the free end (keepcost) */
	uint64_t kept_bytes;       /* of the free: what is in memory */
	uint64_t returnable_bytes; /* of these: what malloc_trim(0) gives back */
	uint64_t end;              /* where its free end begins */
	bool bins;                 /* its fast bins were found and are counted as free */
	uint32_t resyncs;          /* times its chain broke and was taken up again */
};

/* The place that first words of chunks in use point to, if it lies in a file: classes have their
 * virtual table there. */
struct heap_word {
	uint64_t word;
	struct heap_sum sum;
};

struct heap_census {
	struct heap_arena arenas[HEAP_ARENAS_MOST];
	size_t narenas;
	struct heap_sum mapped; /* chunks with a mapping of their own (hblks, hblkhd) */
	uint64_t rest_bytes;    /* in memory, of anonymous mappings: not malloc's ... */
	uint64_t stack_bytes;   /* ... and of this in stacks, told by their guards */
	uint32_t stacks;
	struct heap_sum sizes[HEAP_SIZES]; /* in use, by size: heap_size_of */
	struct heap_word *words;           /* HEAP_WORDS, a hash: those of count 0 are empty */
	uint32_t resyncs;                  /* in all arenas */
	uint32_t unread;                   /* heaps whose chain could not be proved at all */
	bool cut; /* more arenas, or more mappings, than are looked at: what is mapped and what
	           * is not malloc's are less than there is */
};

/* Nothing counted yet; heap_free ends it. */
struct heap_census *heap_new(void);
void heap_free(struct heap_census *census); /* NULL is fine */

/* Takes the census: 0 (also with no heap at all), or an error of the memory: -ETIME, -E2BIG,
 * -ESRCH, -EPERM. */
int heap_take(struct heap_census *census, struct memory *memory);

/* The chunk sizes, in bytes with the header, that sizes[INDEX] counts: [*LOW, *HIGH]. */
void heap_size_of(size_t index, uint64_t *low, uint64_t *high);

/* The bytes of the mapping that a chunk has for itself whose first words are BEFORE and WORD, in
 * pages of PAGE bytes, where there are ROOM to the end of what is mapped; 0: it is none. */
uint64_t heap_mapped_size(uint64_t before, uint64_t word, uint64_t room, uint64_t page);

/* All arenas together; ->resyncs, ->bins (of all of them) included. */
struct heap_arena heap_total(const struct heap_census *census);
