/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session - frames from a source into the store: one run of memtop, whatever shows it
 *
 * What the dashboard and the batch mode share.  It owns the source and the store, hands out the
 * store for reading, keeps frames back while the display is paused (encoded, up to
 * SESSION_PAUSE_MAX bytes; beyond that a key frame is asked for and the histories get a gap), and
 * collects answers to requests.  What comes is recorded, paused or not.  A recording as the source
 * can be moved in time (player.h).
 */
#pragma once

#include "frame/request.h"
#include "model/store.h"

#include <stdbool.h>

struct player;
struct record;
struct session;
struct source;

enum { SESSION_PAUSE_MAX = 16 * 1024 * 1024, SESSION_TEXT_MAX = 256, SESSION_TURN_MS = 40 };

/* Begins with what FOLDER, a flight recorder's, has of this boot (history.h): read in slices after
 * the first look.  Of a live source, before its first frame. */
void session_begin_history(struct session *session, const char *folder);

/* Events that session_step saw, or'ed together. */
enum session_event {
	SESSION_TICK = 1,    /* at least one tick is complete: every figure is of the newest */
	SESSION_CHANGED = 2, /* something else is known: names, details */
	SESSION_NOTICE = 4,  /* session_notice has something */
	SESSION_TROUBLE = 8, /* session_message says what the source recovered from */
	SESSION_END = 16,    /* no more will come */
};

/* Takes the source over.  REPLAY: it was opened by source_replay.h. */
struct session *session_new(struct source *source, bool replay);
void session_free(struct session *session); /* ends source and recording; NULL is fine */

/* Records all frames from now on; takes RECORD over. */
void session_record(struct session *session, struct record *record);

/* Calls SEEN after each tick that is applied (TICK), and after whatever becomes known between
 * two. */
typedef void session_seen(void *context, const struct store *store, bool tick);

/* SEEN is called with CONTEXT from now on; one at a time, NULL: none. */
void session_on_seen(struct session *session, session_seen *seen, void *context);

/* store_on_forget of its store. */
void session_on_forget(struct session *session,
	void (*tell)(void *context, const struct proc *proc), void *context);

/* The details of PID are wanted besides those of whom the screen or the table asks for; 0: of
 * nobody. */
void session_watch_too(struct session *session, int32_t pid);

/* Looks of itself into whoever climbs, from now on (looks.h), while there is a sampler to ask. */
void session_look_inside(struct session *session);

/* The message of the recording, "" while all is well (or there is none). */
const char *session_record_message(const struct session *session);

uint64_t session_record_size(const struct session *session); /* bytes of it; 0: there is none */

/* Ends the recording, if there is one: 0, or -errno when its end could not be written. */
int session_end_record(struct session *session);
bool session_recording(const struct session *session);

/* Takes the frames that have come, for SESSION_TURN_MS at most (then session_timeout_ms is 0).
 * Returns enum session_event flags; never blocks.  A signal to end (quit.h) is an end without a
 * message. */
unsigned session_step(struct session *session);

/* From now on session_step stops after each tick, so that none is passed over unseen. */
void session_single(struct session *session);

/* Descriptor to poll for reading, or -1; and at most so many ms until the next session_step, -1:
 * any. */
int session_fd(const struct session *session);
int session_timeout_ms(const struct session *session);

#define SESSION_FOREVER UINT64_MAX

/* Waits until something comes, OTHER_FD (-1: none) can be read or UNTIL_MS of the monotonic clock
 * (SESSION_FOREVER: however long that takes), and takes it: as session_step.  After the end it does
 * not wait. */
unsigned session_wait(struct session *session, uint64_t until_ms, int other_fd);

/* The same until one of WANTED (session_event flags) or the end was seen; returns all that was. */
unsigned session_wait_for(struct session *session, unsigned wanted, uint64_t until_ms);

/* store_call of its store. */
void session_call(struct session *session, const char *name);

/* The store; good as long as the session. */
const struct store *session_store(const struct session *session);

/* Frames are kept back until it is let go on; the store stands still. */
void session_pause(struct session *session, bool pause);
bool session_paused(const struct session *session);

/* Sends a request to the sampler.  With ANSWER it gets a number, which is returned and comes
 * back in a notice; 0: there is no sampler. */
uint32_t session_ask(struct session *session, struct request *request, bool answer);

/* Adds a notice of our own, an answer to nothing: whoever takes notices shows it. */
void session_say(struct session *session, const char *text);

/* The oldest answer not yet taken; false when there is none. */
struct session_notice {
	uint32_t request;
	int error; /* errno value, 0: done */
	char text[SESSION_TEXT_MAX];
};

/* Takes it into NOTICE. */
bool session_notice(struct session *session, struct session_notice *notice);

/* Takes the answers to the requests from NUMBER on, and leaves the other notices; returns how many
 * they were. */
size_t session_take_answers(struct session *session, uint32_t number);

/* The source's message, "" for none; lives until the next call. */
const char *session_message(const struct session *session);

/* Whether frames still come from a sampler, here or elsewhere; and makes now the baseline. */
bool session_is_live(const struct session *session);
void session_set_baseline(struct session *session);

/* CPU time the sampler and its reader took for the last tick. */
uint32_t session_cost_us(const struct session *session);

/* The interval the sampler manages when that is longer than asked for; else 0. */
uint32_t session_slow_ms(const struct session *session);

/* The player that moves the recording in time; NULL: the source is live. */
struct player *session_player(const struct session *session);

/* Memory kept for frames of a pause. */
size_t session_held(const struct session *session);
