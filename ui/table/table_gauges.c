/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_gauges - see table_gauges.h
 *
 * The parts of the memory bar add up to the total: what is available is what the kernel can drop
 * (cache) or has to spare (free); the rest is used, of which only swap can take the shared part.
 */
#include "ui/table/table_gauges.h"

#include "base/amount.h"
#include "base/text.h"
#include "base/units.h"
#include "ui/table/table_span.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	LABEL_COLUMNS = 7, /* "Memory " */
	TOTAL_COLUMNS = 5,
	BAR_X = LABEL_COLUMNS + TOTAL_COLUMNS + 2,
	RIGHT_COLUMNS = 22, /* "12.34G available 61 %" */
	SPARK_LEAST = 8,
	SPARK_MOST = 40,
	BAR_MOST = 80,
	SPANS_MAX = 2 * SPARK_MOST,
	SIZE_COLUMNS = 5,
	LEGEND_COLUMNS = 57, /* the four parts of the memory bar, named */
	HOST_LEAST = 10,     /* columns that make a part of the machine's name worth showing */
};

/* Screens of fewer rows than these do without the line. */
enum {
	ROWS_FOR_MEMORY = 8,
	ROWS_FOR_SWAP = 14,
	ROWS_FOR_LEGEND = 16,  /* in whose place trouble is told, as long as there is some */
	ROWS_FOR_TROUBLE = 30, /* of its own */
};

/* --- figures ---------------------------------------------------------------------------------- */

/* How the memory is divided; the parts add up to the total. */
struct shares {
	uint64_t used, shared, cache, free, available, total;
};

static struct shares divide_memory(const struct system_figures *system)
{
	struct shares shares = { .total = system->total_kib };
	uint64_t available = frame_available_kib(system);

