/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_text - the report in words (profile_report.h) */
#include "run/profile_report.h"

#include "base/amount.h"
#include "base/real.h"
#include "base/text.h"
#include "base/units.h"
#include "model/packages.h"
#include "run/profile_chart.h"
#include "run/profile_lines.h"
#include "run/profile_share.h"
#include "run/profile_types.h"
#include "table/grown_lines.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum {
	WHO_ROWS = 10,
	COMMAND_AT = 21,   /* column at which figures begin */
	UNSEEN_KIB = 1024, /* RSS that no look saw, from which on that is said */
};

uint64_t profile_report_peak_rss_kib(const struct profile *profile,
	const struct profile_facts *facts)
{
	uint64_t peak = profile->peak_rss_kib;

	if (profile->one_peak_rss_kib > peak)
		peak = profile->one_peak_rss_kib;
	return facts->peak_rss_kib > peak ? facts->peak_rss_kib : peak;
}

bool profile_report_rss_at_most(const struct profile *profile, const struct profile_facts *facts)
{
	return profile->peak_rss_bound &&
	       profile_report_peak_rss_kib(profile, facts) == profile->peak_rss_kib;
}

const char *profile_report_at_most(bool at_most, bool utf8)
{
	return !at_most ? "" : utf8 ? "≤" : "<=";
}

void profile_report_end(struct buf *out, const struct profile_facts *facts)
{
	if (!facts->run)
		buf_puts(out, "recorded");
	else if (WIFSIGNALED(facts->status))
		buf_printf(out, "killed by signal %d (%s)", WTERMSIG(facts->status),
			strsignal(WTERMSIG(facts->status)));
	else
		buf_printf(out, "ended with status %d", WEXITSTATUS(facts->status));
}

double profile_report_step(double top, int n, bool kib)
{
	static const double steps[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500 };
	double unit = kib ? 1 : 1e-6;

	for (int power = 0; power < 12; power++) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (top / (steps[i] * unit) <= n)
				return steps[i] * unit;
		unit *= kib ? 1024 : 1000;
	}
	return top;
}

void profile_report_duration(struct buf *out, double seconds)
{
	if (seconds < 1)
		buf_printf(out, "%.*f ms", seconds < .0099 ? 1 : 0, seconds * 1000);
	else if (seconds < 60)
		buf_printf(out, "%.*f s", seconds < 10 ? 2 : 1, seconds);
	else
		buf_puts(out, units_seconds(UNITS_TEXT, seconds));
}

const struct profile_time_unit *profile_report_time_unit(double last_s)
{
	static const struct profile_time_unit units[] = {
		{ 1, .001, "milliseconds" },
		{ 180, 1, "seconds" },
		{ 3 * 3600, 60, "minutes" },
		{ HUGE_VAL, 3600, "hours" },
	};
	size_t i = 0;

	while (last_s >= units[i].below_s && i + 1 < sizeof(units) / sizeof(units[0]))
		i++;
	return &units[i];
}

static void put_rate(struct buf *out, double kib_s)
{
	bool slow = fabs(kib_s) < 1024;

	buf_printf(out, "%s/%s",
		units_kib_change(UNITS_TEXT, real_round(slow ? kib_s * 60 : kib_s), 8),
		slow ? "min" : "s");
}

/* Whether it gained a twentieth of its peak, and a MiB, in the second half of its time. */
static bool grew(const struct profile *profile)
{
	double least_kib = real_max(1024, (double)profile->peak_kib / 20);
	struct trend_rate rate;

	return profile_growth(profile, &rate) && rate.kib_s * profile->last_s / 2 >= least_kib;
}

void profile_report_verdict(struct buf *out, const struct profile *profile)
{
	enum { YOUNG_S = 40 }; /* until when most programs grow */
	enum trend_state verdict = profile_final_verdict(profile);
	bool quiet = verdict == TREND_STEADY || verdict == TREND_WATCHING;

	if (quiet && grew(profile))
		buf_puts(out, "grew, but not in a straight line");
	else
		buf_puts(out, trend_state_name(verdict));
	if (profile->climbed && verdict != TREND_CLIMBING)
		buf_puts(out, ", has been climbing");
	else if (verdict == TREND_NEW)
		buf_puts(out, " (too short to tell)");
	else if (verdict == TREND_CLIMBING && !profile->climbed && profile->last_s < YOUNG_S)
		buf_puts(out, " to its end (in so short a time a start-up looks alike)");
}

