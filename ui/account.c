/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account - see account.h.  Shortens what it draws: rows of programs first. */
#include "ui/account.h"

#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	FRAME_ROWS = 3, /* title, headings, keys */
	SIZE_COLUMNS = 8,
	SHARE_COLUMNS = 7,
	SINCE_COLUMNS = 9,
	NAME_LEAST = 16,
	NAME_MOST = 44,
	BAR_LEAST = 8,
	BAR_MOST = 60,
};

struct columns {
	int name;               /* its width; it begins at 0 */
	int size, share, since; /* where they begin */
	int bar, bar_width;     /* 0: no room for one */
};

static struct columns divide(int width)
{
	int figures = SIZE_COLUMNS + SHARE_COLUMNS + SINCE_COLUMNS;
	int name = (width - figures) * 3 / 5;
	struct columns at;

	at.name = name < NAME_LEAST ? NAME_LEAST : name > NAME_MOST ? NAME_MOST : name;
	at.size = at.name;
	at.share = at.size + SIZE_COLUMNS;
	at.since = at.share + SHARE_COLUMNS;
	at.bar = at.since + SINCE_COLUMNS + 2;
	at.bar_width = width - at.bar < BAR_LEAST ? 0 : width - at.bar;
	if (at.bar_width > BAR_MOST)
		at.bar_width = BAR_MOST;
	return at;
}

/* Programs get two thirds of the rows the parts leave, mounts the rest; neither more than it
 * has. */
static void shorten(struct account *account, int rows)
{
	size_t below[ACCOUNT_PARTS] = { 0 }, parts = 0;

	for (size_t i = 0; i < account->count; i++)
		below[account->lines[i].part] += account->lines[i].depth == 1;
	for (size_t i = 0; i < account->count; i++)
		parts += account->lines[i].depth == 0;
	size_t room = (size_t)rows > parts + 2 ? (size_t)rows - parts : 2;
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

/* What the machine does not have is left out. */
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

static enum style line_style(const struct account_line *line)
{
	if (!line->known || line->kib == 0)
		return STYLE_DIM;
	return line->depth ? STYLE_NORMAL : STYLE_STRONG;
}

static void draw_bar(struct canvas *canvas, const struct columns *at, int y,
	const struct account_line *line, uint64_t total_kib)
{
	double part = total_kib ? (double)line->kib / (double)total_kib : 0;
	int width = (int)(part * at->bar_width + .5);
	enum style style = line->depth                         ? STYLE_DIM
			   : line->part == ACCOUNT_UNEXPLAINED ? STYLE_NOTICE
							       : STYLE_SPARK;

	for (int x = 0; x < width && x < at->bar_width; x++)
		canvas_char(canvas, at->bar + x, y, style, canvas->utf8 ? 0x2501 : '#');
}

static void draw_line(struct canvas *canvas, const struct columns *at, int y,
	const struct account_line *line, uint64_t total_kib)
{
	enum style style = line_style(line);
	char text[UNITS_SIZE], name[400];
	int indent = line->depth * 2;

	if (line->members > 1)
		snprintf(name, sizeof(name), "%.300s %s%zu", account_name(line),
			canvas->utf8 ? "×" : "x", line->members);
	else
		snprintf(name, sizeof(name), "%.380s", account_name(line));
	canvas_text(canvas, indent, y, style, name, at->name - indent);
	if (!line->known) {
		canvas_text_right(canvas, at->size, y, style, "-", SIZE_COLUMNS);
		return;
	}
	canvas_text_right(canvas, at->size, y, style,
		line->kib ? units_kib(text, line->kib, SIZE_COLUMNS - 1) : "0", SIZE_COLUMNS);
	snprintf(text, sizeof(text), "%.1f %%",
		total_kib ? 100 * (double)line->kib / (double)total_kib : 0);
	canvas_text_right(canvas, at->share, y, style, text, SHARE_COLUMNS);
	if (line->since_known)
		canvas_text_right(canvas, at->since, y,
			line->since_kib > 0 ? STYLE_NORMAL : STYLE_DIM,
			units_kib_change(text, line->since_kib, SINCE_COLUMNS - 1), SINCE_COLUMNS);
	draw_bar(canvas, at, y, line, total_kib);
}

static void draw_titles(struct canvas *canvas, const struct columns *at, int y)
{
	canvas_fill(canvas, 0, y, canvas->width, 1, STYLE_HEADER, ' ');
	canvas_text(canvas, 0, y, STYLE_HEADER, "WHERE", at->name);
	canvas_text_right(canvas, at->size, y, STYLE_HEADER, "SIZE", SIZE_COLUMNS);
	canvas_text_right(canvas, at->share, y, STYLE_HEADER, "SHARE", SHARE_COLUMNS);
	canvas_text_right(canvas, at->since, y, STYLE_HEADER, "+BASE", SINCE_COLUMNS);
}

static void draw_foot(struct canvas *canvas, const struct account *account, bool all, int y)
{
	bool compared = account->count > 0 && account->lines[0].since_known;
	int x = 0;

	x += canvas_text(canvas, x, y, STYLE_KEY, "Enter", canvas->width) + 1;
	x += canvas_text(canvas, x, y, STYLE_LABEL, all ? "largest" : "all", canvas->width) + 2;
	x += canvas_text(canvas, x, y, STYLE_KEY, "b", canvas->width) + 1;
	x += canvas_text(canvas, x, y, STYLE_LABEL,
		     compared ? "new baseline" : "baseline: +BASE counts from then",
		     canvas->width) +
	     2;
	x += canvas_text(canvas, x, y, STYLE_KEY, "q", canvas->width) + 1;
	canvas_text(canvas, x, y, STYLE_LABEL, "closes", canvas->width);
}

static void draw_since(struct canvas *canvas, const struct account *account, int x)
{
	char words[UNITS_SIZE + 40], since[UNITS_SIZE];

	if (account->since_ms == 0)
		return;
	snprintf(words, sizeof(words), "+BASE: growth in the last %s",
		units_seconds(since, (double)(account->at_ms - account->since_ms) / 1000));
	if (x + text_width(words) <= canvas->width)
		canvas_text_right(canvas, x, 0, STYLE_DIM, words, canvas->width - x);
}

void account_draw(struct canvas *canvas, struct account *account, bool all, long *top)
{
	struct columns at = divide(canvas->width);
	int rows = canvas->height > FRAME_ROWS ? canvas->height - FRAME_ROWS : 1;
	char text[UNITS_SIZE];

	canvas_clear(canvas);
	drop_zeros(account);
	if (!all)
		shorten(account, rows);
	long last = (long)account->count - rows;
	*top = *top > last ? last : *top;
	*top = *top < 0 ? 0 : *top;
	int x = account->at_ms && account->total_kib == 0
			? canvas_text(canvas, 0, 0, STYLE_STRONG,
				  "This machine does not say how much memory it has.",
				  canvas->width)
			: canvas_printf(canvas, 0, 0, STYLE_STRONG,
				  "Where the memory went: %s in all",
				  units_kib_words(text, account->total_kib));
	draw_since(canvas, account, x + 2);
	draw_titles(canvas, &at, 1);
	for (int i = 0; i < rows && *top + i < (long)account->count; i++)
		draw_line(canvas, &at, 2 + i, &account->lines[*top + i], account->total_kib);
	if (canvas->height > 1) {
		canvas_fill(canvas, 0, canvas->height - 1, canvas->width, 1, STYLE_NORMAL, ' ');
		draw_foot(canvas, account, all, canvas->height - 1);
	}
}

/* --- the screen ------------------------------------------------------------------------------- */

struct account_screen {
	struct screen screen;
	struct account now;
	const struct account *then; /* the baseline */
	bool all;                   /* programs and mounts, not only the largest */
	long top;
};

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	struct account_screen *a = (struct account_screen *)screen;

	account_make(&a->now, shown->store);
	account_compare(&a->now, a->then);
	account_draw(canvas, &a->now, a->all, &a->top);
}

