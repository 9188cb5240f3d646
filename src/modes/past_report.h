/* SPDX-License-Identifier: GPL-2.0-or-later */
/* past_report - what is said of one moment of a recording, as text or JSON
 *
 * Fill in the first members, take the moment, go on to where a kill is known and take that, then
 * write: the look before a kill does not know of it yet.
 */
#pragma once

#include "base/buf.h"
#include "table/report.h"

struct past_grower;

struct past_report {
	const struct store *store;
	struct report_style style; /* its rows: how many of the largest */
	struct view_ask ask;
	bool json, last_kill;
	/* ms since 1970; asked 0: no time was */
	uint64_t first_wall_ms, last_wall_ms, asked_wall_ms, now_wall_ms;

	/* private */
	uint64_t wall_ms, first_ms, now_ms;
	bool watching; /* it is too early for verdicts */
	struct buf table;
	struct past_grower *growers; /* the fastest first */
	size_t ngrowers, cap;
	bool killed;
	struct kill kill; /* its texts are ours */
	uint64_t kill_wall_ms;
	char container[64]; /* as people call the group of the kill; "": it has no name */
};

/* Takes what the store knows now; then the last kill it knows of. */
void past_report_take(struct past_report *report);
void past_report_take_kill(struct past_report *report);

/* Appends it to OUT. */
void past_report_text(const struct past_report *report, struct buf *out);
void past_report_json(const struct past_report *report, struct buf *out);

/* Frees what it holds. */
void past_report_done(struct past_report *report);
