/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The census of malloc's heaps, in made memory: what is in use and free is known to the byte. */
#include "inspect/heap.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum {
	PAGE = 4096,
	MAIN_PAGES = 64,
	MAIN_AT = 0x10000000,
	THREAD_AT = 0x18000000, /* a multiple of 64 MiB */
	THREAD_PAGES = 16,
	MAPPED_AT = 0x30003000,
	MAPPED_PAGES = 12,
	DATA_AT = 0x400000,
	FREE = 0,
	USED = 1,
	MAPPED = 2,
};

static unsigned char main_heap[MAIN_PAGES * PAGE], thread_heap[THREAD_PAGES * PAGE];
static unsigned char mapped[MAPPED_PAGES * PAGE], data[PAGE];
static const struct memory_region regions[] = {
	{ .start = DATA_AT,
		.end = DATA_AT + PAGE,
		.inode = 7,
		.flags = MEMORY_READ | MEMORY_WRITE | MEMORY_FILE,
		.name = "/lib/libc.so.6" },
	{ .start = MAIN_AT,
		.end = MAIN_AT + sizeof(main_heap),
		.flags = MEMORY_READ | MEMORY_WRITE | MEMORY_HEAP,
		.name = "[heap]" },
	{ .start = THREAD_AT,
		.end = THREAD_AT + sizeof(thread_heap),
		.flags = MEMORY_READ | MEMORY_WRITE,
		.name = "" },
	{ .start = MAPPED_AT,
		.end = MAPPED_AT + sizeof(mapped),
		.flags = MEMORY_READ | MEMORY_WRITE,
		.name = "" },
};

static void put(unsigned char *bytes, size_t at, uint64_t word)
{
	memcpy(bytes + at, &word, sizeof(word));
}

/* Chunks of SIZE bytes from AT to END, every third of them free; the last one takes what is left. */
static void fill(unsigned char *heap, size_t at, size_t end, size_t size)
{
	bool used = true;

	for (size_t i = 0; at < end; i++, at += size) {
		if (end - at < 2 * size)
			size = end - at;
		put(heap, at + 8, size | (used ? USED : FREE));
		put(heap, at + 16, i % 2 == 0 ? DATA_AT + 64 : 5);
		used = i % 3 != 0;
	}
}

static void set_up_heaps(void)
{
	memset(main_heap, 0, sizeof(main_heap));
	memset(thread_heap, 0, sizeof(thread_heap));
	memset(mapped, 0, sizeof(mapped));
	memset(data, 0, sizeof(data));
	fill(main_heap, 0, sizeof(main_heap), 64);
	put(thread_heap, 0, THREAD_AT + 0x30);
	put(thread_heap, 16, sizeof(thread_heap));
	put(thread_heap, 24, sizeof(thread_heap));
	fill(thread_heap, 0x8d0, sizeof(thread_heap), 16384);
	put(mapped, PAGE + 8, 4 * PAGE | MAPPED);
	put(mapped, 5 * PAGE + 8, (2 * PAGE - 16) | MAPPED); /* as glibc 2.43 writes it */
	put(mapped, 9 * PAGE + 8, 8 * PAGE | MAPPED);        /* too long to be true */
}

static struct heap_census *take(const unsigned char *main_bytes)
{
	const unsigned char *const bytes[] = { data, main_bytes, thread_heap, mapped };
	struct memory *memory = memory_of_image(regions, 4, bytes);
	struct heap_census *census = heap_new();

	assert_int_equal(heap_take(census, memory), 0);
	memory_close(memory);
	return census;
}

static const struct heap_arena *arena(const struct heap_census *census, bool is_main)
{
	for (size_t i = 0; i < census->narenas; i++)
		if (census->arenas[i].main == is_main)
			return &census->arenas[i];
	print_error("no arena\n");
	abort();
}

