/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plot - see plot.h.  Pure: spans in, cells out. */
#include "ui/draw/plot.h"

/* Lowest first.  The full block is left out: sparklines of rows that follow each other would grow
 * together. */
static const uint32_t block_levels[] = { 0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587 };
static const uint32_t ascii_levels[] = { '_', '.', '-', '=', '*', '#' };

/* Dots of a braille cell filled from the bottom to heights 0..4, left and right column. */
static const uint32_t braille_left[] = { 0, 0x40, 0x44, 0x46, 0x47 };
static const uint32_t braille_right[] = { 0, 0x80, 0xa0, 0xb0, 0xb8 };
enum { BRAILLE_BASE = 0x2800, BRAILLE_LEVELS = 4 };

/* The range that a sparkline's height stands for. */
struct scale {
	uint32_t base;
	uint64_t range; /* at least 1 */
};

int plot_columns(enum plot_alphabet alphabet, int width)
{
	return alphabet == PLOT_BRAILLE ? 2 * width : width;
}

static int level_count(enum plot_alphabet alphabet)
{
	switch (alphabet) {
	case PLOT_ASCII:
		return sizeof(ascii_levels) / sizeof(ascii_levels[0]);
	case PLOT_BLOCKS:
		return sizeof(block_levels) / sizeof(block_levels[0]);
	case PLOT_BRAILLE:
		break;
	}
	return BRAILLE_LEVELS;
}

/* Height of a span, 0..LEVELS-1; -1 for a gap. */
static int span_level(const struct series_span *span, const struct scale *scale, int levels)
{
	uint64_t above = 0;

	if (!span->known)
		return -1;
	if (span->hi > scale->base)
		above = span->hi - scale->base;
	if (above > scale->range)
		above = scale->range;
	return (int)((above * (uint64_t)(levels - 1) + scale->range / 2) / scale->range);
}

/* Two spans in a cell; an empty one is a blank and no empty braille character, which some fonts
 * draw. */
static uint32_t braille_cell(const struct series_span *pair, const struct scale *scale)
{
	int left = span_level(&pair[0], scale, BRAILLE_LEVELS);
	int right = span_level(&pair[1], scale, BRAILLE_LEVELS);
	uint32_t dots = braille_left[left + 1] | braille_right[right + 1];

	return dots ? BRAILLE_BASE + dots : ' ';
}

static uint32_t spark_cell(enum plot_alphabet alphabet, const struct series_span *spans, int cell,
	const struct scale *scale)
{
	if (alphabet == PLOT_BRAILLE)
		return braille_cell(&spans[2 * cell], scale);
	int level = span_level(&spans[cell], scale, level_count(alphabet));
	if (level < 0)
		return ' ';
	return alphabet == PLOT_ASCII ? ascii_levels[level] : block_levels[level];
}

/* How many cells from CELL on, at most to WIDTH, look like it because their spans are the same:
 * most rows stand still. */
static int alike_from(enum plot_alphabet alphabet, const struct series_span *spans, int cell,
	int width)
{
	int each = alphabet == PLOT_BRAILLE ? 2 : 1, end = cell + 1;
	const struct series_span *first = &spans[cell * each];

	for (; end < width; end++) {
		const struct series_span *span = &spans[end * each];

		for (int i = 0; i < each; i++)
			if (span[i].known != first[i].known || span[i].hi != first[i].hi)
				return end - cell;
	}
	return end - cell;
}

/* Blank before cell FROM. */
static void spark_scaled(const struct plot_place *at, const struct series_span *spans,
	const struct scale *scale, int from)
{
	canvas_fill(at->canvas, (struct canvas_box){ at->x, at->y, from, 1 }, at->style, ' ');
	for (int cell = from, count; cell < at->width; cell += count) {
		count = alike_from(at->alphabet, spans, cell, at->width);
		canvas_fill(at->canvas, (struct canvas_box){ at->x + cell, at->y, count, 1 },
			at->style, spark_cell(at->alphabet, spans, cell, scale));
	}
}

/* The first cell of a flat row that is drawn.  Of what is known at its end 1, 2, 4, 8 ... cells
 * are, and all once they are WIDTH: while a history begins, one new cell in each row at each look
 * would be most of what a machine at rest sends to the terminal. */
static int calm_from(const struct series_span *spans, int n, int width)
{
	int first = 0, cells = 1;

	while (first < n && !spans[first].known)
		first++;
	for (int i = first; i < n; i++)
		if (!spans[i].known)
			return 0;
	if (first == 0 || first == n)
		return 0;
	while (2 * cells * n <= (n - first) * width)
		cells *= 2;
	return width - cells;
}

