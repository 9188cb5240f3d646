/* SPDX-License-Identifier: GPL-2.0-or-later */
/* series: rings in tiers, against a plain list of everything that was put */
#include "model/series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { START_MS = 12345678 };

static void put(struct series *series, uint64_t t_ms, uint64_t value)
{
	series_put(series, t_ms, &value, false);
}

static uint64_t at(const struct series *series, uint64_t t_ms)
{
	uint64_t value = 0;

	return series_at(series, 1, t_ms, &value, NULL) ? value : UINT64_MAX;
}

static void test_nothing(void **state)
{
	struct series *series = series_new(2);
	struct series_span spans[3];
	uint64_t value = 7;

	(void)state;
	series_free(NULL);
	memset(spans, 1, sizeof(spans));
	series_read(series, 3, &(struct series_cut){ 0, 1000, spans, 3 });
	assert_false(spans[0].known || spans[2].known);
	assert_false(series_at(series, 1, 5, &value, NULL));
	assert_int_equal(value, 7);
	assert_false(series_gap(series, 0, 10));
	assert_int_equal(series_first_ms(series), 0);
	assert_int_equal(series_last(series, 0), 0);
	series_free(series);
}

static void test_a_line(void **state)
{
	struct series *series = series_new(1);
	struct series_span spans[10];

	(void)state;
	for (uint64_t i = 0; i < 10; i++)
		put(series, START_MS + i * 1000, 100 + i);
	assert_int_equal(series_first_ms(series), START_MS);
	assert_int_equal(series_last(series, 0), 109);
	for (uint64_t i = 0; i < 10; i++)
		assert_int_equal(at(series, START_MS + i * 1000), 100 + i);
	assert_int_equal(at(series, START_MS - 1000), UINT64_MAX);
	assert_int_equal(at(series, START_MS + 99000), 109);
	series_read(series, 1, &(struct series_cut){ START_MS - 1000, START_MS + 9000, spans, 10 });
	for (uint32_t i = 0; i < 10; i++) {
		assert_true(spans[i].known);
		assert_int_equal(spans[i].lo, 100 + i);
		assert_int_equal(spans[i].hi, 100 + i);
		assert_int_equal(spans[i].last, 100 + i);
	}
	series_read(series, 1, &(struct series_cut){ START_MS - 1000, START_MS + 9000, spans, 5 });
	assert_int_equal(spans[1].lo, 102);
	assert_int_equal(spans[1].hi, 103);
	assert_int_equal(spans[1].last, 103);
	/* the last value holds */
	series_read(series, 1,
		&(struct series_cut){ START_MS + 4000, START_MS + 14000, spans, 10 });
	assert_int_equal(spans[0].last, 105);
	assert_int_equal(spans[9].last, 109);
	series_read(series, 1, &(struct series_cut){ START_MS + 4000, START_MS, spans, 10 });
	assert_false(spans[0].known);
	series_free(series);
}

static void test_jitter_loses_no_sample(void **state)
{
	static const int late_ms[] = { 0, 300, -300, 450, -450, 120, 0, 499, -20, 30 };
	struct series *series = series_new(1);

	(void)state;
	for (uint64_t i = 0; i < 10; i++)
		put(series, START_MS + i * 1000 + (uint64_t)(int64_t)late_ms[i], 100 + i);
	for (uint64_t i = 0; i < 10; i++)
		assert_int_equal(at(series, START_MS + i * 1000), 100 + i);
	series_free(series);
}

static void test_time_never_goes_back(void **state)
{
	struct series *series = series_new(1);

	(void)state;
	put(series, START_MS, 1);
	put(series, START_MS + 5000, 2);
	put(series, START_MS + 4000, 3);
	assert_int_equal(series_last(series, 0), 2);
	put(series, UINT64_MAX / 2, 4);
	assert_int_equal(series_last(series, 0), 2);
	put(series, START_MS + 5000, 5);
	assert_int_equal(at(series, START_MS + 5000), 5);
	series_free(series);
}

static void test_values_are_clipped(void **state)
{
	struct series *series = series_new(1);

	(void)state;
	put(series, START_MS, UINT64_MAX);
	assert_int_equal(series_last(series, 0), UINT32_MAX);
	put(series, START_MS + 1000, (uint64_t)UINT32_MAX + 5);
	put(series, START_MS + 2000, UINT32_MAX - 1);
	assert_int_equal(at(series, START_MS + 1000), UINT32_MAX);
	assert_int_equal(at(series, START_MS + 2000), UINT32_MAX - 1);
	series_free(series);
}

