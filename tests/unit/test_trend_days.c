/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend: what takes hours and days - cycles, teeth below a known peak, slow climbs, calls that failed */
#include "model/trend.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/range.h"

#define MIB 1024.

static const double HOUR_S = 3600, DAY_S = 86400;

/* A figure with what became of it. */
struct run {
	struct trend trend;
	double t_s;
	double first_s; /* first time it was climbing; negative: never */
	double climbed_s;
	int onsets;
};

static void run_init(struct run *run, double kib, double age_s, double peak_kib)
{
	*run = (struct run){ .first_s = -1 };
	trend_init(&run->trend, 0, (uint64_t)kib, age_s, (uint64_t)peak_kib);
}

static void run_sample(struct run *run, double period_s, double kib)
{
	bool before = trend_state(&run->trend) == TREND_CLIMBING;

	run->t_s += period_s;
	trend_update(&run->trend, run->t_s, (uint64_t)kib & ~UINT64_C(3), UINT64_MAX);
	bool now = trend_state(&run->trend) == TREND_CLIMBING;
	run->climbed_s += before ? period_s : 0;
	run->onsets += now && !before;
	if (now && run->first_s < 0)
		run->first_s = run->t_s;
}

/* A fixed sequence of noise, -1 to 1. */
static double noise(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (double)(*seed >> 8) / (1 << 23) - 1;
}

/* A day from its trough on: 400 MiB up and down, with a ripple of a few MiB. */
static double day_kib(double t_s, uint32_t *seed)
{
	double height = 200 * MIB * (1 - cos(2 * M_PI * t_s / DAY_S));

	return 1000 * MIB + height + 4 * MIB * noise(seed);
}

static void test_a_daily_cycle_does_not_climb(void **state)
{
	(void)state;
	for (int from = 0; from < 24; from += 3) {
		struct run run;
		uint32_t seed = 5;
		double start_s = from * HOUR_S;
		run_init(&run, day_kib(start_s, &seed), 30 * DAY_S, 1420 * MIB);
		while (run.t_s < 4 * DAY_S)
			run_sample(&run, 60, day_kib(start_s + run.t_s, &seed));
		assert_true(run.climbed_s < .01 * 4 * DAY_S);
	}
}

static void test_a_leak_below_a_daily_cycle_is_found(void **state)
{
	(void)state;
	for (int from = 0; from < 24; from += 3) {
		struct run run;
		struct trend_rate rate;
		struct trend_climb climb;
		uint32_t seed = 5;
		double start_s = from * HOUR_S, leak_kib_s = 100 * MIB / DAY_S;
		run_init(&run, day_kib(start_s, &seed), 30 * DAY_S, 1420 * MIB);
		while (run.t_s < 3 * DAY_S)
			run_sample(&run, 60,
				day_kib(start_s + run.t_s, &seed) + leak_kib_s * run.t_s);
		assert_true(run.first_s > 0 && run.first_s <= 2 * DAY_S);
		assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
		assert_true(trend_rate(&run.trend, &rate));
		assert_true(fabs(rate.kib_s / leak_kib_s - 1) < .1);
		assert_true(rate.lo_kib_s <= leak_kib_s && leak_kib_s <= rate.hi_kib_s);
		assert_true(trend_climb(&run.trend, &climb));
		assert_true(climb.gain_kib > 200 * MIB && climb.gain_kib < 400 * MIB);
	}
}

/* Slow growth under noise of its own size an hour shows as a line through the day. */
static void test_a_line_through_a_day_is_found(void **state)
{
	(void)state;
	struct run run;
	uint32_t seed = 9;

	run_init(&run, 500 * MIB, 30 * DAY_S, 700 * MIB);
	while (run.t_s < DAY_S)
		run_sample(&run, 20, 500 * MIB + .1 * run.t_s + 3 * MIB * noise(&seed));
	assert_true(run.first_s > 0 && run.first_s <= 22 * HOUR_S);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	assert_true(fabs(trend_rate_stored(&run.trend) - .1) < .02);
}