/* The scale of N spans; *FLAT: their values differ by less than it shows. */
static struct scale own_scale(const struct series_span *spans, int n, uint32_t min_span, bool *flat)
{
	uint32_t low = UINT32_MAX;
	uint32_t high = 0;

	for (int i = 0; i < n; i++) {
		if (!spans[i].known)
			continue;
		low = spans[i].hi < low ? spans[i].hi : low;
		high = spans[i].hi > high ? spans[i].hi : high;
	}
	if (low > high)
		low = high;
	uint64_t range = high - low;
	uint64_t least = high / 100 > min_span ? high / 100 : min_span;
	*flat = range <= least;
	struct scale scale = { .base = low, .range = *flat ? least : range };
	if (scale.range == 0)
		scale.range = 1;
	return scale;
}

bool plot_is_flat(const struct series_span *spans, int n, uint32_t min_span)
{
	bool flat;

	own_scale(spans, n, min_span, &flat);
	return flat;
}

void plot_spark(const struct plot_place *place, const struct series_span *spans, uint32_t min_span)
{
	bool flat;
	int n = plot_columns(place->alphabet, place->width);
	struct scale scale = own_scale(spans, n, min_span, &flat);

	spark_scaled(place, spans, &scale, 0);
}

void plot_spark_calm(const struct plot_place *place, const struct series_span *spans,
	uint32_t min_span)
{
	bool flat;
	int n = plot_columns(place->alphabet, place->width);
	struct scale scale = own_scale(spans, n, min_span, &flat);

	spark_scaled(place, spans, &scale, flat ? calm_from(spans, n, place->width) : 0);
}

/* Whether all that is known is drawn at one height. */
static bool is_level(enum plot_alphabet alphabet, const struct series_span *spans, int n,
	const struct scale *scale)
{
	int levels = level_count(alphabet), first = -1;

	for (int i = 0; i < n; i++) {
		int level = span_level(&spans[i], scale, levels);

		if (level >= 0 && first >= 0 && level != first)
			return false;
		first = level >= 0 ? level : first;
	}
	return true;
}

void plot_spark_of(const struct plot_place *place, const struct series_span *spans, uint32_t top)
{
	struct scale scale = { .base = 0, .range = top ? top : 1 };
	int n = plot_columns(place->alphabet, place->width);
	bool level = is_level(place->alphabet, spans, n, &scale);

	spark_scaled(place, spans, &scale, level ? calm_from(spans, n, place->width) : 0);
}

uint32_t plot_bar_glyph(enum plot_alphabet alphabet, const struct plot_part *part)
{
	if (alphabet == PLOT_ASCII)
		return (unsigned char)part->ascii;
	if (part->style == STYLE_BAR_SHARED)
		return 0x254d; /* heavy dashes */
	if (part->style == STYLE_BAR_CACHE)
		return 0x2500; /* light line */
	if (part->style == STYLE_BAR_FREE)
		return 0x2508; /* light dots */
	return 0x2501;         /* heavy line */
}

/* Cells of each part, rounded, so that none reaches past WIDTH: the largest gives way. */
static void bar_cells(int *cells, const struct plot_part *parts, int nparts, uint64_t total,
	int width)
{
	uint64_t weights = 0;
	int sum = 0;
	int largest = 0;

	for (int i = 0; i < nparts; i++) {
		double share = (double)parts[i].weight / (double)total;

		cells[i] = (int)((share > 1 ? 1 : share) * width + .5);
		sum += cells[i];
		weights += parts[i].weight;
		if (cells[i] > cells[largest])
			largest = i;
	}
	if (sum > width || (weights >= total && sum < width))
		cells[largest] += width - sum;
	if (cells[largest] < 0)
		cells[largest] = 0;
}

void plot_bar(const struct plot_place *place, const struct plot_part *parts, int nparts,
	uint64_t total)
{
	int cells[PLOT_PARTS_MAX];
	int at = 0, width = place->width;

	if (width <= 0 || total == 0 || nparts <= 0)
		return;
	if (nparts > PLOT_PARTS_MAX)
		nparts = PLOT_PARTS_MAX;
	bar_cells(cells, parts, nparts, total, width);
	for (int i = 0; i < nparts && at < width; i++) {
		int room = cells[i] < width - at ? cells[i] : width - at;

		canvas_fill(place->canvas, (struct canvas_box){ place->x + at, place->y, room, 1 },
			parts[i].style, plot_bar_glyph(place->alphabet, &parts[i]));
		at += room;
	}
}
