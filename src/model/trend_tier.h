/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_tier - one tier of a trend: its ring of buckets
 *
 * Private to trend*.c. A bucket of tier k covers about 4^k seconds; a closed
 * bucket goes into the ring and, merged with its neighbours, into the tier above.
 */
#pragma once

#include "model/trend.h"

/* Empties a tier. */
void trend_tier_init(struct trend_tier *tier);

/*
 * Merges a piece into the open bucket of tier number k. When that fills the
 * bucket it goes into the ring; then true, and *piece becomes the closed bucket.
 */
bool trend_tier_take(struct trend_tier *tier, int k, struct trend_open *piece);

/*
 * The tier after a trend took `count` samples of the same value, one a second:
 * what trend_tier_take() would have left, in bounded time.
 */
void trend_tier_fill(struct trend_tier *tier, int k, double kib, uint64_t count);

/* Places in the ring; the tier must have closed a bucket. */
static inline int trend_tier_oldest(const struct trend_tier *tier)
{
	return tier->n < TREND_BUCKETS ? 0 : tier->head;
}

static inline int trend_tier_newest(const struct trend_tier *tier)
{
	return (tier->head ? tier->head : TREND_BUCKETS) - 1;
}

/*
 * Of the bucket at place i: its highest value, the time from the first sample of the bucket before
 * to its own, and its longest wait for a new high.  Growth has its floor at the first sample: taken
 * from there to there, buckets of uneven lengths and looks that come late do not bend it.
 */
double trend_tier_hi(const struct trend_tier *tier, int i);
double trend_tier_step_s(const struct trend_tier *tier, int i);
double trend_tier_pause_s(const struct trend_tier *tier, int i);

/* The KiB of a packed rise above a floor: never less for a higher floor or a larger rise. */
double trend_tier_above(float lo_kib, uint16_t rise);
