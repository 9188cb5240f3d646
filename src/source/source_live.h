/* source_live - a sampler process of our own, and another one when it dies
 *
 * Forks; the child runs the sampler's main function on a pair of pipes and writes the same lines
 * that `memtop --stream` writes, so that there is one decoder for all.
 *
 * A sampler that is killed or stopped, that says nothing for SOURCE_LIVE_STALL_MS longer than its interval
 * and does not use the CPU either, that says nothing for SOURCE_LIVE_BUSY_MS longer whatever it does, or that
 * writes nothing but nonsense is ended and replaced within a second: SOURCE_TROUBLE, with the reason in source_message.  What it had been asked and goes on
 * (interval, pids to watch, key frames) is asked again.  Its first tick is a key with `gap` set
 * and an interval of 0, so that nobody makes a rate across the hole; `seq` goes on where the one
 * before stopped.  Answers the old one still owed do not come any more; source_ask returns
 * -EAGAIN while there is no child or its pipe is full. A sampler that ends with status 0 ends the
 * source without a message; one that never got as far as a frame and says why ends it with what
 * it said.
 *
 * A sampler that is merely slow, on a machine that gives it no time, would be replaced for ever: when one
 * falls silent within SOURCE_LIVE_PROVEN_MS of its start, patience with the next is twice as long, up to 32
 * times.
 *
 * source_fd changes when the child does: ask for it before each poll(2).  With an interval of 0
 * (ticks on request) silence is no reason to replace it.
 */
#ifndef MEMTOP_SOURCE_SOURCE_LIVE_H
#define MEMTOP_SOURCE_SOURCE_LIVE_H

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
};

/* 0 and *SOURCE, or -errno.  HOW is copied. */
int source_open_live(struct source **source, const struct live_child *how);

#endif
