/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session - frames from a source into the store (session.h); knows no terminal */
#include "session/session.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/quit.h"
#include "base/xalloc.h"
#include "frame/decode.h"
#include "frame/encode.h"
#include "session/history.h"
#include "session/looks.h"
#include "session/player.h"
#include "session/thin.h"
#include "source/record.h"
#include "source/source.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICES_MAX = 32 };

struct session {
	struct source *source;
	struct store *store;
	struct record *record;   /* NULL: none */
	struct player *player;   /* NULL: the source is live */
	struct history *history; /* being read; NULL: none */
	struct thin thin;
	bool header_told;
	bool ended;
	bool single;           /* a step ends with a tick */
	bool more;             /* the last step stopped before it had taken all */
	bool paused;           /* frames are kept back (live) */
	bool said;             /* a notice of our own came with the frame */
	bool overflowed;       /* more came during the pause than is kept */
	bool full_told;        /* that the store dropped something */
	struct buf kept;       /* frames of the pause, a line each */
	struct frame *scratch; /* to decode them into */
	bool look_inside;      /* who climbs is looked into */
	struct looks looks;
	uint32_t last_request;
	uint32_t cost_us, slow_ms;
	session_seen *seen; /* NULL: nobody */
	void *seen_context;
	struct request watch;                       /* asked for last; no pids: nothing yet */
	int32_t watch_too;                          /* 0: nobody else */
	struct session_notice notices[NOTICES_MAX]; /* a ring */
	size_t notice_first, notice_count;
	char message[SESSION_TEXT_MAX];
};

struct session *session_new(struct source *source, bool replay)
{
	struct session *session = xalloc_zero(1, sizeof(*session));

	session->source = source;
	session->store = store_new();
	session->player = replay ? player_new(source, session->store) : NULL;
	buf_init(&session->kept);
	return session;
}

void session_free(struct session *session)
{
	if (session == NULL)
		return;
	session_end_record(session); /* first: an end by a signal has little time */
	player_free(session->player);
	history_free(session->history);
	source_close(session->source);
	store_free(session->store);
	frame_free(session->scratch);
	buf_done(&session->kept);
	free(session);
}

void session_look_inside(struct session *session)
{
	session->look_inside = true;
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
	snprintf(slot->text, sizeof(slot->text), "%s", notice->text != NULL ? notice->text : "");
}

void session_say(struct session *session, const char *text)
{
	const struct notice notice = { .error = EAGAIN, .text = text };

	keep_notice(session, &notice);
	session->said = true;
}

/* A tick may have several frames; each of them says the same. */
static void take_pace(struct session *session, const struct frame *frame)
{
	session->cost_us = frame->cost_us;
	session->slow_ms = frame->stretched ? frame->interval_ms : 0;
}

/* A jump in a recording makes another store of it: nothing of what was before is true there. */
static unsigned apply_frame(struct session *session, const struct frame *frame)
{
	if (frame->jump)
		store_reset(session->store);
	if (session->player != NULL)
		frame = thin_frame(&session->thin, frame, player_left_ms(session->player, frame));
	store_apply(session->store, frame);
	if (session->history != NULL)
		history_keep(session->history, frame);
	if (frame->tick)
		take_pace(session, frame);
	bool whole = frame->tick && !frame->more;
	struct request look;
	if (whole && session->look_inside && session_is_live(session) &&
		looks_step(&session->looks, session->store, &look))
		session_ask(session, &look, false);
	if (session->seen != NULL && (whole || !frame->tick))
		session->seen(session->seen_context, session->store, whole);
	return whole ? SESSION_TICK : SESSION_CHANGED;
}

/* As text, which takes less than the structs; past the bound all of it is dropped, and a key frame
 * asked for at the end of the pause. */
static void keep_frame(struct session *session, const struct frame *frame)
{
	if (!session->overflowed)
		encode_frame(&session->kept, frame);
	if (session->kept.len > SESSION_PAUSE_MAX) {
		session->overflowed = true;
		buf_clear(&session->kept);
	}
}

