/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part - the frames of a tick, put together piece by piece
 *
 * A tick is handed out in frames of at most FRAME_PART_MAX deaths, births, usages, details and
 * texts.  Deaths go first, then births, then the rest, each ascending by pid, so that a reader
 * never meets a pid before its birth.  The sampler adds; a frame that is full goes to the sink, and
 * the next one begins.
 */
#ifndef MEMTOP_SAMPLE_PART_H
#define MEMTOP_SAMPLE_PART_H

#include "frame/frame.h"

/* Takes a finished frame; it must not be kept. */
struct part_sink {
	void (*put)(void *context, const struct frame *frame);
	void *context;
};

struct part {
	struct frame *frame; /* being filled; reused */
	struct frame head;   /* what all frames of this tick say of it (figures, no arrays) */
	struct part_sink sink;
};

void part_init(struct part *part, struct part_sink sink);
void part_done(struct part *part);

/* Begins a tick, or an addition to one: seq, times, key, tick, gap and figures from HEAD. */
void part_begin(struct part *part, const struct frame *head);

/* Adds one; texts are copied into the frame. */
void part_death(struct part *part, int32_t pid);
void part_birth(struct part *part, const struct proc_birth *birth);
void part_usage(struct part *part, const struct proc_usage *usage);
void part_detail(struct part *part, const struct proc_detail *detail);
void part_text(struct part *part, int32_t pid, enum text_kind kind, const char *text);
void part_user(struct part *part, uint32_t uid, const char *name);
void part_cgroup(struct part *part, const struct cgroup_figures *cgroup);
/* With all its parts, in one frame; NPARTS up to FRAME_PARTS_MAX. */
void part_deep(struct part *part, const struct proc_deep *deep, const struct proc_part *parts,
	size_t nparts);
void part_slab(struct part *part, const struct slab_figures *slab);
void part_tmpfs(struct part *part, const struct tmpfs_figures *tmpfs);
void part_kill(struct part *part, const struct kill_figures *kill);
void part_notice(struct part *part, uint32_t request, int error, const char *text);

/* Whether anything was added since the last frame went out. */
bool part_holds(const struct part *part);

/* Sends what there is as the last frame; with `tick` in the head also when there is nothing. */
void part_end(struct part *part);

#endif
