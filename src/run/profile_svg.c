/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_svg - the chart of a report as a picture any browser opens (profile_report.h) */
#include "run/profile_report.h"

#include "base/units.h"

#include <stdlib.h>

enum { WIDTH = 860, HEIGHT = 420, LEFT = 80, RIGHT = 20, TOP = 70, BOTTOM = 50, POINTS = 390 };

static void put_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		case '"':
			buf_puts(out, "&quot;");
			break;
		default:
			buf_putc(out, *text);
		}
	}
}

static double x_of(double part)
{
	return LEFT + part * (WIDTH - LEFT - RIGHT);
}

static double y_of(double part)
{
	return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
}

static void put_head(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts)
{
	char peak[UNITS_SIZE], rss[UNITS_SIZE];

	buf_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n<title>",
		WIDTH, HEIGHT, WIDTH, HEIGHT);
	put_escaped(out, facts->title);
	buf_printf(out, "</title>\n<text x=\"%d\" y=\"28\" font-size=\"17\">Footprint of ", LEFT);
	put_escaped(out, facts->title);
	buf_printf(out, "</text>\n<text x=\"%d\" y=\"50\" fill=\"#555555\">", LEFT);
	buf_printf(out, "Peak %s%s (RSS %s%s); verdict: %s%s; ",
		profile_report_at_most(profile->peak_bound, true),
		units_kib_words(peak, profile->peak_kib),
		profile_report_at_most(profile_report_rss_at_most(profile, facts), true),
		units_kib_words(rss, profile_report_peak_rss_kib(profile, facts)),
		trend_state_name(profile_verdict(profile)),
		profile->climbed && profile_verdict(profile) != TREND_CLIMBING
			? ", has been climbing"
			: "");
	profile_report_end(out, facts);
	buf_puts(out, "</text>\n");
}

static void put_axes(struct buf *out, double top_kib, double last_s)
{
	double y_step = profile_report_step(top_kib, 6, true);
	double x_step = profile_report_step(last_s, 10, false);
	char text[UNITS_SIZE];

	for (int i = 0; i * y_step <= top_kib; i++) {
		double kib = i * y_step, y = y_of(kib / top_kib);
		buf_printf(out,
			"<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>\n"
			"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			LEFT, y, WIDTH - RIGHT, y, LEFT - 6, y + 4,
			kib > 0 ? units_kib_words(text, (uint64_t)kib) : "0");
	}
	for (int i = 0; i * x_step <= last_s; i++)
		buf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
			x_of(i * x_step / last_s), HEIGHT - BOTTOM + 18, i * x_step);
	buf_printf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">seconds</text>\n",
		(WIDTH + LEFT - RIGHT) / 2, HEIGHT - 10);
}

static void put_area(struct buf *out, const struct profile *profile, double top_kib)
{
	uint64_t *kib = calloc(POINTS, sizeof(*kib));

	if (!kib)
		return;
	profile_shape(profile, kib, POINTS);
	buf_printf(out, "<path d=\"M%.1f %.1f", x_of(0), y_of(0));
	for (size_t i = 0; i < POINTS; i++)
		buf_printf(out, "L%.1f %.1f", x_of(((double)i + 0.5) / POINTS),
			y_of((double)kib[i] / top_kib));
	buf_printf(out, "L%.1f %.1fL%.1f %.1fZ\" fill=\"#9ecae1\" stroke=\"#2171b5\"/>\n", x_of(1),
		y_of((double)kib[POINTS - 1] / top_kib), x_of(1), y_of(0));
	free(kib);
}

void profile_report_svg(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts)
{
	double top_kib = profile->peak_kib > 0 ? (double)profile->peak_kib : 1;
	double last_s = profile->last_s > 0 ? profile->last_s : 1;

	put_head(out, profile, facts);
	put_area(out, profile, top_kib);
	put_axes(out, top_kib, last_s);
	buf_puts(out, "</svg>\n");
}
