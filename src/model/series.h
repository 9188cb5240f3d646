/* series - the history of a few figures in bounded memory: fine for minutes, coarser for hours
 *
 * Tiers of fixed step; each is a ring that grows in steps up to its capacity, so that a young series
 * is small.  A sample is stored in the finest tier; every coarser one keeps the lowest and highest of
 * its step.  Slots in which nothing was known are gaps and stay gaps.  Pure: time comes from the caller
 * (boot-time clock, ms).  SERIES_TIERS in series.c holds steps and capacities; HACKING.md the bytes.
 */
#ifndef MEMTOP_MODEL_SERIES_H
#define MEMTOP_MODEL_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_CHANNELS_MAX = 8 };

struct series; /* heap object; channels hold uint32_t (KiB: up to 4 TiB; clipped beyond) */

struct series *series_new(size_t channels);
void series_free(struct series *series); /* NULL is fine */

/* The figures at T_MS.  Time never goes back (an older T_MS is ignored).  Slots skipped since the last
 * put hold the last value, or are gaps when GAP. */
void series_put(struct series *series, uint64_t t_ms, const uint64_t *values, bool gap);

/* The same value all the time from FROM_MS to TO_MS: what a process that never moved looks like. */
void series_put_still(struct series *series, uint64_t from_ms, uint64_t to_ms,
		const uint64_t *values);

/* What one column of a chart shows. */
struct series_span {
	bool known; /* false: a gap, or before the series began */
	uint32_t lo, hi, last;
};

/* Cuts FROM_MS..TO_MS into N equal spans, oldest first, from the finest tier that reaches back far
 * enough. */
void series_read(const struct series *series, size_t channel, uint64_t from_ms, uint64_t to_ms,
		struct series_span *out, size_t n);

/* The value at or just before T_MS; false when unknown. */
bool series_at(const struct series *series, size_t channel, uint64_t t_ms, uint32_t *value);

uint64_t series_first_ms(const struct series *series); /* oldest sample still held */
size_t series_bytes(const struct series *series);      /* memory it takes */

#endif
