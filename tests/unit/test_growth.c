/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of inspect/growth: how fast lines are known to grow, and which comes and goes unseen. */
#include "inspect/growth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MIB = 1 << 20, MS = 1000 /* us */ };

static uint32_t line_of(struct growth *growth, int32_t line)
{
	return growth_line(growth, (struct growth_place){ 0, line }, "f", true);
}

static void rates_are_of_looks_it_stayed_for(void **state)
{
	struct growth *growth = growth_new();
	uint32_t grows = line_of(growth, 1), computes = line_of(growth, 2);
	uint32_t brief = line_of(growth, 3);

	(void)state;
	assert_int_equal(line_of(growth, 1), grows);
	for (int i = 0; i < 10; i++) {
		growth_stayed(growth, grows, MIB, MS);
		growth_stayed(growth, computes, i == 5 ? MIB : 0, MS);
	}
	assert_true(growth_rate(growth, grows) > (double)MIB / MS / 2);
	/* where it hardly ever grew, somebody else came and went */
	assert_true(growth_rate(growth, computes) == 0);
	/* what never stayed is rather taken for one that grows than what is known not to */
	assert_true(growth_rate(growth, brief) > 0);
	for (int i = 0; i < 10; i++)
		growth_met(growth, brief, MIB, MS);
	assert_true(growth_rate(growth, brief) > growth_rate(growth, computes));
	assert_true(growth_rate(growth, UINT32_MAX) == 0);
	growth_free(growth);
}

/* On a busy machine it waits for a processor in the line that grows, too: that is no time in which
 * it did not. */
static void waiting_is_no_time(void **state)
{
	struct growth *growth = growth_new();
	uint32_t grows = line_of(growth, 1);

	(void)state;
	for (int i = 0; i < 100; i++)
		growth_stayed(growth, grows, i % 10 == 0 ? MIB : 0, i % 10 == 0 ? MS : 0);
	assert_true(growth_rate(growth, grows) > (double)MIB / MS / 2);
	growth_free(growth);
}

/* Looks are late: nearly each finds the line that computes for five milliseconds, and every third
 * time the brief one before it has brought a mebibyte.  A line that touches pages on and on does
 * not stand still for a millisecond. */
static void what_comes_by_fits_and_starts_is_of_another(void **state)
{
	struct growth *growth = growth_new();
	uint32_t computes = line_of(growth, 1), steady = line_of(growth, 2);
	uint32_t slow = line_of(growth, 3), brief = line_of(growth, 4);
	uint32_t alone = line_of(growth, 5);

	(void)state;
	for (int i = 0; i < 90; i++) {
		growth_met(growth, brief, MIB / 2, MS / 4);
		growth_ran_before(growth, computes, brief);
		growth_ran_before(growth, steady, brief);
		growth_ran_before(growth, slow, brief);
		growth_stayed(growth, alone, i % 3 == 0 ? MIB : 0, 2 * MS);
		growth_stayed(growth, computes, i % 3 == 0 ? MIB : 0, 2 * MS);
		growth_stayed(growth, steady, MIB / 4, MS);
		/* a page now and then: nothing is known against it */
		growth_stayed(growth, slow, i % 3 == 0 ? 512 : 0, MS);
	}
	assert_true(growth_pace(growth, computes) > 0);
	assert_true(growth_rate(growth, computes) == 0);
	assert_int_equal(growth_before(growth, computes), brief);
	/* the collector of Python stops a line that no other one comes before */
	assert_true(growth_rate(growth, alone) > 0);
	assert_true(growth_rate(growth, steady) > 0);
	assert_true(growth_rate(growth, slow) > 0);
	growth_free(growth);
}

/* One phase ends where another begins: its line does not go on growing in the next. */
static void what_ended_once_does_not_come_and_go(void **state)
{
	struct growth *growth = growth_new();
	uint32_t fast = line_of(growth, 1), computes = line_of(growth, 2);
	uint32_t slow = line_of(growth, 3);

	(void)state;
	assert_int_equal(growth_before(growth, computes), UINT32_MAX);
	for (int i = 0; i < 10; i++)
		growth_stayed(growth, fast, 8 * MIB, MS);
	growth_ran_before(growth, computes, fast);
	for (int i = 0; i < 20; i++)
		growth_stayed(growth, computes, 0, MS);
	assert_int_equal(growth_before(growth, computes), UINT32_MAX);
	for (int i = 0; i < 3; i++) {
		growth_met(growth, slow, MIB, MS);
		growth_ran_before(growth, computes, slow);
	}
	assert_int_equal(growth_before(growth, computes), slow);
	/* so seldom that it is no longer meant */
	for (int i = 0; i < 400; i++)
		growth_stayed(growth, computes, 0, MS);
	assert_int_equal(growth_before(growth, computes), UINT32_MAX);
	growth_free(growth);
}

