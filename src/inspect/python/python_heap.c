/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_heap - see python_heap.h; the pools */
#include "inspect/python/python_heap_priv.h"

#include "base/order.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	WINDOW = 1 << 20, /* bytes read at once */
	PAGE_LEAST = 4096,
	POOL_SIZE_MOST = 16384,
};

void python_heap_init(struct python_heap *heap, const struct python *python,
	struct python_types *types)
{
	memset(heap, 0, sizeof(*heap));
	heap->python = python;
	heap->types = types;
}

void python_heap_done(struct python_heap *heap)
{
	free(heap->pools);
	free(heap->spans);
	free(heap->near);
	free(heap->marks.at);
	memset(heap, 0, sizeof(*heap));
}

/* The numbers in a pool's head, where they agree with each other. */
struct pool {
	uint64_t at, free;
	uint32_t count, block_size,
		carved; /* blocks in use, bytes of one, blocks ever handed out */
};

/* A pool's head is full of redundancy: its size class fixes where blocks may begin and how many
 * fit. What agrees in all of it is a pool; memory of others that happens to is not met in
 * practice. */
static bool prove_pool(struct pool *pool, const unsigned char *head, uint64_t at,
	uint32_t pool_size)
{
	uint32_t class = python_half(head + POOL_CLASS), next = python_half(head + POOL_NEXT);

	if (class >= POOL_CLASSES)
		return false;
	pool->at = at;
	pool->block_size = (class + 1) * POOL_ALIGN;
	pool->free = python_word(head + POOL_FREE);
	pool->count = python_half(head + POOL_COUNT);
	uint32_t room = (pool_size - POOL_HEAD) / pool->block_size;
	if (python_half(head + POOL_NEXT_MOST) != pool_size - pool->block_size ||
		pool->count > room || next < POOL_HEAD + pool->block_size ||
		next > pool_size + pool->block_size || (next - POOL_HEAD) % pool->block_size != 0)
		return false;
	if (pool->free != 0 && (pool->free < at + POOL_HEAD || pool->free >= at + pool_size ||
				       (pool->free - at - POOL_HEAD) % pool->block_size != 0))
		return false;
	pool->carved = (next - POOL_HEAD) / pool->block_size;
	if (pool->carved > room)
		pool->carved = room;
	return pool->count <= pool->carved;
}

static void add_pool(struct python_heap *heap, uint64_t at)
{
	*XALLOC_NEXT(heap->pools, heap->pool_count, heap->pool_cap) = at;
	python_types_pool(heap->types, at);
}

/* --- where pools and mapped chunks are -------------------------------------------------------- */

enum { HEADS = 512 }; /* pages whose heads are read at once */

struct heads {
	struct python_heap *heap;
	const struct memory_region *region;
	struct memory_piece pieces[HEADS];
	unsigned char bytes[HEADS][POOL_HEAD];
	uint64_t next; /* what lies before it is known already */
};

/* A page may begin a pool, or a chunk that malloc(3) mapped for a large object: the two are told
 * apart by what is in them, and neither begins inside the one before. */
static void take_head(struct heads *heads, const struct memory_piece *piece)
{
	struct python_heap *heap = heads->heap;
	uint32_t pool_size = heap->python->row.pool_size;
	struct pool pool;

	if (piece->error != 0 || piece->address < heads->next)
		return;
	if (piece->address % pool_size == 0 && piece->address + pool_size <= heads->region->end &&
		prove_pool(&pool, piece->to, piece->address, pool_size)) {
		add_pool(heap, piece->address);
		heads->next = piece->address + pool_size;
		return;
	}
	uint64_t size = python_chunk_mapped(piece->to, piece->address, heads->region);
	if (size == 0)
		return;
	python_chunks_add(heap, piece->address, piece->address + size, true);
	heads->next = piece->address + size;
}

/* Only the first words of each page are read, which is a hundredth of the region. What a page
 * belongs to is skipped when it is known. */
static int find_in_region(struct heads *heads, const struct memory_region *region)
{
	uint32_t page = memory_page_size(heads->heap->python->memory);

	heads->region = region;
	heads->next = region->start;
	for (uint64_t at = region->start; at < region->end;) {
		size_t count = 0;

		if (at < heads->next)
			at = heads->next;
		for (; count < HEADS && at < region->end; at += page, count++)
			heads->pieces[count] = (struct memory_piece){
				.address = at, .to = heads->bytes[count], .size = POOL_HEAD
			};
		int error = memory_gather(heads->heap->python->memory, heads->pieces, count);
		if (error != 0)
			return error;
		for (size_t i = 0; i < count; i++)
			take_head(heads, &heads->pieces[i]);
	}
	return 0;
}

