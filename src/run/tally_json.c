/* tally_json - the report as one JSON object (tally_report.h); its schema stands in memtop(1)
 *
 * Bytes, bytes a second and seconds; null for what is not known.
 */
#include "run/tally_report.h"

#include "base/text.h"
#include "frame/pen.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>

enum { WHO_MAX = 1000, CHART = 120 };

static void put_key(struct pen *pen, const char *key, bool first)
{
	pen_raw(pen, first ? "\"" : ",\"");
	pen_raw(pen, key);
	pen_raw(pen, "\":");
}

static void put_text(struct pen *pen, const char *key, bool first, const char *text)
{
	put_key(pen, key, first);
	pen_string(pen, text, strlen(text));
}

/* To milliseconds. */
static void put_seconds(struct pen *pen, const char *key, bool first, double seconds)
{
	uint64_t ms = seconds > 0 ? (uint64_t)(seconds * 1000 + 0.5) : 0;
	char tail[5] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	put_key(pen, key, first);
	pen_u64(pen, ms / 1000);
	pen_raw(pen, tail);
}

static void put_kib(struct pen *pen, const char *key, uint64_t kib)
{
	put_key(pen, key, false);
	pen_u64(pen, kib * 1024);
}

/* KEY is null unless KNOWN. */
static void put_count(struct pen *pen, const char *key, bool known, int64_t count)
{
	put_key(pen, key, false);
	if (known)
		pen_i64(pen, count);
	else
		pen_raw(pen, "null");
}

static void put_bool(struct pen *pen, const char *key, bool value)
{
	put_key(pen, key, false);
	pen_raw(pen, value ? "true" : "false");
}

/* The words as they were given; their bytes cleaned, since JSON is text. */
static void put_command(struct pen *pen, const struct tally_facts *facts)
{
	char word[FRAME_CMDLINE_MAX];

	put_key(pen, "command", true);
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

	put_count(pen, "growth", known, llround(rate.kib_s * 1024));
	put_count(pen, "growth_low", known, llround(rate.lo_kib_s * 1024));
	put_count(pen, "growth_high", known, llround(rate.hi_kib_s * 1024));
}

static void put_moments(struct pen *pen, const struct tally *tally)
{
	struct tally_point moments[TALLY_MOMENTS];
	size_t count = tally_moments(tally, moments);

	put_key(pen, "moments", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < count; i++) {
		const struct tally_point *at = &moments[i];
		bool known = at->who != TALLY_NOBODY;
		pen_raw(pen, i == 0 ? "{" : ",{");
		put_seconds(pen, "time", true, at->to_s);
		put_kib(pen, "footprint", at->end_kib);
		put_count(pen, "increment", true, at->gain_kib * 1024);
		put_count(pen, "pid", known, known ? tally->who[at->who].id.pid : 0);
		put_text(pen, "command", false, known ? tally->who[at->who].name : "");
		pen_char(pen, '}');
	}
	pen_char(pen, ']');
}

static void put_who(struct pen *pen, const struct tally *tally)
{
	size_t largest[WHO_MAX];
	size_t count = tally_largest(tally, largest, WHO_MAX);

	put_key(pen, "processes", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < count; i++) {
		const struct tally_who *who = &tally->who[largest[i]];
		pen_raw(pen, i == 0 ? "{" : ",{");
		put_text(pen, "command", true, who->name);
		put_count(pen, "pid", true, who->id.pid);
		put_seconds(pen, "from", false, who->first_s);
		put_seconds(pen, "to", false, who->last_s);
		put_kib(pen, "peak_rss", who->peak_rss_kib);
		put_kib(pen, "peak_footprint", who->peak_kib);
		put_text(pen, "verdict", false, trend_state_name(who->verdict));
		put_bool(pen, "climbed", who->climbed);
		pen_char(pen, '}');
	}
	pen_char(pen, ']');
}

static void put_programs(struct pen *pen, const struct tally *tally)
{
	put_key(pen, "programs", false);
	pen_char(pen, '[');
	for (size_t i = 0; i < tally->nnames; i++) {
		const struct tally_name *name = &tally->names[i];
		double average = tally->last_s > 0 ? name->area_kib_s / tally->last_s : 0;
		pen_raw(pen, i == 0 ? "{" : ",{");
		put_text(pen, "command", true, name->name);
		put_count(pen, "processes", true, name->started);
		put_kib(pen, "peak_rss", name->peak_rss_kib);
		put_kib(pen, "peak_footprint", name->peak_kib);
		put_kib(pen, "average_footprint", (uint64_t)average);
		put_bool(pen, "climbed", name->climbed);
		pen_char(pen, '}');
	}
	pen_char(pen, ']');
}

static void put_chart(struct pen *pen, const struct tally *tally)
{
	uint64_t kib[CHART];

	tally_shape(tally, kib, CHART);
	put_key(pen, "chart", false);
	for (size_t i = 0; i < CHART; i++) {
		pen_char(pen, i == 0 ? '[' : ',');
		pen_u64(pen, kib[i] * 1024);
	}
	pen_char(pen, ']');
}

static void put_figures(struct pen *pen, const struct tally *tally, const struct tally_facts *facts)
{
	bool seen = tally->ticks > 0 && tally->peak_kib > 0;
	bool signalled = facts->run && WIFSIGNALED(facts->status);

	put_seconds(pen, "started", false, (double)tally->wall_ms / 1000);
	put_seconds(pen, "duration", false, facts->duration_s);
	put_count(pen, "status", facts->run && !signalled, WEXITSTATUS(facts->status));
	put_count(pen, "signal", signalled, WTERMSIG(facts->status));
	put_count(pen, "looks", true, (int64_t)tally->ticks);
	put_count(pen, "most_processes", seen, tally->most);
	put_kib(pen, "peak_rss", tally_report_peak_rss_kib(tally, facts));
	put_kib(pen, "peak_process_rss",
		facts->peak_rss_kib > tally->one_peak_rss_kib ? facts->peak_rss_kib
							      : tally->one_peak_rss_kib);
	put_seconds(pen, "peak_rss_time", false, tally->peak_rss_s);
	put_count(pen, "peak_footprint", seen, (int64_t)tally->peak_kib * 1024);
	put_seconds(pen, "peak_footprint_time", false, tally->peak_s);
	put_count(pen, "average_footprint", seen, llround(tally_average_kib(tally) * 1024));
	put_count(pen, "peak_swap", seen, (int64_t)tally->peak_swap_kib * 1024);
	put_growth(pen, tally);
	put_text(pen, "verdict", false, trend_state_name(tally_verdict(tally)));
	put_bool(pen, "climbed", tally->climbed);
	put_count(pen, "major_faults", facts->run, (int64_t)facts->majors);
	put_count(pen, "minor_faults", facts->run, (int64_t)facts->minors);
	put_count(pen, "cpu_ms", facts->run, llround(facts->cpu_s * 1000));
	put_count(pen, "oom_kills", true, (int64_t)tally->oom_kills);
	put_count(pen, "group_oom_kills", tally->group_known,
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
