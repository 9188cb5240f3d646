/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_brief - when is what was seen too short to be told?
 *
 * Short evidence misleads where a process is young, slow, or was called wrongly before: heaps
 * settle in steps, caches fill, data is loaded.  There it must be very clean, or come from a longer
 * tier.
 */
#include "model/trend_brief.h"

#include "base/real.h"
#include "model/trend_limits.h"
#include "model/trend_tier.h"

double trend_gain_least_kib(double kib)
{
	return real_max(limits.gain_kib, limits.gain_share * kib);
}

double trend_age_s(const struct trend *trend)
{
	return trend->age_s + (trend->t_s - trend->start_s);
}

bool trend_is_near(const struct trend *trend, double rate_kib_s)
{
	return trend->room_kib < rate_kib_s * limits.near_s;
}

/* Whether a young process has grown for most of its life, fast, by a good part of what it is, and
 * gave nothing back: not a heap that settles. */
static bool is_lifelong(const struct trend *trend, const struct trend_window *w, int first)
{
	double gain_kib = trend_window_gain(w, first), life_s = trend_age_s(trend);

	return life_s < limits.brief_age_s &&
	       trend_window_ago_s(w, first) >= limits.lifelong_span * life_s &&
	       gain_kib >= limits.lifelong_share * trend->kib &&
	       gain_kib >= limits.lifelong_kib_s * -w->at_s[first] &&
	       (double)trend->swing_kib <= limits.lifelong_back * gain_kib;
}

/* Even enough for growth of a whole life in a process that gets its share of a busy machine. */
static bool is_starved(const struct trend *trend, const struct trend_window *w, int first,
	const struct trend_fit *fit)
{
	double bend = trend_fit_bend(fit);

	return is_lifelong(trend, w, first) && bend >= limits.lifelong_bend[0] &&
	       bend <= limits.lifelong_bend[1] &&
	       fit->residual_kib <= limits.lifelong_residual * trend_window_gain(w, first) &&
	       trend_window_steepest(w, first) <= limits.lifelong_step;
}

/* A line as the kernel counts it, in batches of pages: equal rises, evenly spaced. */
static bool is_batched(const struct trend_window *w, int first, const struct trend_fit *fit)
{
	double rise_kib = 0;

	for (int i = first + 1; i < w->n; i++)
		rise_kib = real_max(rise_kib, w->lo_kib[i] - w->lo_kib[i - 1]);
	return rise_kib <= limits.batch_kib &&
	       fit->residual_kib <= limits.batch_residual * rise_kib &&
	       trend_window_gain(w, first) >= limits.batch_many * rise_kib;
}

bool trend_is_very_clean(int k, const struct trend_window *w, int first,
	const struct trend_fit *fit)
{
	double most_kib = real_max(limits.brief_residual[k] * trend_window_gain(w, first),
		limits.brief_round_kib);

	return fit->residual_kib <= most_kib &&
	       trend_window_steepest(w, first) <= limits.brief_step;
}

/* Neither clean nor straight: the steps of a heap that settles, or one that moved at the end. What
 * is fast is given more benefit of the doubt. */
static bool is_rough(const struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit, bool slow)
{
	double bend = trend_fit_bend(fit), gain = trend_window_gain(w, first);

	if (fit->residual_kib <= limits.rough_residual * gain)
		return false;
	if (!slow)
		return bend < limits.rough_bend_fast;
	bool noise = fit->residual_kib <= limits.noise_swing * (double)trend->swing_kib;
	double rougher = noise ? limits.noise_residual : limits.rougher_residual;
	if (k <= limits.rougher_tier && fit->residual_kib > rougher * gain)
		return true;
	return bend < limits.rough_bend || bend > limits.rough_bend_most ||
	       (fit->residual_kib > limits.rough_steps * gain &&
		       trend_window_steepest(w, first) > limits.rough_step);
}

/* Few large steps, not noise, for nothing like it was ever given back: the next may not come. */
static bool has_few_steps(const struct trend *trend, const struct trend_window *w, int first,
	const struct trend_fit *fit)
{
	return fit->residual_kib > limits.rough_residual * trend_window_gain(w, first) &&
	       fit->residual_kib > limits.few_swing * (double)trend->swing_kib &&
	       trend_window_rises(w, first) < limits.few_rises;
}

