/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_rate - the rate of a climb as a person may read it
 *
 * Sen's slope is the median of the slopes of all pairs of floors: one bad floor
 * in four does not move it. Its interval comes from the order of those slopes,
 * widened when the floors remember each other.
 */
#include <math.h>
#include <stddef.h>

#include "model/trend.h"
#include "base/real.h"
#include "model/trend_limits.h"
#include "model/trend_window.h"

enum { PAIRS = TREND_BUCKETS * (TREND_BUCKETS - 1) / 2 };

/* Shell's sort: a third of qsort's time for a few hundred numbers. */
static void sort(double *v, int n)
{
	static const int gaps[] = { 132, 57, 23, 10, 4, 1 };

	for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
		for (int i = gaps[g]; i < n; i++) {
			double value = v[i];
			int j = i;
			for (; j >= gaps[g] && v[j - gaps[g]] > value; j -= gaps[g])
				v[j] = v[j - gaps[g]];
			v[j] = value;
		}
	}
}

/* Lag-1 autocorrelation of what the line leaves over, between 0 and .9. */
static double memory_of(const struct trend_window *w, int first, double slope)
{
	double sum = 0, mean = 0, own = 0, next = 0, before = 0;
	int n = w->n - first;

	for (int i = first; i < w->n; i++)
		sum += w->lo_kib[i] - w->lo_kib[first] - slope * w->at_s[i];
	mean = sum / n;
	for (int i = first; i < w->n; i++) {
		double rest = w->lo_kib[i] - w->lo_kib[first] - slope * w->at_s[i] - mean;
		own += rest * rest;
		if (i > first)
			next += rest * before;
		before = rest;
	}
	return own > 0 ? real_min(real_max(next / own, 0), .9) : 0;
}

/* Mean of the waits for a new high, over the buckets that ended one. */
static double typical_pause(const struct trend_window *w, int first)
{
	double sum = 0;
	int n = 0;

	for (int i = first; i < w->n; i++) {
		sum += w->pause_s[i];
		n += w->pause_s[i] > 0;
	}
	return n > 0 ? sum / n : 0;
}

/* Sen's slope of floors [first, n) and its 95 % interval. */
static void sen(const struct trend_window *w, int first, double period_s, struct trend_rate *rate)
{
	double slope[PAIRS];
	int n = w->n - first, pairs = 0;

	for (int i = first; i < w->n; i++)
		for (int j = i + 1; j < w->n; j++)
			slope[pairs++] = (w->lo_kib[j] - w->lo_kib[i]) / (w->at_s[j] - w->at_s[i]);
	sort(slope, pairs);
	double median = (slope[(pairs - 1) / 2] + slope[pairs / 2]) / 2;
	double rho = memory_of(w, first, median);
	double half = 1.96 * sqrt(n * (n - 1.) * (2. * n + 5) / 18 * (1 + rho) / (1 - rho));
	int lo = (int)floor((pairs - half) / 2), hi = (int)ceil((pairs + half) / 2);
	/* a floor lies somewhere between two samples, or two steps of a staircase */
	double wait_s = real_max(period_s, typical_pause(w, first));
	double round = (limits.rate_round_kib + limits.rate_wait * fabs(median) * wait_s) /
		       (w->at_s[w->n - 1] - w->at_s[first]);

	rate->kib_s = median;
	rate->lo_kib_s = slope[lo > 0 ? lo : 0] - round;
	rate->hi_kib_s = slope[hi < pairs - 1 ? hi : pairs - 1] + round;
}

static double width(const struct trend_rate *rate)
{
	return rate->hi_kib_s - rate->lo_kib_s;
}

/* Where the growth begins that goes on: after a jump, and of a window that bends its later half, as
 * the judge believes it by that. */
static int current_from(const struct trend_window *w)
{
	struct trend_fit fit;
	int first = trend_window_jump(w);

	if (w->n - first < limits.floors_least)
		first = 0;
	if (w->n - first < limits.bend_half)
		return first;
	trend_window_fit(w, trend_window_onset(w, first), &fit);
	bool bends = trend_fit_excess(&fit, limits.bend_level) < -limits.bend_se;
	return bends ? first + (w->n - first) / 2 : first;
}

/* The rate as tier k sees it. */
static void look_at_window(const struct trend *trend, int k, struct trend_rate *rate)
{
	struct trend_window window;

	trend_window_load(&window, &trend->tier[k]);
	int first = current_from(&window);
	sen(&window, first, trend->period_s, rate);
}

/* The rate as the days see it, once they have seen one. */
static struct trend_rate by_day(const struct trend *trend)
{
	const struct trend_day *day = &trend->day;
	bool seen = trend->t_s - trend->start_s >= limits.cycle_s[TREND_TIERS - 1];

	return (struct trend_rate){ day->rate_kib_s, day->rate_kib_s - day->width_kib_s,
		day->rate_kib_s + day->width_kib_s,
		seen ? limits.day_confidence : limits.confidence_unseen };
}

/* By the longest tier; it stays low where a cycle of which this is the rise would not have been
 * seen yet. */