static void chunks_are_counted(void **state)
{
	set_up_heaps();
	struct heap_census *census = take(main_heap);
	const struct heap_arena *first = arena(census, true), *other = arena(census, false);
	uint64_t low, high;
	const uint64_t chunks = sizeof(main_heap) / 64; /* 1,365 of 4,096 are free, and the last */

	(void)state;
	assert_int_equal(census->narenas, 2);
	assert_int_equal(first->used.count + first->free.count, chunks);
	assert_int_equal(first->free.count, (chunks - 1 + 2) / 3 + 1);
	assert_int_equal(first->used.bytes + first->free.bytes, sizeof(main_heap));
	assert_int_equal(first->free.bytes, first->free.count * 64);
	assert_int_equal(first->top_bytes, 64);
	assert_int_equal(first->kept_bytes, first->free.bytes);
	assert_int_equal(first->returnable_bytes, 0);
	assert_int_equal(first->resyncs, 0);
	/* three chunks, of which the first and the end are free; what is before them is its state */
	assert_int_equal(other->used.count, 1);
	assert_int_equal(other->free.count, 2);
	assert_int_equal(other->used.bytes, 16384 + 0x8d0);
	assert_int_equal(other->used.bytes + other->free.bytes, sizeof(thread_heap));
	/* whole pages of the first: from 0x8d0 + 48 on, to 0x48d0 */
	assert_int_equal(other->returnable_bytes, 3 * PAGE);
	assert_int_equal(census->mapped.count, 2);
	assert_int_equal(census->mapped.bytes, 6 * PAGE);
	heap_size_of(4, &low, &high);
	assert_int_equal(low, 64);
	assert_int_equal(census->sizes[4].count, first->used.count);
	heap_free(census);
}

/* The state of the main arena: `top` leads into the heap, bins into the state, and one fast bin has
 * chunks 1 and 2 (64 bytes: bin 2), the pointer to the second mixed with its place or plain. */
static void put_state(bool mixed)
{
	const size_t top = 0x400;
	const uint64_t first = MAIN_AT + 64, second = MAIN_AT + 128;

	put(data, top, MAIN_AT + sizeof(main_heap) - 64);
	for (size_t i = 0; i < 254; i++)
		put(data, top + 16 + 8 * i, DATA_AT + top + 16 * (i / 2));
	put(data, top - 80 + 2 * 8, first);
	put(main_heap, 64 + 16, mixed ? second ^ (first + 16) >> 12 : second);
	put(main_heap, 128 + 16, mixed ? (second + 16) >> 12 : 0);
}

static void fast_bins_are_free(void **state)
{
	(void)state;
	for (int mixed = 0; mixed < 2; mixed++) {
		set_up_heaps();
		put_state(mixed == 1);
		struct heap_census *census = take(main_heap);
		const struct heap_arena *first = arena(census, true);

		assert_true(first->bins);
		assert_int_equal(first->free.count, 1366 + 2);
		assert_int_equal(first->free.bytes, (1366 + 2) * 64);
		assert_int_equal(first->used.bytes, (4096 - 1368) * 64);
		assert_int_equal(census->sizes[4].count, 4096 - 1368);
		heap_free(census);
	}
}

/* The words that lead into a file are counted, those that do not are not. */
static void first_words_are_told_apart(void **state)
{
	set_up_heaps();
	struct heap_census *census = take(main_heap);
	uint64_t found = 0;

	(void)state;
	for (size_t i = 0; i < HEAP_WORDS; i++)
		if (census->words[i].sum.count > 0) {
			assert_int_equal(census->words[i].word, DATA_AT + 64);
			found += census->words[i].sum.count;
		}
	/* chunks in use (not 0, 3, 6 ...) with an even number, but the last */
	assert_int_equal(found, 4094 / 2 + 1 - (4094 / 6 + 1));
	heap_free(census);
}

static void a_broken_chain_is_taken_up_again(void **state)
{
	set_up_heaps();
	put(main_heap, 64 * 2000 + 8, 0x123456789);
	struct heap_census *census = take(main_heap);
	const struct heap_arena *first = arena(census, true);

	(void)state;
	assert_int_equal(first->resyncs, 1);
	assert_int_equal(census->resyncs, 1);
	assert_in_range(first->used.count + first->free.count, 4090, 4095);
	heap_free(census);
}

