/* SPDX-License-Identifier: GPL-2.0-or-later */
/* heap_walk - along the chunks of a heap; see heap.h
 *
 * A chunk says how large it is and whether the one before it is in use, so that a chunk is counted
 * when the next one has been seen.
 */
#include "inspect/heap_priv.h"

#include "base/order.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	LINKS_SANE = 64,      /* chunks in a row that make a chain, ... */
	LINKS_FEW = 16,       /* ... or so many up to the end of what is looked at */
	RESYNC_STEPS = 65536, /* places tried for one */
	TRIM_HEAD = 48,       /* sizeof(struct malloc_chunk): a trim leaves it alone */
	/* 4 MiB: a process that runs is looked at in pieces of one moment each */
	PAGES_AT_A_TIME = 1024,
};

void heap_walk_init(struct heap_walk *walk, struct heap_census *census, struct memory *memory)
{
	size_t count;
	const struct memory_region *regions = memory_regions(memory, &count);

	*walk = (struct heap_walk){ .memory = memory, .census = census };
	walk->bytes = xalloc(WINDOW_BYTES);
	walk->present = xalloc(WINDOW_BYTES / 4096);
	walk->files = xalloc(count * sizeof(*walk->files));
	for (size_t i = 0; i < count; i++)
		if ((regions[i].flags & MEMORY_FILE) != 0 &&
			(regions[i].flags & MEMORY_READ) != 0 &&
			(regions[i].flags & (MEMORY_EXEC | MEMORY_SHARED)) == 0)
			walk->files[walk->nfiles++] = (struct heap_range){ regions[i].start,
				regions[i].end };
}

void heap_walk_done(struct heap_walk *walk)
{
	free(walk->bytes);
	free(walk->present);
	free(walk->files);
	free(walk->fast);
}

/* --- seeing --- */

/* Moves the window so that it begins on the page of ADDRESS. */
static bool move_window(struct heap_walk *walk, uint64_t address, uint64_t end)
{
	uint64_t page = memory_page_size(walk->memory), from = address / page * page;
	uint64_t size = (end - from + page - 1) / page * page;

	if (size > WINDOW_BYTES)
		size = WINDOW_BYTES;
	ssize_t n = memory_scan(walk->memory, from, walk->bytes, size, walk->present);
	if (n < 0)
		walk->error = (int)n;
	walk->from = from;
	walk->to = n < 0 ? from : from + size;
	return n > 0;
}

/* The chunk at ADDRESS; false: it is not in memory, or would reach behind END. */
static bool see_chunk(struct heap_walk *walk, uint64_t address, uint64_t end,
	struct heap_chunk *chunk)
{
	uint64_t page = memory_page_size(walk->memory);
	size_t size = end - address < sizeof(*chunk) ? CHUNK_HEAD : sizeof(*chunk);

	if (address >= end || end - address < CHUNK_HEAD || walk->error < 0)
		return false;
	if ((address < walk->from || address + size > walk->to) &&
		(!move_window(walk, address, end) || address + size > walk->to))
		return false;
	uint64_t offset = address - walk->from;
	if (!walk->present[offset / page])
		return false;
	chunk->first_word = 0;
	if (!walk->present[(offset + size - 1) / page])
		size = CHUNK_HEAD;
	memcpy(chunk, walk->bytes + offset, size);
	return true;
}

/* --- chains --- */

enum link { LINK_CHUNK, LINK_TOP, LINK_FENCE, LINK_BEYOND, LINK_BROKEN };

/* The kind of thing that the chunk of SIZE bytes at ADDRESS is in a heap that ends at END. */
static enum link judge_chunk(uint64_t address, uint64_t size, uint64_t end)
{
	/* what ends a heap that has a successor: two, or three where no chunk had room before */
	if (size == CHUNK_HEAD && end - address <= 3 * CHUNK_HEAD)
		return LINK_FENCE;
	if (size < CHUNK_LEAST || size % CHUNK_ALIGN != 0)
		return LINK_BROKEN;
	if (size < end - address)
		return LINK_CHUNK;
	if (size == end - address)
		return LINK_TOP;
	/* the heap has grown since its end was read */
	return size - (end - address) <= GREW_MOST ? LINK_BEYOND : LINK_BROKEN;
}

