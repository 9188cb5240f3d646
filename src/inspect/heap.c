/* SPDX-License-Identifier: GPL-2.0-or-later */
/* heap - where the heaps are; see heap.h
 *
 * The main one is what brk(2) gave.  Those of threads begin at multiples of 64 MiB with a struct
 * heap_info (glibc's malloc/arena.c): the arena's state, the heap before, the size.  Large chunks
 * have mappings of their own, which the kernel may have put together with others.
 */
#include "inspect/heap_priv.h"

#include "base/amount.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST_CHUNK_MOST = 4096, /* behind heap_info and malloc_state */
	LINKS_PROOF = 1000, /* chunks of a chain that need not be followed to the end to be one */
	MAPPED_BATCH = 256,
	TRIES_MOST = 2,             /* further looks, while a heap could not be proved */
	MAPPED_PAGES_MOST = 262144, /* pages of mappings looked at for chunks */
	ABSENT_PAGES = 64,          /* that are not in memory cost as much as one that is */
	GUARD_MOST = 64 * 1024,     /* bytes of a guard below a stack */
	STACK_MOST = 16 << 20,
};

/* The beginning of a thread's heap. */
struct heap_info {
	uint64_t arena, before, size, writable;
};

struct heap_census *heap_new(void)
{
	struct heap_census *census = xalloc_zero(1, sizeof(*census));

	census->words = xalloc_zero(HEAP_WORDS, sizeof(*census->words));
	return census;
}

void heap_free(struct heap_census *census)
{
	if (census == NULL)
		return;
	free(census->words);
	free(census);
}

/* The arena with STATE (0: the main one); NULL: no room. */
static struct heap_arena *arena_of(struct heap_census *census, uint64_t state)
{
	struct heap_arena *arena = census->arenas;

	for (size_t i = 0; i < census->narenas; i++, arena++)
		if (state == 0 ? arena->main : arena->state == state)
			return arena;
	if (census->narenas == HEAP_ARENAS_MOST) {
		census->cut = true;
		return NULL;
	}
	census->narenas++;
	arena->state = state;
	arena->main = state == 0;
	return arena;
}

/* Where the first chunk is of the heap that ends at END, at or behind FROM; 0: no chain was proved.
 * What was put there before the heap (a static program's thread-local data) is full of numbers, one
 * of which may lead to a chunk by chance: a first chunk that reaches over all other places is none
 * when there is one at such a place. */
static uint64_t first_chunk(struct heap_walk *walk, uint64_t from, uint64_t end)
{
	uint64_t far = 0, stop = from + FIRST_CHUNK_MOST, size;

	for (uint64_t at = from; at < stop && at < end; at += CHUNK_ALIGN) {
		if (!heap_chain_holds(walk, at, end, LINKS_PROOF))
			continue;
		if (memory_word(walk->memory, at + sizeof(uint64_t), &size) != 0 ||
			size < stop - at)
			return at;
		if (far == 0)
			far = at;
	}
	return far;
}

/* Walks the heap [START, END), whose first chunk is at or behind FROM. */
static void take_heap(struct heap_walk *walk, uint64_t start, uint64_t from, uint64_t end,
	uint64_t state)
{
	uint64_t at = first_chunk(walk, from, end);

	if (at == 0) {
		walk->census->unread += walk->error == 0;
		return;
	}
	struct heap_arena *arena = arena_of(walk->census, state);
	if (arena == NULL)
		return;
	if (!arena->main)
		arena->used.bytes += at - start; /* its state: mallinfo2 has it as in use */
	heap_bins_find(walk, arena, start, end);
	heap_walk_chunks(walk, arena, at, end);
}

/* --- the main heap --- */

/* The kernel may show it in several pieces: the end of those that touch. */
static uint64_t joined_end(const struct memory_region *regions, size_t count, size_t first)
{
	uint64_t end = regions[first].end;

	for (size_t i = first + 1;
		i < count && regions[i].start == end &&
		(regions[i].flags & (MEMORY_HEAP | MEMORY_WRITE)) == (MEMORY_HEAP | MEMORY_WRITE);
		i++)
		end = regions[i].end;
	return end;
}

/* The main arena is what [heap] names; the kernel may show it in several pieces that touch, which
 * are one heap. */
static void take_main(struct heap_walk *walk)
{
	size_t count;
	const struct memory_region *regions = memory_regions(walk->memory, &count);

	for (size_t i = 0; i < count; i++) {
		if ((regions[i].flags & MEMORY_HEAP) == 0 || (regions[i].flags & MEMORY_WRITE) == 0)
			continue;
		take_heap(walk, regions[i].start, regions[i].start, joined_end(regions, count, i),
			0);
		return;
	}
	struct heap_arena none = { .main = true };
	heap_bins_find(walk, &none, 0, 0);
}

/* Counts the piece of the main arena that begins at AT; where it ends, 0: there is none. Its fast
 * bins are found anew, since those of another arena may have been looked at. */
