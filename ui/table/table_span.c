/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_span - see table_span.h */
#include "ui/table/table_span.h"

#include <stdio.h>

enum { LEAST_MS = 10 * 1000 };

uint64_t table_span_length_ms(uint32_t span_s, uint64_t seen_ms)
{
	uint64_t length_ms = (uint64_t)span_s * 1000;

	while (length_ms / 2 >= seen_ms && length_ms / 2 >= LEAST_MS)
		length_ms /= 2;
	return length_ms;
}

static uint64_t length_of(const struct shown *shown)
{
	uint64_t now_ms = store_now_ms(shown->store), first_ms = store_first_ms(shown->store);

	return table_span_length_ms(shown->style->span_s,
		now_ms > first_ms ? now_ms - first_ms : 0);
}

struct series_cut table_span(const struct shown *shown, struct series_span *spans, int columns)
{
	unsigned n = columns > 0 ? (unsigned)columns : 1;
	uint64_t step_ms = length_of(shown) / n, now_ms = store_now_ms(shown->store);

	if (step_ms == 0)
		step_ms = 1;
	uint64_t to_ms = (now_ms / step_ms + 1) * step_ms;
	uint64_t from_ms = to_ms > step_ms * n ? to_ms - step_ms * n : 0;
	return (struct series_cut){ from_ms, to_ms, spans, n };
}

const char *table_span_words(const struct shown *shown, char out[16])
{
	double seconds = (double)length_of(shown) / 1000;

	if (seconds < 120 && seconds != 60)
		snprintf(out, 16, "%.0f s", seconds);
	else
		snprintf(out, 16, "%.3g min", seconds / 60);
	return out;
}
