/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system - the figures of the whole machine, once a tick
 *
 * From meminfo, vmstat, pressure, loadavg, zram and the cache of ZFS.  Any of these may be missing,
 * hidden, empty or cut (containers, WSL 1, gVisor, Android, old kernels): then its figures are not
 * known, and the others are.  What is not there (no PSI in the kernel, no zram device) is asked for
 * again once in a while, not every tick.
 */
#pragma once

#include "sample/sysparse.h"

#include <stdbool.h>
#include <stdint.h>

struct system_figures;
struct meminfo;

enum { SYSTEM_ZRAM_MAX = 16 };

/* The files that are kept open. */
enum system_file {
	SYSTEM_FILE_MEMINFO,
	SYSTEM_FILE_VMSTAT,
	SYSTEM_FILE_PRESSURE,
	SYSTEM_FILE_PRESSURE_CPU,
	SYSTEM_FILE_PRESSURE_IO,
	SYSTEM_FILE_LOADAVG,
	SYSTEM_FILE_ARC,
	SYSTEM_FILES
};

struct system_state {
	int proc; /* not owned */
	unsigned page_kib;
	int fds[SYSTEM_FILES];    /* kept, -1 */
	int errors[SYSTEM_FILES]; /* -errno of opening it; 0: it is open */
	/* devices in use, by their numbers */
	unsigned zrams[SYSTEM_ZRAM_MAX];
	unsigned nzrams;
	bool zswap;                    /* meminfo speaks of a pool that is in use or was */
	bool arc_is_ours;              /* it is the cache of the machine meminfo speaks of */
	uint64_t sys_huge_kib;         /* /sys/kernel/mm/hugepages, all sizes */
	bool sys_huge_known;           /* asked for where meminfo lacks Hugetlb */
	uint64_t rare_ms;              /* when the rare things were looked for */
	uint64_t look_ms;              /* of the look before */
	struct sysparse_vmstat vmstat; /* of the look before; none of it known: no rate */
	bool swapping_out;             /* pages went to swap since the look before */
	bool taking;                   /* pages were taken from processes, or it is not known */
};

/* Begins with nothing read; PROC is the descriptor of /proc, which stays the caller's.  Done
 * closes what it opened. */
void system_init(struct system_state *system, int proc);
void system_done(struct system_state *system);

/* Fills FIGURES (processes and hidden are the caller's).  GAP: no rate from the look before. */
void system_look(struct system_state *system, uint64_t now_ms, bool gap,
	struct system_figures *figures);

/* Names what cannot be known of the machine and why, as a sentence for a person; "" if the files
 * that any Linux should have are there.  SUBSET: /proc is mounted with subset=pid. */
enum { SYSTEM_LACKS_MAX = 160 };
void system_lacks(const struct system_state *system, bool subset, char out[SYSTEM_LACKS_MAX]);
