/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_inside - the tab Inside: what a process's allocators keep, its objects by type, who holds
 * those of one type (process.h)
 *
 * Drawn from what the store has found (model/findings.h); what is asked, and when, is in
 * process_look.c.
 */
#include "ui/process/process.h"

#include "base/text.h"
#include "base/units.h"
#include "model/findings.h"
#include "ui/process/process_columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	NAME_LEAST = 24,
	SPARK_CELLS = 12,
	HEAD_LEAST = 9,  /* rows from which on the allocators get lines of their own */
	GAIN_SHOWN = 64, /* KiB: less is no growth worth a colour */
	SHARE_INDENT = 7,
	LINE_ROWS = 2,     /* an allocator takes so many at most */
	UNKNOWNS_ROWS = 2, /* so does a reason, while there are types */
	MIN_SPAN_KIB = 16, /* a sparkline with less between lowest and highest looks flat */
	KIB = 1024,
};

/* The tab as it is drawn, and where. */
struct tab {
	struct canvas *canvas;
	const struct shown *shown;
	const struct findings *findings; /* NULL: nothing yet */
	struct process_inside *state;
	int y, end; /* rows that are left */
};

/* --- lines ------------------------------------------------------------------------------------ */

/* TEXT from column INDENT on, on as many rows as it needs, MOST at most, and there are. */
static void put_wrapped(struct tab *tab, enum style style, const char *text, int indent, int most)
{
	int end = tab->y + most < tab->end ? tab->y + most : tab->end;

	tab->y = canvas_wrapped(tab->canvas, indent, tab->y, end, style, text);
}

/* "looked 4s ago, in 152 ms of CPU", and since when growth is counted. */
static void put_age(struct tab *tab, const struct frame *look, uint64_t at_ms, bool growth)
{
	uint64_t now_ms = store_now_ms(tab->shown->store);
	uint64_t base_ms = tab->findings->base_ms;
	char ago[UNITS_SIZE], since[UNITS_SIZE], text[80];

	units_seconds(ago, now_ms > at_ms ? (double)(now_ms - at_ms) / 1000 : 0);
	int x = canvas_printf(tab->canvas, 0, tab->y, STYLE_DIM, "looked %s ago, in %.0f ms of CPU",
		ago, look->insides[0].cost_ms);
	units_seconds(since, now_ms > base_ms ? (double)(now_ms - base_ms) / 1000 : 0);
	snprintf(text, sizeof(text), "growth since %s ago", since);
	if (growth && x + 2 + text_width(text) <= tab->canvas->width)
		canvas_text_right(tab->canvas, x + 2, tab->y, STYLE_DIM, text,
			tab->canvas->width - x - 2);
	tab->y++;
}

/* In use and free of malloc(3), and what a trim would give back: the answer to "is it a leak". */
static void write_heap(struct buf *out, const struct proc_inside *inside)
{
	if ((inside->known & INSIDE_HEAP) && inside->heap_used + inside->heap_free == 0)
		buf_printf(out, "%s: nothing in use", inside->allocator);
	else if (inside->known & INSIDE_HEAP)
		buf_printf(out,
			"%s: %s in use, %s free in %" PRIu32 " arena%s; a trim would give back %s",
			inside->allocator, units_bytes_words(UNITS_TEXT, inside->heap_used),
			units_bytes_words(UNITS_TEXT, inside->heap_free), inside->heap_arenas,
			inside->heap_arenas == 1 ? "" : "s",
			units_bytes_words(UNITS_TEXT, inside->heap_returnable));
	else if (inside->allocator[0] != '\0')
		buf_printf(out, "allocator: %s", inside->allocator);
}

static void write_runtime(struct buf *out, const struct proc_inside *inside)
{
	buf_puts(out, inside->runtime);
	if (inside->known & INSIDE_POOLS)
		buf_printf(out, ": %" PRIu64 " blocks, %s in use; %s free in %" PRIu64 " pools",
			inside->pool_blocks, units_bytes_words(UNITS_TEXT, inside->pool_used),
			units_bytes_words(UNITS_TEXT, inside->pool_kept), inside->pools);
	else if (inside->known & INSIDE_JAVA) {
		buf_puts(out, ": ");
		findings_java(out, inside);
	} else if (inside->known & INSIDE_NODE)
		buf_printf(out, ": heap about %s, array buffers about %s (estimates)",
			units_bytes_words(UNITS_TEXT, inside->node_heap),
			units_bytes_words(UNITS_TEXT, inside->node_buffers));
}

