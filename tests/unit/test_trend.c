/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend: the states, their hysteresis, gaps, flat starts, the rate, and values at the edge */
#include "model/trend.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/range.h"

#define MIB (UINT64_C(1) << 10)
#define GIB (UINT64_C(1) << 20)
#define TIB (UINT64_C(1) << 30)

static const double OLD_S = 1e6;

/* A figure that is fed by the second (or another period), with what became of it. */
struct run {
	struct trend trend;
	double t_s;
	double kib;
	double period_s;
	uint64_t room_kib;
	double first_s; /* first time it was climbing; negative: never */
	int onsets;
	unsigned seen; /* bit by state */
};

static void run_init(struct run *run, double kib, double age_s)
{
	*run = (struct run){ .kib = kib, .period_s = 1, .room_kib = UINT64_MAX, .first_s = -1 };
	trend_init(&run->trend, 0, (uint64_t)kib, age_s, 0);
}

static void run_sample(struct run *run, double kib)
{
	enum trend_state before = trend_state(&run->trend);

	run->t_s += run->period_s;
	trend_update(&run->trend, run->t_s, (uint64_t)kib & ~UINT64_C(3), run->room_kib);
	enum trend_state now = trend_state(&run->trend);
	run->seen |= 1u << now;
	if (now == TREND_CLIMBING && before != TREND_CLIMBING) {
		run->onsets++;
		if (run->first_s < 0)
			run->first_s = run->t_s;
	}
}

/* Growth (or decline) at a rate for so long. */
static void run_rate(struct run *run, double kib_s, double seconds)
{
	for (double end = run->t_s + seconds; run->t_s < end - 1e-6;) {
		run->kib += kib_s * run->period_s;
		run_sample(run, run->kib);
	}
}

/* A fixed sequence of noise, -1 to 1. */
static double noise(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (double)(*seed >> 8) / (1 << 23) - 1;
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(trend_state_name(TREND_NEW), "new");
	assert_string_equal(trend_state_name(TREND_WATCHING), "watching");
	assert_string_equal(trend_state_name(TREND_STEADY), "steady");
	assert_string_equal(trend_state_name(TREND_WARMING), "warming");
	assert_string_equal(trend_state_name(TREND_CLIMBING), "climbing");
	assert_string_equal(trend_state_name(TREND_SPIKING), "spiking");
	assert_string_equal(trend_state_name(TREND_SHRINKING), "shrinking");
	assert_string_equal(trend_state_name(TREND_RECEDING), "receding");
}

static void test_flat_is_steady(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 500 * MIB, OLD_S);
	assert_int_equal(trend_state(&run.trend), TREND_NEW);
	run_rate(&run, 0, 20000);
	assert_int_equal(run.seen, 1u << TREND_NEW | 1u << TREND_WATCHING | 1u << TREND_STEADY);
	assert_true(trend_rate_stored(&run.trend) == 0);
}

static void test_growth_is_called_in_time(void **state)
{
	(void)state;
	static const struct {
		double kib_s, before_s, within_s;
	} cases[] = {
		{ 16, 0, 25 },
		{ 16, 3000, 25 },
		{ 64, 600, 25 },
		{ 50 * 1024, 600, 25 },
		{ 4, 0, 70 },
		{ 4, 3000, 70 },
		{ 10 / 60., 0, 1320 },
		{ 10 / 60., 5000, 1320 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run run;
		run_init(&run, 100 * MIB, OLD_S);
		run_rate(&run, 0, cases[i].before_s);
		assert_int_equal(run.onsets, 0);
		run_rate(&run, cases[i].kib_s, 1400);
		assert_true(run.first_s > 0);
		assert_true(run.first_s - cases[i].before_s <= cases[i].within_s);
		assert_int_equal(run.onsets, 1);
		assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	}
}

static void test_the_young_wait(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 10 * MIB, 1);
	run_rate(&run, 1024, 30);
	assert_int_equal(trend_state(&run.trend), TREND_WARMING);
	run_rate(&run, 1024, 34);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
}

