/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thin - looks of the past that are added up, but not judged each: that costs most of a look
 *
 * A trend takes looks up to a minute apart.  What a look between says is taken over, as an addition
 * to the one before.  A way that begins earlier than histories have to, since recordings can be
 * entered only here and there, begins with such additions: before the first look nobody has a
 * history (store_apply).
 */
#pragma once

#include "frame/frame.h"

#include <stdint.h>

struct store;

enum {
	/* history before the moment a recording is moved to: what tells of slow growth within
	 * hours (trend.h, its fifth tier) is full by then */
	THIN_LEAD_MS = 45 * 60 * 1000,
	THIN_STEP_MS = 60 * 1000,     /* between looks that are judged ... */
	THIN_FINE_MS = 5 * 60 * 1000, /* ... but for the last so many ms, where all are */
};

struct thin {
	bool whole;        /* all of the past is history, however long before the end */
	uint64_t fed_ms;   /* of the last look that was judged; 0: none */
	bool left;         /* the newest look was not */
	struct frame told; /* the newest look as it was applied */
};

/* FRAME (whose memory it shares) as it is to be applied, LEFT_MS before the end of what is caught
 * up with; good until the next call. */
const struct frame *thin_frame(struct thin *thin, const struct frame *frame, uint64_t left_ms);

/* The way ends here: the newest look is judged, and who rested on the way. */
void thin_arrive(struct thin *thin, struct store *store);
