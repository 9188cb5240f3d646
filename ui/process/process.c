/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process - see process.h */
#include "ui/process/process.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"
#include "model/evidence.h"
#include "ui/draw/chart.h"
#include "ui/style.h"

#include <stdio.h>
#include <string.h>

enum {
	SENTENCE_ROWS = 3, /* on a low screen; on others one more */
	/* the classic terminal: 24 rows */
	LOW_SCREEN = 24,
	CHART_LEAST = 4,    /* rows with the time; fewer show nothing */
	NAME_MOST = 40,     /* columns for its name in the title */
	COMMAND_LEAST = 10, /* columns for the command line in the title */
	PARTS_LEAST = 7,    /* rows that make the parts worth showing beside the figures */
	INSIDE_ROOMY = 28,  /* rows that leave room for the chart above the types inside */
};

/* --- title ------------------------------------------------------------------------------------ */

/* "row 4 of 16", or where a recording stands. */
static const char *place_text(char out[160], const struct shown *shown, struct ident id)
{
	long row = view_find(shown->view, id);

	out[0] = '\0';
	if (shown->source_note[0])
		snprintf(out, 160, " %.120s ", shown->source_note);
	else if (row >= 0)
		snprintf(out, 160, " row %ld of %zu ", row + 1, shown->view->count);
	return out;
}

/* On a narrow screen the command line gives way first, then the place, then user and age: name and
 * pid say whose screen this is. */
static void draw_title(struct canvas *canvas, const struct shown *shown,
	const struct process_state *state, const struct proc *proc)
{
	char text[200], place[160];
	const char *user = proc != NULL ? store_user(shown->store, proc->figures.uid) : NULL;
	int place_width = text_width(place_text(place, shown, state->id));

	canvas_row(canvas, 0, STYLE_HEADER);
	snprintf(text, sizeof(text), " (%d) ", state->id.pid);
	canvas_char(canvas, 0, 0, STYLE_HEADER_SORT, ' ');
	int x = 1 + (int)strlen(text) < canvas->width ? canvas->width - 1 - (int)strlen(text) : 0;
	x = 1 + canvas_text_cut(canvas, 1, 0, STYLE_HEADER_SORT, state->name,
			x < NAME_MOST ? x : NAME_MOST);
	x += canvas_text(canvas, x, 0, STYLE_HEADER_SORT, text, canvas->width - x);
	if (proc != NULL) {
		snprintf(text, sizeof(text), " %.32s%s%s old  ", user != NULL ? user : "",
			user != NULL ? ", " : "",
			units_seconds(UNITS_TEXT, store_age_s(shown->store, proc)));
		x += canvas_text_cut(canvas, x, 0, STYLE_HEADER, text, canvas->width - x);
	}
	if (x + place_width <= canvas->width)
		canvas_text_right(canvas, x, 0, STYLE_HEADER, place, canvas->width - x);
	else
		place_width = 0;
	int room = canvas->width - place_width - x;

	if (proc != NULL && proc->cmdline != NULL && room >= COMMAND_LEAST)
		canvas_text_cut(canvas, x, 0, STYLE_HEADER, proc->cmdline, room);
}

/* --- sentence --------------------------------------------------------------------------------- */

/* How much of TEXT fits into ROWS lines. */
static size_t fits(const char *text, int columns, int rows)
{
	const char *at = text;

	while (rows-- > 0 && *at) {
		at += text_wrap(at, columns);
		at += strspn(at, " ");
	}
	return (size_t)(at - text);
}