static void test_still_then_moving(void **state)
{
	const uint64_t rest[2] = { 50, 60 };
	uint64_t moved[2] = { 70, 60 };
	struct series *series = series_new(2);
	struct series_span spans[4];
	size_t small;

	(void)state;
	series_put_still(series, START_MS, START_MS + 7200300, rest);
	small = series_bytes(series);
	series_put_still(series, 0, 1, moved);
	assert_int_equal(series_last(series, 0), 50);
	series_put(series, START_MS + 7201300, moved, false);
	assert_true(series_bytes(series) - small < 1024);
	series_read(series, 1, &(struct series_cut){ START_MS, START_MS + 7201300, spans, 4 });
	assert_true(spans[0].known && spans[3].known);
	assert_int_equal(spans[0].lo, 50);
	assert_int_equal(spans[2].hi, 50);
	assert_int_equal(spans[3].lo, 50);
	assert_int_equal(spans[3].hi, 70);
	assert_int_equal(at(series, START_MS + 7200300), 50);
	assert_int_equal(at(series, START_MS + 7201300), 70);
	series_read(series, 3, &(struct series_cut){ START_MS, START_MS + 7201300, spans, 4 });
	assert_int_equal(spans[0].lo, 110);
	assert_int_equal(spans[3].hi, 130);
	series_free(series);
}

/* The first moment is in it however late the second look was. */
static void test_the_beginning_is_there(void **state)
{
	(void)state;

	for (uint64_t span_ms = 1; span_ms < 3500; span_ms += 7) {
		struct series *series = series_new(2);
		const uint64_t rest[] = { 100, 7 };
		uint64_t value = 0, when_ms;

		series_put_still(series, START_MS, START_MS + span_ms, rest);
		assert_true(series_at(series, 1, START_MS, &value, &when_ms));
		assert_int_equal(value, 100);
		assert_true(when_ms + 1000 > START_MS && when_ms < START_MS + 1000);
		series_free(series);
	}
}

static void test_gaps(void **state)
{
	struct series *series = series_new(1);
	struct series_span spans[40];
	uint64_t value = 100;

	(void)state;
	put(series, START_MS, 1);
	put(series, START_MS + 5000, 2);
	/* no slot lies between: no gap */
	series_put(series, START_MS + 6000, &value, true);
	series_put(series, START_MS + 26000, &value, true);
	put(series, START_MS + 27000, 101);
	assert_false(series_gap(series, START_MS + 5000, START_MS + 6000));
	assert_true(series_gap(series, START_MS + 8000, START_MS + 24000));
	assert_false(series_gap(series, START_MS + 8000, START_MS + 27000));
	assert_int_equal(at(series, START_MS + 6000), 100);
	assert_int_equal(at(series, START_MS + 7000), UINT64_MAX);
	assert_int_equal(at(series, START_MS + 25000), UINT64_MAX);
	assert_int_equal(at(series, START_MS + 26000), 100);
	series_read(series, 1,
		&(struct series_cut){ START_MS - 1000, START_MS + 29000, spans, 30 });
	for (int i = 0; i < 30; i++)
		assert_int_equal(spans[i].known, i <= 6 || i >= 26);
	/* a span half in the gap shows its other half */
	series_read(series, 1, &(struct series_cut){ START_MS - 1000, START_MS + 29000, spans, 3 });
	assert_true(spans[0].known);
	assert_false(spans[1].known);
	assert_true(spans[2].known);
	/* a minute later it is read from the coarser tier, which knows of it too */
	put(series, START_MS + 600000, 101);
	assert_int_equal(at(series, START_MS + 15000), UINT64_MAX);
	/* gaps that nobody can see any more are forgotten */
	for (uint64_t hour = 1; hour < 100; hour++) {
		put(series, START_MS + hour * 3600000, 100 + hour);
		series_put(series, START_MS + hour * 3600000 + 60000, &value, true);
	}
	assert_true(series_bytes(series) < 20000);
	assert_false(series_gap(series, START_MS + 8000, START_MS + 24000));
	series_free(series);
}

static void test_shift(void **state)
{
	uint64_t values[2] = { 100, 50 };
	struct series *series = series_new(2);

	(void)state;
	series_put_still(series, START_MS, START_MS + 9000, values);
	values[0] = 200;
	series_put(series, START_MS + 10000, values, false);
	series_shift(series, 0, 1000);
	series_shift(series, 1, -70);
	assert_int_equal(at(series, START_MS + 3000), 1100);
	assert_int_equal(at(series, START_MS + 10000), 1200);
	assert_int_equal(series_last(series, 0), 1200);
	assert_int_equal(series_last(series, 1), 0);
	series_shift(series, 0, INT64_MAX / 2);
	assert_int_equal(series_last(series, 0), UINT32_MAX);
	series_free(series);
}

static void test_trim(void **state)
{
	struct series *series = series_new(1);
	size_t empty, full;

	(void)state;
	put(series, START_MS, 1);
	empty = series_bytes(series);
	for (uint64_t i = 1; i < 1000; i++)
		put(series, START_MS + i * 1000, i);
	full = series_bytes(series);
	series_trim(series, START_MS + 1000000);
	assert_int_equal(series_bytes(series), full);
	/* after an hour the two finest tiers have nothing to show */
	series_trim(series, START_MS + 5000000);
	assert_true(series_bytes(series) < full);
	assert_int_equal(at(series, START_MS + 4990000), 999);
	assert_true(at(series, START_MS + 500000) != UINT64_MAX);
	series_trim(series, START_MS + 100ull * 3600 * 1000);
	assert_int_equal(series_bytes(series), empty);
	/* and it begins again */
	put(series, START_MS + 100ull * 3600 * 1000, 5);
	assert_int_equal(at(series, START_MS + 100ull * 3600 * 1000), 5);
	assert_int_equal(at(series, START_MS + 100ull * 3600 * 1000 - 5000), 999);
	series_free(series);
}

