/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_window - the closed buckets of a tier, laid out in time, and their figures
 *
 * Private to trend*.c. "Floors [first, n)" are the lowest values of the buckets
 * from first to the newest; `first` is below n - 1 throughout.
 */
#pragma once

#include "model/trend.h"

/* The samples that the floors of a window are taken from. */
enum trend_pieces {
	TREND_PIECE_BUCKET,
	TREND_PIECE_PAIR,  /* two buckets */
	TREND_PIECE_CYCLE, /* one swing, from its floor to its top, however many buckets it takes */
};

/* The closed buckets of a tier, oldest first. */
struct trend_window {
	int n;
	enum trend_pieces pieces;
	double lo_kib[TREND_BUCKETS];
	double hi_kib[TREND_BUCKETS];
	double at_s[TREND_BUCKETS]; /* its first sample, the newest at 0, the others below */
	double pause_s[TREND_BUCKETS];
	double late_s;  /* since the newest floor, when its bucket was closed */
	double grain_s; /* of swings: how exactly their times are known, a bucket */
};

/* Least squares of m + b x + c x^2 through some floors, x running from -1 to 1. */
struct trend_fit {
	int n;
	double b_kib;
	double c_kib;
	double residual_kib; /* standard deviation of what the curve leaves over */
	double half_s;       /* half the time the floors span */
};

/* Unpacks the ring. */
void trend_window_load(struct trend_window *window, const struct trend_tier *tier);

/* Makes one of every two buckets, from the newest back; an odd one, the oldest, is left out. Swings
 * that are longer than a bucket and shorter than the next tier's are whole in these. */
void trend_window_pair(struct trend_window *window);

/* Makes one of every whole swing: its floor, the top that follows, both at the time of the floor.
 * Floors of swings are compared at the same phase, however few there are and wherever the buckets
 * cut them. What turns by less than turn_kib is no swing; the buckets before the first turn and
 * those since the last top are left out. */
void trend_window_cycles(struct trend_window *window, double turn_kib);

/* Longest time from one swing to the next over the shortest, as far as their times are known. */
double trend_window_unevenness(const struct trend_window *window);

/* Index of the first floor behind a rise that outweighs all others together; 0: there is none. */
int trend_window_jump(const struct trend_window *window);

/* The gain of floors [first, n), from first to last; negative: they lost. */
double trend_window_gain(const struct trend_window *window, int first);

/* New highs among floors [first, n) that are worth a share of what a floor gained on average. */
int trend_window_highs(const struct trend_window *window, int first);

/* Where growth sets in: the last of floors [first, n) that has gained next to nothing yet. */
int trend_window_onset(const struct trend_window *window, int first);

/* Kendall's tau-a of floors [first, n) against time: 1 when each is above all before it. */
double trend_window_tau(const struct trend_window *window, int first);

/* The gain of the last few floors over what the rate would have given them; 0 for a rate <= 0. */
double trend_window_recent(const struct trend_window *window, double rate_kib_s);

/* Longest wait for a new high in the later half of floors [first, n). */
double trend_window_pause(const struct trend_window *window, int first);

/* How long ago floor i was seen, when the newest bucket has just been closed. */
double trend_window_ago_s(const struct trend_window *w, int i);

/* The steepest rise between two of floors [first, n) over the mean one; their gain is above 0. */
double trend_window_steepest(const struct trend_window *w, int first);

/* How many rises of the same size would be as uneven as those of floors [first, n): all of them
 * where they are even, few where a few steps are all there is. */
double trend_window_rises(const struct trend_window *w, int first);

/* Median of what buckets [first, n) moved, from lowest to highest. */
double trend_window_swing(const struct trend_window *window, int first);

/* Fits floors [first, n). */
void trend_window_fit(const struct trend_window *window, int first, struct trend_fit *fit);

/* Late slope over early slope, at 3/4 and 1/4 of the floors; HUGE_VAL when it began flat. */
double trend_fit_bend(const struct trend_fit *fit);

/* By how many standard errors the late slope is above ratio times the early one. */
double trend_fit_excess(const struct trend_fit *fit, double ratio);
