/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_head - see table_head.h.
 *
 * The parts of the memory bar add up to the total: what is available is what the kernel can drop
 * (cache) or has to spare (free); the rest is used, of which only swap can take the shared part.
 */
#include "ui/table/table_head.h"

#include "base/text.h"
#include "base/units.h"
#include "ui/style.h"
#include "ui/table/table_span.h"

#include <stdio.h>
#include <string.h>

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
};

/* Screens of fewer rows than these do without the line. */
enum {
	ROWS_FOR_MEMORY = 8,
	ROWS_FOR_SUMMARY = 10,
	ROWS_FOR_TROUBLE = 11,
	ROWS_FOR_SWAP = 14,
	ROWS_FOR_LEGEND = 16,
	ROWS_FOR_SECOND = 20, /* row of the sentence */
};

/* --- the sentence ----------------------------------------------------------------------------- */

/* End of the last whole sentence within LIMIT bytes; 0: none. */
static size_t sentence_end(const char *text, size_t limit)
{
	size_t end = 0;

	for (size_t i = 0; i < limit; i++) {
		bool stop = text[i] == '.' && (text[i + 1] == ' ' || text[i + 1] == '\0');

		if (stop)
			end = i + 1;
	}
	return end;
}

static size_t word_end(const char *text, size_t limit)
{
	size_t end = limit;

	while (end > 0 && text[end] != ' ')
		end--;
	while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == ',' || text[end - 1] == ';'))
		end--;
	return end > 0 ? end : limit;
}

size_t table_head_fit(const char *text, int columns, int mark, bool *cut)
{
	size_t fits = text_fit(text, columns, NULL);

	*cut = false;
	if (!text[fits])
		return fits;
	size_t end = sentence_end(text, fits);
	if (end > 0)
		return end;
	*cut = true;
	return word_end(text, text_fit(text, columns > mark ? columns - mark : 0, NULL));
}

/* LEN bytes of TEXT, and a mark when words are missing behind them. */
static void draw_words(struct canvas *canvas, int y, enum style style, const char *text, size_t len,
	bool cut)
{
	char part[sizeof(((struct headline *)NULL)->text)];

	memcpy(part, text, len);
	part[len] = '\0';
	int x = canvas_text(canvas, 0, y, style, part, canvas->width);
	if (cut)
		canvas_text(canvas, x, y, style, canvas->utf8 ? "…" : "...", canvas->width - x);
}

/* Two rows where there is room, so that nothing below moves when more or less is to be said: a
 * sentence each, or one that goes on in the second.  Returns the rows. */
static int draw_sentence(struct canvas *canvas, const struct headline *headline)
{
	enum style style = style_of_mood(headline->mood);
	const char *text = headline->text;
	int mark = canvas->utf8 ? 1 : 3;
	bool two = canvas->height >= ROWS_FOR_SECOND, cut;
	size_t len = table_head_fit(text, canvas->width, mark, &cut);

	if (two && cut)
		len = canvas_wrap(text, canvas->width);
	draw_words(canvas, 0, style, text, len, cut && !two);
	if (!two)
		return 1;
	text += len + strspn(text + len, " ");
	len = table_head_fit(text, canvas->width, mark, &cut);
	/* the last words of a sentence alone would waste the row */
	if (text[len] && !cut && text_widthn(text, len) < canvas->width / 2) {
		len = canvas_wrap(text, canvas->width - mark);
		cut = true;
	}
	draw_words(canvas, 1, style, text, len, cut);
	return 2;
}

/* --- figures ---------------------------------------------------------------------------------- */

