/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_lines - the lines a program grows in: asks for them while it runs
 * (`memtop --lines -- PROGRAM`)
 */
#pragma once

#include "run/profile_lines.h"
#include "session/session.h"
#include "table/view.h"

enum { RUN_LINES_SEEN = 64 }; /* Pythons of a run that are told apart */

/* A process that calls itself a Python, or the program itself. */
struct run_lines_seen {
	struct ident id;
	uint64_t first_kib, most_kib; /* its footprint when it was first seen, or first known to be
					 a Python, and the largest */
	bool known;                   /* to be a Python */
	bool again;                   /* refused, and asked for once more */
};

struct run_lines {
	bool wanted;
	struct ident id; /* who is followed; pid 0: nobody yet */
	struct run_lines_seen seen[RUN_LINES_SEEN];
	size_t nseen;
	/* the last look at its objects: how large it was, and how many answers there were before */
	uint64_t looked_kib;
	unsigned answers;
	uint64_t mapped_ms; /* when its mappings were asked for; 0: they have come */
	/* of those that were left, the last answer of the one that rose most; NULL: none */
	struct frame *left;
	struct profile_lines found;
};

/* Follows the program PID, which has just been started. */
void run_lines_begin(struct run_lines *lines, struct session *session, int32_t pid);

/* After each look: where that is no Python, or another one gains much more than it, follows that;
 * looks at its objects when it has grown. */
void run_lines_look(struct run_lines *lines, struct session *session, const struct view *view);

/* Whether the last answer about who is followed has yet to come. */
bool run_lines_open(const struct run_lines *lines, struct session *session);

/* When all has come: fills `found`, of the one that was seen to rise most. */
void run_lines_end(struct run_lines *lines, struct session *session);

/* Frees what `found` shows. */
void run_lines_done(struct run_lines *lines);
