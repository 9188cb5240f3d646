/* SPDX-License-Identifier: GPL-2.0-or-later */
/* states: what keys lead to, at every size: a file for each state, sizes/NAME.txt, with the screen at
 * 80x24 and how it looks (a letter for each style), at 80x24 and 40x10 in ASCII, at 120x40 and 200x60
 *
 * The real screens and their keys, on a machine that was made up.  MEMTOP_GOLDEN_UPDATE=1 writes the
 * files instead; look at the difference before it is committed.
 */
#include "config.h"

#include "session/player.h"
#include "hosts_shot.h"
#include "tests/lib/canvas_dump.h"
#include "tests/lib/fleet.h"
#include "tests/lib/made_source.h"
#include "ui/account.h"
#include "ui/note.h"
#include "ui/stage.h"
#include "ui/ui.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What else happened before the keys. */
enum tale { NOTHING, CONTAINERS, LOOKED, KILLED, FORBIDDEN, HOSTS };

struct state_shot {
	const char *name;
	enum scene_kind scene;
	bool replay;
	/* Characters; and \n Enter, \t Tab, \x1b Esc, \x05 End, \x04 Down, \x11 to \x19 F1 to F9;
	 * \x06: the process 812 ends, \x07: the kernel kills 1302. */
	const char *keys;
	enum tale tale;
};

