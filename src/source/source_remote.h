/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_remote - the sampler of another machine, through a program such as ssh
 *
 * Starts the program, which is to start `memtop --stream` over there, and reads its lines.  It
 * never ends by itself: a machine that hangs, ends, refuses or writes nonsense is tried again after
 * 1, 2, 4 ... 60 seconds, and source_message says why in words that hold without the machine's
 * name ("no answer for 20 s").  What it writes before the header is a banner of the login and
 * passed over, within bounds.
 *
 * The first frame of a new connection is a gap, so that nobody computes a rate across it; when the
 * machine was started again meanwhile (its clock went back, or its boot lies elsewhere) it is a
 * jump: all that was known is another machine's.
 */
#pragma once

#include "source/source_live.h"

enum {
	SOURCE_REMOTE_LOGIN_MS = 20000,  /* from the start to the header, at most */
	SOURCE_REMOTE_SILENT_MS = 15000, /* longer than the interval: it hangs */
	SOURCE_REMOTE_RETRY_MAX_MS = 60000,
};

/* How many log in at a time: shared by the sources of all machines.  Behind one door (a bastion's
 * sshd) more than ten logins under way begin to be dropped. */
struct source_remote_door {
	unsigned most;   /* at a time */
	unsigned inside; /* now; kept by the sources */
};

enum source_remote_state {
	REMOTE_QUEUED,     /* others log in before it */
	REMOTE_CONNECTING, /* started, no header yet */
	REMOTE_LIVE,
	REMOTE_LOST, /* it is tried again at retry_ms */
};

struct source_remote_status {
	enum source_remote_state state;
	uint64_t heard_ms; /* of clock_mono_ms: its newest tick; 0: none yet */
	uint64_t retry_ms; /* the same clock; REMOTE_LOST only */
	const char *why;   /* of the last loss; "" before the first; lives as long as the source */
};

/* WORDS (may be NULL) makes of the last lines that the program wrote to standard error (the last
 * one first, then what it wrote where a stream should begin), and of its exit STATUS, what a person
 * should read: WHY, of SIZE bytes. */
typedef void source_remote_words(char *why, size_t size, const char *said, int status);

/* 0 and *SOURCE, or -errno.  HOW is copied, DOOR must outlive the source. */
int source_open_remote(struct source **source, const struct live_child *how,
	struct source_remote_door *door, source_remote_words *words);

/* The state of a source that source_open_remote opened. */
struct source_remote_status source_remote_status(const struct source *source);
