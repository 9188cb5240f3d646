/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account_draw - see account.h.  Shortens what it draws: rows of programs first. */
#include "base/order.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "ui/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TITLE_ROWS = 2,
	FRAME_ROWS = 3, /* title, headings, keys */
	SIZE_COLUMNS = 8,
	SHARE_COLUMNS = 7,
	SHARE_FROM = 56, /* columns of a screen that has shares */
	SINCE_COLUMNS = 9,
	NAME_LEAST = 16,
	NAME_MOST = 44,
	BAR_LEAST = 14, /* its title has room */
	BAR_MOST = 60,
	TWO_BARS = 110,  /* columns of a screen that has one for sizes, too */
	BELOW_LEAST = 6, /* programs and mounts on any screen; the rest is scrolled */
	GAP = 2,
};

const struct hint account_hints[ACCOUNT_HINTS] = {
	{ KEYS_ESC, "Back", 1, false, { 0 } },
	{ KEYS_ENTER, "Open", 2, false, { 0 } },
	{ 'a', "All, largest", 4, false, { 0 } },
	{ 'b', "Baseline", 5, false, { 0 } },
	{ KEYS_F1, "Help", 3, false, { 0 } },
};

/* A width of 0: no room for it. */
struct bar {
	int x, width;
	uint64_t full_kib; /* what the whole of it stands for */
};

struct columns {
	int name;               /* its width; it begins at 0 */
	int size, share, since; /* where they begin; share -1: left out */
	struct bar size_bar, growth_bar;
};

static struct columns divide_columns(int width)
{
	bool shares = width >= SHARE_FROM;
	int figures = SIZE_COLUMNS + (shares ? SHARE_COLUMNS : 0) + SINCE_COLUMNS;
	int name = shares ? (width - figures) * 3 / 5 : width - figures;
	struct columns at = { 0 };

	/* on a narrow screen the size alone: half a figure is a wrong one */
	if (name < NAME_LEAST)
		name = width - SIZE_COLUMNS < NAME_LEAST ? width - SIZE_COLUMNS : NAME_LEAST;
	at.name = name < 1 ? 1 : name > NAME_MOST ? NAME_MOST : name;
	at.size = at.name;
	at.share = shares ? at.size + SIZE_COLUMNS : -1;
	at.since = at.name + figures - SINCE_COLUMNS;
	if (at.since + SINCE_COLUMNS > width)
		at.since = width;
	int bar = at.since + SINCE_COLUMNS + GAP, left = width - bar;
	if (width >= TWO_BARS) {
		at.size_bar.x = bar;
		at.size_bar.width = (left - GAP) / 2;
		bar += at.size_bar.width + GAP;
		left = width - bar;
	}
	at.growth_bar.x = bar;
	at.growth_bar.width = left < BAR_LEAST ? 0 : left > BAR_MOST ? BAR_MOST : left;
	if (at.size_bar.width > BAR_MOST)
		at.size_bar.width = BAR_MOST;
	return at;
}

/* --- which rows ------------------------------------------------------------------------------- */

/* Programs get two thirds of the rows the parts leave, mounts the rest; neither more than it
 * has. */
static void shorten(struct account *account, int rows)
{
	size_t below[ACCOUNT_PARTS] = { 0 }, parts = 0;

	for (size_t i = 0; i < account->count; i++)
		below[account->lines[i].part] += account->lines[i].depth == 1;
	for (size_t i = 0; i < account->count; i++)
		parts += account->lines[i].depth == 0;
	size_t room = (size_t)rows > parts + BELOW_LEAST ? (size_t)rows - parts : BELOW_LEAST;
	size_t mounts = room / 3 > 0 ? room / 3 : 1;
	if (mounts > below[ACCOUNT_SHARED])
		mounts = below[ACCOUNT_SHARED];
	size_t programs = room - mounts;
	if (programs > below[ACCOUNT_PROGRAMS]) {
		programs = below[ACCOUNT_PROGRAMS];
		mounts = room - programs;
	}
	account_shorten(account, programs, mounts);
}

/* Parts that the machine does not have are left out. */
static void drop_zeros(struct account *account)
{
	size_t kept = 0;

	for (size_t i = 0; i < account->count; i++) {
		struct account_line *line = &account->lines[i];

		if (line->known && line->kib == 0 && (!line->since_known || line->since_kib == 0))
			free(line->name);
		else
			account->lines[kept++] = *line;
	}
	account->count = kept;
}

static void add_row(struct account_state *state, const struct account_line *line, struct ident proc,
	uint64_t kib)
{
	*XALLOC_NEXT(state->rows, state->count, state->cap) = (struct account_row){ line, proc,
		kib };
}

