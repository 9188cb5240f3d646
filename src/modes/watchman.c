/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watchman - see watchman.h */
#include "modes/watchman.h"

#include "base/clock.h"
#include "modes/await.h"
#include "modes/tell.h"

enum {
	ALARM_END_MS = 500, /* for what --exec still waits for at the end */
	EARLY_TICKS = 2,
};

/* PSS is read of nobody who does not ask for it: a few after each look, in turn. */
static void ask_pss(const struct watchman *man, const struct store *store)
{
	struct ident ids[ALARM_PSS_MAX];
	size_t count = alarm_wants_pss(man->alarm, store, ids);

	for (size_t i = 0; i < count; i++)
		session_ask(man->session, &(struct request){ .kind = REQUEST_PSS, .id = ids[i] },
			false);
}

static void take_alarm(void *context, const struct store *store, bool tick)
{
	const struct watchman *man = context;

	if (tick && !man->ending)
		alarm_take(man->alarm, store);
	else
		alarm_known(man->alarm, store, tick);
	/* the first look knows little: who matches by what comes behind it begins at it */
	if (!tick && !man->ending && store_ticks(store) <= EARLY_TICKS)
		alarm_again(man->alarm, store);
	if (tick && !man->ending)
		ask_pss(man, store);
	if (alarm_message(man->alarm)[0] != '\0')
		session_say(man->session, alarm_message(man->alarm));
	session_watch_too(man->session, alarm_waits_for(man->alarm).pid);
}

/* After a look or two, what the expression asks of those that no table is about may be missing. */
void watchman_read(const struct watchman *man)
{
	const struct store *store = session_store(man->session);
	int32_t pids[FRAME_PART_MAX];

	if (man->alarm == NULL)
		return;
	size_t count = store_ticks(store) <= EARLY_TICKS ? alarm_undecided(man->alarm, store, pids)
							 : 0;
	await_settled(man->session, pids, count, clock_mono_ms() + AWAIT_MOST_MS);
}

/* The alarm may still wait for details of whom it is to tell about. */
void watchman_end(struct watchman *man)
{
	uint64_t until_ms = clock_mono_ms() + ALARM_END_MS;
	unsigned events = 0;

	if (man->alarm == NULL)
		return;
	man->ending = true;
	while (alarm_waits_for(man->alarm).pid != 0 && (events & SESSION_END) == 0 &&
		clock_mono_ms() < until_ms)
		events = session_wait(man->session, until_ms, -1);
	alarm_known(man->alarm, session_store(man->session), true);
	alarm_end(man->alarm);
	if (alarm_message(man->alarm)[0] != '\0')
		tell("%s", alarm_message(man->alarm));
}

int watchman_open(struct watchman *man, const struct options *options, char why[ALARM_WHY_MAX])
{
	struct alarm_options how = {
		.expr = options->on,
		.ask = options_ask(options, NULL),
		.command = options->exec,
		.every_s = options->every_s > 0 ? options->every_s : 60,
		.quiet = options->mode == MODE_SCREEN,
	};

	how.ask.sort = COL_FOOTPRINT;
	how.ask.query = options->on_query;
	*man = (struct watchman){ 0 };
	return options->on != NULL ? alarm_new(&man->alarm, &how, why) : 0;
}

void watchman_begin(struct watchman *man, struct session *session)
{
	man->session = session;
	if (man->alarm != NULL)
		session_on_seen(session, take_alarm, man);
}

void watchman_done(struct watchman *man)
{
	alarm_free(man->alarm);
}
