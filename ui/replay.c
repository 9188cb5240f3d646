/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay - see replay.h */
#include "ui/replay.h"

#include "base/clock.h"
#include "session/player.h"
#include "ui/foot.h"
#include "ui/ui.h"

#include <stdio.h>
#include <string.h>

/* Times as fast as it happened; 0: as fast as it can be read. */
static const double speeds[] = { 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 0 };

enum { SPEEDS = sizeof(speeds) / sizeof(speeds[0]), AS_IT_WAS = 2 };

/* --- the bottom line -------------------------------------------------------------------------- */

enum { WIDE = 100 };

/* The key that plays or holds it comes first, with the word for what it does now. */
void replay_hints(struct hint out[REPLAY_HINTS], enum replay_state state, unsigned screen)
{
	static const struct hint hints[REPLAY_HINTS] = {
		{ ' ', "Play", 1, false, { 0 } },
		{ '[', "Look", 3, false, { '[', ']' } },
		{ '{', "Minute", 4, false, { '{', '}' } },
		{ 'v', "Event", 5, false, { 'v', 'o' } },
		{ '+', "Speed", 6, false, { '+', '-' } },
		{ KEYS_F1, "Help", 7, false, { 0 } },
		{ KEYS_F10, "Quit", 2, false, { 0 } },
	};

	memcpy(out, hints, sizeof(hints));
	if (state != REPLAY_HOLDS)
		out[0].words = state == REPLAY_PLAYS ? "Hold" : "Play again";
	if (screen == WHERE_PROCESS) {
		out[REPLAY_HINTS - 1].key = KEYS_ESC;
		out[REPLAY_HINTS - 1].words = "Back";
	}
}

const char *replay_lead(enum replay_state state, int width)
{
	switch (state) {
	case REPLAY_PLAYS:
		return "Plays";
	case REPLAY_HOLDS:
		return "Holds";
	case REPLAY_ENDED:
		return width >= WIDE ? "The recording ends here." : "The end";
	case REPLAY_NONE:
		break;
	}
	return "";
}

enum replay_state replay_state(const struct session *session)
{
	const struct player *player = session_player(session);

	if (player == NULL || player_remote(player) != NULL)
		return REPLAY_NONE;
	if (player_at_end(player))
		return REPLAY_ENDED;
	return player_paused(player) ? REPLAY_HOLDS : REPLAY_PLAYS;
}

/* --- what keys do ----------------------------------------------------------------------------- */

void replay_begin(struct ui *ui)
{
	struct player *player = session_player(ui->session);

	/* one that holds already is at the time that was asked for */
	if (player != NULL && ui->options->count == 0 && !player_paused(player))
		player_to_end(player);
}

void replay_play(struct ui *ui)
{
	struct player *player = session_player(ui->session);

	if (!player_at_end(player))
		player_pause(player, !player_paused(player));
	else if (player_play_again(player) != 0)
		ui_say(ui, true, "this is the end, and what came through a pipe is not kept");
	ui->stale = true;
}

static const char *speed_words(double speed, char out[16])
{
	if (speed == 0)
		snprintf(out, 16, "full speed");
	else
		snprintf(out, 16, "x%g", speed);
	return out;
}

void replay_speed(struct ui *ui, int step)
{
	double now = player_speed(session_player(ui->session));
	char words[16];
	int at = AS_IT_WAS;

	for (int i = 0; i < SPEEDS; i++)
		if (speeds[i] == now)
			at = i;
	at += step;
	if (at < 0 || at >= SPEEDS)
		return;
	player_set_speed(session_player(ui->session), speeds[at]);
	ui_say(ui, false, "playing at %s", speed_words(speeds[at], words));
}

void replay_tick(struct ui *ui, int step)
{
	if (step > 0)
		player_tick_on(session_player(ui->session));
	else
		player_tick_back(session_player(ui->session));
}

void replay_minute(struct ui *ui, int step)
{
	if (player_move(session_player(ui->session), 60 * step) != 0)
		ui_say(ui, true, "what comes through a pipe cannot be moved in time");
}

void replay_to(struct ui *ui, int goal)
{
	player_play_to(session_player(ui->session), (enum player_goal)goal);
}

void replay_words(const struct session *session, char *out, size_t size)
{
	const struct store *store = session_store(session);
	const struct player *player = session_player(session);
	const char *remote = player_remote(player);
	char when[CLOCK_WORDS_MAX] = "of nothing", words[16];

	if (store_ticks(store) > 0)
		clock_words(when, remote != NULL ? CLOCK_TIME : CLOCK_SECOND, store_wall_ms(store));
	const char *state = player_at_end(player)   ? ", at its end"
			    : player_paused(player) ? ", paused"
						    : "";
	if (remote != NULL)
		snprintf(out, size, "from %.60s, %s%s", remote, when, state);
	else
		snprintf(out, size, "replay %s %s%s", when,
			speed_words(player_speed(player), words), state);
}