static const struct state_shot shots[] = {
	{ "first", SCENE_FIRST, false, "", NOTHING },
	{ "calm", SCENE_CALM, false, "", NOTHING },
	{ "trouble", SCENE_TROUBLE, false, "", NOTHING },
	{ "hostile", SCENE_HOSTILE, false, "", NOTHING },
	{ "climbers", SCENE_TROUBLE, false, "L", NOTHING },
	{ "none-climbs", SCENE_CALM, false, "LF", NOTHING },
	{ "tree", SCENE_TROUBLE, false, "t", NOTHING },
	{ "tree-sums", SCENE_TROUBLE, false, "ta", NOTHING },
	{ "groups", SCENE_TROUBLE, false, "g", NOTHING },
	{ "groups-open", SCENE_TROUBLE, false, "g*", NOTHING },
	{ "groups-users", SCENE_TROUBLE, false, "gg", NOTHING },
	{ "groups-cgroups", SCENE_TROUBLE, false, "ggg", NOTHING },
	{ "tagged", SCENE_TROUBLE, false, "j \x04 b", NOTHING },
	{ "process", SCENE_TROUBLE, false, "\n", NOTHING },
	{ "process-parts", SCENE_TROUBLE, false, "\n\t", NOTHING },
	{ "process-chart", SCENE_TROUBLE, false, "\nas,,,,", NOTHING },
	{ "process-other", SCENE_CALM, false, "\x04\n", NOTHING },
	{ "process-message", SCENE_TROUBLE, false, "\nl", NOTHING },
	{ "account", SCENE_TROUBLE, false, "w", NOTHING },
	{ "account-open", SCENE_TROUBLE, false, "wa\x04\x04\x04\x04\x04\n", NOTHING },
	{ "account-part", SCENE_CALM, false, "3\n", NOTHING },
	{ "help", SCENE_TROUBLE, false, "\x11", NOTHING },
	{ "help-found", SCENE_TROUBLE, false, "\x11/growth\n", NOTHING },
	{ "sort", SCENE_TROUBLE, false, "\x16", NOTHING },
	{ "setup", SCENE_TROUBLE, false, "\x12", NOTHING },
	{ "setup-moved", SCENE_CALM, false, "\x12\x04\x04\x04\x04 \x04-", NOTHING },
	{ "signal", SCENE_TROUBLE, false, "k\x04", NOTHING },
	{ "renice", SCENE_TROUBLE, false, "r", NOTHING },
	{ "users", SCENE_TROUBLE, false, "u", NOTHING },
	{ "copy", SCENE_TROUBLE, false, "y", NOTHING },
	{ "filter", SCENE_TROUBLE, false, "\\rss>100m and user=www", NOTHING },
	{ "filter-wrong", SCENE_TROUBLE, false, "\\rss>many and user=www\n", NOTHING },
	{ "filter-result", SCENE_TROUBLE, false, "\\rss>100m\n", NOTHING },
	{ "filter-empty", SCENE_TROUBLE, false, "\\rss>99g\n", NOTHING },
	{ "search", SCENE_TROUBLE, false, "/post", NOTHING },
	{ "search-nothing", SCENE_TROUBLE, false, "/nobody", NOTHING },
	{ "interval", SCENE_TROUBLE, false, "d", NOTHING },
	{ "paused", SCENE_CALM, false, "Z", NOTHING },
	{ "replay-end", SCENE_TROUBLE, true, "", NOTHING },
	{ "replay-holds", SCENE_TROUBLE, true, "{", NOTHING },
	{ "replay-process", SCENE_TROUBLE, true, "\n", NOTHING },
	{ "containers", SCENE_KINDS, false, "2", CONTAINERS },
	{ "containers-open", SCENE_KINDS, false, "2 *", CONTAINERS },
	{ "containers-tree", SCENE_KINDS, false, "2t", CONTAINERS },
	{ "container", SCENE_KINDS, false, "2\n", CONTAINERS },
	{ "container-killed", SCENE_KINDS, false, "2\x04\n", CONTAINERS },
	{ "container-unknown", SCENE_KINDS, false, "2\x05\n", CONTAINERS },
	{ "inside", SCENE_TROUBLE, false, "\x04\ni", LOOKED },
	{ "inside-holders", SCENE_TROUBLE, false, "\x04\ni\n", LOOKED },
	{ "inside-refused", SCENE_TROUBLE, false, "\ni", LOOKED },
	{ "inside-java", SCENE_TROUBLE, false, "\x04\x04\ni", LOOKED },
	{ "inside-not-yet", SCENE_CALM, false, "\ni", NOTHING },
	{ "ended", SCENE_TROUBLE, false, "\x06", NOTHING },
	{ "ended-process", SCENE_TROUBLE, false, "\n\x06", NOTHING },
	{ "ended-inside", SCENE_TROUBLE, false, "\ni\x06", LOOKED },
	{ "ended-signal", SCENE_TROUBLE, false, "k\x06", NOTHING },
	{ "killed", SCENE_TROUBLE, false, "", KILLED },
	{ "killed-gone", SCENE_TROUBLE, false, "\x04\x04\x04\n\x07", NOTHING },
	{ "killed-process", SCENE_TROUBLE, false, "\n", KILLED },
	{ "forbidden", SCENE_CALM, false, "", FORBIDDEN },
	{ "forbidden-process", SCENE_CALM, false, "\n", FORBIDDEN },
	{ "forbidden-parts", SCENE_CALM, false, "\n\t", FORBIDDEN },
	{ "hosts", SCENE_TROUBLE, false, "", HOSTS },
};

struct state_size {
	int width, height;
	bool ascii, styles;
};

static const struct state_size sizes[] = {
	{ 80, 24, false, true },
	{ 80, 24, true, false },
	{ 40, 10, true, false },
	{ 120, 40, false, false },
	{ 200, 60, false, false },
};