/* The same growth looked at in uneven times, as on a busy machine, is as straight. */
static void test_late_looks_bend_nothing(void **state)
{
	(void)state;
	static const double periods_s[] = { .4, 1 };
	uint32_t seed = 5;

	for (int i = 0; i < 20; i++) {
		struct run run;
		double period_s = periods_s[i % 2];
		run_init(&run, 10 * MIB, 1);
		while (run.t_s < 60) {
			run.period_s = period_s * (1 + .7 * noise(&seed));
			run_rate(&run, 600, run.period_s);
		}
		assert_true(run.first_s > 0);
		assert_true(run.first_s <= 42);
	}
}

/* A leak that has its share of a busy machine, now a small one, now a large one, gives nothing back;
 * a heap that settles does, and goes on being watched. */
static void test_the_starved(void **state)
{
	(void)state;

	for (int give_back = 0; give_back < 2; give_back++) {
		struct run run;
		run_init(&run, 10 * MIB, 1);
		for (int i = 0; run.t_s < 64; i++) {
			run_rate(&run, i % 4 == 0 ? 2000 : 300, 4);
			run.kib -= give_back * MIB;
			run_sample(&run, run.kib);
			run.kib += give_back * MIB;
		}
		assert_int_equal(run.first_s > 0, !give_back);
	}
}

static void test_the_young_near_their_limit_do_not(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 10 * MIB, 1);
	run.room_kib = 100 * 1024;
	run_rate(&run, 1024, 14);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
}

static void test_the_old_near_their_limit_are_called_sooner(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 1000 * MIB, OLD_S);
	run_rate(&run, 0, 500);
	run.room_kib = GIB;
	run_rate(&run, 30 * 1024, 15);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
}

static void test_a_plateau_is_warming(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 50 * MIB, 2);
	for (int i = 1; i <= 1200; i++)
		run_sample(&run, 50. * MIB + 800. * MIB * (1 - exp(-i / 25.)));
	assert_int_equal(run.onsets, 0);
	assert_true(run.seen & 1u << TREND_WARMING);
	assert_int_equal(trend_state(&run.trend), TREND_STEADY);
}

static void test_growth_behind_a_plateau_is_found(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 50 * MIB, 2);
	for (int i = 1; i <= 900; i++)
		run_sample(&run, 50. * MIB + 300. * MIB * (1 - exp(-i / 20.)) + 100. * i);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	assert_true(fabs(trend_rate_stored(&run.trend) - 100) < 10);
}

static void test_steps_do_not_climb(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	for (int i = 0; i < 4; i++) {
		run_rate(&run, 0, 150 + 70 * i);
		run.kib += 40 * MIB;
	}
	run_rate(&run, 0, 1500);
	assert_int_equal(run.onsets, 0);
}

static void test_a_surge_does_not_climb(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	run_rate(&run, 0, 300);
	run_rate(&run, 20 * 1024, 18);
	run_rate(&run, 0, 600);
	assert_int_equal(run.onsets, 0);
}

static void test_noise_does_not_climb(void **state)
{
	(void)state;
	struct run run;
	uint32_t seed = 7;

	run_init(&run, 100 * MIB, OLD_S);
	for (int i = 0; i < 20000; i++)
		run_sample(&run, run.kib + 2048 * noise(&seed));
	assert_int_equal(run.onsets, 0);
}

/* Teeth that fall back to a floor, which rises or does not. */
static void run_teeth(struct run *run, double tooth_kib, int period, double floor_kib_s,
	int seconds)
{
	for (int i = 0; i < seconds; i++)
		run_sample(run, run->kib + floor_kib_s * i + tooth_kib * (i % period) / period);
}

static void test_teeth(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	run_teeth(&run, 30 * 1024, 11, 0, 7200);
	assert_int_equal(run.onsets, 0);
	run_init(&run, 100 * MIB, OLD_S);
	run_teeth(&run, 30 * 1024, 11, 200, 1800);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	assert_int_equal(run.onsets, 1);
	struct trend_rate rate;
	assert_true(trend_rate(&run.trend, &rate));
	assert_true(fabs(rate.kib_s - 200) < 10);
}

/* Teeth that are now longer, now shorter; gives back how often they were called once the first few,
 * which may be anything, are over. */
