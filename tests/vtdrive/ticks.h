/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ticks - time limits of the harness */
#pragma once

#include <stdint.h>

/* Microseconds of the monotonic clock. */
int64_t ticks_us(void);

/* A moment `ms` from now, in ticks_us. Limits are multiplied by VTDRIVE_PATIENCE (1 unless set),
 * for slow machines, sanitizers and valgrind. */
int64_t ticks_limit(int64_t ms);

/* Milliseconds left until a limit, rounded up, at least 0, at most `most`. */
int ticks_left_ms(int64_t limit, int most);

/* The harness's breath between two looks at something that cannot be waited for. */
void ticks_breathe(void);