enum { SHOTS = sizeof(shots) / sizeof(shots[0]), SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static char recording[] = "/tmp/states.XXXXXX";

/* --- what is drawn ------------------------------------------------------------------------------ */

struct stand {
	struct ui ui;
	struct settings settings;
	struct app_options options;
	struct note note;
	bool hosts; /* the list of many machines lies over all of it */
};

static void draw(struct stand *stand, const struct state_size *size)
{
	struct ui *ui = &stand->ui;

	if (ui->stale)
		stage_rebuild(ui);
	canvas_resize(&ui->canvas, size->width, size->height);
	ui->canvas.utf8 = !size->ascii;
	stage_draw(ui, note_text(&stand->note, ui->session), NULL);
	if (!stand->hosts)
		return;
	const struct shown shown = { .store = ui_store(ui),
		.style = &ui->style,
		.message = &ui->message,
		.source_note = "",
		.interval_ms = 1000 };
	ui->style.column.utf8 = ui->canvas.utf8;
	hosts_shot(&ui->canvas, &shown);
}

/* --- what happens ------------------------------------------------------------------------------- */

static struct store *store_of(const struct stand *stand)
{
	return (struct store *)(uintptr_t)ui_store(&stand->ui);
}

/* The kernel met a limit five seconds ago, and ended the larger of the two in it. */
static void kill_process(struct story *story)
{
	const char *path = "/system.slice/shop.service";

	story_cgroup(story, path, 300 << 10, 512 << 10);
	story_text(story, 1302, TEXT_CGROUP, path);
	story_text(story, 840, TEXT_CGROUP, path);
	story_tick(story);
	story_kill(story, path, path, 512 << 10);
	story->system.oom_kills++;
	story_death(story, 1302);
	story_wait(story, 5);
}

/* The process 812 is no more, or the kernel kills one. */
static void end_process(const struct stand *stand, bool killed)
{
	static struct story story;

	story_go_on(&story, store_of(stand));
	if (killed) {
		kill_process(&story);
		return;
	}
	story_death(&story, 812);
	story_wait(&story, 3);
}

/* An ordinary user, with /proc mounted so that those of others are not seen; and of one that is,
 * nothing but its sizes. */
static void forbid(struct story *story)
{
	const struct proc *proc = store_find_pid(story->store, 1177);
	struct proc_mappings denied = { .pid = 1177,
		.start_ticks = proc->id.start_ticks,
		.error = EACCES,
		.exe = "",
		.cwd = "" };

	story->system.hidden = 187;
	story->frame.mappings = &denied;
	story->frame.nmappings = 1;
	story_death(story, 633);
	story_death(story, 655);
	story_tick(story);
}

static void tell(struct stand *stand, enum tale tale)
{
	static struct story story;

	if (tale == NOTHING)
		return;
	story_go_on(&story, store_of(stand));
	switch (tale) {
	case NOTHING:
		break;
	case CONTAINERS:
		fleet_tell(&story);
		break;
	case LOOKED:
		scene_look(store_of(stand));
		break;
	case KILLED:
		kill_process(&story);
		break;
	case FORBIDDEN:
		forbid(&story);
		break;
	case HOSTS:
		stand->hosts = true;
		break;
	}
}

/* What is asked of a recording comes with its frames, and a scene's all at once. */
static void settle(struct session *session)
{
	const struct player *player = session_player(session);

	for (int i = 0; i < 5 || (player != NULL && player_busy(player)); i++)
		session_step(session);
}

static void set_up(struct stand *stand, const struct state_shot *shot, bool ascii)
{
	struct ui *ui = &stand->ui;
	uint32_t seconds = scene_seconds(shot->scene);

	*stand = (struct stand){ 0 };
	settings_default(&stand->settings);
	stand->options = (struct app_options){
		.utf8 = !ascii,
		.ascii = ascii,
		.ask = { .sort = COL_RSS, .climbers_on_top = true, .uid = -1 },
	};
	ui->session = shot->replay ? made_source_replay(recording)
				   : made_source_open(NULL, shot->scene);
	assert_non_null(ui->session);
	ui->settings = &stand->settings;
	ui->options = &stand->options;
	stage_open(ui);
	for (int i = 0;
		i < 2000 && shot->scene != SCENE_KINDS && store_ticks(ui_store(ui)) <= seconds; i++)
		session_step(ui->session);
	settle(ui->session);
	tell(stand, shot->tale);
	account_begin(ui);
	ui->stale = true;
}

static uint32_t code_of(char c)
{
	static const uint32_t named[][2] = { { '\n', KEYS_ENTER }, { '\t', KEYS_TAB },
		{ '\x1b', KEYS_ESC }, { '\x05', KEYS_END }, { '\x04', KEYS_DOWN } };

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i][0] == (uint32_t)c)
			return named[i][1];
	if (c >= '\x11' && c <= '\x19')
		return KEYS_F1 + (uint32_t)(c - '\x11');
	return (uint32_t)c;
}

