/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chart - see chart.h.  A grid of dots is filled first and turned into cells of the alphabet
 * then. */
#include "ui/draw/chart.h"

#include "base/text.h"
#include "base/units.h"

#include <stdio.h>

enum {
	HEIGHT_MAX = 200,
	SPAN_TIGHT = 2, /* the scale begins at 0 unless the lowest is above 1/2 of the highest */
	MARK_COLUMNS = 12,
	DOTS = 4,    /* rows of dots in a braille cell */
	EIGHTHS = 8, /* heights of a block */
};

/* The values shown, and where they lie on the screen. */
struct chart_scale {
	uint64_t low, high;
	int rows;
};

int chart_columns(enum plot_alphabet alphabet, int width)
{
	int cells = width > CHART_LABEL + 1 ? width - CHART_LABEL : 1;
	int columns = plot_columns(alphabet, cells);

	return columns < CHART_COLUMNS_MAX ? columns : CHART_COLUMNS_MAX;
}

/* --- the scale -------------------------------------------------------------------------------- */

/* Up to and with LINE; a part that is not known makes all above it unknown. */
static uint64_t stacked_value(const struct chart *chart, int line, int i, bool *known)
{
	uint64_t sum = 0;

	*known = true;
	for (int k = 0; k <= line; k++) {
		*known = *known && chart->lines[k].spans[i].known;
		sum += chart->lines[k].spans[i].hi;
	}
	return sum;
}

static void find_range(const struct chart *chart, int columns, struct chart_scale *scale)
{
	uint64_t low = UINT64_MAX, high = 0;

	for (int i = 0; i < columns; i++)
		for (int k = 0; k < chart->nlines; k++) {
			const struct series_span *span = &chart->lines[k].spans[i];
			bool known = span->known;
			uint64_t top = chart->stacked ? stacked_value(chart, k, i, &known)
						      : span->hi;

			if (!known)
				continue;
			high = top > high ? top : high;
			/* swap beside RSS would keep every scale at 0 */
			if (k < 2 && span->lo < low)
				low = span->lo;
		}
	if (chart->limit / 2 < high && chart->limit > high)
		high = chart->limit;
	scale->low = chart->stacked || low > high || low < high / SPAN_TIGHT ? 0 : low;
	scale->high = high;
}

/* The least round number (1, 2, 2.5 or 5 times a power of ten of a unit) that is no less. */
static uint64_t round_up(uint64_t value)
{
	static const unsigned rounds[] = { 1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500 };
	uint64_t unit = 1;

	while (value > 500 * unit)
		unit *= 1024;
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++)
		if (rounds[i] * unit >= value)
			return rounds[i] * unit;
	return value;
}

/* Round steps between marks that stand the same number of rows apart, MARKS at most, with as little
 * left above the highest value as can be.  Returns the step. */
static uint64_t round_scale(struct chart_scale *scale, int marks)
{
	uint64_t low = scale->low, range = scale->high - scale->low, best = UINT64_MAX, step = 0;
	uint64_t gaps = scale->rows > 1 ? (uint64_t)scale->rows - 1 : 1;
	uint64_t least = gaps / (unsigned)marks > 2 ? gaps / (unsigned)marks : 2;

	if (range < 64)
		range = 64;
	/* what hardly moves is no mountain */
	if (low > 0 && range < scale->high / 50)
		range = scale->high / 50;
	for (uint64_t apart = least; apart <= 2 * least && apart <= gaps; apart++) {
		uint64_t each = round_up((range * apart + gaps - 1) / gaps);
		uint64_t from = low / each * each;

		/* beginning at a mark may lift what is highest above the top */
		if (from + each * gaps / apart < low + range)
			each = round_up(each + 1);
		from = low / each * each;
		if (each * gaps / apart >= best || from + each * gaps / apart < low + range)
			continue;
		best = each * gaps / apart;
		step = each;
		scale->low = from;
	}
	if (step == 0) {
		step = best = round_up(range + low % (range + 1));
		scale->low = 0;
		best = low + range > best ? low + range : best;
	}
	scale->high = scale->low + best;
	return step;
}

