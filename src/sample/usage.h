/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usage - who is there and how big: every process, every tick, next to nothing each
 *
 * A process that has used no CPU since it was last looked at cannot have grown.  So the question
 * asked of most is not statm but their CPU clock (clock_gettime of a pid's clock: one call, no
 * file, 0.9 us against 7 us for opening and reading statm, and it answers EINVAL once the pid is
 * gone); statm is read of those whose clock moved, of those on the screen that are still in short
 * turns, and in long ones of the rest, since memory can shrink without their doing (reclaim; while
 * the kernel counts none, in four times as long ones).  A bounded number of statm descriptors is
 * kept open, for the screen and for those that move again and again; of these statm is read at
 * once, and their clock is asked in turns.
 *
 * Births: a new task takes the next pid of our namespace, so as long as the newest pid (newest.h)
 * is the same nobody was born; when it moved, only the pids it passed are asked, by their clocks.
 * The whole of /proc is listed every USAGE_LIST_MS, when the pids wrapped, and at every look where
 * nothing tells the newest pid, where a listing found somebody it had not told of, and where
 * clocks cannot be trusted (a /proc of another pid namespace, a tree that is no procfs, a clock
 * that says of a living process that it is gone): then every look is at files.
 */
#pragma once

#include "sample/newest.h"
#include "sample/slots.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	USAGE_LIST_MS = 30000,  /* /proc is listed at least so often */
	USAGE_TURNS = 4,        /* ticks between looks at a process that does not move */
	USAGE_DEEP = 64,        /* ticks between reads of its statm, for so long ... */
	USAGE_CALM = 4,         /* ... after pages were taken from somebody; else times as many */
	USAGE_FEW = 128,        /* up to so many processes everybody is looked at every tick */
	USAGE_KEEP_MAX = 900,   /* statm kept open; 4.3 KiB of kernel memory each: under 4 MiB */
	USAGE_PROBE_MAX = 4096, /* more new pids than this and /proc is listed instead */
};

struct usage {
	int proc;    /* of /proc; not owned */
	bool clocks; /* CPU clocks speak of PROC's pids */
	unsigned page_kib;
	uint64_t tick;
	unsigned taken;  /* ticks for which it counts that pages were taken from processes */
	uint64_t now_ms; /* of the tick */
	size_t kept;     /* statm descriptors open in the table */
	size_t keep_max;
	size_t hand;          /* where the search for one to close goes on */
	struct newest source; /* of the newest pid */
	bool newest_known;
	int32_t newest; /* of the tick before, if known */
	bool listed;    /* /proc was listed at listed_ms */
	uint64_t listed_ms;
	int32_t *pids; /* the last listing */
	size_t pids_cap;
	bool died; /* somebody in the table is SLOT_DEAD */
	/* pids to be sighted: new ones, and those that may be others now */
	int32_t *news;
	size_t nnews;
	size_t news_cap;
};

/* Raises RLIMIT_NOFILE to what keeping descriptors needs and the hard limit allows. */
void usage_init(struct usage *usage, int proc);
void usage_done(struct usage *usage);

/* The extent of a tick's look. */
struct usage_look {
	uint64_t now_ms; /* boot-time clock */
	bool all;        /* no turns: memory is going fast */
	bool deep;       /* statm more often: something is being swapped out */
	bool taking;     /* pages were taken from processes, or that is not known */
	bool verify;     /* any pid may have been reused meanwhile (a gap, a long interval) */
};

/* One tick: finds who came (into usage->news, ascending) and who went (SLOT_DEAD), and looks at
 * those whose turn it is (SLOT_SEND, SLOT_STALE, SLOT_SHARED, usage figures). */
void usage_tick(struct usage *usage, struct slots *table, const struct usage_look *look);

/* First sight of PID: fills SLOT from one read of stat (identity, name, owner, state, counters;
 * its RSS without the shared part, so DETAIL_USAGE is not set).  0 or -errno; comm is the caller's
 * to free or hand over. */
int usage_sight(struct usage *usage, int32_t pid, struct proc_slot *slot);

/* One process between two ticks; one that is gone, or may be another by now, is left to the next
 * tick. */
void usage_again(struct usage *usage, struct slots *table, struct proc_slot *slot);

/* Reads statm of one process now; flags as in a tick.  0 or -errno (gone: SLOT_DEAD too). */
int usage_usage(struct usage *usage, struct slots *table, struct proc_slot *slot);

/* The CPU time in ns that PID's threads have used, from its clock; false if there is none. */
bool usage_clock(int32_t pid, uint64_t *ns);
