/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gallery - the screens on a real terminal, from a made-up machine: to look at, and for tests
 *
 * usage: gallery SCENE [ascii] [braille] [blind] [mono]
 *
 * Arrows, PgUp and PgDn move, Space tags, F1 help, F2 setup, F6 a menu, / a search, q quits.
 */
#include "../lib/scene.h"

#include "ui/actions.h"
#include "ui/draw/prompt.h"
#include "ui/help.h"
#include "ui/setup.h"
#include "ui/table/table.h"
#include "ui/term/term.h"

#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum page { PAGE_TABLE, PAGE_HELP, PAGE_SETUP, PAGE_MENU, PAGE_SEARCH };

struct gallery {
	struct term *term;
	struct canvas canvas;
	struct store *store;
	struct view view;
	struct view_ask ask;
	struct headline headline;
	struct screen_style style;
	struct screen_message message;
	struct table_state state;
	struct table_geometry geometry;
	enum theme_id theme;
	enum page page;
	struct pager pager;
	struct setup setup;
	struct menu menu;
	struct prompt prompt;
	struct ident tag;
	bool quit;
};

static void draw(struct gallery *gallery)
{
	const struct shown facts = {
		.store = gallery->store,
		.view = &gallery->view,
		.ask = &gallery->ask,
		.headline = &gallery->headline,
		.style = &gallery->style,
		.message = &gallery->message,
		.source_note = "",
		.interval_ms = 1000,
	};
	int width, height;

	term_size(gallery->term, &width, &height);
	canvas_resize(&gallery->canvas, width, height);
	table_draw(&gallery->canvas, &facts, &gallery->state, &gallery->geometry);
	if (gallery->page == PAGE_HELP)
		pager_draw(&gallery->canvas, &gallery->pager);
	else if (gallery->page == PAGE_SETUP)
		setup_draw(&gallery->canvas, &gallery->setup);
	else if (gallery->page == PAGE_MENU)
		menu_draw(&gallery->canvas, &gallery->menu);
	else if (gallery->page == PAGE_SEARCH)
		prompt_draw(&gallery->canvas, &gallery->prompt);
}

static void move(struct gallery *gallery, long step)
{
	long to = gallery->state.cursor_row + step;
	long last = (long)gallery->view.count - 1;

	to = to < 0 ? 0 : to > last ? last : to;
	if (to >= 0)
		gallery->state.cursor = gallery->view.rows[to].proc->id;
}

static void open_page(struct gallery *gallery, enum page page)
{
	struct keymap keymap = { .now = NULL };

	keymap.of_old = actions_table(&keymap.count);
	gallery->page = page;
	switch (page) {
	case PAGE_TABLE:
		break;
	case PAGE_HELP:
		pager_init(&gallery->pager, "memtop: help");
		help_fill(&gallery->pager, &gallery->style, &keymap);
		break;
	case PAGE_SETUP:
		setup_init(&gallery->setup, &gallery->style, gallery->theme, KEYS_F2);
		break;
	case PAGE_MENU:
		menu_init(&gallery->menu, "Signal to node (812), started 18:22",
			"Enter sends, Esc leaves");
		menu_add(&gallery->menu, 15, false, "15 SIGTERM   ask it to end");
		menu_add(&gallery->menu, 9, false, " 9 SIGKILL   end it now");
		menu_add(&gallery->menu, 19, false, "19 SIGSTOP   stop it");
		break;
	case PAGE_SEARCH:
		prompt_init(&gallery->prompt, "Search:", gallery->state.search);
		break;
	}
}

static void act(struct gallery *gallery, uint32_t key)
{
	switch (key) {
	case 'q':
	case KEYS_F10:
	case KEYS_CTRL_C:
		gallery->quit = true;
		break;
	case KEYS_UP:
		move(gallery, -1);
		break;
	case KEYS_DOWN:
		move(gallery, 1);
		break;
	case KEYS_PAGE_UP:
		move(gallery, -gallery->geometry.rows);
		break;
	case KEYS_PAGE_DOWN:
		move(gallery, gallery->geometry.rows);
		break;
	case ' ':
		gallery->tag = gallery->view.rows[gallery->state.cursor_row].proc->id;
		gallery->state.tags = &gallery->tag;
		gallery->state.ntags = 1;
		move(gallery, 1);
		break;
	case KEYS_F1:
		open_page(gallery, PAGE_HELP);
		break;
	case KEYS_F2:
		open_page(gallery, PAGE_SETUP);
		break;
	case KEYS_F6:
		open_page(gallery, PAGE_MENU);
		break;
	case KEYS_F3:
	case '/':
		open_page(gallery, PAGE_SEARCH);
		break;
	case 'c':
		gallery->style.column.full_command = !gallery->style.column.full_command;
		break;
	default:
		break;
	}
}

