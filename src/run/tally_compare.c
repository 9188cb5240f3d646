/* tally_compare - two tallies side by side (tally_report.h) */
#include "run/tally_report.h"

#include "base/units.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WORSE_KIB = 1024 };

static const double WORSE_SHARE = 0.05;

/* A line: one program in both. */
struct pair {
	const char *name;
	const struct tally_name *a, *b; /* NULL: not in it */
};

static const struct tally_name *name_in(const struct tally *tally, const char *name)
{
	for (size_t i = 0; i < tally->nnames; i++)
		if (strcmp(tally->names[i].name, name) == 0)
			return &tally->names[i];
	return NULL;
}

static double peak_of(const struct tally_name *name)
{
	return name ? (double)name->peak_kib : 0;
}

static double average_of(const struct tally *tally, const struct tally_name *name)
{
	return name && tally->last_s > 0 ? name->area_kib_s / tally->last_s : 0;
}

/* KiB a minute from its first look to its last. */
static double growth_of(const struct tally_name *name)
{
	if (!name || name->last_s - name->first_s < 1)
		return 0;
	double end = name->kib > 0 ? (double)name->kib : (double)name->peak_kib;
	return (end - (double)name->first_kib) / (name->last_s - name->first_s) * 60;
}

static int pair_order(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	double more_x = peak_of(x->b) - peak_of(x->a), more_y = peak_of(y->b) - peak_of(y->a);

	if (more_x < more_y || more_x > more_y)
		return more_x < more_y ? 1 : -1;
	return strcmp(x->name, y->name);
}

static bool worse(double a_kib, double b_kib)
{
	return b_kib - a_kib >= WORSE_KIB && b_kib >= a_kib * (1 + WORSE_SHARE);
}

struct line {
	double a_peak, b_peak, a_average, b_average, a_growth, b_growth;
};

static void put_line(struct buf *out, const char *name, const struct line *line)
{
	char a[UNITS_SIZE], b[UNITS_SIZE], c[UNITS_SIZE], d[UNITS_SIZE], e[UNITS_SIZE],
		f[UNITS_SIZE], g[UNITS_SIZE];

	buf_printf(out, "%8s %8s %9s  %8s %8s  %9s %9s  %s%s\n",
		units_kib(a, (uint64_t)line->a_peak, 7), units_kib(b, (uint64_t)line->b_peak, 7),
		units_kib_change(c, llround(line->b_peak - line->a_peak), 8),
		units_kib(d, (uint64_t)line->a_average, 7),
		units_kib(e, (uint64_t)line->b_average, 7),
		units_kib_change(f, llround(line->a_growth), 8),
		units_kib_change(g, llround(line->b_growth), 8), name,
		worse(line->a_peak, line->b_peak) ? "  worse" : "");
}

static double total_growth(const struct tally *tally)
{
	struct trend_rate rate;

	return tally_growth(tally, &rate) ? rate.kib_s * 60 : 0;
}

static size_t make_pairs(const struct tally *a, const struct tally *b, struct pair *pairs)
{
	size_t count = 0;

	for (size_t i = 0; i < a->nnames; i++) {
		const char *name = a->names[i].name;
		pairs[count++] = (struct pair){ name, &a->names[i], name_in(b, name) };
	}
	for (size_t i = 0; i < b->nnames; i++)
		if (!name_in(a, b->names[i].name))
			pairs[count++] = (struct pair){ b->names[i].name, NULL, &b->names[i] };
	qsort(pairs, count, sizeof(*pairs), pair_order);
	return count;
}

static void put_sentence(struct buf *out, const struct tally *a, const struct tally *b,
	const struct pair *pairs, size_t count)
{
	char text[UNITS_SIZE];
	size_t worst = 0;

	while (worst < count && worse(peak_of(pairs[worst].a), peak_of(pairs[worst].b)))
		worst++;
	if (worst > 0)
		buf_printf(out, "%s takes %s more at its peak; %zu of %zu programs got worse.\n",
			pairs[0].name,
			units_kib_words(text,
				(uint64_t)(peak_of(pairs[0].b) - peak_of(pairs[0].a))),
			worst, count);
	else
		buf_puts(out, "No program takes more than before.\n");
	if (b->climbed && !a->climbed)
		buf_puts(out, "The second climbs, the first did not.\n");
}

void tally_report_compare(struct buf *out, const struct tally *a, const char *a_name,
	const struct tally *b, const char *b_name)
{
	struct pair *pairs = xalloc_zero(a->nnames + b->nnames + 1, sizeof(*pairs));
	size_t count = make_pairs(a, b, pairs);
	struct line total = { (double)a->peak_kib, (double)b->peak_kib, tally_average_kib(a),
		tally_average_kib(b), total_growth(a), total_growth(b) };

	put_sentence(out, a, b, pairs, count);
	buf_printf(out, "A: %s, %.0f s   B: %s, %.0f s   Footprint; growth is per minute.\n\n",
		a_name, a->last_s, b_name, b->last_s);
	buf_puts(out, "  PEAK A   PEAK B    CHANGE  AVERAGE A AVERAGE B GROWTH A  GROWTH B"
		      "  PROGRAM\n");
	put_line(out, "(all)", &total);
	for (size_t i = 0; i < count; i++) {
		const struct pair *pair = &pairs[i];
		struct line line = { peak_of(pair->a), peak_of(pair->b), average_of(a, pair->a),
			average_of(b, pair->b), growth_of(pair->a), growth_of(pair->b) };
		put_line(out, pair->name, &line);
	}
	free(pairs);
}
