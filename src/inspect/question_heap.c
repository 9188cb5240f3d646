/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question_heap - the answers about malloc; see question.h */
#include "inspect/question_priv.h"

#include "base/amount.h"
#include "base/order.h"
#include "base/xalloc.h"
#include "inspect/classes.h"
#include "inspect/heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CLASSES_MOST = 200, /* listed */
	SIZES_MOST = 100,
	NAME_ROOM = 160,
	C_HEAP_LEAST = 1 << 20,
	CHUNK_HEAD = 8, /* of a chunk in use is not its owner's */
};

static int by_bytes(const void *a, const void *b)
{
	const struct heap_word *first = a, *second = b;

	return (first->sum.bytes < second->sum.bytes) - (first->sum.bytes > second->sum.bytes);
}

/* The classes whose objects are in chunks; the number of objects that have one is small beside that
 * of words that were counted, so that each is asked once. */
static void put_classes(struct look *look, struct heap_census *census)
{
	char name[CLASSES_NAME_MOST];
	size_t found = 0;

	order_sort(census->words, HEAP_WORDS, sizeof(*census->words), by_bytes);
	for (size_t i = 0; i < HEAP_WORDS && found < CLASSES_MOST; i++) {
		const struct heap_word *word = &census->words[i];

		if (word->sum.count == 0)
			break;
		if (!classes_name(look->memory, word->word, name))
			continue;
		question_type(look, INSIDE_CLASS, name, word->sum.count, word->sum.bytes, NULL);
		found++;
	}
}

static void name_size(char *name, size_t cap, size_t index)
{
	uint64_t low, high;

	heap_size_of(index, &low, &high);
	if (low == high) /* what was asked for: the chunk less its head, rounded up to 16 */
		snprintf(name, cap, "%llu to %llu bytes",
			(unsigned long long)(low > 32 ? low - CHUNK_HEAD - 15 : 0),
			(unsigned long long)(low - CHUNK_HEAD));
	else
		snprintf(name, cap, "%llu to %llu KiB", (unsigned long long)low / 1024,
			(unsigned long long)(high + 1) / 1024);
}

struct size {
	size_t index;
	uint64_t bytes;
};

static int by_size_bytes(const void *a, const void *b)
{
	const struct size *first = a, *second = b;

	return (first->bytes < second->bytes) - (first->bytes > second->bytes);
}

/* Largest sums first, and few: a list of all sizes would say nothing. */
static void put_sizes(struct look *look, const struct heap_census *census)
{
	struct size *sizes = xalloc(HEAP_SIZES * sizeof(*sizes));
	char name[NAME_ROOM];
	size_t count = 0;

	for (size_t i = 0; i < HEAP_SIZES; i++)
		if (census->sizes[i].count > 0)
			sizes[count++] = (struct size){ i, census->sizes[i].bytes };
	order_sort(sizes, count, sizeof(*sizes), by_size_bytes);
	for (size_t i = 0; i < count && i < SIZES_MOST; i++) {
		const struct heap_sum *sum = &census->sizes[sizes[i].index];

		name_size(name, sizeof(name), sizes[i].index);
		question_type(look, INSIDE_SIZE, name, sum->count, sum->bytes, NULL);
	}
	free(sizes);
}

static int by_free(const void *a, const void *b)
{
	const struct inside_arena *first = a, *second = b;

	return (first->free < second->free) - (first->free > second->free);
}

/* Arenas of threads have no name, and are numbered as they are found. Those with most free memory
 * come first: that is what the table is read for. */
static void put_arenas(struct look *look, const struct heap_census *census)
{
	struct frame *frame = look->frame;
	char name[NAME_ROOM];
	unsigned threads = 0;

	if (census->narenas == 0)
		return;
	struct inside_arena *arenas = arena_take(&frame->arena, census->narenas, sizeof(*arenas));
	for (size_t i = 0; i < census->narenas; i++) {
		const struct heap_arena *arena = &census->arenas[i];

		if (arena->main)
			snprintf(name, sizeof(name), "main");
		else
			snprintf(name, sizeof(name), "thread %u", ++threads);
		arenas[i] = (struct inside_arena){
			.pid = look->inside->pid,
			.name = question_text(look, name, INSIDE_NAME_MAX),
			.used = arena->used.bytes,
			.free = arena->free.bytes,
			.kept = arena->kept_bytes,
			.returnable = arena->returnable_bytes,
		};
	}
	order_sort(arenas, census->narenas, sizeof(*arenas), by_free);
	frame->inside_arenas = arenas;
	frame->ninside_arenas = census->narenas < INSIDE_ARENAS_MAX ? census->narenas
								    : INSIDE_ARENAS_MAX;
}

