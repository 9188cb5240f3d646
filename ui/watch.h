/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch - the sampler is told whom the screen is about, so that it looks at them closely */
#pragma once

#include "frame/request.h"

struct ui;

/* The list it was told last: processes, and containers by their numbers. */
struct watch {
	struct request rows, groups;
	uint64_t stay_ms; /* until then those of rows that have left the screen are watched, too */
};

/* Tells it what is on the screen, selected or flagged, where that differs from LAST, what was told
 * before (all zero at first), which is then that. */
void watch_ask(struct ui *ui, struct watch *last);
