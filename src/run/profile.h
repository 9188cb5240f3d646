/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile - what a program and its descendants took, from its first look to its last
 *
 * Adds up the rows of a view tick by tick: peaks and when, the average, the shape over time, who
 * took part, by process and by program, and the moments where it grew.  Pure: time is the store's,
 * nothing is printed.  RSS added up over processes counts shared pages more than once, and so would
 * the footprint: what they share is counted once as far as PSS was read, and where it was not the
 * figure is said to be an upper bound (profile_share.h).
 */
#pragma once

#include "base/hash.h"
#include "model/program.h"
#include "model/trend.h"
#include "table/view.h"

enum {
	PROFILE_POINTS = 1200,   /* of the shape; neighbours become one when there are more */
	PROFILE_WHO_MAX = 20000, /* processes told apart */
	PROFILE_MOMENTS = 8,
	PROFILE_NOBODY = -1,
};

/* A process that was seen. */
struct profile_who {
	struct ident id;
	char comm[FRAME_COMM_MAX + 1];
	char name[PROGRAM_NAME_MAX]; /* what people call it (model/program.h) */
	double first_s, last_s;      /* when it was seen */
	uint64_t kib;                /* footprint at its last look */
	uint64_t peak_kib;           /* highest footprint seen */
	/* when PSS was last read, boot time, 0: never; its footprint then, what of it is its own
	 * when what is shared is divided, and what nobody shares (profile_share.h) */
	uint64_t read_ms, read_kib, divided_kib, alone_kib;
	uint64_t peak_rss_kib;    /* highest RSS: seen, or known to the kernel */
	enum trend_state verdict; /* the last */
	bool climbed;             /* it was called climbing at some time */
};

struct profile_mark {
	double at_s;
	uint64_t kib;
};

/* The memory a name took in the looks since the last whose sum is known (profile_share.h). */
struct profile_name_window {
	uint64_t peak_kib, most_kib; /* the highest before it, and in it */
	uint64_t raw_kib, largest_kib;
	double area_kib_s; /* before it */
	double span_s;
	bool bound; /* before it */
};

/* All processes of one name together. */
struct profile_name {
	char name[PROGRAM_NAME_MAX];
	char comm[FRAME_COMM_MAX + 1]; /* of the first of them */
	bool renamed;          /* all of them have another name: their command line was read late */
	uint64_t kib, rss_kib; /* at the last tick */
	/* footprints added up; of its largest process; what those that ended left to others */
	uint64_t raw_kib, largest_kib, left_kib;
	struct profile_name_window open;
	bool bound;       /* peak_kib is an upper bound */
	bool rss_bound;   /* so is peak_rss_kib: it is of several */
	uint32_t members; /* at the last tick */
	double first_s, last_s;
	/* its footprint when a quarter to a half of its time had gone, a half to all of it, and
	 * at the last look; growth goes from the first of them to the last, which leaves the
	 * start-up out */
	struct profile_mark early, middle, latest;
	uint64_t peak_kib, peak_rss_kib;
	double area_kib_s; /* footprint over time */
	uint32_t started;  /* processes in all */
	bool climbed;
};

/* A stretch of time. */
struct profile_point {
	double from_s, to_s;
	uint64_t rss_kib, kib; /* highest RSS and footprint in it, of all together */
	uint64_t end_kib;      /* footprint at its end */
	uint64_t raw_kib;      /* highest sum of footprints in it, whatever they share */
	uint64_t least_kib;    /* highest footprint of one process in it */
	int64_t gain_kib;      /* end - end of the one before */
	int32_t who;           /* who gained most in it, or PROFILE_NOBODY */
	int64_t who_kib;       /* and how much */
};

/* Looks since the last whose sum is known (profile_share.h), and what was before. */
struct profile_window {
	bool open;
	bool given_up; /* what would tell did not come */
	bool peak_bound;
	double from_s;
	uint64_t peak_kib;
	double peak_s, area_kib_s, bound_kib_s;
};

