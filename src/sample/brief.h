/* SPDX-License-Identifier: GPL-2.0-or-later */
/* brief - of whom a stream tells when it was asked to tell of few (REQUEST_BRIEF)
 *
 * A reader that watches fifty machines wants of each what its row needs: the processes that have
 * most memory, those that grow, and the one the kernel would kill first.  Which of them climbs is
 * for the reader to judge, and its judgement takes minutes of one process: so whoever came in stays
 * for BRIEF_STAY_MS after the last moment in which it belonged here, and one that grows by little
 * belongs here long before it has much.  All others are told of as a sum.
 */
#pragma once

#include "frame/frame.h"
#include "sample/slots.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame_writer;

enum {
	BRIEF_STAY_MS = 10 * 60 * 1000,
	BRIEF_GROWN_KIB = 256, /* more than the least it ever had: a process that grows */
	BRIEF_TOLD = 4,        /* for each row, at most so many are told of */
};

/* A process as it is remembered. */
struct brief_seen {
	uint64_t start_ticks;
	int32_t pid;
	uint32_t least_kib; /* the least it had since it was seen first, at most 4 TiB */
	uint32_t since_s;   /* when that was, boot-time clock */
	uint32_t until_s;   /* it is told of until then */
	bool told, fresh;   /* fresh: from this tick on */
};

struct brief {
	uint32_t rows;                    /* 0: everybody is told of, and nothing is remembered */
	struct brief_seen *seen, *before; /* ascending by pid; before: room for the next */
	size_t count, seen_cap, before_cap;
	struct proc_rest rest; /* as said last */
	bool rest_said;
};

/* Tells of ROWS from the next brief_choose on, which is to be one of a key frame; 0: of everybody
 * at once, and gives all memory back. */
void brief_set(struct brief *brief, uint32_t rows);

/* Chooses among the processes of TABLE, all of which are alive: who leaves and what the rest has
 * goes into WRITER, who is told of is watched (SLOT_WATCHED) and nobody else is.  KEY: nothing that
 * was said before holds, so that all that are chosen are fresh. */
void brief_choose(struct brief *brief, struct slots *table, uint64_t now_ms, bool key,
	struct frame_writer *writer);

/* Keeps PID, if it is told of, as if it belonged here still: the reader looks at it. */
void brief_keep(struct brief *brief, int32_t pid, uint64_t now_ms);

/* Whether PID is told of; and since this tick. */
bool brief_tells(const struct brief *brief, int32_t pid);
bool brief_is_fresh(const struct brief *brief, int32_t pid);
