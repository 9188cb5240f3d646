/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend: growth below swings of which only a few were seen, below a peak of the start, and behind a
 * warm-up that a longer tier still sees */
#include "model/trend.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const double BASE_KIB = 400000, HEIGHT_KIB = 60000;
static const double OLD_S = 2e6;

/* What became of a figure that was fed for a while. */
struct outcome {
	int calls;
	double first_s;
	bool climbing; /* at the end */
	struct trend_rate rate;
};

/* A figure by its time; its phase or seed. */
typedef double cycle_shape(double t_s, double period_s);

/* 0 to 1 */
static double sine(double t_s, double period_s)
{
	return .5 - .5 * cos(2 * M_PI * (t_s / period_s + .2));
}

static double square(double t_s, double period_s)
{
	return fmod(t_s / period_s + .2, 1) < .4 ? 1 : 0;
}

static double tooth(double t_s, double period_s)
{
	return fmod(t_s / period_s + .2, 1);
}

/* Floors that come and go with no rule: the sum of swings that never meet. */
static double unrest(double t_s, double period_s)
{
	return .3 * sine(t_s, period_s) + .4 * sine(t_s, period_s * 2.618) +
	       .3 * tooth(t_s, period_s * 1.414);
}

/* Feeds SWINGS of a shape, above which it gains GROWTH swings in all. */
static struct outcome play(cycle_shape *shape, double period_s, double swings, double growth)
{
	struct outcome out = { 0 };
	struct trend trend;
	double seconds = swings * period_s;

	for (double t_s = 0; t_s < seconds; t_s++) {
		double kib = BASE_KIB +
			     HEIGHT_KIB * (shape(t_s, period_s) + growth * t_s / seconds);
		if (t_s == 0) {
			trend_init(&trend, t_s, (uint64_t)kib, OLD_S,
				(uint64_t)(BASE_KIB + HEIGHT_KIB));
			continue;
		}
		trend_update(&trend, t_s, (uint64_t)kib & ~UINT64_C(3), UINT64_MAX);
		bool climbing = trend_state(&trend) == TREND_CLIMBING;
		if (climbing && !out.climbing && out.calls++ == 0)
			out.first_s = t_s;
		out.climbing = climbing;
	}
	trend_rate(&trend, &out.rate);
	return out;
}

static const double periods_s[] = { 28, 45, 70, 110, 190, 280, 450, 700, 1100 };
enum { PERIODS = sizeof(periods_s) / sizeof(periods_s[0]) };

static void assert_found(cycle_shape *shape, double period_s)
{
	struct outcome out = play(shape, period_s, 12, 1.5);
	double rate_kib_s = 1.5 * HEIGHT_KIB / (12 * period_s);

	if (!out.climbing)
		fail_msg("swings of %.0f s: not called at the end (%d calls)", period_s, out.calls);
	if (fabs(out.rate.kib_s / rate_kib_s - 1) > .25)
		fail_msg("swings of %.0f s: %.2f KiB/s, not %.2f", period_s, out.rate.kib_s,
			rate_kib_s);
}

static void test_a_few_swings_are_enough(void **state)
{
	(void)state;
	for (int i = 0; i < PERIODS; i++) {
		assert_found(sine, periods_s[i]);
		assert_found(square, periods_s[i]);
		assert_found(tooth, periods_s[i]);
	}
}

static void test_swings_that_do_not_rise(void **state)
{
	static cycle_shape *const shapes[] = { sine, square, tooth, unrest };

	(void)state;
	for (int i = 0; i < PERIODS; i++) {
		for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++) {
			struct outcome out = play(shapes[s], periods_s[i], 20, 0);
			if (out.calls)
				fail_msg("shape %zu, swings of %.0f s: called after %.0f s", s,
					periods_s[i], out.first_s);
		}
	}
}

/* Three steps, and a rustle so small that each of them looks like a swing. */
static void test_steps_with_a_rustle_are_no_swings(void **state)
{
	static const double at_s[] = { 180, 450, 480, 1e9 };
	static const double high_kib[] = { 1600, 6600, 4100 };

	(void)state;
	for (int shift = 0; shift < 16; shift++) {
		struct trend trend;
		uint32_t seed = (uint32_t)shift;
		double kib = 32000;
		int n = 0;
		trend_init(&trend, 0, (uint64_t)kib, 2000, 0);
		for (int t = 1; t < 1200; t++) {
			if (t >= at_s[n] + 16 * shift)
				kib += high_kib[n++];
			seed = seed * 1664525u + 1013904223u;
			trend_update(&trend, t, (uint64_t)(kib + (seed >> 8) % 200) & ~UINT64_C(3),
				UINT64_MAX);
			assert_int_not_equal(trend_state(&trend), TREND_CLIMBING);
		}
	}
}

