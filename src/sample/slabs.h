/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slabs - which of the kernel's caches of objects grow: slabinfo(5), which only root may read
 *
 * Read at the second tick, and then only when the objects that cannot be dropped have grown by a
 * thousandth of the memory since, at most every ten seconds: it has a line for each cache, and
 * the kernel counts them under a lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct system_figures;
struct frame_writer;

enum { SLABS_NAME_MAX = 48, SLABS_MAX = 1024 };

struct slab {
	char name[SLABS_NAME_MAX]; /* clean */
	uint64_t kib;
};

struct slabs {
	int proc; /* of /proc; not owned */
	unsigned page_kib;
	struct slab *kept; /* at the last read */
	size_t count;
	uint64_t read_ms;           /* when; 0: never */
	uint64_t unreclaimable_kib; /* SUnreclaim then */
	struct slab most;           /* the one that gained most since the read before */
	uint64_t gained_kib, span_ms;
	bool fresh; /* and was not sent yet */
};

/* Begins with nothing read; PROC is the descriptor of /proc, which stays the caller's.  Done
 * frees. */
void slabs_init(struct slabs *slabs, int proc);
void slabs_done(struct slabs *slabs);

/* Reads, if it is time to. */
void slabs_look(struct slabs *slabs, const struct system_figures *system, uint64_t now_ms);

/* Adds the one that gained most, once for each read. */
void slabs_send(struct slabs *slabs, struct frame_writer *writer);