/* Half a day is enough for one that is straight to its ends: the rise of a day is not. */
static void test_a_line_through_half_a_day(void **state)
{
	(void)state;
	struct run run;
	struct trend_rate rate;
	uint32_t seed = 9;

	run_init(&run, 500 * MIB, 30 * DAY_S, 525 * MIB);
	while (run.t_s < 12 * HOUR_S)
		run_sample(&run, 20, 500 * MIB + .3 * run.t_s + 3 * MIB * noise(&seed));
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	assert_true(trend_rate(&run.trend, &rate));
	assert_true(fabs(rate.kib_s - .3) < .03 && rate.confidence <= .8);
	run_init(&run, 500 * MIB, 30 * DAY_S, 525 * MIB);
	while (run.t_s < 12 * HOUR_S) {
		double up = .5 - .5 * cos(2 * M_PI * run.t_s / DAY_S);
		run_sample(&run, 20, 500 * MIB + 13000 * up + 3 * MIB * noise(&seed));
	}
	assert_int_equal(run.onsets, 0);
}

/* Two days unseen leave nothing to compare; three hours unseen do no harm. */
static void test_days_with_holes(void **state)
{
	(void)state;
	for (int hole_h = 3; hole_h <= 51; hole_h += 48) {
		struct run run;
		uint32_t seed = 5;
		run_init(&run, day_kib(0, &seed), 30 * DAY_S, 1420 * MIB);
		while (run.t_s < 4 * DAY_S) {
			bool hole = run.t_s > DAY_S && run.t_s < DAY_S + 60;
			double step_s = hole ? hole_h * HOUR_S : 60;
			run_sample(&run, step_s, day_kib(run.t_s + step_s, &seed));
		}
		assert_true(run.climbed_s < .01 * 4 * DAY_S);
	}
}

static void test_teeth_below_a_known_peak(void **state)
{
	(void)state;
	for (double period_s = 600; period_s <= 5400; period_s += 1200) {
		struct run run;
		run_init(&run, 1000 * MIB, 30 * DAY_S, 1200 * MIB);
		while (run.t_s < 4 * period_s)
			run_sample(&run, 20, (1000 + 170 * fmod(run.t_s / period_s, 1)) * MIB);
		assert_int_equal(run.onsets, 0);
	}
}

