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
	findings_table_size(&table, somebody, 5000 * 1024);
	findings_table_size(&table, somebody, 9000 * 1024);
	findings_sentence(&sentence, findings_table_find(&table, somebody), 10000 * 1024);
	assert_string_equal(buf_text(&sentence),
		"In use: 3.9 GiB of 4.9 GiB; its allocators keep 0 KiB that is free.");
	buf_done(&sentence);
	findings_table_done(&table);
}

/* A look at a Java with OLD MiB that outlived so many COLLECTIONS, of 1000 committed. */
static void java_look(struct findings_table *table, uint64_t at_ms, uint64_t old_mib,
	uint64_t collections)
{
	struct frame *frame = frame_new();

	frame->insides = arena_take(&frame->arena, 1, sizeof(*frame->insides));
	frame->ninsides = 1;
	frame->insides[0] = (struct proc_inside){ .pid = 7,
		.start_ticks = 1,
		.number = (uint32_t)at_ms,
		.known = INSIDE_JAVA,
		.type = "",
		.why = "",
		.allocator = "",
		.hint = "",
		.runtime = "Java 17",
		.java_used = old_mib * MIB,
		.java_old = old_mib * MIB,
		.java_committed = 1000ull * MIB,
		.java_collections = collections };
	findings_table_put(table, frame, at_ms);
	frame_free(frame);
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
		"Too early to tell: nothing was collected yet of the 0 KiB in use in the Java "
		"heap.");
	/* what outlives the first collection was there before it */
	java_look(&table, 2000, 90, 1);
	assert_int_equal(findings_cause(f, 1 << 20), FINDINGS_GARBAGE);
	buf_done(&sentence);
	findings_table_done(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_never_collected_is_not_judged),
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
