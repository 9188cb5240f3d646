/* SPDX-License-Identifier: GPL-2.0-or-later */
/* series - rings of a few figures, in tiers of coarser and coarser steps
 *
 * Time is counted in slots of the finest step, centred on the phase of the first sample, so that
 * a tick that comes a little early or late stays in its slot.  Only changes are written: a ring
 * knows up to which slot it was filled, and what lies behind that is the channel's last value.
 * What lies before its first change is one value too, so that rings begin small however late
 * that change comes.
 */
#include "model/series.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	TIERS = 4,
	CELLS_FIRST = 16,     /* capacity a ring begins with */
	STEP_MS = 1000,       /* of a slot: the finest tier */
	SLOT_MAX = INT32_MAX, /* 68 years: no honest clock gets there */
};

static const struct tier_shape {
	uint32_t slots; /* slots to a step */
	uint32_t cells; /* most steps held */
} SERIES_TIERS[TIERS] = {
	{ 1, 364 },   /* 1 s: 6 minutes */
	{ 10, 366 },  /* 10 s: 1 hour */
	{ 60, 366 },  /* 1 min: 6 hours */
	{ 300, 300 }, /* 5 min: 25 hours */
};

/* One channel in one tier. */
struct ring {
	/* one a step in the finest tier, else lowest and highest; S at S mod cap */
	uint32_t *cells;
	uint32_t cap;    /* steps there is room for; 0: nothing changed yet */
	uint32_t from;   /* first step held */
	uint32_t upto;   /* newest step held */
	uint32_t before; /* the value all the time before FROM */
};

struct channel {
	uint32_t last;
	struct ring *rings; /* TIERS of them; NULL: it was always LAST */
};

struct gap {
	uint32_t from, to; /* slots, both inside */
};

struct series {
	uint64_t origin_ms; /* middle of slot 0 */
	uint64_t last_ms;   /* of the last put */
	bool started;
	uint32_t nchannels;
	uint32_t ngaps;
	uint32_t slot;    /* of the last put */
	struct gap *gaps; /* oldest first */
	struct channel channels[];
};

struct series *series_new(size_t channels)
{
	size_t n = channels < SERIES_CHANNELS_MAX ? channels : SERIES_CHANNELS_MAX;
	struct series *series = xalloc_zero(1, sizeof(*series) + n * sizeof(struct channel));

	series->nchannels = (uint32_t)n;
	return series;
}

static void channel_done(struct channel *channel)
{
	for (int k = 0; channel->rings != NULL && k < TIERS; k++)
		free(channel->rings[k].cells);
	free(channel->rings);
	channel->rings = NULL;
}

void series_free(struct series *series)
{
	if (series == NULL)
		return;
	for (uint32_t i = 0; i < series->nchannels; i++)
		channel_done(&series->channels[i]);
	free(series->gaps);
	free(series);
}

static uint32_t clip(uint64_t value)
{
	return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

/* The slot T_MS belongs to; negative before the first. */
static int64_t slot_of(const struct series *series, uint64_t t_ms)
{
	int64_t d = (int64_t)(t_ms - series->origin_ms) + STEP_MS / 2;

	return d >= 0 ? d / STEP_MS : -((STEP_MS - 1 - d) / STEP_MS);
}

/* The finest tier that holds SLOT when NOW is the newest one read. */
static int tier_for(int64_t slot, int64_t now)
{
	int k = 0;

	while (k < TIERS - 1 &&
		now / SERIES_TIERS[k].slots - (slot > 0 ? slot : 0) / SERIES_TIERS[k].slots >=
			SERIES_TIERS[k].cells)
		k++;
	return k;
}

static unsigned cell_width(int tier)
{
	return tier == 0 ? 1 : 2;
}

static uint32_t *ring_cell(const struct ring *ring, int tier, uint32_t step)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): ring_grow gives at least CELLS_FIRST */
	return ring->cells + (size_t)(step % ring->cap) * cell_width(tier);
}

static void ring_set(struct ring *ring, int tier, uint32_t step, uint32_t lo, uint32_t hi)
{
	uint32_t *cell = ring_cell(ring, tier, step);

	cell[0] = lo;
	if (tier > 0)
		cell[1] = hi;
}

