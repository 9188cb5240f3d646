/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_points - see profile_points.h; stretches of time, put together when there are many */
#include "run/profile_points.h"

#include "base/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* B follows A.  Of two who gained the larger is named. */
static struct profile_point join_points(const struct profile_point *a,
	const struct profile_point *b)
{
	struct profile_point both = *b;

	both.from_s = a->from_s;
	both.rss_kib = a->rss_kib > b->rss_kib ? a->rss_kib : b->rss_kib;
	both.kib = a->kib > b->kib ? a->kib : b->kib;
	both.raw_kib = a->raw_kib > b->raw_kib ? a->raw_kib : b->raw_kib;
	both.least_kib = a->least_kib > b->least_kib ? a->least_kib : b->least_kib;
	both.gain_kib = a->gain_kib + b->gain_kib;
	if (a->who == b->who) {
		both.who_kib = a->who_kib + b->who_kib;
	} else if (a->who_kib > b->who_kib) {
		both.who = a->who;
		both.who_kib = a->who_kib;
	}
	return both;
}

/* Joins neighbours that together are no longer than the grain: at most half of the room is left
 * full, however uneven the looks were. */
static void thin_out(struct profile *profile)
{
	struct profile_point *points = profile->points;
	size_t kept = 1;

	profile->grain_s = profile->last_s * 4 / PROFILE_POINTS;
	for (size_t i = 1; i < profile->npoints; i++) {
		struct profile_point *last = &points[kept - 1];
		if (points[i].to_s - last->from_s <= profile->grain_s)
			*last = join_points(last, &points[i]);
		else
			points[kept++] = points[i];
	}
	profile->npoints = kept;
}

void profile_points_add(struct profile *profile, const struct profile_point *point)
{
	struct profile_point *last = profile->npoints ? &profile->points[profile->npoints - 1]
						      : NULL;

	if (last != NULL && point->to_s - last->from_s <= profile->grain_s) {
		*last = join_points(last, point);
		return;
	}
	if (profile->npoints == PROFILE_POINTS)
		thin_out(profile);
	profile->points[profile->npoints++] = *point;
}

bool profile_growth(const struct profile *profile, struct trend_rate *rate)
{
	size_t half = 0;

	if (profile->begun && trend_state(&profile->trend) == TREND_CLIMBING &&
		trend_rate(&profile->trend, rate))
		return true;
	while (half < profile->npoints && profile->points[half].to_s < profile->last_s / 2)
		half++;
	if (half + 1 >= profile->npoints || profile->last_s < 2)
		return false;
	const struct profile_point *last = &profile->points[profile->npoints - 1];
	double kib_s = ((double)last->end_kib - (double)profile->points[half].end_kib) /
		       (last->to_s - profile->points[half].to_s);
	*rate = (struct trend_rate){ kib_s, kib_s, kib_s, 0 };
	return true;
}

/* The footprint at AT_S. */
static double kib_at(const struct profile *profile, double at_s)
{
	size_t i = 0;

	while (i + 1 < profile->npoints && profile->points[i].to_s < at_s)
		i++;
	return (double)profile->points[i].end_kib;
}

bool profile_points_ramp(const struct profile *profile)
{
	enum { PARTS = 6, POINTS_LEAST = 12, SECONDS_LEAST = 5, KIB_LEAST = 1024 };
	double part_s = profile->last_s * .75 / PARTS, from_s = profile->last_s / 4;

	if (profile->npoints < POINTS_LEAST || profile->last_s < SECONDS_LEAST)
		return false;
	double last_kib = kib_at(profile, profile->last_s);
	double rise_kib = last_kib - kib_at(profile, from_s);
	if (rise_kib < KIB_LEAST || rise_kib < last_kib / 10)
		return false;
	for (int i = 0; i < PARTS; i++) {
		double gain_kib = kib_at(profile, from_s + (i + 1) * part_s) -
				  kib_at(profile, from_s + i * part_s);
		if (gain_kib < rise_kib / PARTS * .5 || gain_kib > rise_kib / PARTS * 1.6)
			return false;
	}
	return true;
}

/* --- moments -------------------------------------------------------------------------------- */

static int gain_order(const void *a, const void *b)
{
	const struct profile_point *x = a, *y = b;

	if (x->gain_kib != y->gain_kib)
		return x->gain_kib < y->gain_kib ? 1 : -1;
	return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

static int time_order(const void *a, const void *b)
{
	const struct profile_point *x = a, *y = b;

	return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

/* Keeps the largest PROFILE_MOMENTS. */
static size_t keep_moment(struct profile_point *moments, size_t count,
	const struct profile_point *new)
{
	moments[count++] = *new;
	order_sort(moments, count, sizeof(*moments), gain_order);
	return count > PROFILE_MOMENTS ? PROFILE_MOMENTS : count;
}

size_t profile_moments(const struct profile *profile, struct profile_point out[PROFILE_MOMENTS])
{
	struct profile_point moments[PROFILE_MOMENTS + 1];
	double unit_s = profile->last_s < 5 ? 0.1 : 1;
	int64_t least_kib = (int64_t)(profile->peak_kib / 100);
	size_t count = 0;

	if (least_kib < 64)
		least_kib = 64;
	for (size_t i = 0; i < profile->npoints;) {
		struct profile_point moment = profile->points[i++];
		double until = (floor(moment.to_s / unit_s) + 1) * unit_s;
		while (i < profile->npoints && profile->points[i].to_s < until) {
			moment = join_points(&moment, &profile->points[i]);
			i++;
		}
		if (moment.gain_kib >= least_kib)
			count = keep_moment(moments, count, &moment);
	}
	order_sort(moments, count, sizeof(*moments), time_order);
	memcpy(out, moments, count * sizeof(*moments));
	return count;
}

void profile_shape(const struct profile *profile, uint64_t *kib, size_t n)
{
	double step_s = profile->last_s / (double)n;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		double until = i + 1 == n ? profile->last_s : step_s * (double)(i + 1);
		kib[i] = 0;
		if (profile->npoints == 0)
			continue;
		/* the stretch that holds the span's beginning, and all that end in it */
		kib[i] = profile->points[at].kib;
		while (at + 1 < profile->npoints && profile->points[at].to_s < until) {
			at++;
			if (profile->points[at].to_s <= until && profile->points[at].kib > kib[i])
				kib[i] = profile->points[at].kib;
		}
		if (profile->points[at].to_s <= until && profile->points[at].kib > kib[i])
			kib[i] = profile->points[at].kib;
	}
}
