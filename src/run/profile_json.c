/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_json - the report as one JSON object (profile_report.h); its schema stands in memtop(1)
 *
 * Bytes, bytes a second and seconds; null for what is not known.
 */
#include "run/profile_report.h"

#include "base/amount.h"
#include "base/real.h"
#include "base/text.h"
#include "base/units.h"
#include "frame/json_writer.h"
#include "model/packages.h"
#include "run/profile_lines.h"
#include "run/profile_share.h"
#include "run/profile_types.h"
#include "table/grown_lines.h"

#include <string.h>
#include <sys/wait.h>

enum { WHO_MAX = 1000, CHART = 120 };

/* The words as they were given; their bytes cleaned, since JSON is text. */
static void put_command(struct json_writer *json, const struct profile_facts *facts)
{
	char word[FRAME_CMDLINE_MAX];

	if (facts->argv == NULL) {
		json_add_null(json, "command");
		return;
	}
	json_open(json, "command", '[');
	for (size_t i = 0; facts->argv[i] != NULL; i++) {
		text_clean(word, sizeof(word), facts->argv[i], strlen(facts->argv[i]));
		json_add_text(json, NULL, word);
	}
	json_close(json, ']');
}

/* With the interval in which it is by 95 %. */
static void put_growth(struct json_writer *json, const struct profile *profile)
{
	struct trend_rate rate = { 0 };
	bool known = profile_growth(profile, &rate);

	json_add_number(json, "growth", known, real_round(rate.kib_s * 1024));
	json_add_number(json, "growth_low", known, real_round(rate.lo_kib_s * 1024));
	json_add_number(json, "growth_high", known, real_round(rate.hi_kib_s * 1024));
}

