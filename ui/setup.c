/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setup - see setup.h.  The menu is built from the choice again after each change,
 * so that the two cannot differ. */
#include "ui/setup.h"

#include "base/xalloc.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values of the menu's items: columns as they are, the rest above. */
enum { ITEM_SPAN = 1000, ITEM_THEME, ITEM_ALPHABET };

static const uint32_t spans_s[] = { 60, 300, 600, 3600 };
enum { SPANS = sizeof(spans_s) / sizeof(spans_s[0]) };

static int place_of(const struct setup_choice *choice, int id)
{
	for (size_t i = 0; i < choice->ncolumns; i++) {
		if ((int)choice->columns[i] == id)
			return (int)i;
	}
	return -1;
}

static const char *span_words(uint32_t span_s)
{
	switch (span_s) {
	case 60:
		return "1 minute";
	case 300:
		return "5 minutes";
	case 600:
		return "10 minutes";
	default:
		return "1 hour";
	}
}

static const char *alphabet_words(enum plot_alphabet alphabet)
{
	switch (alphabet) {
	case PLOT_ASCII:
		return "ASCII";
	case PLOT_BLOCKS:
		return "blocks";
	case PLOT_BRAILLE:
		break;
	}
	return "braille";
}

static void add_column(struct menu *menu, enum column_id id, bool shown)
{
	const struct column *column = column_get(id);

	menu_add(menu, (int)id, shown, column->title);
	menu_note(menu, column->help);
}

/* Lists what is no column, then the columns shown in their order, then the others. */
static void fill_menu(struct setup *setup)
{
	const struct setup_choice *now = &setup->now;
	size_t cursor = setup->menu.cursor, top = setup->menu.top;
	char text[80], name[KEYS_NAME_MAX];

	menu_done(&setup->menu);
	snprintf(text, sizeof(text), "Setup: %s done, Esc back",
		setup->done_key != 0 ? keys_name(setup->done_key, name) : "q");
	menu_init(&setup->menu, text, "Space shows or hides, + - move");
	setup->menu.ticks = setup->menu.aside = true;
	snprintf(text, sizeof(text), "Span of the curves: %s", span_words(now->span_s));
	menu_add(&setup->menu, ITEM_SPAN, false, text);
	menu_note(&setup->menu, "how far back TREND and the curve of memory reach");
	snprintf(text, sizeof(text), "Theme: %s", theme_name(now->theme));
	menu_add(&setup->menu, ITEM_THEME, false, text);
	menu_note(&setup->menu, "colours; light, terminal and mono among them");
	if (setup->can_utf8) {
		snprintf(text, sizeof(text), "Curves of: %s", alphabet_words(now->alphabet));
		menu_add(&setup->menu, ITEM_ALPHABET, false, text);
		menu_note(&setup->menu, "braille shows twice as much, where the font has it");
	}
	for (size_t i = 0; i < now->ncolumns; i++)
		add_column(&setup->menu, now->columns[i], true);
	for (int id = 0; id < COLUMN_COUNT; id++) {
		if (place_of(now, id) < 0)
			add_column(&setup->menu, (enum column_id)id, false);
	}
	setup->menu.cursor = cursor < setup->menu.count ? cursor : 0;
	setup->menu.top = top;
}

static void put_cursor(struct setup *setup, int value)
{
	for (size_t i = 0; i < setup->menu.count; i++) {
		if (setup->menu.items[i].value == value)
			setup->menu.cursor = i;
	}
}

void setup_init(struct setup *setup, const struct screen_style *style, enum theme_id theme,
	uint32_t done_key)
{
	*setup = (struct setup){ .can_utf8 = style->column.utf8, .done_key = done_key };
	struct setup_choice *now = &setup->now;

	for (size_t i = 0; i < style->ncolumns && now->ncolumns < COLUMN_COUNT; i++) {
		if (place_of(now, (int)style->columns[i]) < 0)
			now->columns[now->ncolumns++] = style->columns[i];
	}
	now->span_s = style->span_s;
	now->theme = theme;
	now->alphabet = style->alphabet;
	setup->before = *now;
	fill_menu(setup);
}

void setup_done(struct setup *setup)
{
	if (setup != NULL)
		menu_done(&setup->menu);
}

/* --- changes ---------------------------------------------------------------------------------- */

static void hide(struct setup_choice *now, int at)
{
	now->ncolumns--;
	memmove(&now->columns[at], &now->columns[at + 1],
		(now->ncolumns - (size_t)at) * sizeof(now->columns[0]));
}

/* A column that is shown again stands before the one that takes the rest of the line. */
static void show_column(struct setup_choice *now, enum column_id id)
{
	size_t at = now->ncolumns;

	if (at > 0 && column_get(now->columns[at - 1])->width == 0)
		at--;
	memmove(&now->columns[at + 1], &now->columns[at],
		(now->ncolumns - at) * sizeof(now->columns[0]));
	now->columns[at] = id;
	now->ncolumns++;
}