void profile_report_limit(struct buf *out, const struct profile *profile)
{
	static const char *const of[] = {
		[LIMIT_NONE] = "",
		[LIMIT_MACHINE] = "",
		[LIMIT_CGROUP] = " of its cgroup",
		[LIMIT_CGROUP_HIGH] = " of its cgroup (memory.high)",
		[LIMIT_AS] = " of its address space (ulimit -v)",
		[LIMIT_DATA] = " of its data (ulimit -d)",
	};

	buf_printf(out, "limit %s%s, of which the peak was %.0f %%",
		units_kib_words(UNITS_TEXT, profile->limit.limit_kib), of[profile->limit.kind],
		100 * (double)profile->peak_kib / (double)profile->limit.limit_kib);
}

/* With its range where there is one; short runs have only the gain of their second half. */
static void put_growth(struct buf *out, const struct profile *profile)
{
	struct trend_rate rate;

	if (!profile_growth(profile, &rate))
		return;
	buf_puts(out, "  Growth             ");
	put_rate(out, rate.kib_s);
	if (rate.hi_kib_s > rate.lo_kib_s) {
		buf_puts(out, " (");
		put_rate(out, rate.lo_kib_s);
		buf_puts(out, " to ");
		put_rate(out, rate.hi_kib_s);
		buf_puts(out, ")\n");
	} else {
		buf_puts(out, " in the second half\n");
	}
}

/* The kernel counts faults for who waits for it alone: of a recording they are not known. */
static void put_faults(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts)
{
	if (facts->run)
		buf_printf(out, "  Page faults        %llu, %llu of them from disk\n",
			(unsigned long long)facts->minors + (unsigned long long)facts->majors,
			(unsigned long long)facts->majors);
	if (profile->peak_swap_kib > 0)
		buf_printf(out, "  In swap            %s at most\n",
			units_kib_words(UNITS_TEXT, profile->peak_swap_kib));
}

/* A report must not look like that of a whole run when something goes on behind it. */
static void put_left(struct buf *out, const struct profile_facts *facts)
{
	if (facts->left == 0)
		return;
	buf_printf(out,
		"  %u process%s left running: %s%s (%d), footprint %s; what is taken from\n"
		"  now on is not in this report (--wait-all waits for it).\n",
		(unsigned)facts->left, facts->left == 1 ? " was" : "es were",
		facts->left == 1 ? "" : "the largest is ", facts->left_name, (int)facts->left_pid,
		units_kib_words(UNITS_TEXT, facts->left_kib));
}

/* The cgroup's own counter is proof; the machine's says only that something was killed
 * meanwhile. */
static void put_kills(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts)
{
	bool killed = facts->run && WIFSIGNALED(facts->status) &&
		      WTERMSIG(facts->status) == SIGKILL;

	if (profile->group_known && profile->group_kills > profile->group_kills_before)
		buf_puts(out, "  The kernel killed in its cgroup for want of memory.\n");
	else if (profile->oom_kills > 0)
		buf_printf(out,
			"  The kernel killed %llu process%s for want of memory meanwhile, %s.\n",
			(unsigned long long)profile->oom_kills, profile->oom_kills == 1 ? "" : "es",
			killed ? "this one, it seems" : "somewhere on this machine");
}

/* SIGN: of a figure that is an upper bound, or "". */
static void put_peak(struct buf *out, const char *what, const char *sign, uint64_t kib,
	double when_s, bool when)
{
	buf_printf(out, "  %-18s %s%s", what, sign, units_kib(UNITS_TEXT, kib, 7));
	if (when) {
		buf_puts(out, " at ");
		profile_report_duration(out, when_s);
	}
}

bool profile_report_unseen(const struct profile *profile, const struct profile_facts *facts)
{
	return profile_report_peak_rss_kib(profile, facts) >
	       profile->peak_rss_kib + profile->peak_rss_kib / 20 + UNSEEN_KIB;
}