/* Height of VALUE in steps of 1/PER of a row, 0 at the bottom. */
static int height_of(const struct chart_scale *scale, uint64_t value, int per)
{
	uint64_t range = scale->high - scale->low;
	uint64_t above = value > scale->low ? value - scale->low : 0;

	if (above > range)
		above = range;
	return (int)((above * (uint64_t)(scale->rows * per - 1) + range / 2) / range);
}

/* --- lines, as braille ------------------------------------------------------------------------ */

static const uint8_t dot_bits[DOTS][2] = { { 0x40, 0x80 }, { 0x04, 0x20 }, { 0x02, 0x10 },
	{ 0x01, 0x08 } };

static void dot(struct canvas *canvas, const struct canvas_box *area, int column, int height,
	enum style style)
{
	int x = area->x + column / 2, y = area->y + area->height - 1 - height / DOTS;

	if (column < 0 || column / 2 >= area->width || y < area->y || x >= canvas->width ||
		y >= canvas->height || y < 0)
		return;
	uint32_t ch = canvas->cells[y * canvas->width + x].ch;
	uint32_t bits = ch >= 0x2800 && ch < 0x2900 ? ch - 0x2800 : 0;
	canvas_char(canvas, x, y, style, 0x2800 + (bits | dot_bits[height % DOTS][column % 2]));
}

/* From the value before to this one, so that a steep line hangs together. */
static void draw_braille_line(struct canvas *canvas, const struct canvas_box *area,
	const struct chart *chart, int k, const struct chart_scale *scale)
{
	const struct series_span *spans = chart->lines[k].spans;
	enum style style = chart->lines[k].style;
	int before = -1;

	for (int i = 0; i < 2 * area->width; i++) {
		if (!spans[i].known) {
			before = -1;
			continue;
		}
		int to = height_of(scale, spans[i].last, DOTS);
		int from = k == 0 ? 0 : before < 0 ? to : before;
		int step = from <= to ? 1 : -1;
		before = to;
		if (spans[i].last < scale->low || (k == 2 && (i % 2 == 1 || spans[i].last == 0)))
			continue;
		for (int h = from; h != to + step; h += step)
			dot(canvas, area, i, h, style);
	}
}

/* --- lines, as blocks or ASCII ---------------------------------------------------------------- */

static const uint32_t eighths[] = { 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587,
	0x2588 };

static void draw_area(struct canvas *canvas, const struct canvas_box *area,
	const struct chart *chart, const struct chart_scale *scale)
{
	const struct chart_line *line = &chart->lines[0];
	bool ascii = chart->alphabet == PLOT_ASCII;

	for (int i = 0; i < area->width; i++) {
		if (!line->spans[i].known)
			continue;
		int height = height_of(scale, line->spans[i].last, EIGHTHS);
		int full = height / EIGHTHS;
		struct canvas_box bar = { area->x + i, area->y + area->height - full, 1, full };

		canvas_fill(canvas, bar, line->style, ascii ? '#' : eighths[EIGHTHS - 1]);
		canvas_char(canvas, area->x + i, area->y + area->height - 1 - full, line->style,
			ascii ? (height % EIGHTHS < EIGHTHS / 2 ? '.' : '#')
			      : eighths[height % EIGHTHS]);
	}
}

static uint32_t line_sign(enum plot_alphabet alphabet, int k)
{
	static const uint32_t blocks[] = { 0x2588, 0x2591, 0x2501 };
	static const uint32_t braille[] = { 0x28ff, 0x2812, 0x2802 };
	static const uint32_t ascii[] = { '#', ':', 's' };

	/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn): K is 0 to 2 */
	return alphabet == PLOT_ASCII     ? ascii[k]
	       : alphabet == PLOT_BRAILLE ? braille[k]
					  : blocks[k];
}

