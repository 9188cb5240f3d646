/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_json - the report as one JSON object (tally_report.h); its schema stands in memtop(1)
 *
 * Bytes, bytes a second and seconds; null for what is not known.
 */
#include "run/tally_report.h"

#include "base/text.h"
#include "base/units.h"
#include "run/tally_put.h"
#include "run/tally_share.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>

enum { WHO_MAX = 1000, CHART = 120 };

/* The words as they were given; their bytes cleaned, since JSON is text. */
static void put_command(struct pen *pen, const struct tally_facts *facts)
{
	char word[FRAME_CMDLINE_MAX];

	tally_put_key(pen, "command", true);
	if (!facts->argv) {
		pen_raw(pen, "null");
		return;
	}
	for (size_t i = 0; facts->argv[i]; i++) {
		text_clean(word, sizeof(word), facts->argv[i], strlen(facts->argv[i]));
		pen_char(pen, i == 0 ? '[' : ',');
		pen_string(pen, word, strlen(word));
	}
	pen_char(pen, ']');
}

static void put_growth(struct pen *pen, const struct tally *tally)
{
	struct trend_rate rate = { 0 };
	bool known = tally_growth(tally, &rate);

	tally_put_count(pen, "growth", known, llround(rate.kib_s * 1024));
	tally_put_count(pen, "growth_low", known, llround(rate.lo_kib_s * 1024));
	tally_put_count(pen, "growth_high", known, llround(rate.hi_kib_s * 1024));
}

static void put_moments(struct pen *pen, const struct tally *tally)
{
	struct tally_point moments[TALLY_MOMENTS];
	size_t count = tally_moments(tally, moments);

	tally_put_key(pen, "moments", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < count; i++) {
		const struct tally_point *at = &moments[i];
		bool known = at->who != TALLY_NOBODY;
		pen_raw(pen, i == 0 ? "{" : ",{");
		tally_put_seconds(pen, "time", true, at->to_s);
		tally_put_kib(pen, "footprint", at->end_kib);
		tally_put_count(pen, "increment", true, units_bytes_change(at->gain_kib));
		tally_put_count(pen, "pid", known, known ? tally->who[at->who].id.pid : 0);
		tally_put_text(pen, "command", false, known ? tally->who[at->who].name : "");
		pen_char(pen, '}');
	}
	pen_char(pen, ']');
}

static void put_who(struct pen *pen, const struct tally *tally)
{
	size_t largest[WHO_MAX];
	size_t count = tally_largest(tally, largest, WHO_MAX);

	tally_put_key(pen, "processes", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < count; i++) {
		const struct tally_who *who = &tally->who[largest[i]];
		pen_raw(pen, i == 0 ? "{" : ",{");
		tally_put_text(pen, "command", true, who->name);
		tally_put_count(pen, "pid", true, who->id.pid);
		tally_put_seconds(pen, "from", false, who->first_s);
		tally_put_seconds(pen, "to", false, who->last_s);
		tally_put_kib(pen, "peak", who->peak_rss_kib);
		tally_put_kib(pen, "peak_footprint", who->peak_kib);
		tally_put_text(pen, "verdict", false, trend_state_name(who->verdict));
		tally_put_bool(pen, "climbed", who->climbed);
		pen_char(pen, '}');
	}
	pen_char(pen, ']');
}

static void put_program_at_most(struct pen *pen, const struct tally_name *name)
{
	static const char *const names[] = { "peak_rss", "peak_footprint", "average_footprint" };
	const bool is[] = { name->rss_bound, name->bound, name->bound };

	tally_put_at_most(pen, names, is, sizeof(is) / sizeof(is[0]));
}

static void put_programs(struct pen *pen, const struct tally *tally)
{
	tally_put_key(pen, "programs", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < tally->nnames; i++) {
		const struct tally_name *name = &tally->names[i];
		double average = tally->last_s > 0 ? name->area_kib_s / tally->last_s : 0;
		pen_raw(pen, i == 0 ? "{" : ",{");
		tally_put_text(pen, "command", true, name->name);
		tally_put_count(pen, "processes", true, name->started);
		tally_put_kib(pen, "peak_rss", name->peak_rss_kib);
		tally_put_kib(pen, "peak_footprint", name->peak_kib);
		tally_put_kib(pen, "average_footprint", (uint64_t)average);
		tally_put_bool(pen, "climbed", name->climbed);
		put_program_at_most(pen, name);
		pen_char(pen, '}');
	}
	pen_char(pen, ']');
}

