/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slowlane - details of the processes that matter, within a budget of time
 *
 * What statm does not say comes from stat and status through libproc2; VmHWM from our own read of
 * status; oom_score, limits and the cgroup's path from their files every few looks.  That takes
 * about 35 us a process, too much for all of them each tick.  In order: those watched that ran
 * since their last look; those never looked at, big ones first, small ones with half of the budget
 * once the first ticks are over; those whose shared part or swap moved; the rest that ran, in turn.
 * A process that did not run is not read again: what is known of it still holds.
 */
#ifndef MEMTOP_SAMPLE_SLOWLANE_H
#define MEMTOP_SAMPLE_SLOWLANE_H

#include "sample/cgfs.h"
#include "sample/libproc.h"
#include "sample/outbox.h"
#include "sample/proctable.h"

#include <stdbool.h>
#include <stdint.h>

struct slowlane {
	struct libproc *lib; /* not owned, as the rest */
	int proc;
	struct cgfs *cgfs;
	struct outbox *outbox;
	unsigned page_kib;
	unsigned hz;
	uint32_t turn; /* pid at which the next round begins */
	size_t unseen; /* processes never looked at, when last counted */
	bool huge;     /* there are pools of huge pages: figures that only status tells */
	bool swapping; /* pages leave memory: what status said is old at once */
	bool mismatch; /* a pid turned out to be another process: list /proc */
};

void slowlane_init(struct slowlane *lane, struct libproc *lib, int proc, struct cgfs *cgfs,
	struct outbox *outbox);

enum slowlane_whom {
	SLOWLANE_FRESH, /* watched ones nothing is known of, and ones gone stale for a while */
	SLOWLANE_TICK,  /* everybody, by urgency */
};

/* Looks at processes until BUDGET_US of CPU time are used (one batch at least).  Details and
 * texts go to the outbox.  SWAPPING: pages leave memory, so figures change without anybody
 * running. */
void slowlane_look(struct slowlane *lane, struct proctable *table, enum slowlane_whom whom,
	uint64_t now_ms, unsigned budget_us, bool swapping);

/* Sends what is kept of every process again, after a key frame: details, cgroup, command line.
 * What is not kept will be asked for again. */
void slowlane_repeat(struct slowlane *lane, struct proctable *table, uint64_t now_ms,
	struct part *part);

/* Fills DETAIL from what is kept in SLOT (no rates). */
void slowlane_kept(const struct slowlane *lane, const struct proc_slot *slot, uint64_t now_ms,
	struct proc_detail *detail);

#endif
