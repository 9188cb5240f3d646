/* SPDX-License-Identifier: GPL-2.0-or-later */
/* span - a piece of a figure's history: what histories are read as, and charts are drawn from */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The lowest, the highest and the last value within the piece. */
struct series_span {
	bool known; /* false: a gap, or before the history began */
	uint32_t lo, hi, last;
};
