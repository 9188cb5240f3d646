/* SPDX-License-Identifier: GPL-2.0-or-later */
/* golden: screens as text, compared with the files beside this one
 *
 * MEMTOP_GOLDEN_UPDATE=1 writes the files instead (to where they are compared from); look at the
 * difference before it is committed.
 */
#include "../lib/canvas_dump.h"
#include "../lib/fleet.h"
#include "../lib/scene.h"
#include "hosts_shot.h"

#include "ui/draw/menu.h"
#include "ui/account.h"
#include "ui/actions.h"
#include "ui/container/container_screen.h"
#include "ui/help.h"
#include "ui/process/process.h"
#include "ui/setup.h"
#include "ui/table/table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../lib/range.h"

/* How the rows are put. */
enum form {
	FORM_FLAT,
	FORM_PROGRAMS,
	FORM_USERS,
	FORM_CGROUPS,
	FORM_TREE,
	FORM_SUMS,
	FORM_CONTAINERS, /* of the fleet */
	FORM_CONTAINER_TREE
};

enum overlay { OVER_NOTHING, OVER_HELP, OVER_SETUP, OVER_MENU, OVER_ACCOUNT, OVER_HOSTS };

struct shot {
	const char *name;
	enum scene_kind scene;
	int width, height;
	enum plot_alphabet alphabet;
	enum overlay overlay;
	enum form form;
	int fold;                     /* row whose fold is changed, plus one; 0: none */
	const char *message, *search; /* NULL: none */
	int cursor;                   /* row */
	int tag;                      /* row; 0: none */
	bool full_command;
	bool baseline, pss;         /* somebody has pressed b, p */
	int32_t process;            /* this one in depth; 0: the table */
	struct process_state depth; /* as it is then; without an identity */
	const char *container;      /* that of the fleet in depth */
	bool styles;                /* how it looks, too: a second grid, see put_styles */
};

