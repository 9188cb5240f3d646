/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hosts - see hosts.h */
#include "ui/hosts.h"

#include "base/clock.h"
#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "fleet/fleet_cells.h"
#include "ui/foot.h"
#include "ui/help.h"
#include "ui/style.h"
#include "ui/table/table_sentence.h"
#include "ui/process/process_screen.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	TITLE_ROW = 1,
	LEAST_SENTENCE_ROWS = 1,
	SENTENCE_ROWS = 2,
	ROOMY = 12, /* rows of a screen that has two for the sentence */
	CURVE_LEAST = 8,
	CURVE_MOST = 40,
	CURVE_FROM = 90, /* columns of a screen that has the curve */
	GAP = 1,
	TOP_LEAST = 8, /* of the climber's name */
	DRAW_MS = 250, /* between two drawings of the list, at least: what the eye can follow */
	AGE_MS = 1000, /* ... at most, since ages count on */
};

static const struct hint hints[] = {
	{ .key = KEYS_ENTER, .words = "Open", .importance = 1 },
	{ .key = 'g', .words = "All processes", .importance = 4 },
	{ .key = KEYS_F1, .words = "Help", .importance = 3 },
	{ .key = KEYS_F10, .words = "Quit", .importance = 2 },
};

enum { HINTS = sizeof(hints) / sizeof(hints[0]) };

/* --- where columns stand ---------------------------------------------------------------------- */

/* A width of 0: left out. */
struct places {
	int x[FLEET_COLUMNS], width[FLEET_COLUMNS];
	int curve, curve_width; /* of the memory in use, behind OF */
};

static int host_width(const struct fleet_row *rows, size_t count, int most)
{
	int width = text_width("HOST");

	for (size_t i = 0; i < count; i++)
		if (text_width(rows[i].name) > width)
			width = text_width(rows[i].name);
	return width < most ? width : most;
}

static int columns_taken(const struct places *at)
{
	int taken = 0;

	for (int c = 0; c < FLEET_COLUMNS; c++)
		taken += at->width[c] > 0 ? at->width[c] + GAP : 0;
	return taken;
}

/* Leaves out what goes first until all stand in WIDTH; the climber's name gets the rest. */
static void fit_columns(struct places *at, int width)
{
	while (columns_taken(at) > width + GAP) {
		int worst = -1;

		for (int c = 0; c < FLEET_COLUMNS; c++) {
			int drop = fleet_column_look((enum fleet_column)c)->drop;

			if (at->width[c] > 0 && drop > 0 &&
				(worst < 0 ||
					drop > fleet_column_look((enum fleet_column)worst)->drop))
				worst = c;
		}
		if (worst < 0)
			break;
		at->width[worst] = 0;
	}
	/* more than there is, where even those that stay do not fit */
	int top = at->width[FLEET_TOP] + width + GAP - columns_taken(at);

	at->width[FLEET_TOP] = top > TOP_LEAST ? top : TOP_LEAST;
}

/* The curve has what is left on wide screens; names of hosts at most a third. */
static struct places divide_row(const struct fleet_row *rows, size_t count, int width)
{
	struct places at = { 0 };
	int x = 0;

