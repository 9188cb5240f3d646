/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sampler - everything known of this machine, as frames
 *
 * Holds the table of processes and drives what reads them: a tick looks at the system, finds
 * births and deaths, looks at sizes and, within a budget, at details; between ticks late answers
 * become additions.  Frames go to a sink as they are complete.  Nothing here waits for anything.
 */
#pragma once

#include "frame/request.h"
#include "sample/frame_writer.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

enum { SAMPLER_FDS = 5 };

struct sampler;

/* 0 or -errno (no /proc). PARENT: the pid of the front end, which is never signalled; 0: none. */
int sampler_open(struct sampler **sampler, struct frame_writer_sink sink, int parent);
void sampler_close(struct sampler *sampler); /* NULL is fine */

/* From the first tick on only the front end's descendants are seen, without the sampler and its
 * own, and without the child APART (0: none). */
void sampler_only_family(struct sampler *sampler, int apart);

/* From now on no process is held, signalled or given a nice value: who asks is told so. */
void sampler_forbid_control(struct sampler *sampler);

/* No process is looked into from here on; who asks for it is told. */
void sampler_forbid_inside(struct sampler *sampler);

/* Fills in what a stream says once; interval_ms is the caller's. */
void sampler_header(const struct sampler *sampler, struct stream_header *header);

/* One tick.  INTERVAL_MS: what was asked for (0: ticks come on request), to tell what was
 * missed. */
void sampler_tick(struct sampler *sampler, uint32_t interval_ms);

/* Whether the machine had memory to spare at the last tick (frame_has_plenty). */
bool sampler_has_plenty(const struct sampler *sampler);

/* The next tick's frame is a key frame. */
void sampler_want_key(struct sampler *sampler);

/* Acts on everything but INTERVAL, TICK and KEY, which are the caller's. */
void sampler_ask(struct sampler *sampler, const struct request *request);

/* Between ticks: takes what the readers answered, looks at what was newly watched, and sends it
 * as an addition when it is complete or has waited long enough. */
void sampler_idle(struct sampler *sampler);

/* Descriptors to poll, and after how many ms sampler_idle is due at the latest; -1: not before a
 * descriptor is readable. */
void sampler_fds(const struct sampler *sampler, struct pollfd fds[SAMPLER_FDS]);
int sampler_timeout(const struct sampler *sampler);
