/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts - what each tmpfs holds that only a container has mounted
 *
 * The kernel says how much shared memory a cgroup has, not where.  Of the containers on the screen
 * that have any to speak of, one a tick is looked into by the reader, each at most every few
 * seconds, through a process in it; who may not be looked into is left alone.
 */
#pragma once

#include "frame/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cgfs;
struct cgfs_entry;
struct frame_writer;
struct reader;
struct reader_answer;
struct slots;

struct mounts_entry {
	uint32_t number;    /* of the cgroup, as the stream has it */
	uint32_t hash;      /* of its path: the number may be given to another */
	struct ident asked; /* through whom; pid 0: nobody now */
	uint64_t again_ms;  /* when to ask, UINT64_MAX: never */
	bool met;           /* on the screen, in this look */
	char *text, *told;  /* the reader's lines, as last read and as last said; NULL: none */
};

struct mounts {
	struct mounts_entry *all;
	size_t count, cap;
};

/* Begins with none (all zero).  Done frees what it holds. */
void mounts_done(struct mounts *mounts);

/* Asks READER for the one that is due first, and forgets those that are not on the screen. */
void mounts_ask(struct mounts *mounts, const struct cgfs *cgfs, const struct slots *table,
	struct reader *reader, uint64_t now_ms);

/* Takes the answer to READER_MOUNTS; STUCK: the reader hung over it. */
void mounts_take(struct mounts *mounts, const struct reader_answer *answer, bool stuck,
	uint64_t now_ms);

/* Adds what was not said yet, or ALL. */
void mounts_say(struct mounts *mounts, bool all, struct frame_writer *writer);
