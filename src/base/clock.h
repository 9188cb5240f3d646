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
