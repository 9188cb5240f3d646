/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outlook - see outlook.h */
#include "model/outlook.h"

#include "base/order.h"

enum { PAIRS = OUTLOOK_SPANS * (OUTLOOK_SPANS - 1) / 2 };

static const double CURRENT = .4; /* the last third must rise by this share of the slope */

static bool all_known(const struct series_span spans[OUTLOOK_SPANS])
{
	for (int i = 0; i < OUTLOOK_SPANS; i++)
		if (!spans[i].known)
			return false;
	return true;
}

bool outlook_rises(const struct series_span spans[OUTLOOK_SPANS], double window_s, double least_tau,
	double *kib_s)
{
	double slopes[PAIRS], step_s = window_s / OUTLOOK_SPANS;
	int up = 0, n = 0;

	if (!all_known(spans) || !(step_s > 0))
		return false;
	for (int i = 0; i < OUTLOOK_SPANS; i++)
		for (int j = i + 1; j < OUTLOOK_SPANS; j++) {
			double rise_kib = (double)spans[j].lo - (double)spans[i].lo;
			up += (rise_kib > 0) - (rise_kib < 0);
			slopes[n++] = rise_kib / (step_s * (j - i));
		}
	order_sort(slopes, PAIRS, sizeof(slopes[0]), order_real);
	double middle = (slopes[PAIRS / 2 - 1] + slopes[PAIRS / 2]) / 2;
	int third = OUTLOOK_SPANS / 3;
	double late_kib = (double)spans[OUTLOOK_SPANS - 1].lo -
			  (double)spans[OUTLOOK_SPANS - 1 - third].lo;
	if (up < least_tau * PAIRS || late_kib < CURRENT * middle * step_s * third)
		return false;
	*kib_s = middle;
	return true;
}
