/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspector - a process that looks inside another one for us, started for a single question
 *
 * It does the work of inspect/question.h: nice 10, confined to reading (confine.h), with little
 * memory (64 MiB and a fiftieth of what the process it looks at has), and ends with its
 * answer.  One that takes longer than INSPECTOR_MS is killed, and one that dies is said to have
 * died: of that, too, an answer is made.  What it sends is a line of the stream, decoded like any
 * from elsewhere.
 */
#pragma once

#include "base/buf.h"
#include "base/reap.h"
#include "frame/request.h"
#include "inspect/question.h"
#include "sample/follower.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	INSPECTOR_MS = 60000,
	INSPECTOR_WAITING_MAX = 4, /* questions that wait; of more the oldest are forgotten */
};

struct inspector {
	bool forbidden; /* no look is taken: the answer says so */
	pid_t pid;      /* 0: none runs */
	int pidfd, from;
	uint64_t begin_ms;
	struct question question; /* it works on */
	struct question waiting[INSPECTOR_WAITING_MAX];
	size_t nwaiting;
	struct buf line;      /* its answer, so far */
	struct frame *answer; /* the last one; NULL: none */
	uint64_t answer_ms;
	bool complete;    /* it waits to be sent */
	uint32_t answers; /* so far */
	struct reap killed;
	struct follower follower; /* goes on beside it */
};

/* No question is open: nothing runs until inspector_ask. */
void inspector_init(struct inspector *inspector);
void inspector_done(struct inspector *inspector); /* its process is gone when this returns */

/* Asks what REQUEST_INSIDE or REQUEST_HOLDERS says; a question for the same process that waits is
 * replaced.  REQUEST_LINES and REQUEST_UNFOLLOW are passed on (follower.h). */
void inspector_ask(struct inspector *inspector, const struct request *request);

/* Starts a process when there is a question, takes what came, and adds an answer to WRITER. */
void inspector_step(struct inspector *inspector, uint64_t now_ms, struct frame_writer *writer);

/* Adds the last answer again, after a key frame: a recording can be entered there. */
void inspector_repeat(struct inspector *inspector, uint64_t now_ms, struct frame_writer *writer);

/* Descriptors to poll: who looks inside, and who follows; fd -1: none. */
void inspector_fds(const struct inspector *inspector, struct pollfd fds[2]);

/* Whether PID is a process of its. */
bool inspector_has(const struct inspector *inspector, int32_t pid);

/* ms until the next step; -1: none */
int inspector_timeout(const struct inspector *inspector, uint64_t now_ms);