/* Puts what its allocators keep. */
static void put_allocators(struct tab *tab, const struct proc_inside *inside)
{
	struct buf line;

	buf_init(&line);
	write_heap(&line, inside);
	put_wrapped(tab, STYLE_NORMAL, buf_text(&line), 0, LINE_ROWS);
	buf_clear(&line);
	write_runtime(&line, inside);
	put_wrapped(tab, STYLE_NORMAL, buf_text(&line), 0, LINE_ROWS);
	buf_done(&line);
}

/* Puts what could not be answered: in full where that is all there is to read. */
static void put_unknowns(struct tab *tab, const struct frame *look)
{
	int most = look->ninside_types + look->ninside_holders > 0 ? UNKNOWNS_ROWS : tab->end;
	struct buf line;

	buf_init(&line);
	for (size_t i = 0; i < look->ninside_unknowns; i++) {
		const struct inside_unknown *unknown = &look->inside_unknowns[i];

		buf_clear(&line);
		buf_printf(&line, "%s not known: %s", unknown->what, unknown->why);
		put_wrapped(tab, STYLE_DIM, buf_text(&line), 0, most);
	}
	buf_done(&line);
}

/* --- types ------------------------------------------------------------------------------------ */

enum inside_column {
	INSIDE_COUNT,
	INSIDE_BYTES,
	INSIDE_MORE,
	INSIDE_GAIN,
	INSIDE_MINUTE,
	INSIDE_TREND,
	INSIDE_COLUMNS
};

static const struct process_column columns[INSIDE_COLUMNS] = {
	[INSIDE_COUNT] = { .title = "COUNT", .width = 9, .importance = 3 },
	[INSIDE_BYTES] = { .title = "SIZE", .width = 7, .importance = 2 },
	[INSIDE_MORE] = { .title = "MORE", .width = 9, .importance = 6 },
	[INSIDE_GAIN] = { .title = "+BASE", .width = 8, .importance = 1, .sorted = true },
	[INSIDE_MINUTE] = { .title = "A MINUTE", .width = 8, .importance = 4 },
	[INSIDE_TREND] = { .title = "TREND", .width = SPARK_CELLS, .importance = 5, .left = true },
};

static void cell_text(char out[UNITS_SIZE], const struct findings *findings,
	const struct findings_row *row, enum inside_column column)
{
	const int width = columns[column].width;
	double kib_min;

	snprintf(out, UNITS_SIZE, "-");
	switch (column) {
	case INSIDE_COUNT:
		snprintf(out, UNITS_SIZE, "%" PRIu64, row->type->count);
		break;
	case INSIDE_BYTES:
		units_kib(out, units_kib_of(findings_bytes(row->type)), width);
		break;
	case INSIDE_MORE:
		if (row->compared)
			snprintf(out, UNITS_SIZE, row->gained_count == 0 ? "0" : "%+" PRId64,
				row->gained_count);
		break;
	case INSIDE_GAIN:
		if (row->compared)
			units_kib_change(out, row->gained_bytes / KIB, width);
		break;
	case INSIDE_MINUTE:
		if (findings_past_rate(&findings->past, row->type, &kib_min))
			units_kib_change(out, (int64_t)kib_min, width);
		break;
	case INSIDE_TREND:
	case INSIDE_COLUMNS:
		break;
	}
}

/* Growth alone has a colour, and only when it is worth one. */
static enum style cell_style(const struct findings_row *row, enum inside_column column)
{
	int64_t kib = row->gained_bytes / KIB;

	if (column == INSIDE_COUNT || column == INSIDE_BYTES)
		return STYLE_NORMAL;
	if (!row->compared || column != INSIDE_GAIN)
		return STYLE_DIM;
	return kib >= GAIN_SHOWN ? STYLE_WARN : kib <= -GAIN_SHOWN ? STYLE_GOOD : STYLE_DIM;
}

