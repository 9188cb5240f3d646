/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_day - keeps two days hour by hour and tells whether today keeps more than yesterday
 *
 * Hours count from the first sample: what matters is that they are a day apart.
 */
#include "model/trend_day.h"

#include <float.h>
#include <math.h>

#include "model/trend_limits.h"

enum { HOURS = 24 };

static const double HOUR_S = 3600, DAY_S = 86400;

/* What was compared: yesterday's levels and by how much today is above them. */
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

static void insert(float *sorted, int n, float value)
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
		least = fmin(least, level[h]);
		most = fmax(most, level[h]);
	}
	c->range_kib = fmax(0, most - least);
	for (int h = 0; h < HOURS; h++) {
		if (!(day->known & day->compared & 1u << h))
			continue;
		insert(c->more_kib, c->n++, day->more_kib[h]);
		c->above += day->more_kib[h] > 0;
		if (level[h] <= least + limits.day_night * c->range_kib)
			insert(c->night_kib, c->nights++, day->more_kib[h]);
	}
}

static void judge(struct trend_day *day, double gain_kib)
{
	struct comparison c;

	day->on = false;
	compare(day, &c);
	if (c.n < limits.day_hours || c.nights < limits.day_nights ||
		c.above < limits.day_more * c.n)
		return;
	double night = median(c.night_kib, c.nights);
	if (night < fmax(gain_kib, limits.day_gain * c.range_kib) ||
		c.night_kib[0] < limits.day_even * night ||
		median(c.more_kib, c.n) < limits.day_even * night)
		return;
	day->on = true;
	day->rate_kib_s = (float)(night / DAY_S);
	/* the middle half of the nights, and of all hours */
	double low = fmin(c.night_kib[c.nights / 4], c.more_kib[c.n / 4]);
	double high = fmax(c.night_kib[c.nights - 1 - c.nights / 4], c.more_kib[c.n - 1 - c.n / 4]);
	day->width_kib_s = (float)(fmax(high - night, night - low) / DAY_S);
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

void trend_day_take(struct trend_day *day, double t_s, double kib, double gain_kib)
{
	if (t_s >= day->next_s) {
		/* two days without a sample leave nothing to compare */
		if (t_s >= day->next_s + 2 * DAY_S) {
			trend_day_init(day, t_s, kib);
			return;
		}
		while (t_s >= day->next_s)
			close_hour(day);
		judge(day, gain_kib);
	}
	if (kib < day->open_kib)
		day->open_kib = (float)kib;
}
