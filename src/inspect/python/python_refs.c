/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_refs - see python_refs.h */
#include "inspect/python/python_refs.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "inspect/image.h"

#include <stdlib.h>
#include <string.h>

enum {
	/* read at a time */
	WINDOW = 1 << 20,
	PLACES = 4 * PYTHON_TARGETS_MOST,
	HITS_LEAST = 64,      /* of one target */
	TRIES = 16,           /* to find a hit to put another in the place of */
	SIEVE_BITS = 1 << 17, /* 16 KiB: it stays in the nearest cache */
};

struct target {
	uint64_t at; /* 0: an empty place */
	uint32_t node;
	uint32_t seen; /* words so far */
};

struct mapped_range {
	uint64_t start, end;
	bool data;
};

struct python_refs {
	struct python_heap *heap;
	struct target *places;
	size_t count;
	uint64_t least, most; /* of the addresses looked for */
	uint64_t sieve[SIEVE_BITS / 64];
	struct mapped_range *ranges;
	size_t range_count, range_cap;
	struct python_hit *hits;
	size_t hit_count;
	uint32_t hits_each;
	uint64_t random;
};

/* Ranges that touch are scanned as one. */
static void add_range(struct python_refs *refs, uint64_t start, uint64_t end, bool data)
{
	struct mapped_range *last = refs->range_count > 0 ? &refs->ranges[refs->range_count - 1]
							  : NULL;

	if (last != NULL && !data && !last->data && last->end == start) {
		last->end = end;
		return;
	}
	*XALLOC_NEXT(refs->ranges, refs->range_count, refs->range_cap) = (struct mapped_range){
		.start = start, .end = end, .data = data
	};
}

/* Variables of the program and its libraries: what of their images is written to. */
static void add_data(struct python_refs *refs)
{
	const unsigned wanted = MEMORY_READ | MEMORY_WRITE;
	struct memory *memory = refs->heap->python->memory;
	struct image *images;
	size_t count, image_count = image_list(memory, &images);
	const struct memory_region *regions = memory_regions(memory, &count);

	for (size_t i = 0; i < image_count; i++)
		for (size_t k = 0; k < count && regions[k].start < images[i].end; k++) {
			if (regions[k].start < images[i].base ||
				(regions[k].flags & (wanted | MEMORY_SHARED)) != wanted)
				continue;
			add_range(refs, regions[k].start,
				regions[k].end < images[i].end ? regions[k].end : images[i].end,
				true);
		}
	free(images);
}

struct python_refs *python_refs_new(struct python_heap *heap)
{
	struct python_refs *refs = xalloc_zero(1, sizeof(*refs));
	uint32_t pool_size = heap->python->row.pool_size;

	refs->heap = heap;
	refs->places = xalloc_zero(PLACES, sizeof(*refs->places));
	refs->hits = xalloc(PYTHON_HITS_MOST * sizeof(*refs->hits));
	refs->random = 88172645463325252u;
	for (size_t i = 0; i < heap->pool_count; i++)
		add_range(refs, heap->pools[i], heap->pools[i] + pool_size, false);
	for (size_t i = 0; i < heap->span_count; i++)
		if (!heap->spans[i].leaf)
			add_range(refs, heap->spans[i].first, heap->spans[i].end, false);
	add_data(refs);
	python_refs_clear(refs);
	return refs;
}

void python_refs_free(struct python_refs *refs)
{
	if (refs == NULL)
		return;
	free(refs->places);
	free(refs->ranges);
	free(refs->hits);
	free(refs);
}

void python_refs_clear(struct python_refs *refs)
{
	memset(refs->places, 0, PLACES * sizeof(*refs->places));
	memset(refs->sieve, 0, sizeof(refs->sieve));
	refs->count = 0;
	refs->least = UINT64_MAX;
	refs->most = 0;
}

static inline uint64_t hash_of(uint64_t address)
{
	return (address >> 4) * UINT64_C(0x9e3779b97f4a7c15);
}

