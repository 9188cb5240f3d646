/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settle - wait for rest, then prove it with a sentinel */
#include "settle.h"

#include <errno.h>

#include "proc.h"
#include "ticks.h"

/* An ignored signal or a key that stays in the queue of a busy terminal wakes nobody; after this
 * long a sleeping program is taken to have had its say. */
enum { WAKE_MS = 1000 };

static bool is_at_rest(struct session *session)
{
	struct proc_rest rest;

	/* in the middle of a frame or a sequence there is more to come */
	if (session->wire.modes.sync || !wire_between(&session->wire) ||
		pty_unread(&session->pty) > 0)
		return false;
	proc_rest(pty_foreground(&session->pty), &rest);
	if (!rest.waiting)
		return false;
	return rest.wakes != session->wakes ||
	       ticks_us() - session->input_us > (int64_t)WAKE_MS * 1000;
}

/* Sends a sentinel and takes in output until it comes: 1 when nothing else came before it, 0 when
 * something did, or -ETIMEDOUT. */
static int prove(struct session *session, int64_t limit)
{
	const uint64_t number = ++session->sentinels;
	const uint64_t bytes = session->wire.counts.bytes;
	char text[SENTINEL_MOST];
	const int length = sentinel_print(text, number);

	if (pty_say(&session->pty, text, (size_t)length))
		return session->pty.ended ? 1 : -ETIMEDOUT;
	for (;;) {
		const enum session_event event = session_step(session, ticks_left_ms(limit, 1000));

		if (event == SESSION_SENTINEL && session->sentinel.number == number)
			return session->wire.counts.bytes == bytes;
		if (ticks_us() >= limit)
			return -ETIMEDOUT;
	}
}

int settle(struct session *session, int64_t limit)
{
	if (session->hung_up)
		return 0;
	for (;;) {
		int proof;

		session_drain(session);
		if (session->pty.ended || is_at_rest(session)) {
			proof = prove(session, limit);
			if (proof < 0)
				return proof;
			if (proof && (session->pty.ended || is_at_rest(session))) {
				session->unsettled = false;
				return 0;
			}
		} else {
			session_step(session, 1);
		}
		if (ticks_us() >= limit)
			return -ETIMEDOUT;
	}
}