static int by_size(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;

	if (x->kib != y->kib)
		return x->kib > y->kib ? -1 : 1;
	return (x->proc.pid > y->proc.pid) - (x->proc.pid < y->proc.pid);
}

/* Pages still shared after a fork count in each process, in KIB of the program once: each gets its
 * share of that. */
static void share_out(struct account_row *rows, size_t count, uint64_t kib)
{
	uint64_t sum_kib = 0;

	for (size_t i = 0; i < count; i++)
		sum_kib += rows[i].kib;
	for (size_t i = 0; i < count && sum_kib > kib; i++)
		rows[i].kib = (uint64_t)((double)rows[i].kib * (double)kib / (double)sum_kib);
}

/* The processes of the program that LINE is, largest first. */
static void add_processes(struct account_state *state, const struct store *store,
	const struct account_line *line)
{
	size_t first = state->count;

	for (size_t i = 0; i < store_count(store); i++) {
		const struct proc *proc = store_proc(store, i);
		const struct group *group = store_group_of(store, proc, GROUP_PROGRAM);

		if (group != NULL && proc_is_measured(proc) && strcmp(group->name, line->name) == 0)
			add_row(state, line, proc->id, proc->figures.anon_kib);
	}
	share_out(state->rows + first, state->count - first, line->kib);
	order_sort(state->rows + first, state->count - first, sizeof(*state->rows), by_size);
}

/* The program that is opened has its processes below it; everything else is a line of the
 * account. */
static void make_rows(struct account_state *state, const struct store *store,
	const struct account *account)
{
	state->count = 0;
	for (size_t i = 0; i < account->count; i++) {
		const struct account_line *line = &account->lines[i];

		add_row(state, line, (struct ident){ 0 }, line->kib);
		if (state->opened != NULL && line->part == ACCOUNT_PROGRAMS && line->name != NULL &&
			strcmp(line->name, state->opened) == 0)
			add_processes(state, store, line);
	}
}

static struct account_mark mark_of(const struct account_row *row)
{
	struct account_mark mark = { row->line->part, row->line->depth, row->proc, "" };

	if (row->line->name != NULL)
		snprintf(mark.name, sizeof(mark.name), "%s", row->line->name);
	return mark;
}

static bool is_same(const struct account_mark *a, const struct account_mark *b)
{
	return a->part == b->part && a->depth == b->depth && a->proc.pid == b->proc.pid &&
	       a->proc.start_ticks == b->proc.start_ticks && strcmp(a->name, b->name) == 0;
}

/* The cursor stays on a row that there is, on the first of none. */
static void keep_on_row(struct account_state *state)
{
	long last = (long)state->count - 1;

	state->cursor = state->cursor > last ? last : state->cursor;
	state->cursor = state->cursor < 0 ? 0 : state->cursor;
}

void account_choose(struct account_state *state)
{
	keep_on_row(state);
	state->marked = state->count > 0;
	if (state->marked)
		state->mark = mark_of(&state->rows[state->cursor]);
}

/* The cursor goes where its row has gone; of one that is not there any more it stays. */
static void follow_mark(struct account_state *state)
{
	for (size_t i = 0; state->marked && i < state->count; i++) {
		struct account_mark mark = mark_of(&state->rows[i]);

		if (is_same(&mark, &state->mark)) {
			state->cursor = (long)i;
			return;
		}
	}
}

/* And in view. */
static void keep_in_view(struct account_state *state)
{
	keep_on_row(state);
	state->top = keys_in_view(state->top, state->cursor, state->height, (long)state->count);
}

void account_state_done(struct account_state *state)
{
	free(state->rows);
	free(state->opened);
	*state = (struct account_state){ 0 };
}

/* --- how they look ---------------------------------------------------------------------------- */

/* The measure of the bars of growth: the most that any part gained or lost, but for what is free,
 * which only mirrors the others. */
static uint64_t most_change(const struct account *account)
{
	uint64_t most_kib = 0;

	for (size_t i = 0; i < account->count; i++) {
		const struct account_line *line = &account->lines[i];
		uint64_t kib = (uint64_t)(line->since_kib < 0 ? -line->since_kib : line->since_kib);

		if (line->since_known && line->part != ACCOUNT_FREE && kib > most_kib)
			most_kib = kib;
	}
	return most_kib;
}

