/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outlook - does a figure rise without a break, and how fast
 *
 * For the machine's time left: what is in use must rise over the whole of a window and still do so
 * at its end, whoever makes it rise.  The sum of all climbs would not do: what one process gains
 * another gives back, and each call or end of a climb would move the time left by its whole rate.
 * Pure: values in, values out.
 */
#pragma once

#include "model/series.h"

enum { OUTLOOK_SPANS = 12 }; /* equal parts of a window */

/* The slope of what SPANS hold over WINDOW_S seconds, in KiB/s (the median over all pairs of their
 * lowest values).  LEAST_TAU is the share of the pairs that must rise, less that of those that fall
 * (Kendall's tau): below 1 some may fall.  False, and *kib_s untouched: a part of the window is not
 * known, the figure does not rise all the time, or it has ceased to. */
bool outlook_rises(const struct series_span spans[OUTLOOK_SPANS], double window_s, double least_tau,
	double *kib_s);
