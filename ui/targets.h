/* SPDX-License-Identifier: GPL-2.0-or-later */
/* targets - whom a signal or a nice value is for: the dialogs, and what has become of it
 *
 * Whom it is for is settled when the dialog opens, by identity, so that rows may move and the pid
 * may be used again meanwhile.
 */
#pragma once

#include "session/session.h"
#include "ui/table/table.h"

struct ui;

struct targets {
	struct ident ids[TABLE_TAGS_MAX];
	size_t count;
	bool asking;                          /* a dialog is open */
	char name[80];                        /* "node (812)" or "3 tagged processes" */
	uint32_t first_request, last_request; /* whose answers are awaited */
	size_t done, failed;
	char failure[SESSION_TEXT_MAX]; /* of the first that failed */
	char doing[40];                 /* "sent TERM to" */
};

/* Asks which signal, or which nice value, the tagged processes or the one meant are to get; says so
 * when there is nobody.  STEP is what is proposed to change. */
void targets_signal(struct ui *ui);
void targets_renice(struct ui *ui, int step);

void targets_take_notices(struct ui *ui); /* answers of the sampler, and what it has to tell */
/* The source has recovered: whoever was to get a signal or a nice value has it or not. */
void targets_take_trouble(struct ui *ui);
