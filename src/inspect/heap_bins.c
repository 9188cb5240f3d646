/* SPDX-License-Identifier: GPL-2.0-or-later */
/* heap_bins - the state of arenas, and what lies in their fast bins; see heap.h
 *
 * A chunk in a fast bin looks like one in use.  The state of a thread's arena is named by its heap;
 * the main one's is in the data of the C library, under no exported name: it is known by pointing
 * into the main heap, and by its 254 words of bins, each of which leads to itself or into a heap.
 */
#include "inspect/heap_priv.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "inspect/glimpse.h"

#include <stdlib.h>
#include <string.h>

enum {
	FAST_BINS = 10, /* fastbinsY of struct malloc_state, right before its `top` */
	BINS = 254,     /* two words for each bin, behind `top` and `last_remainder` */
	/* words that lead elsewhere: into heaps that were made since */
	MISFITS_MOST = 8,
	FAST_MOST = 1 << 21, /* chunks of one fast bin that are followed: 16 MiB of them */
	SEARCH_MOST = 16 << 20,
	SEARCH_BYTES = 64 * 1024,
};

/* struct malloc_state from its fast bins on. */
struct state {
	uint64_t fast[FAST_BINS], top, remainder, bins[BINS];
};

/* Where `top` is in the state, by age of the library: since 2.27, and before. */
static const uint64_t top_offsets[] = { 96, 88 };

static bool is_heap(const struct heap_walk *walk, uint64_t address)
{
	const struct memory_region *region = memory_region_at(walk->memory, address);

	return region != NULL && (region->flags & MEMORY_WRITE) != 0 &&
	       (region->flags & (MEMORY_FILE | MEMORY_SHARED)) == 0;
}

/* Whether a heap may have grown up to ADDRESS since the regions were read: within what is kept for
 * a thread's, or behind the main one. */
static bool is_grown(const struct heap_walk *walk, uint64_t address, uint64_t end)
{
	return is_heap(walk, address / HEAP_ALIGN * HEAP_ALIGN) ||
	       (address >= end && address - end < GREW_MOST);
}

/* Whether there is a state with its `top` at ADDRESS, which leads into [START, END). */
static bool read_state(struct heap_walk *walk, uint64_t address, uint64_t start, uint64_t end,
	struct state *state)
{
	uint64_t last = address + (2 + BINS) * sizeof(uint64_t);
	unsigned misfits = 0;

	if (memory_read(walk->memory, address - sizeof(state->fast), state, sizeof(*state)) < 0 ||
		state->top < start || state->top % CHUNK_ALIGN != 0 ||
		(state->top >= end && !is_grown(walk, state->top, end)))
		return false;
	for (size_t i = 0; i < BINS; i++) {
		uint64_t word = state->bins[i];

		if (word % 8 != 0 || word == 0)
			return false;
		/* a word that leads into the state leads to its own bin: two words each */
		if (word >= address && word < last && word != address + i / 2 * 16)
			return false;
		if (!(word >= address && word < last) && !is_heap(walk, word) &&
			!is_grown(walk, word, end))
			misfits++;
	}
	return misfits <= MISFITS_MOST;
}

/* Where a chunk in a fast bin leads: since 2.32 the pointer is mixed with its own place. */
static uint64_t next_of(uint64_t place, uint64_t word)
{
	return (place >> 12) ^ word;
}

/* Whether there is a chunk of fast bin number BIN at AT, which is read: neighbours are freed one
 * after the other more often than not, so by pages. */
static bool fits(struct glimpse *glimpse, uint64_t at, size_t bin, struct heap_chunk *chunk)
{
	return at % CHUNK_ALIGN == 0 && glimpse_read(glimpse, at, chunk, sizeof(*chunk)) &&
	       (chunk->size & ~(uint64_t)CHUNK_FLAGS) == CHUNK_LEAST + bin * CHUNK_ALIGN;
}

static void note_fast(struct heap_walk *walk, uint64_t at)
{
	if (walk->nfast == walk->fast_cap) {
		walk->fast_cap = xalloc_capacity(walk->fast_cap, walk->nfast + 1);
		walk->fast = xalloc_grow(walk->fast, walk->fast_cap, sizeof(*walk->fast));
	}
	walk->fast[walk->nfast++] = at;
}

/* Follows a fast bin from its first chunk, with one reading of pointers: whether it came to its
 * end. */
static bool follow_as(struct heap_walk *walk, struct glimpse *glimpse, uint64_t at, size_t bin,
	bool mixed)
{
	struct heap_chunk chunk;

	for (int i = 0; i < FAST_MOST; i++) {
		if (at == 0)
			return true;
		if (!fits(glimpse, at, bin, &chunk))
			return false;
		note_fast(walk, at);
		at = mixed ? next_of(at + CHUNK_HEAD, chunk.first_word) : chunk.first_word;
	}
	return false;
}

