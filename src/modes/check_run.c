/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_run - see check_run.h
 *
 * A check never passes because nothing was seen: of everybody about whom the answer is open what it
 * hangs on is asked for and awaited, at the first look (a match is to be found at once) and after
 * the last.  In between those who came are watched, so that they are read while they live.
 */
#include "modes/check_run.h"

#include "base/clock.h"
#include "base/quit.h"
#include "base/xalloc.h"
#include "modes/await.h"
#include "modes/tell.h"
#include "options/options.h"
#include "run/match.h"
#include "session/session.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	STATUS_NONE = 0,
	STATUS_FOUND = 1,
	STATUS_TROUBLE = 2,
	ROUNDS = 3,        /* looks that make a rate, at most */
	WORST_MS = 2000,   /* for those of whom one may be worse than what was found */
	PSS_MS = 10 * 1000 /* PSS is no older than this while it is watched */
};

struct check_run {
	struct session *session;
	const struct options *options;
	struct match *match;
	struct view view;
	struct view_ask ask;
	bool rates;      /* what needs two looks is asked for */
	bool pss;        /* PSS is */
	uint64_t pss_ms; /* boot time when it was read last; 0: never */
	uint64_t ticks;
	struct tell_present present;
};

static enum match_result take_match(struct check_run *c)
{
	const struct store *store = session_store(c->session);

	view_build(&c->view, store, &c->ask);
	tell_present_take(&c->present, store);
	return match_take(c->match, store, &c->view);
}

/* Waits for the next tick, or for what else becomes known; 0 at the end. */
static unsigned next_news(struct check_run *c)
{
	const unsigned wanted = SESSION_TICK | SESSION_CHANGED;
	unsigned events = session_wait_for(c->session, wanted, SESSION_FOREVER);

	c->ticks += (events & SESSION_TICK) != 0;
	return events & wanted;
}

/* Nothing is told of what was not seen to its end. */
static int tell_trouble(const struct check_run *c)
{
	if (quit_signal() == 0 && !tell_message(c->session))
		tell("there is nothing to look at");
	return STATUS_TROUBLE;
}

/* --- this machine --------------------------------------------------------------------------- */

/* Processes about which the check is open; to be freed. */
static struct ident *undecided_ids(const struct check_run *c, size_t *count)
{
	*count = match_undecided(c->match, NULL, 0);
	struct ident *ids = xalloc_zero(*count + 1, sizeof(*ids));
	match_undecided(c->match, ids, *count);
	return ids;
}

/* Details and texts of them come soon. */
static void watch_undecided(struct check_run *c)
{
	struct request watch = { .kind = REQUEST_WATCH };
	size_t count;
	struct ident *ids = undecided_ids(c, &count);

	for (size_t i = 0; i < count && i < FRAME_PART_MAX; i++)
		watch.pids[watch.npids++] = ids[i].pid;
	if (count > 0)
		session_ask(c->session, &watch, false);
	free(ids);
}

/* Has read what the answer hangs on, until UNTIL_MS. */
static void read_undecided(struct check_run *c, uint64_t until_ms)
{
	size_t count;
	struct ident *ids = undecided_ids(c, &count);
	int32_t *pids = xalloc_zero(count + 1, sizeof(*pids));

	for (size_t i = 0; i < count; i++)
		pids[i] = ids[i].pid;
	await_settled(c->session, pids, count, until_ms);
	if (c->pss)
		await_pss(c->session, ids, count, until_ms);
	free(pids);
	free(ids);
}

/* PSS of all that are looked at, again. */
static void read_pss(struct check_run *c)
{
	struct ident *ids = xalloc_zero(c->view.count + 1, sizeof(*ids));

	for (size_t i = 0; i < c->view.count; i++)
		ids[i] = c->view.rows[i].proc->id;
	await_pss(c->session, ids, c->view.count, clock_mono_ms() + AWAIT_MOST_MS);
	c->pss_ms = store_now_ms(session_store(c->session));
	free(ids);
}

/* Whether another look after ROUND of them may tell more: of a rate, of one who did not answer
 * because it holds its memory lock or because the reader had no CPU, and once of those of whom
 * nothing came because they have ended. */
static bool is_worth_another(const struct check_run *c, int round)
{
	size_t count;
	struct ident *ids = undecided_ids(c, &count);
	bool worth = count > 0 && (round == 0 || (c->rates && round < ROUNDS));

	for (size_t i = 0; i < count && !worth; i++) {
		const struct proc *proc = store_find(session_store(c->session), ids[i]);
		worth = proc != NULL && proc->blocked_s > 0;
	}
	free(ids);
	return worth;
}

/* Until nothing is open of those who are there now, or cannot be decided. */
static enum match_result settle_match(struct check_run *c)
{
	uint64_t until_ms = clock_mono_ms() + AWAIT_MOST_MS;
	enum match_result result = take_match(c);

	match_until(c->match, store_now_ms(session_store(c->session)));
	if (result == MATCH_FOUND && match_undecided(c->match, NULL, 0) > 0) {
		/* who is worse is to be named, if that can be known soon */
		read_undecided(c, clock_mono_ms() + WORST_MS);
		return take_match(c);
	}
	for (int round = 0; result != MATCH_FOUND; round++) {
		read_undecided(c, until_ms);
		result = take_match(c);
		if (result == MATCH_FOUND || !is_worth_another(c, round) ||
			clock_mono_ms() >= until_ms)
			break;
		if (!await_look(c->session, c->rates || round > 0))
			break;
		result = take_match(c);
	}
	return result;
}