/* A chunk that reaches behind the end of its heap, up to STOP, is the new free end or one of a heap
 * that has grown: nothing in memory comes behind the free end. */
static bool is_new_top(struct heap_walk *walk, uint64_t stop)
{
	uint64_t page = memory_page_size(walk->memory);
	unsigned char there;

	return stop % page == 0 && memory_pages(walk->memory, stop, 1, &there) == 0;
}

bool heap_chain_holds(struct heap_walk *walk, uint64_t from, uint64_t end, uint64_t links)
{
	uint64_t at = from;
	struct heap_chunk chunk;

	for (uint64_t i = 0; i < links; i++) {
		if (!see_chunk(walk, at, end, &chunk))
			return false;
		uint64_t size = chunk.size & ~(uint64_t)CHUNK_FLAGS;

		switch (judge_chunk(at, size, end)) {
		case LINK_CHUNK:
			break;
		case LINK_TOP:
		case LINK_FENCE:
			return true;
		case LINK_BEYOND: /* less of a proof than its end */
			return i >= LINKS_FEW || is_new_top(walk, at + size);
		case LINK_BROKEN:
			return false;
		}
		at += size;
	}
	return true;
}

uint64_t heap_piece_end(struct heap_walk *walk, uint64_t from, uint64_t end)
{
	const uint64_t foreign = CHUNK_MAPPED | CHUNK_THREAD;
	uint64_t page = memory_page_size(walk->memory), at = from, size;
	struct heap_chunk chunk;
	bool fence = false;

	for (uint64_t i = 0; see_chunk(walk, at, end, &chunk); i++, at += size) {
		size = chunk.size & ~(uint64_t)CHUNK_FLAGS;
		if ((chunk.size & foreign) != 0 || size > end - at || size % CHUNK_ALIGN != 0 ||
			(i == 0 && (chunk.size & CHUNK_BEFORE_USED) == 0))
			return 0;
		if (at == walk->far_top)
			return (at + size) % page == 0 ? at + size : 0;
		if (size < CHUNK_LEAST && (size != CHUNK_HEAD || i == 0))
			return 0;
		if (fence && (size != CHUNK_HEAD || (at + size) % page == 0))
			return size == CHUNK_HEAD ? at + size : 0;
		fence = size == CHUNK_HEAD;
	}
	return 0;
}

/* Whether what is in the window from AT on is a chain: LINKS_SANE chunks, or fewer that reach the
 * end of the window. */
static bool is_sane(struct heap_walk *walk, uint64_t at, uint64_t end)
{
	struct heap_chunk chunk;

	for (int i = 0; i < LINKS_SANE; i++) {
		if (at + CHUNK_HEAD > walk->to && at < end)
			return i >= LINKS_FEW;
		if (!see_chunk(walk, at, end, &chunk))
			return false;
		uint64_t size = chunk.size & ~(uint64_t)CHUNK_FLAGS;
		enum link link = judge_chunk(at, size, end);

		if (link == LINK_BEYOND)
			return i >= LINKS_FEW || is_new_top(walk, at + size);
		if (link != LINK_CHUNK)
			return link != LINK_BROKEN;
		at += size;
	}
	return true;
}

/* Where a chain goes on behind AT; 0: nowhere. */
static uint64_t find_chain(struct heap_walk *walk, uint64_t at, uint64_t end)
{
	uint64_t page = memory_page_size(walk->memory);
	struct heap_chunk chunk;

	walk->to = walk->from; /* what was seen is out of date */
	for (int i = 0; i < RESYNC_STEPS && walk->error == 0; i++) {
		at += CHUNK_ALIGN;
		if (at >= end)
			return 0;
		if (!see_chunk(walk, at, end, &chunk)) /* not in memory: the next page */
			at = at / page * page + page - CHUNK_ALIGN;
		else if (is_sane(walk, at, end))
			return at;
	}
	return 0;
}

