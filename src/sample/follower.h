/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follower - a process that follows a Python program for us, and tells in which lines it grows
 *
 * It does the work of inspect/follow.h, confined and
 * limited in memory as an inspector is, but at the usual priority: one
 * that comes late cannot say who ran.  One process is followed at a time.  What it has is sent at
 * once when a Python was found and when it is over, soon after it has risen by a quarter,
 * since it may be left for another one, and every FOLLOWER_TELL_MS while it goes on.
 */
#pragma once

#include "base/buf.h"
#include "base/reap.h"
#include "frame/frame.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	FOLLOWER_TELL_MS = 2000,
	FOLLOWER_SOON_MS = 100,
};

struct frame_writer;

struct follower {
	pid_t pid; /* 0: none runs */
	int from;
	struct ident id;      /* who is followed */
	struct buf lines;     /* of its answers, what came so far */
	struct frame *answer; /* the last one; NULL: none */
	uint64_t answer_ms;
	bool complete;    /* it waits to be sent */
	uint32_t answers; /* so far */
	struct reap ended;
};

/* Nobody is followed. */
void follower_init(struct follower *follower);
void follower_done(struct follower *follower); /* its process is gone when this returns */

/* Follows ID from now on, and nobody else; pid 0: nobody. */
void follower_ask(struct follower *follower, struct ident id);

/* Takes what came, and adds an answer to WRITER. */
void follower_step(struct follower *follower, uint64_t now_ms, struct frame_writer *writer);

/* Adds the last answer again, after a key frame: a recording can be entered there. */
void follower_repeat(struct follower *follower, uint64_t now_ms, struct frame_writer *writer);

struct pollfd follower_fd(const struct follower *follower); /* fd -1: none */
