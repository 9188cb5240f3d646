/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally_compare_out - two tallies side by side, in words and as JSON (tally_report.h) */
#include "run/tally_compare.h"
#include "run/tally_put.h"
#include "run/tally_report.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST_KIB = 1024 }; /* programs that never took more are counted, not shown */

static const double LEAST_SHARE = 0.01; /* nor such that took less of the whole's peak */

/* --- in words ------------------------------------------------------------------------------- */

static const char *growth_words(char out[UNITS_SIZE], const struct tally_side *side)
{
	return side->growth_known ? units_kib_change(out, llround(side->growth_kib_s * 60), 8)
				  : "-";
}

/* A size in a column of 8; in ASCII, since it is padded by bytes. */
static const char *size_words(char out[UNITS_SIZE + 2], double kib, bool at_most)
{
	char text[UNITS_SIZE];

	snprintf(out, UNITS_SIZE + 2, "%s%s", tally_report_at_most(at_most, false),
		units_kib(text, (uint64_t)kib, at_most ? 6 : 7));
	return out;
}

static bool any_bound(const struct tally_pair *pair)
{
	return pair->a.peak_bound || pair->a.average_bound || pair->b.peak_bound ||
	       pair->b.average_bound;
}

static void put_line(struct buf *out, const struct tally_pair *pair)
{
	char a[UNITS_SIZE + 2], b[UNITS_SIZE + 2], c[UNITS_SIZE], d[UNITS_SIZE + 2],
		e[UNITS_SIZE + 2], f[UNITS_SIZE], g[UNITS_SIZE];

	buf_printf(out, "%8s %8s %9s  %9s %9s  %9s %9s  %s%s\n",
		size_words(a, pair->a.peak_kib, pair->a.peak_bound),
		size_words(b, pair->b.peak_kib, pair->b.peak_bound),
		units_kib_change(c, llround(pair->b.peak_kib - pair->a.peak_kib), 8),
		size_words(d, pair->a.average_kib, pair->a.average_bound),
		size_words(e, pair->b.average_kib, pair->b.average_bound),
		growth_words(f, &pair->a), growth_words(g, &pair->b),
		pair->name ? pair->name : "(all)", tally_pair_worse(pair) ? "  worse" : "");
}

static void put_sentence(struct buf *out, const struct tally_pair *pairs, size_t count)
{
	char text[UNITS_SIZE];
	size_t worse = 0;

	while (worse < count && tally_pair_worse(&pairs[worse]))
		worse++;
	if (worse > 0)
		buf_printf(out, "%s takes %s more at its peak; %zu of %zu programs got worse.\n",
			pairs[0].name,
			units_kib_words(text,
				(uint64_t)(pairs[0].b.peak_kib - pairs[0].a.peak_kib)),
			worse, count);
	else
		buf_puts(out, "No program takes more than before.\n");
}

static bool matters(const struct tally_pair *pair, const struct tally_pair *all)
{
	double peak = fmax(pair->a.peak_kib, pair->b.peak_kib);

	return peak > LEAST_KIB && peak > LEAST_SHARE * fmax(all->a.peak_kib, all->b.peak_kib);
}

void tally_report_compare(struct buf *out, const struct tally *a, const char *a_name,
	const struct tally *b, const char *b_name)
{
	struct tally_pair all = tally_pair_all(a, b);
	size_t count, small = 0;
	struct tally_pair *pairs = tally_pairs(a, b, &count);

	put_sentence(out, pairs, count);
	if (all.b.climbed && !all.a.climbed)
		buf_puts(out, "The second climbs, the first did not.\n");
	buf_printf(out, "A: %s, ", a_name);
	tally_report_duration(out, a->last_s);
	buf_printf(out, "   B: %s, ", b_name);
	tally_report_duration(out, b->last_s);
	buf_puts(out, "   Footprint; growth is per minute.\n\n");
	buf_printf(out, "%8s %8s %9s  %9s %9s  %9s %9s  %s\n", "PEAK A", "PEAK B", "CHANGE",
		"AVERAGE A", "AVERAGE B", "GROWTH A", "GROWTH B", "PROGRAM");
	put_line(out, &all);
	for (size_t i = 0; i < count; i++) {
		if (matters(&pairs[i], &all))
			put_line(out, &pairs[i]);
		else
			small++;
	}
	if (small > 0)
		buf_printf(out, "%*sand %zu smaller one%s\n", 69, "", small, small > 1 ? "s" : "");
	bool bound = any_bound(&all);
	for (size_t i = 0; i < count; i++)
		bound |= matters(&pairs[i], &all) && any_bound(&pairs[i]);
	if (bound)
		buf_puts(out, "\n<=: memory that processes share may count in each of them\n");
	free(pairs);
}

/* --- as JSON -------------------------------------------------------------------------------- */

static void put_figures(struct pen *pen, bool first, const struct tally_side *side)
{
	static const char *const names[] = { "peak_footprint", "average_footprint" };
	const bool is[] = { side->peak_bound, side->average_bound };

	tally_put_key(pen, "peak_footprint", first);
	pen_i64(pen, units_bytes((uint64_t)side->peak_kib));
	tally_put_kib(pen, "average_footprint", (uint64_t)side->average_kib);
	tally_put_count(pen, "growth", side->growth_known, llround(side->growth_kib_s * 1024));
	tally_put_bool(pen, "climbed", side->climbed);
	tally_put_at_most(pen, names, is, 2);
}

static void put_whole(struct pen *pen, const char *key, const char *file, double seconds,
	const struct tally_side *side)
{
	tally_put_key(pen, key, key[0] == 'a');
	pen_char(pen, '{');
	tally_put_text(pen, "file", true, file);
	tally_put_seconds(pen, "duration", false, seconds);
	put_figures(pen, false, side);
	pen_char(pen, '}');
}

static void put_side(struct pen *pen, const char *key, const struct tally_side *side)
{
	tally_put_key(pen, key, false);
	if (!side->there) {
		pen_raw(pen, "null");
		return;
	}
	pen_char(pen, '{');
	put_figures(pen, true, side);
	pen_char(pen, '}');
}

void tally_report_compare_json(struct buf *out, const struct tally *a, const char *a_name,
	const struct tally *b, const char *b_name)
{
	struct tally_pair all = tally_pair_all(a, b);
	size_t count;
	struct tally_pair *pairs = tally_pairs(a, b, &count);
	struct pen pen;

	pen_init(&pen, out);
	pen_char(&pen, '{');
	put_whole(&pen, "a", a_name, a->last_s, &all.a);
	put_whole(&pen, "b", b_name, b->last_s, &all.b);
	tally_put_bool(&pen, "worse", tally_pair_worse(&all));
	tally_put_key(&pen, "programs", false);
	pen_char(&pen, '[');
	for (size_t i = 0; i < count; i++) {
		pen_raw(&pen, i == 0 ? "{" : ",{");
		tally_put_text(&pen, "command", true, pairs[i].name);
		tally_put_bool(&pen, "worse", tally_pair_worse(&pairs[i]));
		put_side(&pen, "a", &pairs[i].a);
		put_side(&pen, "b", &pairs[i].b);
		pen_char(&pen, '}');
	}
	pen_raw(&pen, "]}\n");
	pen_flush(&pen);
	free(pairs);
}
