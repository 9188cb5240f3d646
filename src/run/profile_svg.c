/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_svg - the chart of a report as a picture any browser opens (profile_report.h) */
#include "run/profile_report.h"

#include "base/real.h"
#include "base/text.h"
#include "base/units.h"

#include <stdlib.h>

enum { WIDTH = 860, HEIGHT = 420, LEFT = 80, RIGHT = 20, TOP = 80, BOTTOM = 50, POINTS = 390 };

enum {
	TITLE_SIZE = 17, /* of the letters, in pixels */
	LINE_SIZE = 13,
	CELLS_MAX = 85, /* of a line: what is longer is cut in its middle */
};

/* A limit further up than so many peaks would press the shape flat: it is only told. */
static const double LIMIT_PEAKS = 4;

/* Names of programs are anybody's choice, and an SVG is opened in browsers. */
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

/* A line of the head at Y, in letters of SIZE pixels, that stays within the picture whatever the
 * font: no letter is wider than its size, and a line that could be too wide is set to a length. */
static void put_text(struct buf *out, int y, int size, const char *text)
{
	const char *fill = size == TITLE_SIZE ? "#000000" : "#555555";
	double room = WIDTH - LEFT - RIGHT;
	char cut[4 * CELLS_MAX + 8];

	text_cut_middle(cut, sizeof(cut), text, CELLS_MAX);
	int cells = text_width(cut);
	buf_printf(out, "<text x=\"%d.0\" y=\"%d.0\" font-size=\"%d\" fill=\"%s\"", LEFT, y, size,
		fill);
	if (cells * size > room)
		buf_printf(out, " textLength=\"%.0f\" lengthAdjust=\"spacingAndGlyphs\"",
			real_min(room, cells * size * .55));
	buf_puts(out, ">");
	put_escaped(out, cut);
	buf_puts(out, "</text>\n");
}

static void put_frame(struct buf *out, const struct profile_facts *facts)
{
	buf_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"%d\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n<title>",
		WIDTH, HEIGHT, WIDTH, HEIGHT, LINE_SIZE);
	put_escaped(out, facts->title);
	buf_puts(out, "</title>\n");
}

/* Title, peak and end, so that the picture says without its report what it is of. */
static void put_head(struct buf *out, const struct profile *profile,
	const struct profile_facts *facts)
{
	struct buf line;

	buf_init(&line);
	buf_printf(&line, "Footprint of %s", facts->name);
	put_text(out, 28, TITLE_SIZE, buf_text(&line));
	buf_clear(&line);
	buf_printf(&line, "Peak %s%s (RSS %s%s); verdict: ",
		profile_report_at_most(profile->peak_bound, true),
		units_kib_words(UNITS_TEXT, profile->peak_kib),
		profile_report_at_most(profile_report_rss_at_most(profile, facts), true),
		units_kib_words(UNITS_TEXT, profile_report_peak_rss_kib(profile, facts)));
	profile_report_verdict(&line, profile);
	put_text(out, 48, LINE_SIZE, buf_text(&line));
	buf_clear(&line);
	profile_report_end(&line, facts);
	if (profile->limit.limit_kib > 0) {
		buf_puts(&line, "; ");
		profile_report_limit(&line, profile);
	}
	put_text(out, 66, LINE_SIZE, buf_text(&line));
	buf_done(&line);
}

/* Marks at round values of 1024, six at most. */
static void put_kib_axis(struct buf *out, double top_kib)
{
	double step = profile_report_step(top_kib, 6, true);

	for (int i = 0; i * step <= top_kib; i++) {
		double kib = i * step, y = y_of(kib / top_kib);
		buf_printf(out,
			"<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>\n"
			"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			LEFT, y, WIDTH - RIGHT, y, LEFT - 6, y + 4,
			kib > 0 ? units_kib_words(UNITS_TEXT, (uint64_t)kib) : "0");
	}
}

/* In the unit that gives few digits. */
static void put_time_axis(struct buf *out, double last_s)
{
	const struct profile_time_unit *unit = profile_report_time_unit(last_s);
	double top = last_s / unit->seconds, step = profile_report_step(top, 10, false);

	for (int i = 0; i * step <= top; i++)
		buf_printf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
			x_of(i * step / top), HEIGHT - BOTTOM + 18, i * step);
	buf_printf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
		(WIDTH + LEFT - RIGHT) / 2, HEIGHT - 10, unit->words);
}

/* A dot where it was highest, with words on the side where there is room. */
static void put_peak(struct buf *out, const struct profile *profile, double top_kib, double last_s)
{
	double part = real_min(1, profile->peak_s / last_s), x = x_of(part);
	double y = y_of((double)profile->peak_kib / top_kib);

	buf_printf(out,
		"<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#cb181d\"/>\n"
		"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#cb181d\">peak %s</text>\n",
		x, y, part > .5 ? x - 7 : x + 7, y - 6, part > .5 ? "end" : "start",
		units_kib_words(UNITS_TEXT, profile->peak_kib));
}

/* Drawn only where there is one; the curve's height is chosen so that it is in the picture. */
static void put_limit(struct buf *out, const struct profile *profile, double top_kib)
{
	double y = y_of((double)profile->limit.limit_kib / top_kib);

	buf_printf(out,
		"<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#cb181d\" "
		"stroke-dasharray=\"6 4\"/>\n"
		"<text x=\"%d\" y=\"%.1f\" fill=\"#cb181d\">limit %s</text>\n",
		LEFT, y, WIDTH - RIGHT, y, LEFT + 6, y - 5,
		units_kib_words(UNITS_TEXT, profile->limit.limit_kib));
}

/* Without memory for it the picture lacks its curve; the run's report must not end for that. */
static void put_area(struct buf *out, const struct profile *profile, double top_kib)
{
	uint64_t *kib = calloc(POINTS, sizeof(*kib));

	if (kib == NULL)
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
	double limit_kib = (double)profile->limit.limit_kib;
	bool limited = limit_kib > 0 && limit_kib <= LIMIT_PEAKS * top_kib;

	top_kib = (limited ? real_max(top_kib, limit_kib) : top_kib) * 1.05;
	put_frame(out, facts);
	put_head(out, profile, facts);
	put_area(out, profile, top_kib);
	put_kib_axis(out, top_kib);
	put_time_axis(out, last_s);
	if (limited)
		put_limit(out, profile, top_kib);
	if (profile->peak_kib > 0)
		put_peak(out, profile, top_kib, last_s);
	buf_puts(out, "</svg>\n");
}
