/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_play - a recording: moved in time, and where it stands; how old figures are (app_state.h) */
#include "ui/app_state.h"

#include "base/clock.h"
#include "base/units.h"

#include <stdio.h>
#include <time.h>

static const double speeds[] = { 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 0 };

enum {
	SPEEDS = sizeof speeds / sizeof speeds[0],
	LATE_MS = 1000, /* a look that is later is missed */
};

static const char *speed_words(double speed, char out[16])
{
	if (speed == 0)
		snprintf(out, 16, "full speed");
	else
		snprintf(out, 16, "x%g", speed);
	return out;
}

static void change_speed(struct app *app, int step)
{
	double now = session_speed(app->session);
	char words[16];
	int at = 2;

	for (int i = 0; i < SPEEDS; i++)
		if (speeds[i] == now)
			at = i;
	at += step;
	if (at < 0 || at >= SPEEDS)
		return;
	session_set_speed(app->session, speeds[at]);
	app_say(app, false, "playing at %s", speed_words(speeds[at], words));
}

static void move(struct app *app, double seconds)
{
	if (session_move(app->session, seconds) != 0)
		app_say(app, true, "what comes through a pipe cannot be moved in time");
}

bool app_play(struct app *app, enum action action)
{
	bool replay = session_is_replay(app->session);

	if (action >= ACTION_TICK_ON && action <= ACTION_TO_OOM && !replay) {
		app_say(app, false, "that key moves in a recording (memtop --replay FILE)");
		return true;
	}
	if (!replay)
		return false;
	if (action == ACTION_TICK_ON)
		session_tick_on(app->session);
	else if (action == ACTION_TICK_BACK)
		session_tick_back(app->session);
	else if (action == ACTION_MINUTE_ON)
		move(app, 60);
	else if (action == ACTION_MINUTE_BACK)
		move(app, -60);
	else if (action == ACTION_TO_VERDICT)
		session_play_to(app->session, SESSION_TO_VERDICT);
	else if (action == ACTION_TO_OOM)
		session_play_to(app->session, SESSION_TO_OOM);
	else if (action == ACTION_SLOWER) /* + */
		change_speed(app, 1);
	else if (action == ACTION_FASTER) /* - */
		change_speed(app, -1);
	else
		return false;
	return true;
}

/* "replay 2026-11-22 12:03:10 x4, paused", in the time zone of whoever looks; "from db1,
 * 12:03:10" when it is happening now. */
static void note_replay(struct app *app)
{
	time_t seconds = (time_t)(store_wall_ms(app_store(app)) / 1000);
	struct tm local;
	const char *remote = session_remote(app->session);
	char when[32] = "?", words[16];

	if (localtime_r(&seconds, &local) != NULL)
		strftime(when, sizeof when, remote ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &local);
	const char *state = session_at_end(app->session)   ? ", at its end"
			    : session_paused(app->session) ? ", paused"
							   : "";
	if (remote)
		snprintf(app->note, sizeof app->note, "from %.60s, %s%s", remote, when, state);
	else
		snprintf(app->note, sizeof app->note, "replay %s %s%s", when,
			speed_words(session_speed(app->session), words), state);
}

/* How long ago the newest tick came, and how old it may become, in ms; false: nothing is to
 * come. */
static bool age_of_figures(const struct app *app, uint64_t *age_ms, uint64_t *most_ms)
{
	uint32_t slow_ms = session_slow_ms(app->session);
	uint32_t interval_ms = app->settings->interval_ms;

	if (app->tick_us == 0 || !session_is_live(app->session) || session_paused(app->session))
		return false;
	*age_ms = clock_boot_ms() - app->tick_us / 1000;
	*most_ms = (interval_ms > slow_ms ? interval_ms : slow_ms) + LATE_MS;
	return true;
}

void app_grow_old(struct app *app)
{
	uint64_t age_ms, most_ms;
	bool old = age_of_figures(app, &age_ms, &most_ms) && age_ms >= most_ms;
	unsigned old_s = old ? (unsigned)(age_ms / 1000) : 0;

	if (old_s != app->old_s)
		app->dirty = true;
	app->old_s = old_s;
}

int app_old_timeout_ms(const struct app *app)
{
	uint64_t age_ms, most_ms;

	if (!age_of_figures(app, &age_ms, &most_ms))
		return -1;
	return (int)(age_ms < most_ms ? most_ms - age_ms : 1000 - age_ms % 1000);
}

const char *app_note(struct app *app)
{
	char age[UNITS_SIZE];
	const char *trouble = session_record_message(app->session);

	if (trouble[0] != '\0')
		snprintf(app->note, sizeof app->note, "%s", trouble);
	else if (session_is_replay(app->session))
		note_replay(app);
	else if (session_paused(app->session))
		snprintf(app->note, sizeof app->note, "paused");
	else if (app->old_s > 0)
		snprintf(app->note, sizeof app->note, "old: the last look was %s ago",
			units_seconds(age, app->old_s));
	else if (session_recording(app->session))
		snprintf(app->note, sizeof app->note, "recording");
	else if (session_slow_ms(app->session) > 0)
		snprintf(app->note, sizeof app->note, "slow, a look takes %.1f s",
			session_slow_ms(app->session) / 1000.0);
	else
		app->note[0] = '\0';
	return app->note;
}
