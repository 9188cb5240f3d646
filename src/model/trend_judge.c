/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_judge - do the floors of a tier climb?
 *
 * Knows nothing of states, ages or limits: it sets on, noisy, slow and down of a tier.
 */
#include "model/trend_judge.h"

#include <float.h>
#include <math.h>

#include "base/real.h"
#include "model/trend_brief.h"
#include "model/trend_limits.h"
#include "model/trend_tier.h"
#include "model/trend_window.h"

enum verdict { REJECTED, BRIEF, BENDING, CLEAN, UNDER_SWINGS };

static bool is_bit(uint8_t bits, int k)
{
	return bits >> k & 1;
}

static void set_bit(uint8_t *bits, int k, bool value)
{
	*bits = (uint8_t)((*bits & ~(1u << k)) | (unsigned)value << k);
}

static bool fit_level(const struct trend_fit *fit, bool held)
{
	double ratio = held ? limits.bend_held : limits.bend_level;

	return trend_fit_bend(fit) >= limits.bend_least &&
	       trend_fit_excess(fit, ratio) >= -limits.bend_se;
}

/* The highest value known from before floor `first`. */
static double ceiling_before(const struct trend *trend, int k, const struct trend_window *w,
	int first)
{
	double most = real_max(trend->tier[k].ceil_kib, trend->gate_kib);

	for (int i = 0; i < first; i++)
		most = real_max(most, w->hi_kib[i]);
	return most;
}

/* A line that has left all that was before by a part of what was ever given back. */
static bool is_line(const struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit, double ceiling)
{
	double above = w->lo_kib[w->n - 1] - ceiling;

	return k >= limits.line_tier && w->n - first >= limits.line_floors &&
	       fit->residual_kib <= limits.line_clean * trend_window_gain(w, first) &&
	       above >= limits.line_swings * trend->swing_kib;
}

/* Gain well above all that is ever given back, or a line; and hardly a step back among the
 * floors. */
static bool is_clean(const struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit, double ceiling)
{
	double gain = trend_window_gain(w, first), movement = 0;

	for (int i = first + 1; i < w->n; i++)
		movement += fabs(w->lo_kib[i] - w->lo_kib[i - 1]);
	return gain >= limits.clean_movement * movement &&
	       (gain >= limits.clean_swings * trend->swing_kib ||
		       is_line(trend, k, w, first, fit, ceiling));
}

/* Growth that would soon be back at the old peak may be the rise of a cycle. Only a line drawn for
 * hours is none: that of a day is round; nor is growth that would have taken longer to that peak
 * than the process has lived. */
static bool may_be_cycle(const struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit, double below_kib)
{
	double gain = trend_window_gain(w, first), bend = trend_fit_bend(fit);

	if ((below_kib + gain) * -w->at_s[first] > trend_age_s(trend) * gain)
		return false;
	bool line = k == TREND_TIERS - 1 && w->n - first >= limits.line_floors &&
		    fit->residual_kib <=
			    real_max(limits.line_residual * gain, limits.line_round_kib) &&
		    bend >= limits.line_bend && bend <= 1 / limits.line_bend;

	return !line && (bend > limits.below_bend ||
				below_kib * -w->at_s[first] <= limits.below_s[k] * gain);
}

static bool is_new_ground(const struct trend *trend, const struct trend_window *w, int first,
	double ceiling)
{
	int above = 0;

	for (int i = first; i < w->n; i++)
		above += w->lo_kib[i] > ceiling;
	return above >= limits.clean_above * (w->n - first) &&
	       w->lo_kib[w->n - 1] - ceiling >= limits.clean_days * trend->day_swing_kib;
}

/* A few swings each of which gains less than the one before may end anywhere: a heap that settles
 * does so. */
static bool is_settling(const struct trend_window *w, int first, const struct trend_fit *fit)
{
	return w->n - first < limits.cycle_many && trend_fit_bend(fit) < limits.cycle_bend;
}

