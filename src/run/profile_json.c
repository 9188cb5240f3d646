/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_json - the report as one JSON object (profile_report.h); its schema stands in memtop(1)
 *
 * Bytes, bytes a second and seconds; null for what is not known.
 */
#include "run/profile_report.h"

#include "base/text.h"
#include "base/units.h"
#include "run/profile_put.h"
#include "run/profile_share.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>

enum { WHO_MAX = 1000, CHART = 120 };

/* The words as they were given; their bytes cleaned, since JSON is text. */
static void put_command(struct json_writer *json, const struct profile_facts *facts)
{
	char word[FRAME_CMDLINE_MAX];

	profile_put_key(json, "command", true);
	if (!facts->argv) {
		json_put_raw(json, "null");
		return;
	}
	for (size_t i = 0; facts->argv[i]; i++) {
		text_clean(word, sizeof(word), facts->argv[i], strlen(facts->argv[i]));
		json_put_char(json, i == 0 ? '[' : ',');
		json_put_string(json, word, strlen(word));
	}
	json_put_char(json, ']');
}

static void put_growth(struct json_writer *json, const struct profile *profile)
{
	struct trend_rate rate = { 0 };
	bool known = profile_growth(profile, &rate);

	profile_put_count(json, "growth", known, llround(rate.kib_s * 1024));
	profile_put_count(json, "growth_low", known, llround(rate.lo_kib_s * 1024));
	profile_put_count(json, "growth_high", known, llround(rate.hi_kib_s * 1024));
}

static void put_moments(struct json_writer *json, const struct profile *profile)
{
	struct profile_point moments[PROFILE_MOMENTS];
	size_t count = profile_moments(profile, moments);

	profile_put_key(json, "moments", false);
	json_put_char(json, '[');
	for (size_t i = 0; i < count; i++) {
		const struct profile_point *at = &moments[i];
		bool known = at->who != PROFILE_NOBODY;
		json_put_raw(json, i == 0 ? "{" : ",{");
		profile_put_seconds(json, "time", true, at->to_s);
		profile_put_kib(json, "footprint", at->end_kib);
		profile_put_count(json, "increment", true, units_bytes_change(at->gain_kib));
		profile_put_count(json, "pid", known, known ? profile->who[at->who].id.pid : 0);
		profile_put_text(json, "command", false, known ? profile->who[at->who].name : "");
		json_put_char(json, '}');
	}
	json_put_char(json, ']');
}

static void put_who(struct json_writer *json, const struct profile *profile)
{
	size_t largest[WHO_MAX];
	size_t count = profile_largest(profile, largest, WHO_MAX);

	profile_put_key(json, "processes", false);
	json_put_char(json, '[');
	for (size_t i = 0; i < count; i++) {
		const struct profile_who *who = &profile->who[largest[i]];
		json_put_raw(json, i == 0 ? "{" : ",{");
		profile_put_text(json, "command", true, who->name);
		profile_put_count(json, "pid", true, who->id.pid);
		profile_put_seconds(json, "from", false, who->first_s);
		profile_put_seconds(json, "to", false, who->last_s);
		profile_put_kib(json, "peak", who->peak_rss_kib);
		profile_put_kib(json, "peak_footprint", who->peak_kib);
		profile_put_text(json, "verdict", false, trend_state_name(who->verdict));
		profile_put_bool(json, "climbed", who->climbed);
		json_put_char(json, '}');
	}
	json_put_char(json, ']');
}

static void put_program_at_most(struct json_writer *json, const struct profile_name *name)
{
	static const char *const names[] = { "peak_rss", "peak_footprint", "average_footprint" };
	const bool is[] = { name->rss_bound, name->bound, name->bound };

	profile_put_at_most(json, names, is, sizeof(is) / sizeof(is[0]));
}

static void put_programs(struct json_writer *json, const struct profile *profile)
{
	profile_put_key(json, "programs", false);
	json_put_char(json, '[');
	for (size_t i = 0; i < profile->nnames; i++) {
		const struct profile_name *name = &profile->names[i];
		double average = profile->last_s > 0 ? name->area_kib_s / profile->last_s : 0;
		json_put_raw(json, i == 0 ? "{" : ",{");
		profile_put_text(json, "command", true, name->name);
		profile_put_count(json, "processes", true, name->started);
		profile_put_kib(json, "peak_rss", name->peak_rss_kib);
		profile_put_kib(json, "peak_footprint", name->peak_kib);
		profile_put_kib(json, "average_footprint", (uint64_t)average);
		profile_put_bool(json, "climbed", name->climbed);
		put_program_at_most(json, name);
		json_put_char(json, '}');
	}
	json_put_char(json, ']');
}