/* A look found it: else its footprint is not known. */
static bool was_seen(const struct tally *tally)
{
	return tally->ticks > 0 && tally->peak_kib > 0;
}

static void put_chart(struct pen *pen, const struct tally *tally)
{
	uint64_t kib[CHART];

	tally_shape(tally, kib, CHART);
	tally_put_key(pen, "chart", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < CHART && was_seen(tally); i++) {
		if (i > 0)
			pen_char(pen, ',');
		pen_i64(pen, units_bytes(kib[i]));
	}
	pen_char(pen, ']');
}

static void put_at_most(struct pen *pen, const struct tally *tally, const struct tally_facts *facts)
{
	static const char *const names[] = { "peak_rss", "peak_footprint", "average_footprint",
		"peak_swap" };
	const bool is[] = { tally_report_rss_at_most(tally, facts), tally->peak_bound,
		tally_average_at_most(tally), tally->peak_swap_kib > 0 && tally->most > 1 };

	tally_put_at_most(pen, names, is, sizeof(is) / sizeof(is[0]));
}

static void put_time(struct pen *pen, const char *key, bool known, double seconds)
{
	if (known)
		tally_put_seconds(pen, key, false, seconds);
	else
		tally_put_count(pen, key, false, 0);
}

static void put_figures(struct pen *pen, const struct tally *tally, const struct tally_facts *facts)
{
	bool seen = was_seen(tally), signalled = facts->run && WIFSIGNALED(facts->status);

	tally_put_seconds(pen, "started", false, (double)tally->wall_ms / 1000);
	tally_put_seconds(pen, "duration", false, facts->duration_s);
	tally_put_count(pen, "status", facts->run && !signalled, WEXITSTATUS(facts->status));
	tally_put_count(pen, "signal", signalled, WTERMSIG(facts->status));
	tally_put_count(pen, "looks", true, (int64_t)tally->ticks);
	tally_put_count(pen, "most_processes", seen, tally->most);
	tally_put_kib(pen, "peak_rss", tally_report_peak_rss_kib(tally, facts));
	tally_put_kib(pen, "peak_process_rss",
		facts->peak_rss_kib > tally->one_peak_rss_kib ? facts->peak_rss_kib
							      : tally->one_peak_rss_kib);
	put_time(pen, "peak_rss_time", tally->peak_rss_kib > 0, tally->peak_rss_s);
	tally_put_count(pen, "peak_footprint", seen, units_bytes(tally->peak_kib));
	put_time(pen, "peak_footprint_time", seen, tally->peak_s);
	tally_put_count(pen, "average_footprint", seen, llround(tally_average_kib(tally) * 1024));
	tally_put_count(pen, "peak_swap", seen, units_bytes(tally->peak_swap_kib));
	put_at_most(pen, tally, facts);
	put_growth(pen, tally);
	tally_put_text(pen, "verdict", false, trend_state_name(tally_verdict(tally)));
	tally_put_bool(pen, "climbed", tally->climbed);
	tally_put_count(pen, "major_faults", facts->run, (int64_t)facts->majors);
	tally_put_count(pen, "minor_faults", facts->run, (int64_t)facts->minors);
	put_time(pen, "cpu_time", facts->run, facts->cpu_s);
	tally_put_count(pen, "left_running", facts->run, (int64_t)facts->left);
	tally_put_count(pen, "oom_kills", true, (int64_t)tally->oom_kills);
	tally_put_count(pen, "group_oom_kills", tally->group_known,
		(int64_t)(tally->group_kills - tally->group_kills_before));
}

void tally_report_json(struct buf *out, const struct tally *tally, const struct tally_facts *facts)
{
	struct pen pen;

	pen_init(&pen, out);
	pen_char(&pen, '{');
	put_command(&pen, facts);
	put_figures(&pen, tally, facts);
	put_moments(&pen, tally);
	put_programs(&pen, tally);
	put_who(&pen, tally);
	put_chart(&pen, tally);
	pen_raw(&pen, "}\n");
	pen_flush(&pen);
}
