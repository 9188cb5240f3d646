/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings: what looks inside a process come to: what gained, how fast, and why it grows */
#include "model/findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MIB = 1024 * 1024 };

static const struct ident somebody = { 7, 1 };

/* A look at AT_MS that found COUNT types. */
static void look(struct findings_table *table, uint64_t at_ms, const struct inside_type *types,
	size_t count)
{
	struct frame *frame = frame_new();
	static uint32_t number;

	frame->insides = arena_take(&frame->arena, 1, sizeof(*frame->insides));
	frame->ninsides = 1;
	frame->insides[0] = (struct proc_inside){ .pid = 7,
		.start_ticks = 1,
		.number = ++number,
		.type = "",
		.why = "",
		.allocator = "",
		.hint = "",
		.runtime = "" };
	frame->inside_types = arena_take(&frame->arena, count, sizeof(*types));
	memcpy(frame->inside_types, types, count * sizeof(*types));
	frame->ninside_types = count;
	findings_table_put(table, frame, at_ms);
	frame_free(frame);
}

static struct inside_type type_of(const char *name, uint64_t count, uint64_t bytes)
{
	return (struct inside_type){ 7, INSIDE_OBJECTS, 0, name, count, bytes, 0 };
}

static void what_gained_most_is_first(void **state)
{
	struct findings_table table = { 0 };
	struct findings_row rows[INSIDE_TYPES_MAX];
	struct inside_type types[] = {
		{ 7, INSIDE_SIZE, 0, "24 bytes", 9, 90 * MIB, 0 },
		type_of("large", 10, 9 * MIB),
		type_of("small", 10, 1 * MIB),
	};

	(void)state;
	look(&table, 1000, types, 3);
	const struct findings *f = findings_table_find(&table, somebody);
	assert_int_equal(findings_rows(f, rows), 3);
	assert_string_equal(rows[0].type->name, "large");
	assert_string_equal(rows[2].type->name, "24 bytes");
	assert_false(rows[0].compared);
	types[2] = type_of("small", 30, 4 * MIB);
	look(&table, 31000, types, 3);
	assert_int_equal(findings_rows(f, rows), 3);
	assert_string_equal(rows[0].type->name, "small");
	assert_true(rows[0].compared);
	assert_int_equal(rows[0].gained_bytes, 3 * MIB);
	assert_int_equal(rows[0].gained_count, 20);
	/* from now on nothing has gained: the largest is first again */
	findings_table_set_baseline(&table);
	look(&table, 32000, types, 3);
	findings_rows(f, rows);
	assert_string_equal(rows[0].type->name, "large");
	findings_table_done(&table);
}

/* Once there is a second type of a name both are told with their modules: what the first had is not
 * what it gained. */
static void another_name_is_no_gain(void **state)
{
	struct findings_table table = { 0 };
	struct findings_row rows[INSIDE_TYPES_MAX];
	struct inside_type types[] = {
		type_of("Timer", 1000, 9 * MIB),
		type_of("app.deque", 1000, 5 * MIB),
		type_of("app.Task", 10, 2 * MIB),
	};

	(void)state;
	look(&table, 1000, types, 2);
	types[0] = type_of("threading.Timer", 1000, 8 * MIB);
	types[1] = type_of("deque", 1000, 5 * MIB);
	look(&table, 2000, types, 3);
	const struct findings *f = findings_table_find(&table, somebody);
	assert_int_equal(findings_rows(f, rows), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(rows[i].compared, strcmp(rows[i].type->name, "app.Task") == 0);
	findings_table_done(&table);
}

/* A minute of looks counts; where they are further apart, the last two do. */
static void a_minute_is_a_minute(void **state)
{
	struct findings_table table = { 0 };
	double rate;

	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		struct inside_type type = type_of("t", i, i * MIB);
		const struct findings *f;

		look(&table, 5000 * (i + 1), &type, 1);
		f = findings_table_find(&table, somebody);
		assert_int_equal(findings_past_rate(&f->past, &type, &rate), i > 0);
		if (i > 0)
			assert_float_equal(rate, 12 * 1024, 1);
	}
	struct inside_type type = type_of("t", 1, 219 * MIB);
	look(&table, 500000 + 600000, &type, 1);
	findings_past_rate(&findings_table_find(&table, somebody)->past, &type, &rate);
	assert_float_equal(rate, 12 * 1024, 1);
	findings_table_done(&table);
}

