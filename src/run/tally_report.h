/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_report - a tally in words, as JSON, as a picture; and two of them side by side
 *
 * Pure: appends to a buf.  The JSON's schema stands in memtop(1).
 */
#ifndef MEMTOP_RUN_TALLY_REPORT_H
#define MEMTOP_RUN_TALLY_REPORT_H

#include "base/buf.h"
#include "run/tally.h"

/* What is known beside what was seen. */
struct tally_facts {
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
};

struct tally_style {
	bool utf8;
	int width; /* columns, 40 to 200 */
};

void tally_report_text(struct buf *out, const struct tally *tally, const struct tally_facts *facts,
	const struct tally_style *style);
void tally_report_json(struct buf *out, const struct tally *tally, const struct tally_facts *facts);
void tally_report_svg(struct buf *out, const struct tally *tally, const struct tally_facts *facts);

/* The footprint of two recordings, as a whole and by program: peak, average, growth. */
void tally_report_compare(struct buf *out, const struct tally *a, const char *a_name,
	const struct tally *b, const char *b_name);
void tally_report_compare_json(struct buf *out, const struct tally *a, const char *a_name,
	const struct tally *b, const char *b_name);

/* One line on how it does, for a terminal WIDTH columns wide. */
void tally_report_line(struct buf *out, const struct tally *tally, const struct tally_style *style);

/* What all reports say alike. */

/* Highest RSS: of all together as seen, or of one process as the kernel counted it. */
uint64_t tally_report_peak_rss_kib(const struct tally *tally, const struct tally_facts *facts);

/* Whether the kernel counted more RSS than any look saw: it had more between two looks. */
bool tally_report_unseen(const struct tally *tally, const struct tally_facts *facts);

/* Whether that is RSS added up, which counts shared pages more than once. */
bool tally_report_rss_at_most(const struct tally *tally, const struct tally_facts *facts);

/* What stands before a figure that is an upper bound, as in the tables. */
const char *tally_report_at_most(bool at_most, bool utf8);

/* "687 ms", "45.2 s", "1m10s" */
void tally_report_duration(struct buf *out, double seconds);

/* How it ended: "ended with status 7", "killed by signal 9 (Killed)", "recorded". */
void tally_report_end(struct buf *out, const struct tally_facts *facts);

/* Round steps for an axis: the smallest of 1, 2, 5, 10 ...  (KIB: in units of 1024) with at most
 * N of them up to TOP. */
double tally_report_step(double top, int n, bool kib);

#endif
