/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thin - see thin.h */
#include "session/thin.h"

#include "model/store.h"

const struct frame *thin_frame(struct thin *thin, const struct frame *frame, uint64_t left_ms)
{
	/* of these each counts: who is gone, what is not known, when it was */
	bool counts = frame->key || frame->gap || frame->jump || frame->nkills > 0 || frame->more;

	if (!frame->tick)
		return frame;
	thin->told = *frame;
	if (!thin->whole && left_ms > THIN_LEAD_MS) {
		thin->left = true;
		thin->told.boot_ms += left_ms - THIN_LEAD_MS;
		thin->told.tick = thin->told.gap = false;
		thin->told.nkills = 0;
		return &thin->told;
	}
	thin->told.goal_ms = left_ms > 0 ? frame->boot_ms + left_ms : 0;
	thin->left = !counts && left_ms > THIN_FINE_MS && frame->boot_ms >= thin->fed_ms &&
		     frame->boot_ms - thin->fed_ms < THIN_STEP_MS;
	thin->told.tick = !thin->left;
	if (!thin->left)
		thin->fed_ms = frame->boot_ms;
	return &thin->told;
}

/* The look itself is still to be judged: what the frame said of processes was taken over. */
void thin_arrive(struct thin *thin, struct store *store)
{
	const struct frame rest = {
		.seq = thin->told.seq,
		.boot_ms = thin->told.boot_ms,
		.wall_ms = thin->told.wall_ms,
		.interval_ms = thin->told.interval_ms,
		.tick = true,
		.system = thin->told.system,
	};

	if (thin->left)
		store_apply(store, &rest);
	thin->left = false;
	store_settle(store);
}
