/* SPDX-License-Identifier: GPL-2.0-or-later */
/* await - see await.h; asks and waits, looks at no figure */
#include "modes/await.h"

#include "base/clock.h"

#include <string.h>

enum {
	PSS_AT_ONCE = 8, /* half of what the sampler takes at once */
	TURN_MS = 1000,
};

/* A sampler that was lost, or whose pipe was full, is asked again after a while. */
static unsigned wait_turn(struct session *session, uint64_t until_ms)
{
	uint64_t turn_ms = clock_mono_ms() + TURN_MS;

	return session_wait(session, turn_ms < until_ms ? turn_ms : until_ms, -1);
}

static uint32_t ask_settle(struct session *session, struct request *what)
{
	struct request settle = { .kind = REQUEST_SETTLE };

	session_ask(session, what, false);
	return session_ask(session, &settle, true);
}

/* Asks WHAT, and waits until all of it was answered that will be. */
static enum await_end settle_part(struct session *session, struct request *what, uint64_t until_ms)
{
	uint32_t number = ask_settle(session, what);

	for (;;) {
		unsigned events = wait_turn(session, until_ms);

		if (number != 0 && session_take_answers(session, number) > 0)
			return AWAIT_DONE;
		if ((events & SESSION_END) != 0)
			return AWAIT_ENDED;
		if (clock_mono_ms() >= until_ms)
			return AWAIT_LATE;
		/* another sampler knows nothing of what the one before was asked */
		if (number == 0 || (events & SESSION_TROUBLE) != 0)
			number = ask_settle(session, what);
	}
}

static enum await_end settle_some(struct session *session, enum request_kind kind,
	const int32_t *numbers, size_t count, uint64_t until_ms)
{
	struct request what = { .kind = kind, .npids = count };

	memcpy(what.pids, numbers, count * sizeof(numbers[0]));
	return settle_part(session, &what, until_ms);
}

enum await_end await_settled(struct session *session, const int32_t *pids, size_t count,
	uint64_t until_ms)
{
	size_t at = 0;

	do {
		size_t part = count - at < FRAME_PART_MAX ? count - at : FRAME_PART_MAX;
		enum await_end end = settle_some(session, REQUEST_WATCH, &pids[at], part, until_ms);
		if (end != AWAIT_DONE)
			return end;
		at += FRAME_PART_MAX;
	} while (at < count);
	return AWAIT_DONE;
}

enum await_end await_groups(struct session *session, const int32_t *numbers, size_t count,
	uint64_t until_ms)
{
	size_t most = count < FRAME_PART_MAX ? count : FRAME_PART_MAX;

	return settle_some(session, REQUEST_GROUPS, numbers, most, until_ms);
}

enum await_end await_pss(struct session *session, const struct ident *ids, size_t count,
	uint64_t until_ms)
{
	size_t next = 0, waiting = 0;
	uint32_t first = 0;

	while (next < count || waiting > 0) {
		for (; next < count && waiting < PSS_AT_ONCE; next++, waiting++) {
			struct request ask = { .kind = REQUEST_PSS, .id = ids[next] };
			uint32_t number = session_ask(session, &ask, true);
			if (number == 0)
				break;
			first = first != 0 ? first : number;
		}
		unsigned events = wait_turn(session, until_ms);
		size_t came = session_take_answers(session, first != 0 ? first : UINT32_MAX);
		waiting -= came < waiting ? came : waiting;
		if ((events & SESSION_TROUBLE) != 0)
			waiting = 0; /* those answers died with the sampler */
		if ((events & SESSION_END) != 0)
			return AWAIT_ENDED;
		if (clock_mono_ms() >= until_ms)
			return waiting > 0 || next < count ? AWAIT_LATE : AWAIT_DONE;
	}
	return AWAIT_DONE;
}

bool await_look(struct session *session, bool rates)
{
	struct request tick = { .kind = REQUEST_TICK };

	if (rates)
		session_wait_for(session, SESSION_END, clock_mono_ms() + AWAIT_RATE_MS);
	session_ask(session, &tick, false);
	unsigned events = session_wait_for(session, SESSION_TICK, clock_mono_ms() + AWAIT_MOST_MS);
	return (events & SESSION_TICK) != 0;
}