/* Until it stood still it grew; then its swings go on at one level. */
static void test_swings_that_cease_to_rise(void **state)
{
	struct trend trend;
	double period_s = 110, kib = 0, ended_s = 14 * period_s;
	bool called = false;

	(void)state;
	for (double t_s = 0; t_s < 40 * period_s; t_s++) {
		kib = BASE_KIB + HEIGHT_KIB * (sine(t_s, period_s) + fmin(t_s, ended_s) / 800);
		if (t_s == 0)
			trend_init(&trend, t_s, (uint64_t)kib, OLD_S, (uint64_t)kib);
		else
			trend_update(&trend, t_s, (uint64_t)kib & ~UINT64_C(3), UINT64_MAX);
		called = called || trend_state(&trend) == TREND_CLIMBING;
	}
	assert_true(called);
	assert_int_not_equal(trend_state(&trend), TREND_CLIMBING);
}

/* A line below a peak: how often it is called when its process has this age. */
static int calls_below_a_peak(double age_s)
{
	struct trend trend;
	double rate_kib_s = 8, below_kib = 200000;
	int calls = 0;

	trend_init(&trend, 0, (uint64_t)BASE_KIB, age_s, (uint64_t)(BASE_KIB + below_kib));
	for (int t = 1; t < 1800; t++) {
		enum trend_state before = trend_state(&trend);
		trend_update(&trend, t, (uint64_t)(BASE_KIB + rate_kib_s * t), UINT64_MAX);
		calls += before != TREND_CLIMBING && trend_state(&trend) == TREND_CLIMBING;
	}
	return calls;
}

/* At this rate it would be back there after seven hours: of a process that began a quarter of an
 * hour ago that is no cycle, of an old one it may be. */
static void test_a_peak_that_this_growth_did_not_make(void **state)
{
	(void)state;
	assert_int_equal(calls_below_a_peak(900), 1);
	assert_int_equal(calls_below_a_peak(1e6), 0);
}

/* The longer tier has the warm-up in its window for minutes; what the shorter ones have seen since
 * is a line, even a slow one behind a large warm-up. */
static void test_a_warm_up_behind_does_not_end_a_climb(void **state)
{
	static const double taus_s[] = { 13, 15, 18, 21 }, most_kib[] = { 12000, 40000, 90000 };

	(void)state;
	for (int i = 0; i < 12; i++) {
		struct trend trend;
		double tau_s = taus_s[i % 4], most = most_kib[i / 4];
		int ends = 0;
		trend_init(&trend, 0, 20000, 2, 0);
		for (int t = 1; t < 300; t++) {
			enum trend_state before = trend_state(&trend);
			double kib = 20000 + most * (1 - exp(-t / tau_s)) + 80 * t;
			trend_update(&trend, t, (uint64_t)kib & ~UINT64_C(3), UINT64_MAX);
			ends += before == TREND_CLIMBING && trend_state(&trend) != TREND_CLIMBING;
		}
		if (trend_state(&trend) != TREND_CLIMBING || ends)
			fail_msg("warm-up by %.0f KiB in %.0f s: %s, ended %d times", most, tau_s,
				trend_state_name(trend_state(&trend)), ends);
	}
}

/* When a figure that grows in these steps, a minute and a half apart, is first called. */
static int steps_called_s(const double *step_kib, int steps)
{
	struct trend trend;
	double kib = 30000;

	trend_init(&trend, 0, (uint64_t)kib, 900, 0);
	for (int t = 1; t < 1200; t++) {
		if (t % 90 == 0)
			kib += step_kib[t / 90 % steps];
		trend_update(&trend, t, (uint64_t)kib, UINT64_MAX);
		if (trend_state(&trend) == TREND_CLIMBING)
			return t;
	}
	return 1200;
}

/* A heap that moves in few large steps and many small ones may have made its last large one; where
 * all are alike the next will come. */
static void test_few_large_steps_wait(void **state)
{
	static const double uneven_kib[] = { 300, 2600, 200, 1900, 400, 2300, 300 };
	static const double even_kib[] = { 1000 };
	double fast_kib[7];

	(void)state;
	assert_in_range(steps_called_s(even_kib, 1), 500, 760);
	assert_in_range(steps_called_s(uneven_kib, 7), 800, 1200);
	/* however fast */
	for (int i = 0; i < 7; i++)
		fast_kib[i] = 20 * uneven_kib[i];
	assert_in_range(steps_called_s(fast_kib, 7), 800, 1200);
}

/* After how many swings a climb below them is called, each of which gains this share of what the
 * one before it gained; 0: never. */
static double swings_until_called(double share)
{
	struct trend trend;
	double period_s = 670, floor_kib = BASE_KIB, gain_kib = .3 * HEIGHT_KIB;

	trend_init(&trend, 0, (uint64_t)floor_kib, OLD_S, (uint64_t)(BASE_KIB + HEIGHT_KIB));
	for (int t = 1; t < 12 * period_s; t++) {
		if (t % (int)period_s == 0)
			gain_kib *= share;
		floor_kib += gain_kib / period_s;
		double kib = floor_kib + HEIGHT_KIB * sine(t, period_s);
		trend_update(&trend, t, (uint64_t)kib & ~UINT64_C(3), UINT64_MAX);
		if (trend_state(&trend) == TREND_CLIMBING)
			return t / period_s;
	}
	return 0;
}

/* Five swings that gain alike are a climb; where each gains less than the one before, they
 * settle. */