/* Returns the row below it. */
static int draw_sentence(struct canvas *canvas, const struct shown *shown, const struct proc *proc,
	int y)
{
	struct evidence_facts why;
	struct evidence evidence;
	const char *text = evidence.text;
	int end = y + SENTENCE_ROWS + (canvas->height >= LOW_SCREEN);

	evidence_gather(&why, shown->store, proc);
	evidence_write(&evidence, &why);
	/* when it ends is what would be missed most; the sign of a cut takes the last columns */
	if (evidence.end > 0 && text[fits(text, canvas->width, end - y)] != '\0' &&
		fits(text, canvas->width, end - y) < evidence.end + 4)
		text = evidence.brief;
	for (; *text && y < end; y++) {
		char line[sizeof(evidence.text)];
		size_t len = text_wrap(text, canvas->width);

		memcpy(line, text, len);
		line[len] = '\0';
		canvas_text(canvas, 0, y, style_of_mood(evidence.mood), line, canvas->width);
		text += len + strspn(text + len, " ");
		if (*text && y == end - 1)
			canvas_text_right(canvas, canvas->width - 3, y,
				style_of_mood(evidence.mood), canvas->utf8 ? " …" : "...", 3);
	}
	return y;
}

/* --- chart ------------------------------------------------------------------------------------ */

static const char *const zoom_words[] = { "all that was seen", "1 minute", "10 minutes", "1 hour" };

/* Columns begin at whole multiples of their length, so that they keep their meaning as time goes
 * on. */
static void find_time(const struct shown *shown, const struct process_state *state,
	const struct proc *proc, int columns, struct process_geometry *geometry)
{
	static const uint64_t lengths_ms[] = { 0, 60000, 600000, 3600000 };
	uint64_t now_ms = store_now_ms(shown->store), length_ms;

	if (state->zoom == ZOOM_ALL)
		length_ms = now_ms - proc->first_ms < 60000 ? 60000 : now_ms - proc->first_ms;
	else
		length_ms = lengths_ms[state->zoom];
	uint64_t step_ms = (length_ms + (unsigned)columns - 1) / (unsigned)columns;
	if (step_ms == 0)
		step_ms = 1;
	geometry->to_ms = (now_ms / step_ms + 1) * step_ms;
	length_ms = step_ms * (unsigned)columns;
	geometry->from_ms = geometry->to_ms > length_ms ? geometry->to_ms - length_ms : 0;
}

static int span_of(const struct process_geometry *geometry, int columns, uint64_t at_ms)
{
	if (at_ms < geometry->from_ms || at_ms >= geometry->to_ms)
		return -1;
	return (int)((at_ms - geometry->from_ms) * (uint64_t)columns /
		     (geometry->to_ms - geometry->from_ms));
}

/* "12:03:10, 4m10s ago" */
static int draw_when(struct canvas *canvas, const struct shown *shown, uint64_t at_ms, int x, int y)
{
	uint64_t ago_ms = store_now_ms(shown->store) > at_ms ? store_now_ms(shown->store) - at_ms
							     : 0;
	char when[CLOCK_WORDS_MAX];

	return canvas_printf(canvas, x, y, STYLE_STRONG, "%s, %s ago",
		clock_words(when, CLOCK_TIME, store_wall_ms(shown->store) - ago_ms),
		units_seconds(UNITS_TEXT, (double)ago_ms / 1000));
}

/* All lines at the cursor's moment, in the order of the legend. */
static void draw_reading(struct canvas *canvas, const struct shown *shown,
	const struct chart *chart, uint64_t at_ms, int y)
{
	int x = draw_when(canvas, shown, at_ms, 0, y) + 2;

	for (int k = 0; k < chart->nlines; k++) {
		const struct series_span *span = &chart->lines[k].spans[chart->cursor];

		x += canvas_printf(canvas, x, y, STYLE_DIM, "%s ", chart->lines[k].name);
		x += canvas_text(canvas, x, y, STYLE_STRONG,
			     !span->known      ? "-"
			     : span->last == 0 ? "0"
					       : units_kib(UNITS_TEXT, span->last, 6),
			     canvas->width - x) +
		     2;
	}
}

/* The legend, or what is under the cursor: both would not fit. */
static void draw_chart_head(struct canvas *canvas, const struct shown *shown,
	const struct process_state *state, const struct chart *chart, int y)
{
	char words[40];

	if (chart->cursor >= 0) {
		draw_reading(canvas, shown, chart, state->cursor_ms, y);
		return;
	}
	int x = chart_legend(canvas, CHART_LABEL, y, canvas->width, chart);
	snprintf(words, sizeof(words), "%s", zoom_words[state->zoom]);
	if (x + text_width(words) <= canvas->width)
		canvas_text_right(canvas, x, y, STYLE_DIM, words, canvas->width - x);
}

