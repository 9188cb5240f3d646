/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch_read - what a printed table is made of, read before it is printed
 *
 * Whom a filter takes, and what stands in the rows, is only known once details, command lines,
 * names of users and, where they are asked for, PSS and rates have been read: they are asked for
 * and awaited (await.h).  Whoever cannot be decided about even then is counted.
 */
#pragma once

#include "modes/tell.h"
#include "session/session.h"
#include "table/view.h"

struct options;

struct batch_read {
	struct session *session;
	const struct options *options;
	struct view_ask everybody; /* those of -p: whatever their user, and the filter */
	struct view view;          /* private */
	bool pss, rates;           /* the answer hangs on them */
	bool shows_rates;          /* only the table does */
	struct tell_present present;
	uint64_t epoch_ms; /* boot time: who came later need not be decided about */
	/* processes of the last table of which the filter or -u could not say; the first of them */
	size_t undecided;
	size_t young; /* those there from the first look on: it was too short a time to tell */
	char first[FRAME_COMM_MAX + 1];
	int32_t first_pid;
	const char *lacking; /* what was not read of it */
};

/* ASK is what the table asks; COLUMNS (NULL: no particular ones) are its columns. */
void batch_read_init(struct batch_read *read, struct session *session,
	const struct options *options, const struct view_ask *ask, const enum column_id *columns,
	size_t ncolumns);
void batch_read_done(struct batch_read *read);

/* Reads what the next table wants, or of a recording counts whom it cannot decide about.  PATIENT:
 * the first table or the last, for which it is worth to wait longer.  False when the source ended
 * meanwhile. */
bool batch_read_wanted(struct batch_read *read, bool patient);

/* Says on standard error whom of -p there is not, and whom it could not decide about.  0, or the
 * status to end with. */
int batch_read_end(const struct batch_read *read);
