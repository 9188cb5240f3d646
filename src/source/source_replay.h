/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_replay - a recording as a source, at its own pace or any other
 *
 * Frames come as they were recorded, at their own times; whole ticks are never torn apart.  A
 * line that cannot be read, or damaged data, is skipped with a SOURCE_TROUBLE and the next tick
 * is a gap.  The last line does not count if it was cut.  SOURCE_END is the end of what is there
 * now: after a step back or a seek there is more.
 *
 * A recording may have several stretches, each with its own header, even of several boots: times
 * and start times of the later ones are moved so that boot time and seq never go back and nobody
 * is mistaken for somebody of another boot; source_header is moved alike.  Each begins with a
 * gap, and is played after at most a second.
 *
 * After being moved (seek, back) the first frame has `jump` set and is a key: forget everything
 * before taking it.  Then everything from there to the target comes as fast as it is taken, while
 * source_replay_catching_up says so (and nothing needs to be drawn).
 *
 * All functions but the openers take a source that was opened here.
 */
#pragma once

#include "source/source.h"

enum { SOURCE_REPLAY_WHY_MAX = 256 };

/* Opens PATH ("-": standard input; a folder: what a flight recorder keeps in it, flight.h).  0, or
 * -errno with a sentence in WHY; -EINVAL: no recording, -EPROTONOSUPPORT: of a newer memtop,
 * -ENOTSUP: compressed, and no libzstd.  Waits for the header where a pipe is slow. */
int source_open_replay(struct source **source, const char *path, char why[SOURCE_REPLAY_WHY_MAX]);

/* The same from a descriptor, which the source then owns; NAME is for messages. */
int source_open_replay_fd(struct source **source, int fd, const char *name,
	char why[SOURCE_REPLAY_WHY_MAX]);

/* 1: as it was recorded (the default), 10: ten times as fast, 0: as fast as it is taken. */
void source_replay_set_speed(struct source *source, double speed);
double source_replay_speed(const struct source *source);

/* Paused, no tick begins. */
void source_replay_set_paused(struct source *source, bool paused);
bool source_replay_paused(const struct source *source);

/* One tick on, then pause. */
void source_replay_step(struct source *source);

/* To the last tick not after BOOT_MS (the first one if there is none), preceded by LEAD_MS of
 * history or a bit more; pauses there if it was paused.  0, or -ESPIPE on a pipe. */
int source_replay_seek(struct source *source, uint64_t boot_ms, uint64_t lead_ms);

/* To the tick before the one delivered last, then pause. */
int source_replay_back(struct source *source, uint64_t lead_ms);

/* Whether it is still on its way to where it was moved: nothing needs to be drawn. */
bool source_replay_catching_up(const struct source *source);

/* The time it is on its way to; 0: to none. */
uint64_t source_replay_goal_ms(const struct source *source);

/* Time of the first and of the last tick, as far as the file reaches now.  0, or -ESPIPE. */
int source_replay_span(struct source *source, uint64_t *first_ms, uint64_t *last_ms);

/* Wall clock of the first tick and of the last.  0, or -ESPIPE. */
int source_replay_reach(struct source *source, uint64_t *first_ms, uint64_t *last_ms);

/* How much earlier (below 0) or later than everything the wall clock showed at any tick WALL_MS is,
 * in ms; 0: it lies between, wherever that clock was set back.  Behind source_replay_reach. */
int64_t source_replay_apart(const struct source *source, uint64_t wall_ms);

/* As *BOOT_MS the time of WALL_MS for source_replay_seek (recording_index_at_wall).  0, or
 * -ESPIPE. */
int source_replay_at_wall(struct source *source, uint64_t wall_ms, uint64_t *boot_ms);

/* As *BOOT_MS the time at which the last kill for want of memory was told.  0, -ENOENT: none was,
 * or -ESPIPE.  Looks at every line, from the end backwards, until there is one. */
int source_replay_last_kill(struct source *source, uint64_t *boot_ms);
