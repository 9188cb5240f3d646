/* SPDX-License-Identifier: GPL-2.0-or-later */
/* detail_run - see detail_run.h */
#include "modes/detail_run.h"

#include "base/buf.h"
#include "base/clock.h"
#include "model/maps.h"
#include "modes/await.h"
#include "modes/tell.h"
#include "options/options.h"
#include "session/session.h"
#include "table/detail.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	DEFAULT_TICKS = 2,
	ANSWER_MS = 130000, /* longer than reading the largest may take */
};

struct detail_run {
	struct session *session;
	const struct options *options;
	struct buf text;
	uint64_t ticks; /* that came whole: of many processes a tick comes in pieces */
	bool missing;   /* one of the processes is not there */
	bool ended;     /* nothing more will come */
};

/* Takes what comes until UNTIL_MS. */
static void wait_until(struct detail_run *d, uint64_t until_ms)
{
	unsigned events = session_wait(d->session, until_ms, -1);

	if (events & SESSION_TICK)
		d->ticks = store_ticks(session_store(d->session));
	d->ended |= (events & SESSION_END) != 0;
}

static void wait_ticks(struct detail_run *d, uint64_t ticks)
{
	while (!d->ended && d->ticks < ticks)
		wait_until(d, SESSION_FOREVER);
}

static const struct proc *find_proc(const struct detail_run *d, int32_t pid)
{
	return store_find_pid(session_store(d->session), pid);
}

/* Asks for its details at every tick, and its mappings, as the screen of a process would ask
 * for. */
static void ask_details(struct detail_run *d, int32_t pid)
{
	const struct proc *proc = find_proc(d, pid);
	struct request watch = { .kind = REQUEST_WATCH, .npids = 1, .pids = { pid } };

	if (proc == NULL)
		return;
	session_ask(d->session, &watch, false);
	session_ask(d->session, &(struct request){ .kind = REQUEST_MAPPINGS, .id = proc->id },
		false);
}

/* For MS at most, until its mappings were read after SINCE_MS of boot time, or why not is known. */
static void wait_answer(struct detail_run *d, int32_t pid, uint64_t since_ms, uint64_t ms)
{
	uint64_t until_ms = clock_mono_ms() + ms;

	while (!d->ended && clock_mono_ms() < until_ms) {
		const struct proc *proc = find_proc(d, pid);
		const struct maps *maps = proc != NULL
						  ? store_maps(session_store(d->session), proc->id)
						  : NULL;
		if (proc == NULL || (maps != NULL && maps->answer_ms >= since_ms))
			return;
		wait_until(d, until_ms);
	}
}

/* First the details and texts, which come soon, then the mappings, which the reader takes its time
 * for. */
static void look_at(struct detail_run *d, int32_t pid)
{
	uint64_t since_ms = store_now_ms(session_store(d->session));

	ask_details(d, pid);
	d->ended |= await_settled(d->session, &pid, 1, clock_mono_ms() + AWAIT_MOST_MS) ==
		    AWAIT_ENDED;
	d->ticks = store_ticks(session_store(d->session));
	wait_answer(d, pid, since_ms, ANSWER_MS);
}

/* Once more, so that there is something to compare with; a large one may be read so rarely that the
 * time since the first look is not enough. */
static void look_again(struct detail_run *d, int32_t pid)
{
	const struct store *store = session_store(d->session);
	uint64_t now_ms = store_now_ms(store);

	session_ask(d->session, &(struct request){ .kind = REQUEST_AGAIN }, false);
	wait_answer(d, pid, now_ms, now_ms - store_first_ms(store));
}

/* The gain of the parts of many counts from here; of one alone its first look serves. */
static void look_at_all(struct detail_run *d)
{
	const struct options *o = d->options;

	for (size_t i = 0; i < o->npids && i < MAPS_KEPT; i++)
		if (find_proc(d, o->pids[i]) != NULL)
			look_at(d, o->pids[i]);
}

/* 0 or -errno. */
static int print_detail(struct detail_run *d, int32_t pid, bool first)
{
	const struct proc *proc = find_proc(d, pid);
	const struct store *store = session_store(d->session);

	if (proc == NULL) {
		tell_nobody(pid, d->session);
		d->missing = true;
		return 0;
	}
	buf_clear(&d->text);
	if (d->options->format == FORMAT_JSON) {
		detail_json(&d->text, store, proc);
	} else {
		if (!first)
			buf_putc(&d->text, '\n');
		detail_text(&d->text, store, proc, d->options->width);
	}
	return buf_write(&d->text, STDOUT_FILENO);
}

/* Each in its turn: only one can be looked at in depth at a time. */
static int run_all(struct detail_run *d)
{
	const struct options *o = d->options;
	bool live = session_player(d->session) == NULL,
	     long_enough = live && o->count > DEFAULT_TICKS;
	uint64_t ticks = o->count > 0 ? o->count : live ? DEFAULT_TICKS : UINT64_MAX;
	int error = 0;

	wait_ticks(d, 1);
	if (long_enough && o->npids > 1)
		look_at_all(d);
	if (o->npids > 1 || !live)
		wait_ticks(d, ticks);
	for (size_t i = 0; i < o->npids && error == 0; i++) {
		uint64_t now = d->ticks;
		if (live && find_proc(d, o->pids[i]) != NULL) {
			look_at(d, o->pids[i]);
			wait_ticks(d, now + 1 > ticks ? now + 1 : ticks);
		}
		if (long_enough && o->npids == 1)
			look_again(d, o->pids[i]);
		error = print_detail(d, o->pids[i], i == 0);
	}
	return error;
}

int detail_run(struct session *session, const struct options *options)
{
	struct detail_run d = { .session = session, .options = options };

	buf_init(&d.text);
	int error = run_all(&d);
	buf_done(&d.text);
	if (error == -EPIPE)
		return 0;
	if (d.ended)
		tell_message(session);
	return tell_unwritten(error) || d.missing;
}
