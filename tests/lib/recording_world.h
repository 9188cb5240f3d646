/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_world - a machine whose every tick is known, its recordings, and a reader that checks them
 *
 * Some process ends or begins every twenty ticks, and memory grows at several paces; each tick is
 * two frames.  So any place of a recording can be compared with what it must say.
 */
#pragma once

#include "frame/frame.h"
#include "source/record.h"
#include "source/source_replay.h"

#include <stdbool.h>
#include <stdint.h>

enum { WORLD_PIDS = 60, WORLD_KEY_EVERY = 10, WORLD_TICK_MS = 1000, WORLD_FIRST_MS = 500000 };

/* Group set-up and tear-down: a folder for recordings. */
int world_begin(void **state);
int world_end(void **state);

/* Names of a plain and of a compressed recording; how many of them can be written (1 without
 * libzstd). */
extern const char *const world_names[2];
extern int world_kinds;

extern const char *const world_folder;
const char *world_path(const char *name);
const char *world_fresh_path(const char *name); /* there is nothing at it */
uint64_t world_file_size(const char *path);

/* The machine: whether a pid is in use in a tick, by a process begun when, of which size. */
bool world_lives(int32_t pid, uint64_t tick);
uint64_t world_started(int32_t pid, uint64_t tick);
uint64_t world_rss(int32_t pid, uint64_t tick);

/* Every so many ticks there is a key, and in the one asked for. */
extern uint64_t world_key_every, world_key_tick;

/* Pids FROM to before UPTO as one frame; both frames of a tick into a recording; a whole
 * recording. */
void world_make_part(struct frame *frame, uint64_t tick, int32_t from, int32_t upto);
void world_record(struct record *record, uint64_t tick);
struct record *world_open_record(const char *path, bool append);
void world_write(const char *path, bool append, uint64_t first, uint64_t last);

/* What a reader knows. */
struct world {
	uint64_t start[WORLD_PIDS]; /* 0: not there */
	uint64_t rss[WORLD_PIDS];
	bool fresh[WORLD_PIDS];
	uint64_t key_seq; /* of the key that is being read; 0: none */
	uint64_t ticks, last_ms, last_seq;
	int gaps, jumps, troubles;
};

void world_apply(struct world *world, const struct frame *frame);

/* It is the machine as it was at TICK. */
void world_expect(const struct world *world, uint64_t tick);

struct source *world_open(const char *path);

/* Plays until there is nothing to do at once; a whole recording. */
enum source_event world_play(struct source *source, struct world *world);
struct world world_play_all(const char *path);
