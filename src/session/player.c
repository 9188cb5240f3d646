/* SPDX-License-Identifier: GPL-2.0-or-later */
/* player - see player.h */
#include "session/player.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "model/store.h"
#include "session/thin.h"
#include "source/source_replay.h"

#include <errno.h>
#include <stdlib.h>

enum {
	REMOTE_MS = 60 * 1000, /* a stream of now is as near to our clock, if both are set */
};

struct player {
	struct source *source;
	const struct store *store;
	bool at_end;      /* one can go back in it */
	uint64_t last_ms; /* of the last tick, when it was last asked for; 0: never */
	bool seeking;     /* playing to GOAL */
	enum player_goal goal;
	uint64_t goal_mark;  /* what must change */
	double speed_before; /* to go on with after the goal */
};

struct player *player_new(struct source *source, const struct store *store)
{
	struct player *player = xalloc_zero(1, sizeof(*player));

	player->source = source;
	player->store = store;
	return player;
}

void player_free(struct player *player)
{
	free(player);
}

/* --- to a goal ------------------------------------------------------------------------------- */

/* The figure whose change a goal waits for: who climbs, or the kernel's kills.  Climbers are a sum
 * over who they are, which tells that the set changed without keeping it. */
static uint64_t mark_of(const struct store *store, enum player_goal goal)
{
	uint64_t mark = 0;

	if (goal == PLAYER_TO_OOM)
		return store_oom_kills(store);
	for (size_t i = 0; i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		if (proc->trend != NULL && store_verdict(store, proc) == TREND_CLIMBING)
			mark += ((uint64_t)proc->id.pid << 40) + proc->id.start_ticks + 1;
	}
	return mark;
}

static void stop_seeking(struct player *player)
{
	player->seeking = false;
	source_replay_set_speed(player->source, player->speed_before);
	source_replay_set_paused(player->source, true);
}

void player_play_to(struct player *player, enum player_goal goal)
{
	if (player->seeking)
		return;
	player->seeking = true;
	player->goal = goal;
	player->goal_mark = mark_of(player->store, goal);
	player->speed_before = source_replay_speed(player->source);
	source_replay_set_speed(player->source, 0);
	source_replay_set_paused(player->source, false);
}

void player_take(struct player *player, bool tick)
{
	player->at_end = false;
	if (tick && player->seeking && mark_of(player->store, player->goal) != player->goal_mark)
		stop_seeking(player);
}

void player_take_end(struct player *player)
{
	if (player->seeking)
		stop_seeking(player);
	player->at_end = true;
}

/* --- controls -------------------------------------------------------------------------------- */

const char *player_remote(const struct player *player)
{
	uint64_t now_ms = clock_wall_ms(), then_ms = store_wall_ms(player->store), first, last;
	uint64_t apart_ms = now_ms > then_ms ? now_ms - then_ms : then_ms - now_ms;

	if (apart_ms > REMOTE_MS || source_replay_span(player->source, &first, &last) != -ESPIPE)
		return NULL;
	return source_header(player->source)->host;
}

bool player_busy(const struct player *player)
{
	return player->seeking || source_replay_catching_up(player->source);
}

uint64_t player_left_ms(const struct player *player, const struct frame *frame)
{
	uint64_t goal_ms = source_replay_goal_ms(player->source);

	return goal_ms > frame->boot_ms ? goal_ms - frame->boot_ms : 0;
}

bool player_at_end(const struct player *player)
{
	/* a step ends on the last tick without having read that it is the last */
	return player->at_end ||
	       (player->last_ms != 0 && store_now_ms(player->store) >= player->last_ms);
}

bool player_paused(const struct player *player)
{
	return source_replay_paused(player->source);
}

void player_pause(struct player *player, bool pause)
{
	source_replay_set_paused(player->source, pause);
}

double player_speed(const struct player *player)
{
	return player->seeking ? player->speed_before : source_replay_speed(player->source);
}

void player_set_speed(struct player *player, double speed)
{
	if (player->seeking)
		player->speed_before = speed;
	else
		source_replay_set_speed(player->source, speed);
}

void player_tick_on(struct player *player)
{
	source_replay_step(player->source);
}

void player_tick_back(struct player *player)
{
	source_replay_back(player->source, THIN_LEAD_MS);
}

int player_to_end(struct player *player)
{
	uint64_t first_ms;
	int result = source_replay_span(player->source, &first_ms, &player->last_ms);

	if (result < 0)
		return result;
	source_replay_set_paused(player->source, true);
	return source_replay_seek(player->source, player->last_ms, THIN_LEAD_MS);
}

int player_play_again(struct player *player)
{
	source_replay_set_paused(player->source, false);
	return source_replay_seek(player->source, 0, THIN_LEAD_MS);
}

int player_move(struct player *player, double seconds)
{
	double target = (double)store_now_ms(player->store) + seconds * 1000;

	return source_replay_seek(player->source, target > 0 ? (uint64_t)target : 0, THIN_LEAD_MS);
}

int player_reach(struct player *player, uint64_t *first_ms, uint64_t *last_ms)
{
	return source_replay_reach(player->source, first_ms, last_ms);
}

int64_t player_apart(const struct player *player, uint64_t wall_ms)
{
	return source_replay_apart(player->source, wall_ms);
}

/* Pauses, and moves to BOOT_MS. */
static int go_to(struct player *player, uint64_t boot_ms)
{
	source_replay_set_paused(player->source, true);
	return source_replay_seek(player->source, boot_ms, THIN_LEAD_MS);
}

int player_go(struct player *player, uint64_t wall_ms)
{
	uint64_t boot_ms;
	int error = source_replay_at_wall(player->source, wall_ms, &boot_ms);

	return error != 0 ? error : go_to(player, boot_ms);
}

/* A look earlier: in the one that tells of the kill its victim is gone. */
int player_go_before_kill(struct player *player)
{
	uint64_t boot_ms;
	int error = source_replay_last_kill(player->source, &boot_ms);

	return error != 0 ? error : go_to(player, boot_ms > 0 ? boot_ms - 1 : 0);
}