/* A type that was not among those listed has a gap, not nothing. */
static void gaps_are_gaps(void **state)
{
	struct findings_table table = { 0 };
	struct inside_type a = type_of("a", 1, MIB), b = type_of("b", 1, 2 * MIB);
	struct inside_type both[] = { a, b };
	struct series_span spans[6];

	(void)state;
	look(&table, 1000, &a, 1);
	look(&table, 2000, both, 2);
	look(&table, 3000, &a, 1);
	look(&table, 4000, both, 2);
	const struct findings *f = findings_table_find(&table, somebody);
	assert_int_equal(findings_past_spans(&f->past, &b, spans, 6), 2);
	assert_false(spans[0].known || spans[1].known || spans[2].known || spans[4].known);
	assert_true(spans[3].known && spans[5].known);
	assert_int_equal(spans[5].last, 2048);
	double rate;
	assert_false(findings_past_rate(&f->past, &b, &rate));
	assert_true(findings_past_rate(&f->past, &a, &rate));
	findings_table_done(&table);
}

/* Names that come and go without end do not add up. */
static void types_are_bounded(void **state)
{
	struct findings_table table = { 0 };
	char names[INSIDE_TYPES_MAX][16];
	struct inside_type types[INSIDE_TYPES_MAX];
	struct series_span span;

	(void)state;
	for (unsigned round = 0; round < 2 * FINDINGS_LOOKS; round++) {
		for (unsigned i = 0; i < INSIDE_TYPES_MAX; i++) {
			snprintf(names[i], sizeof(names[i]), "t%u", round * 7 + i);
			types[i] = type_of(names[i], 1, MIB);
		}
		look(&table, 1000 * (round + 1), types, INSIDE_TYPES_MAX);
	}
	const struct findings *f = findings_table_find(&table, somebody);
	assert_true(f->past.count <= FINDINGS_TRACES_MAX);
	assert_int_equal(findings_past_spans(&f->past, &types[0], &span, 1), 1);
	findings_table_done(&table);
}

/* What malloc was asked for may be more than is in memory: the sentence does not say "3.9 GiB of
 * 5 MiB". */
static void asked_for_is_not_in_memory(void **state)
{
	struct findings_table table = { 0 };
	struct frame *frame = frame_new();
	struct buf sentence;

	(void)state;
	frame->insides = arena_take(&frame->arena, 1, sizeof(*frame->insides));
	frame->ninsides = 1;
	frame->insides[0] = (struct proc_inside){ .pid = 7,
		.start_ticks = 1,
		.number = 1,
		.known = INSIDE_HEAP,
		.heap_used = 4000ull * MIB,
		.type = "",
		.why = "",
		.allocator = "glibc",
		.hint = "",
		.runtime = "" };
	findings_table_put(&table, frame, 1000);
	frame_free(frame);
	buf_init(&sentence);
	findings_sentence(&sentence, findings_table_find(&table, somebody), 5 * 1024);
	assert_string_equal(buf_text(&sentence),
		"In use: 3.9 GiB was asked for, of which no more than 5 MiB is in memory.");
	buf_clear(&sentence);
	findings_sentence(&sentence, findings_table_find(&table, somebody), 5000 * 1024);
	assert_string_equal(buf_text(&sentence),
		"In use: 3.9 GiB of 4.9 GiB; its allocators keep 0 KiB that is free.");
	buf_clear(&sentence);
	findings_sentence(&sentence, findings_table_find(&table, somebody), 10000 * 1024);
	assert_string_equal(buf_text(&sentence),
		"In use: 3.9 GiB of 9.8 GiB; its allocators keep 0 KiB that is free; 5.9 GiB is "
		"outside them: libraries, mappings of its own.");
	/* it has grown since the look: what that says is of then, the first time it was asked */
	buf_clear(&sentence);
	findings_table_size(&table, somebody, &(struct proc_figures){ .rss_kib = 5000 * 1024 });
	findings_table_size(&table, somebody, &(struct proc_figures){ .rss_kib = 9000 * 1024 });
	findings_sentence(&sentence, findings_table_find(&table, somebody), 10000 * 1024);
	assert_string_equal(buf_text(&sentence),
		"In use: 3.9 GiB of 4.9 GiB; its allocators keep 0 KiB that is free.");
	buf_done(&sentence);
	findings_table_done(&table);
}

