/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs - which cgroup a process is in, and what limits lie above it
 *
 * Paths are kept once each, by number.  Figures are read for the cgroups of watched processes and
 * all their ancestors: those with a limit every tick, the others once in a while; and once more
 * when the last of them is gone, since the kernel may have killed it there.
 */
#ifndef MEMTOP_SAMPLE_CGFS_H
#define MEMTOP_SAMPLE_CGFS_H

#include "sample/proctable.h"
#include "sample/sysparse.h"

#include <stdbool.h>
#include <stdint.h>

struct part;

enum {
	CGFS_MAX = 16384, /* paths kept; beyond it those of no process are forgotten */
	CGFS_DEPTH = 32,  /* ancestors looked at */
};

struct cgfs_entry;

struct cgfs {
	int proc; /* not owned */
	struct sysparse_mounts mounts;
	/* slot.cgroup of the process on the screen: it and all above it are looked at often; 0:
	 * none */
	uint16_t close;
	struct cgfs_entry *entries;
	size_t count, cap;
};

void cgfs_init(struct cgfs *cgfs, int proc);
void cgfs_done(struct cgfs *cgfs);

/* Reads the path of a process's cgroup into slot->cgroup; true if it is not what it was. */
bool cgfs_place(struct cgfs *cgfs, struct proctable *table, struct proc_slot *slot);

/* The clean path of a slot's cgroup, NULL if not known. */
const char *cgfs_path(const struct cgfs *cgfs, const struct proc_slot *slot);

/* Reads the figures that are due for watched processes and adds those that changed to PART; all
 * that are known with KEY. */
void cgfs_look(struct cgfs *cgfs, const struct proctable *table, uint64_t now_ms, bool key,
	struct part *part);

#endif
