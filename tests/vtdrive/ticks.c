/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ticks - time limits, stretched by VTDRIVE_PATIENCE */
#include "ticks.h"

#include <stdlib.h>
#include <time.h>

int64_t ticks_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t ticks_limit(int64_t ms)
{
	const char *text = getenv("VTDRIVE_PATIENCE");
	const double factor = text ? strtod(text, NULL) : 1;

	return ticks_us() + (int64_t)((double)ms * 1000 * (factor > 0 ? factor : 1));
}

int ticks_left_ms(int64_t limit, int most)
{
	const int64_t left = (limit - ticks_us() + 999) / 1000;

	if (left < 0)
		return 0;
	return left < most ? (int)left : most;
}

void ticks_breathe(void)
{
	const struct timespec breath = { .tv_nsec = 2000000 };

	nanosleep(&breath, NULL);
}
