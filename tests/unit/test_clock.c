/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock: each clock goes the right way and counts in its unit */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tests/lib/range.h"

static void test_units(void **state)
{
	(void)state;
	uint64_t us = clock_boot_us(), ms = clock_boot_ms();
	assert_uint_in_range(ms, us / 1000, us / 1000 + 5000);
	assert_true(clock_mono_ms() > 0);
	assert_true(clock_mono_ms() <= clock_boot_ms());
	uint64_t wall = (uint64_t)time(NULL);
	assert_uint_in_range(clock_wall_ms() / 1000, wall - 1, wall + 5);
}

static void test_never_back(void **state)
{
	(void)state;
	uint64_t boot = 0, cpu = 0;
	for (int i = 0; i < 1000; i++) {
		assert_true(clock_boot_us() >= boot);
		boot = clock_boot_us();
		assert_true(clock_cpu_us() >= cpu);
		cpu = clock_cpu_us();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_never_back),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
