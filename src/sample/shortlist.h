/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shortlist - the few that score highest of many, found in one pass and without allocating */
#pragma once

#include "frame/request.h"

#include <stddef.h>
#include <stdint.h>

/* All zero but for MOST, which is at most REQUEST_ROWS_MAX: nobody yet. */
struct shortlist {
	size_t most, count;
	struct {
		uint64_t score;
		size_t index;   /* the caller's */
	} at[REQUEST_ROWS_MAX]; /* the highest first; of equals the one that was offered first */
};

/* Takes INDEX up if its SCORE is among the highest so far; a score of 0 never is. */
void shortlist_offer(struct shortlist *list, uint64_t score, size_t index);
