/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_brief - whether a window of floors is enough evidence for who shows it
 *
 * Private to trend*.c.
 */
#pragma once

#include "model/trend_window.h"

/* The least gain of a window that counts, for a figure of so many KiB. */
double trend_gain_least_kib(double kib);

/* Age of the process at the last sample. */
double trend_age_s(const struct trend *trend);

/* Whether growth at a rate would soon fill what room is left. */
bool trend_is_near(const struct trend *trend, double rate_kib_s);

/* Whether floors [first, n) of tier k, one of the brief ones, hardly leave their curve and have no
 * step among them. */
bool trend_is_very_clean(int k, const struct trend_window *w, int first,
	const struct trend_fit *fit);

/* Whether floors [first, n) of tier k say too little of one that is slow, young, or was called
 * wrongly before.  Never of a tier that is on, nor of growth that meets its limit soon. */
bool trend_is_too_brief(const struct trend *trend, int k, const struct trend_window *w, int first,
	const struct trend_fit *fit);