	if (width >= CURVE_FROM)
		at.curve_width = CURVE_LEAST + (width - CURVE_FROM) / 4;
	if (at.curve_width > CURVE_MOST)
		at.curve_width = CURVE_MOST;
	for (int c = 0; c < FLEET_COLUMNS; c++)
		at.width[c] = fleet_column_look((enum fleet_column)c)->width;
	at.width[FLEET_HOST] = host_width(rows, count, width / 3);
	fit_columns(&at, width - (at.curve_width > 0 ? at.curve_width + GAP : 0));
	for (int c = 0; c < FLEET_COLUMNS; c++) {
		at.x[c] = x;
		x += at.width[c] > 0 ? at.width[c] + GAP : 0;
		if (c == FLEET_MEMORY && at.curve_width > 0) {
			at.curve = x;
			x += at.curve_width + GAP;
		}
	}
	return at;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_cell(struct canvas *canvas, struct canvas_box box, enum style style,
	const char *text, bool right)
{
	if (right)
		canvas_text_right(canvas, box.x, box.y, style, text, box.width);
	else
		canvas_text_cut(canvas, box.x, box.y, style, text, box.width);
}

static void draw_titles(struct canvas *canvas, const struct places *at)
{
	canvas_row(canvas, TITLE_ROW, STYLE_HEADER);
	for (int c = 0; c < FLEET_COLUMNS; c++) {
		const struct fleet_column_look *look = fleet_column_look((enum fleet_column)c);
		struct canvas_box box = { at->x[c], TITLE_ROW, at->width[c], 1 };

		if (box.width > 0)
			draw_cell(canvas, box, STYLE_HEADER, look->title, look->right);
	}
	if (at->curve_width > 0)
		canvas_text(canvas, at->curve, TITLE_ROW, STYLE_HEADER, "IN USE", at->curve_width);
}

/* Old figures are dimmed, the reason stands out: nobody may take them for those of now. */
static enum style row_style(const struct fleet_row *row, enum fleet_column column)
{
	if (!fleet_row_is_fresh(row))
		return column == FLEET_HOST || column == FLEET_TOP ? STYLE_NOTICE : STYLE_DIM;
	if (column == FLEET_HOST || column == FLEET_AVAILABLE)
		return row->headline.mood == MOOD_CALM ? STYLE_NORMAL
						       : style_of_mood(row->headline.mood);
	if (column == FLEET_CLIMBING && row->climbers == 0)
		return STYLE_DIM;
	return STYLE_NORMAL;
}

static void draw_curve(struct canvas *canvas, const struct shown *shown,
	const struct fleet_row *row, const struct places *at, int y)
{
	enum plot_alphabet alphabet = shown->style->alphabet;
	int count = plot_columns(alphabet, at->curve_width);
	struct series_span spans[2 * CURVE_MOST];

	if (row->system == NULL || row->system->total_kib == 0)
		return;
	uint64_t to_ms = store_now_ms(row->store), span_ms = (uint64_t)shown->style->span_s * 1000;
	uint64_t seen_ms = to_ms - store_first_ms(row->store);
	/* over what was seen until that is more than the span */
	uint64_t back_ms = seen_ms < span_ms ? seen_ms : span_ms;

	store_system_history(row->store, SYSTEM_CH_USED,
		&(struct series_cut){ to_ms - back_ms, to_ms, spans, (size_t)count });
	struct plot_place place = { canvas, at->curve, y, at->curve_width, alphabet,
		fleet_row_is_fresh(row) ? STYLE_SPARK : STYLE_DIM };
	plot_spark_of(&place, spans, (uint32_t)row->system->total_kib);
}

static void draw_row(struct canvas *canvas, const struct shown *shown, const struct fleet_row *row,
	const struct places *at, int y)
{
	char text[FLEET_CELL_MAX];
	bool fresh = fleet_row_is_fresh(row);

	for (int c = 0; c < FLEET_COLUMNS; c++) {
		const struct fleet_column_look *look = fleet_column_look((enum fleet_column)c);
		struct canvas_box box = { at->x[c], y, at->width[c], 1 };

		if (box.width == 0 || (!fresh && c > FLEET_TOP))
			continue;
		if (!fresh && c == FLEET_TOP) /* words about the connection, to the edge */
			box.width = canvas->width - box.x;
		fleet_cell(text, row, (enum fleet_column)c);
		draw_cell(canvas, box, row_style(row, (enum fleet_column)c), text, look->right);
	}
	if (at->curve_width > 0)
		draw_curve(canvas, shown, row, at, y);
}

/* Hosts without an answer come first, since nothing is known of them, then what climbs. */
static void draw_summary(struct canvas *canvas, const struct fleet_row *rows, size_t count)
{
	size_t lost = 0, waiting = 0, climbers = 0;
	char text[FLEET_CELL_MAX];

	for (size_t i = 0; i < count; i++) {
		bool fresh = fleet_row_is_fresh(&rows[i]);

		lost += !fresh && rows[i].why[0] != '\0';
		waiting += !fresh && rows[i].why[0] == '\0' && !rows[i].stale;
		climbers += fresh && rows[i].climbers > 0;
	}
	snprintf(text, sizeof(text), "%zu %s", count, count == 1 ? "host" : "hosts");
	if (lost > 0)
		text_append(text, sizeof(text), ", %zu without an answer", lost);
	if (waiting > 0)
		text_append(text, sizeof(text), ", %zu being opened", waiting);
	if (climbers > 0)
		text_append(text, sizeof(text), "; something climbs on %zu", climbers);
	else
		text_append(text, sizeof(text), "; nothing climbs");
	canvas_text_cut(canvas, 0, 0, lost > 0 ? STYLE_NOTICE : STYLE_STRONG, text, canvas->width);
}

static size_t row_of(const struct fleet_row *rows, size_t count, size_t index)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].index == index)
			return i;
	return 0;
}

