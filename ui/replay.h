/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay - a recording moved in time, and where it stands */
#ifndef MEMTOP_UI_REPLAY_H
#define MEMTOP_UI_REPLAY_H

#include "session/session.h"

struct ui;

void replay_speed(struct ui *ui, int step);  /* 1: plays faster, -1: slower */
void replay_tick(struct ui *ui, int step);   /* one look on or back, and pauses */
void replay_minute(struct ui *ui, int step); /* a minute on or back */
void replay_to(struct ui *ui, int goal);     /* on to enum player_goal */

/* "replay 2026-11-22 12:03:10 x4, paused", in the time zone of whoever looks; "from db1, 12:03:10"
 * when it is happening now. */
void replay_words(const struct session *session, char *out, size_t size);

#endif
