/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system - the figures of the whole machine, once a tick
 *
 * meminfo and vmstat through libproc2; pressure, refaults, zswap and zram by our own parsers.  What
 * is not there (no PSI in the kernel, no zram device) is asked for again once in a while, not every
 * tick.
 */
#ifndef MEMTOP_SAMPLE_SYSTEM_H
#define MEMTOP_SAMPLE_SYSTEM_H

#include "sample/libproc.h"

#include <stdbool.h>
#include <stdint.h>

struct system_figures;

enum { SYSTEM_ZRAM_MAX = 16 };

struct system_state {
	struct libproc *lib; /* not owned */
	int proc;            /* not owned */
	unsigned page_kib;
	int pressure_fd; /* kept, -1 */
	int vmstat_fd;
	int meminfo_fd;
	uint32_t zrams;               /* bit N: zramN is in use */
	bool zswap;                   /* meminfo speaks of a pool that is in use or was */
	uint64_t rare_ms;             /* when the rare things were looked for */
	uint64_t look_ms;             /* of the look before */
	struct libproc_vmstat vmstat; /* of the look before */
	bool vmstat_known;
	uint64_t refaults;
	bool refaults_known;
	bool swapping_out; /* pages went to swap since the look before */
};

void system_init(struct system_state *system, struct libproc *lib, int proc);
void system_done(struct system_state *system);

/* Fills FIGURES (processes and hidden are the caller's).  GAP: no rate from the look before.  0, or
 * -errno when not even meminfo could be read: FIGURES then keeps what it held. */
int system_look(struct system_state *system, uint64_t now_ms, bool gap,
	struct system_figures *figures);

#endif