static int ragged_teeth(double mean_s, double floor_kib_s, double seconds)
{
	struct run run;
	uint32_t seed = 3;
	double from_s = 0, long_s = mean_s;
	int first = 0;

	run_init(&run, 800 * MIB, OLD_S);
	while (run.t_s < seconds) {
		if (run.t_s >= from_s + long_s) {
			from_s += long_s;
			long_s = mean_s * (1 + .3 * noise(&seed));
		}
		run_sample(&run,
			run.kib + floor_kib_s * run.t_s + 30 * 1024 * (run.t_s - from_s) / long_s);
		if (run.t_s < 4 * mean_s)
			first = run.onsets;
	}
	return run.onsets - first;
}

/* No tier has buckets of about these lengths, and there is no time for the next one's. */
static void test_teeth_between_two_tiers(void **state)
{
	(void)state;
	for (int mean_s = 75; mean_s <= 105; mean_s += 10) {
		assert_true(ragged_teeth(mean_s, 20, 1250) > 0);
		assert_int_equal(ragged_teeth(mean_s, 0, 7200), 0);
	}
}

/* A cache that paused and fills up now is not called for what it grew before. */
static void test_an_old_climb_does_not_count_twice(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 20 * MIB, OLD_S);
	for (int i = 0; i < 500; i++)
		run_sample(&run, 20 * 1024 + 1024 * (i / 20));
	double kib = 20 * 1024 + 1024 * 24;
	assert_int_equal(run.onsets, 1);
	for (int i = 0; i < 50; i++)
		run_sample(&run, kib);
	assert_int_not_equal(trend_state(&run.trend), TREND_CLIMBING);
	for (int i = 0; i < 100; i++)
		run_sample(&run, kib + 1024 * (i / 20 + 1));
	assert_int_equal(run.onsets, 1);
}

/* A young process that has grown fast and grows on slowly is not told from one that settles. */
static void test_the_tail_of_a_start(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 10 * MIB, 0);
	run_rate(&run, 500, 30);
	run_rate(&run, 20, 45);
	run_rate(&run, 0, 200);
	assert_int_equal(run.onsets, 0);
	run_init(&run, 10 * MIB, 0);
	run_rate(&run, 500, 30);
	run_rate(&run, 20, 120);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
}

/* What was once given back does not hide a line that has left it behind. */
static void test_a_line_above_what_was_given_back(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	run_rate(&run, 400, 100);
	run.kib -= 39 * 1024;
	run_rate(&run, 400, 100);
	int before = run.onsets;
	run_rate(&run, 14, 1700);
	assert_true(run.onsets > before);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
}

static void test_it_clears_and_recedes(void **state)
{
	(void)state;
	struct run run;
	double cleared_s = -1;

	run_init(&run, 100 * MIB, OLD_S);
	assert_false(trend_cleared(&run.trend, &cleared_s));
	run_rate(&run, 64, 300);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	assert_false(trend_cleared(&run.trend, &cleared_s));
	run_rate(&run, 0, 12);
	assert_int_equal(trend_state(&run.trend), TREND_RECEDING);
	assert_true(trend_cleared(&run.trend, &cleared_s));
	assert_true(cleared_s > 300 && cleared_s <= 312);
	run_rate(&run, 0, 58);
	assert_int_equal(trend_state(&run.trend), TREND_STEADY);
	assert_int_equal(run.onsets, 1);
}

static void test_giving_back_clears_at_once(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	run_rate(&run, 1024, 300);
	run.kib -= 280 * 1024;
	run_rate(&run, 0, 1);
	assert_int_equal(trend_state(&run.trend), TREND_RECEDING);
}

static void test_one_climb_is_one_onset(void **state)
{
	(void)state;
	struct run run;
	uint32_t seed = 3;

	run_init(&run, 300 * MIB, OLD_S);
	for (int i = 0; i < 7200; i++)
		run_sample(&run, run.kib + 60. * i + 400 * noise(&seed));
	assert_int_equal(run.onsets, 1);
}

static void test_since_when(void **state)
{
	(void)state;
	struct run run;
	struct trend_climb climb = { .gain_kib = -1 };

	run_init(&run, 100 * MIB, OLD_S);
	assert_false(trend_climb(&run.trend, &climb));
	assert_true(climb.gain_kib == -1);
	run_rate(&run, 0, 1000);
	run_rate(&run, 100, 1320);
	assert_true(trend_climb(&run.trend, &climb));
	assert_true(fabs(climb.since_s - 1000) <= 30);
	assert_true(fabs(climb.gain_kib - 132000) < 3000);
	assert_true(fabs(climb.from_kib - 100. * MIB) < 3000);
}

