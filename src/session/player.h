/* SPDX-License-Identifier: GPL-2.0-or-later */
/* player - a recording moved in time: what a session has when its source is one (session_player)
 *
 * It belongs to the session, which tells it of each tick; the frames come through session_step.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct frame;
struct player;
struct source;
struct store;

/* The host another memtop is looking at right now: what comes through a pipe is no older than a
 * minute by both clocks.  NULL: not so. */
const char *player_remote(const struct player *player);

/* On its way to another time: the store holds no moment a person asked for; do not draw. */
bool player_busy(const struct player *player);

/* How long before the time it is on its way to FRAME is; 0: it is there, or on no way. */
uint64_t player_left_ms(const struct player *player, const struct frame *frame);

/* Nothing comes after what the store holds. */
bool player_at_end(const struct player *player);

/* While it is paused the store stands still. */
bool player_paused(const struct player *player);
void player_pause(struct player *player, bool pause);

double player_speed(const struct player *player); /* 0: as fast as it goes */
void player_set_speed(struct player *player, double speed);

/* One tick on or back, and pauses. */
void player_tick_on(struct player *player);
void player_tick_back(struct player *player);

/* SECONDS on (or back, when negative) from here.  0, or -ESPIPE on a pipe. */
int player_move(struct player *player, double seconds);

/* To the last tick there is, and pauses there; from the first one on, at the speed it has.  0, or
 * -ESPIPE on a pipe. */
int player_to_end(struct player *player);
int player_play_again(struct player *player);

/* Wall clock, ms since 1970, of the first look and the last; and a move to the look at WALL_MS or
 * before it, and a pause there.  0, or -ESPIPE on a pipe. */
int player_reach(struct player *player, uint64_t *first_ms, uint64_t *last_ms);
int64_t player_apart(const struct player *player, uint64_t wall_ms); /* source_replay_apart */
int player_go(struct player *player, uint64_t wall_ms);

/* To the look before the one that tells of the last kill for want of memory, and a pause there.
 * 0, -ENOENT: none is told of, or -ESPIPE. */
int player_go_before_kill(struct player *player);

/* Plays on as fast as it goes until something happens, and pauses there. */
enum player_goal {
	PLAYER_TO_VERDICT, /* a process begins or ceases to be called climbing */
	PLAYER_TO_OOM,     /* the kernel has killed for want of memory */
};

/* Plays on as fast as it goes until GOAL is seen, and pauses there, or at the end. */
void player_play_to(struct player *player, enum player_goal goal);

/* --- for the session ------------------------------------------------------------------------- */

/* A player of SOURCE, opened by source_replay.h, and the STORE it fills; both outlive it. */
struct player *player_new(struct source *source, const struct store *store);
void player_free(struct player *player); /* NULL is fine */

/* A frame came (TICK: a tick is whole); nothing came, for it is the end. */
void player_take(struct player *player, bool tick);
void player_take_end(struct player *player);
