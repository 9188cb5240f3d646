/* SPDX-License-Identifier: GPL-2.0-or-later */
/* group - what belongs together, summed: a program name, a user, a cgroup
 *
 * The sum counts what members share once: of shared memory the part of the member that has most,
 * of what a member had when it was forked from another nothing.  It is an estimate; PSS would
 * tell, and is too dear to be read all the time.
 * The sum has a history and a verdict of its own, which live on while members come and go: what
 * a dying member had leaves the sum, what a new one takes enters it.  So a pool of short-lived
 * workers that grows as a whole is seen, though no member lives long enough to be.  A group that
 * never had a second member has neither history nor verdict: its only member has them.
 */
#pragma once

#include "base/hash.h"
#include "model/series.h"
#include "model/trend.h"

enum group_kind {
	GROUP_PROGRAM,
	GROUP_USER,
	GROUP_CGROUP,
	GROUP_KINDS,
	/* no sums of the store: rows with figures of their own (model/containers.h) */
	GROUP_CONTAINER = GROUP_KINDS + 1,
};

enum group_channel { GROUP_FOOTPRINT, GROUP_BORROWED, GROUP_CHANNELS };

struct group {
	uint64_t key;            /* private: the uid, or the name's address */
	const char *name;        /* of the program or cgroup; NULL for a user */
	uint32_t uid;            /* of GROUP_USER */
	uint32_t members;        /* now */
	uint32_t joined;         /* ever */
	uint32_t rest_footprint; /* private: low half of what it rested at */
	uint32_t row;            /* of a cgroup: place + 1 of its container (containers.h) */
	bool own;                /* memtop's own processes: never judged */
	uint64_t footprint_kib;  /* of all members, what they share counted once */
	uint64_t private_kib;    /* private, as all down to STALE: anonymous and swap, summed */
	uint64_t inherited_kib;  /* what of it was a parent's at the fork, which was seen */
	uint64_t presumed_kib;   /* ... which was not: it may have become the child's own */
	uint64_t largest_kib;    /* of any one member, while some of it is inherited */
	uint64_t shared_kib;     /* shmem of the member that has most */
	uint64_t borrowed_kib;   /* what of it is no growth of the group (store_share.c) */
	float claim_kib_s;       /* what the shmem of the member gains that gains most */
	float claims_kib_s;      /* of all members */
	bool makes;              /* what shmem gains now is made by the group */
	bool stale;              /* the largest has shrunk: who is it now? */
	uint64_t base_kib;       /* group_own_kib at the baseline; 0 if it is younger */
	uint64_t before_kib;     /* private: at the tick before this one ... */
	uint64_t lent_kib;       /* ... and what of it was not the group's own */
	uint64_t first_ms;       /* boot time of its first member */
	uint64_t moved_ms;       /* of the last movement of the sum */
	uint64_t empty_ms;       /* since when it has no member; 0: it has some */
	struct trend *trend;     /* NULL: one member ever, or it never moved */
	struct series *series;   /* enum group_channel; NULL as the trend */
};

struct group_table {
	struct group *all; /* no holes, no order */
	size_t count;
	size_t cap;
	struct hash hash; /* by key */
};

/* A table without groups; nothing is allocated yet. */
void group_table_init(struct group_table *table);
void group_table_done(struct group_table *table); /* NULL is fine; with trends and series */

struct group *group_table_find(const struct group_table *table, uint64_t key); /* NULL: none */

/* A new, zeroed group; KEY must not be there.  Pointers live until the next add or remove. */
struct group *group_table_add(struct group_table *table, uint64_t key);

/* Takes it out with its trend and series; the last group now stands in its place. */
void group_table_remove(struct group_table *table, struct group *group);

/* One more or one less, or a member that changed: by PRIVATE_KIB, of which INHERITED_KIB; its shmem
 * was OLD_KIB and is NEW_KIB.  LEARNT: none of that happened now, it was only not known.  True when
 * the largest member has to be looked for again (group_largest). */
struct group_change {
	int64_t private_kib, inherited_kib, presumed_kib;
	uint64_t own_kib; /* anonymous and swap that the member has now */
	uint64_t old_kib, new_kib;
	bool learnt;
};
bool group_put(struct group *group, uint64_t now_ms, const struct group_change *change);

/* The largest member was looked for: what it has, in each respect. */
void group_largest(struct group *group, uint64_t private_kib, uint64_t shared_kib);

/* The footprint without what is borrowed or presumed to be a parent's: what growth, verdict and
 * baseline go by.  It says how much more than before, not how much: children come and go with
 * it. */
uint64_t group_own_kib(const struct group *group);

/* The members' sum at a tick's end: begins and feeds its history, and begins its trend, which is to
 * be fed with group_own_kib then.  BEFORE_MS is the tick before. */
void group_feed(struct group *group, uint64_t before_ms, uint64_t now_ms);