/* Each bucket holds whole swings, and the floors below them climb. */
static bool is_under_swings(const struct trend *trend, int k, const struct trend_window *w,
	int first, const struct trend_fit *fit, double ceiling)
{
	double gain = trend_window_gain(w, first);
	double swing = trend_window_swing(w, first);
	double whole = limits.swing_whole[w->pieces], clear = limits.swing_residual[w->pieces];
	double top = 0;

	if (trend_age_s(trend) < limits.swing_age_s)
		clear = real_max(clear, limits.swing_young);
	if (k < limits.swing_tier || swing < whole * trend->swing_kib ||
		swing < limits.swing_growth * gain / (w->n - first) ||
		gain < limits.swing_gain * trend->swing_kib || gain < clear * fit->residual_kib)
		return false;
	for (int i = first; i < w->n; i++)
		top = real_max(top, w->hi_kib[i]);
	if (swing < whole * trend->day_swing_kib)
		return false;
	if (w->pieces == TREND_PIECE_CYCLE)
		return top > ceiling && !is_settling(w, first, fit) &&
		       swing <= limits.cycle_most * trend->swing_kib &&
		       fit->residual_kib <=
			       real_max(limits.cycle_residual * swing, limits.cycle_clean * gain);
	return top >= ceiling ||
	       (k >= limits.swing_ceiling &&
		       ((top + swing >= ceiling &&
				swing >= limits.swing_all * trend->day_swing_kib) ||
			       !may_be_cycle(trend, k, w, first, fit, ceiling - top)));
}

/* Growth since the last stop must be worth the name. */
static bool is_regained(const struct trend *trend, const struct trend_window *w, int first)
{
	double since_s = trend->t_s - trend->stop_s;

	if (since_s >= trend_window_ago_s(w, first) || since_s <= 0)
		return true;
	double rate = trend_window_gain(w, first) / -w->at_s[first];
	return trend->kib - trend->stop_kib >= limits.regain_share * rate * since_s;
}

/* Floors enough since the last stop: what was called once for its clean growth does not count
 * twice. */
static bool is_fresh(const struct trend *trend, int k, const struct trend_window *w, int first)
{
	double since_s = trend->t_s - trend->stop_s;
	int after = 0;

	for (int i = first; i < w->n; i++)
		after += trend_window_ago_s(w, i) < since_s;
	return k > limits.fresh_tier || since_s >= trend_window_ago_s(w, first) ||
	       after >= limits.floors[k];
}

/*
 * The bend that the window would show by now if a longer tier's growth towards
 * a plateau were all there is to it; 0 when no longer tier bends.
 */
static double bend_due(const struct trend *trend, int k, const struct trend_fit *fit)
{
	double due = 0;

	for (int i = k + 1; i < TREND_TIERS; i++)
		if (is_bit(trend->slow, i))
			due = real_max(due, real_exp(-fit->half_s / trend->tier[i].tau_s));
	return due;
}

/* Floors that the window must have; the first tier, which sees surges too, needs most of its own
 * unless there is no time to lose. */
static int floors_least(const struct trend *trend, int k, const struct trend_window *w, int first)
{
	double rate_kib_s = trend_window_gain(w, first) / -w->at_s[first];

	if (w->pieces != TREND_PIECE_BUCKET)
		return limits.swing_floors[w->pieces];
	return k == 0 && trend_is_near(trend, rate_kib_s) ? limits.floors_near : limits.floors[k];
}

/* Whether the ring still has the bucket that the first sample opened. */
static bool has_first_bucket(const struct trend *trend, int k)
{
	double ring_s = (double)limits.floors[0] * trend->period_s;

	return k == 0 && trend->tier[0].n < TREND_BUCKETS && trend->t_s - trend->start_s <= ring_s;
}

/* The same once the floors are fitted: very clean growth is believed sooner, unless it is so fast
 * that it may be a surge that began a moment ago. What grows from the first sample on began before
 * it. */