/* The sign is explained below the figure: nobody reads a manual for a figure. */
static void put_footprint(struct buf *out, const struct profile *profile, bool unseen, bool utf8)
{
	put_peak(out, "Peak footprint", profile_report_at_most(profile->peak_bound, utf8),
		profile->peak_kib, profile->peak_s, true);
	buf_puts(out, unseen ? " (more between two looks, as RSS tells)\n" : "\n");
	buf_printf(out, "  Average footprint  %s%s\n",
		profile_report_at_most(profile_average_at_most(profile), utf8),
		units_kib(UNITS_TEXT, (uint64_t)profile_average_kib(profile), 7));
	if (profile->peak_bound || profile_average_at_most(profile))
		buf_printf(out, "  %s: memory that its processes share may count in each of them\n",
			profile_report_at_most(true, utf8));
}

/* The words that stand in a sentence of the chart, without their first one, which is the label
 * here. */
static void put_limit(struct buf *out, const struct profile *profile)
{
	struct buf words;

	if (profile->limit.limit_kib == 0)
		return;
	buf_init(&words);
	profile_report_limit(&words, profile);
	buf_printf(out, "  Limit              %s\n", buf_text(&words) + strlen("limit "));
	buf_done(&words);
}

/* The peak of RSS is the kernel's own and exact; what no look saw has no other figures. */
static void put_figures(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts, bool utf8)
{
	uint64_t peak_kib = profile_report_peak_rss_kib(profile, facts);

	put_peak(out, "Peak RSS",
		profile_report_at_most(profile_report_rss_at_most(profile, facts), utf8), peak_kib,
		profile->peak_rss_s, profile->peak_rss_kib > 0);
	buf_putc(out, '\n');
	if (profile->most > 1) {
		put_peak(out, "Largest process", "",
			amount_larger(facts->peak_rss_kib, profile->one_peak_rss_kib), 0, false);
		buf_printf(out, " RSS, of up to %u at once (shared pages count in each)\n",
			profile->most);
	}
	if (profile->ticks == 0 || profile->peak_kib == 0) {
		if (facts->unseen != NULL)
			buf_printf(out, "  It was never looked at: %s.\n", facts->unseen);
		else
			buf_puts(out, "  It was over before it could be looked at.\n");
	} else {
		put_footprint(out, profile, profile_report_unseen(profile, facts), utf8);
		put_growth(out, profile);
		buf_puts(out, "  Verdict            ");
		profile_report_verdict(out, profile);
		buf_putc(out, '\n');
		put_limit(out, profile);
	}
	put_faults(out, profile, facts);
	put_kills(out, profile, facts);
	put_left(out, facts);
}

/* When it grew most, and who did: a table for who wants to find the place in the program. */
static void put_moments(struct buf *out, const struct profile *profile)
{
	struct profile_point moments[PROFILE_MOMENTS];
	size_t count = profile_moments(profile, moments);
	struct buf moment;

	if (count == 0)
		return;
	buf_init(&moment);
	buf_puts(out, "\n     Time  Mem usage  Increment  Process\n");
	for (size_t i = 0; i < count; i++) {
		const struct profile_point *at = &moments[i];
		buf_clear(&moment);
		profile_report_moment(&moment, at->to_s, profile->last_s);
		buf_printf(out, "%9s  %9s  %9s", buf_text(&moment),
			units_kib(UNITS_TEXT, at->end_kib, 8),
			units_kib_change(UNITS_TEXT, at->gain_kib, 9));
		if (at->who != PROFILE_NOBODY)
			buf_printf(out, "  %s (%d)", profile->who[at->who].name,
				(int)profile->who[at->who].id.pid);
		buf_putc(out, '\n');
	}
	buf_done(&moment);
}

static void put_who(struct buf *out, const struct profile *profile)
{
	size_t largest[WHO_ROWS];
	size_t count = profile_largest(profile, largest, WHO_ROWS);

	if (profile->nwho < 2)
		return;
	/* those that mattered: a hundredth of the whole, and one in any case */
	while (count > 1 && profile->who[largest[count - 1]].peak_kib < profile->peak_kib / 100)
		count--;
	int decimals = profile->last_s < 1 ? 3 : profile->last_s < 5 ? 2 : 1;
	buf_puts(out, "\n     PID    PEAK RSS  FOOTPRINT     FROM       TO  VERDICT   COMMAND\n");
	for (size_t i = 0; i < count; i++) {
		const struct profile_who *who = &profile->who[largest[i]];
		buf_printf(out, "%8d  %10s %10s %7.*fs %7.*fs  %-9s %s\n", (int)who->id.pid,
			units_kib(UNITS_TEXT, who->peak_rss_kib, 8),
			units_kib(UNITS_TEXT, who->peak_kib, 8), decimals, who->first_s, decimals,
			who->last_s, trend_state_name(who->climbed ? TREND_CLIMBING : who->verdict),
			who->name);
	}
	if (profile->nwho > count)
		buf_printf(out, "          and %zu smaller one%s\n", profile->nwho - count,
			profile->nwho - count > 1 ? "s" : "");
}