static double confidence(const struct trend *trend, int k)
{
	double seen_s = trend->t_s - trend->start_s;

	if (trend->gate_kib > 0 && trend->kib > trend->gate_kib) /* more than in all its life */
		seen_s += trend->age_s;
	if (seen_s >= limits.cycle_s[k])
		return limits.confidence[k];
	return real_min(limits.confidence[k], limits.confidence_unseen);
}

/*
 * The shortest tier knows best what goes on now, but little: a longer one is
 * asked until the interval is narrow enough.
 */
bool trend_rate(const struct trend *trend, struct trend_rate *rate)
{
	struct trend_rate best = { 0 }, other;

	if (!trend->on && !trend->day.on)
		return false;
	if (trend_is_by_day(trend)) {
		*rate = by_day(trend);
		return true;
	}
	for (int k = 0; k < TREND_TIERS; k++) {
		if (!(trend->on >> k & 1))
			continue;
		if (best.confidence <= 0) {
			look_at_window(trend, k, &best);
		} else if (width(&best) > 2 * limits.rate_enough * best.kib_s) {
			look_at_window(trend, k, &other);
			if (width(&other) < limits.rate_width * width(&best))
				best = other;
		}
		best.confidence = confidence(trend, k);
	}
	*rate = best;
	return true;
}

/*
 * When a top meets a limit. Each of n tops of the past is as likely to come again: a bucket from
 * the moment on at which one of them would do brings it with a chance of 1 / n, and the limit is
 * met when these chances have added up. So slow growth is met by the highest tops, fast by any.
 */
static double first_top_s(const struct trend_window *w, double rate_kib_s, double limit_kib)
{
	double from_s[TREND_BUCKETS], sum_s = 0;
	double bucket_s = (w->at_s[w->n - 1] - w->at_s[0]) / (w->n - 1);
	double due_s = limits.top_chance * bucket_s * w->n;
	int i = 0;

	for (int j = 0; j < w->n; j++) {
		double end_s = j + 1 < w->n ? w->at_s[j + 1] - w->late_s : 0;
		double now_kib = w->hi_kib[j] - rate_kib_s * end_s;
		from_s[j] = real_max(0, (limit_kib - now_kib) / rate_kib_s);
	}
	sort(from_s, w->n);
	/* the sum of (t - from_s[j]) over the tops that do is due_s */
	do
		sum_s += from_s[i++];
	while (i < w->n && from_s[i] * i - sum_s < due_s);
	return (due_s + sum_s) / i;
}

/* When a climb at a rate has filled what is left: one below swings with its tops. */
static double fill_s(const struct trend *trend, double left_kib, double rate_kib_s)
{
	struct trend_window window;
	double s = left_kib / rate_kib_s;

	if (trend_is_by_day(trend))
		return real_max(0, left_kib - real_max(0, trend->day_top_kib - trend->kib)) /
		       rate_kib_s;
	for (int k = 0; k < TREND_TIERS; k++) {
		if (!(trend->noisy >> k & 1))
			continue;
		trend_window_load(&window, &trend->tier[k]);
		s = real_min(s, first_top_s(&window, rate_kib_s, trend->kib + left_kib));
	}
	return s;
}

/* Slope and change of slope at the end, where growth surely quickens; false: it does not. */
static bool quickens(const struct trend *trend, double *kib_s, double *kib_s2)
{
	struct trend_window window;
	struct trend_fit fit;

	for (int k = TREND_TIERS; k-- > 0;) {
		if (!((trend->on & ~trend->noisy) >> k & 1))
			continue;
		trend_window_load(&window, &trend->tier[k]);
		int first = trend_window_onset(&window, trend_window_jump(&window));
		if (window.n - first < limits.floors_least)
			continue;
		trend_window_fit(&window, first, &fit);
		if (fit.residual_kib > limits.quick_residual * trend_window_gain(&window, first) ||
			trend_fit_excess(&fit, limits.quick_bend) < limits.quick_se)
			continue;
		const struct trend_tier *tier = &trend->tier[k];
		double late_s = (double)tier->open.span_s + window.late_s;
		*kib_s2 = 2 * fit.c_kib / (fit.half_s * fit.half_s);
		*kib_s = (fit.b_kib + 2 * fit.c_kib) / fit.half_s + *kib_s2 * late_s;
		return true;
	}
	return false;
}

bool trend_end(const struct trend *trend, double room_kib, struct trend_end *end)
{
	struct trend_rate rate;
	double kib_s, kib_s2;

	if (!trend_rate(trend, &rate) || rate.kib_s <= 0)
		return false;
	double mid_s = fill_s(trend, room_kib, rate.kib_s);
	/* room = kib_s t + kib_s2 t^2 / 2 */
	if (quickens(trend, &kib_s, &kib_s2))
		mid_s = real_min(mid_s,
			2 * room_kib / (kib_s + sqrt(kib_s * kib_s + 2 * kib_s2 * room_kib)));
	end->mid_s = mid_s;
	end->from_s = rate.hi_kib_s > 0 ? mid_s * rate.kib_s / rate.hi_kib_s : mid_s;
	end->to_s = rate.lo_kib_s > 0 ? mid_s * rate.kib_s / rate.lo_kib_s : INFINITY;
	return true;
}