/* More lines run before it than are remembered: those that do so often are not lost. */
static void often_outlives_many(void **state)
{
	struct growth *growth = growth_new();
	uint32_t computes = line_of(growth, 1), often = line_of(growth, 2);

	(void)state;
	for (int i = 0; i < 50; i++) {
		growth_met(growth, often, MIB, MS);
		growth_ran_before(growth, computes, often);
		growth_ran_before(growth, computes, line_of(growth, 100 + i));
	}
	assert_int_equal(growth_before(growth, computes), often);
	growth_ran_before(growth, UINT32_MAX, often);
	growth_ran_before(growth, computes, UINT32_MAX);
	growth_free(growth);
}

/* Of a late look more is known than the paces: how long each line must have run for so much. */
static void late_looks_are_split_by_time(void **state)
{
	struct growth *growth = growth_new();
	uint32_t fast = line_of(growth, 1), slow = line_of(growth, 2), alike = line_of(growth, 3);
	struct growth_pair pair = { fast, slow, UINT32_MAX, 10 * MS };

	(void)state;
	for (int i = 0; i < 10; i++) {
		growth_stayed(growth, fast, 4 * MIB, MS);
		growth_stayed(growth, slow, MIB, MS);
		growth_stayed(growth, alike, 4 * MIB, MS);
	}
	/* nine milliseconds of the one, one of the other */
	assert_in_range(growth_split(growth, &pair, 37 * MIB).earlier, 35 * MIB, 37 * MIB);
	assert_in_range(growth_split(growth, &pair, 13 * MIB).earlier, 3 * MIB, 5 * MIB);
	/* more than either can have brought, and less */
	assert_int_equal(growth_split(growth, &pair, 90 * MIB).earlier, 90 * MIB);
	assert_int_equal(growth_split(growth, &pair, MIB).earlier, 0);
	/* as fast as each other, or soon after the look before: by their paces */
	pair.line = alike;
	assert_in_range(growth_split(growth, &pair, 37 * MIB).earlier, 18 * MIB, 19 * MIB);
	pair = (struct growth_pair){ fast, slow, UINT32_MAX, MS };
	assert_in_range(growth_split(growth, &pair, 10 * MIB).earlier, 7 * MIB, 9 * MIB);
	/* nobody was met before */
	pair.earlier = UINT32_MAX;
	assert_int_equal(growth_split(growth, &pair, 10 * MIB).earlier, 0);
	growth_free(growth);
}

/* A function that ends gives back what it had; a line that was seen to give back on and on has done
 * so between the looks, too. */
static void what_fell_is_of_whom_falls(void **state)
{
	struct growth *growth = growth_new();
	uint32_t grows = line_of(growth, 1), deletes = line_of(growth, 2);
	struct growth_pair in = { grows, deletes, UINT32_MAX, MS };
	struct growth_pair out = { deletes, grows, UINT32_MAX, MS };

	(void)state;
	assert_int_equal(growth_fell_earlier(growth, &in, MIB), MIB);
	for (int i = 0; i < 4; i++) {
		growth_stayed(growth, grows, MIB, MS);
		growth_fell(growth, deletes, 4 * MIB, MS);
		growth_stayed(growth, deletes, 0, MS);
	}
	assert_int_equal(growth_fell_earlier(growth, &in, MIB), 0);
	assert_int_equal(growth_fell_earlier(growth, &out, MIB), MIB);
	/* more than it can have been while it ran */
	assert_in_range(growth_fell_earlier(growth, &in, 10 * MIB), 7 * MIB, 9 * MIB);
	in.earlier = UINT32_MAX;
	assert_int_equal(growth_fell_earlier(growth, &in, MIB), 0);
	growth_free(growth);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_of_looks_it_stayed_for),
		cmocka_unit_test(waiting_is_no_time),
		cmocka_unit_test(what_comes_by_fits_and_starts_is_of_another),
		cmocka_unit_test(late_looks_are_split_by_time),
		cmocka_unit_test(what_fell_is_of_whom_falls),
		cmocka_unit_test(what_ended_once_does_not_come_and_go),
		cmocka_unit_test(often_outlives_many),
	};

	return cmocka_run_group_tests_name("growth", tests, NULL, NULL);
}