static void next_span(struct setup_choice *now)
{
	size_t at = 0;

	while (at < SPANS && spans_s[at] != now->span_s)
		at++;
	now->span_s = spans_s[(at + 1) % SPANS];
}

/* An item that is no column is a choice of several, of which Enter takes the next one. The last
 * column stays. */
static void toggle(struct setup *setup)
{
	struct setup_choice *now = &setup->now;
	int value = menu_value(&setup->menu);
	int at = place_of(now, value);

	switch (value) {
	case ITEM_SPAN:
		next_span(now);
		return;
	case ITEM_THEME:
		now->theme = (enum theme_id)((now->theme + 1) % THEME_COUNT);
		return;
	case ITEM_ALPHABET:
		now->alphabet = now->alphabet == PLOT_BLOCKS ? PLOT_BRAILLE : PLOT_BLOCKS;
		return;
	default:
		break;
	}
	if (at >= 0 && now->ncolumns > 1)
		hide(now, at);
	else if (at < 0 && value >= 0)
		show_column(now, (enum column_id)value);
}

/* The column changes places with its neighbour; the menu follows it. */
static void move_column(struct setup *setup, int step)
{
	struct setup_choice *now = &setup->now;
	int at = place_of(now, menu_value(&setup->menu));
	int to = at + step;

	if (at < 0 || to < 0 || to >= (int)now->ncolumns)
		return;
	enum column_id id = now->columns[at];
	now->columns[at] = now->columns[to];
	now->columns[to] = id;
}

static void change(struct setup *setup, uint32_t code)
{
	int value = menu_value(&setup->menu);
	int step = code == '+' || code == ']' || code == KEYS_RIGHT ? 1 : -1;

	if (code == ' ' || code == KEYS_ENTER || value >= ITEM_SPAN)
		toggle(setup);
	else
		move_column(setup, step);
	fill_menu(setup);
	put_cursor(setup, value);
}

enum dialog_outcome setup_key(struct setup *setup, const struct key *key, int height)
{
	if (key->code == setup->done_key && key->code != 0)
		return DIALOG_DONE;
	switch (key->code) {
	case ' ':
	case KEYS_ENTER:
	case '+':
	case '-':
	case '[':
	case ']':
	case KEYS_LEFT:
	case KEYS_RIGHT:
		change(setup, key->code);
		return DIALOG_OPEN;
	case KEYS_F10:
	case 'q':
		return DIALOG_DONE;
	case KEYS_ESC:
	case KEYS_CTRL_C:
		setup->now = setup->before;
		return DIALOG_CANCELLED;
	default:
		break;
	}
	/* what is done to a menu with Enter is done here with a second click */
	if (menu_key(&setup->menu, key, height) == DIALOG_DONE)
		change(setup, KEYS_ENTER);
	return DIALOG_OPEN;
}

void setup_draw(struct canvas *canvas, const struct setup *setup)
{
	menu_draw(canvas, &setup->menu);
}

/* --- the screen ------------------------------------------------------------------------------- */

struct setup_screen {
	struct screen screen;
	struct setup setup;
};

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	(void)shown;
	setup_draw(canvas, &((struct setup_screen *)screen)->setup);
}

static enum settings_symbols symbols_of(enum plot_alphabet alphabet)
{
	if (alphabet == PLOT_ASCII)
		return SYMBOLS_ASCII;
	return alphabet == PLOT_BLOCKS ? SYMBOLS_BLOCKS : SYMBOLS_BRAILLE;
}

/* A choice takes effect at once; setup_key brings the old choice back on Esc. */
static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct setup *setup = &((struct setup_screen *)screen)->setup;
	struct settings *settings = ui->settings;
	enum plot_alphabet alphabet = setup->now.alphabet;
	enum dialog_outcome outcome = setup_key(setup, key, ui->canvas.height);
	const struct setup_choice *now = &setup->now;

	struct settings_table *table = views_table(ui);

	memcpy(table->columns, now->columns, sizeof(table->columns));
	table->ncolumns = now->ncolumns;
	settings->span_s = now->span_s;
	snprintf(settings->theme, sizeof(settings->theme), "%s", theme_name(now->theme));
	if (now->alphabet != alphabet)
		settings->symbols = symbols_of(now->alphabet);
	if (outcome != DIALOG_OPEN)
		ui_pop(ui);
	if (outcome == DIALOG_DONE)
		ui_tell(ui, false, "<W> keeps these settings for the next time");
	ui_apply_settings(ui);
	return true;
}

static void free_screen(struct screen *screen)
{
	setup_done(&((struct setup_screen *)screen)->setup);
	free(screen);
}

static const struct screen_ops ops = {
	.over = true,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

void setup_open(struct ui *ui)
{
	struct setup_screen *screen = xalloc_zero(1, sizeof(*screen));
	const struct keymap keymap = ui_keys(ui);

	screen->screen.ops = &ops;
	setup_init(&screen->setup, &ui->style, ui->theme,
		keymap_key(&keymap, KEYS_F2, WHERE_TABLE));
	ui_push(ui, &screen->screen);
}