/* CPython's pools lie in mappings that malloc knows nothing of. */
static void put_rest(struct look *look, const struct heap_census *census)
{
	struct proc_inside *inside = look->inside;
	uint64_t pools = inside->known & INSIDE_POOLS ? inside->pool_used + inside->pool_kept : 0;

	inside->known |= INSIDE_OUTSIDE;
	inside->rest = amount_less(census->rest_bytes, pools);
	inside->stack_bytes = amount_smaller(census->stack_bytes, inside->rest);
	inside->stacks = census->stacks;
}

/* A part that could not be read is told beside the sums, since in use and free add up only where
 * all was seen. */
static void put_sums(struct look *look, const struct heap_census *census)
{
	struct heap_arena total = heap_total(census);
	struct proc_inside *inside = look->inside;

	inside->known |= INSIDE_HEAP;
	inside->heap_used = total.used.bytes + census->mapped.bytes;
	inside->heap_free = total.free.bytes;
	inside->heap_kept = total.kept_bytes;
	inside->heap_returnable = total.returnable_bytes;
	inside->heap_mapped = census->mapped.bytes;
	inside->heap_chunks = total.used.count + census->mapped.count;
	inside->heap_arenas = (uint32_t)census->narenas;
	inside->heap_resyncs = total.resyncs;
	if (!total.bins && census->narenas > 0)
		question_unknown(look, "fast bins",
			"the arenas' own state was not found: what is in them counts as in use");
	if (census->unread > 0)
		question_unknown(look, "allocator", "%u of its heaps could not be proved",
			census->unread);
	if (census->cut)
		question_unknown(look, "allocator",
			"there is more than is looked at: what it has in mappings of its own is "
			"not all counted");
	else if (census->unread == 0)
		put_rest(look, census);
}

/* Another allocator is told by its library's name, and with a hint where it has a way to be asked
 * itself. */
static void say_other(struct look *look, const struct allocator *allocator)
{
	if (allocator->name[0] == '\0')
		question_unknown(look, "allocator",
			"no heap of glibc's malloc is in it: it has another allocator within, or "
			"none");
	else if (allocator->hint[0] != '\0')
		question_unknown(look, "allocator", "%s: its heap cannot be read; %s",
			allocator->name, allocator->hint);
	else
		question_unknown(look, "allocator", "%s: its heap cannot be read", allocator->name);
}

/* Bytes that are mapped for nobody but the program, and can be written to. */
static uint64_t anonymous_bytes(const struct look *look)
{
	const unsigned wanted = MEMORY_READ | MEMORY_WRITE;
	size_t count;
	const struct memory_region *regions = memory_regions(look->memory, &count);
	uint64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		if ((regions[i].flags & (wanted | MEMORY_SHARED | MEMORY_FILE | MEMORY_STACK)) ==
			wanted)
			bytes += regions[i].end - regions[i].start;
	return bytes;
}

/* Whose malloc it is after all: one within the program may leave glibc's to the C library alone. */
static struct allocator settle_allocator(const struct look *look, const struct heap_census *census)
{
	struct heap_arena total = heap_total(census);
	struct allocator found = look->allocator;
	uint64_t seen = total.used.bytes + total.free.bytes + census->mapped.bytes;

	if (found.name[0] != '\0' && (!found.glibc || seen >= anonymous_bytes(look) / 2))
		return found;
	/* CPython from 3.13 on has a mimalloc within that its usual builds do not use */
	struct allocator within = look->python ? (struct allocator){ "", "", false }
					       : allocator_within(look->memory);
	if (within.name[0] != '\0')
		return within;
	if (found.name[0] == '\0' && census->narenas > 0) /* linked into the program */
		found = (struct allocator){ "glibc", "", true };
	return found;
}

/* A Go program with parts in C has glibc's heap beside its own, which is told where there is
 * something in it. */
static bool has_c_heap(const struct allocator *allocator, const struct heap_census *census)
{
	return strcmp(allocator->name, "go") == 0 && census->narenas > 0 &&
	       heap_total(census).used.bytes + census->mapped.bytes >= C_HEAP_LEAST;
}

void question_heap(struct look *look)
{
	struct heap_census *census = heap_new();
	int error = heap_take(census, look->memory);
	struct allocator allocator = settle_allocator(look, census);

	if (error == 0 && has_c_heap(&allocator, census)) {
		question_unknown(look, "Go heap", "it cannot be read; %s", allocator.hint);
		allocator = (struct allocator){ "glibc", "", true };
	}
	look->inside->allocator = question_text(look, allocator.name, INSIDE_NAME_MAX);
	look->inside->hint = question_text(look, allocator.hint, INSIDE_TEXT_MAX);
	if (error == 0 && allocator.glibc &&
		(census->narenas + census->mapped.count > 0 || census->unread == 0)) {
		put_sums(look, census);
		put_arenas(look, census);
		put_classes(look, census);
		put_sizes(look, census);
	} else if (error == 0 || !allocator.glibc) {
		say_other(look, &allocator);
	}
	heap_free(census);
}
