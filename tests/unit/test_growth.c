/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of inspect/growth: how fast lines are known to grow, and which comes and goes unseen. */
#include "inspect/growth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MIB = 1 << 20 };

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
		growth_stayed(growth, grows, MIB);
		growth_stayed(growth, computes, i == 5 ? MIB : 0);
	}
	assert_true(growth_rate(growth, grows) > MIB / 2);
	/* where it hardly ever grew, somebody else came and went */
	assert_true(growth_rate(growth, computes) == 0);
	/* what never stayed is rather taken for one that grows than what is known not to */
	assert_true(growth_rate(growth, brief) > 0);
	for (int i = 0; i < 10; i++)
		growth_met(growth, brief, MIB);
	assert_true(growth_rate(growth, brief) > growth_rate(growth, computes));
	assert_true(growth_rate(growth, UINT32_MAX) == 0);
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
		growth_stayed(growth, fast, 8 * MIB);
	growth_ran_before(growth, computes, fast);
	for (int i = 0; i < 20; i++)
		growth_stayed(growth, computes, 0);
	assert_int_equal(growth_before(growth, computes), UINT32_MAX);
	for (int i = 0; i < 3; i++) {
		growth_met(growth, slow, MIB);
		growth_ran_before(growth, computes, slow);
	}
	assert_int_equal(growth_before(growth, computes), slow);
	/* so seldom that it is no longer meant */
	for (int i = 0; i < 400; i++)
		growth_stayed(growth, computes, 0);
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
		growth_met(growth, often, MIB);
		growth_ran_before(growth, computes, often);
		growth_ran_before(growth, computes, line_of(growth, 100 + i));
	}
	assert_int_equal(growth_before(growth, computes), often);
	growth_ran_before(growth, UINT32_MAX, often);
	growth_ran_before(growth, computes, UINT32_MAX);
	growth_free(growth);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_of_looks_it_stayed_for),
		cmocka_unit_test(what_ended_once_does_not_come_and_go),
		cmocka_unit_test(often_outlives_many),
	};

	return cmocka_run_group_tests_name("growth", tests, NULL, NULL);
}
