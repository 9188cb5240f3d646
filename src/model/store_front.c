/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_front - who is named in front, and when the machine's memory is full
 *
 * A name that changes with every tick cannot be read, so one that was chosen stays for a while;
 * that is why the choice is made here, once a tick, and not by those who write sentences.
 */
#include "base/real.h"
#include "model/outlook.h"
#include "model/store_priv.h"

enum {
	STAYS_MS = 10 * 1000, /* a name stands for so long, unless what it says is over */
	WATCH_MS = 45 * 1000, /* the first verdicts have come by then */
	LEAST_KIB_MIN = 1024, /* slower growth of the first seconds is not worth a name */
	BACK_PART = 32, /* of the room, given back: a part that no swing of a process explains */
	/* a week: what is further away is no reason to act */
	FULL_MOST_S = 7 * 24 * 3600,
};

static const double LATELY_S = 8;     /* who grows, grows in these seconds ... */
static const double LATELY = .2;      /* ... at this share of what he gained a minute, at least */
static const double SETTLE_S = 30;    /* in which the machine's end goes over to what is seen ... */
static const double FORGET_S = 30;    /* ... or is said anew after it was not for so long */
static const double TRUST_S = 8;      /* the most trust there is in it */
static const double PART_CLEARLY = 2; /* times a process' growth, and a part is named before it */
static const double CLEARLY = .8;     /* of the end, or over the rate, of the one that is named */

/* Seconds to the end of a climb as the stored rate has it: cheap, and enough to choose by. */
static double climb_end_s(const struct store *store, const struct proc *proc)
{
	double kib_s = trend_rate_stored(proc->trend);

	return (double)store_limit(store, proc).room_kib / (kib_s + 1. / 60);
}

static bool is_climber(const struct proc *proc)
{
	return proc->trend != NULL && trend_state(proc->trend) == TREND_CLIMBING;
}

/* KiB a minute that PROC gains while it is too early for verdicts; 0 once it has what it wanted. */
static double watched_kib_min(const struct store *store, const struct proc *proc)
{
	double kib_min, late_kib_min;

	if (proc->own || !store_growth(store, proc, 60, &kib_min) ||
		!store_growth(store, proc, LATELY_S, &late_kib_min))
		return 0;
	return late_kib_min >= LATELY * kib_min ? kib_min : 0;
}

/* How much PROC deserves to be named as a climber, or before there is one; 0: not at all. */
static double climber_weight(const struct store *store, const struct proc *proc)
{
	return is_climber(proc) ? 1 / (climb_end_s(store, proc) + 1e-3) : 0;
}

static double watched_weight(const struct store *store, const struct proc *proc)
{
	double kib_min = watched_kib_min(store, proc);

	return kib_min >= LEAST_KIB_MIN ? kib_min : 0;
}

/* Whoever weighs most takes the place, if he weighs clearly more or it is free. */
static void settle_front(const struct store *store, struct front *front,
	double (*weight_of)(const struct store *store, const struct proc *proc))
{
	const struct proc *named = front->id.pid ? store_find(store, front->id) : NULL;
	double named_weight = named != NULL ? weight_of(store, named) : 0, most = 0;
	struct ident best = { 0 };

	if (named_weight > 0 && store->now_ms - front->since_ms < STAYS_MS)
		return;
	for (size_t i = store_next_active(store, 0); i < store->table.count;
		i = store_next_active(store, i + 1)) {
		const struct proc *proc = &store->table.procs[i];
		double weight = weight_of(store, proc);
		if (weight <= most)
			continue;
		most = weight;
		best = proc->id;
	}
	if (named_weight > 0 && named_weight >= CLEARLY * most)
		return;
	if (!ident_same(best, front->id))
		front->since_ms = store->now_ms;
	front->id = best;
}

static const struct proc *front_proc(const struct store *store, const struct front *front)
{
	return front->id.pid ? store_find(store, front->id) : NULL;
}

const struct proc *store_climber(const struct store *store)
{
	return front_proc(store, &store->climber);
}

const struct proc *store_fastest(const struct store *store, double *kib_min)
{
	const struct proc *proc = front_proc(store, &store->fastest);

	if (proc != NULL)
		*kib_min = watched_kib_min(store, proc);
	return proc;
}

const char *store_fastest_part(const struct store *store, double *kib_min)
{
	return store->fastest.part != NULL ? store_part_so_far(store, store->fastest.part, kib_min)
					   : NULL;
}

/* Whether a part of the machine takes the place of the process, or gives it back: no sooner than a
 * process would, unless what is named there is over. */
