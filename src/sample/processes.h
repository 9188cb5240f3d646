/* SPDX-License-Identifier: GPL-2.0-or-later */
/* processes - who lives, and how big: births, deaths and sizes of a tick
 *
 * Turns what `usage` finds into the table of processes and into what a frame says of it.
 */
#pragma once

#include "sample/brief.h"
#include "sample/usage.h"
#include "sample/slots.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame_writer;

enum {
	CENSUS_WATCHED = 48, /* the biggest, watched until somebody says what is on the screen */
	CENSUS_FIRST = 512,  /* the biggest, whose sizes are in the first frame */
	CENSUS_LATE = 512,   /* of the others, in an addition behind it */
};

struct processes {
	struct slots table;
	struct usage usage;
	struct proc_slot *born; /* sighted in this tick */
	size_t nborn, born_cap;
	int32_t *gone; /* ended in this tick, ascending */
	size_t ngone, gone_cap;
	/* only descendants of this process, without our own; 0: everybody */
	int32_t family;
	int32_t apart;      /* a child of it that is not meant; 0: none */
	uint32_t hidden;    /* pids listed that may not be looked at */
	struct brief brief; /* of whom frames tell */
	size_t late;        /* slots from here on may have no size yet; SIZE_MAX: all have */
};

/* Begins without processes; PROC is the descriptor of /proc, which stays the caller's. */
void processes_init(struct processes *processes, int proc);
void processes_done(struct processes *processes);

/* Takes a tick and puts what it found into the frame of WRITER. FIRST: births go out as they are
 * seen, and only the biggest have their sizes read. KEY: everybody is reported, not only what
 * changed. */
void processes_tick(struct processes *processes, const struct usage_look *look, bool first,
	bool key, struct frame_writer *writer);

/* How many processes have a clock but are not in the table: those hidepid keeps out of /proc.  0
 * where that cannot be told (no clocks, or more possible pids than are worth asking). 8 ms for
 * 32,768. */
uint32_t processes_unlisted(const struct processes *processes);

/* Between ticks, for a process that came to be watched and may have been skipped in the last:
 * reads its size, and reports it if it moved. */
void processes_again(struct processes *processes, struct proc_slot *slot,
	struct frame_writer *writer);

/* Reads sizes that the first tick left out, one batch a call, until processes->late is SIZE_MAX. */
void processes_late(struct processes *processes, struct frame_writer *writer);