static void test_swings_that_settle(void **state)
{
	double called = swings_until_called(1);

	(void)state;
	assert_true(called > 0 && called < 5.5);
	assert_true(swings_until_called(.7) == 0);
}

/* What a young process gained while it started is more than it gains later, and yet that may be a
 * line. */
static void test_a_line_behind_a_start_is_no_tail(void **state)
{
	struct trend trend;
	int called_s = 0;

	(void)state;
	trend_init(&trend, 0, 3000000, 1, 0);
	for (int t = 1; t < 300; t++) {
		double kib = 3000000 + 3000000 * (1 - exp(-t / 18.)) + 2700. * t;
		trend_update(&trend, t, (uint64_t)kib & ~UINT64_C(3), UINT64_MAX);
		if (!called_s && trend_state(&trend) == TREND_CLIMBING)
			called_s = t;
	}
	assert_in_range(called_s, 100, 250);
}

/* How many of twenty caches, filled until END_S at the uneven pace at which they are asked, are
 * called by BY_S. */
static int fills_called(double age_s, int end_s, int by_s)
{
	int called = 0;

	for (uint32_t run = 0; run < 20; run++) {
		struct trend trend;
		uint32_t seed = 7 * run;
		double kib = 900000, pace = 1;
		bool climbs = false;
		trend_init(&trend, 0, (uint64_t)kib, age_s, 0);
		for (int t = 1; t < by_s; t++) {
			seed = seed * 1664525u + 1013904223u;
			if (t % 5 == 0)
				pace = .2 + 1.6 * (seed >> 8) / (1 << 24);
			kib += t < end_s ? 120 * pace : 0;
			trend_update(&trend, t, (uint64_t)kib & ~UINT64_C(3), UINT64_MAX);
			climbs = climbs || trend_state(&trend) == TREND_CLIMBING;
		}
		called += climbs;
	}
	return called;
}

/* What a process does from its start on it may cease to do: few caches that are full in three
 * minutes are told (they look like a line for a while), those that go on all are, and so is what
 * begins late in a life. */
static void test_a_start_waits(void **state)
{
	(void)state;
	assert_in_range(fills_called(0, 190, 600), 0, 6);
	assert_in_range(fills_called(0, 900, 500), 16, 20);
	assert_in_range(fills_called(1e6, 190, 190), 12, 20);
}

/* When an old process is called whose growth the kernel counts in batches that come after so many
 * seconds each; 0: never. */
static int batches_called_s(const int *wait_s, int waits)
{
	struct trend trend;
	double kib = 20000;
	int next_s = 60;

	trend_init(&trend, 0, (uint64_t)kib, 80000, 0);
	for (int t = 1, n = 0; t < 300; t++) {
		if (t == next_s) {
			kib += 256;
			next_s += wait_s[n++ % waits];
		}
		trend_update(&trend, t, (uint64_t)kib, UINT64_MAX);
		if (trend_state(&trend) == TREND_CLIMBING)
			return t;
	}
	return 0;
}

/* 20 KiB a second in batches of 64 pages are a line; blocks that come as they like wait for a
 * longer tier. */
static void test_batches_of_pages(void **state)
{
	static const int even_s[] = { 12, 13, 13 }, any_s[] = { 3, 28, 5, 21, 4, 17 };

	(void)state;
	assert_in_range(batches_called_s(even_s, 3), 60, 150);
	assert_in_range(batches_called_s(any_s, 6), 200, 300);
}

/* Growth of which a tenth is noise is told within five minutes; noise is not steps. */
static void test_growth_below_noise_in_minutes(void **state)
{
	int called = 0;

	(void)state;
	for (uint32_t run = 0; run < 20; run++) {
		struct trend trend;
		uint32_t seed = run;
		trend_init(&trend, 0, 600000, 2, 0);
		for (int t = 1; t < 300; t++) {
			double noise_kib = 0;
			for (int i = 0; i < 12; i++) { /* near enough to a normal one */
				seed = seed * 1664525u + 1013904223u;
				noise_kib += 700 * ((seed >> 8) / 16777216. - .5);
			}
			trend_update(&trend, t, (uint64_t)(600000 + 20 * t + noise_kib),
				UINT64_MAX);
		}
		called += trend_state(&trend) == TREND_CLIMBING;
	}
	assert_in_range(called, 17, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_few_swings_are_enough),
		cmocka_unit_test(test_swings_that_do_not_rise),
		cmocka_unit_test(test_steps_with_a_rustle_are_no_swings),
		cmocka_unit_test(test_swings_that_cease_to_rise),
		cmocka_unit_test(test_a_peak_that_this_growth_did_not_make),
		cmocka_unit_test(test_a_warm_up_behind_does_not_end_a_climb),
		cmocka_unit_test(test_few_large_steps_wait),
		cmocka_unit_test(test_swings_that_settle),
		cmocka_unit_test(test_a_line_behind_a_start_is_no_tail),
		cmocka_unit_test(test_a_start_waits),
		cmocka_unit_test(test_batches_of_pages),
		cmocka_unit_test(test_growth_below_noise_in_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