static void settle_part(struct store *store)
{
	struct front *front = &store->fastest;
	double kib_min = 0, part_kib_min;
	const struct proc *proc = store_fastest(store, &kib_min);
	const char *part = store_part_so_far(store, front->part, &part_kib_min);
	bool over = front->part != NULL ? part != front->part : kib_min <= 0;

	if (!over && store->now_ms - front->since_ms < STAYS_MS)
		return;
	if (part != NULL && proc != NULL && part_kib_min <= PART_CLEARLY * kib_min)
		part = NULL;
	if (part != front->part)
		front->since_ms = store->now_ms;
	front->part = part;
}

bool store_is_watching(const struct store *store)
{
	return store->ticks && store->now_ms - store->first_ms < WATCH_MS;
}

/* As store_machine_full, from what is in use since twenty minutes. */
static bool foresee_full(const struct store *store, double *seconds)
{
	/* The longest first, for it moves least.  Half a minute may be anybody's start: it says
	 * something where those that climb explain half of it. */
	static const struct {
		double window_s, tau;
		bool explained;
	} windows[] = { { 1200, .75, false }, { 300, .75, false }, { 60, .75, false },
		{ 24, .9, true } };
	struct series_span spans[OUTLOOK_SPANS];
	double room_kib = (double)store_seen_room(store), kib_s;
	size_t climbers;

	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		uint64_t window_ms = (uint64_t)(windows[i].window_s * 1000);
		if (store->now_ms - store->solid_ms < window_ms)
			continue;
		series_read(store->system_series, 1u << SYSTEM_CH_USED | 1u << SYSTEM_CH_SWAP,
			&(struct series_cut){
				store->now_ms - window_ms, store->now_ms, spans, OUTLOOK_SPANS });
		if (!outlook_rises(spans, windows[i].window_s, windows[i].tau, &kib_s))
			continue;
		if (windows[i].explained && kib_s * 30 > store_climbing(store, &climbers))
			continue;
		if (room_kib / kib_s > FULL_MOST_S)
			return false;
		*seconds = room_kib / kib_s;
		return true;
	}
	return false;
}

/* Beside a process that swings the rise is seen in one look and missed in the next.  A second that
 * sees it adds to the trust in it, one that misses it takes two away: what was said stands while
 * any is left, and comes back behind half of the most.  Room that was given back ends it. */
static void trust_full(struct store *store, bool seen)
{
	struct forecast *full = &store->full;
	uint64_t room_kib = store_seen_room(store);
	double step_s = store_seconds(store->now_ms - full->looked_ms);

	full->trust_s = real_max(0,
		real_min(TRUST_S, full->trust_s + (seen ? step_s : -2 * step_s)));
	if (seen && (full->ms == 0 || store_seconds(store->now_ms - full->ms) > FORGET_S))
		full->trust_s = TRUST_S / 2;
	if (!seen && room_kib > full->room_kib + full->room_kib / BACK_PART)
		full->trust_s = 0;
	full->known = full->trust_s > (full->known ? 0 : TRUST_S / 2 - 1);
	full->looked_ms = store->now_ms;
	if (seen)
		full->room_kib = room_kib;
}

/* Spans of different length tell different times, and who reads one of them believes it: what is
 * said goes over to what is seen in so many seconds, or in an eighth of what is left. */
static void settle_full(struct store *store)
{
	struct forecast *full = &store->full;
	double seen_s, passed_s = store_seconds(store->now_ms - full->ms);
	bool seen = foresee_full(store, &seen_s);

	trust_full(store, seen);
	if (!seen)
		return;
	if (full->ms == 0 || full->ms > store->now_ms || passed_s > FORGET_S) {
		full->seconds = seen_s;
	} else {
		double share = passed_s / (passed_s + real_min(SETTLE_S, seen_s / 8));
		double was_s = real_max(1, full->seconds - passed_s);
		full->seconds = 1 / ((1 - share) / was_s + share / real_max(1e-3, seen_s));
	}
	full->ms = store->now_ms;
}

void store_feed_front(struct store *store)
{
	settle_full(store);
	settle_front(store, &store->climber, climber_weight);
	if (store->now_ms - store->first_ms >= WATCH_MS) {
		store->fastest = (struct front){ 0 };
		return;
	}
	settle_front(store, &store->fastest, watched_weight);
	settle_part(store);
}

bool store_machine_full(const struct store *store, double *seconds)
{
	if (!store->ticks || !store->full.known)
		return false;
	*seconds = real_max(1, store->full.seconds - store_seconds(store->now_ms - store->full.ms));
	return true;
}