void hosts_draw(struct canvas *canvas, const struct shown *shown, const struct fleet_row *rows,
	size_t count, struct hosts_place *place)
{
	struct places at = divide_row(rows, count, canvas->width);
	struct headline headline;
	int words = canvas->height >= ROOMY ? SENTENCE_ROWS : LEAST_SENTENCE_ROWS;
	int room = canvas->height - TITLE_ROW - 1 - words - 1;
	size_t lines = room > 0 ? (size_t)room : 1;

	if (!place->moved)
		place->chosen = rows[0].index;
	size_t cursor = row_of(rows, count, place->chosen);

	place->top = (size_t)keys_in_view((long)place->top, (long)cursor, (long)lines, (long)count);
	draw_summary(canvas, rows, count);
	draw_titles(canvas, &at);
	for (size_t i = 0; i < lines && place->top + i < count; i++)
		draw_row(canvas, shown, &rows[place->top + i], &at, TITLE_ROW + 1 + (int)i);
	canvas_overlay(canvas, 0, TITLE_ROW + 1 + (int)(cursor - place->top), canvas->width,
		STYLE_CURSOR);
	fleet_sentence(&headline, &rows[cursor]);
	table_sentence_put(canvas, canvas->height - 1 - words, words == SENTENCE_ROWS, &headline);
	foot_draw(canvas, shown, WHERE_TABLE, hints, HINTS, canvas->height - 1);
}

/* --- the screen ------------------------------------------------------------------------------- */

struct hosts_screen {
	struct screen screen;
	struct fleet *fleet;
	struct hosts_place *place;    /* the UI's: it stays while a machine's dashboard is open */
	const struct fleet_row *rows; /* as drawn last */
	size_t count;
};

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	struct hosts_screen *h = (struct hosts_screen *)screen;

	h->rows = fleet_rows(h->fleet, &h->count);
	hosts_draw(canvas, shown, h->rows, h->count, h->place);
}

/* Chooses the machine in that ROW, or the nearest there is. */
static void choose_row(struct hosts_screen *h, long row)
{
	if (h->rows == NULL)
		return;
	row = row >= (long)h->count ? (long)h->count - 1 : row < 0 ? 0 : row;
	h->place->chosen = h->rows[row].index;
	h->place->moved = true;
}

static long chosen_row(const struct hosts_screen *h)
{
	return h->rows != NULL ? (long)row_of(h->rows, h->count, h->place->chosen) : 0;
}

/* A host that has not answered yet has no dashboard to open. */
static void open_host(struct hosts_screen *h, struct ui *ui)
{
	const struct fleet_row *row = NULL;

	if (h->rows != NULL)
		row = &h->rows[row_of(h->rows, h->count, h->place->chosen)];
	if (row != NULL && row->system == NULL)
		ui_say(ui, true, "%.100s has not been looked at yet", row->name);
	else
		ui->host_wanted = h->place->chosen + 1;
}