static int floors_enough(const struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit)
{
	int least = floors_least(trend, k, w, first);
	if (k > 0 || least <= limits.floors_clean || !trend_is_very_clean(k, w, first, fit))
		return least;
	if (first == 0 && has_first_bucket(trend, k))
		return limits.floors_clean - 1;
	bool slow = trend_window_gain(w, first) <= limits.clean_most * trend->kib;
	return slow ? limits.floors_clean : least;
}

/* New highs that they must have. */
static int highs_least(int k, int floors)
{
	return k == 0 || floors <= limits.highs ? floors - 1 : limits.highs;
}

/* Enough steady gain among floors [first, n) to look closer. */
static bool is_rising(const struct trend *trend, int k, const struct trend_window *w, int first)
{
	int floors = floors_least(trend, k, w, first);

	if (k == 0 && floors > limits.floors_clean - 1)
		floors = limits.floors_clean - 1;
	return w->n - first >= (int)real_min(limits.floors_least, floors) &&
	       trend_window_gain(w, first) >= trend_gain_least_kib(trend->kib) &&
	       trend_window_highs(w, first) >= highs_least(k, floors);
}

static enum verdict window_judge(const struct trend *trend, int k, const struct trend_window *w,
	int *first, struct trend_fit *fit)
{
	/* a single leap is no climb: the window begins behind it */
	*first = trend_window_jump(w);
	if (!is_rising(trend, k, w, *first))
		return REJECTED;
	double tau = trend_window_tau(w, *first);
	if (tau < limits.swing_tau[w->pieces])
		return REJECTED;
	trend_window_fit(w, trend_window_onset(w, *first), fit);
	/* what bends off as a whole may climb in a line since half of it */
	if (!fit_level(fit, is_bit(trend->on, k))) {
		struct trend_fit later;
		int half = *first + (w->n - *first) / 2;
		if (w->n - *first < limits.bend_half_least)
			return BENDING;
		trend_window_fit(w, half, &later);
		if (trend_fit_excess(&later, limits.bend_over) < 1)
			return BENDING;
		if (w->n - *first < limits.bend_half)
			return REJECTED;
		if (!is_rising(trend, k, w, half))
			return BENDING;
		*first = half;
		*fit = later;
	}
	if (!is_bit(trend->on, k) && trend_fit_excess(fit, limits.bend_sure) < -limits.bend_sure_se)
		return REJECTED;
	double due = bend_due(trend, k, fit);
	if (due > limits.due_most ||
		(due > 0 && trend_fit_excess(fit, (1 + due) / 2) < limits.due_se))
		return BENDING;
	if (fit->c_kib > limits.bend_end * fit->b_kib ||
		w->n - *first < floors_enough(trend, k, w, *first, fit) ||
		trend_window_highs(w, *first) <
			highs_least(k, floors_enough(trend, k, w, *first, fit)) ||
		trend_window_recent(w, trend_window_gain(w, *first) / -w->at_s[*first]) <
			limits.recent_share ||
		!is_regained(trend, w, *first))
		return REJECTED;
	if (trend_is_too_brief(trend, k, w, *first, fit))
		return BRIEF;
	double ceiling = ceiling_before(trend, k, w, *first);
	double wait_s = real_max(limits.stop_s, limits.stop_pauses * trend_window_pause(w, *first));
	if (w->pieces != TREND_PIECE_CYCLE && trend->idle_s <= wait_s &&
		is_fresh(trend, k, w, *first) && is_clean(trend, k, w, *first, fit, ceiling)) {
		if (is_new_ground(trend, w, *first, ceiling))
			return CLEAN;
		if (k >= limits.below_tier && w->n - *first >= limits.below_floors &&
			tau >= limits.below_tau && trend_fit_bend(fit) >= limits.below_straight &&
			!may_be_cycle(trend, k, w, *first, fit, ceiling - w->lo_kib[w->n - 1]))
			return CLEAN;
	}
	return is_under_swings(trend, k, w, *first, fit, ceiling) ? UNDER_SWINGS : REJECTED;
}