/* Chunks go on behind the end that the list of regions had: the heap has grown since. */
static void a_heap_that_has_grown_is_read_to_its_end(void **state)
{
	enum { KNOWN = MAIN_PAGES / 2 * PAGE };
	const struct memory_region grown[] = {
		{ .start = MAIN_AT,
			.end = MAIN_AT + KNOWN,
			.flags = MEMORY_READ | MEMORY_WRITE | MEMORY_HEAP,
			.name = "[heap]" },
		{ .start = MAIN_AT + KNOWN,
			.end = MAIN_AT + sizeof(main_heap),
			.flags = MEMORY_READ,
			.name = "" },
	};
	const unsigned char *const bytes[] = { main_heap, main_heap + KNOWN };
	struct memory *memory = memory_of_image(grown, 2, bytes);
	struct heap_census *census = heap_new();

	(void)state;
	memset(main_heap, 0, sizeof(main_heap));
	fill(main_heap, 0, sizeof(main_heap), 48); /* one lies across the end that was known */
	assert_int_equal(heap_take(census, memory), 0);
	const struct heap_arena *first = arena(census, true);
	assert_int_equal(first->resyncs, 0);
	assert_int_equal(first->used.bytes + first->free.bytes, sizeof(main_heap));
	assert_int_equal(first->used.count + first->free.count, sizeof(main_heap) / 48);
	heap_free(census);
	memory_close(memory);
}

/* What a static program has in front of its heap is no part of it, and a number there that leads to
 * a chunk far behind is no first chunk. */
static void what_lies_before_the_first_chunk_is_none(void **state)
{
	enum { BEFORE = 0x500, NUMBER_AT = 0x40 };

	(void)state;
	set_up_heaps();
	memset(main_heap, 0, sizeof(main_heap));
	put(main_heap, NUMBER_AT + 8, BEFORE - NUMBER_AT + 100 * 64);
	fill(main_heap, BEFORE, sizeof(main_heap), 64);
	struct heap_census *census = take(main_heap);
	const struct heap_arena *first = arena(census, true);
	assert_int_equal(first->used.bytes + first->free.bytes, sizeof(main_heap) - BEFORE);
	assert_int_equal(census->sizes[4].count, first->used.count);
	heap_free(census);
}

/* Thousands of chunks that have a mapping each, of a few pages. */
static void small_mappings_are_all_seen(void **state)
{
	enum { MANY = 3000 };
	struct memory_region *many = calloc(MANY, sizeof(*many));
	const unsigned char **bytes = calloc(MANY, sizeof(*bytes));

	(void)state;
	memset(mapped, 0, sizeof(mapped));
	put(mapped, 8, 2 * PAGE | MAPPED);
	for (size_t i = 0; i < MANY; i++) {
		many[i] = (struct memory_region){ .start = MAPPED_AT + 3 * i * PAGE,
			.end = MAPPED_AT + (3 * i + 2) * PAGE,
			.flags = MEMORY_READ | MEMORY_WRITE,
			.name = "" };
		bytes[i] = mapped;
	}
	struct memory *memory = memory_of_image(many, MANY, bytes);
	struct heap_census *census = heap_new();
	assert_int_equal(heap_take(census, memory), 0);
	assert_int_equal(census->mapped.count, MANY);
	assert_false(census->cut);
	heap_free(census);
	memory_close(memory);
	free(many);
	free(bytes);
}

/* Where brk(2) gave no more malloc maps pieces: two, of which one ends with two chunks of 16 bytes,
 * the other with the free end of the arena. */
static void pieces_of_the_main_heap_are_found(void **state)
{
	static unsigned char pieces[8 * PAGE];
	struct memory_region some[] = { regions[0], regions[1],
		{ .start = MAPPED_AT,
			.end = MAPPED_AT + sizeof(pieces),
			.flags = MEMORY_READ | MEMORY_WRITE,
			.name = "" } };
	const unsigned char *const bytes[] = { data, main_heap, pieces };
	struct heap_census *census = heap_new();

	(void)state;
	set_up_heaps();
	put_state(true);
	put(main_heap, sizeof(main_heap) - 64 + 8, 32 | USED);
	put(main_heap, sizeof(main_heap) - 32 + 8, 16 | USED);
	put(main_heap, sizeof(main_heap) - 16 + 8, 16 | USED);
	put(data, 0x400, MAPPED_AT + 5 * PAGE);
	put(pieces, PAGE + 8, (3 * PAGE - 48) | USED);
	put(pieces, 4 * PAGE - 48 + 8, 16 | USED); /* no chunk had room here */
	put(pieces, 4 * PAGE - 32 + 8, 16 | USED);
	put(pieces, 4 * PAGE - 16 + 8, 16 | USED);
	put(pieces, 4 * PAGE + 8, PAGE | USED);
	put(pieces, 5 * PAGE + 8, 2 * PAGE | USED);
	struct memory *memory = memory_of_image(some, 3, bytes);
	assert_int_equal(heap_take(census, memory), 0);
	const struct heap_arena *first = arena(census, true);
	assert_int_equal(census->narenas, 1);
	assert_true(first->bins);
	assert_int_equal(first->used.bytes + first->free.bytes, sizeof(main_heap) + 6 * PAGE);
	assert_int_equal(first->top_bytes, 2 * PAGE);
	assert_int_equal(census->rest_bytes, 2 * PAGE);
	assert_int_equal(first->resyncs, 0);
	assert_int_equal(census->sizes[PAGE / 16].count, 1);
	heap_free(census);
	memory_close(memory);
}

