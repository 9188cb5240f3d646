/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline_end - words for how fast something grows, and for when that ends at which limit */
#pragma once

#include "base/units.h"
#include "model/headline.h"

enum { HEADLINE_RATE_MAX = 2 * UNITS_SIZE, HEADLINE_END_MAX = 160 };

/* "86 MiB a minute", with two digits, so that it does not change with each look; what is slow, by
 * the hour.  OUT is returned, here and below. */
const char *headline_rate(char out[HEADLINE_RATE_MAX], double kib_min);

/* "61 %", and "less than 1 %" where rounding would say nothing; and a count: "1,200". */
const char *headline_percent(char out[UNITS_SIZE], double percent);
const char *headline_thousands(char out[UNITS_SIZE], double count);

/* "in about 9 minutes memory is full", "in about 2 minutes it meets its group's limit of 4 GiB". */
const char *headline_end(char out[HEADLINE_END_MAX], const struct limit *limit, double seconds);

/* "The tmpfs /data of shop grows 60 MiB a minute; in about 70 seconds it meets its group's limit of
 * 400 MiB.": of growth in the container facts->ownerless_in. */
enum { HEADLINE_FILLED_MAX = FRAME_PATH_MAX + 512 };
const char *headline_filled(char out[HEADLINE_FILLED_MAX], const struct headline_facts *facts);

/* The sentence on WHO and such an end for a line that is too short for it (headline.brief): "Limit
 * of 1.2 GiB in about 7 minutes: shop.py (4711)."  WHO is NULL where it is nobody's. */
const char *headline_brief(char out[HEADLINE_BRIEF_MAX], const struct limit *limit, double seconds,
	const char *who, int32_t pid);
