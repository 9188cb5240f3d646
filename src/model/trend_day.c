/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_day - keeps two days hour by hour and tells whether today keeps more than yesterday
 *
 * Hours count from the first sample: what matters is that they are a day apart.
 */
#include "model/trend_day.h"

#include <float.h>
#include <math.h>

#include "base/real.h"
#include "model/trend_limits.h"

enum { HOURS = 24 };

static const double HOUR_S = 3600, DAY_S = 86400;

/* Two days compared: yesterday's levels and by how much today is above them. */
struct comparison {
	int n;      /* hours compared */
	int nights; /* of them among yesterday's lowest */
	int above;  /* hours above yesterday's */
	float more_kib[HOURS];
	float night_kib[HOURS];
	double range_kib; /* yesterday's, from its lowest hour to its highest */
};

void trend_day_init(struct trend_day *day, double start_s, double kib)
{
	*day = (struct trend_day){ .next_s = start_s + HOUR_S, .open_kib = (float)kib };
}

void trend_day_fill(struct trend_day *day, double start_s, double kib, uint64_t seconds)
{
	uint64_t hours = seconds / (uint64_t)HOUR_S;
	uint64_t first = hours > HOURS ? hours - HOURS : 0;

	trend_day_init(day, start_s, kib);
	for (uint64_t h = first; h < hours; h++) {
		day->lo_kib[h % HOURS] = (float)kib;
		day->known |= 1u << h % HOURS;
		if (h >= HOURS)
			day->compared |= 1u << h % HOURS;
	}
	day->hour = (uint8_t)(hours % HOURS);
	day->next_s = start_s + HOUR_S * (double)(hours + 1);
}

static void insert_sorted(float *sorted, int n, float value)
{
	for (; n > 0 && sorted[n - 1] > value; n--)
		sorted[n] = sorted[n - 1];
	sorted[n] = value;
}

