/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_report - a profile in words, as JSON, as a picture; and two of them side by side
 *
 * Pure: appends to a buf.  The JSON's schema stands in memtop(1).
 */
#pragma once

#include "base/buf.h"
#include "run/profile.h"

/* Facts beside what was seen. */
struct profile_facts {
	const char *name;  /* of the program, or of the recording without its folder, clean */
	const char *title; /* command line or recording, clean */
	char *const *argv; /* the command as it was given, with its NULL; NULL: a recording */
	bool run;          /* it was started and has ended: what follows is known */
	int status;        /* of wait(2) */
	double duration_s;
	double cpu_s;            /* user + system, of it and of all it waited for */
	uint64_t peak_rss_kib;   /* of any one process, by the kernel; 0: not known */
	uint64_t majors, minors; /* page faults */
	/* processes that were left running, their footprint, and the largest of them; 0: none */
	uint32_t left;
	uint64_t left_kib;
	const char *left_name;
	int32_t left_pid;
	/* why no look found it, a sentence without its end; NULL: it was over too soon */
	const char *unseen;
	const struct profile_lines *lines; /* where it grew; NULL: was not asked for */
};

struct profile_lines;

struct profile_style {
	bool utf8;
	int width; /* columns, 40 to 200 */
};

/* The report, added to OUT: for a person, for a program (JSON), and as a picture (SVG). */
void profile_report_text(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts, const struct profile_style *style);
void profile_report_json(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts);
void profile_report_svg(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts);

/* The footprint of two recordings, as a whole and by program: peak, average, growth. */
void profile_report_compare(struct buf *out, const struct profile *a, const char *a_name,
	const struct profile *b, const char *b_name);
void profile_report_compare_json(struct buf *out, const struct profile *a, const char *a_name,
	const struct profile *b, const char *b_name);

/* One line on how it does, for a terminal WIDTH columns wide. */
void profile_report_line(struct buf *out, const struct profile *profile,
	const struct profile_style *style);

/* Sentences that all reports share. */

/* Highest RSS: of all together as seen, or of one process as the kernel counted it. */
uint64_t profile_report_peak_rss_kib(const struct profile *profile,
	const struct profile_facts *facts);

/* Whether the kernel counted more RSS than any look saw: it had more between two looks. */
bool profile_report_unseen(const struct profile *profile, const struct profile_facts *facts);

/* Whether that is RSS added up, which counts shared pages more than once. */
bool profile_report_rss_at_most(const struct profile *profile, const struct profile_facts *facts);

/* The sign before a figure that is an upper bound, as in the tables. */
const char *profile_report_at_most(bool at_most, bool utf8);

/* "687 ms", "45.2 s", "1m10s" */
void profile_report_duration(struct buf *out, double seconds);

/* "climbing", "steady, has been climbing", "grew, but not in a straight line" */
void profile_report_verdict(struct buf *out, const struct profile *profile);

/* "limit 1.2 GiB of its cgroup, of which the peak was 46 %"; only if there is one. */
void profile_report_limit(struct buf *out, const struct profile *profile);

/* The unit of an axis of LAST_S seconds, and a moment of it: "250ms", "1.5s", "1m10s". */
struct profile_time_unit {
	double below_s, seconds;
	const char *words;
};
const struct profile_time_unit *profile_report_time_unit(double last_s);
void profile_report_moment(struct buf *out, double seconds, double last_s);

/* How it ended: "ended with status 7", "killed by signal 9 (Killed)", "recorded". */
void profile_report_end(struct buf *out, const struct profile_facts *facts);

/* Round steps for an axis: the smallest of 1, 2, 5, 10 ...  (KIB: in units of 1024) with at most
 * N of them up to TOP. */
double profile_report_step(double top, int n, bool kib);
