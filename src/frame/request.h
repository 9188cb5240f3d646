/* SPDX-License-Identifier: GPL-2.0-or-later */
/* request - what the front end asks of a sampler, one line of JSON each (memtop-stream(5)) */
#pragma once

#include "base/buf.h"
#include "frame/frame.h"

enum request_kind {
	REQUEST_INTERVAL, /* sample every interval_ms (100 to 3,600,000) from now on */
	REQUEST_TICK,     /* take a tick now (tests, "refresh"); interval 0 means only on request */
	/* these pids are on the screen or flagged: details every tick, text soon */
	REQUEST_WATCH,
	/* these cgroups, by number, are on the screen as rows: memory.stat every tick; in `pids` */
	REQUEST_GROUPS,
	REQUEST_KEY,     /* send a key frame now, and every key_s seconds (0: never again) */
	REQUEST_HOLD,    /* open a pidfd on id and keep it for what follows (one at a time) */
	REQUEST_SIGNAL,  /* send value as a signal to id, which must be held */
	REQUEST_NICE,    /* set the nice value of id to value */
	REQUEST_PSS,     /* read smaps_rollup of id once */
	REQUEST_RELEASE, /* drop the pidfd */
	/* id is on the screen in depth: its mappings, as often as they may be read */
	REQUEST_MAPPINGS,
	REQUEST_AGAIN,   /* read them again as soon as the budget allows */
	REQUEST_SHALLOW, /* no process is any more */
	/* look inside id once: its allocators, and what it has in memory by type */
	REQUEST_INSIDE,
	REQUEST_HOLDERS, /* who holds objects of `type` in id */
	/* follow id, a Python, and catch the lines it grows in, until it ends or another is
	 * followed; UNFOLLOW: no longer */
	REQUEST_LINES,
	REQUEST_UNFOLLOW,
	/* tell of few: the `rows` that have most, as many of those that grow, and likewise of
	 * cgroups; 0: of all again */
	REQUEST_BRIEF,
	/* answer once all that was asked of the watched processes has been read, or cannot be */
	REQUEST_SETTLE,
};

enum { REQUEST_ROWS_MAX = 64 };

struct request {
	uint32_t number; /* answered by a notice with the same number; 0: no answer wanted */
	enum request_kind kind;
	struct ident id;
	int32_t value;
	uint32_t interval_ms;
	uint32_t key_s;
	uint32_t rows; /* BRIEF: up to REQUEST_ROWS_MAX */
	size_t npids;
	int32_t pids[FRAME_PART_MAX]; /* WATCH: sorted is not required */
	char type[INSIDE_NAME_MAX];   /* HOLDERS: clean, not empty */
};

enum { REQUEST_LINE_MAX = 16 * 1024 }; /* bytes; the longest of ours takes 5 KiB */

/* Appends the line, with its newline. */
void request_encode(struct buf *out, const struct request *request);

/* 0, or -EINVAL (REQUEST untouched).  Every number is in its range then: pids 1 to FRAME_PID_MAX,
 * signals 1 to 64, nice -20 to 19, intervals 100 to 3,600,000 or 0, key_s up to 86,400, rows up to
 * REQUEST_ROWS_MAX. */
int request_decode(struct request *request, const char *line, size_t len);
