/* session - frames from a source into the store (session.h); knows no terminal */
#include "session.h"

#include "base/buf.h"
#include "base/xalloc.h"
#include "frame/decode.h"
#include "frame/encode.h"
#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICES_MAX = 32 };

struct session {
	struct source *source;
	struct store *store;
	bool header_told;
	bool ended;
	bool paused;
	bool overflowed;        /* more came during the pause than is kept */
	struct buf kept;        /* frames of the pause, a line each */
	struct frame *scratch;  /* to decode them into */
	uint32_t last_request;
	uint32_t cost_us;
	struct session_notice notices[NOTICES_MAX]; /* a ring */
	size_t notice_first, notice_count;
	char message[SESSION_TEXT_MAX];
};

struct session *session_new(struct source *source)
{
	struct session *session = xalloc_zero(1, sizeof *session);

	session->source = source;
	session->store = store_new();
	buf_init(&session->kept);
	return session;
}

void session_free(struct session *session)
{
	if (session == NULL)
		return;
	source_close(session->source);
	store_free(session->store);
	frame_free(session->scratch);
	buf_done(&session->kept);
	free(session);
}

/* The oldest is lost when nobody takes them. */
static void keep_notice(struct session *session, const struct notice *notice)
{
	if (session->notice_count == NOTICES_MAX) {
		session->notice_first = (session->notice_first + 1) % NOTICES_MAX;
		session->notice_count--;
	}
	size_t at = (session->notice_first + session->notice_count++) % NOTICES_MAX;
	struct session_notice *slot = &session->notices[at];
	slot->request = notice->request;
	slot->error = notice->error;
	snprintf(slot->text, sizeof slot->text, "%s", notice->text != NULL ? notice->text : "");
}

static unsigned apply(struct session *session, const struct frame *frame)
{
	store_apply(session->store, frame);
	if (frame->tick)
		session->cost_us = frame->cost_us;
	return (frame->tick && !frame->more) ? SESSION_TICK : SESSION_CHANGED;
}

static void keep_frame(struct session *session, const struct frame *frame)
{
	if (!session->overflowed)
		encode_frame(&session->kept, frame);
	if (session->kept.len > SESSION_PAUSE_MAX) {
		session->overflowed = true;
		buf_clear(&session->kept);
	}
}

static unsigned take_frame(struct session *session, const struct frame *frame)
{
	unsigned events = 0;

	if (!session->header_told) {
		store_set_header(session->store, source_header(session->source));
		session->header_told = true;
	}
	for (size_t i = 0; i < frame->nnotices; i++) {
		keep_notice(session, &frame->notices[i]);
		events |= SESSION_NOTICE;
	}
	if (session->paused)
		keep_frame(session, frame);
	else
		events |= apply(session, frame);
	return events;
}

unsigned session_step(struct session *session)
{
	const struct frame *frame;
	unsigned events = 0;

	while (!session->ended) {
		switch (source_next(session->source, &frame)) {
		case SOURCE_NONE:
			return events;
		case SOURCE_FRAME:
			events |= take_frame(session, frame);
			break;
		case SOURCE_TROUBLE:
			snprintf(session->message, sizeof session->message, "%s",
					source_message(session->source));
			session->header_told = false;
			events |= SESSION_TROUBLE;
			break;
		case SOURCE_END:
			snprintf(session->message, sizeof session->message, "%s",
					source_message(session->source));
			session->ended = true;
			break;
		}
	}
	return events | SESSION_END;
}

int session_fd(const struct session *session)
{
	return session->ended ? -1 : source_fd(session->source);
}

int session_timeout_ms(const struct session *session)
{
	return session->ended ? -1 : source_timeout_ms(session->source);
}

const struct store *session_store(const struct session *session)
{
	return session->store;
}

/* Applies what was kept back. */
static void catch_up(struct session *session)
{
	char why[DECODE_WHY_MAX];
	const char *line = buf_text(&session->kept);
	const char *end = line + session->kept.len;

	if (session->scratch == NULL)
		session->scratch = frame_new();
	while (line < end) {
		size_t len = strcspn(line, "\n");
		frame_reset(session->scratch);
		if (decode_frame(session->scratch, line, len, why) == 0)
			apply(session, session->scratch);
		line += len + 1;
	}
	buf_done(&session->kept);
	buf_init(&session->kept);
}

void session_pause(struct session *session, bool pause)
{
	if (session->paused == pause)
		return;
	session->paused = pause;
	if (pause)
		return;
	catch_up(session);
	if (session->overflowed) {
		struct request key = { .kind = REQUEST_KEY };
		session_ask(session, &key, false);
		session->overflowed = false;
	}
}

bool session_paused(const struct session *session)
{
	return session->paused;
}

uint32_t session_ask(struct session *session, struct request *request, bool answer)
{
	request->number = answer ? ++session->last_request : 0;
	if (session->ended || source_ask(session->source, request) != 0)
		return 0;
	return request->number;
}

bool session_notice(struct session *session, struct session_notice *notice)
{
	if (session->notice_count == 0)
		return false;
	*notice = session->notices[session->notice_first];
	session->notice_first = (session->notice_first + 1) % NOTICES_MAX;
	session->notice_count--;
	return true;
}

const char *session_message(const struct session *session)
{
	return session->message;
}

bool session_is_live(const struct session *session)
{
	return !session->ended && source_is_live(session->source);
}

void session_set_baseline(struct session *session)
{
	store_set_baseline(session->store);
}

uint32_t session_cost_us(const struct session *session)
{
	return session->cost_us;
}

size_t session_held(const struct session *session)
{
	return session->kept.cap;
}
