/* source_live - a sampler process of our own, and another one when it dies
 *
 * Forks; the child runs the sampler's main function on a pair of pipes and writes the same lines that
 * `memtop --stream` writes, so that there is one decoder for all.  A sampler that dies or says nothing
 * for STALL seconds is ended and replaced, with a word in source_message.
 */
#ifndef MEMTOP_SOURCE_SOURCE_LIVE_H
#define MEMTOP_SOURCE_SOURCE_LIVE_H

#include "source/source.h"

/* How a child is run: reads requests from IN, writes lines to OUT, returns its exit status.  Passed in
 * by main.c so that sources know nothing of the sampler. */
struct live_child {
	int (*run)(int in, int out, void *context);
	void *context;
};

/* 0 and *SOURCE, or -errno. */
int source_open_live(struct source **source, const struct live_child *child);

#endif
