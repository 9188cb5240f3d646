/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_points - see tally_points.h; stretches of time, put together when there are many */
#include "run/tally_points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* B follows A.  Of two who gained the larger is named. */
static struct tally_point join(const struct tally_point *a, const struct tally_point *b)
{
	struct tally_point both = *b;

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
static void thin_out(struct tally *tally)
{
	struct tally_point *points = tally->points;
	size_t kept = 1;

	tally->grain_s = tally->last_s * 4 / TALLY_POINTS;
	for (size_t i = 1; i < tally->npoints; i++) {
		struct tally_point *last = &points[kept - 1];
		if (points[i].to_s - last->from_s <= tally->grain_s)
			*last = join(last, &points[i]);
		else
			points[kept++] = points[i];
	}
	tally->npoints = kept;
}

void tally_points_add(struct tally *tally, const struct tally_point *point)
{
	struct tally_point *last = tally->npoints ? &tally->points[tally->npoints - 1] : NULL;

	if (last && point->to_s - last->from_s <= tally->grain_s) {
		*last = join(last, point);
		return;
	}
	if (tally->npoints == TALLY_POINTS)
		thin_out(tally);
	tally->points[tally->npoints++] = *point;
}

bool tally_growth(const struct tally *tally, struct trend_rate *rate)
{
	size_t half = 0;

	if (tally->begun && trend_state(&tally->trend) == TREND_CLIMBING &&
		trend_rate(&tally->trend, rate))
		return true;
	while (half < tally->npoints && tally->points[half].to_s < tally->last_s / 2)
		half++;
	if (half + 1 >= tally->npoints || tally->last_s < 2)
		return false;
	const struct tally_point *last = &tally->points[tally->npoints - 1];
	double kib_s = ((double)last->end_kib - (double)tally->points[half].end_kib) /
		       (last->to_s - tally->points[half].to_s);
	*rate = (struct trend_rate){ kib_s, kib_s, kib_s, 0 };
	return true;
}

/* --- moments -------------------------------------------------------------------------------- */

static int gain_order(const void *a, const void *b)
{
	const struct tally_point *x = a, *y = b;

	if (x->gain_kib != y->gain_kib)
		return x->gain_kib < y->gain_kib ? 1 : -1;
	return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

static int time_order(const void *a, const void *b)
{
	const struct tally_point *x = a, *y = b;

	return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

/* Keeps the largest TALLY_MOMENTS. */
static size_t keep(struct tally_point *moments, size_t count, const struct tally_point *new)
{
	moments[count++] = *new;
	qsort(moments, count, sizeof(*moments), gain_order);
	return count > TALLY_MOMENTS ? TALLY_MOMENTS : count;
}

size_t tally_moments(const struct tally *tally, struct tally_point out[TALLY_MOMENTS])
{
	struct tally_point moments[TALLY_MOMENTS + 1];
	double unit_s = tally->last_s < 5 ? 0.1 : 1;
	int64_t least_kib = (int64_t)(tally->peak_kib / 100);
	size_t count = 0;

	if (least_kib < 64)
		least_kib = 64;
	for (size_t i = 0; i < tally->npoints;) {
		struct tally_point moment = tally->points[i++];
		double until = (floor(moment.to_s / unit_s) + 1) * unit_s;
		while (i < tally->npoints && tally->points[i].to_s < until) {
			moment = join(&moment, &tally->points[i]);
			i++;
		}
		if (moment.gain_kib >= least_kib)
			count = keep(moments, count, &moment);
	}
	if (count > 0)
		qsort(moments, count, sizeof(*moments), time_order);
	memcpy(out, moments, count * sizeof(*moments));
	return count;
}

void tally_shape(const struct tally *tally, uint64_t *kib, size_t n)
{
	double step_s = tally->last_s / (double)n;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		double until = i + 1 == n ? tally->last_s : step_s * (double)(i + 1);
		kib[i] = 0;
		if (tally->npoints == 0)
			continue;
		/* the stretch that holds the span's beginning, and all that end in it */
		kib[i] = tally->points[at].kib;
		while (at + 1 < tally->npoints && tally->points[at].to_s < until) {
			at++;
			if (tally->points[at].to_s <= until && tally->points[at].kib > kib[i])
				kib[i] = tally->points[at].kib;
		}
		if (tally->points[at].to_s <= until && tally->points[at].kib > kib[i])
			kib[i] = tally->points[at].kib;
	}
}
