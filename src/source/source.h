/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source - where frames come from: this machine, another one, or a recording
 *
 * One interface for the front end and the batch mode: a descriptor to poll, the next frame if one
 * is there, requests, close.  Nothing here blocks but source_open_*.
 */
#pragma once

#include "frame/frame.h"
#include "frame/request.h"

struct source;

enum source_event {
	SOURCE_NONE,    /* nothing yet: poll again */
	SOURCE_FRAME,   /* *FRAME is the next frame; it lives until the next call on the source */
	SOURCE_TROUBLE, /* something went wrong and the source goes on; source_message says what */
	SOURCE_END,     /* no more frames will come; source_message says why, "" for a plain end */
};

enum source_event source_next(struct source *source, const struct frame **frame);

/* Descriptor to poll(2) for reading, -1 if there is none; and how long to wait at most until
 * source_next should be called again, in ms, -1 for no limit. */
int source_fd(const struct source *source);
int source_timeout_ms(const struct source *source);

/* Valid after the first frame. */
const struct stream_header *source_header(const struct source *source);

/* One line for a person, "" if there is nothing to say; lives until the next call. */
const char *source_message(const struct source *source);

/* Asks; never blocks (what does not fit into the pipe is kept and sent later).  -ENOTSUP where the
 * source cannot (a recording), -EAGAIN when it cannot now, -EPIPE after its end. */
int source_ask(struct source *source, const struct request *request);

/* Whether requests reach a live machine (signals and nice make sense). */
bool source_is_live(const struct source *source);

/* Ends it: children are gone when this returns.  NULL is fine. */
void source_close(struct source *source);