/* How the memory is divided; the parts add up to the total. */
struct shares {
	uint64_t used, shared, cache, free, available, total;
};

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static struct shares divide(const struct system_figures *system)
{
	struct shares shares = { .total = system->total_kib };
	uint64_t available = frame_available_kib(system);

	shares.available = smaller(available, shares.total);
	shares.free = smaller(system->free_kib, shares.available);
	shares.cache = shares.available - shares.free;
	uint64_t taken = shares.total - shares.available;
	shares.shared = smaller(system->shmem_kib, taken);
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

static void draw_history(struct canvas *canvas, const struct shown *facts, int x, int y, int width,
	const struct gauge *gauge)
{
	struct series_span spans[SPANS_MAX];
	enum plot_alphabet alphabet = facts->style->alphabet;
	int count = plot_columns(alphabet, width);
	uint64_t from_ms, to_ms;

	table_span(facts, count, &from_ms, &to_ms);
	store_system_history(facts->store, gauge->channel, from_ms, to_ms, spans, (size_t)count);
	uint32_t top = gauge->total_kib < UINT32_MAX ? (uint32_t)gauge->total_kib : UINT32_MAX;
	plot_spark_of(canvas, x, y, width, STYLE_SPARK, alphabet, spans, top);
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

static void draw_gauge(struct canvas *canvas, const struct shown *facts, int y,
	const struct gauge *gauge)
{
	bool narrow = canvas->width < BAR_X + RIGHT_COLUMNS + 10;
	int right = narrow ? text_width(gauge->right) : RIGHT_COLUMNS;
	char size[UNITS_SIZE];
	int bar, spark;

	divide_line(canvas->width, right, &bar, &spark);
	canvas_text(canvas, 0, y, STYLE_NORMAL, gauge->label, LABEL_COLUMNS);
	canvas_text_right(canvas, LABEL_COLUMNS, y, STYLE_STRONG,
		units_kib(size, gauge->total_kib, SIZE_COLUMNS), TOTAL_COLUMNS);
	if (bar < 4) {
		canvas_text(canvas, BAR_X, y, gauge->right_style, gauge->right,
			canvas->width - BAR_X);
		return;
	}
	plot_bar(canvas, BAR_X, y, bar, facts->style->alphabet, gauge->parts, gauge->nparts,
		gauge->total_kib);
	canvas_text(canvas, BAR_X + bar + 1, y, gauge->right_style, gauge->right, right);
	if (spark)
		draw_history(canvas, facts, BAR_X + bar + 1 + right + 1, y, spark, gauge);
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

static void draw_memory(struct canvas *canvas, const struct shown *facts, int y,
	const struct shares *shares)
{
	struct plot_part parts[MEMORY_PARTS];
	char size[UNITS_SIZE], words[40];
	double available = percent(shares->available, shares->total);

	memory_parts(shares, parts);
	snprintf(words, sizeof(words), "%5s available %.0f %%",
		units_kib(size, shares->available, SIZE_COLUMNS), available);
	const struct gauge gauge = {
		.label = "Memory",
		.total_kib = shares->total,
		.parts = parts,
		.nparts = MEMORY_PARTS,
		.right = words,
		.right_style = available_style(available),
		.channel = SYSTEM_CH_USED,
	};
	draw_gauge(canvas, facts, y, &gauge);
}

/* "█ used 3.2G" at X; returns where the next one begins, or X when there is no room. */
static int draw_legend_part(struct canvas *canvas, const struct shown *facts, int x, int y,
	const struct plot_part *part, const char *word)
{
	char size[UNITS_SIZE];
	const char *figure = units_kib(size, part->weight, SIZE_COLUMNS);

	if (x + 3 + text_width(word) + text_width(figure) > canvas->width)
		return x;
	canvas_char(canvas, x, y, part->style, plot_bar_glyph(facts->style->alphabet, part));
	x += 2;
	x += canvas_text(canvas, x, y, STYLE_DIM, word, canvas->width) + 1;
	/* room for the widest figure, so that nothing moves when a digit comes or goes */
	canvas_text(canvas, x, y, STYLE_NORMAL, figure, canvas->width - x);
	return x + SIZE_COLUMNS + 2;
}

/* "dirty 12M": what is no part of the bar. */
static int draw_aside(struct canvas *canvas, int x, int y, const char *word, uint64_t kib)
{
	char size[UNITS_SIZE];
	const char *figure = units_kib(size, kib, SIZE_COLUMNS);

	if (x + text_width(word) + 1 + text_width(figure) > canvas->width)
		return x;
	x += canvas_text(canvas, x, y, STYLE_DIM, word, canvas->width) + 1;
	canvas_text(canvas, x, y, STYLE_DIM, figure, canvas->width - x);
	return x + SIZE_COLUMNS + 2;
}

/* The machine's name at the right end, where there is room. */
static void draw_host(struct canvas *canvas, const struct shown *facts, int x, int y)
{
	const struct stream_header *header = store_header(facts->store);

	if (header && header->host[0] && x + text_width(header->host) <= canvas->width)
		canvas_text_right(canvas, x, y, STYLE_STRONG, header->host, canvas->width - x);
}

static int draw_legend(struct canvas *canvas, const struct shown *facts, int y,
	const struct shares *shares, const struct system_figures *system)
{
	static const char *const words[MEMORY_PARTS] = { "used", "shared", "cache", "free" };
	struct plot_part parts[MEMORY_PARTS];
	int x = canvas->width > BAR_X + 50 ? BAR_X : 0;

	memory_parts(shares, parts);
	for (int i = 0; i < MEMORY_PARTS; i++)
		x = draw_legend_part(canvas, facts, x, y, &parts[i], words[i]);
	/* the host's is none of a container's business */
	if (store_container(facts->store))
		return x;
	x = draw_aside(canvas, x, y, "kernel",
		system->slab_unreclaimable_kib + system->page_tables_kib +
			system->kernel_stack_kib);
	x = draw_aside(canvas, x, y, "dirty", system->dirty_kib);
	if (system->known & SYSTEM_ZSWAP && system->zswap_kib)
		x = draw_aside(canvas, x, y, "zswap", system->zswap_kib);
	if (system->known & SYSTEM_ZRAM && system->zram_kib)
		x = draw_aside(canvas, x, y, "zram", system->zram_kib);
	return x;
}

/* --- swap ------------------------------------------------------------------------------------- */

static void draw_swap(struct canvas *canvas, const struct shown *facts, int y,
	const struct system_figures *system)
{
	uint64_t free_kib = smaller(system->swap_free_kib, system->swap_total_kib);
	const struct plot_part parts[] = {
		{ system->swap_total_kib - free_kib, STYLE_BAR_USED, '#' },
		{ free_kib, STYLE_BAR_FREE, '.' },
	};
	char size[UNITS_SIZE], words[40];

	snprintf(words, sizeof(words), "%5s used %.0f %%",
		units_kib(size, system->swap_total_kib - free_kib, SIZE_COLUMNS),
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
	draw_gauge(canvas, facts, y, &gauge);
}

/* --- trouble: pressure, swap traffic, OOM kills ----------------------------------------------- */

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

static bool has_trouble(const struct shown *facts, const struct system_figures *system)
{
	return has_pressure(system) || has_traffic(system) || store_oom_kills(facts->store) > 0;
}

/* Appends TEXT where it fits whole; returns the new X. */
static int draw_part(struct canvas *canvas, int x, int y, enum style style, const char *text)
{
	int gap = x > LABEL_COLUMNS ? 3 : 0;

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
	char text[120];

	snprintf(text, sizeof(text),
		wide ? "waiting for memory %.1f %% of the time, all tasks %.1f %%"
		     : "waiting %.1f %%, all %.1f %%",
		system->psi_some_avg10, system->psi_full_avg10);
	return draw_part(canvas, x, y, style, text);
}

static int draw_traffic(struct canvas *canvas, int x, int y, const struct system_figures *system)
{
	char text[120], in[UNITS_SIZE], out[UNITS_SIZE];

	snprintf(text, sizeof(text), "swap in %s/s out %s/s",
		units_kib(in, (uint64_t)system->swap_in_kib_s, SIZE_COLUMNS),
		units_kib(out, (uint64_t)system->swap_out_kib_s, SIZE_COLUMNS));
	return draw_part(canvas, x, y, STYLE_WARN, text);
}

static void draw_kills(struct canvas *canvas, const struct shown *facts, int x, int y, bool wide)
{
	uint64_t ago_ms = less(store_now_ms(facts->store), store_oom_ms(facts->store));
	unsigned long long kills = store_oom_kills(facts->store);
	char text[120], ago[UNITS_SIZE];

	if (wide)
		snprintf(text, sizeof(text), "%llu killed for want of memory, last %s ago", kills,
			units_seconds(ago, (double)ago_ms / 1000));
	else
		snprintf(text, sizeof(text), "%llu killed", kills);
	draw_part(canvas, x, y, STYLE_ALARM, text);
}

static void draw_trouble(struct canvas *canvas, const struct shown *facts, int y,
	const struct system_figures *system)
{
	bool wide = canvas->width >= 130;
	int x = LABEL_COLUMNS;

	canvas_text(canvas, 0, y, STYLE_NORMAL, "Strain", LABEL_COLUMNS);
	if (has_pressure(system))
		x = draw_pressure(canvas, x, y, system, wide);
	if (has_traffic(system))
		x = draw_traffic(canvas, x, y, system);
	if (store_oom_kills(facts->store))
		draw_kills(canvas, facts, x, y, wide);
}

/* --- what the table shows --------------------------------------------------------------------- */

/* Groups, by the name of their kind. */
static int draw_groups(struct canvas *canvas, const struct shown *facts, int y)
{
	static const char *const names[GROUP_KINDS][2] = {
		[GROUP_PROGRAM] = { "program", "programs" },
		[GROUP_USER] = { "user", "users" },
		[GROUP_CGROUP] = { "cgroup", "cgroups" },
	};
	const struct view *view = facts->view;
	const char *name = names[facts->ask->group][view->groups != 1];

	if (canvas->width >= 100)
		return canvas_printf(canvas, 0, y, STYLE_NORMAL, "%zu %s, %zu processes",
			view->groups, name, view->processes);
	return canvas_printf(canvas, 0, y, STYLE_NORMAL, "%zu %s", view->groups, name);
}

/* The processes that are candidates: what is not shown is said. */
static int draw_counts(struct canvas *canvas, const struct shown *facts, int y)
{
	const struct view *view = facts->view;
	bool wide = canvas->width >= 60;
	bool limited = facts->ask->query || facts->ask->uid >= 0 || facts->ask->pids ||
		       facts->ask->flagged_only;
	int x;

	if (facts->ask->grouped)
		x = draw_groups(canvas, facts, y);
	else if (limited && wide)
		x = canvas_printf(canvas, 0, y, STYLE_NORMAL, "%zu of %zu processes",
			view->processes, store_count(facts->store));
	else
		x = canvas_printf(canvas, 0, y, STYLE_NORMAL, "%zu %s", view->processes,
			view->processes == 1 ? "process" : "processes");
	x += canvas_text(canvas, x, y, STYLE_DIM, ", ", canvas->width);
	if (view->climbing)
		x += canvas_printf(canvas, x, y, STYLE_WARN, "%s %zu climbing",
			canvas->utf8 ? "▲" : "^", view->climbing);
	else
		x += canvas_text(canvas, x, y, STYLE_DIM, wide ? "none climbing" : "0 climbing",
			canvas->width);
	return x;
}

/* "every 1 s", "every 250 ms". */
static void interval_words(char *out, size_t size, uint32_t interval_ms)
{
	if (interval_ms % 1000 == 0)
		snprintf(out, size, "every %u s", interval_ms / 1000);
	else if (interval_ms > 1000)
		snprintf(out, size, "every %.1f s", interval_ms / 1000.0);
	else
		snprintf(out, size, "every %u ms", interval_ms);
}

static void draw_summary(struct canvas *canvas, const struct shown *facts,
	const struct table_state *state, int y)
{
	char text[SCREEN_TEXT_MAX + 32], interval[32], span[16];
	int x = draw_counts(canvas, facts, y);

	if (facts->source_note[0])
		x = draw_part(canvas, x, y, facts->paused ? STYLE_NOTICE : STYLE_WARN,
			facts->source_note);
	if (facts->cost != NULL)
		x = draw_part(canvas, x, y, STYLE_NOTICE, facts->cost);
	if (state->filter[0]) {
		snprintf(text, sizeof(text), "filter %s", state->filter);
		x = draw_part(canvas, x, y, STYLE_NOTICE, text);
	}
	if (state->search[0]) {
		snprintf(text, sizeof(text), "search %s", state->search);
		x = draw_part(canvas, x, y, STYLE_NOTICE, text);
	}
	if (facts->ask->flagged_only)
		x = draw_part(canvas, x, y, STYLE_NOTICE, "only what climbs");
	if (state->ntags) {
		snprintf(text, sizeof(text), "%zu tagged", state->ntags);
		x = draw_part(canvas, x, y, STYLE_TAGGED, text);
	}
	if (state->follow)
		x = draw_part(canvas, x, y, STYLE_NOTICE, "following");
	if (facts->ask->grouped || (facts->ask->tree && (facts->ask->sums || facts->ask->nfolds))) {
		snprintf(text, sizeof(text), "%s: shared pages counted more than once",
			canvas->utf8 ? "≤" : "<=");
		x = draw_part(canvas, x, y, STYLE_DIM, text);
	}
	snprintf(text, sizeof(text), "%sby %s",
		view_held(facts->view, facts->ask, facts->store) ? "then " : "",
		column_get(facts->ask->sort)->title);
	x = draw_part(canvas, x, y, STYLE_DIM, text);
	interval_words(interval, sizeof(interval), facts->interval_ms);
	x = draw_part(canvas, x, y, STYLE_DIM, interval);
	snprintf(text, sizeof(text), "trend over %s", table_span_words(facts, span));
	draw_part(canvas, x, y, STYLE_DIM, text);
}

/* --- all of it -------------------------------------------------------------------------------- */

int table_head_draw(struct canvas *canvas, const struct shown *facts,
	const struct table_state *state)
{
	const struct system_figures *system = store_seen(facts->store);
	int rows = canvas->height;
	int y = draw_sentence(canvas, facts->headline);

	if (system && rows >= ROWS_FOR_MEMORY) {
		struct shares shares = divide(system);
		bool known = frame_knows_memory(system);

		if (known)
			draw_memory(canvas, facts, y++, &shares);
		if (known && rows >= ROWS_FOR_LEGEND) {
			int x = draw_legend(canvas, facts, y, &shares, system);
			draw_host(canvas, facts, x, y++);
		}
		if (rows >= ROWS_FOR_SWAP && system->swap_total_kib)
			draw_swap(canvas, facts, y++, system);
		if (rows >= ROWS_FOR_TROUBLE && has_trouble(facts, system))
			draw_trouble(canvas, facts, y++, system);
	}
	if (rows >= ROWS_FOR_SUMMARY)
		draw_summary(canvas, facts, state, y++);
	return y;
}