/* The second where it is the lower one: another sign than that of the third. */
static uint32_t lower_sign(enum plot_alphabet alphabet)
{
	return alphabet == PLOT_ASCII ? '-' : 0x2500;
}

/* Whether the second is anywhere a row below the first: less than that here and half of one there
 * would be dashes that look like figures. */
static bool has_lower(const struct chart *chart, int columns, const struct chart_scale *scale)
{
	for (int i = 0; i < columns; i++) {
		const struct series_span *first = &chart->lines[0].spans[i];
		const struct series_span *second = &chart->lines[1].spans[i];

		if (first->known && second->known && second->last >= scale->low &&
			height_of(scale, first->last, EIGHTHS) -
					height_of(scale, second->last, EIGHTHS) >=
				EIGHTHS)
			return true;
	}
	return false;
}

/* Draws what the second has beyond the first, as a shade above the area; a rule where it is the
 * lower one. */
static void draw_shade(struct canvas *canvas, const struct canvas_box *area,
	const struct chart *chart, const struct chart_scale *scale)
{
	const struct chart_line *first = &chart->lines[0], *line = &chart->lines[1];
	bool lower = has_lower(chart, area->width, scale);

	for (int i = 0; i < area->width; i++) {
		if (!line->spans[i].known || line->spans[i].last < scale->low)
			continue;
		int from = first->spans[i].known ? height_of(scale, first->spans[i].last, EIGHTHS)
						 : -EIGHTHS;
		int to = height_of(scale, line->spans[i].last, EIGHTHS);
		int y = area->y + area->height - 1 - to / EIGHTHS;
		struct canvas_box shade = { area->x + i, y, 1, to / EIGHTHS - from / EIGHTHS };

		/* less than half a row apart they are one line: crumbs would look like figures */
		if (to - from >= EIGHTHS / 2)
			canvas_fill(canvas, shade, line->style, line_sign(chart->alphabet, 1));
		else if (lower && from - to >= EIGHTHS / 2)
			canvas_char(canvas, area->x + i, y, line->style,
				lower_sign(chart->alphabet));
	}
}

static void draw_rule(struct canvas *canvas, const struct canvas_box *area,
	const struct chart *chart, int k, const struct chart_scale *scale)
{
	const struct chart_line *line = &chart->lines[k];

	for (int i = 0; i < area->width; i++) {
		int height = height_of(scale, line->spans[i].last, 1);

		/* none is no line along the bottom */
		if (line->spans[i].known && line->spans[i].last > 0 &&
			line->spans[i].last >= scale->low)
			canvas_char(canvas, area->x + i, area->y + area->height - 1 - height,
				line->style, line_sign(chart->alphabet, k));
	}
}

/* --- stacked ---------------------------------------------------------------------------------- */

static uint32_t stack_sign(enum plot_alphabet alphabet, int k)
{
	static const uint32_t shades[] = { 0x2588, 0x2593, 0x2591 };
	static const uint32_t letters[] = { 'a', 's', 'f' };

	/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn): K is 0 to 2 */
	return alphabet == PLOT_ASCII ? letters[k] : shades[k];
}

/* The last span of each cell stands for it: parts of different moments would not add up. */
static void draw_stack(struct canvas *canvas, const struct canvas_box *area,
	const struct chart *chart, const struct chart_scale *scale)
{
	int per = plot_columns(chart->alphabet, 1);

	for (int cell = 0; cell < area->width; cell++) {
		int bottom = 0;

		for (int k = 0; k < chart->nlines; k++) {
			bool known;
			uint64_t value = stacked_value(chart, k, cell * per + per - 1, &known);
			int top = known ? height_of(scale, value, 1) + (value > 0) : 0;

			if (top > area->height)
				top = area->height;
			canvas_fill(canvas,
				(struct canvas_box){ area->x + cell, area->y + area->height - top,
					1, top - bottom },
				chart->lines[k].style, stack_sign(chart->alphabet, k));
			bottom = top > bottom ? top : bottom;
		}
	}
}