/* A look that found what is in JAVA. */
static void java_look_of(struct findings_table *table, uint64_t at_ms, struct proc_inside java)
{
	struct frame *frame = frame_new();

	java.pid = 7;
	java.start_ticks = 1;
	java.number = (uint32_t)at_ms;
	java.known |= INSIDE_JAVA;
	java.type = java.why = java.allocator = java.hint = "";
	java.runtime = "Java 17";
	java.java_committed = 1000ull * MIB;
	java.java_old_committed = java.java_committed - java.java_young_committed;
	frame->insides = arena_take(&frame->arena, 1, sizeof(*frame->insides));
	frame->ninsides = 1;
	frame->insides[0] = java;
	findings_table_put(table, frame, at_ms);
	frame_free(frame);
}

/* A look at a Java with OLD MiB that outlived so many COLLECTIONS, of 1000 committed. */
static void java_look(struct findings_table *table, uint64_t at_ms, uint64_t old_mib,
	uint64_t collections)
{
	java_look_of(table, at_ms,
		(struct proc_inside){ .java_used = old_mib * MIB,
			.java_old = old_mib * MIB,
			.java_young_committed = 500ull * MIB,
			.java_collections = collections });
}

static void what_outlives_collections_and_grows_is_used(void **state)
{
	struct findings_table table = { 0 };
	struct buf sentence;

	(void)state;
	java_look(&table, 1000, 36, 5);
	const struct findings *f = findings_table_find(&table, somebody);
	assert_int_equal(findings_cause(f, 1 << 20), FINDINGS_GARBAGE);
	/* more, but nothing was collected: it may be garbage */
	java_look(&table, 2000, 60, 5);
	assert_int_equal(findings_cause(f, 1 << 20), FINDINGS_GARBAGE);
	java_look(&table, 3000, 90, 8);
	assert_int_equal(findings_cause(f, 1 << 20), FINDINGS_USED);
	buf_init(&sentence);
	findings_sentence(&sentence, f, 1 << 20);
	assert_string_equal(buf_text(&sentence),
		"The Java heap is in use: 90 MiB of 1000 MiB committed outlived collections, "
		"54 MiB more than at first.");
	buf_done(&sentence);
	findings_table_done(&table);
}

static void what_was_never_collected_is_not_judged(void **state)
{
	struct findings_table table = { 0 };
	struct buf sentence;

	(void)state;
	java_look(&table, 1000, 0, 0);
	const struct findings *f = findings_table_find(&table, somebody);
	assert_int_equal(findings_cause(f, 1 << 20), FINDINGS_UNKNOWN);
	buf_init(&sentence);
	findings_sentence(&sentence, f, 1 << 20);
	assert_string_equal(buf_text(&sentence),
		"Too early to tell: nothing was collected yet in the Java heap, of which 1000 MiB "
		"is committed.");
	/* what outlives the first collection was there before it */
	java_look(&table, 2000, 90, 1);
	assert_int_equal(findings_cause(f, 1 << 20), FINDINGS_GARBAGE);
	buf_done(&sentence);
	findings_table_done(&table);
}

