/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trend_tier - buckets of one time scale: how samples become floors and tops
 *
 * Only stores; what the buckets say is asked elsewhere.
 */
#include "model/trend_tier.h"

#include "base/real.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double STEP_UNITS = 16; /* a second */
static const double PAUSE_UNITS = 4;

/* A float of 11 (or 4) bits of mantissa, cut off; whole below 4096 (32). */
static unsigned pack(double value, int bits, unsigned most)
{
	uint64_t whole = value > 0 ? (uint64_t)real_min(value, 0x1p50) : 0;
	unsigned shift = 0;

	while (whole >> bits > 1) {
		whole >>= 1;
		shift++;
	}
	unsigned code = (shift << bits) + (unsigned)whole;
	return code < most ? code : most;
}

static double unpack(unsigned code, int bits)
{
	unsigned shift = code >> bits;

	if (shift <= 1)
		return code;
	return (double)((uint64_t)(code - ((shift - 1) << bits)) << (shift - 1));
}

static struct trend_open open_none(void)
{
	return (struct trend_open){ .lo_kib = FLT_MAX };
}

void trend_tier_init(struct trend_tier *tier)
{
	memset(tier, 0, sizeof(*tier));
	tier->open = open_none();
}

double trend_tier_above(float lo_kib, uint16_t rise)
{
	return lo_kib + unpack(rise, 11);
}

double trend_tier_hi(const struct trend_tier *tier, int i)
{
	return trend_tier_above(tier->bucket[i].lo_kib, tier->bucket[i].rise);
}

/* The step to a bucket, in units; what rounding leaves over goes to the next one, so that it does
 * not add up. */
static uint16_t tier_step(struct trend_tier *tier, const struct trend_open *bucket)
{
	double step_s = (double)tier->tail_s + (double)bucket->lead_s;
	double units = rint(step_s * STEP_UNITS);
	double over_s = step_s - units / STEP_UNITS;

	if (units > UINT16_MAX) { /* a gap, cut to what the ring can tell */
		units = UINT16_MAX;
		over_s = 0;
	}
	tier->tail_s = (float)((double)(bucket->span_s - bucket->lead_s) + over_s);
	return (uint16_t)units;
}

static void tier_push(struct trend_tier *tier, const struct trend_open *bucket)
{
	int i = tier->head;

	if (tier->n == TREND_BUCKETS) {
		float gone = (float)trend_tier_hi(tier, i);
		if (gone > tier->ceil_kib)
			tier->ceil_kib = gone;
	} else {
		tier->n++;
	}
	tier->bucket[i].lo_kib = bucket->lo_kib;
	tier->bucket[i].rise = (uint16_t)pack(bucket->hi_kib - bucket->lo_kib, 11, UINT16_MAX);
	tier->bucket[i].step = tier_step(tier, bucket);
	tier->pause[i] = 0;
	if (bucket->pause_s > 0)
		tier->pause[i] = (uint8_t)pack(ceil(bucket->pause_s * PAUSE_UNITS), 4, UINT8_MAX);
	tier->head = (uint8_t)(i + 1 == TREND_BUCKETS ? 0 : i + 1);
}

/* Time after which a bucket of tier k closes: a little early, for refreshes that jitter. */
static float tier_full_s(int k)
{
	return 14.f / 16 * (float)(1 << 2 * k);
}

bool trend_tier_take(struct trend_tier *tier, int k, struct trend_open *piece)
{
	struct trend_open *open = &tier->open;

	if (open->lo_kib >= FLT_MAX) /* empty */
		open->lead_s = piece->lead_s;
	open->lo_kib = piece->lo_kib < open->lo_kib ? piece->lo_kib : open->lo_kib;
	open->hi_kib = piece->hi_kib > open->hi_kib ? piece->hi_kib : open->hi_kib;
	open->pause_s = piece->pause_s > open->pause_s ? piece->pause_s : open->pause_s;
	open->span_s += piece->span_s;
	if (open->span_s < tier_full_s(k))
		return false;
	*piece = *open;
	*open = open_none();
	tier_push(tier, piece);
	return true;
}

void trend_tier_fill(struct trend_tier *tier, int k, double kib, uint64_t count)
{
	uint64_t width = (uint64_t)1 << 2 * k;
	uint64_t closed = count / width;
	uint64_t kept = closed < TREND_BUCKETS + 1 ? closed : TREND_BUCKETS + 1;
	struct trend_open bucket = { (float)kib, (float)kib, (float)width, 1, 0 };

	tier->head = (uint8_t)((closed - kept) % TREND_BUCKETS);
	/* the very first sample opened the first bucket, of which it is the first */
	tier->tail_s = closed > kept ? (float)(width - 1) : 0;
	for (uint64_t i = 0; i < kept; i++) {
		bucket.lead_s = closed > kept || i > 0;
		tier_push(tier, &bucket);
	}
	/* the open bucket has what the tier below has closed */
	uint64_t piece = k == 0 ? 1 : width / 4;
	uint64_t pieces = count % width / piece;
	bucket.span_s = (float)(pieces * piece);
	bucket.lead_s = closed > 0;
	tier->open = bucket.span_s > 0 ? bucket : open_none();
}

double trend_tier_pause_s(const struct trend_tier *tier, int i)
{
	return unpack(tier->pause[i], 4) / PAUSE_UNITS;
}

double trend_tier_step_s(const struct trend_tier *tier, int i)
{
	return tier->bucket[i].step / STEP_UNITS;
}
