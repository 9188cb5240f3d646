/* session - one run of memtop without its face: frames from a source into the store
 *
 * What the dashboard and the batch mode share.  It owns the source and the store, hands out the store
 * for reading, keeps frames back while the display is paused (encoded, up to PAUSE_MAX bytes; beyond
 * that a key frame is asked for and the histories get a gap), and collects answers to requests.
 */
#ifndef MEMTOP_SESSION_H
#define MEMTOP_SESSION_H

#include "frame/request.h"
#include "model/store.h"

#include <stdbool.h>

struct session;
struct source;

enum { SESSION_PAUSE_MAX = 16 * 1024 * 1024, SESSION_TEXT_MAX = 256 };

/* What session_step saw, or'ed together. */
enum session_event {
	SESSION_TICK = 1,    /* at least one tick is complete: every figure is of the newest */
	SESSION_CHANGED = 2, /* something else is known: names, details */
	SESSION_NOTICE = 4,  /* session_notice has something */
	SESSION_TROUBLE = 8, /* session_message says what the source recovered from */
	SESSION_END = 16,    /* no more will come */
};

/* Takes the source over. */
struct session *session_new(struct source *source);
void session_free(struct session *session); /* ends the source; NULL is fine */

/* Takes all frames that have come.  Returns enum session_event flags; never blocks. */
unsigned session_step(struct session *session);

/* Descriptor to poll for reading, or -1; and at most so many ms until the next session_step, -1: any. */
int session_fd(const struct session *session);
int session_timeout_ms(const struct session *session);

const struct store *session_store(const struct session *session);

/* Frames are kept back until it is let go on; the store stands still. */
void session_pause(struct session *session, bool pause);
bool session_paused(const struct session *session);

/* Asks the sampler; an answer wanted gets a number, which is returned (0: no source to ask). */
uint32_t session_ask(struct session *session, struct request *request, bool answer);

/* The oldest answer not yet taken; false when there is none. */
struct session_notice {
	uint32_t request;
	int error; /* errno value, 0: done */
	char text[SESSION_TEXT_MAX];
};

bool session_notice(struct session *session, struct session_notice *notice);

/* What the source has to say, "" for nothing; lives until the next call. */
const char *session_message(const struct session *session);

bool session_is_live(const struct session *session);
void session_set_baseline(struct session *session);

/* CPU time the sampler and its reader took for the last tick. */
uint32_t session_cost_us(const struct session *session);

/* Memory kept for frames of a pause. */
size_t session_held(const struct session *session);

#endif
