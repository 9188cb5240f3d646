/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hosts_run - many machines on standard output, a row each (memtop -b --host A,B) */
#pragma once

struct fleet;
struct options;

enum { HOSTS_RUN_MOST_MS = 25000 };

/* Prints what runs on all machines, where an order (-s), a filter (-F) or containers (-g) are asked
 * for.
 *
 * Prints -n tables (default one, JSON: objects), -d apart, the first when each machine has answered
 * or is known not to; after HOSTS_RUN_MOST_MS in any case.  Returns an exit status: 1 when no
 * machine answered, or nothing could be written. */
int hosts_run(struct fleet *fleet, const struct options *options);