static void draw_bar(struct canvas *canvas, const struct bar *bar, int y, enum style style,
	uint64_t kib, bool lost)
{
	double part = bar->full_kib ? (double)kib / (double)bar->full_kib : 0;
	int width = (int)(part * bar->width + .5);
	uint32_t full = canvas->utf8 ? 0x2501 : '#', hollow = canvas->utf8 ? 0x254d : '-';

	for (int x = 0; x < width && x < bar->width; x++)
		canvas_char(canvas, bar->x + x, y, style, lost ? hollow : full);
}

/* Size and growth have scales of their own: growth is a hundredth of size, and is what one looks
 * for. */
static void draw_bars(struct canvas *canvas, const struct columns *at, int y,
	const struct account_line *line)
{
	bool lost = line->since_kib < 0;
	enum style style = line->depth                         ? STYLE_DIM
			   : line->part == ACCOUNT_UNEXPLAINED ? STYLE_NOTICE
							       : STYLE_SPARK;

	draw_bar(canvas, &at->size_bar, y, style, line->kib, false);
	if (line->since_known)
		draw_bar(canvas, &at->growth_bar, y, lost ? STYLE_DIM : style,
			(uint64_t)(lost ? -line->since_kib : line->since_kib), lost);
}

/* A share that rounds to nothing is not written as 0: the line would seem to be a mistake. */
static void draw_size(struct canvas *canvas, const struct columns *at, int y, enum style style,
	uint64_t kib, uint64_t total_kib)
{
	char text[UNITS_SIZE];
	double share = total_kib ? 100 * (double)kib / (double)total_kib : 0;

	canvas_text_right(canvas, at->size, y, style,
		kib ? units_kib(text, kib, SIZE_COLUMNS - 1) : "0", SIZE_COLUMNS);
	if (at->share < 0 || total_kib == 0)
		return;
	if (kib > 0 && share < .05)
		snprintf(text, sizeof(text), "<0.1 %%");
	else
		snprintf(text, sizeof(text), "%.1f %%", share);
	canvas_text_right(canvas, at->share, y, style, text, SHARE_COLUMNS);
}

/* Names a line; in few words where SHARE has no room either. */
static const char *name_of(const struct account_line *line, bool narrow)
{
	static const char *const names[ACCOUNT_PARTS] = {
		[ACCOUNT_PROGRAMS] = "programs",
		[ACCOUNT_MAPPED] = "files in use",
		[ACCOUNT_CACHE] = "files, only cached",
		[ACCOUNT_FILES] = "files",
		[ACCOUNT_SHARED] = "shared and tmpfs",
		[ACCOUNT_SLAB_DROPPABLE] = "kernel, can be dropped",
		[ACCOUNT_SLAB] = "kernel, cannot",
		[ACCOUNT_HUGE] = "huge page pools",
		[ACCOUNT_COMPRESSED] = "zram, zswap",
		[ACCOUNT_PERCPU] = "per-CPU data",
		[ACCOUNT_VMALLOC] = "drivers (vmalloc)",
		[ACCOUNT_ARC] = "ZFS (ARC)",
		[ACCOUNT_GPU] = "graphics",
		[ACCOUNT_BALLOON] = "balloon of the host",
		[ACCOUNT_CHARGED] = "the kernel's",
		[ACCOUNT_UNEXPLAINED] = "nobody's",
	};

	if (!narrow || line->name != NULL)
		return account_name(line);
	if (line->depth == 0)
		return names[line->part] != NULL ? names[line->part] : account_name(line);
	return line->part == ACCOUNT_SHARED ? "other shared" : "all others";
}

/* A size that is 0 or not known steps back; parts of a part are not bold. */
static void draw_line(struct canvas *canvas, const struct columns *at, int y,
	const struct account_line *line, uint64_t total_kib)
{
	enum style style = !line->known || line->kib == 0 ? STYLE_DIM
			   : line->depth                  ? STYLE_NORMAL
							  : STYLE_STRONG;
	char name[400];
	int indent = line->depth * 2;

	if (line->members > 1)
		snprintf(name, sizeof(name), "%.300s %s%zu", name_of(line, at->share < 0),
			canvas->utf8 ? "×" : "x", line->members);
	else
		snprintf(name, sizeof(name), "%.380s", name_of(line, at->share < 0));
	canvas_text_cut(canvas, indent, y, style, name, at->name - indent - 1);
	if (!line->known) {
		canvas_text_right(canvas, at->size, y, style, "-", SIZE_COLUMNS);
		return;
	}
	draw_size(canvas, at, y, style, line->kib, total_kib);
	if (line->since_known)
		canvas_text_right(canvas, at->since, y,
			line->since_kib > 0 ? STYLE_NORMAL : STYLE_DIM,
			units_kib_change(UNITS_TEXT, line->since_kib, SINCE_COLUMNS - 1),
			SINCE_COLUMNS);
	draw_bars(canvas, at, y, line);
}