/* Room for COUNT steps, at most what the tier holds. */
static void ring_grow(struct ring *ring, int tier, uint32_t count)
{
	struct ring bigger = *ring;
	uint32_t most = SERIES_TIERS[tier].cells;
	uint32_t cap = ring->cap ? ring->cap : CELLS_FIRST;

	while (cap < count)
		cap *= 2;
	bigger.cap = cap < most ? cap : most;
	if (bigger.cap == ring->cap)
		return;
	bigger.cells = xalloc_zero(bigger.cap, cell_width(tier) * sizeof(uint32_t));
	for (uint32_t step = ring->from; ring->cap && step <= ring->upto; step++) {
		const uint32_t *cell = ring_cell(ring, tier, step);
		ring_set(&bigger, tier, step, cell[0], cell[tier > 0]);
	}
	free(ring->cells);
	*ring = bigger;
}

/* Begins at STEP, before which the value was always OLD. */
static void ring_begin(struct ring *ring, int tier, uint32_t step, uint32_t old)
{
	ring_grow(ring, tier, 1);
	ring->from = ring->upto = step;
	ring->before = old;
	ring_set(ring, tier, step, old, old);
}

/* Fills up to and with STEP what held OLD. */
static void ring_fill(struct ring *ring, int tier, uint32_t step, uint32_t old)
{
	uint32_t most = SERIES_TIERS[tier].cells;

	if (step == ring->upto)
		return;
	if (step - ring->upto >= most) {
		ring_begin(ring, tier, step, old);
		return;
	}
	if (step - ring->from >= most)
		ring->from = step - most + 1;
	ring_grow(ring, tier, step - ring->from + 1);
	for (uint32_t s = ring->upto + 1; s <= step; s++)
		ring_set(ring, tier, s, old, old);
	ring->upto = step;
}

/* The finest tier holds values; the others lowest and highest of a step, since a mean would hide
 * the peak that ends in a kill. */
static void ring_put(struct ring *ring, int tier, uint32_t step, uint32_t old, uint32_t value)
{
	if (ring->cap == 0)
		ring_begin(ring, tier, step, old);
	else
		ring_fill(ring, tier, step, old);
	uint32_t *cell = ring_cell(ring, tier, step);
	if (tier == 0) {
		cell[0] = value;
		return;
	}
	cell[0] = value < cell[0] ? value : cell[0];
	cell[1] = value > cell[1] ? value : cell[1];
}

/* All tiers take each value: none is made from another, so that no tier needs the finer one to be
 * still there. */
static void channel_put(struct channel *channel, int finest, uint32_t slot, uint32_t value)
{
	if (channel->rings == NULL)
		channel->rings = xalloc_zero(TIERS, sizeof(*channel->rings));
	for (int k = finest; k < TIERS; k++)
		ring_put(&channel->rings[k], k, slot / SERIES_TIERS[k].slots, channel->last, value);
	channel->last = value;
}

/* First slot any tier still holds when NOW is the newest. */
static uint32_t oldest_slot(uint32_t now)
{
	uint32_t reach = SERIES_TIERS[TIERS - 1].slots * SERIES_TIERS[TIERS - 1].cells;

	return now > reach ? now - reach : 0;
}

/* Gaps that lie before all that any ring still holds are dropped here: else a laptop that sleeps
 * every night would collect them for ever. */
static void gap_add(struct series *series, uint32_t from, uint32_t to)
{
	uint32_t drop = 0;

	while (drop < series->ngaps && series->gaps[drop].to < oldest_slot(to))
		drop++;
	series->ngaps -= drop;
	if (drop && series->ngaps)
		memmove(series->gaps, series->gaps + drop, series->ngaps * sizeof(*series->gaps));
	series->gaps = xalloc_grow(series->gaps, series->ngaps + 1, sizeof(*series->gaps));
	series->gaps[series->ngaps++] = (struct gap){ from, to };
}

void series_put_still(struct series *series, uint64_t from_ms, uint64_t to_ms,
	const uint64_t *values)
{
	if (series->started)
		return;
	uint64_t most = (uint64_t)SLOT_MAX * STEP_MS;
	uint64_t span = to_ms > from_ms ? to_ms - from_ms : 0;
	span = span < most ? span : most;
	series->started = true;
	/* to the nearest, so that FROM_MS is in slot 0 whatever the distance */
	series->slot = (uint32_t)((span + STEP_MS / 2) / STEP_MS);
	series->origin_ms = from_ms + span - (uint64_t)series->slot * STEP_MS;
	series->last_ms = from_ms + span;
	for (uint32_t i = 0; i < series->nchannels; i++)
		series->channels[i].last = clip(values[i]);
}

