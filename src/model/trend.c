/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend - follows a figure sample by sample and names what it does
 *
 * Keeps what concerns the figure as a whole: the highest value, the swings, the
 * records, the end of a climb and the state. Growth itself is judged by trend_judge.c.
 */
#include "model/trend.h"

#include <math.h>
#include <string.h>

#include "base/real.h"
#include "model/trend_day.h"
#include "model/trend_judge.h"
#include "model/trend_limits.h"
#include "model/trend_tier.h"

enum {
	PASS_TIERS = 5, /* the last of them closes a bucket in four minutes */
	HOLD_MOST_S = 2 * 86400,
};

static const char *const state_names[TREND_STATES + 1] = {
	[TREND_NEW] = "new",
	[TREND_WATCHING] = "watching",
	[TREND_STEADY] = "steady",
	[TREND_WARMING] = "warming",
	[TREND_CLIMBING] = "climbing",
	[TREND_SPIKING] = "spiking",
	[TREND_SHRINKING] = "shrinking",
	[TREND_RECEDING] = "receding",
	[TREND_ZOMBIE] = "zombie",
	[TREND_NONE] = "none",
};

void trend_init(struct trend *trend, double t_s, uint64_t kib, double age_s, uint64_t peak_kib)
{
	struct trend_open first = { (float)kib, (float)kib, 0, 0, 0 };

	memset(trend, 0, sizeof(*trend));
	trend->t_s = trend->start_s = t_s;
	trend->stop_s = -HUGE_VAL;
	trend->kib = trend->top_kib = trend->record_kib = (double)kib;
	trend->age_s = age_s > 0 ? (float)age_s : 0;
	trend->gate_kib = (float)peak_kib;
	trend->period_s = 1;
	trend->room_kib = HUGE_VALF;
	trend->floor_kib = (float)kib;
	for (int k = 0; k < TREND_TIERS; k++)
		trend_tier_init(&trend->tier[k]);
	trend->tier[0].open = first;
	trend->day_top_kib = (float)kib;
	trend_day_init(&trend->day, t_s, (double)kib);
}

void trend_init_flat(struct trend *trend, double since_s, double now_s, uint64_t kib, double age_s,
	uint64_t peak_kib)
{
	double span_s = now_s > since_s ? floor(now_s - since_s) : 0;
	uint64_t seconds = (uint64_t)real_min(span_s, 0x1p40);

	trend_init(trend, since_s, kib, age_s, peak_kib);
	if (seconds == 0)
		return;
	for (int k = 0; k < TREND_TIERS; k++)
		trend_tier_fill(&trend->tier[k], k, (double)kib, seconds);
	trend_day_fill(&trend->day, since_s, (double)kib, seconds);
	trend->t_s = since_s + (double)seconds;
	trend->idle_s = (float)seconds;
	trend->state = (uint8_t)trend_state_still((double)seconds, trend->age_s + (double)seconds);
}

/* exp(-x), cheaper while x is small. */
static double fade(double x)
{
	return x < .01 ? 1 - x + x * x / 2 : real_exp(-x);
}

/* The highest value and the largest fall below it, as days remember them. */
static void follow_days(struct trend *trend, double dt_s)
{
	float kib = (float)trend->kib;

	if (kib >= trend->day_top_kib && trend->day_swing_kib <= 0) {
		trend->day_top_kib = kib;
		return;
	}
	float keep = (float)fade(dt_s / limits.days_s);
	float above = (trend->day_top_kib - kib) * keep;
	trend->day_top_kib = above > 0 ? kib + above : kib;
	trend->day_swing_kib *= keep;
	if (above > trend->day_swing_kib)
		trend->day_swing_kib = above;
}

/* Follows the highest value, the largest fall below it, and the new highs. Gives back the pause a
 * new high has ended, else 0. */
