/* SPDX-License-Identifier: GPL-2.0-or-later */
/* locked - processes whose memory lock is held, and when to ask each again
 *
 * Whoever reads the command line or the mappings of such a process waits for the lock, for hours if
 * need be: so it is asked again after 1, 2, 4 ... 60 s alone.
 */
#pragma once

#include "frame/frame.h"

enum { LOCKED_MAX = 64 }; /* processes remembered */

struct locked_process {
	struct ident id;
	uint64_t since_ms;
	uint64_t again_ms;
	uint32_t wait_s; /* 1 ... 60 */
};

struct locked {
	struct locked_process processes[LOCKED_MAX];
	size_t count;
};

/* Notes that ID did not answer in time, and puts off asking it.  HELD: by its lock, else because
 * the machine is busy.  Returns for how many ms the lock has been seen held. */
uint64_t locked_note(struct locked *locked, struct ident id, bool held, uint64_t now_ms);

/* Forgets that the process was held: it answered. */
void locked_forget(struct locked *locked, struct ident id);

/* Whether ID is not known to be locked, or due to be asked again. */
bool locked_may_ask(const struct locked *locked, struct ident id, uint64_t now_ms);