/* What is in memory and in no chunk is not malloc's; a region above a guard is a stack. */
static void the_rest_is_counted(void **state)
{
	static unsigned char stack[4 * PAGE], code[3 * PAGE];
	struct memory_region some[] = {
		regions[3],
		{ .start = MAPPED_AT + 64 * PAGE, .end = MAPPED_AT + 65 * PAGE, .name = "" },
		{ .start = MAPPED_AT + 65 * PAGE,
			.end = MAPPED_AT + 69 * PAGE,
			.flags = MEMORY_READ | MEMORY_WRITE,
			.name = "" },
		{ .start = MAPPED_AT + 80 * PAGE,
			.end = MAPPED_AT + 80 * PAGE + (1ull << 32),
			.flags = MEMORY_READ | MEMORY_WRITE,
			.name = "" },
		{ .start = 0x700000000000,
			.end = 0x700000000000 + sizeof(code),
			.flags = MEMORY_READ | MEMORY_WRITE | MEMORY_EXEC,
			.name = "" },
	};
	const unsigned char *const bytes[] = { mapped, NULL, stack, NULL, code };
	struct heap_census *census = heap_new();

	(void)state;
	set_up_heaps();
	struct memory *memory = memory_of_image(some, 5, bytes);
	assert_int_equal(heap_take(census, memory), 0);
	assert_int_equal(census->mapped.bytes, 6 * PAGE);
	assert_int_equal(census->rest_bytes,
		sizeof(mapped) - 6 * PAGE + sizeof(stack) + sizeof(code));
	assert_int_equal(census->stack_bytes, sizeof(stack));
	assert_int_equal(census->stacks, 1);
	/* 4 GiB of which nothing is in memory do not use up what is looked at */
	assert_false(census->cut);
	heap_free(census);
	memory_close(memory);
}

/* A heap of which no chain leads anywhere is none, and one that is not in memory is not read. */
static void what_cannot_be_proved_is_said(void **state)
{
	set_up_heaps();
	memset(main_heap, 0x41, sizeof(main_heap));
	struct heap_census *census = take(main_heap);

	(void)state;
	assert_int_equal(census->unread, 1);
	assert_int_equal(census->narenas, 1);
	heap_free(census);
	census = take(NULL);
	assert_int_equal(census->unread, 1);
	heap_free(census);
}

static void a_budget_ends_the_census(void **state)
{
	const unsigned char *const bytes[] = { data, main_heap, thread_heap, mapped };
	struct heap_census *census = heap_new();

	(void)state;
	set_up_heaps();
	struct memory *memory = memory_of_image(regions, 4, bytes);
	memory_budget(memory, 100, 0);
	assert_int_equal(heap_take(census, memory), -E2BIG);
	memory_close(memory);
	heap_free(census);
}

static void sizes_have_ranges(void **state)
{
	uint64_t low, high, before = 0;

	(void)state;
	for (size_t i = 1; i < HEAP_SIZES; i++) {
		heap_size_of(i, &low, &high);
		assert_true(low > before && high >= low);
		before = high;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_are_counted),
		cmocka_unit_test(fast_bins_are_free),
		cmocka_unit_test(first_words_are_told_apart),
		cmocka_unit_test(a_broken_chain_is_taken_up_again),
		cmocka_unit_test(a_heap_that_has_grown_is_read_to_its_end),
		cmocka_unit_test(what_lies_before_the_first_chunk_is_none),
		cmocka_unit_test(small_mappings_are_all_seen),
		cmocka_unit_test(pieces_of_the_main_heap_are_found),
		cmocka_unit_test(the_rest_is_counted),
		cmocka_unit_test(what_cannot_be_proved_is_said),
		cmocka_unit_test(a_budget_ends_the_census),
		cmocka_unit_test(sizes_have_ranges),
	};

	if (sysconf(_SC_PAGESIZE) != PAGE)
		return 77; /* the heaps above are made of pages of 4 KiB */
	return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