static double follow_level(struct trend *trend, double dt_s)
{
	double kib = trend->kib, pause_s = 0;
	bool gap = dt_s > limits.gap_periods * trend->period_s;

	if (kib < trend->top_kib || trend->swing_kib > 0) {
		double keep = fade(dt_s / limits.leak_s);
		trend->top_kib = real_max(kib, kib + (trend->top_kib - kib) * keep);
		trend->swing_kib = (float)real_max(trend->top_kib - kib, trend->swing_kib * keep);
	} else {
		trend->top_kib = kib;
	}
	/* a gap says nothing of how long the figure waited for its new high */
	trend->idle_s += (float)(gap ? trend->period_s : dt_s);
	trend->period_s += (float)((gap ? limits.gap_periods * trend->period_s : dt_s) -
				   trend->period_s) /
			   8;
	if (kib > trend->record_kib + limits.record_swing * trend->swing_kib) {
		pause_s = trend->idle_s;
		trend->record_kib = kib;
		trend->idle_s = 0;
	}
	return pause_s;
}

/* Whether the climb has all but stopped: its gain since the mark is a small part of what its best
 * rate would have given. */
static bool has_faded(struct trend *trend)
{
	double pause_s = 0;

	for (int k = 0; k < TREND_TIERS; k++)
		if (trend->on >> k & 1)
			pause_s = real_max(pause_s, trend->tier[k].pause_s);
	double span_s = trend->t_s - trend->mark_s;
	if (span_s < real_max(limits.held_s, limits.held_pauses * pause_s) ||
		trend->most_kib_s * span_s < limits.held_swings * trend->swing_kib)
		return false;
	double due_kib = limits.held_share * trend->most_kib_s * span_s;
	bool faded = trend->kib - trend->mark_kib < due_kib;
	trend->mark_s = trend->t_s;
	trend->mark_kib = trend->kib;
	return faded;
}

/* A climb ends when no new high comes, when it fades, or when it gives back. */
static void end_climb(struct trend *trend, double swing_kib)
{
	double gain_kib = trend->peak_kib - trend->from_kib;
	double back_kib = real_max(real_max(limits.back_swings * swing_kib,
					   limits.back_gain * gain_kib),
		limits.gain_kib);

	trend->peak_kib = real_max(trend->peak_kib, trend->kib);
	bool back = trend->peak_kib - trend->kib > back_kib;
	if (!trend->noisy)
		back = has_faded(trend) || back;
	for (int k = 0; k < TREND_TIERS; k++) {
		if (!(trend->on >> k & 1))
			continue;
		double wait_s = real_max(limits.stop_s,
			limits.stop_pauses * trend->tier[k].pause_s);
		/* growth out of the depth of a swing takes its time to be a new high */
		wait_s = real_max(wait_s,
			limits.stop_swings * trend->swing_kib / trend->tier[k].rate_kib_s);
		bool stopped = !(trend->noisy >> k & 1) && trend->idle_s > wait_s;
		if (stopped) {
			trend->stop_s = trend->t_s - trend->idle_s;
			trend->stop_kib = trend->record_kib;
		}
		if (stopped || back)
			trend_judge_off(trend, k);
	}
	/* a call whose growth was over soon came to nothing */
	if (!trend->on && trend->climbing && trend->t_s - trend->called_s < limits.wrong_s)
		trend->wrong += 1;
}

/* Hands the sample up the tiers; gives back how many of them closed a bucket. */
static int cascade(struct trend *trend, double dt_s, double pause_s)
{
	struct trend_open piece = { (float)trend->kib, (float)trend->kib, (float)dt_s, (float)dt_s,
		(float)pause_s };
	int k = 0;

	while (k < TREND_TIERS && trend_tier_take(&trend->tier[k], k, &piece))
		k++;
	return k;
}

static double spike_kib(const struct trend *trend)
{
	return real_max(limits.spike_kib, limits.spike_share * trend->floor_kib);
}

/* Tier 1 spans a minute and a half: the floor that spikes rise from, unless they are the rule.
 * Where not even the largest rise above the highest floor would reach so far, nothing needs to be
 * counted. */
static void find_floor(struct trend *trend)
{
	const struct trend_tier *tier = &trend->tier[1];
	float least = tier->bucket[0].lo_kib, most = least;
	uint16_t rise = 0;
	int above = 0;

	for (int i = 0; i < tier->n; i++) {
		const struct trend_bucket *bucket = &tier->bucket[i];
		least = bucket->lo_kib < least ? bucket->lo_kib : least;
		most = bucket->lo_kib > most ? bucket->lo_kib : most;
		rise = bucket->rise > rise ? bucket->rise : rise;
	}
	trend->floor_kib = least;
	double high_kib = least + spike_kib(trend);
	if (trend_tier_above(most, rise) > high_kib)
		for (int i = 0; i < tier->n; i++)
			above += trend_tier_hi(tier, i) > high_kib;
	trend->restless = above > tier->n * limits.spike_rare;
}

