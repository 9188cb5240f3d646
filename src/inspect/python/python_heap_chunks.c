/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_heap_chunks - the chunks of glibc's malloc that a Python has (python_heap.h)
 *
 * A chunk is 8 bytes of its size, with three flags in the low bits, and then what its user has, the
 * first 8 bytes of the next chunk included.  Whether it is in use, the next one says.
 */
#include "inspect/python/python_heap_priv.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "inspect/heap.h"

#include <stdlib.h>
#include <string.h>

enum {
	WINDOW = 1 << 20, /* bytes read at once */
	CHUNK_LEAST = 32,
	CHUNK_ALIGN = 16,
	CHUNK_HEAD = 16,  /* the size of the one before and its own */
	CHUNK_IN_USE = 1, /* the one before is */
	CHUNK_MAPPED = 2,
	CHUNK_FLAGS = 7,
	PAGE = 4096,
	PROOF = 64,              /* so many in a row are no accident */
	ARENA_FIRST_MOST = 4096, /* where an arena's first chunk may begin */
	MARK_SPACE = PAGE,       /* of each so many bytes the first chunk is known */
	NEAR = 4 * PAGE,         /* read at once to find one chunk */
	MARKS = 16,              /* bytes before a block that is debugged */
	HOPS_MOST = MARK_SPACE / CHUNK_LEAST + 1,
};
#define ARENA_ALIGN (UINT64_C(64) << 20)

/* --- marks of Python's own, around what it asks malloc for, too --- */

/* The size within marks at BYTES, of a block of SIZE bytes: the size, its high byte first; a letter
 * for who asked; seven times the mark.  0: no marks. */
static uint64_t within_marks(const unsigned char *bytes, uint64_t size)
{
	enum { MARK = 0xfd, BEHIND = 8 };
	uint64_t within = 0;

	if (size <= MARKS + BEHIND || (bytes[8] != 'o' && bytes[8] != 'm' && bytes[8] != 'r'))
		return 0;
	for (size_t i = 9; i < MARKS; i++)
		if (bytes[i] != MARK)
			return 0;
	for (size_t i = 0; i < 8; i++)
		within = within << 8 | bytes[i];
	return within <= size - MARKS - BEHIND ? within : 0;
}

unsigned python_block_marks(const unsigned char *bytes, uint64_t *size)
{
	unsigned marks = 0;
	uint64_t within;

	while (marks < 2 * MARKS && (within = within_marks(bytes + marks, *size)) > 0) {
		*size = within;
		marks += MARKS;
	}
	return marks;
}

/* --- chunks --- */

struct cursor {
	struct memory *memory;
	unsigned char *window;
	size_t window_size;
	uint64_t start, size; /* what is in it */
	uint64_t end;         /* of the span, rounded up to a page */
};

static void cursor_init(struct cursor *cursor, struct memory *memory, uint64_t end,
	size_t window_size)
{
	cursor->memory = memory;
	cursor->window = xalloc(window_size);
	cursor->window_size = window_size;
	cursor->start = cursor->size = 0;
	cursor->end = (end + PAGE - 1) / PAGE * PAGE;
}

/* The bytes at ADDRESS, at least NEED (at most PAGE) of them; NULL: not to be had. */
static const unsigned char *cursor_at(struct cursor *cursor, uint64_t address, uint64_t need)
{
	if (address < cursor->start || address + need > cursor->start + cursor->size) {
		uint64_t start = address / PAGE * PAGE;

		if (start >= cursor->end || address + need > cursor->end)
			return NULL;
		uint64_t size = cursor->end - start < cursor->window_size ? cursor->end - start
									  : cursor->window_size;
		if (memory_scan(cursor->memory, start, cursor->window, (size_t)size, NULL) < 0)
			return NULL;
		cursor->start = start;
		cursor->size = size;
	}
	return cursor->window + (address - cursor->start);
}

/* The size of the chunk at ADDRESS, its flags in *FLAGS; 0: there is none. */
static uint64_t chunk_size(struct cursor *cursor, uint64_t address, uint64_t end, unsigned *flags)
{
	if (address >= end || end - address < CHUNK_HEAD)
		return 0;
	const unsigned char *head = cursor_at(cursor, address, CHUNK_HEAD);
	if (head == NULL)
		return 0;
	uint64_t word = python_word(head + 8);
	uint64_t size = word & ~(uint64_t)CHUNK_FLAGS;
	*flags = (unsigned)(word & CHUNK_FLAGS);
	if (size < CHUNK_HEAD || size % CHUNK_ALIGN != 0 || size > end - address ||
		(*flags & CHUNK_MAPPED) != 0)
		return 0;
	return size;
}

/* Whether chunks lead on from ADDRESS, PROOF of them or to the END. */
static bool prove_chain(struct cursor *cursor, uint64_t address, uint64_t end)
{
	unsigned flags;

	for (unsigned i = 0; i < PROOF && address < end; i++) {
		uint64_t size = chunk_size(cursor, address, end, &flags);

		if (size < CHUNK_LEAST && address + size != end)
			return false;
		address += size;
	}
	return true;
}