/* The values at T_MS into FINEST and the tiers above it. */
static void put_values(struct series *series, uint64_t t_ms, const uint64_t *values, int finest,
	bool gap)
{
	if (!series->started) {
		series_put_still(series, t_ms, t_ms, values);
		return;
	}
	int64_t at = slot_of(series, t_ms);
	if (t_ms < series->last_ms || at > SLOT_MAX)
		return;
	uint32_t slot = (uint32_t)at;
	if (gap && slot > series->slot + 1)
		gap_add(series, series->slot + 1, slot - 1);
	for (uint32_t i = 0; i < series->nchannels; i++) {
		uint32_t value = clip(values[i]);
		if (value != series->channels[i].last)
			channel_put(&series->channels[i], finest, slot, value);
	}
	series->slot = slot;
	series->last_ms = t_ms;
}

void series_put(struct series *series, uint64_t t_ms, const uint64_t *values, bool gap)
{
	put_values(series, t_ms, values, 0, gap);
}

/* Cells left out of a tier are filled with the last value before the first that is not, which is
 * what it was from there on. */
void series_pass(struct series *series, uint64_t t_ms, const uint64_t *values, uint64_t goal_ms)
{
	int finest = series->started && goal_ms > t_ms
			     ? tier_for(slot_of(series, t_ms), slot_of(series, goal_ms))
			     : 0;

	put_values(series, t_ms, values, finest, false);
}

static uint32_t shifted(uint32_t value, int64_t delta)
{
	int64_t sum = (int64_t)value + delta;

	return sum < 0 ? 0 : clip((uint64_t)sum);
}

void series_shift(struct series *series, size_t channel, int64_t delta)
{
	struct channel *c = &series->channels[channel];

	c->last = shifted(c->last, delta);
	for (int k = 0; c->rings != NULL && k < TIERS; k++) {
		struct ring *ring = &c->rings[k];
		ring->before = shifted(ring->before, delta);
		for (size_t i = 0; i < (size_t)ring->cap * cell_width(k); i++)
			ring->cells[i] = shifted(ring->cells[i], delta);
	}
}

void series_trim(struct series *series, uint64_t now_ms)
{
	int64_t now = slot_of(series, now_ms);

	for (uint32_t i = 0; i < series->nchannels; i++) {
		struct channel *channel = &series->channels[i];
		int held = 0;
		for (int k = 0; channel->rings != NULL && k < TIERS; k++) {
			struct ring *ring = &channel->rings[k];
			int64_t step = now / SERIES_TIERS[k].slots;
			if (ring->cap && step - ring->upto < (int64_t)SERIES_TIERS[k].cells) {
				held++;
				continue;
			}
			free(ring->cells);
			*ring = (struct ring){ 0 };
		}
		if (held == 0)
			channel_done(channel);
	}
}

struct range {
	uint64_t lo, hi;
};

/* Rings begin when a channel first moves, so before and behind them one value stands for all the
 * time. */
static struct range channel_at(const struct channel *channel, int tier, uint32_t step)
{
	const struct ring *ring = channel->rings != NULL ? &channel->rings[tier] : NULL;

	if (ring == NULL || ring->cap == 0 || step > ring->upto)
		return (struct range){ channel->last, channel->last };
	if (step < ring->from)
		return (struct range){ ring->before, ring->before };
	const uint32_t *cell = ring_cell(ring, tier, step);
	return (struct range){ cell[0], cell[tier > 0] };
}

/* Channels that are asked for together are added up step by step: the highest of a sum is not more
 * than the sum of the highest ones. */
static struct range sum_at(const struct series *series, unsigned channels, int tier, uint32_t step)
{
	struct range sum = { 0, 0 };

	for (uint32_t i = 0; i < series->nchannels; i++) {
		if (!(channels & (1u << i)))
			continue;
		struct range one = channel_at(&series->channels[i], tier, step);
		sum.lo += one.lo;
		sum.hi += one.hi;
	}
	return sum;
}

/* Whether slots FROM to TO lie in one gap. */
static bool gap_covers(const struct series *series, int64_t from, int64_t to)
{
	for (uint32_t i = series->ngaps; i-- > 0;)
		if (from >= series->gaps[i].from && to <= series->gaps[i].to)
			return true;
	return false;
}