void trend_judge_off(struct trend *trend, int k)
{
	set_bit(&trend->on, k, false);
	set_bit(&trend->noisy, k, false);
	trend->tier[k].rate_kib_s = 0;
}

/* A climb begins where the first window that shows it rises, or a longer one that knows better. */
static void note_start(struct trend *trend, const struct trend_window *w, int first)
{
	int onset = trend_window_onset(w, first);
	double near_kib = limits.onset_share * trend_window_gain(w, first);

	if (!trend->on) {
		trend->peak_kib = trend->mark_kib = trend->kib;
		trend->mark_s = trend->t_s;
		trend->most_kib_s = 0;
	} else if (w->lo_kib[onset] > trend->from_kib - near_kib)
		return;
	trend->from_s = trend->t_s - trend_window_ago_s(w, onset);
	trend->from_kib = w->lo_kib[onset];
}

static void tier_on(struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit)
{
	struct trend_tier *tier = &trend->tier[k];

	note_start(trend, w, first);
	set_bit(&trend->on, k, true);
	tier->rate_kib_s = (float)(fit->b_kib / fit->half_s);
	trend->most_kib_s = (float)real_max(trend->most_kib_s, tier->rate_kib_s);
	tier->pause_s = (float)trend_window_pause(w, first);
	tier->unproved = 0;
}

/*
 * The tops fall when the highest of the newest quarter is well below the lowest
 * of the oldest: a single spike or a sawtooth does not look so. The quarter
 * before the newest must be higher too, or the fall is over.
 */
static bool tops_fall(const struct trend_tier *tier, double kib)
{
	int quarter = tier->n / 4;
	float least = FLT_MAX, most[2] = { 0, 0 };
	float drop = (float)real_max(limits.shrink_kib, limits.shrink_share * kib);

	if (tier->n < limits.shrink_floors)
		return false;
	for (int i = 0; i < quarter; i++) {
		int oldest = trend_tier_oldest(tier) + i;
		float top = (float)trend_tier_hi(tier, oldest % TREND_BUCKETS);
		least = top < least ? top : least;
	}
	for (int i = 0; i < 2 * quarter; i++) {
		int newest = trend_tier_newest(tier) + TREND_BUCKETS - i;
		float top = (float)trend_tier_hi(tier, newest % TREND_BUCKETS);
		float *to = &most[i / quarter];
		*to = top > *to ? top : *to;
	}
	return most[0] + drop < least && most[0] + limits.shrink_recent * drop < most[1];
}

/* Sets down; mostly the first comparison says all. */
static void judge_tops(struct trend *trend, int k)
{
	const struct trend_tier *tier = &trend->tier[k];
	double high_kib = trend->kib + limits.shrink_kib;
	bool down = k >= limits.shrink_tier && k <= limits.shrink_tier_last &&
		    trend_tier_hi(tier, trend_tier_oldest(tier)) > high_kib &&
		    tops_fall(tier, trend->kib);

	set_bit(&trend->down, k, down);
}

/* Whether the floors rise often enough at all, at a tenth of the cost of the test. */
static bool may_climb(const struct trend *trend, int k)
{
	const struct trend_tier *tier = &trend->tier[k];
	int oldest = trend_tier_oldest(tier), rises = 0;
	double gain = tier->bucket[trend_tier_newest(tier)].lo_kib - tier->bucket[oldest].lo_kib;

	if (gain < trend_gain_least_kib(trend->kib))
		return false;
	for (int i = 1; i < tier->n; i++)
		rises += tier->bucket[i].lo_kib > tier->bucket[i - 1].lo_kib;
	/* the seam of the ring, where newest meets oldest, may hide one */
	return rises + 1 >= highs_least(k, limits.floors_near);
}