static void test_rate_and_interval(void **state)
{
	(void)state;
	struct run run;
	struct trend_rate rate = { .confidence = -1 };
	uint32_t seed = 11;

	run = (struct run){ .kib = 100 * MIB, .period_s = 1, .room_kib = UINT64_MAX };
	trend_init(&run.trend, 0, 100 * MIB, OLD_S, 100 * MIB);
	run_rate(&run, 0, 60);
	assert_false(trend_rate(&run.trend, &rate));
	assert_true(rate.confidence == -1);
	double last = 0;
	for (int i = 0; i < 8000; i++) {
		run_sample(&run, run.kib + 30. * i + 100 * noise(&seed));
		if (!trend_rate(&run.trend, &rate))
			continue;
		assert_true(rate.lo_kib_s <= rate.kib_s && rate.kib_s <= rate.hi_kib_s);
		assert_true(rate.confidence >= last);
		last = rate.confidence;
	}
	assert_true(fabs(rate.kib_s - 30) < .6);
	assert_true(rate.lo_kib_s <= 30 && 30 <= rate.hi_kib_s);
	assert_true(rate.hi_kib_s - rate.lo_kib_s < 5);
	assert_true(rate.confidence > .9);
	assert_true(fabs(trend_rate_stored(&run.trend) - 30) < 3);
}

static void test_any_period(void **state)
{
	(void)state;
	static const double periods[] = { .1, .3, .5, 2, 3, 5, 10, 30, 60 };

	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		struct run run;
		run_init(&run, 100 * MIB, OLD_S);
		run.period_s = periods[i];
		run_rate(&run, 0, 600);
		assert_int_equal(run.onsets, 0);
		run_rate(&run, 512, fmax(120, 30 * periods[i]));
		assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
		assert_true(fabs(trend_rate_stored(&run.trend) - 512) < 16);
		run_rate(&run, 0, fmax(20, 5 * periods[i]));
		assert_true(trend_state(&run.trend) != TREND_CLIMBING);
		assert_int_equal(run.onsets, 1);
	}
}

static void test_gaps_are_no_growth(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	for (int i = 0; i < 12; i++) {
		run_rate(&run, 0, 40);
		run.t_s += 3600 * (i % 5);
		run.kib += i % 3 == 0 ? 4096 : 0;
	}
	run_rate(&run, 0, 600);
	assert_int_equal(run.onsets, 0);
}

static void test_a_gap_does_not_hold_a_climb(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	run_rate(&run, 256, 200);
	run.t_s += 8 * 3600; /* asleep */
	run_rate(&run, 256, 3);
	run_rate(&run, 0, 30);
	assert_true(trend_state(&run.trend) != TREND_CLIMBING);
}

static void test_time_never_steps_back(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	run_rate(&run, 64, 100);
	struct trend before = run.trend;
	trend_update(&run.trend, run.t_s, 1, UINT64_MAX);
	trend_update(&run.trend, run.t_s - 50, 900 * MIB, UINT64_MAX);
	trend_update(&run.trend, NAN, 900 * MIB, UINT64_MAX);
	assert_memory_equal(&before, &run.trend, sizeof(before));
}

static void test_flat_start_equals_feeding(void **state)
{
	(void)state;
	static const int spans[] = { 0, 1, 3, 4, 7, 8, 23, 24, 25, 63, 64, 95, 96, 97, 100, 383,
		400, 1535, 1600, 6143, 6145, 24576, 24577, 30000, 100003 };

	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct trend fed, filled;
		trend_init(&fed, 17, 123456, 40, 130000);
		for (int t = 1; t <= spans[i]; t++)
			trend_update(&fed, 17 + t, 123456, UINT64_MAX);
		trend_init_flat(&filled, 17, 17 + spans[i] + .25, 123456, 40, 130000);
		assert_memory_equal(&fed, &filled, sizeof(fed));
	}
}

