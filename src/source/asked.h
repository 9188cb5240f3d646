/* SPDX-License-Identifier: GPL-2.0-or-later */
/* asked - requests on their way to a sampler, and those that are asked of each new one
 *
 * A pipe that is full takes nothing: what does not fit waits here, whole lines in their order.
 * Some requests say how things are to be from now on (interval, pids to watch, key frames, whose
 * mappings, of how many to tell); the newest of each is kept and sent to the sampler that replaces
 * another one.
 */
#pragma once

#include "frame/request.h"

struct child;

enum asked_lasting {
	ASKED_INTERVAL,
	ASKED_WATCH,
	ASKED_GROUPS,
	ASKED_KEY,
	ASKED_MAPPINGS,
	ASKED_BRIEF,
	ASKED_LASTING
};

struct asked {
	struct buf pending; /* whole lines but for the first */
	struct request lasting[ASKED_LASTING];
	bool has[ASKED_LASTING];
};

/* Nothing is asked or waits; done frees what does. */
void asked_init(struct asked *asked);
/* Frees it. */
void asked_done(struct asked *asked);

/* Keeps what lasts of REQUEST and sends it to CHILD.  0; -EAGAIN where too much waits already, or
 * there is no child (pid 0) and the request does not last. */
int asked_send(struct asked *asked, struct child *child, const struct request *request);

/* Sends to a new CHILD what lasts; what the one before was owed is forgotten. */
void asked_again(struct asked *asked, struct child *child);

/* Asks CHILD for a frame with everything: a line may have been lost. */
void asked_for_all(struct asked *asked, struct child *child);

/* Writes what the pipe takes.  Whether something still waits. */
bool asked_flush(struct asked *asked, struct child *child);