static void test_slow_climbs_below_a_peak_are_found(void **state)
{
	(void)state;
	static const struct {
		double mib_h, below_mib, within_h;
	} cases[] = {
		{ 2, 300, 2 }, /* would take days to be a cycle's rise */
		{ .5, 300, 5 },
		{ 2, 20, 7 }, /* might be, but for being so straight */
		{ .3, 3, 7 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run run;
		run_init(&run, 500 * MIB, 30 * DAY_S, (500 + cases[i].below_mib) * MIB);
		while (run.t_s < 12 * HOUR_S)
			run_sample(&run, 5, (500 + cases[i].mib_h * run.t_s / HOUR_S) * MIB);
		assert_true(run.first_s > 0 && run.first_s <= cases[i].within_h * HOUR_S);
		assert_true(run.onsets <= 2);
	}
}

/* Half a minute of clean growth, again and again, and each time it ends. */
static void test_each_call_that_fails_makes_the_next_dearer(void **state)
{
	(void)state;
	struct run run;
	double kib = 500 * MIB;

	run_init(&run, kib, 30 * DAY_S, 0);
	for (int burst = 0; burst < 12; burst++) {
		for (int s = 0; s < 40; s++)
			run_sample(&run, 1, kib += 256);
		for (int s = 0; s < 80; s++)
			run_sample(&run, 1, kib);
	}
	assert_uint_in_range(run.onsets, 1, 4);
}

/* What a young process loads in its first seconds is over when it might be called. */
static void test_a_tail_is_not_called(void **state)
{
	(void)state;
	for (int over_s = 20; over_s <= 35; over_s++) {
		struct run run;
		run_init(&run, 50 * MIB, 2, 0);
		while (run.t_s < 120)
			run_sample(&run, 1, 50 * MIB + 2048 * fmin(run.t_s, over_s));
		assert_int_equal(run.onsets, 0);
	}
}

/* The most that was told of growth in uneven steps towards a plateau, over what came; 0: no call. */
static double most_told(uint32_t seed)
{
	const double tau_s = 200;
	double kib = 20000, step = 0, most = 0;
	struct trend_rate rate;
	struct run run;

	run_init(&run, kib, 30 * DAY_S, 0);
	while (run.t_s < 1200) {
		double now = 40000 / tau_s * exp(-(run.t_s + 1) / tau_s);
		if ((int)run.t_s % 20 == 0)
			step = noise(&seed);
		run_sample(&run, 1, kib += now * (1 + .9 * step));
		bool climbs = trend_state(&run.trend) == TREND_CLIMBING;
		if (run.t_s > 300 && climbs && trend_rate(&run.trend, &rate))
			most = fmax(most, rate.kib_s / now);
	}
	return most;
}

/* It is called for its later half now and then, and the rate is that half's, not the whole's. */
static void test_what_slows_down_has_its_present_rate(void **state)
{
	(void)state;
	double sum = 0;
	int calls = 0;

	for (uint32_t seed = 1; seed <= 20; seed++) {
		double most = most_told(seed);
		sum += most;
		calls += most > 0;
	}
	assert_in_range(calls, 10, 20);
	assert_true(sum / calls < 2.25);
}

static void test_a_climb_that_fades_is_over(void **state)
{
	(void)state;
	struct run run;
	double kib = 500 * MIB;

	run_init(&run, kib, 30 * DAY_S, 0);
	for (int s = 0; s < 200; s++)
		run_sample(&run, 1, kib += 1024);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	for (int s = 0; s < 480; s++) /* a page in forty seconds */
		run_sample(&run, 1, kib += s % 40 ? 0 : 4);
	assert_int_not_equal(trend_state(&run.trend), TREND_CLIMBING);
}

/* Nobody knows yet what a process does by day that was watched for an hour. */
static void test_a_short_watch_is_not_sure(void **state)
{
	(void)state;
	for (int known = 0; known < 2; known++) {
		struct run run;
		struct trend_rate rate;
		run_init(&run, 500 * MIB, known ? 30 * DAY_S : HOUR_S, known ? 500 * MIB : 0);
		while (run.t_s < 3 * HOUR_S)
			run_sample(&run, 5, 500 * MIB + 16 * run.t_s);
		assert_true(trend_rate(&run.trend, &rate));
		/* above all it ever had, a process of weeks has no cycle that explains it */
		assert_true(known ? rate.confidence > .9 : rate.confidence <= .8);
	}
}

/* A burst of steps that is over: the window still shows growth, the last seconds do not. */
static void test_growth_that_is_over_is_not_called(void **state)
{
	(void)state;
	struct run run;
	double kib = 100 * MIB;

	run_init(&run, kib, 30 * DAY_S, 0);
	for (int burst = 0; burst < 6; burst++) {
		for (int s = 0; s < 60; s++)
			run_sample(&run, 1, kib += s < 30 && s % 3 == 0 ? 300 : 0);
		if (trend_state(&run.trend) == TREND_CLIMBING)
			assert_true(run.trend.idle_s < 60);
	}
	double before_s = run.first_s;
	for (int s = 0; s < 400; s++)
		run_sample(&run, 1, kib);
	assert_true(run.first_s == before_s);
	assert_int_not_equal(trend_state(&run.trend), TREND_CLIMBING);
}

/* It grows, roughly and slowly: that is no call yet, but it is not steady either. */
static void test_what_grows_too_roughly_is_watched(void **state)
{
	(void)state;
	struct run run;
	uint32_t seed = 3;
	double kib = 200 * MIB;
	int watching = 0;

	run_init(&run, kib, 30 * DAY_S, 0);
	for (int s = 0; s < 100; s++) {
		run_sample(&run, 1, kib += 40 + 30 * noise(&seed));
		watching += s > 35 && trend_state(&run.trend) == TREND_WATCHING;
		assert_true(s < 22 || trend_state(&run.trend) != TREND_STEADY);
	}
	assert_true(watching > 0);
}

static void test_the_time_left(void **state)
{
	(void)state;
	struct run run;
	struct trend_end end;

	run_init(&run, 100 * MIB, 30 * DAY_S, 0);
	assert_false(trend_end(&run.trend, 100 * MIB, &end));
	while (run.t_s < 600)
		run_sample(&run, 1, 100 * MIB + 512 * run.t_s);
	assert_true(trend_end(&run.trend, 51200, &end));
	assert_true(fabs(end.mid_s - 100) < 3);
	assert_true(end.from_s <= end.mid_s && end.mid_s <= end.to_s);
	assert_true(trend_end(&run.trend, 0, &end));
	assert_true(end.mid_s == 0);
}

/* Twice as fast every five minutes: a line through the past comes too late. */
static void test_the_time_left_of_growth_that_quickens(void **state)
{
	(void)state;
	struct run run;
	struct trend_end end;

	run_init(&run, 100 * MIB, 30 * DAY_S, 0);
	while (run.t_s < 900)
		run_sample(&run, 1, 100 * MIB + run.t_s * run.t_s);
	/* at t it has grown by t^2: 1,200 s are reached after 300 more */
	assert_true(trend_end(&run.trend, 1200 * 1200 - 900 * 900, &end));
	assert_true(fabs(end.mid_s - 300) < 15);
}

/* A sawtooth meets its limit with a tooth. */
static void test_the_time_left_of_a_sawtooth(void **state)
{
	(void)state;
	struct run run;
	struct trend_end end;
	double tooth = 50 * MIB, base = 100 * MIB;

	run_init(&run, base, 30 * DAY_S, base + tooth);
	while (run.t_s < 1801) /* the last sample is of 1800: a floor */
		run_sample(&run, 1, base + 64 * run.t_s + tooth * fmod(run.t_s, 20) / 20);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	/* 70 MiB above a floor there are 20 above a top, and a twentieth of a tooth */
	assert_true(trend_end(&run.trend, 70 * MIB, &end));
	assert_true(fabs(end.mid_s - 22.5 * MIB / 64) < 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_daily_cycle_does_not_climb),
		cmocka_unit_test(test_a_leak_below_a_daily_cycle_is_found),
		cmocka_unit_test(test_a_line_through_a_day_is_found),
		cmocka_unit_test(test_a_line_through_half_a_day),
		cmocka_unit_test(test_days_with_holes),
		cmocka_unit_test(test_teeth_below_a_known_peak),
		cmocka_unit_test(test_slow_climbs_below_a_peak_are_found),
		cmocka_unit_test(test_each_call_that_fails_makes_the_next_dearer),
		cmocka_unit_test(test_a_tail_is_not_called),
		cmocka_unit_test(test_what_slows_down_has_its_present_rate),
		cmocka_unit_test(test_a_climb_that_fades_is_over),
		cmocka_unit_test(test_a_short_watch_is_not_sure),
		cmocka_unit_test(test_growth_that_is_over_is_not_called),
		cmocka_unit_test(test_what_grows_too_roughly_is_watched),
		cmocka_unit_test(test_the_time_left),
		cmocka_unit_test(test_the_time_left_of_growth_that_quickens),
		cmocka_unit_test(test_the_time_left_of_a_sawtooth),
	};

	return cmocka_run_group_tests_name("trend_days", tests, NULL, NULL);
}