/* Steps inside a gap count for nothing; a span of gaps alone is not known. */
static struct series_span read_span(const struct series *series, unsigned channels, int tier,
	int64_t from, int64_t to)
{
	struct series_span span = { 0 };
	int64_t width = SERIES_TIERS[tier].slots;
	struct range all = { UINT64_MAX, 0 };

	for (int64_t step = from; step <= to; step++) {
		if (series->ngaps && gap_covers(series, step * width, (step + 1) * width - 1))
			continue;
		struct range one = sum_at(series, channels, tier, (uint32_t)step);
		all.lo = one.lo < all.lo ? one.lo : all.lo;
		all.hi = one.hi > all.hi ? one.hi : all.hi;
		span.last = clip(one.lo + (one.hi - one.lo) / 2);
		span.known = true;
	}
	if (!span.known)
		return span;
	span.lo = clip(all.lo);
	span.hi = clip(all.hi);
	return span;
}

/* Where span number I of a cut begins. */
static uint64_t span_edge(const struct series_cut *cut, size_t i)
{
	double length_ms = (double)(cut->to_ms - cut->from_ms);

	return cut->from_ms + (uint64_t)(length_ms * (double)i / (double)cut->count);
}

void series_read(const struct series *series, unsigned channels, const struct series_cut *cut)
{
	for (size_t i = 0; i < cut->count; i++)
		cut->spans[i] = (struct series_span){ 0 };
	if (!series->started || cut->to_ms < cut->from_ms)
		return;
	int64_t now = slot_of(series, cut->to_ms);
	int tier = tier_for(slot_of(series, cut->from_ms), now);
	int64_t width = SERIES_TIERS[tier].slots;
	int64_t oldest = now / width - (int64_t)SERIES_TIERS[tier].cells + 1;

	for (size_t i = 0; i < cut->count; i++) {
		int64_t a = slot_of(series, span_edge(cut, i));
		int64_t b = slot_of(series, span_edge(cut, i + 1));
		if (b < 0)
			continue;
		int64_t from = a < 0 ? 0 : a / width + 1;
		int64_t to = b / width;
		from = from < oldest ? oldest : from;
		from = from > to ? to : from;
		if (to >= oldest)
			cut->spans[i] = read_span(series, channels, tier, from, to);
	}
}

bool series_at(const struct series *series, unsigned channels, uint64_t t_ms, uint64_t *value,
	uint64_t *when_ms)
{
	int64_t slot = series->started ? slot_of(series, t_ms) : -1;
	int64_t now = slot > (int64_t)series->slot ? slot : (int64_t)series->slot;

	if (slot < 0 || slot < oldest_slot((uint32_t)now) || gap_covers(series, slot, slot))
		return false;
	int tier = tier_for(slot, now);
	int64_t width = SERIES_TIERS[tier].slots;
	struct range sum = sum_at(series, channels, tier, (uint32_t)(slot / width));
	*value = sum.lo + (sum.hi - sum.lo) / 2;
	if (when_ms != NULL)
		*when_ms = series->origin_ms +
			   (uint64_t)(slot / width * width * STEP_MS + (width - 1) * STEP_MS / 2);
	return true;
}

bool series_gap(const struct series *series, uint64_t from_ms, uint64_t to_ms)
{
	return series->started && series->ngaps &&
	       gap_covers(series, slot_of(series, from_ms), slot_of(series, to_ms));
}

uint32_t series_last(const struct series *series, size_t channel)
{
	return series->channels[channel].last;
}

uint64_t series_first_ms(const struct series *series)
{
	return series->started ? series->origin_ms : 0;
}

size_t series_bytes(const struct series *series)
{
	size_t bytes = sizeof(*series) + series->ngaps * sizeof(*series->gaps) +
		       series->nchannels * sizeof(struct channel);

	for (uint32_t i = 0; i < series->nchannels; i++) {
		const struct ring *rings = series->channels[i].rings;
		bytes += rings != NULL ? TIERS * sizeof(*rings) : 0;
		for (int k = 0; rings != NULL && k < TIERS; k++)
			bytes += (size_t)rings[k].cap * cell_width(k) * sizeof(uint32_t);
	}
	return bytes;
}
