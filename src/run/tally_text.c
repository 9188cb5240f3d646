/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_text - the report in words (tally_report.h) */
#include "run/tally_report.h"

#include "base/text.h"
#include "base/units.h"
#include "run/tally_chart.h"
#include "run/tally_share.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum {
	WHO_ROWS = 10,
	UNSEEN_KIB = 1024, /* RSS that no look saw, from which on that is said */
};

uint64_t tally_report_peak_rss_kib(const struct tally *tally, const struct tally_facts *facts)
{
	uint64_t peak = tally->peak_rss_kib;

	if (tally->one_peak_rss_kib > peak)
		peak = tally->one_peak_rss_kib;
	return facts->peak_rss_kib > peak ? facts->peak_rss_kib : peak;
}

bool tally_report_rss_at_most(const struct tally *tally, const struct tally_facts *facts)
{
	return tally->peak_rss_bound &&
	       tally_report_peak_rss_kib(tally, facts) == tally->peak_rss_kib;
}

const char *tally_report_at_most(bool at_most, bool utf8)
{
	return !at_most ? "" : utf8 ? "≤" : "<=";
}

void tally_report_end(struct buf *out, const struct tally_facts *facts)
{
	if (!facts->run)
		buf_puts(out, "recorded");
	else if (WIFSIGNALED(facts->status))
		buf_printf(out, "killed by signal %d (%s)", WTERMSIG(facts->status),
			strsignal(WTERMSIG(facts->status)));
	else
		buf_printf(out, "ended with status %d", WEXITSTATUS(facts->status));
}

double tally_report_step(double top, int n, bool kib)
{
	static const double steps[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500 };
	double unit = kib ? 1 : 0.001;

	for (int power = 0; power < 12; power++) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (top / (steps[i] * unit) <= n)
				return steps[i] * unit;
		unit *= kib ? 1024 : 1000;
	}
	return top;
}

void tally_report_duration(struct buf *out, double seconds)
{
	char text[UNITS_SIZE];

	if (seconds < 1)
		buf_printf(out, "%.0f ms", seconds * 1000);
	else if (seconds < 60)
		buf_printf(out, "%.*f s", seconds < 10 ? 2 : 1, seconds);
	else
		buf_puts(out, units_seconds(text, seconds));
}

static void put_rate(struct buf *out, double kib_s)
{
	char text[UNITS_SIZE];
	bool slow = fabs(kib_s) < 1024;

	buf_printf(out, "%s/%s", units_kib_change(text, llround(slow ? kib_s * 60 : kib_s), 8),
		slow ? "min" : "s");
}

static void put_verdict(struct buf *out, const struct tally *tally)
{
	enum trend_state verdict = tally_verdict(tally);

	buf_printf(out, "  Verdict            %s", trend_state_name(verdict));
	if (tally->climbed && verdict != TREND_CLIMBING)
		buf_puts(out, ", has been climbing");
	if (verdict == TREND_NEW)
		buf_puts(out, " (too short to tell)");
	buf_putc(out, '\n');
}

