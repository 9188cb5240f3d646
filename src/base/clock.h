/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock - the two clocks memtop reads
 *
 * Rates and histories run on the boot-time clock (CLOCK_BOOTTIME: goes on through suspend, never
 * set back); the wall clock is only shown.  A jump of boot time against CLOCK_MONOTONIC is a
 * suspend.
 */
#pragma once

#include <stdint.h>

/* Times since the boot: CLOCK_BOOTTIME, which goes on in a suspend, in ms and in
 * microseconds; and CLOCK_MONOTONIC, which stands still then. */
uint64_t clock_boot_ms(void);
uint64_t clock_boot_us(void);
uint64_t clock_mono_ms(void);
uint64_t clock_wall_ms(void); /* since 1970, UTC */
uint64_t clock_cpu_us(void);  /* CPU time this process has used (CLOCK_PROCESS_CPUTIME_ID) */

enum { CLOCK_WORDS_MAX = 32 };

/* The sooner of two times left, as poll(2) has them: in ms, and -1 is never. */
static inline int clock_sooner(int a, int b)
{
	if (a < 0)
		return b;
	return b < 0 || a < b ? a : b;
}

/* How much of a time is told. */
enum clock_words {
	CLOCK_TIME,   /* "12:03:10" */
	CLOCK_MINUTE, /* "2026-11-28 12:03" */
	CLOCK_SECOND, /* "2026-11-28 12:03:10" */
};

/* A time of the wall clock in the time zone of whoever reads it; "?" for one that no calendar has.
 * Returns OUT. */
const char *clock_words(char out[CLOCK_WORDS_MAX], enum clock_words how, uint64_t wall_ms);