static void press(struct stand *stand, char c, const struct state_size *size)
{
	const struct key key = { .code = code_of(c) };

	draw(stand, size);
	if (c == '\x06' || c == '\x07')
		end_process(stand, c == '\x07');
	else
		stage_press(&stand->ui, &key);
	settle(stand->ui.session);
	stand->ui.stale = true;
}

static void tear_down(struct stand *stand)
{
	struct session *session = stand->ui.session;

	stage_close(&stand->ui);
	session_free(session);
}

/* --- as text ------------------------------------------------------------------------------------- */

/* A letter for the style of each cell, those of enum style in order; a capital where another style
 * lies over it; a run of the same letter, longer than two, is that and its length. */
static void put_styles(const struct canvas *canvas, struct buf *out)
{
	for (int y = 0; y < canvas->height; y++) {
		const struct cell *row = &canvas->cells[y * canvas->width];

		for (int x = 0, run; x < canvas->width; x += run) {
			for (run = 1;
				x + run < canvas->width && row[x + run].style == row[x].style &&
				row[x + run].over == row[x].over;
				run++)
				;
			buf_printf(out, "%c%d ", (row[x].over ? 'A' : 'a') + row[x].style, run);
		}
		buf_putc(out, '\n');
	}
}

/* The version, which the help has in its title, is another one tomorrow. */
static void hide_version(struct buf *text, size_t from)
{
	char *at = strstr(text->data + from, PACKAGE_VERSION);

	if (at == NULL)
		return;
	memmove(at, at + strlen(PACKAGE_VERSION), strlen(at + strlen(PACKAGE_VERSION)) + 1);
	text->len -= strlen(PACKAGE_VERSION);
}

static void put_state(struct buf *out, const struct state_shot *shot)
{
	for (size_t i = 0; i < SIZES; i++) {
		const struct state_size *size = &sizes[i];
		struct stand stand;

		set_up(&stand, shot, size->ascii);
		for (const char *c = shot->keys; *c != '\0'; c++)
			press(&stand, *c, size);
		draw(&stand, size);
		buf_printf(out, "== %s %dx%d%s\n", shot->name, size->width, size->height,
			size->ascii ? " ascii" : "");
		size_t from = out->len;
		canvas_dump(&stand.ui.canvas, out);
		hide_version(out, from);
		/* names of processes are what they are: the terminal's part is to show them */
		bool plain = size->ascii && shot->scene != SCENE_HOSTILE;
		for (size_t at = from; plain && at < out->len; at++)
			assert_true((unsigned char)out->data[at] < 0x7f);
		if (size->styles) {
			buf_printf(out, "== %s %dx%d styles\n", shot->name, size->width,
				size->height);
			put_styles(&stand.ui.canvas, out);
		}
		tear_down(&stand);
	}
}

static FILE *open_file(const struct state_shot *shot, const char *mode)
{
	const char *folder = getenv("srcdir");
	char name[512];

	snprintf(name, sizeof(name), "%s/tests/golden/sizes/%s.txt", folder ? folder : ".",
		shot->name);
	FILE *file = fopen(name, mode);
	if (file == NULL)
		fail_msg("%s: %s", name, strerror(errno));
	return file;
}