static uint64_t take_piece(struct heap_walk *walk, uint64_t at, uint64_t word, uint64_t end)
{
	if (walk->far_top == 0 || (word & CHUNK_FLAGS) != CHUNK_BEFORE_USED)
		return 0;
	uint64_t stop = heap_piece_end(walk, at, end);
	struct heap_arena *arena = stop != 0 ? arena_of(walk->census, 0) : NULL;
	if (arena == NULL)
		return 0;
	heap_bins_find(walk, arena, 0, 0);
	heap_walk_chunks(walk, arena, at, stop);
	return stop;
}

/* --- heaps of threads, and chunks with a mapping of their own --- */

static bool is_anonymous(const struct memory_region *region)
{
	const unsigned wanted = MEMORY_READ | MEMORY_WRITE;

	return (region->flags & (wanted | MEMORY_EXEC | MEMORY_SHARED | MEMORY_FILE | MEMORY_HEAP |
					MEMORY_STACK | MEMORY_KERNEL)) == wanted;
}

/* Where the heap of a thread that begins at START ends, which may be behind its region: it has
 * grown since; 0: there is none. */
static uint64_t thread_heap(struct heap_walk *walk, uint64_t start, uint64_t *state)
{
	struct heap_info info;

	if (memory_read(walk->memory, start, &info, sizeof(info)) < 0)
		return 0;
	if (info.size < CHUNK_LEAST || info.size > HEAP_ALIGN || info.size > info.writable ||
		info.writable > HEAP_ALIGN)
		return 0;
	/* the first heap of an arena holds its state; others lead back to it */
	if (info.arena % 8 != 0 || info.arena % HEAP_ALIGN > FIRST_CHUNK_MOST ||
		info.before % HEAP_ALIGN != 0)
		return 0;
	if (info.before == 0 && info.arena / HEAP_ALIGN != start / HEAP_ALIGN)
		return 0;
	*state = info.arena;
	return start + info.size;
}

uint64_t heap_mapped_size(uint64_t before, uint64_t word, uint64_t room, uint64_t page)
{
	uint64_t size = word & ~(uint64_t)CHUNK_FLAGS;

	if ((word & CHUNK_FLAGS) != CHUNK_MAPPED || before > MAPPED_HUGE)
		return 0;
	/* from glibc 2.43 on the size leaves the header out, and huge pages have a mark */
	if ((size + CHUNK_HEAD) % page == 0)
		size += CHUNK_HEAD;
	else if (before != 0)
		return 0;
	return size >= page && size % page == 0 && size <= room ? size : 0;
}

/* Looks at the first words of the pages of [AT, LIMIT) of a region that ends at END, as many as one
 * call takes; where to go on.  Pages that are in memory and in no chunk are not malloc's. */
static uint64_t take_mapped_some(struct heap_walk *walk, uint64_t at, uint64_t limit, uint64_t end)
{
	struct heap_chunk chunks[MAPPED_BATCH];
	struct memory_piece pieces[MAPPED_BATCH];
	unsigned char present[MAPPED_BATCH];
	uint64_t page = memory_page_size(walk->memory), next = at;
	size_t count = (limit - at + page - 1) / page < MAPPED_BATCH
			       ? (size_t)((limit - at + page - 1) / page)
			       : MAPPED_BATCH;
	size_t there = memory_pages(walk->memory, at, count, present);
	size_t cost = there + 1 + count / ABSENT_PAGES;

	walk->pages_left = amount_less(walk->pages_left, cost);
	if (there == 0)
		return at + count * page;
	for (size_t i = 0; i < count; i++)
		pieces[i] = (struct memory_piece){ at + i * page, &chunks[i], sizeof(chunks[i]),
			0 };
	walk->error = memory_gather(walk->memory, pieces, count);
	for (size_t i = 0; i < count && walk->error == 0; i++) {
		uint64_t address = at + i * page, size = 0;

		if (address < next)
			continue;
		next = address + page;
		if (pieces[i].error != 0)
			continue;
		size = heap_mapped_size(chunks[i].before_bytes, chunks[i].size, end - address,
			page);
		uint64_t stop = size == 0 ? take_piece(walk, address, chunks[i].size, end) : 0;
		if (stop != 0)
			next = stop;
		if (stop == 0 && size == 0)
			walk->census->rest_bytes += page;
		if (size == 0)
			continue;
		next = address + size;
		walk->census->mapped.count++;
		walk->census->mapped.bytes += size;
		heap_count_used(walk, size, chunks[i].first_word);
	}
	return next > at + count * page ? next : at + count * page;
}

/* Looks for mapped chunks in [AT, LIMIT); where what it found ends, which may be behind LIMIT. */
static uint64_t take_mapped(struct heap_walk *walk, uint64_t at, uint64_t limit, uint64_t end)
{
	while (at < limit && walk->error == 0) {
		if (walk->pages_left == 0) {
			walk->census->cut = true;
			return end;
		}
		at = take_mapped_some(walk, at, limit, end);
	}
	return at;
}

