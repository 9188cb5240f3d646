/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deeplane - the process on the screen, in depth: when its mappings are read, and what came of it
 *
 * One process at a time, by a reader of its own, so that nobody else waits behind megabytes of
 * smaps.  Reading them costs the process too (its memory lock), so it is done every PERIOD_MS at
 * most and takes at most a fiftieth of the time, a twentieth when asked for again and again.  A
 * process the reader got stuck over is tried again after 1, 2, 4 ...  60 s.
 */
#ifndef MEMTOP_SAMPLE_DEEPLANE_H
#define MEMTOP_SAMPLE_DEEPLANE_H

#include "frame/frame.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct part;
struct reader;

struct deeplane {
	struct reader *reader;
	struct ident id;       /* pid 0: nobody */
	bool asked;            /* the reader is over it */
	bool complete;         /* `deep` waits to be sent */
	uint64_t answer_ms;    /* boot time of the last answer; 0: none */
	uint64_t parts_ms;     /* of the last with parts; 0: none */
	uint64_t next_ms;      /* when it is read again */
	uint64_t budget_ms;    /* before which it is not, whoever asks */
	uint32_t blocked_s;    /* how long it was last waited after it got stuck */
	struct proc_deep deep; /* the last answer; texts are ours */
	char *exe, *cwd;
	struct proc_part parts[FRAME_PARTS_MAX];
	char *names[FRAME_PARTS_MAX]; /* theirs */
	size_t nparts; /* of the answer before, until the first of the next one comes */
	bool fresh;    /* a part of the present answer has come */
};

void deeplane_init(struct deeplane *lane, int proc);
void deeplane_done(struct deeplane *lane);

/* Looks at ID from now on; pid 0: at nobody. */
void deeplane_choose(struct deeplane *lane, struct ident id);

/* Reads again as soon as the budget allows. */
void deeplane_again(struct deeplane *lane);

/* Asks when it is time, and takes what came. */
void deeplane_step(struct deeplane *lane, uint64_t now_ms);

/* Adds what waits to be sent to PART. */
void deeplane_send(struct deeplane *lane, uint64_t now_ms, struct part *part);

/* Sends what is known again, after a key frame. */
void deeplane_repeat(struct deeplane *lane);

struct pollfd deeplane_fd(const struct deeplane *lane); /* fd -1: none */
/* ms until the next step; -1: none */
int deeplane_timeout(const struct deeplane *lane, uint64_t now_ms);
bool deeplane_is_reader(const struct deeplane *lane, int32_t pid);
uint64_t deeplane_cpu_us(const struct deeplane *lane);

#endif