static bool is_spiking(const struct trend *trend)
{
	const struct trend_tier *tier = &trend->tier[1];
	double high_kib = trend->floor_kib + spike_kib(trend);

	if (trend->kib <= high_kib || tier->n == 0 || trend->restless)
		return false;
	return tier->bucket[trend_tier_newest(tier)].lo_kib <= high_kib;
}

/* The figure's gain in the last seconds over what the rate would have given; the shortest tier that
 * reaches so far back tells. */
static double recent_share(const struct trend *trend, double seconds, double rate_kib_s)
{
	int k = 0;

	while (k + 1 < TREND_TIERS && seconds > (double)((TREND_BUCKETS - 2) << 2 * k))
		k++;
	const struct trend_tier *tier = &trend->tier[k];
	if (tier->n == 0)
		return 0;
	double span_s = (double)(tier->tail_s + tier->open.span_s);
	int at = trend_tier_newest(tier);
	double from_kib = tier->bucket[at].lo_kib;
	for (int i = 1; i < tier->n && span_s < seconds; i++) {
		span_s += trend_tier_step_s(tier, at);
		at = (at ? at : TREND_BUCKETS) - 1;
		from_kib = tier->bucket[at].lo_kib;
	}
	return span_s > 0 ? (trend->kib - from_kib) / (rate_kib_s * span_s) : 0;
}

/* Growth goes on in these seconds, or in the time that the waits for a new high take. */
static bool is_current(const struct trend *trend)
{
	int k = 0;

	while (!(trend->on >> k & 1))
		k++;
	if (trend->noisy >> k & 1)
		return true;
	double rate_kib_s = trend->tier[k].rate_kib_s, pause_s = trend->tier[k].pause_s;
	return recent_share(trend, real_max(limits.now_s, pause_s), rate_kib_s) >=
		       limits.now_share &&
	       recent_share(trend, real_max(limits.lately_s, pause_s), rate_kib_s) >=
		       limits.lately_share;
}

/* A process that was there before the first look has been young for longer than one sees, and a
 * look is what users take when something grows; but the first tooth of a start is no growth. */
static double young_until_s(const struct trend *trend)
{
	bool grown = trend->kib - trend->from_kib >= limits.met_share * trend->kib;
	bool met = trend->age_s >= (grown ? limits.met_seen_s : limits.met_age_s);

	return met ? limits.met_s : limits.young_s;
}

/* A young process is given time to warm up, if there is time. */
static bool is_climbing(const struct trend *trend)
{
	double age_s = trend->age_s + (trend->t_s - trend->start_s);

	if (trend->day.on)
		return true;
	if (!trend->on || (!trend->climbing && !is_current(trend)))
		return false;
	return age_s >= young_until_s(trend) ||
	       trend->room_kib < trend_rate_stored(trend) * limits.near_s;
}

/* Before the shortest tier can be full, and while a young process is given time, a climb would not
 * have been called. */
enum trend_state trend_state_still(double seen_s, double age_s)
{
	if (seen_s < limits.new_s)
		return TREND_NEW;
	return seen_s < limits.watch_s || age_s < limits.young_s ? TREND_WATCHING : TREND_STEADY;
}

/* The gravest first.  Who has just been cleared keeps that word for a while, so that a row does not
 * change between two words at every look. */
static enum trend_state judge_trend(const struct trend *trend)
{
	double seen_s = trend->t_s - trend->start_s;

	if (seen_s < limits.new_s)
		return TREND_NEW;
	if (trend->climbing)
		return TREND_CLIMBING;
	if (trend->on)
		return TREND_WARMING;
	if (trend->cleared && trend->t_s - trend->cleared_s < limits.receding_s)
		return TREND_RECEDING;
	if (trend->slow)
		return TREND_WARMING;
	if (is_spiking(trend))
		return TREND_SPIKING;
	if (trend->brief)
		return TREND_WATCHING;
	return trend->down ? TREND_SHRINKING : trend_state_still(seen_s, trend->age_s + seen_s);
}