static void test_flat_start_takes_no_time(void **state)
{
	(void)state;
	struct trend trend;

	trend_init_flat(&trend, 0, 1e9, 4096, 0, 0);
	assert_int_equal(trend_state(&trend), TREND_STEADY);
	trend_init_flat(&trend, 100, 50, 4096, 0, 0);
	assert_int_equal(trend_state(&trend), TREND_NEW);
}

/* What is left out while nothing moves changes no verdict after it. */
static void test_hold_equals_feeding(void **state)
{
	(void)state;
	struct run fed, held;

	run_init(&fed, 100 * MIB, OLD_S);
	run_rate(&fed, 0, 100);
	run_rate(&fed, 8, 5); /* moves once, and rests */
	assert_true(trend_rests(&fed.trend));
	held = fed;
	for (int minute = 0; minute < 40; minute++)
		trend_update(&fed.trend, fed.t_s += 60, (uint64_t)fed.kib, UINT64_MAX);
	trend_hold(&held.trend, held.t_s += 40 * 60, 60);
	trend_settle(&held.trend);
	assert_int_equal(trend_state(&held.trend), trend_state(&fed.trend));
	int fed_s = 0, other_s = 0;
	for (int s = 0; s < 600; s++) {
		run_rate(&fed, 64, 1);
		run_rate(&held, 64, 1);
		fed_s += trend_state(&fed.trend) != TREND_CLIMBING;
		other_s += trend_state(&held.trend) != TREND_CLIMBING;
	}
	assert_in_range(fed_s, 1, 599);
	assert_int_equal(fed_s, other_s);
	trend_hold(&held.trend, held.t_s, 60); /* no later: nothing */
	assert_int_equal(trend_state(&held.trend), TREND_CLIMBING);
	trend_hold(&held.trend, 1e12, 60); /* and a gap takes no time */
}

/* A climb of an hour is one at its end, and since as long, whether it was judged at each look or
 * only now and then on the way. */
static void test_pass_comes_to_the_same(void **state)
{
	(void)state;
	struct trend each, some;
	struct trend_climb fed, passed;
	uint64_t kib = 100 * MIB;

	trend_init(&each, 0, kib, OLD_S, 0);
	trend_init(&some, 0, kib, OLD_S, 0);
	for (double t_s = 60; t_s < 3600; t_s += 60) {
		kib += t_s > 600 ? 4096 : 0;
		trend_update(&each, t_s, kib, UINT64_MAX);
		trend_pass(&some, t_s, kib, UINT64_MAX);
	}
	trend_settle(&some);
	assert_int_equal(trend_state(&some), TREND_CLIMBING);
	assert_true(trend_climb(&each, &fed) && trend_climb(&some, &passed));
	assert_float_equal(fed.since_s, passed.since_s, 120);
	assert_float_equal(fed.gain_kib, passed.gain_kib, 8192);
}

static void test_spikes(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 100 * MIB, OLD_S);
	run_rate(&run, 0, 200);
	run_sample(&run, 200. * MIB);
	assert_int_equal(trend_state(&run.trend), TREND_SPIKING);
	run_rate(&run, 0, 2);
	assert_int_equal(trend_state(&run.trend), TREND_STEADY);
}

static void test_shrinking(void **state)
{
	(void)state;
	struct run run;

	run_init(&run, 400 * MIB, OLD_S);
	run_rate(&run, 0, 200);
	run_rate(&run, -400, 120);
	assert_int_equal(trend_state(&run.trend), TREND_SHRINKING);
	run_rate(&run, 0, 800);
	assert_int_equal(trend_state(&run.trend), TREND_STEADY);
	/* slowly, too: 8 KiB a second for ten minutes */
	run_rate(&run, -8, 900);
	assert_int_equal(trend_state(&run.trend), TREND_SHRINKING);
}

static bool is_sane(const struct trend *trend)
{
	struct trend_rate rate;
	struct trend_climb climb;

	if (trend_rate(trend, &rate) &&
		!(isfinite(rate.kib_s) && isfinite(rate.lo_kib_s) && isfinite(rate.hi_kib_s) &&
			rate.confidence > 0 && rate.confidence < 1))
		return false;
	if (trend_climb(trend, &climb) && !(isfinite(climb.since_s) && climb.gain_kib >= 0))
		return false;
	return isfinite(trend_rate_stored(trend)) && (int)trend_state(trend) < TREND_STATES;
}