void python_chunks_add(struct python_heap *heap, uint64_t first, uint64_t end, bool mapped)
{
	*XALLOC_NEXT(heap->spans, heap->span_count, heap->span_cap) = (struct python_span){
		.first = first, .end = end, .mapped = mapped
	};
}

/* The end of what goes on behind REGION without a hole and alike: in a child of fork(2) a heap that
 * grows is a mapping for each of its ages. */
static uint64_t joined_end(struct memory *memory, const struct memory_region *region)
{
	size_t count;
	const struct memory_region *regions = memory_regions(memory, &count);
	uint64_t end = region->end;

	for (size_t i = (size_t)(region - regions) + 1;
		i < count && regions[i].start == end && regions[i].flags == region->flags; i++)
		end = regions[i].end;
	return end;
}

/* Whether REGION is the later part of a heap that is known already. */
static bool is_known_part(const struct python_heap *heap, const struct memory_region *region)
{
	if (heap->span_count == 0)
		return false;
	const struct python_span *last = &heap->spans[heap->span_count - 1];
	return !last->mapped && last->first < region->start && last->end > region->start;
}

/* The end of the heap of an arena that begins at REGION, from its head: arena, the heap before,
 * bytes in use.  0: it is none. */
static uint64_t arena_end(struct memory *memory, const struct memory_region *region)
{
	uint64_t head[4], length = joined_end(memory, region) - region->start;

	if (region->start % ARENA_ALIGN != 0 ||
		memory_read(memory, region->start, head, sizeof(head)) != 0)
		return 0;
	if (!python_plausible(head[0]) || head[2] < PAGE || head[2] > ARENA_ALIGN ||
		head[2] % PAGE != 0 || head[3] < head[2] || head[3] > ARENA_ALIGN)
		return 0;
	return region->start + (head[2] < length ? head[2] : length);
}

bool python_chunks_heap(struct python_heap *heap, const struct memory_region *region)
{
	struct memory *memory = heap->python->memory;
	bool main_heap = (region->flags & MEMORY_HEAP) != 0, found = false;
	uint64_t end = main_heap ? joined_end(memory, region) : arena_end(memory, region);
	uint64_t first = region->start + (main_heap ? 0 : 2 * CHUNK_HEAD);
	struct cursor cursor;

	if (is_known_part(heap, region))
		return true;
	if (end == 0)
		return main_heap;
	cursor_init(&cursor, memory, end, NEAR);
	for (; !found && first < region->start + ARENA_FIRST_MOST; first += CHUNK_ALIGN)
		if (prove_chain(&cursor, first, end)) {
			python_chunks_add(heap, first, end, false);
			found = true;
		}
	free(cursor.window);
	return main_heap || found;
}

uint64_t python_chunk_mapped(const unsigned char *head, uint64_t address,
	const struct memory_region *region)
{
	return heap_mapped_size(python_word(head), python_word(head + 8), region->end - address,
		PAGE);
}

/* Where chunks begin, one for each stretch of memory, so that one need not walk from the start to
 * find another. */
static void add_mark(struct python_heap *heap, uint64_t chunk)
{
	struct python_marks *marks = &heap->marks;

	if (marks->count > 0 && marks->at[marks->count - 1] / MARK_SPACE == chunk / MARK_SPACE)
		return;
	*XALLOC_NEXT(marks->at, marks->count, marks->cap) = chunk;
}

struct chunk_walk {
	struct python_heap *heap;
	void (*each)(void *context, const struct python_block *block);
	void *context;
};

/* The first bytes of the block of *SIZE bytes at *AT, PYTHON_BLOCK_HAVE of them or all; where there
 * are marks around it, *AT and *SIZE become those of what is within.  NULL: not to be had. */
static const unsigned char *block_bytes(struct cursor *cursor, uint64_t *at, uint64_t *size)
{
	uint64_t have = *size < PYTHON_BLOCK_HAVE ? *size : PYTHON_BLOCK_HAVE;
	const unsigned char *bytes = cursor_at(cursor, *at, have);
	unsigned marks = bytes != NULL ? python_block_marks(bytes, size) : 0;

	if (marks == 0)
		return bytes;
	*at += marks;
	return cursor_at(cursor, *at, *size < PYTHON_BLOCK_HAVE ? *size : PYTHON_BLOCK_HAVE);
}

static void deliver(const struct chunk_walk *walk, struct cursor *cursor, uint64_t chunk,
	uint64_t size)
{
	struct python_block block = { .at = chunk + CHUNK_HEAD, .size = size };

	walk->heap->sums.chunks++;
	block.bytes = block_bytes(cursor, &block.at, &block.size);
	if (block.bytes != NULL)
		walk->each(walk->context, &block);
}

