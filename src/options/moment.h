/* SPDX-License-Identifier: GPL-2.0-or-later */
/* moment - a time of the past as people say it: "03:10", "-2h", "yesterday 23:00"
 *
 * In the time zone of whoever asks.  Pure but for that.
 */
#pragma once

#include <stdint.h>

#define MOMENT_FORMS                                                                               \
	"a time such as 03:10, yesterday 23:00 or 2026-11-28 03:10, or how long ago: -2h"

/* Reads TEXT as it is meant at NOW_MS (ms since 1970, as *WALL_MS): a time without a day is the
 * last one that is not later than that, a time with a minus sign so long before it.  0, or -EINVAL
 * and nothing is set. */
int moment_parse(const char *text, uint64_t now_ms, uint64_t *wall_ms);
