/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pss - PSS read when asked for: of a process, of all of a group, of what is tagged; and of the
 * members of the sums on the screen, so that what they share counts once
 *
 * Each is read once, a few a tick: the reader takes them in turn, and each read holds its process
 * up for a moment.  Those of sums are read again after a minute, unless there are many or one is
 * large.
 */
#pragma once

#include "frame/frame.h"

#include <stddef.h>

struct ui;

/* Whose PSS was asked for, and up to whom it has been passed on. */
struct pss {
	struct ident *ids; /* owned; pss_done frees */
	size_t count, cap, next;
	uint64_t looked_ms; /* when sums on the screen were last looked through, boot time */
};

void pss_ask(struct ui *ui);  /* of the row under the cursor, or of the tagged ones */
void pss_step(struct ui *ui); /* at each tick */
void pss_look(struct ui *ui); /* rows were built anew: whose PSS tells what their sums share */
void pss_done(struct ui *ui);
