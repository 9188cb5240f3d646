/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_window - the figures of a window of floors: gain, new highs, tau, the curve through it
 *
 * Arithmetic only; which figure means what is decided in trend_judge.c.
 */
#include "model/trend_window.h"

#include <math.h>

#include "base/real.h"
#include "model/trend_limits.h"
#include "model/trend_tier.h"

void trend_window_load(struct trend_window *window, const struct trend_tier *tier)
{
	int n = tier->n;
	int from = trend_tier_oldest(tier);
	double at_s = 0;

	window->n = n;
	window->pieces = TREND_PIECE_BUCKET;
	for (int i = 0; i < n; i++) {
		int j = from + i < TREND_BUCKETS ? from + i : from + i - TREND_BUCKETS;
		at_s += trend_tier_step_s(tier, j);
		window->at_s[i] = at_s;
		window->lo_kib[i] = tier->bucket[j].lo_kib;
		window->hi_kib[i] = trend_tier_hi(tier, j);
		window->pause_s[i] = trend_tier_pause_s(tier, j);
	}
	for (int i = 0; i < n; i++)
		window->at_s[i] -= at_s;
	window->late_s = (double)tier->tail_s;
}

void trend_window_pair(struct trend_window *w)
{
	int odd = w->n % 2;

	w->n /= 2;
	w->pieces = TREND_PIECE_PAIR;
	for (int i = 0; i < w->n; i++) {
		int j = odd + 2 * i;
		w->at_s[i] = w->at_s[j];
		w->lo_kib[i] = real_min(w->lo_kib[j], w->lo_kib[j + 1]);
		w->hi_kib[i] = real_max(w->hi_kib[j], w->hi_kib[j + 1]);
		w->pause_s[i] = real_max(w->pause_s[j], w->pause_s[j + 1]);
	}
	double newest_s = w->at_s[w->n - 1];
	for (int i = 0; i < w->n; i++)
		w->at_s[i] -= newest_s;
	w->late_s -= newest_s;
}

/* Where the window is between two turns. */
struct turn {
	bool falls;
	double lo_kib, hi_kib; /* the extremes since the last turn */
	double lo_s;
};

/* Takes a bucket on the way up. Lowest and highest of one bucket do not tell which came first: they
 * are a fall only if the bucket that follows stays below. */
static void turn_rise(struct turn *turn, const struct trend_window *w, int i, double turn_kib)
{
	bool fell = turn->hi_kib - w->lo_kib[i] >= turn_kib;
	bool drops = w->hi_kib[i] - w->lo_kib[i] >= turn_kib && i + 1 < w->n &&
		     w->hi_kib[i + 1] < w->hi_kib[i] - turn_kib / 2;

	turn->hi_kib = real_max(turn->hi_kib, w->hi_kib[i]);
	if (!fell && !drops)
		return;
	turn->falls = true;
	turn->lo_kib = w->lo_kib[i];
	turn->lo_s = w->at_s[i];
}

/* ... and on the way down, likewise. */
static void turn_fall(struct turn *turn, const struct trend_window *w, int i, double turn_kib)
{
	bool rose = w->hi_kib[i] - turn->lo_kib >= turn_kib;
	bool leaps = w->hi_kib[i] - w->lo_kib[i] >= turn_kib && i + 1 < w->n &&
		     w->lo_kib[i + 1] > w->lo_kib[i] + turn_kib / 2;

	if (w->lo_kib[i] < turn->lo_kib) {
		turn->lo_kib = w->lo_kib[i];
		turn->lo_s = w->at_s[i];
	}
	if (!rose && !leaps)
		return;
	turn->falls = false;
	turn->hi_kib = w->hi_kib[i];
}

void trend_window_cycles(struct trend_window *w, double turn_kib)
{
	struct turn turn = { .hi_kib = w->hi_kib[0] };

	int n = 0;

	w->grain_s = w->n > 1 ? -w->at_s[0] / (w->n - 1) : 0;
	for (int i = 0; i < w->n; i++) {
		bool fell = turn.falls;
		if (fell)
			turn_fall(&turn, w, i, turn_kib);
		else
			turn_rise(&turn, w, i, turn_kib);
		if (fell && !turn.falls) {
			w->lo_kib[n] = turn.lo_kib;
			w->at_s[n] = turn.lo_s;
			n++;
		} else if (!fell && turn.falls && n > 0) {
			w->hi_kib[n - 1] = turn.hi_kib;
		}
	}
	if (!turn.falls && n > 0) /* it has not reached its top yet */
		n--;
	w->n = n;
	w->pieces = TREND_PIECE_CYCLE;
	double newest_s = n > 0 ? w->at_s[n - 1] : 0;
	for (int i = 0; i < n; i++)
		w->at_s[i] -= newest_s;
	w->late_s -= newest_s;
}

double trend_window_unevenness(const struct trend_window *w)
{
	double least_s = HUGE_VAL, most_s = 0;

	for (int i = 1; i < w->n; i++) {
		double step_s = w->at_s[i] - w->at_s[i - 1];
		least_s = real_min(least_s, step_s);
		most_s = real_max(most_s, step_s);
	}
	return (most_s - w->grain_s) / (least_s + w->grain_s);
}

int trend_window_jump(const struct trend_window *window)
{
	double sum = 0, most = 0;
	int at = 0;

	for (int i = 1; i < window->n; i++) {
		double rise = window->lo_kib[i] - window->lo_kib[i - 1];
		if (rise <= 0)
			continue;
		sum += rise;
		if (rise > most) {
			most = rise;
			at = i;
		}
	}
	return most > limits.jump_share * sum ? at : 0;
}

double trend_window_gain(const struct trend_window *w, int first)
{
	return w->lo_kib[w->n - 1] - w->lo_kib[first];
}