static void draw_chart(const struct process_area *area, struct process_state *state,
	struct process_geometry *geometry)
{
	struct canvas *canvas = area->canvas;
	const struct shown *shown = area->shown;
	const struct proc *proc = area->proc;
	static const unsigned channels[2][CHART_LINES_MAX] = {
		{ PROC_FOOTPRINT, PROC_RSS, PROC_SWAP }, { PROC_ANON, PROC_SHMEM, PROC_FILE }
	};
	static const char *const names[2][CHART_LINES_MAX] = { { "footprint", "RSS", "swap" },
		{ "anonymous", "shmem", "file" } };
	static const enum style styles[2][CHART_LINES_MAX] = { { STYLE_SPARK, STYLE_BAR_CACHE,
								       STYLE_BAR_SHARED },
		{ STYLE_BAR_USED, STYLE_BAR_SHARED, STYLE_BAR_CACHE } };
	struct series_span spans[CHART_LINES_MAX][CHART_COLUMNS_MAX]; /* 94 KiB */
	int columns = chart_columns(shown->style->alphabet, canvas->width);
	struct chart chart = {
		.nlines = CHART_LINES_MAX,
		.stacked = state->stacked,
		.alphabet = shown->style->alphabet,
		.now_ms = store_now_ms(shown->store),
	};

	find_time(shown, state, proc, columns, geometry);
	chart.from_ms = geometry->from_ms;
	chart.to_ms = geometry->to_ms;
	for (int k = 0; k < CHART_LINES_MAX; k++) {
		store_history(shown->store, proc, channels[state->stacked][k],
			&(struct series_cut){
				chart.from_ms, chart.to_ms, &spans[k][0], (size_t)columns });
		chart.lines[k] = (struct chart_line){ names[state->stacked][k],
			styles[state->stacked][k], spans[k] };
	}
	if (store_verdict(shown->store, proc) == TREND_CLIMBING && !state->stacked)
		chart.lines[0].style = STYLE_SPARK_WARN;
	if (!state->stacked)
		chart.limit = process_limit(shown, proc);
	chart.cursor = state->cursor_ms ? span_of(geometry, columns, state->cursor_ms) : -1;
	draw_chart_head(canvas, shown, state, &chart, area->y);
	geometry->chart = (struct canvas_box){ 0, area->y + 1, canvas->width, area->height - 1 };
	chart_draw(canvas, geometry->chart, &chart);
}

void process_move_cursor(struct process_state *state, enum plot_alphabet alphabet,
	const struct process_geometry *geometry, int columns)
{
	int spans = chart_columns(alphabet, geometry->chart.width);
	uint64_t step_ms = (geometry->to_ms - geometry->from_ms) / (unsigned)spans;
	int at = state->cursor_ms ? span_of(geometry, spans, state->cursor_ms) : spans - 1;

	if (step_ms == 0)
		return;
	at += columns;
	if (at < 0)
		at = 0;
	state->cursor_ms = at >= spans - 1
				   ? 0
				   : geometry->from_ms + (unsigned)at * step_ms + step_ms / 2;
}

bool process_click(struct process_state *state, const struct process_geometry *geometry, int x,
	int y)
{
	const struct canvas_box *chart = &geometry->chart;
	int cells = chart->width - CHART_LABEL, cell = x - chart->x - CHART_LABEL;

	if (y < chart->y || y >= chart->y + chart->height || cell < 0 || cell >= cells)
		return false;
	state->cursor_ms = geometry->from_ms + (geometry->to_ms - geometry->from_ms) *
						       (2 * (unsigned)cell + 1) /
						       (2 * (unsigned)cells);
	return true;
}

/* --- keys ------------------------------------------------------------------------------------- */

