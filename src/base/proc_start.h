/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_start - when a process began, which tells it from a later one of the same pid */
#pragma once

#include <stdint.h>

/* Field 22 of proc_pid_stat(5), in clock ticks since boot, of the process whose folder below /proc
 * is open as DIR; 0: it has ended, or cannot be read. */
uint64_t proc_start_ticks(int dir);
