/* SPDX-License-Identifier: GPL-2.0-or-later */
/* details - details of the processes that matter, within a budget of time
 *
 * What statm does not say comes from stat and status through libproc2; VmHWM from our own read of
 * status; oom_score, limits and the cgroup's path from their files every few looks.  That takes
 * about 35 us a process, too much for all of them each tick.  In order: those watched that ran
 * since their last look; those never looked at, big ones first, small ones with half of the budget
 * once the first ticks are over; those whose shared part or swap moved; the rest that ran, in turn.
 * A process that did not run is not read again: what is known of it still holds.
 */
#pragma once

#include "sample/cgfs.h"
#include "sample/libproc.h"
#include "sample/outbox.h"
#include "sample/slots.h"

#include <stdbool.h>
#include <stdint.h>

struct details {
	struct libproc *lib; /* not owned, as the rest */
	int proc;
	struct slots *table; /* of all processes */
	struct cgfs *cgfs;
	struct outbox *outbox;
	unsigned page_kib;
	unsigned hz;
	uint32_t turn; /* pid at which the next round begins */
	size_t unseen; /* processes never looked at, when last counted */
	bool swaps;    /* something on this machine is in swap, or that is not known */
	bool huge;     /* there are pools of huge pages: figures that only status tells */
	bool swapping; /* pages leave memory: figures change without anybody running */
	bool mismatch; /* a pid turned out to be another process: list /proc */
};

/* Begins with no process of TABLE looked at.  All that it is given outlives it; PROC is the
 * descriptor of /proc. */
void details_init(struct details *details, struct libproc *lib, int proc, struct slots *table,
	struct cgfs *cgfs, struct outbox *outbox);

enum { DETAILS_PICK_MAX = 512 }; /* of one urgency, in one look */

enum details_whom {
	DETAILS_FRESH, /* watched ones nothing is known of, and ones gone stale for a while */
	DETAILS_TICK,  /* everybody, by urgency */
};

/* Looks at processes until BUDGET_US of CPU time are used (one batch at least).  Details and
 * texts go to the outbox. */
void details_look(struct details *details, enum details_whom whom, uint64_t now_ms,
	unsigned budget_us);

/* Gives what is kept of SLOT, of which nothing was told before, to the outbox: details, cgroup,
 * command line.  What is not kept will be asked for again. */
void details_tell(struct details *details, struct proc_slot *slot, uint64_t now_ms);

/* Sends what is kept of every process again, after a key frame: details, cgroup, command line.
 * What is not kept will be asked for again. */
void details_repeat(struct details *details, uint64_t now_ms, struct frame_writer *writer);

/* Fills DETAIL from what is kept in SLOT (no rates). */
void details_kept(const struct details *details, const struct proc_slot *slot, uint64_t now_ms,
	struct proc_detail *detail);