/* The end of a start: a young process that grew faster for the greater part of its life. */
static bool is_tail(const struct trend *trend, const struct trend_window *w, int first)
{
	const struct trend_tier *tier = &trend->tier[limits.tail_tier];
	double span_s = -w->at_s[first];

	if (span_s >= limits.tail_span * trend_age_s(trend) || tier->n == 0)
		return false;
	double life_kib = trend->kib - tier->bucket[trend_tier_oldest(tier)].lo_kib;
	double rate_kib_s = trend_window_gain(w, first) / span_s;
	return rate_kib_s * (trend->t_s - trend->start_s) < limits.tail_rate * life_kib;
}

/* A line that bends nowhere, as far as can be seen. */
static bool is_straight(const struct trend_window *w, int first, const struct trend_fit *fit)
{
	return fit->residual_kib <= limits.start_line * trend_window_gain(w, first) &&
	       (trend_fit_bend(fit) >= limits.start_line_bend ||
		       trend_fit_excess(fit, 1) >= -limits.start_line_se);
}

/* A staircase: whenever it rises it does so by about the same. */
static bool has_even_steps(const struct trend_window *w, int first)
{
	int rises = 0;

	for (int i = first + 1; i < w->n; i++)
		rises += w->lo_kib[i] > w->lo_kib[i - 1];
	return trend_window_rises(w, first) >= limits.start_even * rises;
}

/*
 * Growth is nothing new in a process that has seen little else: caches fill, heaps settle, and
 * nobody knows for how long.  What has lasted so long lasts about as long again, no more: it is
 * told when that is several times what would prove it.  A line is told sooner.
 */
static bool may_be_start(const struct trend *trend, const struct trend_window *w, int first,
	const struct trend_fit *fit)
{
	double gain_kib = trend_window_gain(w, first), span_s = -w->at_s[first];
	bool swings = gain_kib < limits.clean_swings * (double)trend->swing_kib;

	if (trend_age_s(trend) >= limits.start_spans * span_s || is_straight(w, first, fit))
		return false;
	double proof_s = real_max(limits.start_least_s, limits.start_kib * span_s / gain_kib);
	double waits = limits.start_waits[swings || has_even_steps(w, first)];
	proof_s = real_max(proof_s, waits * trend_window_pause(w, first));
	return span_s < limits.start_many[swings] * real_min(proof_s, limits.start_most_s);
}

/* A line through a whole window of a minute or more. */
static bool is_drawn(int k, const struct trend_window *w, int first, const struct trend_fit *fit)
{
	return k > 0 && w->n - first == TREND_BUCKETS &&
	       fit->residual_kib <= limits.drawn_residual * trend_window_gain(w, first) &&
	       trend_window_steepest(w, first) <= limits.brief_step;
}

bool trend_is_too_brief(const struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit)
{
	double rate_kib_s = trend_window_gain(w, first) / -w->at_s[first];
	bool young = trend_age_s(trend) < limits.brief_age_s;

	/* what is on but was not called must pass again */
	if ((trend->climbing && trend->on >> k & 1) || trend_is_near(trend, rate_kib_s))
		return false;
	if (k < real_min(trend->wrong, limits.wrong_tier) - .5 ||
		trend_window_gain(w, first) <
			trend_gain_least_kib(trend->kib) * (1 + limits.wrong_gain * trend->wrong))
		return true;
	if (young && is_tail(trend, w, first) && !is_drawn(k, w, first, fit))
		return true;
	bool starved = k > 0 && young && is_starved(trend, w, first, fit);
	if (!starved && may_be_start(trend, w, first, fit))
		return true;
	bool slow = young || rate_kib_s < limits.brief_rate_kib_s;
	if (k == 0 || (k <= limits.brief_tier && slow))
		return !trend_is_very_clean(k, w, first, fit) && !starved &&
		       !(k > 0 && !young && is_batched(w, first, fit));
	return k <= limits.rough_tier &&
	       (is_rough(trend, k, w, first, fit, slow) || has_few_steps(trend, w, first, fit));
}