static void test_extremes(void **state)
{
	(void)state;
	static const uint64_t values[] = { 0, 1, 4, 0, GIB, 16 * TIB, 0, UINT64_MAX, 0, 4 };
	uint32_t seed = 5;
	struct trend trend;
	double t_s = 0;

	trend_init(&trend, 0, 0, -5, UINT64_MAX);
	for (int i = 0; i < 50000; i++) {
		double pick = noise(&seed);
		t_s += pick > .999 ? 1e7 : pick > .9 ? .001 : 1 + pick / 2;
		uint64_t kib = values[i / 37 % 10];
		trend_update(&trend, t_s, kib, i % 5 ? UINT64_MAX : 0);
		assert_true(is_sane(&trend));
	}
}

/* A jump inside a climb leaves the rate of few floors, or of none. */
static void test_a_jump_while_climbing(void **state)
{
	(void)state;

	for (int i = 0; i < 40; i++) {
		struct run run;
		run_init(&run, 100 * MIB, OLD_S);
		run_rate(&run, 64, 400 + i);
		run.kib += 900 * MIB;
		for (int t = 0; t < 100; t++) {
			run_rate(&run, 64, 1);
			assert_true(is_sane(&run.trend));
		}
	}
}

static void test_huge_footprints(void **state)
{
	(void)state;
	struct run run;
	struct trend_rate rate;

	run_init(&run, 8. * TIB, OLD_S);
	run_rate(&run, 0, 500);
	assert_int_equal(run.onsets, 0);
	run_rate(&run, 64. * MIB, 600);
	assert_int_equal(trend_state(&run.trend), TREND_CLIMBING);
	assert_true(trend_rate(&run.trend, &rate));
	assert_true(fabs(rate.kib_s / (64. * MIB) - 1) < .02);
}

static void test_size(void **state)
{
	(void)state;
	assert_uint_in_range(sizeof(struct trend), 1, 2048);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_flat_is_steady),
		cmocka_unit_test(test_growth_is_called_in_time),
		cmocka_unit_test(test_the_young_wait),
		cmocka_unit_test(test_late_looks_bend_nothing),
		cmocka_unit_test(test_the_starved),
		cmocka_unit_test(test_the_young_near_their_limit_do_not),
		cmocka_unit_test(test_the_old_near_their_limit_are_called_sooner),
		cmocka_unit_test(test_a_plateau_is_warming),
		cmocka_unit_test(test_growth_behind_a_plateau_is_found),
		cmocka_unit_test(test_steps_do_not_climb),
		cmocka_unit_test(test_a_surge_does_not_climb),
		cmocka_unit_test(test_noise_does_not_climb),
		cmocka_unit_test(test_teeth),
		cmocka_unit_test(test_teeth_between_two_tiers),
		cmocka_unit_test(test_an_old_climb_does_not_count_twice),
		cmocka_unit_test(test_the_tail_of_a_start),
		cmocka_unit_test(test_a_line_above_what_was_given_back),
		cmocka_unit_test(test_it_clears_and_recedes),
		cmocka_unit_test(test_giving_back_clears_at_once),
		cmocka_unit_test(test_one_climb_is_one_onset),
		cmocka_unit_test(test_since_when),
		cmocka_unit_test(test_rate_and_interval),
		cmocka_unit_test(test_any_period),
		cmocka_unit_test(test_gaps_are_no_growth),
		cmocka_unit_test(test_a_gap_does_not_hold_a_climb),
		cmocka_unit_test(test_time_never_steps_back),
		cmocka_unit_test(test_flat_start_equals_feeding),
		cmocka_unit_test(test_flat_start_takes_no_time),
		cmocka_unit_test(test_hold_equals_feeding),
		cmocka_unit_test(test_pass_comes_to_the_same),
		cmocka_unit_test(test_spikes),
		cmocka_unit_test(test_shrinking),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_a_jump_while_climbing),
		cmocka_unit_test(test_huge_footprints),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests_name("trend", tests, NULL, NULL);
}
