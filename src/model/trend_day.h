/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_day - growth below a daily cycle: each hour against the same hour a day earlier
 *
 * Private to trend*.c. No window of hours can tell the morning of a cycle from
 * a climb; but a cycle comes back to its nights, and what climbs does not. What
 * rises for most of a day without coming back is no cycle of a day either.
 */
#pragma once

#include "model/trend.h"

/* Begins the first hour at a time with a first value. */
void trend_day_init(struct trend_day *day, double start_s, double kib);

/* The day after `seconds` samples of the same value, one a second, that follow trend_day_init(). */
void trend_day_fill(struct trend_day *day, double start_s, double kib, uint64_t seconds);

/*
 * Takes a sample; when it ends an hour the days are compared, which sets on and the rate.
 * gain_kib   least that counts as growth
 * swing_kib  most that was given back of late
 */
void trend_day_take(struct trend_day *day, double t_s, double kib, double gain_kib,
	double swing_kib);