/* Takes that the figure is as it is at T_S, later than the last sample. */
static void advance_trend(struct trend *trend, double t_s)
{
	double dt_s = t_s - trend->t_s;
	double swing_kib = trend->swing_kib;

	trend->t_s = t_s;
	double pause_s = follow_level(trend, dt_s);
	follow_days(trend, dt_s);
	if (trend->wrong > 0)
		trend->wrong *= (float)fade(dt_s / limits.wrong_leak_s);
	trend_day_take(&trend->day, t_s, trend->kib, limits.gain_kib, trend->day_swing_kib);
	if (trend->on)
		end_climb(trend, swing_kib);
	int closed = cascade(trend, dt_s, pause_s);
	if (closed > trend->owed)
		trend->owed = (uint8_t)closed;
}

/* The verdict, by what is new in the tiers. */
static void conclude_verdict(struct trend *trend)
{
	for (int k = trend->owed; k-- > 0;)
		trend_judge_tier(trend, k);
	if (trend->owed > 1)
		find_floor(trend);
	trend->owed = 0;
	bool climbs = is_climbing(trend);
	if (trend->climbing && !climbs)
		trend->cleared_s = trend->t_s;
	if (climbs && !trend->climbing)
		trend->called_s = trend->t_s;
	trend->cleared = !climbs && (trend->climbing || trend->cleared);
	trend->climbing = climbs;
	trend->state = (uint8_t)judge_trend(trend);
}

static void take_sample(struct trend *trend, double t_s, uint64_t kib, uint64_t room_kib)
{
	trend->kib = (double)kib;
	trend->room_kib = room_kib == UINT64_MAX ? HUGE_VALF : (float)room_kib;
	advance_trend(trend, t_s);
}

void trend_update(struct trend *trend, double t_s, uint64_t kib, uint64_t room_kib)
{
	if (!(t_s > trend->t_s))
		return;
	take_sample(trend, t_s, kib, room_kib);
	conclude_verdict(trend);
}

bool trend_rests(const struct trend *trend)
{
	return !trend->on && !trend->climbing && !trend->cleared && !trend->day.on;
}

void trend_pass(struct trend *trend, double t_s, uint64_t kib, uint64_t room_kib)
{
	if (!(t_s > trend->t_s))
		return;
	take_sample(trend, t_s, kib, room_kib);
	if (trend->owed >= PASS_TIERS || !trend_rests(trend))
		conclude_verdict(trend);
}

void trend_hold(struct trend *trend, double t_s, double step_s)
{
	if (t_s - trend->t_s > HOLD_MOST_S) /* a gap */
		advance_trend(trend, t_s);
	while (t_s > trend->t_s)
		advance_trend(trend, real_min(trend->t_s + step_s, t_s));
}

void trend_settle(struct trend *trend)
{
	if (trend->owed > 0)
		conclude_verdict(trend);
}

enum trend_state trend_state(const struct trend *trend)
{
	return (enum trend_state)trend->state;
}

const char *trend_state_name(enum trend_state state)
{
	return state_names[state];
}

double trend_rate_stored(const struct trend *trend)
{
	if (trend_is_by_day(trend))
		return trend->day.rate_kib_s;
	for (int k = 0; k < TREND_TIERS; k++)
		if (trend->on >> k & 1)
			return trend->tier[k].rate_kib_s;
	return 0;
}

bool trend_climb(const struct trend *trend, struct trend_climb *climb)
{
	if (!trend->climbing)
		return false;
	if (trend_is_by_day(trend)) { /* since it is watched */
		climb->since_s = trend->start_s;
		climb->gain_kib = trend->day.rate_kib_s * (trend->t_s - trend->start_s);
		climb->from_kib = real_max(0, trend->kib - climb->gain_kib);
		return true;
	}
	climb->since_s = trend->from_s;
	climb->from_kib = trend->from_kib;
	climb->gain_kib = real_max(0, trend->kib - trend->from_kib);
	return true;
}

bool trend_cleared(const struct trend *trend, double *t_s)
{
	if (!trend->cleared)
		return false;
	*t_s = trend->cleared_s;
	return true;
}