/* --- counting --- */

uint64_t heap_resident(struct heap_walk *walk, uint64_t from, uint64_t end)
{
	uint64_t page = memory_page_size(walk->memory), there = 0;
	unsigned char present[PAGES_AT_A_TIME];

	while (from < end) {
		size_t count = (end - from) / page < PAGES_AT_A_TIME ? (size_t)((end - from) / page)
								     : PAGES_AT_A_TIME;

		there += memory_pages(walk->memory, from, count, present) * page;
		from += count * page;
	}
	return there;
}

/* Counts how much of the free chunks that touch, [FROM, END), is in memory, and how much a trim
 * would give back: it puts them together first. */
static void count_pages(struct heap_walk *walk, struct heap_arena *arena, uint64_t from,
	uint64_t end, bool trimmed)
{
	uint64_t page = memory_page_size(walk->memory);
	uint64_t first = (from + TRIM_HEAD + page - 1) / page * page, last = end / page * page;

	arena->kept_bytes += end - from;
	if (first >= last)
		return;
	uint64_t there = heap_resident(walk, first, last);
	arena->kept_bytes -= last - first - there;
	if (trimmed)
		arena->returnable_bytes += there;
}

static void count_free(struct heap_arena *arena, uint64_t bytes)
{
	arena->free.count++;
	arena->free.bytes += bytes;
}

/* Small sizes each by themselves, as malloc(3) has bins for them; large ones by powers of two, as
 * few programs use the same one twice. */
static size_t size_index(uint64_t bytes)
{
	size_t index = HEAP_SMALL_MOST / CHUNK_ALIGN;

	if (bytes < HEAP_SMALL_MOST)
		return bytes / CHUNK_ALIGN;
	for (uint64_t most = HEAP_SMALL_MOST * 2ull; bytes >= most && index + 1 < HEAP_SIZES;
		most *= 2)
		index++;
	return index;
}

/* Whether WORD lies in the data of a file. */
static bool in_file(struct heap_walk *walk, uint64_t word)
{
	if (word % sizeof(word) != 0 || word < 4096 || walk->nfiles == 0)
		return false;
	if (walk->last != NULL && word >= walk->last->start && word < walk->last->end)
		return true;
	size_t upto = order_upto(walk->files, walk->nfiles, sizeof(walk->files[0]),
		offsetof(struct heap_range, start), word);
	if (upto == 0 || word >= walk->files[upto - 1].end)
		return false;
	walk->last = &walk->files[upto - 1];
	return true;
}

/* The first words of chunks, which of C++ objects are their class. When a slot is not found soon
 * the table is full of words that are no classes, and this one is not counted. */
static void count_word(struct heap_census *census, uint64_t word, uint64_t bytes)
{
	enum { TRIES = 64 };
	size_t slot = (size_t)((word * UINT64_C(0x9e3779b97f4a7c15)) >> 49);

	for (int i = 0; i < TRIES; i++, slot = (slot + 1) % HEAP_WORDS) {
		struct heap_word *entry = &census->words[slot];

		if (entry->sum.count != 0 && entry->word != word)
			continue;
		entry->word = word;
		entry->sum.count++;
		entry->sum.bytes += bytes;
		return;
	}
}

void heap_count_used(struct heap_walk *walk, uint64_t bytes, uint64_t first_word)
{
	struct heap_sum *sum = &walk->census->sizes[size_index(bytes)];

	sum->count++;
	sum->bytes += bytes;
	if (in_file(walk, first_word))
		count_word(walk->census, first_word, bytes);
}

/* How far a heap has been walked: the chunk before this one, and where the run of free chunks that
 * it may belong to began. */
struct heap_position {
	uint64_t at, before, first_word;
	uint64_t run; /* 0: the one before is in use */
};