void python_refs_target(struct python_refs *refs, uint64_t address, uint32_t node)
{
	uint64_t hash = hash_of(address);
	size_t at = (size_t)(hash >> 20) % PLACES, bit = hash >> 47;

	if (refs->count >= PYTHON_TARGETS_MOST)
		return;
	while (refs->places[at].at != 0 && refs->places[at].at != address)
		at = (at + 1) % PLACES;
	refs->places[at] = (struct target){ .at = address, .node = node };
	refs->sieve[bit / 64] |= UINT64_C(1) << bit % 64;
	refs->count++;
	if (address < refs->least)
		refs->least = address;
	if (address > refs->most)
		refs->most = address;
}

static struct target *find_target(struct python_refs *refs, uint64_t word)
{
	size_t at = (size_t)(hash_of(word) >> 20) % PLACES;

	/* 3.14 marks references in frames in their low bits */
	for (; refs->places[at].at != 0; at = (at + 1) % PLACES)
		if (refs->places[at].at == (word & ~UINT64_C(7)))
			return &refs->places[at];
	return NULL;
}

static uint64_t next_random(struct python_refs *refs)
{
	refs->random ^= refs->random << 13;
	refs->random ^= refs->random >> 7;
	refs->random ^= refs->random << 17;
	return refs->random;
}

/* Where very many words point at a target, any hit may make room for a later one: what holds a
 * thing once is found among what points back at it a million times often enough. */
static void add_hit(struct python_refs *refs, struct target *target, uint64_t at, bool data)
{
	struct python_hit hit = { .at = at, .node = target->node, .data = data };

	if (++target->seen > refs->hits_each) {
		if (next_random(refs) % target->seen >= refs->hits_each)
			return;
		for (unsigned i = 0; i < TRIES && refs->hit_count > 0; i++) {
			size_t other = next_random(refs) % refs->hit_count;

			if (refs->hits[other].node == target->node) {
				refs->hits[other] = hit;
				return;
			}
		}
		return;
	}
	if (refs->hit_count < PYTHON_HITS_MOST)
		refs->hits[refs->hit_count++] = hit;
}

/* Every aligned word: most are ruled out by their size, the rest by a sieve of bits, and only what
 * passes both is looked up. */
static void scan(struct python_refs *refs, const unsigned char *window, size_t size,
	const struct mapped_range *range, uint64_t start)
{
	const uint64_t least = refs->least, span = refs->most + 7 - refs->least;

	for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
		uint64_t word = python_word(window + i);

		if (word - least > span)
			continue;
		uint64_t hash = hash_of(word) >> 47;
		if ((refs->sieve[hash / 64] >> hash % 64 & 1) == 0)
			continue;
		struct target *target = find_target(refs, word);
		if (target != NULL && start + i >= range->start && start + i < range->end)
			add_hit(refs, target, start + i, range->data);
	}
}

/* Pages that cannot be read are passed over, unless the budget is spent. */
static int scan_range(struct python_refs *refs, const struct mapped_range *range,
	unsigned char *window)
{
	struct memory *memory = refs->heap->python->memory;
	uint32_t page = memory_page_size(memory);
	uint64_t at = range->start / page * page, end = (range->end + page - 1) / page * page;

	while (at < end) {
		size_t size = end - at < WINDOW ? (size_t)(end - at) : WINDOW;
		ssize_t read = memory_scan(memory, at, window, size, NULL);

		if (read < 0 && memory_spent(memory) != 0)
			return (int)read;
		if (read > 0)
			scan(refs, window, size, range, at);
		at += size;
	}
	return 0;
}

int python_refs_find(struct python_refs *refs, const struct python_hit **hits, size_t *count)
{
	unsigned char *window = xalloc(WINDOW);
	int error = 0;

	refs->hit_count = 0;
	refs->hits_each = (uint32_t)(PYTHON_HITS_MOST / 2 / (refs->count + 1));
	if (refs->hits_each < HITS_LEAST)
		refs->hits_each = HITS_LEAST;
	for (size_t i = 0; i < refs->range_count && error == 0; i++)
		error = scan_range(refs, &refs->ranges[i], window);
	free(window);
	order_sort(refs->hits, refs->hit_count, sizeof(*refs->hits), order_u64);
	*hits = refs->hits;
	*count = refs->hit_count;
	return error;
}