static void put_moments(struct json_writer *json, const struct profile *profile)
{
	struct profile_point moments[PROFILE_MOMENTS];
	size_t count = profile_moments(profile, moments);

	json_open(json, "moments", '[');
	for (size_t i = 0; i < count; i++) {
		const struct profile_point *at = &moments[i];
		bool known = at->who != PROFILE_NOBODY;
		json_open(json, NULL, '{');
		json_add_seconds(json, "time", true, at->to_s);
		json_add_kib(json, "footprint", true, at->end_kib);
		json_add_number(json, "increment", true, units_bytes_change(at->gain_kib));
		json_add_number(json, "pid", known, known ? profile->who[at->who].id.pid : 0);
		json_add_text(json, "command", known ? profile->who[at->who].comm : "");
		json_add_text(json, "name", known ? profile->who[at->who].name : "");
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* The largest, and what became of them; a build has thousands of processes, so not all are told. */
static void put_who(struct json_writer *json, const struct profile *profile)
{
	size_t largest[WHO_MAX];
	size_t count = profile_largest(profile, largest, WHO_MAX);

	json_open(json, "processes", '[');
	for (size_t i = 0; i < count; i++) {
		const struct profile_who *who = &profile->who[largest[i]];
		json_open(json, NULL, '{');
		json_add_text(json, "command", who->comm);
		json_add_text(json, "name", who->name);
		json_add_number(json, "pid", true, who->id.pid);
		json_add_seconds(json, "from", true, who->first_s);
		json_add_seconds(json, "to", true, who->last_s);
		json_add_kib(json, "peak", true, who->peak_rss_kib);
		json_add_kib(json, "peak_footprint", true, who->peak_kib);
		json_add_text(json, "verdict", trend_state_name(who->verdict));
		json_add_bool(json, "climbed", who->climbed);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_program_at_most(struct json_writer *json, const struct profile_name *name)
{
	static const char *const names[] = { "peak_rss", "peak_footprint", "average_footprint" };
	const bool is[] = { name->rss_bound, name->bound, name->bound };

	json_add_names(json, "at_most", names, is, sizeof(is) / sizeof(is[0]));
}

/* By program, since the same compiler runs a thousand times; who changed its name counts under the
 * new one. */
static void put_programs(struct json_writer *json, const struct profile *profile)
{
	json_open(json, "programs", '[');
	for (size_t i = 0; i < profile->nnames; i++) {
		const struct profile_name *name = &profile->names[i];
		double average = profile->last_s > 0 ? name->area_kib_s / profile->last_s : 0;
		if (name->renamed)
			continue;
		json_open(json, NULL, '{');
		json_add_text(json, "command", name->comm);
		json_add_text(json, "name", name->name);
		json_add_number(json, "processes", true, name->started);
		json_add_kib(json, "peak_rss", true, name->peak_rss_kib);
		json_add_kib(json, "peak_footprint", true, name->peak_kib);
		json_add_kib(json, "average_footprint", true, (uint64_t)average);
		json_add_bool(json, "climbed", name->climbed);
		put_program_at_most(json, name);
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* A look found it: else its footprint is not known. */
static bool was_seen(const struct profile *profile)
{
	return profile->ticks > 0 && profile->peak_kib > 0;
}

/* So many points of the curve, whatever the run's length, evenly over its time. */
static void put_chart(struct json_writer *json, const struct profile *profile)
{
	uint64_t kib[CHART];

	profile_shape(profile, kib, CHART);
	json_open(json, "chart", '[');
	for (size_t i = 0; i < CHART && was_seen(profile); i++) {
		json_add_kib(json, NULL, true, kib[i]);
	}
	json_close(json, ']');
}

/* Names of those figures that are upper bounds, so that no program takes them for exact. */
static void put_at_most(struct json_writer *json, const struct profile *profile,
	const struct profile_facts *facts)
{
	static const char *const names[] = { "peak_rss", "peak_footprint", "average_footprint",
		"peak_swap" };
	const bool is[] = { profile_report_rss_at_most(profile, facts), profile->peak_bound,
		profile_average_at_most(profile), profile->peak_swap_kib > 0 && profile->most > 1 };

	json_add_names(json, "at_most", names, is, sizeof(is) / sizeof(is[0]));
}

/* A figure that no look saw is null, which is another thing than 0; what the kernel counts is known
 * of any run. */
static void put_figures(struct json_writer *json, const struct profile *profile,
	const struct profile_facts *facts)
{
	bool seen = was_seen(profile), signalled = facts->run && WIFSIGNALED(facts->status);

	json_add_seconds(json, "started", true, (double)profile->wall_ms / 1000);
	json_add_seconds(json, "duration", true, facts->duration_s);
	json_add_number(json, "status", facts->run && !signalled, WEXITSTATUS(facts->status));
	json_add_number(json, "signal", signalled, WTERMSIG(facts->status));
	json_add_number(json, "looks", true, (int64_t)profile->ticks);
	json_add_number(json, "most_processes", seen, profile->most);
	json_add_kib(json, "peak_rss", true, profile_report_peak_rss_kib(profile, facts));
	json_add_kib(json, "peak_process_rss", true,
		amount_larger(facts->peak_rss_kib, profile->one_peak_rss_kib));
	json_add_seconds(json, "peak_rss_time", profile->peak_rss_kib > 0, profile->peak_rss_s);
	json_add_kib(json, "peak_footprint", seen, profile->peak_kib);
	json_add_seconds(json, "peak_footprint_time", seen, profile->peak_s);
	json_add_number(json, "average_footprint", seen,
		real_round(profile_average_kib(profile) * 1024));
	json_add_kib(json, "peak_swap", seen, profile->peak_swap_kib);
	put_at_most(json, profile, facts);
	put_growth(json, profile);
	enum trend_state verdict = profile_final_verdict(profile);
	json_add_text(json, "verdict", trend_state_name(verdict));
	json_add_bool(json, "climbed", profile->climbed || verdict == TREND_CLIMBING);
	json_add_kib(json, "limit", profile->limit.limit_kib > 0, profile->limit.limit_kib);
	json_add_number(json, "major_faults", facts->run, (int64_t)facts->majors);
	json_add_number(json, "minor_faults", facts->run, (int64_t)facts->minors);
	json_add_seconds(json, "cpu_time", facts->run, facts->cpu_s);
	json_add_number(json, "left_running", facts->run, (int64_t)facts->left);
	json_add_number(json, "oom_kills", true, (int64_t)profile->oom_kills);
	json_add_number(json, "group_oom_kills", profile->group_known,
		(int64_t)(profile->group_kills - profile->group_kills_before));
}

void profile_report_json(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts)
{
	struct json_writer json;

	json_writer_init(&json, out);
	json_put_char(&json, '{');
	put_command(&json, facts);
	json_add_text(&json, "name", facts->name);
	put_figures(&json, profile, facts);
	put_moments(&json, profile);
	put_programs(&json, profile);
	put_who(&json, profile);
	put_chart(&json, profile);
	if (facts->lines != NULL) {
		bool told = facts->lines->grown != NULL;
		json_add_number(&json, "lines_pid", told,
			told ? facts->lines->grown->growns[0].pid : 0);
		json_add_number(&json, "pythons", true, facts->lines->pythons);
		grown_lines_json(&json, facts->lines->grown, facts->lines->why);
		packages_json(&json, facts->lines->maps);
		profile_types_json(&json, facts->lines->inside, profile->start_ms);
	}
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}