const struct hint process_hints[PROCESS_HINTS] = {
	{ KEYS_ESC, "Back", 1, false, { 0 } },
	{ KEYS_TAB, "Parts", 5, false, { 0 } },
	{ 'i', "Inside", 4, false, { 0 } },
	{ 's', "Span", 6, false, { 0 } },
	{ 'a', "Stack", 7, false, { 0 } },
	{ ',', "Read chart", 9, false, { ',', '.' } },
	{ 'b', "Baseline", 8, false, { 0 } },
	{ 'R', "Again", 10, false, { 0 } },
	{ KEYS_F9, "Signal", 3, true, { 0 } },
	{ KEYS_F1, "Help", 2, false, { 0 } },
};

const struct hint process_inside_hints[PROCESS_INSIDE_HINTS] = {
	{ KEYS_ESC, "Back", 1, false, { 0 } },
	{ KEYS_ENTER, "Holders", 2, false, { 0 } },
	{ 'L', "Lines", 3, false, { 0 } },
	{ 'R', "Again", 4, false, { 0 } },
	{ 'b', "Baseline", 5, false, { 0 } },
	{ KEYS_LEFT, "Other process", 7, false, { KEYS_LEFT, KEYS_RIGHT } },
	{ KEYS_F1, "Help", 6, false, { 0 } },
};

const struct hint process_gone_hints[PROCESS_GONE_HINTS] = {
	{ KEYS_ESC, "Back", 1, false, { 0 } },
	{ KEYS_LEFT, "Other process", 3, false, { KEYS_LEFT, KEYS_RIGHT } },
	{ KEYS_F1, "Help", 2, false, { 0 } },
};

/* --- the whole -------------------------------------------------------------------------------- */

/* Rows for the chart with its head and time, out of those below the sentence; INFO are wanted for
 * figures and texts, LEAST for those that count. */
static int chart_rows(int rows, int info, int least)
{
	int chart = rows < 24 ? rows * 2 / 5 : rows * 3 / 10 + 2;
	int with_parts = rows - info - 2 - PARTS_LEAST;

	/* a little lower where that makes room for the parts */
	if (with_parts < chart && with_parts >= CHART_LEAST + 3)
		chart = with_parts;
	if (chart > rows - least)
		chart = rows - least > CHART_LEAST + 1 ? rows - least : CHART_LEAST + 1;
	if (rows < CHART_LEAST + 1 + least && rows < LOW_SCREEN / 2)
		chart = rows * 2 / 5;
	if (chart < CHART_LEAST + 1)
		return rows >= CHART_LEAST + 4 ? CHART_LEAST + 1 : 0;
	return chart > 20 ? 20 : chart;
}

/* The same while the tab Inside wants most of them. */
static int inside_chart_rows(int rows)
{
	return rows < INSIDE_ROOMY ? 0 : rows / 4;
}

/* Figures and parts share what is left: both where there is room, else the one in front.  All
 * figures take INFO lines. */
static void draw_lower(const struct process_area *area, int info, struct process_state *state,
	struct process_geometry *geometry)
{
	struct process_area figures = *area, parts = *area;
	int below = area->height - info - 1;

	if (state->inside.shown) {
		process_inside(area, &state->inside, geometry);
	} else if (area->proc->kernel_thread) {
		process_info(area, &state->info_top);
	} else if (below >= PARTS_LEAST) {
		geometry->both = true;
		figures.height = info;
		parts.y += info + 1;
		parts.height = below;
		process_info(&figures, &state->info_top);
		process_parts(&parts, &state->parts_top);
		geometry->page = below - 1 > 0 ? below - 1 : 1;
	} else if (state->parts) {
		process_parts(area, &state->parts_top);
		geometry->page = area->height - 2 > 0 ? area->height - 2 : 1;
	} else {
		process_info(area, &state->info_top);
		geometry->page = area->height > 0 ? area->height : 1;
	}
}

