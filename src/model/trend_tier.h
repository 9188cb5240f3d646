/*
 * trend_tier.h - one tier of a trend: its ring of buckets and its test.
 *
 * Private to trend*.c. A bucket of tier k covers about 4^k seconds; a closed
 * bucket goes into the ring and, merged with its neighbours, into the tier above.
 */
#ifndef MEMTOP_MODEL_TREND_TIER_H
#define MEMTOP_MODEL_TREND_TIER_H

#include "model/trend.h"

/* The closed buckets of a tier, oldest first, unpacked for arithmetic. */
struct trend_window {
	int n;
	double lo_kib[TREND_BUCKETS];
	double hi_kib[TREND_BUCKETS];
	double end_s[TREND_BUCKETS]; /* end of the bucket, the last at 0, the others below */
	double pause_s[TREND_BUCKETS];
};

/* Least squares of m + b x + c x^2 through some floors, x running from -1 to 1. */
struct trend_fit {
	int n;
	double b_kib;
	double c_kib;
	double residual_kib; /* standard deviation of what the curve leaves over */
	double half_s;       /* half the time the floors span */
};

/* Empties a tier. */
void trend_tier_init(struct trend_tier *tier);

/*
 * Merges a piece into the open bucket of tier number k. When that fills the
 * bucket it goes into the ring; then true, and *piece becomes the closed bucket.
 */
bool trend_tier_take(struct trend_tier *tier, int k, struct trend_open *piece);

/*
 * The tier after it took `count` pieces of 1 s, all of the same value: what
 * trend_tier_take() would have left, in bounded time.
 */
void trend_tier_fill(struct trend_tier *tier, int k, double kib, uint64_t count);

/* Highest value of the bucket at place i of the ring (any place below n). */
double trend_tier_hi(const struct trend_tier *tier, int i);

/* Unpacks the ring. */
void trend_window_load(struct trend_window *window, const struct trend_tier *tier);

/* Index of the first floor behind a rise that outweighs all others together; 0: there is none. */
int trend_window_jump(const struct trend_window *window);

/* Fits floors [first, n). */
void trend_window_fit(const struct trend_window *window, int first, struct trend_fit *fit);

/*
 * Tests tier number k of the trend, which has just closed a bucket, and sets
 * its flags. A longer tier that closed at the same time must be tested before.
 */
void trend_tier_test(struct trend *trend, int k);

#endif