/* Anonymous memory that is written to and is no stack. */
static bool is_heap(const struct memory_region *region)
{
	const unsigned wanted = MEMORY_READ | MEMORY_WRITE;

	return (region->flags & (wanted | MEMORY_SHARED | MEMORY_FILE | MEMORY_STACK |
					MEMORY_KERNEL)) == wanted;
}

int python_heap_find(struct python_heap *heap)
{
	size_t count;
	const struct memory_region *regions = memory_regions(heap->python->memory, &count);
	struct heads *heads = xalloc(sizeof(*heads));
	int error = 0;

	heads->heap = heap;
	heap->pool_count = heap->span_count = 0;
	for (size_t i = 0; i < count && error == 0; i++) {
		if (is_heap(&regions[i]) && !python_chunks_heap(heap, &regions[i]))
			error = find_in_region(heads, &regions[i]);
	}
	free(heads);
	return error;
}

/* --- blocks ----------------------------------------------------------------------------------- */

struct walk {
	struct python_heap *heap;
	void (*each)(void *context, const struct python_block *block);
	void *context;
	uint64_t resident; /* bytes of the pool that are in memory */
};

enum { BLOCKS_MOST = 1024 }; /* of a pool: 16 KiB in blocks of 16 bytes */

/* Sets a bit for every block on POOL's free list, as far as it can be followed. */
static void mark_free(const struct pool *pool, const unsigned char *bytes,
	uint64_t is_free[BLOCKS_MOST / 64])
{
	uint64_t at = pool->free;

	memset(is_free, 0, BLOCKS_MOST / 8);
	for (uint32_t i = 0; i < pool->carved && at >= pool->at + POOL_HEAD; i++) {
		uint64_t offset = at - pool->at - POOL_HEAD, number = offset / pool->block_size;

		if (number >= pool->carved || offset % pool->block_size != 0 ||
			(is_free[number / 64] >> number % 64 & 1) != 0)
			return;
		is_free[number / 64] |= UINT64_C(1) << number % 64;
		at = python_word(bytes + POOL_HEAD + offset);
	}
}

/* Tells of the block of SIZE bytes at AT: what its user has of it. */
static void tell_block(const struct walk *walk, const unsigned char *bytes, uint64_t at,
	uint64_t size)
{
	struct python_block block = { .size = size };
	unsigned marks = python_block_marks(bytes, &block.size);

	block.at = at + marks;
	block.bytes = bytes + marks;
	walk->each(walk->context, &block);
}

/* Free blocks are in a list through the pool itself; what is neither in it nor beyond what was
 * ever carved out is in use. What is resident and not in use is kept. */
static void walk_pool(struct walk *walk, const unsigned char *bytes, uint64_t at)
{
	struct python_heap_sums *sums = &walk->heap->sums;
	uint64_t is_free[BLOCKS_MOST / 64];
	struct pool pool;

	if (!prove_pool(&pool, bytes, at, walk->heap->python->row.pool_size))
		return;
	uint64_t used = (uint64_t)pool.count * pool.block_size;
	sums->kept += walk->resident > used ? walk->resident - used : 0;
	if (pool.count == 0) {
		sums->pools_empty++;
		return;
	}
	sums->pools++;
	sums->blocks += pool.count;
	sums->bytes += used;
	mark_free(&pool, bytes, is_free);
	for (uint32_t i = 0; i < pool.carved; i++) {
		uint32_t offset = POOL_HEAD + i * pool.block_size;

		if ((is_free[i / 64] >> i % 64 & 1) == 0)
			tell_block(walk, bytes + offset, at + offset, pool.block_size);
	}
}

/* Where the run of pools that begins with number FIRST ends: it goes on over what lies between
 * pools, since a program that grows makes new ones there; not into chunks, nor beyond what is
 * read at once. */
static uint64_t run_end(const struct python_heap *heap, size_t first)
{
	const struct memory_region *region = memory_region_at(heap->python->memory,
		heap->pools[first]);
	uint64_t end = heap->pools[first] + WINDOW, pool_size = heap->python->row.pool_size;

	if (region != NULL && end > region->end)
		end = region->end;
	for (size_t i = 0; i < heap->span_count; i++)
		if (heap->spans[i].first >= heap->pools[first] && heap->spans[i].first < end)
			end = heap->spans[i].first;
	end -= (end - heap->pools[first]) % pool_size;
	return end > heap->pools[first] ? end : heap->pools[first] + pool_size;
}

/* A pool may be larger than a page, and only in part in memory. */
static uint64_t resident_bytes(const struct walk *walk, const unsigned char *present, uint64_t at)
{
	uint32_t page = memory_page_size(walk->heap->python->memory);
	uint64_t bytes = 0;

	for (uint64_t i = 0; i < walk->heap->python->row.pool_size / page; i++)
		bytes += present[at / page + i] ? page : 0;
	return bytes;
}