int trend_window_highs(const struct trend_window *w, int first)
{
	double most = w->lo_kib[first];
	double worth = limits.high_share * trend_window_gain(w, first) / (w->n - first);
	int highs = 0;

	for (int i = first + 1; i < w->n; i++) {
		if (w->lo_kib[i] > most + worth) {
			most = w->lo_kib[i];
			highs++;
		}
	}
	return highs;
}

int trend_window_onset(const struct trend_window *w, int first)
{
	double bar = w->lo_kib[first] + limits.onset_share * trend_window_gain(w, first);
	int onset = first;

	for (int i = first; i < w->n - limits.onset_floors; i++)
		if (w->lo_kib[i] <= bar)
			onset = i;
	return onset;
}

double trend_window_tau(const struct trend_window *w, int first)
{
	int score = 0, n = w->n - first;

	for (int i = first; i < w->n; i++)
		for (int j = i + 1; j < w->n; j++)
			score += (w->lo_kib[j] > w->lo_kib[i]) - (w->lo_kib[j] < w->lo_kib[i]);
	return 2. * score / (n * (n - 1));
}

double trend_window_recent(const struct trend_window *w, double rate_kib_s)
{
	int i = w->n - 1 - limits.recent;

	if (i < 0)
		i = 0;
	double due = rate_kib_s * (w->at_s[w->n - 1] - w->at_s[i]);
	return due > 0 ? trend_window_gain(w, i) / due : 0;
}

double trend_window_pause(const struct trend_window *w, int first)
{
	double most = 0;

	for (int i = first + (w->n - first) / 2; i < w->n; i++)
		most = real_max(most, w->pause_s[i]);
	return most;
}

double trend_window_ago_s(const struct trend_window *w, int i)
{
	return w->late_s - w->at_s[i];
}

double trend_window_steepest(const struct trend_window *w, int first)
{
	double most_kib_s = 0;

	for (int i = first + 1; i < w->n; i++)
		most_kib_s = real_max(most_kib_s,
			(w->lo_kib[i] - w->lo_kib[i - 1]) / (w->at_s[i] - w->at_s[i - 1]));
	return most_kib_s * -w->at_s[first] / trend_window_gain(w, first);
}

double trend_window_rises(const struct trend_window *w, int first)
{
	double sum_kib = 0, squares = 0;

	for (int i = first + 1; i < w->n; i++) {
		double rise_kib = real_max(0, w->lo_kib[i] - w->lo_kib[i - 1]);
		sum_kib += rise_kib;
		squares += rise_kib * rise_kib;
	}
	return squares > 0 ? sum_kib * sum_kib / squares : 0;
}

double trend_window_swing(const struct trend_window *w, int first)
{
	double swing[TREND_BUCKETS] = { 0 };
	int n = 0;

	for (int i = first; i < w->n; i++) {
		double s = w->hi_kib[i] - w->lo_kib[i];
		int j = n++;
		for (; j > 0 && swing[j - 1] > s; j--)
			swing[j] = swing[j - 1];
		swing[j] = s;
	}
	return (swing[(n - 1) / 2] + swing[n / 2]) / 2;
}

/*
 * Orthogonal polynomials over the real times, so that uneven buckets do no
 * harm: p1 = x - mean, p2 = x^2 - alpha p1 - mean of x^2.
 */
void trend_window_fit(const struct trend_window *window, int first, struct trend_fit *fit)
{
	int n = window->n - first;
	double mid = (window->at_s[first] + window->at_s[window->n - 1]) / 2;
	double half = (window->at_s[window->n - 1] - window->at_s[first]) / 2;
	double x[TREND_BUCKETS];
	double sx = 0, sxx = 0, sy = 0;

	for (int i = 0; i < n; i++) {
		x[i] = (window->at_s[first + i] - mid) / half;
		sx += x[i];
		sxx += x[i] * x[i];
		sy += window->lo_kib[first + i] - window->lo_kib[first];
	}
	double mx = sx / n, mxx = sxx / n, my = sy / n;
	double p1p1 = 0, p1xx = 0, p1y = 0;
	for (int i = 0; i < n; i++) {
		double p1 = x[i] - mx;
		p1p1 += p1 * p1;
		p1xx += p1 * (x[i] * x[i] - mxx);
		p1y += p1 * (window->lo_kib[first + i] - window->lo_kib[first] - my);
	}
	double alpha = p1xx / p1p1;
	double p2p2 = 0, p2y = 0, yy = 0;
	for (int i = 0; i < n; i++) {
		double p2 = x[i] * x[i] - mxx - alpha * (x[i] - mx);
		double y = window->lo_kib[first + i] - window->lo_kib[first] - my;
		p2p2 += p2 * p2;
		p2y += p2 * y;
		yy += y * y;
	}
	double line = p1y / p1p1;
	fit->n = n;
	fit->c_kib = p2y / p2p2;
	fit->b_kib = line - alpha * fit->c_kib;
	fit->half_s = half;
	double rest = yy - line * p1y - fit->c_kib * p2y;
	fit->residual_kib = rest > 0 && n > 3 ? sqrt(rest / (n - 3)) : 0;
}

double trend_fit_bend(const struct trend_fit *fit)
{
	double early = fit->b_kib - fit->c_kib;

	return early > 0 ? (fit->b_kib + fit->c_kib) / early : HUGE_VAL;
}

double trend_fit_excess(const struct trend_fit *fit, double ratio)
{
	double b = 1 - ratio, c = 1 + ratio;
	double excess = b * fit->b_kib + c * fit->c_kib;
	/* variance of b is 3 / n, that of c 45 / (4 n) */
	double se = fit->residual_kib * sqrt((b * b * 3 + c * c * 11.25) / fit->n);

	return excess / (se + 1e-9);
}
