/* SPDX-License-Identifier: GPL-2.0-or-later */
/* growth - memory given to lines of code and to libraries, added up
 *
 * Pure.  Files are the numbers of python_stack.h.
 */
#pragma once

#include "frame/frame.h"
#include "inspect/python/python_stack.h"

enum {
	GROWTH_LINES_MOST = 20000, /* told apart; what comes later is counted, not listed */
	GROWTH_LIBRARIES_MOST = 1000,
};

struct growth;

/* Nothing has grown yet; for growth_free. */
struct growth *growth_new(void);
void growth_free(struct growth *growth); /* NULL is fine */

/* A place in the code; line 0: none. */
struct growth_place {
	uint32_t file;
	int32_t line;
};

/* The number of the line PLACE, of FUNCTION, which is the program's OWN or not; UINT32_MAX: there
 * are too many. */
uint32_t growth_line(struct growth *growth, struct growth_place place, const char *function,
	bool own);

/* BYTES, below 0 when they were given back, came in the line numbered LINE or in what it called;
 * with INNER (NULL: it only called), in the function that runs, which is in INNER.  LOOK: of all
 * lines that a look gives to it is the one with most. */
void growth_give(struct growth *growth, uint32_t line, int64_t bytes,
	const struct growth_place *inner, bool look);

/* Two looks in a row found LINE at work, and BYTES (0: nothing) came meanwhile, while the process
 * ran for RAN_US of processor time: on a busy machine it waits for one from one look to the next,
 * which says nothing of its lines. */
void growth_stayed(struct growth *growth, uint32_t line, int64_t bytes, uint64_t ran_us);

/* So did they, and BYTES were given back meanwhile. */
void growth_fell(struct growth *growth, uint32_t line, int64_t bytes, uint64_t ran_us);

/* One of them found LINE at work, the other another one; BYTES (0: nothing) and RAN_US were taken
 * for its. */
void growth_met(struct growth *growth, uint32_t line, int64_t bytes, uint64_t ran_us);

/* Bytes that came in a microsecond of processor time while LINE was seen to stay; of a line too
 * brief for that while it was met, the nearer to the mean of all the less time that was. */
double growth_pace(const struct growth *growth, uint32_t line);

/* How much of its pace is LINE's own.  Where it stayed and hardly ever grew, another one came and
 * went when it did: 0.  So it is where a faster one does that (growth_before), if it stood still at
 * times for so long that its pace would have touched many pages. */
double growth_rate(const struct growth *growth, uint32_t line);

/* Memory came between two looks that found EARLIER and then LINE at work. */
void growth_ran_before(struct growth *growth, uint32_t line, uint32_t earlier);

/* The line that grows fastest of those that ran before LINE so often that it may have come and gone
 * between two looks: not what merely ended once where LINE began.  UINT32_MAX: nothing does. */
uint32_t growth_before(const struct growth *growth, uint32_t line);

/* Two looks, the first of which found EARLIER at work and the second LINE (UINT32_MAX: none). */
struct growth_pair {
	uint32_t earlier, line;
	uint32_t between; /* a line that may have come and gone meanwhile; UINT32_MAX: none */
	uint64_t ran_us;  /* that the process ran meanwhile */
};

/* The parts of what came between two looks, in bytes; the rest is of the line that the second
 * found. */
struct growth_split {
	int64_t earlier, between;
};

/* Splits BYTES that came between the looks of PAIR by how fast each line is known to grow; where
 * the second look was late, by how long each must have run for so much. */
struct growth_split growth_split(const struct growth *growth, const struct growth_pair *pair,
	int64_t bytes);

/* How much of BYTES that were given back between the looks of PAIR is of the earlier line: all of
 * it, as a line gives back at its end what it used for itself, unless one of them was seen to give
 * back on and on. */
int64_t growth_fell_earlier(const struct growth *growth, const struct growth_pair *pair,
	int64_t bytes);

/* BYTES came while code of the package NAME ran. */
void growth_add_library(struct growth *growth, const char *name, int64_t bytes);

/* Puts the lists into FRAME, whose proc_grown is of PID: those with most first. */
void growth_put(const struct growth *growth, struct frame *frame, int32_t pid,
	const struct python_stacks *stacks);