static double median(const float *sorted, int n)
{
	return ((double)sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}

/* Sorts what is known of both days. */
static void compare(const struct trend_day *day, struct comparison *c)
{
	double least = DBL_MAX, most = -DBL_MAX, level[HOURS];

	*c = (struct comparison){ 0 };
	for (int h = 0; h < HOURS; h++) {
		if (!(day->known >> h & 1))
			continue;
		bool today = day->compared >> h & 1;
		level[h] = day->lo_kib[h] - (today ? day->more_kib[h] : 0);
		least = real_min(least, level[h]);
		most = real_max(most, level[h]);
	}
	c->range_kib = real_max(0, most - least);
	for (int h = 0; h < HOURS; h++) {
		if (!(day->known & day->compared & 1u << h))
			continue;
		insert_sorted(c->more_kib, c->n++, day->more_kib[h]);
		c->above += day->more_kib[h] > 0;
		if (level[h] <= least + limits.day_night * c->range_kib)
			insert_sorted(c->night_kib, c->nights++, day->more_kib[h]);
	}
}

/* The hours closed of late, oldest first; gives back how many follow each other. */
static int recent_hours(const struct trend_day *day, double *kib)
{
	int n = 0;

	while (n < HOURS && day->known >> (day->hour + HOURS - 1 - n) % HOURS & 1)
		n++;
	for (int i = 0; i < n; i++)
		kib[i] = day->lo_kib[(day->hour + HOURS - n + i) % HOURS];
	return n;
}

/* A line through the hours, and the standard deviation of what it leaves over. */
static double line_through(const double *kib, int n, double *residual_kib)
{
	double mean = 0, xx = 0, xy = 0, rest = 0, mid = (n - 1) / 2.;

	for (int i = 0; i < n; i++)
		mean += kib[i] / n;
	for (int i = 0; i < n; i++) {
		xx += (i - mid) * (i - mid);
		xy += (i - mid) * (kib[i] - mean);
	}
	for (int i = 0; i < n; i++) {
		double off = kib[i] - mean - xy / xx * (i - mid);
		rest += off * off;
	}
	*residual_kib = sqrt(rest / (n - 2));
	return xy / xx;
}

/* Whether it rises at both ends as it does between them: the rise of a day sets in and ends
 * gently. */
static bool is_even(const double *kib, int n, double slope_kib)
{
	int quarter = n / 4;
	double due_kib = limits.day_half_even * slope_kib * quarter;

	return kib[quarter] - kib[0] >= due_kib && kib[n - 1] - kib[n - 1 - quarter] >= due_kib;
}

/* A rise of most of a day, well above its own noise and all that was given back. */
static bool is_line(struct trend_day *day, double gain_kib, double swing_kib)
{
	double kib[HOURS], residual_kib;
	double before_kib = 0;
	int n = recent_hours(day, kib), rises = 0, falls = 0;

	if (n < limits.day_half_hours)
		return false;
	for (int i = 0; i + 1 < n; i++)
		before_kib = real_max(before_kib, kib[i]);
	for (int i = 0; i < n; i++) {
		for (int j = i + 1; j < n; j++) {
			rises += kib[j] > kib[i];
			falls += kib[j] < kib[i];
		}
	}
	double slope_kib = line_through(kib, n, &residual_kib), rise_kib = slope_kib * (n - 1);
	if (n < limits.day_line_hours &&
		(rise_kib < limits.day_half_residual * residual_kib || !is_even(kib, n, slope_kib)))
		return false;
	if (rises - falls < limits.day_line_tau * n * (n - 1) / 2 ||
		rise_kib < real_max(gain_kib, limits.day_line_swings * swing_kib) ||
		rise_kib < limits.day_line_residual * residual_kib ||
		kib[n - 1] < before_kib - 2 * residual_kib) /* it comes back */
		return false;
	day->rate_kib_s = (float)(slope_kib / HOUR_S);
	day->width_kib_s = (float)(2 * residual_kib * sqrt(12. / n) / (n - 1) / HOUR_S);
	return true;
}

static void judge_day(struct trend_day *day, double gain_kib, double swing_kib)
{
	struct comparison c;

	day->on = is_line(day, gain_kib, swing_kib);
	if (day->on)
		return;
	compare(day, &c);
	if (c.n < limits.day_hours || c.nights < limits.day_nights ||
		c.above < limits.day_more * c.n)
		return;
	double night = median(c.night_kib, c.nights);
	if (night < real_max(gain_kib, limits.day_gain * c.range_kib) ||
		c.night_kib[0] < limits.day_even * night ||
		median(c.more_kib, c.n) < limits.day_even * night)
		return;
	day->on = true;
	day->rate_kib_s = (float)(night / DAY_S);
	/* the middle half of the nights, and of all hours */
	double low = real_min(c.night_kib[c.nights / 4], c.more_kib[c.n / 4]);
	double high = real_max(c.night_kib[c.nights - 1 - c.nights / 4],
		c.more_kib[c.n - 1 - c.n / 4]);
	day->width_kib_s = (float)(real_max(high - night, night - low) / DAY_S);
}

/* Ends the open hour. */
static void close_hour(struct trend_day *day)
{
	unsigned h = day->hour, bit = 1u << h;
	bool seen = day->open_kib < FLT_MAX;

	day->compared &= ~bit;
	if (seen && day->known & bit) {
		day->more_kib[h] = day->open_kib - day->lo_kib[h];
		day->compared |= bit;
	}
	day->known = seen ? day->known | bit : day->known & ~bit;
	if (seen)
		day->lo_kib[h] = day->open_kib;
	day->open_kib = FLT_MAX;
	day->hour = (uint8_t)(h + 1 == HOURS ? 0 : h + 1);
	day->next_s += HOUR_S;
}

void trend_day_take(struct trend_day *day, double t_s, double kib, double gain_kib,
	double swing_kib)
{
	if (t_s >= day->next_s) {
		/* two days without a sample leave nothing to compare */
		if (t_s >= day->next_s + 2 * DAY_S) {
			trend_day_init(day, t_s, kib);
			return;
		}
		while (t_s >= day->next_s)
			close_hour(day);
		judge_day(day, gain_kib, swing_kib);
	}
	if (kib < day->open_kib)
		day->open_kib = (float)kib;
}