/* A curve of a single look would be a dot, and is left out. */
static void draw_trend(const struct tab *tab, const struct findings_row *row, int x)
{
	struct series_span spans[2 * SPARK_CELLS];
	enum plot_alphabet alphabet = tab->shown->style->alphabet;
	size_t count = (size_t)plot_columns(alphabet, SPARK_CELLS);

	if (count > sizeof(spans) / sizeof(spans[0]) ||
		findings_past_spans(&tab->findings->past, row->type, spans, count) < 2)
		return;
	struct plot_place place = { tab->canvas, x, tab->y, SPARK_CELLS, alphabet,
		row->gained_bytes / KIB >= GAIN_SHOWN ? STYLE_SPARK_WARN : STYLE_SPARK };
	plot_spark(&place, spans, MIN_SPAN_KIB);
}

/* "chunks of 24 to 40 bytes"; without the first words where there is no room for them. */
static void draw_type(const struct tab *tab, const struct process_layout *layout,
	const struct findings_row *row)
{
	char text[UNITS_SIZE], name[INSIDE_NAME_MAX + 16];

	snprintf(name, sizeof(name), "%s%s", row->type->kind == INSIDE_SIZE ? "chunks of " : "",
		row->type->name);
	if (row->type->kind == INSIDE_SIZE && text_width(name) > layout->name)
		snprintf(name, sizeof(name), "%s", row->type->name);
	process_columns_name(tab->canvas, layout, tab->y,
		row->type->kind == INSIDE_SIZE ? STYLE_DIM : STYLE_NORMAL, name);
	for (int k = 0; k < INSIDE_COLUMNS; k++) {
		int x = process_columns_x(layout, k);

		if (x < 0)
			continue;
		if (k == INSIDE_TREND) {
			draw_trend(tab, row, x);
			continue;
		}
		cell_text(text, tab->findings, row, (enum inside_column)k);
		canvas_text_right(tab->canvas, x, tab->y, cell_style(row, (enum inside_column)k),
			text, columns[k].width);
	}
}

/* Where the cursor is: on the type it was put on, wherever that is now. */
static void find_cursor(struct process_inside *state, const struct findings_row *rows, long count)
{
	long row = state->row;

	for (long i = 0; !state->moved && state->type[0] != '\0' && i < count; i++)
		if (rows[i].type->kind == state->kind &&
			strcmp(rows[i].type->name, state->type) == 0)
			row = i;
	row = row >= count ? count - 1 : row;
	state->row = row < 0 ? 0 : row;
	if (count == 0)
		return;
	/* until it has been moved it is on the first, whichever that is */
	if (state->moved)
		state->chosen = state->row > 0;
	state->moved = false;
	state->kind = rows[state->row].type->kind;
	snprintf(state->type, sizeof(state->type), "%s",
		state->chosen ? rows[state->row].type->name : "");
}

static void draw_types(struct tab *tab, struct process_geometry *geometry)
{
	struct findings_row rows[INSIDE_TYPES_MAX];
	struct process_inside *state = tab->state;
	long count = (long)findings_rows(tab->findings, rows), room = tab->end - tab->y - 1;
	char title[PROCESS_TITLE_MAX];
	struct process_layout layout;

	find_cursor(state, rows, count);
	if (room < 0 || count == 0)
		return;
	state->top = keys_in_view(state->top, state->row, room, count);
	process_columns_fit(&layout, columns, INSIDE_COLUMNS, tab->canvas->width, NAME_LEAST);
	geometry->rows = (int)(room < count - state->top ? room : count - state->top);
	process_columns_word(title, "TYPE", state->top, geometry->rows, count);
	process_columns_titles(tab->canvas, &layout, title, tab->y++);
	geometry->rows_y = tab->y;
	geometry->page = room > 0 ? (int)room : 1;
	for (long i = state->top; i < count && tab->y < tab->end; i++, tab->y++) {
		draw_type(tab, &layout, &rows[i]);
		if (i == state->row)
			canvas_overlay(tab->canvas, 0, tab->y, tab->canvas->width, STYLE_CURSOR);
	}
}