/* --- axes ------------------------------------------------------------------------------------- */

/* In the unit of the step, so that round numbers look round: "1800M" between "1600M" and
 * "2000M". */
static void value_label(char out[UNITS_SIZE], uint64_t value, uint64_t step)
{
	static const char units[] = "KMGT";
	size_t unit = 0;
	uint64_t one = 1;

	while (unit < sizeof(units) - 2 && step >= one * 1024) {
		one *= 1024;
		unit++;
	}
	if (value == 0)
		snprintf(out, UNITS_SIZE, "0");
	else if (value / one < 10000 && value % one == 0)
		snprintf(out, UNITS_SIZE, "%llu%c", (unsigned long long)(value / one), units[unit]);
	else
		units_kib(out, value, CHART_LABEL - 2);
}

static void draw_values(struct canvas *canvas, const struct canvas_box *area,
	const struct chart_scale *scale, uint64_t step)
{
	char label[UNITS_SIZE];
	int last = -2;

	for (uint64_t value = scale->low; value <= scale->high; value += step) {
		int row = height_of(scale, value, 1);

		if (row < last + 2)
			continue;
		last = row;
		int y = area->y + area->height - 1 - row;
		value_label(label, value, step);
		canvas_text_right(canvas, area->x - CHART_LABEL, y, STYLE_DIM, label,
			CHART_LABEL - 2);
		canvas_char(canvas, area->x - 1, y, STYLE_DIM, canvas->utf8 ? 0x2524 : '+');
	}
}

/* A line where it must end, on what is blank. */
static void draw_limit(struct canvas *canvas, const struct canvas_box *area,
	const struct chart *chart, const struct chart_scale *scale)
{
	int y = area->y + area->height - 1 - height_of(scale, chart->limit, 1);

	if (chart->limit < scale->low || chart->limit > scale->high || chart->limit == 0)
		return;
	for (int x = area->x; x < area->x + area->width && x < canvas->width; x++)
		if (y >= 0 && y < canvas->height && canvas->cells[y * canvas->width + x].ch == ' ')
			canvas_char(canvas, x, y, STYLE_WARN, canvas->utf8 ? 0x2504 : '=');
}

/* Round lengths of time, in seconds. */
static double time_step(double seconds, int marks)
{
	static const double steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
		7200, 10800, 21600, 43200, 86400 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (seconds / steps[i] <= marks)
			return steps[i];
	return 86400 * 7;
}

/* "-45s", "-10m", "-3h", "-2d" */
static void time_label(char out[16], double ago_s)
{
	unsigned s = (unsigned)(ago_s + .5);

	if (s == 0)
		snprintf(out, 16, "now");
	else if (s % 86400 == 0)
		snprintf(out, 16, "-%ud", s / 86400);
	else if (s % 3600 == 0)
		snprintf(out, 16, "-%uh", s / 3600);
	else if (s % 60 == 0)
		snprintf(out, 16, "-%um", s / 60);
	else if (s < 60)
		snprintf(out, 16, "-%us", s);
	else
		snprintf(out, 16, "-%um%02us", s / 60, s % 60);
}

static void draw_times(struct canvas *canvas, const struct canvas_box *area,
	const struct chart *chart)
{
	double span_s = (double)(chart->to_ms - chart->from_ms) / 1000;
	double step_s = time_step(span_s,
		area->width / MARK_COLUMNS > 0 ? area->width / MARK_COLUMNS : 1);
	double column_s = span_s / area->width;
	int y = area->y + area->height;

	for (int mark = 0; mark * step_s <= span_s; mark++) {
		double ago_s = mark * step_s;
		char label[16];
		int at = area->x + area->width - 1 - (int)(ago_s / column_s + .5);

		time_label(label, ago_s);
		int x = at - text_width(label) + 1;
		if (x >= area->x - CHART_LABEL)
			canvas_text(canvas, x, y, STYLE_DIM, label, area->width + CHART_LABEL);
	}
}