/* The next place behind ADDRESS from where chunks lead on; END: none. */
static uint64_t find_chain(struct cursor *cursor, uint64_t address, uint64_t end)
{
	for (address += CHUNK_ALIGN; address < end; address += CHUNK_ALIGN)
		if (prove_chain(cursor, address, end))
			return address;
	return end;
}

static void walk_span(const struct chunk_walk *walk, const struct python_span *span)
{
	struct cursor cursor;
	uint64_t chunk = span->first, end = span->end;

	cursor_init(&cursor, walk->heap->python->memory, end, WINDOW);
	if (span->mapped) {
		deliver(walk, &cursor, chunk, end - chunk - CHUNK_HEAD);
		chunk = end;
	}
	while (chunk < end && memory_spent(walk->heap->python->memory) == 0) {
		unsigned flags, next_flags;
		uint64_t size = chunk_size(&cursor, chunk, end, &flags);

		if (size < CHUNK_LEAST) {
			if (chunk + size == end)
				break; /* the fence at the end of an arena's heap */
			walk->heap->sums.resyncs++;
			chunk = find_chain(&cursor, chunk, end);
			continue;
		}
		add_mark(walk->heap, chunk);
		/* the last one is the top: nobody's */
		if (chunk_size(&cursor, chunk + size, end, &next_flags) != 0 &&
			(next_flags & CHUNK_IN_USE) != 0)
			deliver(walk, &cursor, chunk, size - 8);
		chunk += size;
	}
	free(cursor.window);
}

int python_chunks_walk(struct python_heap *heap,
	void (*each)(void *context, const struct python_block *block), void *context)
{
	struct chunk_walk walk = { .heap = heap, .each = each, .context = context };

	heap->marks.count = 0;
	for (size_t i = 0; i < heap->span_count; i++)
		walk_span(&walk, &heap->spans[i]);
	return memory_spent(heap->python->memory);
}

/* --- one chunk -------------------------------------------------------------------------------- */

/* The first span that does not end before ADDRESS; `span_count`: none. */
static size_t span_before(const struct python_heap *heap, uint64_t address)
{
	return order_upto(heap->spans, heap->span_count, sizeof(heap->spans[0]),
		offsetof(struct python_span, end), address);
}

static const struct python_span *span_at(const struct python_heap *heap, uint64_t address)
{
	size_t at = span_before(heap, address);

	return at < heap->span_count && heap->spans[at].first <= address ? &heap->spans[at] : NULL;
}

void python_heap_leaf(struct python_heap *heap, uint64_t at)
{
	size_t span = span_before(heap, at);

	if (span < heap->span_count && heap->spans[span].mapped &&
		heap->spans[span].first + CHUNK_HEAD == at)
		heap->spans[span].leaf = true;
}

/* The last chunk that is known to begin at or before ADDRESS. */
static uint64_t mark_before(const struct python_heap *heap, const struct python_span *span,
	uint64_t address)
{
	size_t upto = order_upto(heap->marks.at, heap->marks.count, sizeof(heap->marks.at[0]), 0,
		address);

	return upto > 0 && heap->marks.at[upto - 1] > span->first ? heap->marks.at[upto - 1]
								  : span->first;
}

/* From the last mark before it, chunk by chunk: malloc(3) keeps no list of them. The one behind
 * must say that this one is in use. */
static bool find_chunk(struct python_heap *heap, const struct python_span *span, uint64_t address,
	struct python_found *found)
{
	uint64_t chunk = span->mapped ? span->first : mark_before(heap, span, address);
	uint64_t size = span->end - chunk;
	unsigned flags, next_flags = CHUNK_IN_USE;
	struct cursor cursor;
	bool got = span->mapped;

	cursor_init(&cursor, heap->python->memory, span->end, NEAR);
	for (unsigned i = 0; !got && i < HOPS_MOST; i++) {
		size = chunk_size(&cursor, chunk, span->end, &flags);
		if (size < CHUNK_LEAST)
			break;
		got = address < chunk + size + 8;
		if (!got)
			chunk += size;
	}
	if (got && !span->mapped)
		got = chunk_size(&cursor, chunk + size, span->end, &next_flags) != 0 &&
		      (next_flags & CHUNK_IN_USE) != 0;
	found->at = chunk + CHUNK_HEAD;
	found->size = size - (span->mapped ? CHUNK_HEAD : 8);
	memset(found->head, 0, sizeof(found->head));
	const unsigned char *bytes = got ? block_bytes(&cursor, &found->at, &found->size) : NULL;
	if (bytes != NULL)
		memcpy(found->head, bytes,
			found->size < sizeof(found->head) ? (size_t)found->size
							  : sizeof(found->head));
	free(cursor.window);
	return bytes != NULL && address >= found->at;
}

bool python_chunk_at(struct python_heap *heap, uint64_t address, struct python_found *found)
{
	const struct python_span *span = span_at(heap, address);

	return span != NULL && find_chunk(heap, span, address, found);
}