static void end_run(struct heap_walk *walk, struct heap_arena *arena, struct heap_position *place,
	uint64_t end)
{
	if (place->run != 0)
		count_pages(walk, arena, place->run, end, true);
	place->run = 0;
}

/* Counts the chunk before the one at place->at, which says whether it is in use. */
static void count_before(struct heap_walk *walk, struct heap_arena *arena,
	struct heap_position *place, bool used)
{
	uint64_t from = place->at - place->before;

	if (place->before == 0)
		return;
	if (used && !heap_bins_has(walk, from)) {
		end_run(walk, arena, place, from);
		arena->used.count++;
		arena->used.bytes += place->before;
		heap_count_used(walk, place->before, place->first_word);
		return;
	}
	count_free(arena, place->before);
	if (place->run == 0)
		place->run = from;
}

/* The free end of a heap: a trim gives back the main heap's, but for the last bytes, and leaves
 * those of threads alone, and one that is not brk(2)'s. */
static void count_top(struct heap_walk *walk, struct heap_arena *arena, struct heap_position *place,
	uint64_t bytes)
{
	bool trimmed = arena->main && place->at != walk->far_top;
	uint64_t from = trimmed && place->run != 0 ? place->run : place->at;

	if (!trimmed)
		end_run(walk, arena, place, place->at);
	place->run = 0;
	count_free(arena, bytes);
	count_pages(walk, arena, from, place->at + bytes, trimmed);
	arena->top_bytes = bytes;
	arena->end = place->at;
}

/* Judges the chunk at PLACE; *END moves along with a heap that has grown meanwhile. */
static enum link look_at(struct heap_walk *walk, const struct heap_arena *arena,
	const struct heap_position *place, uint64_t *end, struct heap_chunk *chunk)
{
	uint64_t page = memory_page_size(walk->memory);

	if (walk->grew > 0 && *end - place->at < 2 * CHUNK_HEAD)
		*end += page;
	if (!see_chunk(walk, place->at, *end, chunk))
		return LINK_BROKEN;
	uint64_t size = chunk->size & ~(uint64_t)CHUNK_FLAGS;
	uint64_t stop = place->at + size;
	enum link link = judge_chunk(place->at, size, *end);
	/* once the end was moved, the real one lies anywhere before it */
	if ((link == LINK_BEYOND || (link == LINK_CHUNK && walk->grew > 0)) &&
		is_new_top(walk, stop))
		return LINK_TOP;
	if (link != LINK_BEYOND)
		return link;
	if (size > GREW_MOST - walk->grew ||
		(!arena->main && stop / HEAP_ALIGN != place->at / HEAP_ALIGN))
		return LINK_BROKEN;
	walk->grew += stop + page - *end;
	*end = (stop + page) / page * page + CHUNK_ALIGN / 2; /* which no chunk ends at by chance */
	return LINK_CHUNK;
}

void heap_walk_chunks(struct heap_walk *walk, struct heap_arena *arena, uint64_t from, uint64_t end)
{
	struct heap_position place = { .at = from };
	struct heap_chunk chunk = { 0 };

	walk->grew = 0;
	while (place.at < end && walk->error == 0) {
		enum link link = look_at(walk, arena, &place, &end, &chunk);
		uint64_t size = chunk.size & ~(uint64_t)CHUNK_FLAGS;

		if (link == LINK_BROKEN) {
			end_run(walk, arena, &place, place.at);
			arena->resyncs++;
			place = (struct heap_position){ .at = find_chain(walk, place.at, end) };
			if (place.at == 0)
				return;
			continue;
		}
		count_before(walk, arena, &place, (chunk.size & CHUNK_BEFORE_USED) != 0);
		if (link == LINK_TOP)
			count_top(walk, arena, &place, size);
		if (link == LINK_FENCE) /* mallinfo2 has it as in use */
			arena->used.bytes += end - place.at;
		if (link != LINK_CHUNK) {
			end_run(walk, arena, &place, place.at);
			return;
		}
		place.before = size;
		place.first_word = chunk.first_word;
		place.at += size;
	}
}
