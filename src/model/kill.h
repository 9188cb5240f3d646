/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill - what the kernel killed for want of memory: who, where, and what had run out
 *
 * The stream tells where a kill was and whose limit was met; who it was is worked out here: of
 * those that ended then, in that cgroup, the largest.  A process may take seconds to end once it
 * is killed, so its name may come a little later than the kill.  Pure.
 */
#pragma once

#include "frame/frame.h"

enum {
	KILL_GONE_MAX = 32, /* that ended lately, the largest of them */
	KILL_WORDS_MAX = 320,
};

enum kill_why {
	KILL_UNKNOWN,
	KILL_MACHINE, /* the machine ran out of memory */
	KILL_GROUP,   /* a cgroup met its limit */
};

struct kill {
	uint64_t ms; /* boot time of the tick that told of it; 0: none was seen */
	enum kill_why why;
	uint32_t count;     /* of kills; a group killed as a whole counts one of them twice */
	const char *group;  /* whose limit it was, with KILL_GROUP */
	const char *called; /* the name of the container that GROUP is in; NULL: in none */
	uint64_t limit_kib; /* UINT64_MAX: not known */
	const char *in;     /* the cgroup they were in; "": not known */
	struct ident id;    /* the largest of them; pid 0: not known */
	char name[FRAME_COMM_MAX + 1];
	uint64_t kib;    /* its footprint when it was last seen alive */
	uint32_t others; /* that ended with it, in the same cgroup */
};

/* The sentence, AGO_S seconds later: "The kernel killed shop.py (13687, 1.2 GiB) 5 s ago: it met
 * the limit of 1.2 GiB of /shop." */
const char *kill_words(char out[KILL_WORDS_MAX], const struct kill *kill, double ago_s);

/* --- found out -------------------------------------------------------------------------------- */

/* A process that ended, or lost all its memory while it still ends. */
struct kill_gone {
	struct ident id;
	uint64_t ms;
	uint64_t kib; /* the most it had of late */
	char *cgroup; /* NULL: not known */
	char name[FRAME_COMM_MAX + 1];
	bool ended; /* it is gone, or a zombie */
	bool told;  /* a kill was laid to it */
};

struct kill_book {
	struct kill last;   /* its texts are ours */
	uint64_t first_ms;  /* of the tick that first told of it */
	uint64_t before_ms; /* ... and of the one before that */
	bool guessed;       /* where the one that was found had been is not known */
	struct kill_gone gone[KILL_GONE_MAX];
	size_t ngone;
};

void kill_done(struct kill_book *book); /* NULL is fine; may be used again */

/* A process lost its memory: all of it when it `ended`, else nearly all.  What is kept of GONE is
 * copied. */
void kill_note(struct kill_book *book, const struct kill_gone *gone);

/* A tick at NOW_MS, the one before at BEFORE_MS, told of this.  True: it is more of what the tick
 * before began to tell of. */
bool kill_put(struct kill_book *book, const struct kill_figures *figures, uint64_t now_ms,
	uint64_t before_ms);

/* The container whose limit it was is CALLED so; NULL: none. */
void kill_call(struct kill_book *book, const char *called);

/* At the end of a tick: finds who it was, if that is not known yet. */
void kill_find(struct kill_book *book, uint64_t now_ms);