/* A process that has ended since the account was made has no line any more, only its place. */
static void draw_process(struct canvas *canvas, const struct store *store, const struct columns *at,
	int y, const struct account_row *row, uint64_t total_kib)
{
	const struct proc *proc = store_find(store, row->proc);
	char name[160];

	if (proc == NULL)
		return;
	snprintf(name, sizeof(name), "%.120s (%d)", proc->name, row->proc.pid);
	canvas_text_cut(canvas, 4, y, STYLE_NORMAL, name, at->name - 5);
	draw_size(canvas, at, y, STYLE_NORMAL, row->kib, total_kib);
}

/* Tells what a whole bar is: "full bar 3.9G". */
static void draw_scale(struct canvas *canvas, const struct bar *bar, int y, const char *sign)
{
	char text[UNITS_SIZE + 20];

	if (bar->width == 0 || bar->full_kib == 0)
		return;
	snprintf(text, sizeof(text), "full bar %s%s", sign,
		units_kib(UNITS_TEXT, bar->full_kib, 5));
	canvas_text(canvas, bar->x, y, STYLE_HEADER, text, bar->width);
}

static void draw_titles(struct canvas *canvas, const struct columns *at, int y)
{
	canvas_row(canvas, y, STYLE_HEADER);
	canvas_text(canvas, 0, y, STYLE_HEADER, "WHERE", at->name);
	canvas_text_right(canvas, at->size, y, STYLE_HEADER, "SIZE", SIZE_COLUMNS);
	if (at->share >= 0)
		canvas_text_right(canvas, at->share, y, STYLE_HEADER, "SHARE", SHARE_COLUMNS);
	canvas_text_right(canvas, at->since, y, STYLE_HEADER, "+BASE", SINCE_COLUMNS);
	draw_scale(canvas, &at->size_bar, y, "");
	draw_scale(canvas, &at->growth_bar, y, "+");
}

/* Since when growth is counted: without that the column says nothing. */
static void draw_since(struct canvas *canvas, const struct account *account, int x)
{
	char words[UNITS_SIZE + 40];

	if (account->since_ms == 0)
		return;
	snprintf(words, sizeof(words), "+BASE: growth in the last %s",
		units_seconds(UNITS_TEXT, (double)(account->at_ms - account->since_ms) / 1000));
	if (x + text_width(words) <= canvas->width)
		canvas_text_right(canvas, x, 0, STYLE_DIM, words, canvas->width - x);
}

/* A kernel that tells no total (in some containers) is told apart from a machine without memory. */
static void draw_title(struct canvas *canvas, const struct account *account)
{
	char text[80];

	snprintf(text, sizeof(text), "Where the memory went: %s in all",
		units_kib_words(UNITS_TEXT, account->total_kib));
	if (account->at_ms != 0 && account->total_kib == 0)
		snprintf(text, sizeof(text), "This machine does not say how much memory it has.");
	int x = canvas_text_cut(canvas, 0, 0, STYLE_STRONG, text, canvas->width);
	draw_since(canvas, account, x + GAP);
}

void account_draw(struct canvas *canvas, const struct shown *shown, struct account *account,
	struct account_state *state)
{
	struct columns at = divide_columns(canvas->width);

	canvas_clear(canvas);
	state->height = canvas->height > FRAME_ROWS ? canvas->height - FRAME_ROWS : 1;
	drop_zeros(account);
	if (!state->all)
		shorten(account, state->height);
	make_rows(state, shown->store, account);
	follow_mark(state);
	keep_in_view(state);
	at.size_bar.full_kib = account->total_kib;
	at.growth_bar.full_kib = most_change(account);
	draw_title(canvas, account);
	draw_titles(canvas, &at, 1);
	for (int i = 0; i < state->height && state->top + i < (long)state->count; i++) {
		const struct account_row *row = &state->rows[state->top + i];

		if (row->proc.pid != 0)
			draw_process(canvas, shown->store, &at, TITLE_ROWS + i, row,
				account->total_kib);
		else
			draw_line(canvas, &at, TITLE_ROWS + i, row->line, account->total_kib);
	}
	if (state->count > 0)
		canvas_overlay(canvas, 0, TITLE_ROWS + (int)(state->cursor - state->top),
			canvas->width, STYLE_CURSOR);
	if (canvas->height > 1)
		foot_draw(canvas, shown, WHERE_TABLE, account_hints, ACCOUNT_HINTS,
			canvas->height - 1);
}
