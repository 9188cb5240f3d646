/* SPDX-License-Identifier: GPL-2.0-or-later */
/* group - what belongs together, summed: a program name, a user, a cgroup
 *
 * The sum has a history and a verdict of its own, which live on while members come and go: what
 * a dying member had leaves the sum, what a new one takes enters it.  So a pool of short-lived
 * workers that grows as a whole is seen, though no member lives long enough to be.  A group that
 * never had a second member has neither history nor verdict: its only member has them.
 */
#ifndef MEMTOP_MODEL_GROUP_H
#define MEMTOP_MODEL_GROUP_H

#include "model/series.h"
#include "model/trend.h"

enum group_kind { GROUP_PROGRAM, GROUP_USER, GROUP_CGROUP, GROUP_KINDS };

struct group {
	uint64_t key;            /* private: the uid, or the name's address */
	const char *name;        /* of the program or cgroup; NULL for a user */
	uint32_t uid;            /* of GROUP_USER */
	uint32_t members;        /* now */
	uint32_t joined;         /* ever */
	uint32_t rest_footprint; /* private: low half of what it rested at */
	bool own;                /* memtop's own processes: never judged */
	uint64_t footprint_kib;  /* of all members */
	uint64_t base_kib;       /* at the baseline; 0 if it is younger */
	uint64_t before_kib;     /* private: at the tick before this one */
	uint64_t first_ms;       /* boot time of its first member */
	uint64_t moved_ms;       /* of the last movement of the sum */
	uint64_t empty_ms;       /* since when it has no member; 0: it has some */
	struct trend *trend;     /* NULL: one member ever, or it never moved */
	struct series *series;   /* one channel, the footprint; NULL as the trend */
};

struct group_table {
	struct group *all; /* no holes, no order */
	size_t count;
	size_t cap;
	uint32_t *slots; /* open addressing by key: place + 1, 0 is free */
	size_t nslots;
};

void group_table_init(struct group_table *table);
void group_table_done(struct group_table *table); /* NULL is fine; with trends and series */

struct group *group_table_find(const struct group_table *table, uint64_t key); /* NULL: none */

/* A new, zeroed group; KEY must not be there.  Pointers live until the next add or remove. */
struct group *group_table_add(struct group_table *table, uint64_t key);

/* Takes it out with its trend and series; the last group now stands in its place. */
void group_table_remove(struct group_table *table, struct group *group);

size_t group_table_bytes(const struct group_table *table);

/* The members' sum at a tick's end: begins and feeds history and verdict.  BEFORE_MS is the tick
 * before. */
void group_feed(struct group *group, uint64_t before_ms, uint64_t now_ms, uint64_t room_kib);

/* DELTA_KIB of the sum was there all the time, only not known. */
void group_learn(struct group *group, uint64_t now_ms, int64_t delta_kib);

#endif
