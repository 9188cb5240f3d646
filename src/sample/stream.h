/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stream - `memtop --stream`: the sampler's main loop
 *
 * Ticks on the boot-time clock, writes each frame as a line, answers requests between ticks and
 * ends when its output closes.  The end of its input ends it only where ticks are taken on request:
 * otherwise a script may have asked for something once and closed it.  Runs in a process of its
 * own, forked by the front end or started over ssh: once everything is open, it is confined
 * (confine.h) for good.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct stream_options {
	uint32_t interval_ms; /* 100 to 3,600,000; 0: ticks only on request */
	uint32_t count;       /* end after so many ticks; 0: never */
	/* a key frame every so many seconds; 0: only the first and on request */
	uint32_t key_s;
	int parent;     /* pid that must live: the stream ends with it; 0: nobody's */
	bool family;    /* only the parent's descendants, but for the stream and its own ... */
	int apart;      /* ... and for this one; 0: for nobody else */
	bool readonly;  /* requests for signals and nice values are refused */
	bool no_inside; /* nothing is looked into; who asks is told */
};

enum { STREAM_WHY_MAX = 160 };

/* Reads requests from IN (-1: none), writes the header and frames to OUT.  0 for a plain end (count
 * reached, the reader closed), else -errno and one line for a person in WHY.  The caller ignores
 * SIGPIPE. */
int stream_run(int in, int out, const struct stream_options *options, char why[STREAM_WHY_MAX]);