/* Recorded before it is applied, and during a pause too: a recording has no holes for the screen's
 * sake. */
static void write_record(struct session *session, const struct frame *frame)
{
	struct request key = { .kind = REQUEST_KEY };

	if (session->record == NULL)
		return;
	record_frame(session->record, source_header(session->source), frame);
	if (record_wants_key(session->record))
		session_ask(session, &key, false);
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
	write_record(session, frame);
	if (session->paused)
		keep_frame(session, frame);
	else
		events |= apply_frame(session, frame);
	if (session->said)
		events |= SESSION_NOTICE;
	session->said = false;
	if (session->player != NULL)
		player_take(session->player, (events & SESSION_TICK) != 0);
	return events;
}

/* Says once that there is more than is kept. */
static unsigned tell_overflow(struct session *session)
{
	if (session->full_told || !store_overflowed(session->store))
		return 0;
	session->full_told = true;
	snprintf(session->message, sizeof(session->message),
		"%s tells of more processes, users or text than is kept; what is "
		"beyond is not shown",
		session->player != NULL ? "the recording" : "the sampler");
	return SESSION_TROUBLE;
}

void session_begin_history(struct session *session, const char *folder)
{
	session->history = history_new(folder);
}

/* The recording of before is read once a first look can be shown. */
static unsigned read_history(struct session *session)
{
	struct store *before = session->store;

	if (session->history != NULL && store_ticks(before) > 0)
		session->store = history_read(&session->history, before);
	return session->store != before ? SESSION_CHANGED : 0;
}

/* Takes turns with the screen: after SESSION_TURN_MS it returns with `more`, so that keys are heard
 * while a long recording is read or a sampler floods. */
unsigned session_step(struct session *session)
{
	const struct frame *frame;
	unsigned events = read_history(session);
	uint64_t until_ms = clock_mono_ms() + SESSION_TURN_MS;

	xalloc_reserve(); /* what a moment without memory took is set aside again */
	session->more = false;
	while (!session->ended) {
		if (quit_signal() != 0) {
			session->message[0] = '\0';
			session->ended = true;
			break;
		}
		if (clock_mono_ms() >= until_ms ||
			(session->single && (events & SESSION_TICK) != 0)) {
			session->more = true;
			return events;
		}
		switch (source_next(session->source, &frame)) {
		case SOURCE_NONE:
			if (session->player != NULL && !player_busy(session->player))
				thin_arrive(&session->thin, session->store);
			return events;
		case SOURCE_FRAME:
			events |= take_frame(session, frame);
			events |= tell_overflow(session);
			break;
		case SOURCE_TROUBLE:
			snprintf(session->message, sizeof(session->message), "%s",
				source_message(session->source));
			session->header_told = false; /* another sampler has a header of its own */
			session->more = true; /* its message is to be read before another comes */
			return events | SESSION_TROUBLE;
		case SOURCE_END:
			snprintf(session->message, sizeof(session->message), "%s",
				source_message(session->source));
			/* a recording stays, and one can go back in it */
			session->ended = session->player == NULL;
			if (session->player != NULL) {
				thin_arrive(&session->thin, session->store);
				player_take_end(session->player);
			}
			return events | SESSION_END;
		}
	}
	return events | SESSION_END;
}

void session_single(struct session *session)
{
	session->single = true;
}

int session_fd(const struct session *session)
{
	return session->ended ? -1 : source_fd(session->source);
}

int session_timeout_ms(const struct session *session)
{
	if (session->more || (session->history != NULL && store_ticks(session->store) > 0))
		return 0;
	return session->ended ? -1 : source_timeout_ms(session->source);
}

