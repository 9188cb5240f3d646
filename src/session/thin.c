/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thin - see thin.h */
#include "session/thin.h"

void thin_frame(struct thin *thin, const struct frame *frame, uint64_t left_ms, struct frame *told)
{
	/* of these each counts: who is gone, what is not known, when it was */
	bool counts = frame->key || frame->gap || frame->jump || frame->nkills > 0 || frame->more;

	*told = *frame;
	if (!frame->tick)
		return;
	if (counts || left_ms <= THIN_FINE_MS || frame->boot_ms < thin->fed_ms ||
		frame->boot_ms - thin->fed_ms >= THIN_STEP_MS)
		thin->fed_ms = frame->boot_ms;
	else
		told->tick = false;
}
