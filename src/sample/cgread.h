/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgread - the memory files of one cgroup, of either hierarchy
 *
 * Each function reads one kind of file into the figures it is about and leaves the others alone.
 * They cost very different things: usage, limits and events are counters the kernel has at hand;
 * memory.stat makes it add up all CPUs and, of version 1, all groups below.
 */
#pragma once

#include "frame/frame.h"
#include "sample/sysparse.h"

#include <stdbool.h>

struct cgread {
	bool v1;
	int dir; /* the folder, between enter and leave */
	char folder[SYSPARSE_PATH_MAX + FRAME_PATH_MAX + 2]; /* its files are in */
};

/* Where the files of the cgroup PATH (as the kernel writes it) are.  False: it lies outside of what
 * is mounted, or no memory controller is. */
bool cgread_find(struct cgread *at, const struct sysparse_mounts *mounts, const char *path);

/* Before several of its files are read, and after: from its folder the way to each is short, while
 * the whole way costs more than most of the files.  Neither may fail: it only takes longer then. */
void cgread_enter(struct cgread *at);
void cgread_leave(struct cgread *at);

/* Whether the cgroup is there at all. */
bool cgread_exists(const struct cgread *at);

/* memory.current, memory.usage_in_bytes, and the file of it, open, to be read again and again; the
 * caller closes it.  -errno: it has none (the root of version 2, a cgroup that is gone, one without
 * the controller). */
int cgread_usage(const struct cgread *at, uint64_t *kib);

/* memory.max, .high, .swap.max and what protects it from others' need, .min and .low;
 * memory.limit_in_bytes and memory.memsw.limit_in_bytes, which limits memory and swap together. */
void cgread_limits(const struct cgread *at, struct cgroup_figures *figures);

/* memory.stat, and memory.swap.current: what there is beside the usage.  False, and all that is
 * told is known to be not known: it cannot be read. */
bool cgread_stat(const struct cgread *at, struct cgroup_parts *parts);

/* memory.peak and memory.oom.group; memory.max_usage_in_bytes. */
void cgread_rare(const struct cgread *at, struct cgroup_figures *figures);

/* memory.events; memory.oom_control and memory.failcnt.  False: it has none. */
bool cgread_events(const struct cgread *at, struct cgroup_figures *figures);

/* memory.pressure; version 1 has none. */
void cgread_pressure(const struct cgread *at, struct cgroup_figures *figures);
