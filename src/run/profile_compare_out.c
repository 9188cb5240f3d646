/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_compare_out - two profiles side by side, in words and as JSON (profile_report.h) */
#include "run/profile_report.h"

#include "base/real.h"
#include "base/units.h"
#include "frame/json_writer.h"
#include "run/profile_compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST_KIB = 1024 }; /* programs that never took more are counted, not shown */

static const double LEAST_SHARE = 0.01; /* nor such that took less of the whole's peak */

/* --- in words ------------------------------------------------------------------------------- */

static const char *growth_words(char out[UNITS_SIZE], const struct profile_side *side)
{
	return side->growth_known ? units_kib_change(out, real_round(side->growth_kib_s * 60), 8)
				  : "-";
}

/* A size in a column of 8, a sign where SIDE did not run; in ASCII, since it is padded by bytes. */
static const char *size_words(char out[UNITS_SIZE + 2], const struct profile_side *side, double kib,
	bool at_most)
{
	if (!side->there)
		return "-";
	snprintf(out, UNITS_SIZE + 2, "%s%s", profile_report_at_most(at_most, false),
		units_kib(UNITS_TEXT, (uint64_t)kib, at_most ? 6 : 7));
	return out;
}

static bool any_bound(const struct profile_pair *pair)
{
	return pair->a.peak_bound || pair->a.average_bound || pair->b.peak_bound ||
	       pair->b.average_bound;
}

static void put_line(struct buf *out, const struct profile_pair *pair)
{
	char a[UNITS_SIZE + 2], b[UNITS_SIZE + 2], d[UNITS_SIZE + 2], e[UNITS_SIZE + 2];

	buf_printf(out, "%8s %8s %9s  %9s %9s  %9s %9s  %s%s\n",
		size_words(a, &pair->a, pair->a.peak_kib, pair->a.peak_bound),
		size_words(b, &pair->b, pair->b.peak_kib, pair->b.peak_bound),
		units_kib_change(UNITS_TEXT, real_round(pair->b.peak_kib - pair->a.peak_kib), 8),
		size_words(d, &pair->a, pair->a.average_kib, pair->a.average_bound),
		size_words(e, &pair->b, pair->b.average_kib, pair->b.average_bound),
		growth_words(UNITS_TEXT, &pair->a), growth_words(UNITS_TEXT, &pair->b),
		pair->name != NULL ? pair->name : "(all)",
		profile_pair_worse(pair)    ? "  worse"
		: profile_pair_better(pair) ? "  better"
					    : "");
}

/* "shop.py takes 12 MiB more at its peak; 2 of 5 programs got worse." */
static void put_change(struct buf *out, const struct profile_pair *most, size_t changed,
	size_t count, bool worse)
{
	double kib = fabs(most->b.peak_kib - most->a.peak_kib);

	buf_printf(out, "%s takes %s %s at its peak; %zu of %zu programs got %s.\n", most->name,
		units_kib_words(UNITS_TEXT, (uint64_t)kib), worse ? "more" : "less", changed, count,
		worse ? "worse" : "better");
}

/* The pairs begin with the largest rise and end with the largest fall. */
static void put_sentence(struct buf *out, const struct profile_pair *pairs, size_t count)
{
	size_t worse = 0, better = 0;

	while (worse < count && profile_pair_worse(&pairs[worse]))
		worse++;
	while (better < count && profile_pair_better(&pairs[count - 1 - better]))
		better++;
	if (worse > 0)
		put_change(out, &pairs[0], worse, count, true);
	if (better > 0)
		put_change(out, &pairs[count - 1], better, count, false);
	if (worse == 0)
		buf_puts(out, "No program takes more than before.\n");
	else if (better == 0)
		buf_puts(out, "No program takes less than before.\n");
}

static bool pair_matters(const struct profile_pair *pair, const struct profile_pair *all)
{
	double peak = real_max(pair->a.peak_kib, pair->b.peak_kib);

	return peak > LEAST_KIB && peak > LEAST_SHARE * real_max(all->a.peak_kib, all->b.peak_kib);
}