static void close_screen(struct ui *ui)
{
	ui_pop(ui);
	views_machine(ui, false);
}

static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct account_screen *a = (struct account_screen *)screen;
	long page = ui->canvas.height > 5 ? ui->canvas.height - 4 : 1;

	if (keys_move(key->code, page, (long)a->now.count, &a->top))
		return true;
	switch (key->code) {
	case 'b':
		account_set_baseline(ui);
		break;
	case KEYS_ENTER:
		a->all = !a->all;
		a->top = 0;
		break;
	case '1':
	case '2':
		close_screen(ui);
		views_show(ui, key->code == '1' ? SHOWS_PROCESSES : SHOWS_CONTAINERS);
		break;
	case 'W':
		ui_save(ui);
		break;
	case KEYS_ESC:
	case KEYS_F10:
	case KEYS_CTRL_C:
	case 'q':
	case 'w':
		close_screen(ui);
		break;
	default:
		break;
	}
	return true;
}

static void free_screen(struct screen *screen)
{
	account_done(&((struct account_screen *)screen)->now);
	free(screen);
}

static const struct screen_ops ops = {
	.over = true,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

void account_open(struct ui *ui)
{
	struct account_screen *a = xalloc_zero(1, sizeof(*a));

	a->screen.ops = &ops;
	a->then = &ui->account;
	account_init(&a->now);
	ui_push(ui, &a->screen);
	views_machine(ui, true);
}

void account_begin(struct ui *ui)
{
	if (ui->account.at_ms == 0)
		account_make(&ui->account, ui_store(ui));
}

void account_set_baseline(struct ui *ui)
{
	session_set_baseline(ui->session);
	account_make(&ui->account, ui_store(ui));
	ui->stale = true;
	ui_say(ui, false, "baseline set: +BASE counts from now");
}
