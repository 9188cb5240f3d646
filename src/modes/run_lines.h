/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_lines - the lines a program grows in: asks for them while it runs
 * (`memtop --lines -- PROGRAM`)
 */
#ifndef MEMTOP_RUN_LINES_H
#define MEMTOP_RUN_LINES_H

#include "run/profile_lines.h"
#include "session/session.h"
#include "table/view.h"

struct run_lines {
	bool wanted;
	struct ident id; /* who is followed; pid 0: nobody yet */
	/* the last look at its objects: how large it was, and how many answers there were before */
	uint64_t looked_kib;
	unsigned answers;
	uint64_t mapped_ms; /* when its mappings were asked for; 0: they have come */
	struct profile_lines found;
};

/* Follows the program PID, which has just been started. */
void run_lines_begin(struct run_lines *lines, struct session *session, int32_t pid);

/* After each look: where that is no Python, follows one that it started; looks at its objects when
 * it has grown. */
void run_lines_look(struct run_lines *lines, struct session *session, const struct view *view);

/* Whether the last answer about who is followed has yet to come. */
bool run_lines_open(const struct run_lines *lines, struct session *session);

/* When all has come: fills `found`. */
void run_lines_end(struct run_lines *lines, struct session *session);

#endif