/* A look found it: else its footprint is not known. */
static bool was_seen(const struct profile *profile)
{
	return profile->ticks > 0 && profile->peak_kib > 0;
}

static void put_chart(struct json_writer *json, const struct profile *profile)
{
	uint64_t kib[CHART];

	profile_shape(profile, kib, CHART);
	profile_put_key(json, "chart", false);
	json_put_char(json, '[');
	for (size_t i = 0; i < CHART && was_seen(profile); i++) {
		if (i > 0)
			json_put_char(json, ',');
		json_put_i64(json, units_bytes(kib[i]));
	}
	json_put_char(json, ']');
}

static void put_at_most(struct json_writer *json, const struct profile *profile,
	const struct profile_facts *facts)
{
	static const char *const names[] = { "peak_rss", "peak_footprint", "average_footprint",
		"peak_swap" };
	const bool is[] = { profile_report_rss_at_most(profile, facts), profile->peak_bound,
		profile_average_at_most(profile), profile->peak_swap_kib > 0 && profile->most > 1 };

	profile_put_at_most(json, names, is, sizeof(is) / sizeof(is[0]));
}

static void put_time(struct json_writer *json, const char *key, bool known, double seconds)
{
	if (known)
		profile_put_seconds(json, key, false, seconds);
	else
		profile_put_count(json, key, false, 0);
}

static void put_figures(struct json_writer *json, const struct profile *profile,
	const struct profile_facts *facts)
{
	bool seen = was_seen(profile), signalled = facts->run && WIFSIGNALED(facts->status);

	profile_put_seconds(json, "started", false, (double)profile->wall_ms / 1000);
	profile_put_seconds(json, "duration", false, facts->duration_s);
	profile_put_count(json, "status", facts->run && !signalled, WEXITSTATUS(facts->status));
	profile_put_count(json, "signal", signalled, WTERMSIG(facts->status));
	profile_put_count(json, "looks", true, (int64_t)profile->ticks);
	profile_put_count(json, "most_processes", seen, profile->most);
	profile_put_kib(json, "peak_rss", profile_report_peak_rss_kib(profile, facts));
	profile_put_kib(json, "peak_process_rss",
		facts->peak_rss_kib > profile->one_peak_rss_kib ? facts->peak_rss_kib
								: profile->one_peak_rss_kib);
	put_time(json, "peak_rss_time", profile->peak_rss_kib > 0, profile->peak_rss_s);
	profile_put_count(json, "peak_footprint", seen, units_bytes(profile->peak_kib));
	put_time(json, "peak_footprint_time", seen, profile->peak_s);
	profile_put_count(json, "average_footprint", seen,
		llround(profile_average_kib(profile) * 1024));
	profile_put_count(json, "peak_swap", seen, units_bytes(profile->peak_swap_kib));
	put_at_most(json, profile, facts);
	put_growth(json, profile);
	profile_put_text(json, "verdict", false, trend_state_name(profile_verdict(profile)));
	profile_put_bool(json, "climbed", profile->climbed);
	profile_put_count(json, "major_faults", facts->run, (int64_t)facts->majors);
	profile_put_count(json, "minor_faults", facts->run, (int64_t)facts->minors);
	put_time(json, "cpu_time", facts->run, facts->cpu_s);
	profile_put_count(json, "left_running", facts->run, (int64_t)facts->left);
	profile_put_count(json, "oom_kills", true, (int64_t)profile->oom_kills);
	profile_put_count(json, "group_oom_kills", profile->group_known,
		(int64_t)(profile->group_kills - profile->group_kills_before));
}

void profile_report_json(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts)
{
	struct json_writer json;

	json_writer_init(&json, out);
	json_put_char(&json, '{');
	put_command(&json, facts);
	put_figures(&json, profile, facts);
	put_moments(&json, profile);
	put_programs(&json, profile);
	put_who(&json, profile);
	put_chart(&json, profile);
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}