/* What a Java has outside its heap is malloc's, whatever is known of the heap. */
static void what_grows_beside_a_java_heap_is_told(void **state)
{
	struct findings_table table = { 0 };
	struct proc_inside java = {
		.known = INSIDE_HEAP, .java_young_committed = 20ull * MIB, .heap_used = 30ull * MIB
	};
	struct buf sentence;

	(void)state;
	java_look_of(&table, 1000, java);
	java.heap_used = 60ull * MIB;
	java_look_of(&table, 2000, java);
	const struct findings *f = findings_table_find(&table, somebody);
	assert_int_equal(findings_cause(f, 1 << 20), FINDINGS_USED);
	buf_init(&sentence);
	findings_sentence(&sentence, f, 1 << 20);
	assert_string_equal(buf_text(&sentence),
		"Outside the Java heap it grew by 30 MiB that malloc has in use: direct buffers, "
		"threads, native code. Too early to tell: nothing was collected yet in the Java heap, of "
		"which 1000 MiB is committed.");
	buf_clear(&sentence);
	findings_java(&sentence, &f->last->insides[0]);
	assert_string_equal(buf_text(&sentence),
		"heap 1000 MiB committed; no collection yet, which would tell what is in use");
	buf_done(&sentence);
	findings_table_done(&table);
}

/* ZGC and Shenandoah publish what is in use, garbage included. */
static void one_generation_is_not_what_outlived(void **state)
{
	struct findings_table table = { 0 };
	struct proc_inside java = {
		.java_used = 800ull * MIB, .java_old = 800ull * MIB, .java_collections = 9
	};
	struct buf sentence;

	(void)state;
	java_look_of(&table, 1000, java);
	java.java_used = java.java_old = 900ull * MIB;
	java.java_collections = 12;
	java_look_of(&table, 2000, java);
	const struct findings *f = findings_table_find(&table, somebody);
	assert_int_equal(findings_cause(f, 1 << 20), FINDINGS_UNKNOWN);
	buf_init(&sentence);
	findings_sentence(&sentence, f, 1 << 20);
	assert_string_equal(buf_text(&sentence),
		"The Java heap has 900 MiB in use of 1000 MiB committed; how much of that is "
		"garbage its collector does not publish.");
	buf_done(&sentence);
	findings_table_done(&table);
}

/* A look at a glibc program, in MiB. */
struct heap_look {
	uint64_t used, kept, rest, stacks;
};

static void heap_look(struct findings_table *table, uint64_t at_ms, struct heap_look of)
{
	struct frame *frame = frame_new();

	frame->insides = arena_take(&frame->arena, 1, sizeof(*frame->insides));
	frame->ninsides = 1;
	frame->insides[0] = (struct proc_inside){ .pid = 7,
		.start_ticks = 1,
		.number = (uint32_t)at_ms,
		.known = INSIDE_HEAP | INSIDE_OUTSIDE,
		.type = "",
		.why = "",
		.allocator = "glibc",
		.hint = "",
		.runtime = "",
		.heap_used = of.used * MIB,
		.heap_kept = of.kept * MIB,
		.heap_free = of.kept * MIB,
		.heap_returnable = of.kept * MIB,
		.heap_arenas = 1,
		.rest = of.rest * MIB,
		.stack_bytes = of.stacks * MIB,
		.stacks = (uint32_t)of.stacks };
	findings_table_put(table, frame, at_ms);
	frame_free(frame);
}

/* Two looks at a process of RSS MiB: what they come to. */
static void two_looks(struct heap_look first, struct heap_look second, struct proc_figures size,
	enum findings_cause cause, const char *sentence)
{
	struct findings_table table = { 0 };
	struct buf said;

	heap_look(&table, 1000, first);
	heap_look(&table, 2000, second);
	findings_table_size(&table, somebody, &size);
	const struct findings *f = findings_table_find(&table, somebody);
	buf_init(&said);
	findings_sentence(&said, f, size.rss_kib);
	assert_string_equal(buf_text(&said), sentence);
	assert_int_equal(findings_cause(f, size.rss_kib), cause);
	buf_done(&said);
	findings_table_done(&table);
}

