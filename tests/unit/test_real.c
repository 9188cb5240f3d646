/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What we have in the place of libm says what libm says. */
#include "base/real.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>

/* Within two in the last place. */
static void assert_near(double got, double want)
{
	if (fabs(got - want) > 2 * DBL_EPSILON * fabs(want) + 0x1p-1074)
		fail_msg("%.17g, and not %.17g", got, want);
}

static void exp_is_as_libm_has_it(void **state)
{
	(void)state;
	for (double x = -700; x < 709; x += .0137)
		assert_near(real_exp(x), exp(x));
	for (double x = 1; x > 1e-300; x /= 3)
		assert_near(real_exp(-x), exp(-x));
	assert_true(real_exp(0) == 1 && real_exp(-0.) == 1);
	assert_true(isinf(real_exp(710)) && isinf(real_exp(1e300)) && isinf(real_exp(INFINITY)));
	assert_true(real_exp(-746) == 0 && real_exp(-1e300) == 0 && real_exp(-INFINITY) == 0);
	assert_true(real_exp(-744) > 0 && isnan(real_exp(NAN)));
}

static void log_is_as_libm_has_it(void **state)
{
	(void)state;
	for (double x = 1e-320; x < 1e308; x *= 1.0173)
		assert_near(real_log(x), log(x));
	for (double x = .5; x < 2; x += .00037)
		assert_near(real_log(x), log(x));
	assert_true(real_log(1) == 0 && isinf(real_log(0)) && real_log(0) < 0);
	assert_true(isinf(real_log(INFINITY)) && isnan(real_log(-1)) && isnan(real_log(NAN)));
}

static void round_goes_away_from_zero(void **state)
{
	static const double values[] = { 0, .5, -.5, 1.5, -1.5, 2.4999, .49999999999999994,
		1e15 + .5, -0x1p62, 0x1.fffffffffffffp62 };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		assert_true(real_round(values[i]) == llround(values[i]));
	assert_true(real_round(1e300) == INT64_MAX && real_round(-1e300) == INT64_MIN);
	assert_true(real_round(NAN) == INT64_MIN);
}

static void what_is_no_number_is_neither_largest_nor_least(void **state)
{
	(void)state;
	assert_true(real_max(1, 2) == 2 && real_max(2, 1) == 2 && real_max(-INFINITY, 1) == 1);
	assert_true(real_min(1, 2) == 1 && real_min(2, 1) == 1 && real_min(INFINITY, 1) == 1);
	assert_true(real_max(NAN, 1) == 1 && real_max(1, NAN) == 1);
	assert_true(real_min(NAN, 1) == 1 && real_min(1, NAN) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exp_is_as_libm_has_it),
		cmocka_unit_test(log_is_as_libm_has_it),
		cmocka_unit_test(round_goes_away_from_zero),
		cmocka_unit_test(what_is_no_number_is_neither_largest_nor_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
