/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account - where the memory of the machine went: parts that sum up to all of it
 *
 * Top parts are disjoint and sum up to MemTotal: what the kernel does not account for is a part of
 * its own.  Below anonymous memory stand the programs that have it, below shared memory the tmpfs;
 * what is below a part sums up to it.  Pure: made from the store, compared with one made earlier.
 */
#pragma once

#include "model/store.h"

enum account_part {
	ACCOUNT_PROGRAMS, /* AnonPages; below: the programs, largest first */
	ACCOUNT_MAPPED,   /* file pages that programs have mapped */
	ACCOUNT_CACHE,    /* the other file pages, buffers */
	ACCOUNT_FILES,    /* of a container: both of them */
	ACCOUNT_SHARED,   /* Shmem; below: the tmpfs, largest first */
	ACCOUNT_SLAB_DROPPABLE,
	ACCOUNT_SLAB,
	ACCOUNT_PAGE_TABLES,
	ACCOUNT_STACKS,
	ACCOUNT_HUGE,       /* the pools of huge pages, used or not */
	ACCOUNT_COMPRESSED, /* zram and zswap */
	ACCOUNT_PERCPU,
	ACCOUNT_VMALLOC, /* without the stacks */
	/* where there is one, as far as nothing above has it: parts of these are in slab */
	ACCOUNT_ARC,     /* the cache of ZFS */
	ACCOUNT_GPU,     /* pages of graphics drivers */
	ACCOUNT_BALLOON, /* lent to the host of a virtual machine */
	ACCOUNT_CHARGED, /* of a container: what the kernel has on its account */
	ACCOUNT_UNEXPLAINED,
	ACCOUNT_FREE,
	ACCOUNT_PARTS
};

/* One line.  Depth 0 are the parts, in their order; depth 1 what is below one. */
struct account_line {
	enum account_part part;
	int depth;
	/* of a program or mount; NULL: a part, or what is below it and has no name */
	char *name;
	size_t members; /* processes of a program */
	uint64_t kib;
	uint64_t own_kib;  /* the same as its processes count it, each with all that it shares */
	bool known;        /* the kernel says so; else kib is 0 */
	bool since_known;  /* compared, and there was something to compare with */
	int64_t since_kib; /* gained since then */
};

struct account {
	struct account_line *lines;
	size_t count;
	size_t cap;
	uint64_t total_kib;
	uint64_t over_kib; /* the parts overlap by so much: their sum is more than there is */
	uint64_t at_ms;    /* boot time of its figures; 0: it is empty */
	uint64_t since_ms; /* of those it was compared with; 0: not compared */
};

/* An empty account; nothing is allocated yet. */
void account_init(struct account *account);
void account_done(struct account *account); /* NULL is fine */

/* Made anew from what is known now; empty before the first tick, and where the machine does not say
 * how much memory it has. */
void account_make(struct account *account, const struct store *store);

/* Fills in what each line gained since THEN, not shortened; one that was not there then counts from
 * 0.  A program gains what its processes count more than then, whatever became of its share. */
void account_compare(struct account *account, const struct account *then);

/* The words of a line: "anonymous memory of programs", the name, "all others". */
const char *account_name(const struct account_line *line);

/* Leaves at most PROGRAMS and MOUNTS lines below their parts: the smallest become one, the last. */
void account_shorten(struct account *account, size_t programs, size_t mounts);