static void put_growth(struct buf *out, const struct tally *tally)
{
	struct trend_rate rate;

	if (!tally_growth(tally, &rate))
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

static void put_faults(struct buf *out, const struct tally *tally, const struct tally_facts *facts)
{
	char text[UNITS_SIZE];

	if (facts->run)
		buf_printf(out, "  Page faults        %llu, %llu of them from disk\n",
			(unsigned long long)facts->minors + (unsigned long long)facts->majors,
			(unsigned long long)facts->majors);
	if (tally->peak_swap_kib > 0)
		buf_printf(out, "  In swap            %s at most\n",
			units_kib_words(text, tally->peak_swap_kib));
}

static void put_left(struct buf *out, const struct tally_facts *facts)
{
	char text[UNITS_SIZE];

	if (facts->left == 0)
		return;
	buf_printf(out,
		"  %u process%s left running: %s%s (%d), footprint %s; what is taken from\n"
		"  now on is not in this report (--wait-all waits for it).\n",
		(unsigned)facts->left, facts->left == 1 ? " was" : "es were",
		facts->left == 1 ? "" : "the largest is ", facts->left_name, (int)facts->left_pid,
		units_kib_words(text, facts->left_kib));
}

static void put_kills(struct buf *out, const struct tally *tally, const struct tally_facts *facts)
{
	bool killed = facts->run && WIFSIGNALED(facts->status) &&
		      WTERMSIG(facts->status) == SIGKILL;

	if (tally->group_known && tally->group_kills > tally->group_kills_before)
		buf_puts(out,
			"  Its control group ran out of memory and the kernel killed in it.\n");
	else if (tally->oom_kills > 0)
		buf_printf(out,
			"  The kernel killed %llu process%s for want of memory meanwhile, %s.\n",
			(unsigned long long)tally->oom_kills, tally->oom_kills == 1 ? "" : "es",
			killed ? "this one, it seems" : "somewhere on this machine");
}

/* SIGN: of a figure that is an upper bound, or "". */
static void put_peak(struct buf *out, const char *what, const char *sign, uint64_t kib,
	double when_s, bool when)
{
	char text[UNITS_SIZE];

	buf_printf(out, "  %-18s %s%s", what, sign, units_kib(text, kib, 7));
	if (when) {
		buf_puts(out, " at ");
		tally_report_duration(out, when_s);
	}
}

static uint64_t largest_process(const struct tally *tally, const struct tally_facts *facts)
{
	return facts->peak_rss_kib > tally->one_peak_rss_kib ? facts->peak_rss_kib
							     : tally->one_peak_rss_kib;
}

bool tally_report_unseen(const struct tally *tally, const struct tally_facts *facts)
{
	return tally_report_peak_rss_kib(tally, facts) >
	       tally->peak_rss_kib + tally->peak_rss_kib / 20 + UNSEEN_KIB;
}

static void put_footprint(struct buf *out, const struct tally *tally, bool unseen, bool utf8)
{
	char text[UNITS_SIZE];

	put_peak(out, "Peak footprint", tally_report_at_most(tally->peak_bound, utf8),
		tally->peak_kib, tally->peak_s, true);
	buf_puts(out, unseen ? " (more between two looks, as RSS tells)\n" : "\n");
	buf_printf(out, "  Average footprint  %s%s\n",
		tally_report_at_most(tally_average_at_most(tally), utf8),
		units_kib(text, (uint64_t)tally_average_kib(tally), 7));
	if (tally->peak_bound || tally_average_at_most(tally))
		buf_printf(out, "  %s: memory that its processes share may count in each of them\n",
			tally_report_at_most(true, utf8));
}

static void put_figures(struct buf *out, const struct tally *tally, const struct tally_facts *facts,
	bool utf8)
{
	uint64_t peak_kib = tally_report_peak_rss_kib(tally, facts);

	put_peak(out, "Peak RSS",
		tally_report_at_most(tally_report_rss_at_most(tally, facts), utf8), peak_kib,
		tally->peak_rss_s, tally->peak_rss_kib > 0);
	buf_putc(out, '\n');
	if (tally->most > 1) {
		put_peak(out, "Largest process", "", largest_process(tally, facts), 0, false);
		buf_printf(out, " RSS, of up to %u at once (shared pages count in each)\n",
			tally->most);
	}
	if (tally->ticks == 0 || tally->peak_kib == 0) {
		if (facts->unseen)
			buf_printf(out, "  It was never looked at: %s.\n", facts->unseen);
		else
			buf_puts(out, "  It was over before it could be looked at.\n");
	} else {
		put_footprint(out, tally, tally_report_unseen(tally, facts), utf8);
		put_growth(out, tally);
		put_verdict(out, tally);
	}
	put_faults(out, tally, facts);
	put_kills(out, tally, facts);
	put_left(out, facts);
}

static void put_moments(struct buf *out, const struct tally *tally)
{
	struct tally_point moments[TALLY_MOMENTS];
	size_t count = tally_moments(tally, moments);
	char a[UNITS_SIZE], b[UNITS_SIZE];

	if (count == 0)
		return;
	buf_puts(out, "\n     Time  Mem usage  Increment  Process\n");
	for (size_t i = 0; i < count; i++) {
		const struct tally_point *at = &moments[i];
		buf_printf(out, "%8.*fs  %9s  %9s", tally->last_s < 5 ? 2 : 1, at->to_s,
			units_kib(a, at->end_kib, 8), units_kib_change(b, at->gain_kib, 9));
		if (at->who != TALLY_NOBODY)
			buf_printf(out, "  %s (%d)", tally->who[at->who].name,
				(int)tally->who[at->who].id.pid);
		buf_putc(out, '\n');
	}
}

static void put_who(struct buf *out, const struct tally *tally)
{
	size_t largest[WHO_ROWS];
	size_t count = tally_largest(tally, largest, WHO_ROWS);
	char a[UNITS_SIZE], b[UNITS_SIZE];

	if (tally->nwho < 2)
		return;
	/* those that mattered: a hundredth of the whole, and one in any case */
	while (count > 1 && tally->who[largest[count - 1]].peak_kib < tally->peak_kib / 100)
		count--;
	buf_puts(out, "\n     PID    PEAK RSS  FOOTPRINT     FROM       TO  VERDICT   COMMAND\n");
	for (size_t i = 0; i < count; i++) {
		const struct tally_who *who = &tally->who[largest[i]];
		buf_printf(out, "%8d  %10s %10s %7.1fs %7.1fs  %-9s %s\n", (int)who->id.pid,
			units_kib(a, who->peak_rss_kib, 8), units_kib(b, who->peak_kib, 8),
			who->first_s, who->last_s,
			trend_state_name(who->climbed ? TREND_CLIMBING : who->verdict), who->name);
	}
	if (tally->nwho > count)
		buf_printf(out, "          and %zu smaller one%s\n", tally->nwho - count,
			tally->nwho - count > 1 ? "s" : "");
}

void tally_report_text(struct buf *out, const struct tally *tally, const struct tally_facts *facts,
	const struct tally_style *style)
{
	buf_printf(out, "memtop: %s: ", facts->title);
	tally_report_end(out, facts);
	buf_puts(out, facts->run ? " after " : ", ");
	tally_report_duration(out, facts->duration_s);
	if (facts->run) {
		buf_puts(out, ", CPU ");
		tally_report_duration(out, facts->cpu_s);
	}
	buf_puts(out, "\n\n");
	put_figures(out, tally, facts, style->utf8);
	if (tally->npoints > 1 && tally->peak_kib > 0) {
		buf_puts(out, "\n  Footprint (anonymous + shared + huge pages + swap)");
		buf_puts(out, tally_average_at_most(tally) ? ", at most\n\n" : "\n\n");
		tally_chart(out, tally, style);
	}
	put_moments(out, tally);
	put_who(out, tally);
}

void tally_report_line(struct buf *out, const struct tally *tally, const struct tally_style *style)
{
	char now[UNITS_SIZE], peak[UNITS_SIZE], time[UNITS_SIZE];
	int room = style->width - 50;

	buf_printf(out, "%6s  now %7s  peak %7s  %-9s ", units_seconds(time, tally->last_s),
		units_kib(now, tally->kib, 7), units_kib(peak, tally->peak_kib, 7),
		trend_state_name(tally_verdict(tally)));
	tally_chart_spark(out, tally, room > 60 ? 60 : room, style);
}