	shares.available = amount_smaller(available, shares.total);
	shares.free = amount_smaller(system->free_kib, shares.available);
	shares.cache = shares.available - shares.free;
	uint64_t taken = shares.total - shares.available;
	shares.shared = amount_smaller(system->shmem_kib, taken);
	shares.used = taken - shares.shared;
	return shares;
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* --- one bar with what belongs to it ---------------------------------------------------------- */

struct gauge {
	const char *label;
	uint64_t total_kib;
	const struct plot_part *parts;
	int nparts;
	const char *right; /* the figure that counts */
	enum style right_style;
	enum system_channel channel;
};

static void draw_history(const struct plot_place *place, const struct shown *shown,
	const struct gauge *gauge)
{
	struct series_span spans[SPANS_MAX];
	int count = plot_columns(place->alphabet, place->width);

	struct series_cut cut = table_span(shown, spans, count);
	store_system_history(shown->store, gauge->channel, &cut);
	uint32_t top = gauge->total_kib < UINT32_MAX ? (uint32_t)gauge->total_kib : UINT32_MAX;
	plot_spark_of(place, spans, top);
}

/* Widths of bar and sparkline on a line of WIDTH columns with RIGHT columns of words. */
static void divide_line(int width, int right, int *bar, int *spark)
{
	int room = width - BAR_X - right - 1;

	*spark = (room - 1) / 3;
	if (*spark < SPARK_LEAST)
		*spark = 0;
	if (*spark > SPARK_MOST)
		*spark = SPARK_MOST;
	*bar = room - (*spark ? *spark + 2 : 0);
	if (*bar > BAR_MOST)
		*bar = BAR_MOST;
}

static void draw_gauge(struct canvas *canvas, const struct shown *shown, int y,
	const struct gauge *gauge)
{
	bool narrow = canvas->width < BAR_X + RIGHT_COLUMNS + 10;
	int right = narrow ? text_width(gauge->right) : RIGHT_COLUMNS;
	int bar, spark;

	divide_line(canvas->width, right, &bar, &spark);
	canvas_text(canvas, 0, y, STYLE_NORMAL, gauge->label, LABEL_COLUMNS);
	canvas_text_right(canvas, LABEL_COLUMNS, y, STYLE_STRONG,
		units_kib(UNITS_TEXT, gauge->total_kib, SIZE_COLUMNS), TOTAL_COLUMNS);
	/* the words say more than a crumb of a bar */
	if (bar < 4) {
		canvas_text(canvas, BAR_X, y, gauge->right_style, gauge->right,
			canvas->width - BAR_X);
		return;
	}
	struct plot_place place = { canvas, BAR_X, y, bar, shown->style->alphabet, STYLE_SPARK };
	plot_bar(&place, gauge->parts, gauge->nparts, gauge->total_kib);
	canvas_text(canvas, BAR_X + bar + 1, y, gauge->right_style, gauge->right, right);
	place.x += bar + 1 + right + 1;
	place.width = spark;
	if (spark)
		draw_history(&place, shown, gauge);
}

/* --- memory ----------------------------------------------------------------------------------- */

enum { MEMORY_PARTS = 4 };

static void memory_parts(const struct shares *shares, struct plot_part parts[MEMORY_PARTS])
{
	parts[0] = (struct plot_part){ shares->used, STYLE_BAR_USED, '#' };
	parts[1] = (struct plot_part){ shares->shared, STYLE_BAR_SHARED, 's' };
	parts[2] = (struct plot_part){ shares->cache, STYLE_BAR_CACHE, 'c' };
	parts[3] = (struct plot_part){ shares->free, STYLE_BAR_FREE, '.' };
}

static enum style available_style(double available)
{
	return available < 5 ? STYLE_ALARM : available < 10 ? STYLE_WARN : STYLE_STRONG;
}

static void draw_memory(struct canvas *canvas, const struct shown *shown, int y,
	const struct shares *shares)
{
	struct plot_part parts[MEMORY_PARTS];
	char words[40];
	double available = percent(shares->available, shares->total);

	memory_parts(shares, parts);
	snprintf(words, sizeof(words), "%5s available %.0f %%",
		units_kib(UNITS_TEXT, shares->available, SIZE_COLUMNS), available);
	const struct gauge gauge = {
		.label = "Memory",
		.total_kib = shares->total,
		.parts = parts,
		.nparts = MEMORY_PARTS,
		.right = words,
		.right_style = available_style(available),
		.channel = SYSTEM_CH_USED,
	};
	draw_gauge(canvas, shown, y, &gauge);
}

/* "█ used 3.2G" at X; returns where the next one begins, or X when there is no room. */
static int draw_legend_part(struct canvas *canvas, const struct shown *shown, int x, int y,
	const struct plot_part *part, const char *word)
{
	const char *figure = units_kib(UNITS_TEXT, part->weight, SIZE_COLUMNS);

	if (x + 3 + text_width(word) + text_width(figure) > canvas->width)
		return x;
	canvas_char(canvas, x, y, part->style, plot_bar_glyph(shown->style->alphabet, part));
	x += 2;
	x += canvas_text(canvas, x, y, STYLE_DIM, word, canvas->width) + 1;
	/* room for the widest figure, so that nothing moves when a digit comes or goes */
	canvas_text(canvas, x, y, STYLE_NORMAL, figure, canvas->width - x);
	return x + SIZE_COLUMNS + 2;
}

/* "dirty 12M", left of column END: what is no part of the bar. */
static int draw_aside(struct canvas *canvas, int x, int y, int end, const char *word, uint64_t kib)
{
	const char *figure = units_kib(UNITS_TEXT, kib, SIZE_COLUMNS);

	if (x + text_width(word) + 1 + SIZE_COLUMNS > end)
		return x;
	x += canvas_text(canvas, x, y, STYLE_DIM, word, canvas->width) + 1;
	canvas_text(canvas, x, y, STYLE_DIM, figure, canvas->width - x);
	return x + SIZE_COLUMNS + 2;
}

static const char *host_name(const struct shown *shown)
{
	const struct stream_header *header = store_header(shown->store);

	return header != NULL ? header->host : "";
}

/* The machine's name at the right end, from X on; cut where there is room for most of it only. */
static void draw_host(struct canvas *canvas, const struct shown *shown, int x, int y)
{
	const char *host = host_name(shown);
	int width = text_width(host);

	if (x + width <= canvas->width)
		canvas_text_right(canvas, x, y, STYLE_STRONG, host, canvas->width - x);
	else if (x + HOST_LEAST <= canvas->width)
		canvas_text_cut(canvas, x, y, STYLE_STRONG, host, canvas->width - x);
}

static int draw_legend(struct canvas *canvas, const struct shown *shown, int y,
	const struct shares *shares, const struct system_figures *system)
{
	static const char *const words[MEMORY_PARTS] = { "used", "shared", "cache", "free" };
	struct plot_part parts[MEMORY_PARTS];
	int end = canvas->width - text_width(host_name(shown)) - 4;
	/* under the bar, unless the name of the machine needs that room */
	int x = canvas->width > BAR_X + 50 && BAR_X + LEGEND_COLUMNS <= end ? BAR_X : 0;

	memory_parts(shares, parts);
	for (int i = 0; i < MEMORY_PARTS; i++)
		x = draw_legend_part(canvas, shown, x, y, &parts[i], words[i]);
	/* the host's is none of a container's business */
	if (store_container(shown->store) != NULL)
		return x;
	x = draw_aside(canvas, x, y, end, "kernel",
		system->slab_unreclaimable_kib + system->page_tables_kib +
			system->kernel_stack_kib);
	x = draw_aside(canvas, x, y, end, "dirty", system->dirty_kib);
	if (system->known & SYSTEM_ZSWAP && system->zswap_kib)
		x = draw_aside(canvas, x, y, end, "zswap", system->zswap_kib);
	if (system->known & SYSTEM_ZRAM && system->zram_kib)
		x = draw_aside(canvas, x, y, end, "zram", system->zram_kib);
	return x;
}

/* --- swap ------------------------------------------------------------------------------------- */

static void draw_swap(struct canvas *canvas, const struct shown *shown, int y,
	const struct system_figures *system)
{
	uint64_t free_kib = amount_smaller(system->swap_free_kib, system->swap_total_kib);
	const struct plot_part parts[] = {
		{ system->swap_total_kib - free_kib, STYLE_BAR_USED, '#' },
		{ free_kib, STYLE_BAR_FREE, '.' },
	};
	char words[40];

	snprintf(words, sizeof(words), "%5s used %.0f %%",
		units_kib(UNITS_TEXT, system->swap_total_kib - free_kib, SIZE_COLUMNS),
		percent(system->swap_total_kib - free_kib, system->swap_total_kib));
	const struct gauge gauge = {
		.label = "Swap",
		.total_kib = system->swap_total_kib,
		.parts = parts,
		.nparts = 2,
		.right = words,
		.right_style = free_kib < system->swap_total_kib ? STYLE_NORMAL : STYLE_DIM,
		.channel = SYSTEM_CH_SWAP,
	};
	draw_gauge(canvas, shown, y, &gauge);
}

/* --- trouble: pressure, swap traffic, OOM kills ----------------------------------------------- */

enum { KILLS_MS = 600 * 1000 };

/* Below these nothing is said: they come and go on every machine. */
#define PRESSURE_LEAST .5   /* percent of the last 10 s */
#define TRAFFIC_LEAST  16.0 /* KiB a second */

static bool has_pressure(const struct system_figures *system)
{
	return system->known & SYSTEM_PSI && system->psi_some_avg10 >= PRESSURE_LEAST;
}

static bool has_traffic(const struct system_figures *system)
{
	return system->known & SYSTEM_SWAP_RATE &&
	       system->swap_in_kib_s + system->swap_out_kib_s >= TRAFFIC_LEAST;
}

/* Kills of the last minutes; the sentence says who it was. */
static bool has_kills(const struct shown *shown)
{
	return store_oom_kills(shown->store) > 0 &&
	       amount_less(store_now_ms(shown->store), store_oom_ms(shown->store)) < KILLS_MS;
}

static bool has_trouble(const struct shown *shown, const struct system_figures *system)
{
	return has_pressure(system) || has_traffic(system) || has_kills(shown);
}

int table_gauges_add(struct canvas *canvas, int x, int y, enum style style, const char *format, ...)
{
	int gap = x > LABEL_COLUMNS ? 3 : 0;
	char text[SCREEN_TEXT_MAX + 32];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (x + gap + text_width(text) > canvas->width)
		return x;
	if (gap)
		canvas_char(canvas, x + 1, y, STYLE_DIM, canvas->utf8 ? 0xb7 : '|');
	return x + gap + canvas_text(canvas, x + gap, y, style, text, canvas->width);
}

static int draw_pressure(struct canvas *canvas, int x, int y, const struct system_figures *system,
	bool wide)
{
	enum style style = system->psi_full_avg10 >= 5 ? STYLE_ALARM : STYLE_WARN;

	if (!(system->known & SYSTEM_PSI_FULL))
		return table_gauges_add(canvas, x, y, style,
			wide ? "waiting for memory %.1f %% of the time" : "waiting %.1f %%",
			system->psi_some_avg10);
	return table_gauges_add(canvas, x, y, style,
		wide ? "waiting for memory %.1f %% of the time, all tasks %.1f %%"
		     : "waiting %.1f %%, all %.1f %%",
		system->psi_some_avg10, system->psi_full_avg10);
}

static int draw_kills(struct canvas *canvas, const struct shown *shown, int x, int y, bool wide)
{
	uint64_t ago_ms = amount_less(store_now_ms(shown->store), store_oom_ms(shown->store));
	unsigned long long kills = store_oom_kills(shown->store);

	if (!wide)
		return table_gauges_add(canvas, x, y, STYLE_ALARM, "%llu killed", kills);
	return table_gauges_add(canvas, x, y, STYLE_ALARM,
		"%llu killed for want of memory, last %s ago", kills,
		units_seconds(UNITS_TEXT, (double)ago_ms / 1000));
}

/* Words for "nothing stalls", as far as that is known. */
static const char *no_stall(const struct shown *shown, const struct system_figures *system)
{
	bool no_kill = system->known & SYSTEM_OOM_KILLS && store_oom_kills(shown->store) == 0;

	if (system->known & SYSTEM_PSI)
		return has_kills(shown) ? "none now" : "none: nothing waits for memory";
	if (system->known & SYSTEM_SWAP_RATE)
		return no_kill ? "none: no swapping, nothing killed" : "none: no swapping";
	return no_kill ? "n/a, but nothing killed" : "n/a";
}

/* Draws what strains memory; that nothing does is said, too, for that is what one looks for. */
static int draw_trouble(struct canvas *canvas, const struct shown *shown, int y,
	const struct system_figures *system)
{
	bool wide = canvas->width >= 130;
	int x = LABEL_COLUMNS;

	canvas_row(canvas, y, STYLE_NORMAL);
	canvas_text(canvas, 0, y, STYLE_NORMAL, "Stalls", LABEL_COLUMNS);
	if (has_pressure(system))
		x = draw_pressure(canvas, x, y, system, wide);
	if (has_traffic(system))
		x = table_gauges_add(canvas, x, y, STYLE_WARN, "swap in %s/s out %s/s",
			units_kib(UNITS_TEXT, (uint64_t)system->swap_in_kib_s, SIZE_COLUMNS),
			units_kib(UNITS_TEXT, (uint64_t)system->swap_out_kib_s, SIZE_COLUMNS));
	if (x == LABEL_COLUMNS)
		x = table_gauges_add(canvas, x, y, STYLE_DIM, "%s", no_stall(shown, system));
	if (has_kills(shown))
		x = draw_kills(canvas, shown, x, y, wide);
	return x;
}

/* The row below the memory bar: what it is made of, or where there is no other row for it, what
 * strains it now; and the machine's name. */
static void draw_second(struct canvas *canvas, const struct shown *shown, int y,
	const struct shares *shares, const struct system_figures *system)
{
	int x;

	if (canvas->height < ROWS_FOR_TROUBLE && has_trouble(shown, system))
		x = draw_trouble(canvas, shown, y, system);
	else
		x = draw_legend(canvas, shown, y, shares, system);
	draw_host(canvas, shown, x + 2, y);
}

/* --- all of it -------------------------------------------------------------------------------- */

int table_gauges_draw(struct canvas *canvas, const struct shown *shown, int y)
{
	const struct system_figures *system = store_seen(shown->store);
	int rows = canvas->height;

	if (system == NULL || rows < ROWS_FOR_MEMORY)
		return y;
	struct shares shares = divide_memory(system);
	bool known = frame_knows_memory(system);

	if (known)
		draw_memory(canvas, shown, y++, &shares);
	if (known && rows >= ROWS_FOR_LEGEND)
		draw_second(canvas, shown, y++, &shares, system);
	if (rows >= ROWS_FOR_SWAP && system->swap_total_kib)
		draw_swap(canvas, shown, y++, system);
	if (rows >= ROWS_FOR_TROUBLE)
		draw_trouble(canvas, shown, y++, system);
	return y;
}