/* Says what became of it, as far as that is known. */
static void draw_gone(struct canvas *canvas, const struct shown *shown,
	const struct process_state *state, int y)
{
	const struct kill *kill = store_kill(shown->store);
	uint64_t now_ms = store_now_ms(shown->store);
	char words[KILL_WORDS_MAX];

	snprintf(words, sizeof(words), "%s (%d) has ended.", state->name, (int)state->id.pid);
	y = canvas_wrapped(canvas, 0, y, canvas->height, STYLE_NOTICE, words);
	if (kill != NULL && ident_same(kill->id, state->id)) {
		kill_words(words, kill, (double)(now_ms - kill->ms) / 1000);
		y = canvas_wrapped(canvas, 0, y, canvas->height, STYLE_WARN, words);
	} else if (state->last_kib > 0 && now_ms > state->last_ms) {
		snprintf(words, sizeof(words), "It held %s when it was last seen, %s ago.",
			units_kib_words(UNITS_TEXT, state->last_kib),
			units_seconds_words(UNITS_TEXT, (double)(now_ms - state->last_ms) / 1000));
		y = canvas_wrapped(canvas, 0, y, canvas->height, STYLE_NORMAL, words);
	}
	keymap_words(&shown->keys, WHERE_PROCESS,
		"<Esc> goes back to the table, <Left> and <Right> to another row.", words,
		sizeof(words));
	canvas_wrapped(canvas, 0, y + (canvas->height > 8), canvas->height, STYLE_DIM, words);
}

/* Keeps what is told of it once it has ended, and the keys there are then. */
static void note_state(const struct shown *shown, const struct proc *proc,
	struct process_state *state)
{
	snprintf(state->name, sizeof(state->name), "%s", proc->name);
	state->last_ms = store_now_ms(shown->store);
	state->last_kib = proc_is_measured(proc) ? proc->figures.footprint_kib : 0;
}

static void draw_foot(struct canvas *canvas, const struct shown *shown,
	const struct process_state *state, bool gone)
{
	const struct hint *hints = gone                  ? process_gone_hints
				   : state->inside.shown ? process_inside_hints
							 : process_hints;
	size_t n = gone                  ? PROCESS_GONE_HINTS
		   : state->inside.shown ? PROCESS_INSIDE_HINTS
					 : PROCESS_HINTS;

	foot_draw(canvas, shown, WHERE_PROCESS | WHERE_REPLAY, hints, n, canvas->height - 1);
}

/* Divides WHOLE, the lines between title and foot. */
static void draw_living(const struct process_area *whole, struct process_state *state,
	struct process_geometry *geometry)
{
	struct canvas *canvas = whole->canvas;
	struct process_area chart = *whole, lower = *whole;
	int end = whole->y + whole->height;
	int info = process_info_height(whole->shown, whole->proc, canvas->width);
	int least = process_info_least(whole->shown, whole->proc, canvas->width);

	chart.y = draw_sentence(canvas, whole->shown, whole->proc, whole->y);
	chart.height = whole->proc->kernel_thread ? 0
		       : state->inside.shown      ? inside_chart_rows(end - chart.y)
						  : chart_rows(end - chart.y, info, least);
	if (chart.height > 0)
		draw_chart(&chart, state, geometry);
	lower.y = chart.y + chart.height + (canvas->height >= 36);
	lower.height = end - lower.y;
	draw_lower(&lower, info, state, geometry);
}

void process_draw(struct canvas *canvas, const struct shown *shown, struct process_state *state,
	struct process_geometry *geometry)
{
	const struct proc *proc = store_find(shown->store, state->id);
	int foot = canvas->height >= 4 ? 1 : 0;
	const struct process_area whole = { canvas, shown, proc, 1, canvas->height - 1 - foot };

	*geometry = (struct process_geometry){ .page = 1, .gone = proc == NULL };
	if (proc != NULL)
		note_state(shown, proc, state);
	draw_title(canvas, shown, state, proc);
	if (proc == NULL)
		draw_gone(canvas, shown, state, 2);
	else
		draw_living(&whole, state, geometry);
	if (foot)
		draw_foot(canvas, shown, state, geometry->gone);
}
