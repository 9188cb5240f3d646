/* SPDX-License-Identifier: GPL-2.0-or-later */
/* past_run - see past_run.h; what is said of the moment, past_report.c writes */
#include "modes/past_run.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/quit.h"
#include "base/units.h"
#include "modes/batch.h"
#include "modes/past_report.h"
#include "modes/tell.h"
#include "options/moment.h"
#include "options/options.h"
#include "session/player.h"
#include "session/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	TROUBLE = 1,
	LARGEST = 10,
	BEYOND_MS = 60 * 1000, /* behind the last look: later than that is not in the recording */
	KILLED_MS = 15 * 1000, /* after a kill: who it was is known by then */
	AGO_WORDS_MAX = CLOCK_WORDS_MAX + 40,
};

const char *past_recording(const struct options *options, char found[FLIGHT_PATH_MAX])
{
	struct flight_status status;

	if (options->replay != NULL)
		return options->replay;
	int error = flight_find(found, FLIGHT_PATH_MAX);
	if (error == 0)
		error = flight_look(&status, found);
	if (error == 0)
		return found;
	if (error == -ENOENT)
		tell("nothing was recorded%s%s; memtop --flight keeps the last days of a machine, "
		     "--replay FILE names another recording%s",
			found[0] != '\0' ? " in " : "", found, flight_remedy(error));
	else
		tell("%s: %s%s; --replay FILE names another recording", found, strerror(-error),
			flight_remedy(error));
	return NULL;
}

/* --- going there ----------------------------------------------------------------------------- */

/* "2026-11-28 04:10:00 (23 hours ago)" */
static const char *when_words(char out[AGO_WORDS_MAX], uint64_t wall_ms)
{
	char when[CLOCK_WORDS_MAX];
	uint64_t now_ms = clock_wall_ms();

	snprintf(out, AGO_WORDS_MAX, "%s (%s ago)", clock_words(when, CLOCK_SECOND, wall_ms),
		units_seconds_words(UNITS_TEXT,
			now_ms > wall_ms ? (double)(now_ms - wall_ms) / 1000 : 0));
	return out;
}

/* A time without a date is one of the recording: before its end, where FILE was named. */
static uint64_t wanted_ms(const struct options *options, uint64_t last_ms)
{
	uint64_t wall_ms = 0;

	moment_parse(options->at, options->replay != NULL ? last_ms : clock_wall_ms(), &wall_ms);
	return wall_ms;
}

/* A moment outside of the recording is refused with what there is, and with what would have kept
 * more. */
static int go_at(struct player *player, const struct options *options, const char *name)
{
	uint64_t first_ms, last_ms;
	char when[AGO_WORDS_MAX], wanted[CLOCK_WORDS_MAX];
	int error = player_reach(player, &first_ms, &last_ms);

	if (error != 0)
		return error;
	uint64_t wall_ms = wanted_ms(options, last_ms);
	clock_words(wanted, CLOCK_SECOND, wall_ms);
	int64_t apart_ms = player_apart(player, wall_ms);
	if (apart_ms < 0) {
		tell("%s reaches back to %s, not to %s%s", name, when_words(when, first_ms), wanted,
			options->replay != NULL ? ""
						: "; memtop --flight --keep 3d would keep more");
		return TROUBLE;
	}
	if (apart_ms > BEYOND_MS) {
		tell("%s ends at %s; of %s nothing was recorded%s", name, when_words(when, last_ms),
			wanted, options->replay != NULL ? "" : " (is memtop --flight running?)");
		return TROUBLE;
	}
	return player_go(player, wall_ms);
}

int past_go(struct session *session, const struct options *options)
{
	struct player *player = session_player(session);
	const char *name = options->replay != NULL ? options->replay : "the recording";
	int error = options->last_kill ? player_go_before_kill(player)
				       : go_at(player, options, name);

	if (error == -ENOENT)
		tell("%s tells of no kill for want of memory", name);
	else if (error == -ESPIPE)
		tell("what comes through a pipe cannot be moved in time; write it to a file");
	else if (error < 0)
		tell("%s: %s", name, strerror(-error));
	return error != 0 ? TROUBLE : 0;
}

/* Waits until the store holds the moment.  False: there is none, or a signal came. */
static bool arrive(struct session *session)
{
	unsigned events = 0;

	while (player_busy(session_player(session)) && (events & SESSION_END) == 0 &&
		quit_signal() == 0)
		events = session_wait(session, SESSION_FOREVER, -1);
	return quit_signal() == 0 && store_ticks(session_store(session)) > 0;
}

/* --- printing -------------------------------------------------------------------------------- */

/* Goes on until it is known whom the kernel killed, a few looks at most. */
static void look_for_victim(struct session *session)
{
	const struct store *store = session_store(session);
	struct player *player = session_player(session);
	uint64_t before = store_oom_kills(store), until_ms = 0;

	while (!player_at_end(player) && quit_signal() == 0) {
		const struct kill *kill = store_kill(store);
		if (kill != NULL && until_ms == 0 && store_oom_kills(store) > before)
			until_ms = store_now_ms(store) + KILLED_MS;
		if (until_ms != 0 &&
			((kill != NULL && kill->id.pid != 0) || store_now_ms(store) > until_ms))
			return;
		player_tick_on(player);
		session_wait_for(session, SESSION_TICK, SESSION_FOREVER);
	}
}

static void put_moment(struct past_report *report, struct buf *out)
{
	if (report->json)
		past_report_json(report, out);
	else
		past_report_text(report, out);
}

/* The report is taken at its moment, before the recording is moved on to look for the victim. */
static int print_moment(struct session *session, const struct options *options,
	const struct settings *settings)
{
	struct past_report report = {
		.store = session_store(session),
		.style = batch_style(options, settings),
		.ask = options_ask(options, settings),
		.json = options->format == FORMAT_JSON,
		.last_kill = options->last_kill,
	};
	uint64_t first_ms = 0, last_ms = 0;
	struct buf out;

	player_reach(session_player(session), &first_ms, &last_ms);
	report.first_wall_ms = first_ms;
	report.last_wall_ms = last_ms;
	report.asked_wall_ms = options->at != NULL ? wanted_ms(options, last_ms) : 0;
	report.now_wall_ms = clock_wall_ms();
	report.ask.climbers_on_top &= !options->sort_given;
	report.style.rows = LARGEST;
	if (report.json)
		report.style.ncolumns = options->ncolumns;
	buf_init(&out);
	past_report_take(&report);
	if (options->last_kill)
		look_for_victim(session);
	past_report_take_kill(&report);
	put_moment(&report, &out);
	int error = buf_write(&out, STDOUT_FILENO);
	buf_done(&out);
	past_report_done(&report);
	return tell_unwritten(error) ? TROUBLE : 0;
}

int past_run(struct session *session, const struct options *options,
	const struct settings *settings)
{
	if (past_go(session, options) != 0)
		return TROUBLE;
	session_single(session);
	if (!arrive(session)) {
		if (quit_signal() == 0)
			tell_message(session);
		return TROUBLE;
	}
	return print_moment(session, options, settings);
}
