/* SPDX-License-Identifier: GPL-2.0-or-later */
/* series - the history of a few figures in bounded memory: fine for minutes, coarser for hours
 *
 * Tiers of fixed step, each a ring for every channel.  A ring begins at the channel's first
 * change and grows in steps up to its tier's capacity: a channel that never moved takes no cells
 * at all, one that moved a while ago takes few.  The finest tier keeps the newest value of its
 * step, a coarser one the lowest and the highest.  Only changes need to be put: between two
 * puts, and after the last, the value holds.  Pure: time comes from the caller (boot-time clock,
 * ms).  Steps and capacities stand in series.c; HACKING.md has the bytes.
 */
#pragma once

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_CHANNELS_MAX = 16 };

struct series; /* heap object; channels hold uint32_t (KiB: up to 4 TiB; clipped beyond) */

/* A stretch of time that is cut into equal spans, oldest first. */
struct series_cut {
	uint64_t from_ms, to_ms;
	struct series_span *spans; /* the caller's: where they go */
	size_t count;
};

/* A history of CHANNELS figures; it takes memory as they move. */
struct series *series_new(size_t channels);
void series_free(struct series *series); /* NULL is fine */

/* The figures at T_MS.  Time never goes back (an older T_MS is ignored).  What lies between the
 * last put and this one held the last value, or was not known when GAP. */
void series_put(struct series *series, uint64_t t_ms, const uint64_t *values, bool gap);

/* The figures at T_MS of a past that nobody reads before it has gone on to GOAL_MS (0: who knows):
 * what the finer tiers will not hold by then is not put into them. */
void series_pass(struct series *series, uint64_t t_ms, const uint64_t *values, uint64_t goal_ms);

/* The same values all the time from FROM_MS to TO_MS: what a process that never moved looks like.
 * Only for a series that has nothing yet. */
void series_put_still(struct series *series, uint64_t from_ms, uint64_t to_ms,
	const uint64_t *values);

/* Adds DELTA to everything known of a channel: the figure was that much higher all the time,
 * only not known. */
void series_shift(struct series *series, size_t channel, int64_t delta);

/* Gives memory back that holds nothing any reader could see at NOW_MS. */
void series_trim(struct series *series, uint64_t now_ms);

/* Fills in a cut from the finest tier that reaches back far enough.  CHANNELS is a set (1u <<
 * channel): the figures are the sum of its members, in coarser tiers within the limits of their
 * lowest and highest.  The last value holds up to the end of the cut, which must not lie beyond
 * what the caller knows. */
void series_read(const struct series *series, unsigned channels, const struct series_cut *cut);

/* The sum of CHANNELS at the step nearest to T_MS, and when that was (its time to the step's
 * width); *WHEN_MS may be NULL.  False before the series began and inside a gap. */
bool series_at(const struct series *series, unsigned channels, uint64_t t_ms, uint64_t *value,
	uint64_t *when_ms);

/* Whether all of FROM_MS..TO_MS lies in a gap. */
bool series_gap(const struct series *series, uint64_t from_ms, uint64_t to_ms);

/* The value last put into a channel; 0 before the first put. */
uint32_t series_last(const struct series *series, size_t channel);

uint64_t series_first_ms(const struct series *series); /* its beginning; 0 before the first put */
size_t series_bytes(const struct series *series);      /* memory it takes */