/* Walks the pools from number FIRST on that were read at once; the number of the next. */
static size_t walk_run(struct walk *walk, size_t first, uint64_t end, const unsigned char *window,
	const unsigned char *present)
{
	struct python_heap *heap = walk->heap;
	uint64_t start = heap->pools[first];
	uint32_t pool_size = heap->python->row.pool_size;
	size_t known = heap->known_count;
	struct pool pool;

	for (uint64_t at = start; at < end; at += pool_size) {
		bool is_known = first < known && heap->pools[first] == at;

		first += is_known;
		walk->resident = resident_bytes(walk, present, at - start);
		if (walk->resident == 0)
			continue;
		if (!is_known && prove_pool(&pool, window + (at - start), at, pool_size))
			add_pool(heap, at);
		walk_pool(walk, window + (at - start), at);
	}
	return first;
}

/* By runs of pools that lie together, a window at a time. Pools that turn up on the way come
 * behind those known, and all are put in order at the end. */
static int walk_pools(struct walk *walk, unsigned char *window, unsigned char *present)
{
	struct python_heap *heap = walk->heap;

	heap->known_count = heap->pool_count;
	for (size_t i = 0; i < heap->known_count;) {
		uint64_t start = heap->pools[i], end = run_end(heap, i);
		ssize_t read = memory_scan(heap->python->memory, start, window,
			(size_t)(end - start), present);

		if (read < 0 && read != -EFAULT)
			return (int)read;
		if (read <= 0)
			memset(present, 0, (size_t)(WINDOW / PAGE_LEAST));
		i = walk_run(walk, i, end, window, present);
	}
	order_sort(heap->pools, heap->pool_count, sizeof(*heap->pools), order_u64);
	return 0;
}

int python_heap_walk(struct python_heap *heap,
	void (*each)(void *context, const struct python_block *block), void *context)
{
	struct walk walk = { .heap = heap, .each = each, .context = context };
	unsigned char *window = xalloc(WINDOW), *present = xalloc(WINDOW / PAGE_LEAST);

	memset(&heap->sums, 0, sizeof(heap->sums));
	int error = walk_pools(&walk, window, present);
	free(window);
	free(present);
	return error != 0 ? error : python_chunks_walk(heap, each, context);
}

/* --- one block -------------------------------------------------------------------------------- */

/* Among those that were there before the walk, which are in order. */
static bool is_known_pool(const struct python_heap *heap, uint64_t at)
{
	size_t upto = order_upto(heap->pools, heap->pool_count, sizeof(heap->pools[0]), 0, at);

	return upto > 0 && heap->pools[upto - 1] == at;
}

/* A pool that was read, and its free blocks. */
struct python_near {
	struct pool pool; /* `at` 0: none */
	uint64_t is_free[BLOCKS_MOST / 64];
	unsigned char bytes[POOL_SIZE_MOST];
};

void python_heap_forget(struct python_heap *heap)
{
	if (heap->near != NULL)
		heap->near->pool.at = 0;
}

static bool read_near(struct python_heap *heap, uint64_t at)
{
	uint32_t pool_size = heap->python->row.pool_size;

	if (heap->near == NULL)
		heap->near = xalloc_zero(1, sizeof(*heap->near));
	if (heap->near->pool.at == at)
		return true;
	heap->near->pool.at = 0;
	/* the end of a pool may never have been touched */
	if (memory_scan(heap->python->memory, at, heap->near->bytes, pool_size, NULL) <= 0)
		return false;
	if (!prove_pool(&heap->near->pool, heap->near->bytes, at, pool_size)) {
		heap->near->pool.at = 0;
		return false;
	}
	mark_free(&heap->near->pool, heap->near->bytes, heap->near->is_free);
	return true;
}

bool python_heap_block_at(struct python_heap *heap, uint64_t address, struct python_found *found)
{
	uint32_t pool_size = heap->python->row.pool_size;
	uint64_t at = address / pool_size * pool_size;

	if (!is_known_pool(heap, at))
		return python_chunk_at(heap, address, found);
	if (address < at + POOL_HEAD || !read_near(heap, at))
		return false;
	const struct python_near *near = heap->near;
	uint64_t number = (address - at - POOL_HEAD) / near->pool.block_size;
	if (number >= near->pool.carved || (near->is_free[number / 64] >> number % 64 & 1) != 0)
		return false;
	found->at = at + POOL_HEAD + number * near->pool.block_size;
	found->size = near->pool.block_size;
	found->at += python_block_marks(near->bytes + (found->at - at), &found->size);
	memset(found->head, 0, sizeof(found->head));
	memcpy(found->head, near->bytes + (found->at - at),
		found->size < sizeof(found->head) ? (size_t)found->size : sizeof(found->head));
	return true;
}
