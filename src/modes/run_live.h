/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_live - the line on the terminal while a program runs (`memtop --live -- PROGRAM`)
 *
 * It goes to standard error, four times a second at most, and never while the terminal is another
 * job's.
 */
#pragma once

#include "options/options.h"
#include "run/profile.h"

struct run_live {
	bool on;             /* it was asked for, and there is a terminal that takes it */
	uint64_t written_ms; /* boot-time clock */
};

/* Prints what PROFILE says by now. */
void run_live_show(struct run_live *live, const struct options *options,
	const struct profile *profile);

/* Takes the line away: the report follows. */
void run_live_end(struct run_live *live);