static void test_state(void **state)
{
	const struct state_shot *shot = *state;
	struct buf now, then;
	size_t n;

	buf_init(&now);
	buf_init(&then);
	put_state(&now, shot);
	if (getenv("MEMTOP_GOLDEN_UPDATE")) {
		FILE *file = open_file(shot, "we");

		assert_int_equal(fwrite(buf_text(&now), 1, now.len, file), now.len);
		fclose(file);
	} else {
		FILE *file = open_file(shot, "re");

		while ((n = fread(buf_room(&then, 65536), 1, 65536, file)) > 0)
			buf_grew(&then, n);
		fclose(file);
		assert_string_equal(buf_text(&now), buf_text(&then));
	}
	buf_done(&now);
	buf_done(&then);
}

/* --- columns at every width ---------------------------------------------------------------------- */

/* The words of row Y from column X on, WIDTH of them, in ASCII. */
static void words_at(const struct canvas *canvas, int x, int y, int width, char out[64])
{
	int n = 0;

	for (int i = x < 0 ? 0 : x; i < x + width && i < canvas->width && n < 63; i++)
		out[n++] = (char)canvas->cells[y * canvas->width + i].ch;
	out[n] = '\0';
}

/* Nothing overlaps, each title stands whole in its column or its gap, and no figure of a row reaches
 * into the blank before a column. */
static void check_columns(const struct stand *stand, int width)
{
	const struct table_geometry *geometry = &stand->ui.table.geometry;
	const struct canvas *canvas = &stand->ui.canvas;
	int rows = (int)stand->ui.view.count, end = -1;
	int last = geometry->first_y + (rows < geometry->rows ? rows : geometry->rows);
	char words[64];

	for (int i = 0; i < geometry->layout.count; i++) {
		const struct place *place = &geometry->layout.places[i];
		const struct column *column = column_get(place->id);

		assert_true(place->x > end);
		end = place->x + place->width;
		words_at(canvas, place->x - 1, geometry->header_y, place->width + 2, words);
		if (place->width > 1 && strstr(words, column->title) == NULL)
			fail_msg("%d columns: '%s' is not in '%s'", width, column->title, words);
		for (int y = geometry->first_y; i > 0 && y < last; y++)
			if (canvas->cells[y * width + place->x - 1].ch != ' ')
				fail_msg("%d columns: row %d has no blank before %s", width, y,
					column->title);
		if (place->id == COL_COMMAND && width >= 80)
			assert_true(place->width >= 24);
	}
	assert_true(end <= width);
}

static void test_columns_at_every_width(void **state)
{
	static const char *const keys[] = { "", "g", "gg", "t", "ta", "b", "K", "2" };
	static const enum scene_kind scenes[] = { SCENE_FIRST, SCENE_CALM, SCENE_TROUBLE };

	(void)state;
	for (size_t i = 0; i < 3 * sizeof(keys) / sizeof(keys[0]); i++) {
		const struct state_shot shot = {
			.name = "", .scene = scenes[i % 3], .keys = keys[i / 3]
		};
		struct state_size size = { 80, 24, true, false };
		struct stand stand;

		set_up(&stand, &shot, true);
		for (const char *c = shot.keys; *c != '\0'; c++)
			press(&stand, *c, &size);
		for (size.width = 40; size.width <= 240; size.width++) {
			draw(&stand, &size);
			check_columns(&stand, size.width);
		}
		tear_down(&stand);
	}
}

static int write_recording(void **state)
{
	int fd = mkstemp(recording);

	(void)state;
	close(fd);
	unlink(recording);
	return made_source_record(recording, SCENE_TROUBLE);
}

static int remove_recording(void **state)
{
	(void)state;
	return unlink(recording);
}

int main(void)
{
	struct CMUnitTest tests[SHOTS + 1] = { 0 };

	setenv("TZ", "UTC", 1);
	for (size_t i = 0; i < SHOTS; i++)
		tests[i] = (struct CMUnitTest){
			.name = shots[i].name,
			.test_func = test_state,
			.initial_state = (void *)(uintptr_t)&shots[i],
		};
	tests[SHOTS] = (struct CMUnitTest)cmocka_unit_test(test_columns_at_every_width);
	return cmocka_run_group_tests_name("states", tests, write_recording, remove_recording);
}
