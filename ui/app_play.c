/* app_play - a recording: moved in time, and where it stands (app_state.h) */
#include "ui/app_state.h"

#include <stdio.h>
#include <time.h>

static const double speeds[] = { 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 0 };

enum { SPEEDS = sizeof speeds / sizeof speeds[0] };

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

/* "replay 2026-11-22 12:03:10 x4, paused", in the time zone of whoever looks; "from db1, 12:03:10" when
 * it is happening now. */
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

const char *app_note(struct app *app)
{
	const char *trouble = session_record_message(app->session);

	if (trouble[0] != '\0')
		snprintf(app->note, sizeof app->note, "%s", trouble);
	else if (session_is_replay(app->session))
		note_replay(app);
	else if (session_paused(app->session))
		snprintf(app->note, sizeof app->note, "paused");
	else if (session_recording(app->session))
		snprintf(app->note, sizeof app->note, "recording");
	else if (session_slow_ms(app->session) > 0)
		snprintf(app->note, sizeof app->note, "slow, a look takes %.1f s",
				session_slow_ms(app->session) / 1000.0);
	else
		app->note[0] = '\0';
	return app->note;
}