void profile_report_compare(struct buf *out, const struct profile *a, const char *a_name,
	const struct profile *b, const char *b_name)
{
	struct profile_pair all = profile_pair_all(a, b);
	size_t count, small = 0;
	struct profile_pair *pairs = profile_pairs(a, b, &count);

	put_sentence(out, pairs, count);
	if (all.b.climbed && !all.a.climbed)
		buf_puts(out, "The second climbs, the first did not.\n");
	buf_printf(out, "A: %s, ", a_name);
	profile_report_duration(out, a->last_s);
	buf_printf(out, "   B: %s, ", b_name);
	profile_report_duration(out, b->last_s);
	buf_puts(out, "   Footprint; growth is per minute.\n\n");
	buf_printf(out, "%8s %8s %9s  %9s %9s  %9s %9s  %s\n", "PEAK A", "PEAK B", "CHANGE",
		"AVERAGE A", "AVERAGE B", "GROWTH A", "GROWTH B", "PROGRAM");
	put_line(out, &all);
	for (size_t i = 0; i < count; i++) {
		if (pair_matters(&pairs[i], &all))
			put_line(out, &pairs[i]);
		else
			small++;
	}
	if (small > 0)
		buf_printf(out, "%*sand %zu smaller one%s\n", 69, "", small, small > 1 ? "s" : "");
	bool bound = any_bound(&all);
	for (size_t i = 0; i < count; i++)
		bound |= pair_matters(&pairs[i], &all) && any_bound(&pairs[i]);
	if (bound)
		buf_puts(out, "\n<=: memory that processes share may count in each of them\n");
	free(pairs);
}

/* --- as JSON -------------------------------------------------------------------------------- */

static void put_figures(struct json_writer *json, const struct profile_side *side)
{
	static const char *const names[] = { "peak_footprint", "average_footprint" };
	const bool is[] = { side->peak_bound, side->average_bound };

	json_add_kib(json, "peak_footprint", true, (uint64_t)side->peak_kib);
	json_add_kib(json, "average_footprint", true, (uint64_t)side->average_kib);
	json_add_number(json, "growth", side->growth_known, real_round(side->growth_kib_s * 1024));
	json_add_bool(json, "climbed", side->climbed);
	json_add_names(json, "at_most", names, is, 2);
}

static void put_whole(struct json_writer *json, const char *key, const char *file, double seconds,
	const struct profile_side *side)
{
	json_open(json, key, '{');
	json_add_text(json, "file", file);
	json_add_seconds(json, "duration", true, seconds);
	put_figures(json, side);
	json_close(json, '}');
}

/* null where the program was not in that run. */
static void put_side(struct json_writer *json, const char *key, const struct profile_side *side)
{
	if (!side->there) {
		json_add_null(json, key);
		return;
	}
	json_open(json, key, '{');
	put_figures(json, side);
	json_close(json, '}');
}

void profile_report_compare_json(struct buf *out, const struct profile *a, const char *a_name,
	const struct profile *b, const char *b_name)
{
	struct profile_pair all = profile_pair_all(a, b);
	size_t count;
	struct profile_pair *pairs = profile_pairs(a, b, &count);
	struct json_writer json;

	json_writer_init(&json, out);
	json_put_char(&json, '{');
	put_whole(&json, "a", a_name, a->last_s, &all.a);
	put_whole(&json, "b", b_name, b->last_s, &all.b);
	json_add_bool(&json, "worse", profile_pair_worse(&all));
	json_add_bool(&json, "better", profile_pair_better(&all));
	json_open(&json, "programs", '[');
	for (size_t i = 0; i < count; i++) {
		json_open(&json, NULL, '{');
		json_add_text(&json, "command", pairs[i].comm);
		json_add_text(&json, "name", pairs[i].name);
		json_add_bool(&json, "worse", profile_pair_worse(&pairs[i]));
		json_add_bool(&json, "better", profile_pair_better(&pairs[i]));
		put_side(&json, "a", &pairs[i].a);
		put_side(&json, "b", &pairs[i].b);
		json_close(&json, '}');
	}
	json_put_raw(&json, "]}\n");
	json_writer_flush(&json);
	free(pairs);
}
