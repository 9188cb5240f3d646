/* SPDX-License-Identifier: GPL-2.0-or-later */
/* heap_priv - what the files of heap.h share */
#pragma once

#include "inspect/heap.h"

/* A chunk's first words: struct malloc_chunk of glibc's malloc/malloc.c. */
struct heap_chunk {
	uint64_t before_bytes; /* of the chunk before, if that is free */
	uint64_t size;         /* with the flags below */
	uint64_t first_word;   /* of what the program has in it */
};

enum {
	CHUNK_BEFORE_USED = 1, /* PREV_INUSE */
	CHUNK_MAPPED = 2,      /* IS_MMAPPED */
	CHUNK_THREAD = 4,      /* NON_MAIN_ARENA */
	MAPPED_HUGE = 1,       /* in the word before its size (glibc 2.43) */
	CHUNK_FLAGS = 7,
	CHUNK_HEAD = 16,
	CHUNK_LEAST = 32,
	CHUNK_ALIGN = 16,
	HEAP_ALIGN = 64 << 20, /* HEAP_MAX_SIZE of 64-bit machines */
	GREW_MOST = 64 << 20,  /* so far a heap may have grown since its end was read */
};

/* A window on the memory of a heap, moved along with a walk. */
enum { WINDOW_BYTES = 256 * 1024 };

/* The data ranges that belong to files: ascending. */
struct heap_range {
	uint64_t start, end;
};

struct heap_walk {
	struct memory *memory;
	struct heap_census *census;
	int error;              /* of the memory: the walk is over */
	unsigned char *bytes;   /* WINDOW_BYTES */
	unsigned char *present; /* a page each */
	uint64_t from, to;      /* what the window shows */
	struct heap_range *files;
	size_t nfiles;
	const struct heap_range *last; /* the range that was hit last */
	uint64_t *fast;                /* chunks in fast bins of the arena at hand, ascending */
	size_t nfast, fast_cap, fast_at;
	uint64_t grew;     /* so far its end was moved while the heap at hand was walked */
	size_t pages_left; /* that may still be looked at for mapped chunks */
	uint64_t far_top;  /* the main arena's free end where brk(2) gave no more; 0: it did */
};

/* A walk over MEMORY that counts into CENSUS; heap_walk_done frees what it holds, not itself. */
void heap_walk_init(struct heap_walk *walk, struct heap_census *census, struct memory *memory);
void heap_walk_done(struct heap_walk *walk);

/* Whether a chain from FROM meets END exactly, or goes on for LINKS chunks. */
bool heap_chain_holds(struct heap_walk *walk, uint64_t from, uint64_t end, uint64_t links);

/* Where the piece of the main arena that begins at FROM ends: malloc(3) maps them once brk(2) gives
 * no more, and their chunks lead to some of 16 bytes at a page's end, or to walk->far_top; else 0,
 * also where it reaches behind END. */
uint64_t heap_piece_end(struct heap_walk *walk, uint64_t from, uint64_t end);

/* How many bytes of [FROM, END), whole pages, are in memory. */
uint64_t heap_resident(struct heap_walk *walk, uint64_t from, uint64_t end);

/* Adds all chunks of [FROM, END) to ARENA. */
void heap_walk_chunks(struct heap_walk *walk, struct heap_arena *arena, uint64_t from,
	uint64_t end);

/* Counts a chunk in use, by its size and its first word. */
void heap_count_used(struct heap_walk *walk, uint64_t bytes, uint64_t first_word);

/* Finds ARENA's state and the chunks in its fast bins; the main one's by its heap [START, END),
 * both 0 without one.  Sets walk->far_top where the main one's free end lies elsewhere. */
void heap_bins_find(struct heap_walk *walk, struct heap_arena *arena, uint64_t start, uint64_t end);

/* Whether the chunk at AT is in a fast bin; asked in ascending order. */
bool heap_bins_has(struct heap_walk *walk, uint64_t at);