/* The same of buckets two by two, cheaper still. */
static bool may_climb_in_pairs(const struct trend *trend, int k)
{
	const struct trend_tier *tier = &trend->tier[k];
	int oldest = trend_tier_oldest(tier), newest = trend_tier_newest(tier);
	int second = (oldest + 1) % TREND_BUCKETS;
	int before = (newest ? newest : TREND_BUCKETS) - 1;

	return k >= limits.pair_tier && tier->n >= 2 * limits.swing_floors[TREND_PIECE_PAIR] &&
	       (float)real_min(tier->bucket[newest].lo_kib, tier->bucket[before].lo_kib) -
			       (float)real_min(tier->bucket[oldest].lo_kib,
				       tier->bucket[second].lo_kib) >=
		       trend_gain_least_kib(trend->kib);
}

/* Whether there are swings, and new highs above them within the time that the ring holds. */
static bool may_climb_in_cycles(const struct trend *trend, int k)
{
	return k >= limits.cycle_tier && trend->idle_s < (float)(TREND_BUCKETS << 2 * k) &&
	       (double)trend->swing_kib > trend_gain_least_kib(trend->kib);
}

/* Swings that follow each other regularly, and rise with their tops as with their floors. */
static bool are_even(const struct trend_window *w)
{
	if (w->n < limits.swing_floors[TREND_PIECE_CYCLE] ||
		trend_window_unevenness(w) > limits.cycle_uneven)
		return false;
	double tops_kib = w->hi_kib[w->n - 1] - w->hi_kib[0];
	return tops_kib >= limits.cycle_tops * trend_window_gain(w, 0);
}

/* The consequence of a tier whose growth bends towards a plateau means for it and the shorter
 * ones. */
static void tier_bends(struct trend *trend, int k, const struct trend_fit *fit)
{
	/* bend = exp(-half / tau) */
	double bend = real_min(real_max(trend_fit_bend(fit), .01), .95);

	trend->tier[k].tau_s = (float)(fit->half_s / -real_log(bend));
	trend_judge_off(trend, k);
}

void trend_judge_tier(struct trend *trend, int k)
{
	struct trend_tier *tier = &trend->tier[k];
	struct trend_window window;
	struct trend_fit fit;
	int first;

	judge_tops(trend, k);
	if (tier->n < limits.floors_least)
		return;
	bool cycles = may_climb_in_cycles(trend, k);
	if (!is_bit(trend->on, k) && !cycles && !may_climb(trend, k) &&
		!may_climb_in_pairs(trend, k)) {
		set_bit(&trend->slow, k, false);
		set_bit(&trend->brief, k, false);
		return;
	}
	trend_window_load(&window, tier);
	if (is_bit(trend->on, k) &&
		trend_window_recent(&window, tier->rate_kib_s) < limits.recent_share)
		trend_judge_off(trend, k);
	if (is_bit(trend->on, k) && ++tier->unproved >= limits.proof_floors)
		trend_judge_off(trend, k);
	enum verdict verdict = window_judge(trend, k, &window, &first, &fit);
	if (verdict == REJECTED && k >= limits.pair_tier) {
		trend_window_pair(&window);
		if (window_judge(trend, k, &window, &first, &fit) == UNDER_SWINGS)
			verdict = UNDER_SWINGS;
	}
	if (verdict == REJECTED && cycles) {
		trend_window_load(&window, tier);
		trend_window_cycles(&window, limits.cycle_turn * trend->swing_kib);
		if (are_even(&window) &&
			window_judge(trend, k, &window, &first, &fit) == UNDER_SWINGS)
			verdict = UNDER_SWINGS;
	}
	set_bit(&trend->slow, k, verdict == BENDING);
	set_bit(&trend->brief, k, verdict == BRIEF);
	if (verdict == CLEAN || verdict == UNDER_SWINGS) {
		tier_on(trend, k, &window, first, &fit);
		set_bit(&trend->noisy, k, verdict == UNDER_SWINGS);
	} else if (verdict == BENDING) {
		tier_bends(trend, k, &fit);
	} else if (verdict == BRIEF && !trend->climbing) {
		trend_judge_off(trend, k);
	}
}