/* Heaps of threads, and what lies between them. */
static void take_region(struct heap_walk *walk, const struct memory_region *region)
{
	uint64_t at = region->start, page = memory_page_size(walk->memory), state;

	while (at < region->end && walk->error == 0) {
		uint64_t limit = (at / HEAP_ALIGN + 1) * HEAP_ALIGN, end = 0;

		if (at % HEAP_ALIGN == 0)
			end = thread_heap(walk, at, &state);
		if (end != 0) {
			take_heap(walk, at, at + sizeof(struct heap_info), end, state);
			at = (end + page - 1) / page * page;
		} else {
			at = take_mapped(walk, at, limit < region->end ? limit : region->end,
				region->end);
		}
	}
}

/* Whether REGION lies right above a guard, as the stacks of threads and coroutines do; BEFORE is
 * the region before it. */
static bool is_stack(const struct memory_region *before, const struct memory_region *region)
{
	return before->end == region->start && before->end - before->start <= GUARD_MOST &&
	       (before->flags & (MEMORY_READ | MEMORY_WRITE | MEMORY_EXEC)) == 0 &&
	       region->end - region->start <= STACK_MOST;
}

/* Anonymous memory in which malloc has nothing: code that was made, what may only be read, the main
 * thread's stack. */
static void take_plain(struct heap_walk *walk, const struct memory_region *region)
{
	const unsigned none = MEMORY_SHARED | MEMORY_FILE | MEMORY_HEAP | MEMORY_KERNEL;
	size_t cost = (region->end - region->start) / memory_page_size(walk->memory) / ABSENT_PAGES;

	if ((region->flags & none) != 0 ||
		(region->flags & (MEMORY_READ | MEMORY_WRITE | MEMORY_EXEC)) == 0)
		return;
	if (cost >= walk->pages_left) {
		walk->census->cut = true;
		return;
	}
	walk->pages_left -= cost;
	walk->census->rest_bytes += heap_resident(walk, region->start, region->end);
}

/* A stack has no chunks in it, but is looked at as any region: it may be something else. */
static void take_any(struct heap_walk *walk, const struct memory_region *region, bool stack)
{
	uint64_t before = walk->census->rest_bytes;

	if (is_anonymous(region))
		take_region(walk, region);
	else
		take_plain(walk, region);
	if (!stack || walk->census->rest_bytes == before)
		return;
	walk->census->stack_bytes += walk->census->rest_bytes - before;
	walk->census->stacks++;
}

/* The main arena first: other regions are heaps of threads, or single chunks that malloc(3)
 * mapped, and are told apart by their first words. MAPPED_PAGES_MOST bounds what a process with a
 * million mappings may cost. */
static int take_once(struct heap_census *census, struct memory *memory)
{
	struct heap_word *words = census->words;
	size_t count;
	const struct memory_region *regions = memory_regions(memory, &count);
	struct heap_walk walk;

	memset(words, 0, HEAP_WORDS * sizeof(*words));
	*census = (struct heap_census){ .words = words };
	heap_walk_init(&walk, census, memory);
	walk.pages_left = MAPPED_PAGES_MOST;
	take_main(&walk);
	for (size_t i = 0; i < count && walk.error == 0; i++)
		take_any(&walk, &regions[i],
			(regions[i].flags & MEMORY_STACK) != 0 ||
				(i > 0 && is_stack(&regions[i - 1], &regions[i])));
	for (size_t i = 0; i < census->narenas; i++)
		census->resyncs += census->arenas[i].resyncs;
	heap_walk_done(&walk);
	return walk.error;
}

int heap_take(struct heap_census *census, struct memory *memory)
{
	for (int tries = 0;; tries++) {
		memory_refresh(memory);
		int error = take_once(census, memory);
		/* a heap that was made or moved while the others were read is read anew */
		if (error < 0 || census->unread == 0 || tries == TRIES_MOST ||
			memory_pid(memory) == 0)
			return error;
	}
}

void heap_size_of(size_t index, uint64_t *low, uint64_t *high)
{
	const size_t small = HEAP_SMALL_MOST / CHUNK_ALIGN;

	if (index < small) {
		*low = *high = index * CHUNK_ALIGN;
		return;
	}
	*low = (uint64_t)HEAP_SMALL_MOST << (index - small);
	*high = *low * 2 - 1;
}

static void add_sum(struct heap_sum *sum, const struct heap_sum *more)
{
	sum->count += more->count;
	sum->bytes += more->bytes;
}

struct heap_arena heap_total(const struct heap_census *census)
{
	struct heap_arena total = { .bins = census->narenas > 0, .resyncs = census->resyncs };

	for (size_t i = 0; i < census->narenas; i++) {
		const struct heap_arena *arena = &census->arenas[i];

		add_sum(&total.used, &arena->used);
		add_sum(&total.free, &arena->free);
		total.top_bytes += arena->top_bytes;
		total.kept_bytes += arena->kept_bytes;
		total.returnable_bytes += arena->returnable_bytes;
		total.bins = total.bins && arena->bins;
	}
	return total;
}