static void draw_cursor(struct canvas *canvas, const struct canvas_box *area,
	const struct chart *chart)
{
	int x = area->x + chart->cursor / plot_columns(chart->alphabet, 1);

	if (chart->cursor < 0 || x >= area->x + area->width)
		return;
	for (int y = area->y; y < area->y + area->height; y++) {
		uint32_t ch = x < canvas->width && y < canvas->height && x >= 0 && y >= 0
				      ? canvas->cells[y * canvas->width + x].ch
				      : ' ';
		if (ch == ' ')
			canvas_char(canvas, x, y, STYLE_STRONG, canvas->utf8 ? 0x2502 : '|');
		else
			canvas_overlay(canvas, x, y, 1, STYLE_CURSOR);
	}
}

void chart_draw(struct canvas *canvas, struct canvas_box box, const struct chart *chart)
{
	struct canvas_box area = { box.x + CHART_LABEL, box.y, box.width - CHART_LABEL,
		box.height - 1 };
	struct chart_scale scale;

	if (area.width < 1 || area.height < 1)
		return;
	if (area.height > HEIGHT_MAX)
		area.height = HEIGHT_MAX;
	if (plot_columns(chart->alphabet, area.width) > CHART_COLUMNS_MAX)
		area.width = CHART_COLUMNS_MAX / plot_columns(chart->alphabet, 1);
	scale.rows = area.height;
	find_range(chart, plot_columns(chart->alphabet, area.width), &scale);
	uint64_t step = round_scale(&scale,
		area.height > 8 ? area.height / 3 : area.height / 2 + 1);
	if (chart->stacked)
		draw_stack(canvas, &area, chart, &scale);
	else if (chart->alphabet == PLOT_BRAILLE)
		for (int k = 0; k < chart->nlines; k++)
			draw_braille_line(canvas, &area, chart, k, &scale);
	else {
		draw_area(canvas, &area, chart, &scale);
		if (chart->nlines > 1)
			draw_shade(canvas, &area, chart, &scale);
		if (chart->nlines > 2)
			draw_rule(canvas, &area, chart, 2, &scale);
	}
	draw_limit(canvas, &area, chart, &scale);
	draw_values(canvas, &area, &scale, step);
	draw_times(canvas, &area, chart);
	draw_cursor(canvas, &area, chart);
}

/* "┄ limit at 1.2G" */
static int draw_limit_words(struct canvas *canvas, int x, int y, int width,
	const struct chart *chart)
{
	char text[UNITS_SIZE + 16];

	snprintf(text, sizeof(text), "limit at %s", units_kib(UNITS_TEXT, chart->limit, 5));
	if (chart->limit == 0 || x + 2 + text_width(text) > width)
		return x;
	canvas_char(canvas, x, y, STYLE_WARN, canvas->utf8 ? 0x2504 : '=');
	return x + 2 + canvas_text(canvas, x + 2, y, STYLE_DIM, text, width) + 2;
}

int chart_legend(struct canvas *canvas, int x, int y, int width, const struct chart *chart)
{
	for (int k = 0; k < chart->nlines; k++) {
		const struct chart_line *line = &chart->lines[k];

		if (x + 2 + text_width(line->name) > width)
			break;
		canvas_char(canvas, x, y, line->style,
			chart->stacked ? stack_sign(chart->alphabet, k)
				       : line_sign(chart->alphabet, k));
		x += 2 + canvas_text(canvas, x + 2, y, STYLE_DIM, line->name, width - x - 2) + 2;
	}
	return draw_limit_words(canvas, x, y, width, chart);
}