/* Everything that was put, one value a second. */
struct list {
	uint32_t *values;
	size_t count;
};

/* Spans of the series enclose what the list says, and are tight where the tier is fine. */
static void compare(const struct series *series, const struct list *list, uint64_t back_s, size_t n)
{
	uint64_t now_s = list->count - 1, span_s = back_s / n;
	struct series_span *spans = calloc(n, sizeof(*spans));

	series_read(series, 1,
		&(struct series_cut){
			START_MS + (now_s - back_s) * 1000, START_MS + now_s * 1000, spans, n });
	for (size_t i = 0; i < n; i++) {
		uint32_t lo = UINT32_MAX, hi = 0;
		for (uint64_t s = 0; s < span_s; s++) {
			uint32_t v = list->values[now_s - back_s + i * span_s + s + 1];
			lo = v < lo ? v : lo;
			hi = v > hi ? v : hi;
		}
		assert_true(spans[i].known);
		assert_true(spans[i].lo <= hi && spans[i].hi >= lo);
		if (back_s < 364) {
			assert_int_equal(spans[i].lo, lo);
			assert_int_equal(spans[i].hi, hi);
		}
	}
	free(spans);
}

static void test_against_a_list(void **state)
{
	enum { SECONDS = 100000 };
	struct list list = { malloc(SECONDS * sizeof(uint32_t)), 0 };
	struct series *series = series_new(1);
	uint32_t seed = 3, value = 100000;
	size_t largest = 0;

	(void)state;
	for (uint64_t s = 0; s < SECONDS; s++) {
		seed = seed * 1664525 + 1013904223;
		if (seed >> 28 == 0 || s / 1000 % 3 == 0)
			value += (seed >> 8) % 64 - 30;
		list.values[list.count++] = value;
		put(series, START_MS + s * 1000, value);
		largest = series_bytes(series) > largest ? series_bytes(series) : largest;
		if (s > 90000 && s % 997 == 0) {
			compare(series, &list, 60, 20);
			compare(series, &list, 360, 120);
			compare(series, &list, 3600, 60);
			compare(series, &list, 21600, 40);
			compare(series, &list, 86400, 24);
		}
		if (s > 70000 && s % 997 == 0)
			assert_int_equal(at(series, START_MS + (s - 300) * 1000),
				list.values[s - 300]);
	}
	print_message("one moving channel takes %zu bytes after a day\n", largest);
	assert_true(largest < 10500);
	series_free(series);
	free(list.values);
}

/* A past that is gone through on the way to its end looks the same there as one that was lived. */
static void test_passed(void **state)
{
	enum { LOOKS = 1500, LOOK_MS = 5000, SPANS = 30 };
	const uint64_t goal_ms = START_MS + UINT64_C(1) * LOOKS * LOOK_MS;
	const uint64_t windows_s[] = { 60, 300, 360, 3600, 5400 };
	struct series *lived = series_new(1), *passed = series_new(1);
	struct series_span one[SPANS], other[SPANS];
	uint64_t value = 5000, seed = 3;

	(void)state;
	for (uint64_t t_ms = START_MS; t_ms <= goal_ms; t_ms += LOOK_MS) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		if (seed >> 60 < 5)
			value += seed >> 58;
		put(lived, t_ms, value);
		series_pass(passed, t_ms, &value, t_ms < goal_ms ? goal_ms : 0);
	}
	for (size_t i = 0; i < sizeof(windows_s) / sizeof(windows_s[0]); i++) {
		uint64_t from_ms = goal_ms - windows_s[i] * 1000;

		series_read(lived, 1, &(struct series_cut){ from_ms, goal_ms, one, SPANS });
		series_read(passed, 1, &(struct series_cut){ from_ms, goal_ms, other, SPANS });
		assert_memory_equal(one, other, sizeof(one));
	}
	series_free(lived);
	series_free(passed);
}

static void test_bytes_grow_with_time(void **state)
{
	struct series *series = series_new(4);
	uint64_t values[4] = { 100, 2000, 0, 0 };

	(void)state;
	for (uint64_t s = 0; s <= 3600; s++) {
		values[0]++;
		series_put(series, START_MS + s * 1000, values, false);
		if (s == 0 || s == 60 || s == 300 || s == 3600)
			print_message("anonymous memory moving for %llu s: %zu bytes\n",
				(unsigned long long)s, series_bytes(series));
	}
	assert_true(series_bytes(series) < 7000);
	series_free(series);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_a_line),
		cmocka_unit_test(test_jitter_loses_no_sample),
		cmocka_unit_test(test_time_never_goes_back),
		cmocka_unit_test(test_values_are_clipped),
		cmocka_unit_test(test_still_then_moving),
		cmocka_unit_test(test_the_beginning_is_there),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_shift),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_against_a_list),
		cmocka_unit_test(test_passed),
		cmocka_unit_test(test_bytes_grow_with_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