/* BEFORE and TEXT, which is cut in its middle to WIDTH columns: a path ends in what it is about. */
static void put_text_cut(struct buf *out, const char *before, const char *text, int width)
{
	char cut[FRAME_CMDLINE_MAX];

	text_cut_middle(cut, sizeof(cut), text, width);
	buf_printf(out, "%s%s", before, cut);
}

/* The installed packages whose files it had mapped, near its peak. */
static void put_packages(struct buf *out, const struct maps *maps)
{
	enum { ROWS = 12 };
	struct packages packages;

	if (maps == NULL || maps->parts_ms == 0)
		return;
	packages_of(&packages, maps);
	for (size_t i = 0; i < packages.count && i < ROWS; i++) {
		if (i == 0)
			buf_puts(out,
				"\n     Mapped  of the files of this package, near its peak\n");
		buf_printf(out, "  %9s  %s\n", units_kib(UNITS_TEXT, packages.all[i].rss_kib, 9),
			packages.all[i].name);
	}
	if (packages.count > 0)
		buf_printf(out, "  %9s  of none%s\n", units_kib(UNITS_TEXT, packages.rest_kib, 9),
			packages.partial ? "; some are not told" : "");
}

/* Whose lines they are, where it is not plain. */
static void put_pythons(struct buf *out, const struct profile_lines *lines)
{
	if (lines->pythons < 2 || lines->grown == NULL)
		return;
	buf_printf(out,
		"Of %" PRIu32 " Pythons process %" PRId32 " is told of, which rose most while it "
		"was followed.\n",
		lines->pythons, lines->grown->growns[0].pid);
}

void profile_report_text(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts, const struct profile_style *style)
{
	put_text_cut(out, "memtop: ", facts->name, style->width / 2);
	buf_puts(out, ": ");
	profile_report_end(out, facts);
	buf_puts(out, facts->run ? " after " : ", ");
	profile_report_duration(out, facts->duration_s);
	if (facts->run) {
		buf_puts(out, ", CPU ");
		profile_report_duration(out, facts->cpu_s);
	}
	buf_putc(out, '\n');
	if (strcmp(facts->name, facts->title) != 0) {
		put_text_cut(out, facts->run ? "  Command            " : "  Recording          ",
			facts->title, style->width - COMMAND_AT);
		buf_putc(out, '\n');
	}
	buf_putc(out, '\n');
	put_figures(out, profile, facts, style->utf8);
	if (profile->npoints > 1 && profile->peak_kib > 0) {
		buf_puts(out, "\n  Footprint (anonymous + shared + huge pages + swap)");
		buf_puts(out, profile_average_at_most(profile) ? ", at most\n\n" : "\n\n");
		profile_chart(out, profile, style);
	}
	put_moments(out, profile);
	put_who(out, profile);
	if (facts->lines != NULL) {
		buf_putc(out, '\n');
		put_pythons(out, facts->lines);
		if (facts->lines->grown != NULL)
			grown_lines_text(out, facts->lines->grown, style->width);
		else
			buf_printf(out, "Lines: not known: %s.\n", facts->lines->why);
		put_packages(out, facts->lines->maps);
		profile_types_text(out, facts->lines->inside, profile->start_ms);
	}
}

void profile_report_line(struct buf *out, const struct profile *profile,
	const struct profile_style *style)
{
	int room = style->width - 50;

	buf_printf(out, "%6s  now %7s  peak %7s  %-9s ", units_seconds(UNITS_TEXT, profile->last_s),
		units_kib(UNITS_TEXT, profile->kib, 7), units_kib(UNITS_TEXT, profile->peak_kib, 7),
		trend_state_name(profile_verdict(profile)));
	profile_chart_spark(out, profile, room > 60 ? 60 : room, style);
}
