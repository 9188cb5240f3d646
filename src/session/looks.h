/* SPDX-License-Identifier: GPL-2.0-or-later */
/* looks - who climbs is looked into of itself, so that the verdict has a cause
 *
 * One process at a time, that which was looked into longest ago, each at most every half minute,
 * and all together for no more than a twenty-fifth of one processor.  Whoever may not be looked
 * into is not asked again.
 */
#pragma once

#include "frame/request.h"
#include "model/store.h"

enum { LOOKS_REFUSED_MAX = 32 }; /* processes that are remembered as not to be asked */

struct looks {
	struct ident id;                         /* it is being looked into; pid 0: nobody is */
	unsigned answers;                        /* about it, when it was asked */
	uint64_t asked_ms, next_ms;              /* boot time, as the store's */
	struct ident refused[LOOKS_REFUSED_MAX]; /* a ring */
	size_t nrefused;
};

/* After each tick: true, and REQUEST is to be sent. */
bool looks_step(struct looks *looks, const struct store *store, struct request *request);
