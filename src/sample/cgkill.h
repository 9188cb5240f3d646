/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgkill - where the kernel killed, and whose limit was met
 *
 * A kill counts in oom_kill of the cgroup of the killed (version 2: and of all above it); that a
 * limit was met counts in oom of the cgroup that has it (version 1: in memory.failcnt).  So the
 * killed were in the lowest cgroup whose oom_kill rose, and the limit is that of the lowest from
 * there on up whose oom rose; when none did, the machine itself ran out.  A cgroup that is gone
 * by then (a container that ends with its program) is known by its parent's count.
 */
#pragma once

#include "sample/cgfs.h"

#include <stdbool.h>
#include <stdint.h>

struct frame_writer;

struct cgkill {
	uint64_t kills; /* of the machine, at the tick before */
	bool known;
	uint64_t ahead; /* found in cgroups before the machine's count rose */
	bool was_short; /* of memory, at the tick before */
};

/* To be called in a tick, behind cgfs_look: finds the kills since the tick before and adds them to
 * the frame, with the figures of the cgroups they were in. */
void cgkill_look(struct cgkill *kill, struct cgfs *cgfs, const struct system_figures *system,
	uint64_t now_ms, struct frame_writer *writer);
