/* SPDX-License-Identifier: GPL-2.0-or-later */
/* await - waits until the sampler has read what an answer depends on
 *
 * Sizes come with every look; details, command lines and names of users come later, from a reader
 * that may have had no CPU yet, and PSS comes only to who asks.  An answer given before that would
 * be an answer about nothing.  Only for a live session: a recording holds what it holds.
 */
#pragma once

#include "session/session.h"

#include <stddef.h>
#include <stdint.h>

/* The longest wait that the modes of memtop allow; stands in the manual. */
enum { AWAIT_MOST_MS = 10000 };

enum await_end {
	AWAIT_DONE, /* what has not come will not come */
	AWAIT_LATE, /* the time was over before that */
	AWAIT_ENDED /* the source has ended (session_message says why) */
};

/* Has the processes PIDS looked at, and waits for their details and command lines and for the names
 * of all users and containers, of the latter without PIDS, too, until UNTIL_MS of the monotonic
 * clock.  They are watched one part of FRAME_PART_MAX after the other; the last part stays watched.
 * Ticks that come meanwhile go into the store. */
enum await_end await_settled(struct session *session, const int32_t *pids, size_t count,
	uint64_t until_ms);

/* Has the memory.stat of the cgroups NUMBERS read, at most FRAME_PART_MAX of them, which are on the
 * screen from then on; a look reads some dozens of those not read before. */
enum await_end await_groups(struct session *session, const int32_t *numbers, size_t count,
	uint64_t until_ms);

/* The same for the PSS of IDS, a few at a time: reading it takes time from who it is read of. */
enum await_end await_pss(struct session *session, const struct ident *ids, size_t count,
	uint64_t until_ms);

/* Another look, after AWAIT_RATE_MS when it is to make rates, else at once: whoever has ended
 * meanwhile is gone then.  False: none came. */
enum { AWAIT_RATE_MS = 300 };

/* Waits for that look; RATES: it is to make rates. */
bool await_look(struct session *session, bool rates);
