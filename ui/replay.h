/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay - a recording moved in time, and where it stands */
#pragma once

#include "session/session.h"
#include "ui/foot.h"

struct ui;

void replay_speed(struct ui *ui, int step);  /* 1: plays faster, -1: slower */
void replay_tick(struct ui *ui, int step);   /* one look on or back, and pauses */
void replay_minute(struct ui *ui, int step); /* a minute on or back */
void replay_to(struct ui *ui, int goal);     /* on to enum player_goal */

/* A recording begins at its end, where what happened last is known, and holds there; what comes
 * through a pipe, or is to be so many looks, begins with the first and plays. */
void replay_begin(struct ui *ui);

/* Plays, or holds; at the end it plays again from the beginning. */
void replay_play(struct ui *ui);

enum replay_state replay_state(const struct session *session);

/* The bottom line in a recording: the keys that move in it on SCREEN (WHERE_TABLE,
 * WHERE_PROCESS), and before them what it does. */
enum { REPLAY_HINTS = 7 };
void replay_hints(struct hint out[REPLAY_HINTS], enum replay_state state, unsigned screen);
const char *replay_lead(enum replay_state state, int width);

/* "replay 2026-11-22 12:03:10 x4, paused", in the time zone of whoever looks; "from db1, 12:03:10"
 * when it is happening now. */
void replay_words(const struct session *session, char *out, size_t size);
