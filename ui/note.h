/* SPDX-License-Identifier: GPL-2.0-or-later */
/* note - what stands beside the figures: that they are a recording's, held still, or old */
#pragma once

#include "session/session.h"

struct note {
	char text[120];
	uint64_t tick_us; /* when the newest tick came (boot time); the owner's to set */
	unsigned old_s;   /* its age once the next one is overdue; else 0 */
};

/* The note; "" for none.  Valid until the next call. */
const char *note_text(struct note *note, const struct session *session);

/* To be called at each turn, with the time between looks: whether it has changed. */
bool note_grow_old(struct note *note, const struct session *session, uint32_t interval_ms);

/* When there will be; -1: never. */
int note_timeout_ms(const struct note *note, const struct session *session, uint32_t interval_ms);