static enum dialog_outcome dialog_key(struct gallery *gallery, const struct key *key)
{
	enum dialog_outcome outcome = DIALOG_OPEN;
	int height = gallery->canvas.height;

	if (gallery->page == PAGE_HELP)
		outcome = pager_key(&gallery->pager, key, height);
	else if (gallery->page == PAGE_MENU)
		outcome = menu_key(&gallery->menu, key, height);
	else if (gallery->page == PAGE_SEARCH) {
		outcome = prompt_key(&gallery->prompt, key);
		snprintf(gallery->state.search, sizeof(gallery->state.search), "%s",
			gallery->prompt.text);
	} else {
		outcome = setup_key(&gallery->setup, key, height);
		gallery->style.columns = gallery->setup.now.columns;
		gallery->style.ncolumns = gallery->setup.now.ncolumns;
		gallery->style.span_s = gallery->setup.now.span_s;
		gallery->style.alphabet = gallery->setup.now.alphabet;
		term_set_theme(gallery->term, gallery->setup.now.theme);
	}
	return outcome;
}

static void take_keys(struct gallery *gallery)
{
	struct key key;

	while (!gallery->quit && term_key(gallery->term, &key)) {
		if (key.code == KEYS_CLOSED)
			exit(7);
		if (gallery->page == PAGE_TABLE)
			act(gallery, key.code);
		else if (dialog_key(gallery, &key) != DIALOG_OPEN)
			gallery->page = PAGE_TABLE;
	}
}

static void set_up(struct gallery *gallery, enum scene_kind kind)
{
	gallery->store = scene_new(kind);
	gallery->ask = (struct view_ask){ .sort = COL_RSS, .climbers_on_top = true, .uid = -1 };
	gallery->style.span_s = 300;
	gallery->style.columns = column_default;
	gallery->style.ncolumns = column_default_count;
	view_init(&gallery->view);
	view_build(&gallery->view, gallery->store, &gallery->ask);
	struct headline_facts facts;
	headline_gather(&facts, gallery->store);
	headline_write(&gallery->headline, &facts);
	canvas_init(&gallery->canvas);
	gallery->canvas.utf8 = gallery->style.column.utf8;
}

int main(int argc, char **argv)
{
	struct term_options options = { .color = true, .mouse = true };
	struct gallery gallery = { 0 };
	enum scene_kind kind = SCENE_CALM;
	char why[200];

	setlocale(LC_ALL, "");
	if (argc > 1 && scene_by_name(argv[1], &kind) < 0)
		return 2;
	gallery.style.alphabet = PLOT_BLOCKS;
	gallery.style.column.utf8 = true;
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "ascii") == 0) {
			gallery.style.alphabet = PLOT_ASCII;
			gallery.style.column.utf8 = false;
		} else if (strcmp(argv[i], "braille") == 0) {
			gallery.style.alphabet = PLOT_BRAILLE;
		} else {
			theme_by_name(argv[i], &options.theme);
		}
	}
	gallery.theme = options.theme;
	set_up(&gallery, kind);
	if (term_open(&gallery.term, &options, why) < 0) {
		fprintf(stderr, "%s\n", why);
		return 2;
	}
	while (!gallery.quit) {
		draw(&gallery);
		if (term_draw(gallery.term, &gallery.canvas) < 0)
			return 8;
		struct pollfd fds[] = {
			{ .fd = term_fd(gallery.term), .events = POLLIN },
			{ .fd = term_wait_fd(gallery.term), .events = POLLOUT },
		};
		poll(fds, 2, 1000);
		take_keys(&gallery);
	}
	term_close(gallery.term);
	store_free(gallery.store);
	view_done(&gallery.view);
	canvas_done(&gallery.canvas);
	return 0;
}
