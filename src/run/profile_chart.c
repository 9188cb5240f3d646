/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_chart - see profile_chart.h; eighths of a line in UTF-8, whole ones in ASCII */
#include "run/profile_chart.h"

#include "base/units.h"
#include "run/profile_report.h"

#include <string.h>

enum { ROWS = 8, LABEL = 8, COLUMNS_MAX = 160 };

static const char *const eighths[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char ascii[] = " ..::||##";

void profile_report_moment(struct buf *out, double seconds, double last_s)
{
	if (last_s < 1)
		buf_printf(out, "%.*fms", last_s < .01 ? 2 : last_s < .1 ? 1 : 0, seconds * 1000);
	else if (last_s < 60)
		buf_printf(out, "%.*fs", last_s < 5 ? 2 : last_s < 10 ? 1 : 0, seconds);
	else
		buf_puts(out, units_seconds(UNITS_TEXT, seconds));
}

/* The sign for a cell of which LEVEL eighths are filled. */
static void put_cell(struct buf *out, int level, bool utf8)
{
	level = level < 0 ? 0 : level > 8 ? 8 : level;
	if (utf8)
		buf_puts(out, eighths[level]);
	else
		buf_putc(out, ascii[level]);
}

/* Eighths of a column ROWS high; what is not nothing is seen. */
static int level_of(uint64_t kib, uint64_t top, int rows)
{
	if (top == 0 || kib == 0)
		return 0;
	int level = (int)((double)kib * 8 * rows / (double)top + 0.5);
	return level < 1 ? 1 : level;
}

/* Blanks at the end of a line are taken off again, so that the chart can be compared as text. */
static void put_row(struct buf *out, const uint64_t *kib, int columns, uint64_t top, int row,
	bool utf8)
{
	char label[UNITS_SIZE] = "";

	if (row % 4 == 0 && row > 0)
		units_kib(label, top * (unsigned)row / ROWS, 7);
	buf_printf(out, "%*s ", LABEL, label);
	buf_puts(out, utf8 ? "│" : "|");
	size_t begin = out->len;
	for (int i = 0; i < columns; i++)
		put_cell(out, level_of(kib[i], top, ROWS) - 8 * (row - 1), utf8);
	while (out->len > begin && out->data[out->len - 1] == ' ')
		out->len--;
	buf_putc(out, '\n');
}

/* A time below every twentieth column or so, ending there. */
static void put_times(struct buf *out, int columns, double last_s, bool utf8)
{
	int marks = columns < 20 ? 1 : columns / 20;

	buf_printf(out, "%*s ", LABEL, "0");
	buf_puts(out, utf8 ? "└" : "+");
	for (int i = 0; i < columns; i++)
		buf_puts(out, utf8 ? "─" : "-");
	buf_putc(out, '\n');
	size_t begin = out->len;
	for (int i = 0; i <= marks; i++) {
		size_t place = LABEL + 2 + (size_t)(columns * i / marks) - (i > 0 ? 5 : 0);
		buf_fill(out, ' ', place - (out->len - begin));
		profile_report_moment(out, last_s * i / marks, last_s);
	}
	buf_putc(out, '\n');
}

void profile_chart(struct buf *out, const struct profile *profile,
	const struct profile_style *style)
{
	uint64_t kib[COLUMNS_MAX];
	int columns = style->width - LABEL - 4;

	if (profile->npoints < 2 || profile->peak_kib == 0 || columns < 20)
		return;
	columns = columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
	profile_shape(profile, kib, (size_t)columns);
	for (int row = ROWS; row > 0; row--)
		put_row(out, kib, columns, profile->peak_kib, row, style->utf8);
	put_times(out, columns, profile->last_s, style->utf8);
}

void profile_chart_spark(struct buf *out, const struct profile *profile, int columns,
	const struct profile_style *style)
{
	uint64_t kib[COLUMNS_MAX];

	columns = columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
	if (columns <= 0 || profile->npoints == 0)
		return;
	profile_shape(profile, kib, (size_t)columns);
	for (int i = 0; i < columns; i++)
		put_cell(out, level_of(kib[i], profile->peak_kib, 1), style->utf8);
}
