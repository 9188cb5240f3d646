/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock - the only file that asks what time it is, and that knows the time zone
 *
 * moment.c reads times that people write; it does the other way round what clock_words does.
 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

/* A clock that this kernel has not is 0, at which nothing is ever due. */
static uint64_t read_us(clockid_t id)
{
	struct timespec now;

	if (clock_gettime(id, &now))
		return 0;
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t clock_boot_ms(void)
{
	return read_us(CLOCK_BOOTTIME) / 1000;
}

uint64_t clock_boot_us(void)
{
	return read_us(CLOCK_BOOTTIME);
}

uint64_t clock_mono_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

uint64_t clock_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

uint64_t clock_cpu_us(void)
{
	return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

const char *clock_words(char out[CLOCK_WORDS_MAX], enum clock_words how, uint64_t wall_ms)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm local;

	snprintf(out, CLOCK_WORDS_MAX, "?");
	if (localtime_r(&seconds, &local) == NULL)
		return out;
	if (how == CLOCK_TIME)
		strftime(out, CLOCK_WORDS_MAX, "%H:%M:%S", &local);
	else if (how == CLOCK_MINUTE)
		strftime(out, CLOCK_WORDS_MAX, "%Y-%m-%d %H:%M", &local);
	else
		strftime(out, CLOCK_WORDS_MAX, "%Y-%m-%d %H:%M:%S", &local);
	return out;
}
