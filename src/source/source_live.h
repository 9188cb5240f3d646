/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_live - a sampler process of our own, and another one when it dies
 *
 * Forks; the child runs the sampler's main function on a pair of pipes and writes the same lines
 * that `memtop --stream` writes, so that there is one decoder for all.
 *
 * A sampler is ended and replaced within a second when it is killed or stopped, when it is silent
 * for SOURCE_LIVE_STALL_MS longer than its interval without using the CPU, when it is silent for
 * SOURCE_LIVE_BUSY_MS longer whatever it does, or when it writes nothing but nonsense:
 * SOURCE_TROUBLE, with the reason in source_message.  Requests that last (interval, pids to watch,
 * key frames) are sent to the new one.  Its first tick is a key with `gap` set and an interval of
 * 0, so that nobody computes a rate across the hole; `seq` goes on where the old one stopped.
 * Answers that the old one still owed never come; source_ask returns -EAGAIN while there is no
 * child or its pipe is full.  A sampler that ends with status 0 ends the source without a message;
 * one that fails before its first frame and says why ends it with what it said.
 *
 * A sampler that is merely slow, on a machine that gives it no time, would be replaced for ever.
 * So when one falls silent within SOURCE_LIVE_PROVEN_MS of its start, the next is given twice as
 * long, up to 32 times.
 *
 * source_fd changes when the child does: ask for it before each poll(2).  With an interval of 0
 * (ticks on request) silence is no reason to replace it.
 */
#pragma once

#include "source/source.h"

enum {
	SOURCE_LIVE_STALL_MS = 1000,
	SOURCE_LIVE_BUSY_MS = 5000,
	SOURCE_LIVE_PROVEN_MS = 60000,
};

/* How a child is run: reads requests from IN, writes lines to OUT, returns its exit status.
 * Passed in by main.c so that sources know nothing of the sampler.  It runs in a process of its
 * own, with default signals (SIGPIPE is ignored), no terminal and no descriptors but these two;
 * what it writes to standard error is what source_message quotes. */
struct live_child {
	int (*run)(int in, int out, void *context);
	void *context;
	size_t size; /* of what CONTEXT points to, which is copied; 0: it outlives the source */
};

/* 0 and *SOURCE, or -errno.  HOW is copied. */
int source_open_live(struct source **source, const struct live_child *how);