static double watched_s(const struct check_run *c)
{
	const struct store *store = session_store(c->session);

	return (double)(store_now_ms(store) - store_first_ms(store)) / 1000;
}

/* Ticks until something matches or MOST_S have passed; false at the end of the source. */
static bool watch_ticks(struct check_run *c, double most_s)
{
	unsigned events;

	while (watched_s(c) < most_s && (events = next_news(c)) != 0) {
		bool open = match_undecided(c->match, NULL, 0) > 0;
		uint64_t now_ms = store_now_ms(session_store(c->session));

		if ((events & SESSION_TICK) == 0 && !open)
			continue;
		if (c->pss && now_ms >= c->pss_ms + PSS_MS)
			read_pss(c);
		if (take_match(c) == MATCH_FOUND)
			return true;
		if ((events & SESSION_TICK) != 0)
			watch_undecided(c);
	}
	return watched_s(c) >= most_s;
}

static bool first_tick(struct check_run *c)
{
	for (unsigned events; (events = next_news(c)) != 0;)
		if ((events & SESSION_TICK) != 0)
			return true;
	return false;
}

/* Processes that hide from us are counted from the second tick on. */
static bool second_tick(struct check_run *c)
{
	struct request tick = { .kind = REQUEST_TICK };

	session_ask(c->session, &tick, false);
	return first_tick(c);
}

/* The first look answers what needs no time, the second what is a rate. Only what neither decides
 * is watched, for as long as was allowed; a match ends it at once. */
static int check_live(struct check_run *c, double most_s)
{
	bool lives = first_tick(c);

	if (!lives)
		return tell_trouble(c);
	take_match(c);
	if (tell_missing(&c->present, c->session))
		return STATUS_TROUBLE;
	if (!second_tick(c))
		return tell_trouble(c);
	enum match_result result = settle_match(c);
	if (result != MATCH_FOUND && watched_s(c) < most_s) {
		c->pss_ms = store_now_ms(session_store(c->session));
		match_until(c->match, UINT64_MAX);
		lives = watch_ticks(c, most_s);
		if (lives && c->pss && match_result(c->match) != MATCH_FOUND)
			read_pss(c);
		result = settle_match(c);
	}
	if (quit_signal() != 0 || (!lives && result != MATCH_FOUND))
		return tell_trouble(c);
	return -1;
}

/* --- a recording ---------------------------------------------------------------------------- */

/* Every tick, and what became known between two: a recording holds nothing else. */
static int check_recording(struct check_run *c)
{
	unsigned events;

	while ((events = next_news(c)) != 0)
		if ((events & SESSION_TICK) != 0 || match_undecided(c->match, NULL, 0) > 0)
			take_match(c);
	if (c->ticks == 0 || quit_signal() != 0)
		return tell_trouble(c);
	tell_message(c->session);
	return tell_missing(&c->present, c->session) ? STATUS_TROUBLE : -1;
}

static int say_result(const struct check_run *c)
{
	static const int statuses[] = {
		[MATCH_NONE] = STATUS_NONE,
		[MATCH_FOUND] = STATUS_FOUND,
		[MATCH_OPEN] = STATUS_TROUBLE,
	};
	struct buf line;

	buf_init(&line);
	match_line(&line, c->match);
	int error = buf_write(&line, STDOUT_FILENO);
	buf_done(&line);
	/* one that nobody could read is no OK; what was found stays found */
	if (tell_unwritten(error) && match_result(c->match) == MATCH_NONE)
		return STATUS_TROUBLE;
	return statuses[match_result(c->match)];
}

static bool asks_column(const struct options *o, enum column_id column)
{
	return query_asks(o->check_query, column) ||
	       (o->filter_query != NULL && query_asks(o->filter_query, column));
}

int check_run(struct session *session, const struct options *options)
{
	const struct options *o = options;
	bool live = o->replay == NULL;
	struct check_run c = { .session = session, .options = o };
	const struct match_scope scope = {
		.filter = o->filter_query,
		.uid = o->uid,
		.whole = live && o->npids == 0 && o->uid != (int64_t)geteuid(),
		.containers = o->npids == 0 && o->uid < 0,
		.recorded = !live,
		.self = live ? getpid() : 0,
		.most_s = o->for_s,
	};
	double most_s = o->for_s > 0 ? o->for_s : query_patience_s(o->check_query);

	c.ask = options_ask(o, NULL);
	c.ask.uid = -1; /* the match decides of users and the filter */
	c.ask.query = NULL;
	c.pss = asks_column(o, COL_PSS);
	c.rates = asks_column(o, COL_CPU) || asks_column(o, COL_TIME) ||
		  asks_column(o, COL_MAJFLT) || asks_column(o, COL_MINFLT);
	tell_present_init(&c.present, o);
	c.match = match_new(o->check_query, o->check, &scope);
	view_init(&c.view);
	session_single(c.session);
	if (query_asks(o->check_query, COL_CAUSE) && !o->no_inside)
		session_look_inside(c.session);
	int status = live ? check_live(&c, most_s) : check_recording(&c);
	if (status < 0)
		status = say_result(&c);
	match_free(c.match);
	view_done(&c.view);
	tell_present_done(&c.present);
	return status;
}