/* At the end of a recording nothing will come: poll would only wait. */
unsigned session_wait(struct session *session, uint64_t until_ms, int other_fd)
{
	struct pollfd fds[] = {
		{ .fd = session_fd(session), .events = POLLIN },
		{ .fd = other_fd, .events = POLLIN },
	};
	uint64_t now_ms = clock_mono_ms(), left_ms = until_ms > now_ms ? until_ms - now_ms : 0;
	int timeout = session_timeout_ms(session);

	if (left_ms < INT_MAX && (timeout < 0 || timeout > (int)left_ms))
		timeout = (int)left_ms;
	if (!session->ended && (session->player == NULL || !player_at_end(session->player)))
		poll(fds, 2, timeout);
	return session_step(session);
}

unsigned session_wait_for(struct session *session, unsigned wanted, uint64_t until_ms)
{
	unsigned events = 0;

	do
		events |= session_wait(session, until_ms, -1);
	while ((events & (wanted | SESSION_END)) == 0 && clock_mono_ms() < until_ms);
	return events;
}

void session_call(struct session *session, const char *name)
{
	store_call(session->store, name);
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
			apply_frame(session, session->scratch);
		line += len + 1;
	}
	buf_done(&session->kept);
	buf_init(&session->kept);
}

void session_pause(struct session *session, bool pause)
{
	if (session->player != NULL)
		player_pause(session->player, pause);
	if (session->player != NULL || session->paused == pause)
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
	return session->player != NULL ? player_paused(session->player) : session->paused;
}

/* Asks for what is watched, with the one that is watched too; the last place is given up for it. */
static int ask_watch(struct session *session)
{
	struct request all = session->watch;

	all.kind = REQUEST_WATCH;
	if (session->watch_too != 0) {
		all.npids -= all.npids == FRAME_PART_MAX;
		all.pids[all.npids++] = session->watch_too;
	}
	return source_ask(session->source, &all);
}

void session_watch_too(struct session *session, int32_t pid)
{
	if (session->watch_too == pid)
		return;
	session->watch_too = pid;
	if (!session->ended)
		ask_watch(session);
}

uint32_t session_ask(struct session *session, struct request *request, bool answer)
{
	bool watch = request->kind == REQUEST_WATCH;

	request->number = answer ? ++session->last_request : 0;
	if (watch)
		session->watch = *request;
	if (session->ended ||
		(watch ? ask_watch(session) : source_ask(session->source, request)) != 0)
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

/* Answers to other requests move up, in their order. */
size_t session_take_answers(struct session *session, uint32_t number)
{
	size_t kept = 0, count = session->notice_count;

	for (size_t i = 0; i < count; i++) {
		size_t from = (session->notice_first + i) % NOTICES_MAX;
		size_t to = (session->notice_first + kept) % NOTICES_MAX;

		if (session->notices[from].request != 0 && session->notices[from].request >= number)
			continue;
		if (to != from)
			session->notices[to] = session->notices[from];
		kept++;
	}
	session->notice_count = kept;
	return count - kept;
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

uint32_t session_slow_ms(const struct session *session)
{
	return session->slow_ms;
}

uint32_t session_cost_us(const struct session *session)
{
	return session->cost_us;
}

void session_record(struct session *session, struct record *record)
{
	session->record = record;
}

void session_on_seen(struct session *session, session_seen *seen, void *context)
{
	session->seen = seen;
	session->seen_context = context;
}

void session_on_forget(struct session *session,
	void (*tell)(void *context, const struct proc *proc), void *context)
{
	store_on_forget(session->store, tell, context);
}

int session_end_record(struct session *session)
{
	int error = record_close(session->record);

	session->record = NULL;
	return error;
}

const char *session_record_message(const struct session *session)
{
	return session->record != NULL ? record_message(session->record) : "";
}

uint64_t session_record_size(const struct session *session)
{
	return session->record != NULL ? record_size(session->record) : 0;
}

bool session_recording(const struct session *session)
{
	return session->record != NULL;
}

struct player *session_player(const struct session *session)
{
	return session->player;
}

size_t session_held(const struct session *session)
{
	return session->kept.cap;
}