/* What was in use at the one look and is free at the next is not why a process grows. */
static void a_saw_tooth_is_not_kept(void **state)
{
	const struct proc_figures size = { .rss_kib = 82 * 1024, .anon_kib = 80 * 1024 };

	(void)state;
	two_looks((struct heap_look){ 69, 1, 0, 0 }, (struct heap_look){ 60, 18, 0, 0 }, size,
		FINDINGS_USED,
		"In use: 60 MiB of 82 MiB; its allocators keep 18 MiB that is free.");
	two_looks((struct heap_look){ 20, 10, 0, 0 }, (struct heap_look){ 20, 58, 0, 0 }, size,
		FINDINGS_KEPT_FREE,
		"Not a leak: 58 MiB of 82 MiB is free memory that malloc keeps in 1 arena; a trim "
		"would give back about 58 MiB.");
	/* a leak beside what is kept is none the less one */
	two_looks((struct heap_look){ 10, 10, 0, 0 }, (struct heap_look){ 35, 43, 0, 0 }, size,
		FINDINGS_KEPT_FREE,
		"More of what came is kept than used: 43 MiB of 82 MiB is free memory that malloc "
		"keeps in 1 arena; a trim would give back about 43 MiB; but what is in use grew by 25 "
		"MiB, too.");
}

/* A heap that explains a small part of a process says nothing of why it grows. */
static void growth_elsewhere_is_not_the_heaps(void **state)
{
	struct proc_figures size = { .known = DETAIL_PARTS | DETAIL_THREADS,
		.rss_kib = 172 * 1024,
		.anon_kib = 150 * 1024 };

	(void)state;
	two_looks((struct heap_look){ 3, 1, 90, 0 }, (struct heap_look){ 3, 6, 136, 0 }, size,
		FINDINGS_UNKNOWN,
		"What grows is not malloc's: 136 MiB of 172 MiB is in mappings of its own (mmap, "
		"static data), of its runtime or another allocator, 46 MiB more than at first; malloc has 3 MiB "
		"in use.");
	size.threads = 1;
	two_looks((struct heap_look){ 3, 1, 136, 130 }, (struct heap_look){ 3, 1, 136, 130 }, size,
		FINDINGS_UNKNOWN,
		"Most of it is not malloc's: 136 MiB of 172 MiB is in 130 stacks of threads or "
		"coroutines (only 1 thread runs; ended ones that nobody joined stay); malloc has "
		"3 MiB in use.");
	size.anon_kib = 4 * 1024;
	size.shmem_kib = 160 * 1024;
	two_looks((struct heap_look){ 3, 0, 1, 0 }, (struct heap_look){ 3, 0, 1, 0 }, size,
		FINDINGS_UNKNOWN,
		"Most of it is shared memory: 160 MiB of 172 MiB; malloc has 3 MiB in use.");
	size.anon_kib = 160 * 1024;
	size.shmem_kib = 0;
	two_looks((struct heap_look){ 3, 0, 1, 0 }, (struct heap_look){ 3, 0, 1, 0 }, size,
		FINDINGS_UNKNOWN,
		"Most of it is its own copies of pages of files that it has mapped: 156 MiB of 172 "
		"MiB; malloc has 3 MiB in use.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_never_collected_is_not_judged),
		cmocka_unit_test(what_grows_beside_a_java_heap_is_told),
		cmocka_unit_test(one_generation_is_not_what_outlived),
		cmocka_unit_test(a_saw_tooth_is_not_kept),
		cmocka_unit_test(growth_elsewhere_is_not_the_heaps),
		cmocka_unit_test(what_gained_most_is_first),
		cmocka_unit_test(another_name_is_no_gain),
		cmocka_unit_test(a_minute_is_a_minute),
		cmocka_unit_test(gaps_are_gaps),
		cmocka_unit_test(types_are_bounded),
		cmocka_unit_test(asked_for_is_not_in_memory),
		cmocka_unit_test(what_outlives_collections_and_grows_is_used),
	};
	return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