static const struct shot shots[] = {
	{ "calm-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .cursor = 0 },
	{ "calm-40x10", SCENE_CALM, 40, 10, PLOT_BLOCKS, .cursor = 3 },
	{ "calm-120x40", SCENE_CALM, 120, 40, PLOT_BLOCKS, .cursor = 2, .tag = 1 },
	{ "calm-200x60", SCENE_CALM, 200, 60, PLOT_BRAILLE, .cursor = 0 },
	{ "calm-80x24-ascii", SCENE_CALM, 80, 24, PLOT_ASCII, .cursor = 0 },
	{ "calm-40x8", SCENE_CALM, 40, 8, PLOT_BLOCKS, .cursor = 9 },
	{ "calm-20x5", SCENE_CALM, 20, 5, PLOT_BLOCKS, .cursor = 0 },
	{ "calm-message-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .cursor = 1,
		.message = "sent TERM to node (812)" },
	{ "baseline-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .baseline = true },
	{ "baseline-120x40", SCENE_TROUBLE, 120, 40, PLOT_BLOCKS, .baseline = true, .pss = true },
	{ "groups-cgroups-120x40", SCENE_TROUBLE, 120, 40, PLOT_BLOCKS, .form = FORM_CGROUPS,
		.pss = true },
	{ "commands-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .full_command = true },
	{ "commands-140x24", SCENE_CALM, 140, 24, PLOT_BLOCKS, .full_command = true },
	{ "styles-100x24", SCENE_TROUBLE, 100, 24, PLOT_BLOCKS, .full_command = true, .cursor = 3,
		.tag = 1, .search = "JAVA", .styles = true },
	{ "first-80x24", SCENE_FIRST, 80, 24, PLOT_BLOCKS, .cursor = 0 },
	{ "trouble-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .cursor = 0 },
	{ "trouble-120x40", SCENE_TROUBLE, 120, 40, PLOT_BRAILLE, .cursor = 1 },
	{ "trouble-200x60", SCENE_TROUBLE, 200, 60, PLOT_BLOCKS, .cursor = 1 },
	{ "trouble-40x10-ascii", SCENE_TROUBLE, 40, 10, PLOT_ASCII, .cursor = 0 },
	{ "trouble-200x60-ascii", SCENE_TROUBLE, 200, 60, PLOT_ASCII, .cursor = 0 },
	{ "hostile-80x24", SCENE_HOSTILE, 80, 24, PLOT_BLOCKS, .cursor = 0 },
	{ "groups-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .form = FORM_PROGRAMS },
	{ "groups-80x24-ascii", SCENE_TROUBLE, 80, 24, PLOT_ASCII, .form = FORM_PROGRAMS, .fold = 3,
		.cursor = 3 },
	{ "groups-120x40", SCENE_CALM, 120, 40, PLOT_BLOCKS, .form = FORM_PROGRAMS, .fold = 4,
		.cursor = 5 },
	{ "groups-users-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .form = FORM_USERS, .fold = 2 },
	{ "groups-users-120x40", SCENE_TROUBLE, 120, 40, PLOT_BLOCKS, .form = FORM_USERS,
		.fold = 2 },
	{ "groups-cgroups-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .form = FORM_CGROUPS },
	{ "tree-120x40", SCENE_CALM, 120, 40, PLOT_BLOCKS, .form = FORM_TREE },
	{ "tree-sums-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .form = FORM_SUMS, .fold = 8 },
	{ "process-parts-120x40", SCENE_TROUBLE, 120, 40, PLOT_BLOCKS, .process = 812,
		.depth = { .parts = true, .zoom = ZOOM_MINUTE } },
	{ "tree-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .form = FORM_TREE, .fold = 1 },
	{ "tree-sums-120x40", SCENE_CALM, 120, 40, PLOT_BLOCKS, .form = FORM_SUMS, .fold = 8 },
	{ "account-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .overlay = OVER_ACCOUNT },
	{ "account-120x40", SCENE_TROUBLE, 120, 40, PLOT_BLOCKS, .overlay = OVER_ACCOUNT },
	{ "account-20x6", SCENE_CALM, 20, 6, PLOT_BLOCKS, .overlay = OVER_ACCOUNT },
	{ "account-40x10-ascii", SCENE_CALM, 40, 10, PLOT_ASCII, .overlay = OVER_ACCOUNT },
	{ "hosts-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .overlay = OVER_HOSTS },
	{ "hosts-120x40", SCENE_TROUBLE, 120, 40, PLOT_BLOCKS, .overlay = OVER_HOSTS },
	{ "hosts-200x60", SCENE_CALM, 200, 60, PLOT_BLOCKS, .overlay = OVER_HOSTS },
	{ "hosts-40x10-ascii", SCENE_TROUBLE, 40, 10, PLOT_ASCII, .overlay = OVER_HOSTS },
	{ "help-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .overlay = OVER_HELP },
	{ "help-200x60", SCENE_CALM, 200, 60, PLOT_BLOCKS, .overlay = OVER_HELP },
	{ "help-40x10", SCENE_CALM, 40, 10, PLOT_BLOCKS, .overlay = OVER_HELP },
	{ "setup-40x10", SCENE_CALM, 40, 10, PLOT_BLOCKS, .overlay = OVER_SETUP },
	{ "menu-40x10-ascii", SCENE_TROUBLE, 40, 10, PLOT_ASCII, .overlay = OVER_MENU },
	{ "help-120x200-ascii", SCENE_CALM, 120, 200, PLOT_ASCII, .overlay = OVER_HELP },
	{ "setup-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .overlay = OVER_SETUP },
	{ "process-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .process = 812 },
	{ "process-80x24-ascii", SCENE_TROUBLE, 80, 24, PLOT_ASCII, .process = 812 },
	{ "process-120x40", SCENE_TROUBLE, 120, 40, PLOT_BRAILLE, .process = 812 },
	{ "process-200x60", SCENE_TROUBLE, 200, 60, PLOT_BLOCKS, .process = 812,
		.depth = { .zoom = ZOOM_TEN, .cursor_ms = 7500000 } },
	{ "process-40x12", SCENE_TROUBLE, 40, 12, PLOT_BLOCKS, .process = 812 },
	{ "process-parts-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .process = 812,
		.depth = { .parts = true, .zoom = ZOOM_MINUTE } },
	{ "process-stacked-120x40", SCENE_CALM, 120, 40, PLOT_BLOCKS, .process = 812,
		.depth = { .stacked = true } },
	{ "process-stacked-80x24-ascii", SCENE_CALM, 80, 24, PLOT_ASCII, .process = 812,
		.depth = { .stacked = true, .zoom = ZOOM_HOUR, .cursor_ms = 7700000 } },
	{ "process-other-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .process = 1177 },
	{ "process-kernel-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .process = 2418 },
	{ "process-gone-80x24", SCENE_CALM, 80, 24, PLOT_BLOCKS, .process = 4711 },
	{ "process-hostile-80x24", SCENE_HOSTILE, 80, 24, PLOT_BLOCKS, .process = 8 },
	{ "inside-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .process = 903,
		.depth = { .inside = { .shown = true } } },
	{ "inside-120x40", SCENE_TROUBLE, 120, 40, PLOT_BRAILLE, .process = 903,
		.depth = { .inside = { .shown = true, .row = 1, .moved = true } } },
	{ "inside-40x10-ascii", SCENE_TROUBLE, 40, 10, PLOT_ASCII, .process = 903,
		.depth = { .inside = { .shown = true } } },
	{ "inside-80x24-ascii", SCENE_TROUBLE, 80, 24, PLOT_ASCII, .process = 903,
		.depth = { .inside = { .shown = true, .row = 7, .moved = true } } },
	{ "inside-holders-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .process = 903,
		.depth = { .inside = { .shown = true, .held = "jobs.runner.Session" } } },
	{ "inside-holders-40x10-ascii", SCENE_TROUBLE, 40, 10, PLOT_ASCII, .process = 903,
		.depth = { .inside = { .shown = true, .held = "jobs.runner.Session" } } },
	{ "inside-java-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .process = 1177,
		.depth = { .inside = { .shown = true } } },
	{ "inside-refused-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .process = 812,
		.depth = { .inside = { .shown = true } } },
	{ "inside-past-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .process = 633,
		.depth = { .inside = { .shown = true, .past = true } } },
	{ "containers-80x24", .width = 80, .height = 24, .alphabet = PLOT_BLOCKS,
		.form = FORM_CONTAINERS, .fold = 1 },
	{ "containers-120x40", .width = 120, .height = 40, .alphabet = PLOT_BLOCKS,
		.form = FORM_CONTAINERS, .cursor = 2 },
	{ "containers-200x60", .width = 200, .height = 60, .alphabet = PLOT_BRAILLE,
		.form = FORM_CONTAINERS },
	{ "containers-20x6", .width = 20, .height = 6, .alphabet = PLOT_BLOCKS,
		.form = FORM_CONTAINERS },
	{ "containers-40x10-ascii", .width = 40, .height = 10, .alphabet = PLOT_ASCII,
		.form = FORM_CONTAINERS },
	{ "containers-tree-80x24-ascii", .width = 80, .height = 24, .alphabet = PLOT_ASCII,
		.form = FORM_CONTAINER_TREE },
	{ "container-80x24", .width = 80, .height = 24, .alphabet = PLOT_BLOCKS,
		.form = FORM_CONTAINERS, .container = FLEET_SHOP },
	{ "container-120x40", .width = 120, .height = 40, .alphabet = PLOT_BLOCKS,
		.form = FORM_CONTAINERS, .container = FLEET_SHOP },
	{ "container-killed-80x24-ascii", .width = 80, .height = 24, .alphabet = PLOT_ASCII,
		.form = FORM_CONTAINERS, .container = "/system.slice/mail.service" },
	{ "container-40x10-ascii", .width = 40, .height = 10, .alphabet = PLOT_ASCII,
		.form = FORM_CONTAINERS, .container = FLEET_SHOP },
	{ "menu-80x24", SCENE_TROUBLE, 80, 24, PLOT_BLOCKS, .overlay = OVER_MENU },
};

/* What is drawn, and what must be released after. */
struct studio {
	struct story fleet;
	struct store *store;
	struct view view;
	struct view_ask ask;
	struct headline headline;
	struct screen_style style;
	struct screen_message message;
	struct table_state state;
	struct table_geometry geometry;
	struct ident tag, fold;
	struct canvas canvas;
};

static bool is_fleet(const struct shot *shot)
{
	return shot->form == FORM_CONTAINERS || shot->form == FORM_CONTAINER_TREE;
}

static void put_rows(struct studio *studio, const struct shot *shot)
{
	struct view_ask *ask = &studio->ask;

	ask->grouped = shot->form >= FORM_PROGRAMS && shot->form <= FORM_CGROUPS;
	ask->group = shot->form == FORM_USERS     ? GROUP_USER
		     : shot->form == FORM_CGROUPS ? GROUP_CGROUP
						  : GROUP_PROGRAM;
	ask->tree = shot->form == FORM_TREE || shot->form == FORM_SUMS ||
		    shot->form == FORM_CONTAINER_TREE;
	ask->sums = shot->form == FORM_SUMS;
	if (is_fleet(shot)) {
		ask->grouped = true;
		ask->group = GROUP_CONTAINER;
		ask->sort = COL_VERDICT;
	}
	view_build(&studio->view, studio->store, ask);
	if (!shot->fold)
		return;
	studio->fold = row_ident(&studio->view.rows[shot->fold - 1]);
	ask->folds = &studio->fold;
	ask->nfolds = 1;
	view_build(&studio->view, studio->store, ask);
}

static void set_up(struct studio *studio, const struct shot *shot)
{
	struct headline_facts facts;

	*studio = (struct studio){ .ask = { .sort = COL_RSS, .climbers_on_top = true, .uid = -1 } };
	if (is_fleet(shot))
		fleet_begin(&studio->fleet);
	studio->store = is_fleet(shot) ? studio->fleet.store : scene_new(shot->scene);
	if (shot->depth.inside.shown)
		scene_look(studio->store);
	studio->style = (struct screen_style){ .alphabet = shot->alphabet,
		.column = { .utf8 = shot->alphabet != PLOT_ASCII,
			.full_command = shot->full_command, },
		.span_s = 300,
		.columns = column_default,
		.ncolumns = column_default_count, };
	if (is_fleet(shot)) {
		studio->style.columns = column_containers;
		studio->style.ncolumns = column_containers_count;
	}
	studio->style.show_pss = shot->pss;
	if (shot->baseline)
		store_set_baseline(studio->store);
	view_init(&studio->view);
	put_rows(studio, shot);
	headline_gather(&facts, studio->store);
	headline_write(&studio->headline, &facts);
	snprintf(studio->message.text, sizeof(studio->message.text), "%s",
		shot->message ? shot->message : "");
	snprintf(studio->state.search, sizeof(studio->state.search), "%s",
		shot->search ? shot->search : "");
	if (shot->cursor)
		studio->state.cursor = row_ident(&studio->view.rows[shot->cursor]);
	if (shot->tag) {
		studio->tag = studio->view.rows[shot->tag].proc->id;
		studio->state.tags = &studio->tag;
		studio->state.ntags = 1;
	}
	canvas_init(&studio->canvas);
	studio->canvas.utf8 = shot->alphabet != PLOT_ASCII;
	canvas_resize(&studio->canvas, shot->width, shot->height);
}

static void tear_down(struct studio *studio)
{
	canvas_done(&studio->canvas);
	view_done(&studio->view);
	if (studio->fleet.store)
		story_end(&studio->fleet);
	else
		store_free(studio->store);
}

static struct shown shown_in(const struct studio *studio)
{
	return (struct shown){
		.store = studio->store,
		.view = &studio->view,
		.ask = &studio->ask,
		.headline = &studio->headline,
		.style = &studio->style,
		.message = &studio->message,
		.source_note = "",
		.interval_ms = 1000,
	};
}

static void draw_table(struct studio *studio)
{
	const struct shown facts = shown_in(studio);

	table_draw(&studio->canvas, &facts, &studio->state, &studio->geometry);
}

static void draw_process(struct studio *studio, const struct shot *shot)
{
	const struct shown facts = shown_in(studio);
	const struct proc *proc = store_find_pid(studio->store, shot->process);
	struct process_state state = shot->depth;
	struct process_geometry geometry;

	state.id = proc ? proc->id : (struct ident){ shot->process, 1 };
	snprintf(state.name, sizeof(state.name), "late");
	process_draw(&studio->canvas, &facts, &state, &geometry);
}

static void draw_container(struct studio *studio, const struct shot *shot)
{
	const struct shown facts = shown_in(studio);
	struct container_state state = { .cursor = shot->cursor };

	snprintf(state.path, sizeof(state.path), "%s", shot->container);
	container_draw(&studio->canvas, &facts, &state);
	free(state.lines);
}

static void draw_help(struct studio *studio)
{
	struct pager pager;
	struct keymap keymap = { .now = NULL };

	keymap.of_old = actions_table(&keymap.count);
	pager_init(&pager, "memtop: help");
	help_fill(&pager, &studio->style, &keymap);
	pager.width = studio->canvas.width;
	pager_draw(&studio->canvas, &pager);
	pager_done(&pager);
}

static void draw_setup(struct studio *studio)
{
	struct setup setup;

	setup_init(&setup, &studio->style, THEME_DEFAULT, KEYS_F2);
	setup_draw(&studio->canvas, &setup);
	setup_done(&setup);
}

static void draw_menu(struct studio *studio)
{
	struct menu menu;

	menu_init(&menu, "Signal to node (812)", "Enter sends, Esc leaves");
	menu_add(&menu, 15, false, "15 SIGTERM");
	menu_add(&menu, 9, false, " 9 SIGKILL");
	menu_draw(&studio->canvas, &menu);
	menu_done(&menu);
}

static void draw_account(struct studio *studio)
{
	const struct shown shown = shown_in(studio);
	struct account account, then;
	struct account_state state = { .opened = strdup("postgres"), .cursor = 7 };

	account_init(&account);
	account_init(&then);
	account_make(&then, studio->store);
	account_make(&account, studio->store);
	/* as if parts of it had been smaller */
	for (size_t i = 0; i < then.count; i += 3)
		then.lines[i].own_kib = then.lines[i].own_kib * 3 / 4;
	then.at_ms -= 754000;
	account_compare(&account, &then);
	account_draw(&studio->canvas, &shown, &account, &state);
	account_state_done(&state);
	account_done(&account);
	account_done(&then);
}

static void draw_shot(struct studio *studio, const struct shot *shot)
{
	const struct shown shown = shown_in(studio);

	if (shot->process)
		draw_process(studio, shot);
	else if (shot->container)
		draw_container(studio, shot);
	else
		draw_table(studio);
	switch (shot->overlay) {
	case OVER_NOTHING:
		break;
	case OVER_HELP:
		draw_help(studio);
		break;
	case OVER_SETUP:
		draw_setup(studio);
		break;
	case OVER_MENU:
		draw_menu(studio);
		break;
	case OVER_ACCOUNT:
		draw_account(studio);
		break;
	case OVER_HOSTS:
		hosts_shot(&studio->canvas, &shown);
		break;
	}
}

static void file_name(char *out, size_t size, const struct shot *shot)
{
	const char *folder = getenv("srcdir");

	snprintf(out, size, "%s/tests/golden/%s.txt", folder ? folder : ".", shot->name);
}

static void read_golden(const struct shot *shot, struct buf *out)
{
	char name[512];
	file_name(name, sizeof(name), shot);
	FILE *file = fopen(name, "re");

	if (!file)
		fail_msg("%s: %s", name, strerror(errno));
	size_t n;
	do {
		n = fread(buf_room(out, 65536), 1, 65536, file);
		buf_grew(out, n);
	} while (n > 0);
	fclose(file);
}

static void write_golden(const struct shot *shot, const struct buf *text)
{
	char name[512];
	file_name(name, sizeof(name), shot);
	FILE *file = fopen(name, "we");

	if (!file || fwrite(buf_text(text), 1, text->len, file) != text->len)
		fail_msg("%s: %s", name, strerror(errno));
	fclose(file);
}

/* A letter for the style of each cell, those of enum style in order; a capital where another
 * style lies over it. */
static void put_styles(const struct canvas *canvas, struct buf *out)
{
	for (int y = 0; y < canvas->height; y++) {
		for (int x = 0; x < canvas->width; x++) {
			const struct cell *cell = &canvas->cells[y * canvas->width + x];

			buf_putc(out, (char)((cell->over ? 'A' : 'a') + cell->style));
		}
		buf_putc(out, '\n');
	}
}

static bool all_ascii(const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if ((unsigned char)text->data[i] >= 0x7f)
			return false;
	}
	return true;
}

static void test_shot(void **state)
{
	const struct shot *shot = *state;
	struct studio studio;
	struct buf now, then;

	buf_init(&now);
	buf_init(&then);
	set_up(&studio, shot);
	draw_shot(&studio, shot);
	canvas_dump(&studio.canvas, &now);
	if (shot->styles)
		put_styles(&studio.canvas, &now);
	if (shot->alphabet == PLOT_ASCII)
		assert_true(all_ascii(&now));
	if (getenv("MEMTOP_GOLDEN_UPDATE")) {
		write_golden(shot, &now);
	} else {
		read_golden(shot, &then);
		assert_string_equal(buf_text(&now), buf_text(&then));
	}
	buf_done(&now);
	buf_done(&then);
	tear_down(&studio);
}

/* Every size: nothing outside, geometry within, and the cursor's row in view. */
static void test_all_sizes(void **state)
{
	static const int sides[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 16, 17, 20, 39, 40, 41,
		59, 79, 80, 81, 120, 200, 400 };
	struct studio studio;
	const size_t n = sizeof(sides) / sizeof(sides[0]);

	(void)state;
	for (int scene = 0; scene < SCENE_KINDS; scene++) {
		const struct shot shot = {
			.scene = (enum scene_kind)scene,
			.width = 80,
			.height = 24,
			.alphabet = PLOT_BRAILLE,
			.cursor = 7,
		};

		set_up(&studio, &shot);
		for (size_t i = 0; i < n * n; i++) {
			struct table_geometry *geometry = &studio.geometry;
			long row;

			canvas_resize(&studio.canvas, sides[i % n],
				sides[i / n] > 100 ? 100 : sides[i / n]);
			draw_table(&studio);
			assert_true(geometry->rows >= 1);
			row = view_find(&studio.view, studio.state.cursor) - studio.state.top;
			assert_uint_in_range(row, 0, geometry->rows - 1);
		}
		tear_down(&studio);
	}
}

/* Rows above the table at WIDTH x HEIGHT. */
static int rows_above(enum scene_kind scene, int width, int height)
{
	const struct shot shot = {
		.scene = scene, .width = width, .height = height, .alphabet = PLOT_BLOCKS
	};
	struct studio studio;

	set_up(&studio, &shot);
	draw_table(&studio);
	tear_down(&studio);
	return studio.geometry.header_y;
}

/* The table does not move when something is to be said: a machine in trouble has as many rows above
 * it as a calm one, but for its swap. */
static void test_table_stays(void **state)
{
	static const int heights[] = { 10, 12, 15, 16, 19, 20, 24, 29, 30, 60 };

	(void)state;
	for (size_t i = 0; i < sizeof(heights) / sizeof(heights[0]); i++)
		for (int width = 40; width <= 200; width += 40)
			assert_int_equal(rows_above(SCENE_TROUBLE, width, heights[i]) -
						 (heights[i] >= 14),
				rows_above(SCENE_CALM, width, heights[i]));
}

/* The process screen at every size. */
static void test_process_sizes(void **state)
{
	static const int sides[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 20, 26, 39, 52, 79, 80, 104,
		200, 999 };
	static const enum plot_alphabet alphabets[] = { PLOT_ASCII, PLOT_BLOCKS, PLOT_BRAILLE };
	const size_t n = sizeof(sides) / sizeof(sides[0]);

	(void)state;
	for (size_t i = 0; i < n * n; i++) {
		const struct shot shot = { .scene = SCENE_TROUBLE,
			.width = sides[i % n],
			.height = sides[i / n] > 100 ? 100 : sides[i / n],
			.alphabet = alphabets[i % 3],
			.process = i % 2 ? 812 : 903,
			.depth = { .stacked = i % 2,
				.inside = { .shown = i % 3 == 0, .row = 5, .moved = true },
				.parts = i % 5 == 0,
				.cursor_ms = 7500000,
				.info_top = 1000,
				.parts_top = 1000,
				.zoom = (enum process_zoom)(i % ZOOM_COUNT), }, };
		static struct studio studio;

		if (i == 0)
			set_up(&studio, &shot);
		canvas_resize(&studio.canvas, shot.width, shot.height);
		studio.style.alphabet = shot.alphabet;
		studio.canvas.utf8 = shot.alphabet != PLOT_ASCII;
		draw_process(&studio, &shot);
		if (i == n * n - 1)
			tear_down(&studio);
	}
}

/* Whatever the height from 24 rows on: the command and the tool that looks inside are in view. */
static void test_process_says_what_counts(void **state)
{
	(void)state;
	for (int height = 24; height <= 60; height += 3)
		for (int width = 80; width <= 200; width += 40) {
			const struct shot shot = { .scene = SCENE_TROUBLE,
				.width = width,
				.height = height,
				.alphabet = PLOT_BLOCKS,
				.process = 812 };
			struct studio studio;
			struct buf text;

			set_up(&studio, &shot);
			draw_process(&studio, &shot);
			buf_init(&text);
			canvas_dump(&studio.canvas, &text);
			assert_non_null(strstr(buf_text(&text), "look inside kill -USR1 812"));
			assert_non_null(strstr(buf_text(&text), "command     node /srv/shop"));
			buf_done(&text);
			tear_down(&studio);
		}
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	enum { SHOTS = sizeof(shots) / sizeof(shots[0]) };
	struct CMUnitTest tests[SHOTS + 4] = { 0 };

	for (size_t i = 0; i < SHOTS; i++)
		tests[i] = (struct CMUnitTest){
			.name = shots[i].name,
			.test_func = test_shot,
			.initial_state = (void *)(uintptr_t)&shots[i],
		};
	tests[SHOTS] = (struct CMUnitTest)cmocka_unit_test(test_all_sizes);
	tests[SHOTS + 1] = (struct CMUnitTest)cmocka_unit_test(test_process_sizes);
	tests[SHOTS + 2] = (struct CMUnitTest)cmocka_unit_test(test_table_stays);
	tests[SHOTS + 3] = (struct CMUnitTest)cmocka_unit_test(test_process_says_what_counts);
	return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
