/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_day - what a flight recorder keeps of a day of a made machine
 *
 * One in twenty processes moves at nearly each look, the others once in an hour and a half; details of them all come round; pid
 * MADE_LEAK grows 4 MiB a minute in the last hour.  Command lines, groups and sizes differ as on a
 * real machine: they are what a recording of it takes its room for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MADE_FIRST_PID = 1000, MADE_LEAK = MADE_FIRST_PID + 7 };

struct made_day {
	uint32_t processes;
	uint32_t hours;
	uint32_t interval_ms;
	uint64_t end_boot_ms, end_wall_ms; /* of its last look */
	const char *boot_id;
	unsigned first_segment; /* its number */
};

/* Writes it as segments into FOLDER, which is there.  Bytes in all, and in *WRITE_US the CPU time of
 * packing and writing; 0: failed. */
uint64_t made_day_write(const struct made_day *day, const char *folder, uint64_t *write_us);