/* On a low screen the types have the room. */
static void draw_look(struct tab *tab, struct process_geometry *geometry)
{
	const struct frame *last = tab->findings->last;

	put_age(tab, last, tab->findings->last_ms, true);
	if (tab->end - tab->y >= HEAD_LEAST || last->ninside_types == 0) {
		put_allocators(tab, &last->insides[0]);
		put_unknowns(tab, last);
	}
	draw_types(tab, geometry);
}

/* --- holders ---------------------------------------------------------------------------------- */

/* " 63 %  a dict of 24,600 entries, key 'SESSIONS' of module __main__" */
static void put_share(struct tab *tab, const struct proc_inside *inside, uint32_t samples,
	enum style style, const char *path)
{
	uint32_t of = inside->held_samples > 0 ? inside->held_samples : 1;

	if (tab->y >= tab->end)
		return;
	canvas_printf(tab->canvas, 0, tab->y, STYLE_STRONG, "%3" PRIu32 " %%",
		(samples * 100 + of / 2) / of);
	put_wrapped(tab, style, path, SHARE_INDENT, tab->end);
}

/* Shares are of the objects that were chosen; those without a way are told at the end, so that all
 * add up. */
static void draw_holders(struct tab *tab)
{
	const struct frame *look = tab->findings->holders;
	const struct proc_inside *inside = &look->insides[0];

	put_age(tab, look, tab->findings->holders_ms, false);
	if (inside->known & INSIDE_HOLDERS && tab->y < tab->end)
		canvas_printf(tab->canvas, 0, tab->y++, STYLE_STRONG,
			"%" PRIu64 " %s, %s; of %" PRIu32 " chosen by chance", inside->held_count,
			inside->type, units_bytes_words(UNITS_TEXT, inside->held_bytes),
			inside->held_samples);
	for (size_t i = (size_t)tab->state->holders_top; i < look->ninside_holders; i++)
		put_share(tab, inside, look->inside_holders[i].samples, STYLE_NORMAL,
			look->inside_holders[i].path);
	if (look->ninside_holders > 0 && inside->held_found < inside->held_samples)
		put_share(tab, inside, inside->held_samples - inside->held_found, STYLE_DIM,
			"not found");
	put_unknowns(tab, look);
}

static bool has_holders(const struct findings *findings, const char *type)
{
	return findings->holders != NULL && strcmp(findings->holders->insides[0].type, type) == 0;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The words while there is nothing to draw; NULL: there is. */
static const char *nothing_text(const struct tab *tab)
{
	const struct process_inside *state = tab->state;
	const struct findings *findings = tab->findings;

	if (state->held[0] != '\0')
		return findings != NULL && has_holders(findings, state->held) ? NULL
		       : state->past ? "who holds them was not asked when this was recorded"
				     : "looking for what holds them ...";
	if (findings == NULL || findings->last == NULL)
		return state->past ? "nobody had looked inside it when this was recorded"
				   : "looking inside it ...";
	return NULL;
}

void process_inside(const struct process_area *area, struct process_inside *state,
	struct process_geometry *geometry)
{
	struct tab tab = {
		.canvas = area->canvas,
		.shown = area->shown,
		.findings = store_findings(area->shown->store, area->proc->id),
		.state = state,
		.y = area->y,
		.end = area->y + area->height,
	};
	const char *nothing = nothing_text(&tab);
	int height = area->height;

	if (height < 1)
		return;
	if (state->lines) {
		process_lines(area, state, geometry);
		return;
	}
	if (tab.findings != NULL && tab.findings->failed != NULL)
		put_wrapped(&tab, STYLE_NOTICE, tab.findings->failed->insides[0].why, 0,
			nothing != NULL ? height : UNKNOWNS_ROWS);
	else if (nothing != NULL)
		put_wrapped(&tab, STYLE_DIM, nothing, 0, height);
	if (nothing != NULL || tab.y >= tab.end)
		return;
	if (state->held[0] != '\0')
		draw_holders(&tab);
	else
		draw_look(&tab, geometry);
}
