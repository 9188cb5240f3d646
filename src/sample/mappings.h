/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mappings - the process on the screen, in depth: when its mappings are read, and what came of it
 *
 * One process at a time, by a reader of its own, so that nobody else waits behind megabytes of
 * smaps.  Reading them costs the process too (its memory lock), so it is done every PERIOD_MS at
 * most and takes at most a fiftieth of the time, a twentieth when asked for again and again.  A
 * process the reader got stuck over is tried again after 1, 2, 4 ...  60 s.
 */
#pragma once

#include "frame/frame.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct frame_writer;
struct reader;

struct mappings {
	struct reader *reader;
	struct ident id;             /* pid 0: nobody */
	bool asked;                  /* the reader is over it */
	bool complete;               /* `answer` waits to be sent */
	uint64_t answer_ms;          /* boot time of the last answer; 0: none */
	uint64_t parts_ms;           /* of the last with parts; 0: none */
	uint64_t next_ms;            /* when it is read again */
	uint64_t budget_ms;          /* before which it is not, whoever asks */
	uint32_t blocked_s;          /* how long it was last waited after it got stuck */
	struct proc_mappings answer; /* the last answer; texts are ours */
	char *exe, *cwd;
	struct mapping_group parts[FRAME_GROUPS_MAX];
	char *names[FRAME_GROUPS_MAX]; /* theirs */
	size_t nparts; /* of the answer before, until the first of the next one comes */
	bool fresh;    /* a part of the present answer has come */
};

/* Begins with nobody asked for; PROC is the descriptor of /proc, which stays the caller's. */
void mappings_init(struct mappings *mappings, int proc);
void mappings_done(struct mappings *mappings);

/* Looks at ID from now on; pid 0: at nobody. */
void mappings_choose(struct mappings *mappings, struct ident id);

/* Reads again as soon as the budget allows. */
void mappings_again(struct mappings *mappings);

/* Asks when it is time, and takes what came. */
void mappings_step(struct mappings *mappings, uint64_t now_ms);

/* Puts what waits to be sent into the frame of WRITER. */
void mappings_send(struct mappings *mappings, uint64_t now_ms, struct frame_writer *writer);

/* Sends what is known again, after a key frame. */
void mappings_repeat(struct mappings *mappings);

struct pollfd mappings_fd(const struct mappings *mappings); /* fd -1: none */
/* ms until the next step; -1: none */
int mappings_timeout(const struct mappings *mappings, uint64_t now_ms);
bool mappings_is_reader(const struct mappings *mappings, int32_t pid);
uint64_t mappings_cpu_us(const struct mappings *mappings);
