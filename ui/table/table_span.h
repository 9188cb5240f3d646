/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_span - the time the sparklines show */
#pragma once

#include "ui/screen.h"

/* How much of it, in ms, when SEEN_MS have been seen: the span chosen (seconds), halved as long as
 * that still holds all of them and 10 s, so that curves speak before their span is full and most
 * columns keep their meaning as time goes on. */
uint64_t table_span_length_ms(uint32_t span_s, uint64_t seen_ms);

/* Cuts that time into COLUMNS equal spans, up to now: SPANS, which are the caller's.  They begin at
 * whole multiples of their length, so that a column keeps its meaning until time has moved on by
 * one. */
struct series_cut table_span(const struct shown *shown, struct series_span *spans, int columns);

/* "5 min", "38 s": how long that is. */
const char *table_span_words(const struct shown *shown, char out[16]);