/* glibc hides the links of fast bins by their own address since 2.32 (safe linking): tried that
 * way first, then as before; what leads nowhere is no bin. */
static void follow_bin(struct heap_walk *walk, struct glimpse *glimpse, uint64_t at, size_t bin)
{
	size_t before = walk->nfast;

	if (follow_as(walk, glimpse, at, bin, true))
		return;
	walk->nfast = before;
	if (!follow_as(walk, glimpse, at, bin, false))
		walk->nfast = before;
}

static void take_fast(struct heap_walk *walk, struct heap_arena *arena, const struct state *state)
{
	struct glimpse *glimpse = glimpse_new(walk->memory);

	for (size_t bin = 0; bin < FAST_BINS; bin++)
		follow_bin(walk, glimpse, state->fast[bin], bin);
	glimpse_free(glimpse);
	order_sort(walk->fast, walk->nfast, sizeof(*walk->fast), order_u64);
	arena->bins = true;
}

/* Whether the main arena's state has its `top` at ADDRESS, where WORD is: it leads into HEAP, or,
 * FAR, into what malloc mapped since brk(2) gave no more. */
static bool is_state(struct heap_walk *walk, uint64_t address, uint64_t word, bool far,
	struct heap_range heap, struct state *state)
{
	if (!far)
		return word >= heap.start &&
		       word - heap.start <= GREW_MOST + (heap.end - heap.start) &&
		       read_state(walk, address, heap.start, heap.end, state);
	return word % CHUNK_ALIGN == 0 && word != 0 && is_heap(walk, word) &&
	       read_state(walk, address, CHUNK_ALIGN, UINT64_MAX, state);
}

/* Looks for the main arena's state in a region of data. */
static bool search(struct heap_walk *walk, struct heap_arena *arena,
	const struct memory_region *region, bool far, struct heap_range heap)
{
	static _Alignas(8) unsigned char bytes[SEARCH_BYTES];
	uint64_t size = region->end - region->start;
	struct state state;

	for (uint64_t at = 0; at < size && at < SEARCH_MOST; at += SEARCH_BYTES) {
		size_t some = size - at < SEARCH_BYTES ? (size_t)(size - at) : SEARCH_BYTES;

		if (memory_scan(walk->memory, region->start + at, bytes, some, NULL) <= 0)
			continue;
		for (size_t i = 0; i + 8 <= some; i += 8) {
			uint64_t word;

			memcpy(&word, bytes + i, sizeof(word));
			if (!is_state(walk, region->start + at + i, word, far, heap, &state))
				continue;
			walk->far_top = far ? state.top : 0;
			take_fast(walk, arena, &state);
			return true;
		}
	}
	return false;
}

static void take_main(struct heap_walk *walk, struct heap_arena *arena, uint64_t start,
	uint64_t end)
{
	const unsigned wanted = MEMORY_READ | MEMORY_WRITE | MEMORY_FILE;
	size_t count;
	const struct memory_region *regions = memory_regions(walk->memory, &count);

	/* the C library first; then others; then the library for a state that leads elsewhere */
	for (int pass = walk->far_top != 0 ? 2 : 0; pass < 3; pass++)
		for (size_t i = 0; i < count; i++) {
			bool libc = strstr(regions[i].name, "/libc.so") != NULL ||
				    strstr(regions[i].name, "/libc-2.") != NULL;

			if ((regions[i].flags & (wanted | MEMORY_SHARED)) != wanted ||
				libc == (pass == 1))
				continue;
			if (search(walk, arena, &regions[i], pass == 2,
				    (struct heap_range){ start, end }))
				return;
		}
}

/* The state of a thread's arena, whose free end may be in another heap of it. */
static void take_thread(struct heap_walk *walk, struct heap_arena *arena)
{
	struct state state;

	for (size_t i = 0; i < sizeof(top_offsets) / sizeof(top_offsets[0]); i++)
		if (read_state(walk, arena->state + top_offsets[i], CHUNK_ALIGN, UINT64_MAX,
			    &state) &&
			(is_heap(walk, state.top) || is_grown(walk, state.top, UINT64_MAX))) {
			take_fast(walk, arena, &state);
			return;
		}
}

void heap_bins_find(struct heap_walk *walk, struct heap_arena *arena, uint64_t start, uint64_t end)
{
	walk->nfast = walk->fast_at = 0;
	if (arena->main)
		take_main(walk, arena, start, end);
	else
		take_thread(walk, arena);
}

bool heap_bins_has(struct heap_walk *walk, uint64_t at)
{
	while (walk->fast_at < walk->nfast && walk->fast[walk->fast_at] < at)
		walk->fast_at++;
	return walk->fast_at < walk->nfast && walk->fast[walk->fast_at] == at;
}