struct profile {
	uint64_t start_ms; /* boot time of second 0 */
	uint64_t wall_ms;
	double last_s;
	uint64_t ticks;
	uint64_t kib, rss_kib; /* at the last tick */
	uint64_t peak_kib, peak_rss_kib, peak_swap_kib;
	double peak_s, peak_rss_s;
	bool peak_bound;     /* peak_kib is an upper bound: shared pages may count more than once */
	bool peak_rss_bound; /* peak_rss_kib is of several processes: so is that */
	uint64_t raw_kib;    /* footprints added up, at the last tick */
	uint64_t left_kib;   /* what those that ended left to others, and when they did */
	uint64_t left_ms;
	double bound_kib_s; /* of area_kib_s, what is an upper bound */
	bool asks; /* PSS is read on request (profile_unread): what is not known yet may wait */
	struct profile_window window;
	uint64_t one_peak_rss_kib; /* highest RSS of any single process */
	double area_kib_s;
	uint32_t most;                            /* processes at once */
	double majors, minors;                    /* page faults, from rates: about */
	uint64_t oom_kills;                       /* on the machine, meanwhile */
	uint64_t group_kills, group_kills_before; /* in the control group of the first row */
	char *group;                              /* its path; NULL: not known yet */
	bool group_known;
	struct limit limit; /* the lowest but the machine's; kind LIMIT_NONE: no such; no path */
	struct trend trend; /* of the footprint of all, once begun */
	bool begun;
	bool climbed;
	struct profile_who *who;
	size_t nwho, who_cap;
	struct hash hash; /* of `who`, by pid and start */
	struct profile_name *names;
	size_t nnames, names_cap;
	/* as it was before the total began to fall, and since when it falls; kept since a program
	 * that ends is seen giving its memory back */
	struct profile *before;
	double falls_s;
	uint32_t falling; /* looks in a row in which the total fell */
	double grain_s;   /* points shorter than this are joined; 0: none are */
	struct profile_point points[PROFILE_POINTS];
	size_t npoints;
};

/* Second 0 is START_MS on the boot-time clock, WALL_MS on the wall's. */
struct profile *profile_new(uint64_t start_ms, uint64_t wall_ms);
void profile_free(struct profile *profile); /* NULL is fine */

/* The record of a process; NULL: never seen. */
const struct profile_who *profile_who_find(const struct profile *profile, struct ident id);

/* Adds a tick: the rows of VIEW.  One at or before the tick before is left
 * out, and so is one in which nobody is there: before the program was seen, and after its end. */
void profile_take(struct profile *profile, const struct store *store, const struct view *view);

/* After the program's end: takes over what the kernel counts, kills, and leaves out the last looks
 * (two, or those of the last second) if the total only fell in them: they caught the program
 * ending.  May be called more than once. */
void profile_end(struct profile *profile, const struct store *store);

/* Footprint averaged over the time, in KiB. */
double profile_average_kib(const struct profile *profile);

/* The verdict on all together, in one word: climbing when any of them that still lived climbed. */
enum trend_state profile_verdict(const struct profile *profile);

/* The same in hindsight, for reports: climbing, too, when it rose in a straight line from its first
 * quarter to its end, which takes five seconds to be told. */
enum trend_state profile_final_verdict(const struct profile *profile);

/* Growth in KiB a second: the tested rate of a climb with its 95 % interval; else of the second
 * half, LO and HI equal to it.  False when too little was seen. */
bool profile_growth(const struct profile *profile, struct trend_rate *rate);

/* Where it grew most, in order of time; returns how many, 0 to PROFILE_MOMENTS.  They are seconds,
 * or tenths of one below five seconds. */
size_t profile_moments(const struct profile *profile,
	struct profile_point moments[PROFILE_MOMENTS]);

/* Footprint in N equal spans up to the last tick: the highest in each. */
void profile_shape(const struct profile *profile, uint64_t *kib, size_t n);

/* Processes that mattered, the largest peak first: indices into `who`; returns how many, at most
 * N. */
size_t profile_largest(const struct profile *profile, size_t *out, size_t n);