/* A click chooses a row, a second one opens it. */
static void click(struct hosts_screen *h, struct ui *ui, const struct key *key)
{
	size_t row = h->place->top + (size_t)(key->y - TITLE_ROW - 1);

	long wheel = keys_wheel(key, 1);

	if (wheel != 0) {
		choose_row(h, chosen_row(h) + wheel);
		return;
	}
	if (key->y <= TITLE_ROW || key->y >= ui->canvas.height - 2 || row >= h->count)
		return;
	choose_row(h, (long)row);
	if (key->mouse == MOUSE_DOUBLE)
		open_host(h, ui);
}

static const char *const help_lines[] = {
	"Hosts, the one in trouble first",
	"Enter\topens the dashboard of a host; O or q come back from there",
	"g\tthe processes of all hosts in one table",
	"arrows\tchoose a host: what it says stands below",
	"STALLS\thow much of the last 10 seconds its processes waited for memory",
	"SWAP-IN\twhat it reads back from swap a second",
	"q F10\tends memtop and its logins",
	NULL,
};

/* q ends memtop here, since nothing is below this screen. */
static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct hosts_screen *h = (struct hosts_screen *)screen;
	long page = ui->canvas.height > 8 ? ui->canvas.height - 6 : 1, row = chosen_row(h);

	if (help_key(ui, key->code, help_lines))
		return true;
	if (keys_move(key->code, page, (long)h->count - 1, &row)) {
		choose_row(h, row);
		return true;
	}
	switch (key->code) {
	case KEYS_ENTER:
		open_host(h, ui);
		break;
	case 'g':
		hosts_all_open(ui);
		break;
	case KEYS_MOUSE:
		click(h, ui, key);
		break;
	case KEYS_F10:
	case KEYS_CTRL_C:
	case 'q':
		ui_quit(ui);
		break;
	default:
		break;
	}
	return true;
}

static void free_screen(struct screen *screen)
{
	free(screen);
}

static const struct screen_ops ops = {
	.keys_of = WHERE_TABLE,
	.hints = hints,
	.nhints = HINTS,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

void hosts_open(struct ui *ui)
{
	struct hosts_screen *h = xalloc_zero(1, sizeof(*h));

	h->screen.ops = &ops;
	h->fleet = ui->options->fleet;
	h->place = &ui->hosts;
	ui_push(ui, &h->screen);
	if (ui->hosts.all.shown)
		hosts_all_open(ui);
}

void hosts_arrive(struct ui *ui)
{
	const struct proc *proc = store_find(ui_store(ui), ui->hosts.wanted);

	if (ui->hosts.wanted_containers)
		views_show(ui, SHOWS_CONTAINERS);
	if (proc != NULL) {
		ui->table.state.cursor = proc->id;
		process_show(ui, proc);
	}
	ui->hosts.wanted = (struct ident){ 0 };
	ui->hosts.wanted_containers = false;
}

void hosts_back(struct ui *ui)
{
	ui->host_wanted = UI_NO_HOST;
}

/* --- the loop's turn -------------------------------------------------------------------------- */

void hosts_step(struct ui *ui)
{
	struct hosts_place *place = &ui->hosts;
	bool listed = ui_lists_hosts(ui);
	uint64_t now_ms = clock_mono_ms();

	place->news |= fleet_step(ui->options->fleet, listed ? NULL : ui->session);
	if (!listed || now_ms < place->drawn_ms + DRAW_MS)
		return;
	ui->dirty |= place->news || now_ms >= place->drawn_ms + AGE_MS;
	if (ui->dirty)
		place->drawn_ms = now_ms;
	place->news = false;
}

int hosts_timeout_ms(const struct ui *ui)
{
	int ms = fleet_timeout_ms(ui->options->fleet);
	int draw_ms = ui->hosts.news ? DRAW_MS : AGE_MS;

	return ui_lists_hosts(ui) ? clock_sooner(ms, draw_ms) : ms;
}

const char *hosts_note(const struct ui *ui, const char *note, char out[HOSTS_NOTE_MAX])
{
	if (ui->options->fleet == NULL || ui->host == UI_NO_HOST)
		return note;
	snprintf(out, HOSTS_NOTE_MAX, "%s%s%s", fleet_name(ui->options->fleet, ui->host - 1),
		note[0] != '\0' ? ", " : "", note);
	return out;
}
