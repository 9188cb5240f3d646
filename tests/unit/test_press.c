/* SPDX-License-Identifier: GPL-2.0-or-later */
/* press - every key of the actions table, pressed on every screen it is for, and what must be
 * different after it; keys that are in no table; and all keys on all dialogs
 *
 * A machine that was made up (scene.h), in place of a sampler; the screens are the real ones, drawn
 * onto a canvas.  An action without a line in `wanted` fails.
 */
#include "fleet/fleet.h"
#include "ui/stage.h"

#include "base/xalloc.h"
#include "session/player.h"
#include "session/session.h"
#include "tests/lib/canvas_dump.h"
#include "tests/lib/made_source.h"
#include "ui/account.h"
#include "ui/actions.h"
#include "ui/note.h"
#include "ui/table/table_cursor.h"
#include "ui/ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { WIDTH = 140, HEIGHT = 40, LOW = 24 }; /* LOW: for processes, where not all is in view */

/* --- a machine ---------------------------------------------------------------------------------- */

static struct made_source *live;
static struct session *kept; /* the live one, as long as nothing has touched it */
static char recording[] = "/tmp/test_press.XXXXXX";

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

/* --- a sitting ---------------------------------------------------------------------------------- */

struct sitting {
	struct ui ui;
	struct settings settings;
	struct app_options options;
	struct note note;
	struct buf before, after; /* the screen as text */
};

static void look(struct sitting *sitting, struct buf *text)
{
	struct ui *ui = &sitting->ui;

	if (ui->stale)
		stage_rebuild(ui);
	canvas_resize(&ui->canvas, WIDTH, ui->subject.pid != 0 ? LOW : HEIGHT);
	ui->canvas.utf8 = true;
	stage_draw(ui, note_text(&sitting->note, ui->session), "1.0 ms a look");
	buf_clear(text);
	canvas_dump(&ui->canvas, text);
}

/* Whether all of the scene is in STORE, which counts fewer looks of a replay than there were. */
static bool has_seen_all(const struct store *store)
{
	return store_ticks(store) > 0 && store_now_ms(store) - store_first_ms(store) >=
						 UINT64_C(1000) * scene_seconds(SCENE_TROUBLE);
}

/* With keys of the user's own: pairs of an action and its keys, ended by NULL. */
static struct sitting *sit_down_with(bool replay, const char *const *keys)
{
	struct sitting *sitting = xalloc_zero(1, sizeof(*sitting));
	struct ui *ui = &sitting->ui;

	settings_default(&sitting->settings);
	for (; keys != NULL && *keys != NULL; keys += 2) {
		struct settings_key *key = &sitting->settings.keys[sitting->settings.nkeys++];

		snprintf(key->action, sizeof(key->action), "%s", keys[0]);
		snprintf(key->keys, sizeof(key->keys), "%s", keys[1]);
	}
	sitting->options = (struct app_options){
		.utf8 = true,
		.ask = { .sort = COL_RSS, .climbers_on_top = true, .uid = -1 },
	};
	ui->session = replay         ? made_source_replay(recording)
		      : kept != NULL ? kept
				     : made_source_open(&live, SCENE_TROUBLE);
	assert_non_null(ui->session);
	ui->settings = &sitting->settings;
	ui->options = &sitting->options;
	stage_open(ui);
	for (int i = 0; i < 2000 && !has_seen_all(ui_store(ui)); i++)
		session_step(ui->session);
	assert_true(has_seen_all(ui_store(ui)));
	buf_init(&sitting->before);
	buf_init(&sitting->after);
	look(sitting, &sitting->before);
	return sitting;
}

static struct sitting *sit_down(bool replay)
{
	return sit_down_with(replay, NULL);
}

/* As if this were the dashboard of one of several machines. */
static void join_fleet(struct sitting *sitting)
{
	const struct ssh_way way = { .interval_ms = 1000 };
	char name[] = "db1", *list[] = { name };
	const struct host_names names = { list, 1 };
	int error;

	sitting->options.fleet = fleet_new(&names, &way, &error);
	assert_non_null(sitting->options.fleet);
	sitting->ui.host = sitting->ui.host_wanted = 1;
}

static void stand_up(struct sitting *sitting)
{
	struct session *session = sitting->ui.session;
	bool fresh = session_is_live(session) && !session_paused(session) &&
		     store_baseline_ms(session_store(session)) == 0;

	stage_close(&sitting->ui);
	fleet_free(sitting->options.fleet);
	kept = fresh ? session : session_is_live(session) ? NULL : kept;
	if (!fresh)
		session_free(session);
	buf_done(&sitting->before);
	buf_done(&sitting->after);
	free(sitting);
}

/* What a recording is asked for comes with its frames. */
static void settle(struct session *session)
{
	const struct player *player = session_player(session);

	for (int i = 0; player != NULL && (player_busy(player) || i < 5); i++)
		session_step(session);
}

static void press(struct sitting *sitting, uint32_t code)
{
	const struct key key = { .code = code };

	if (sitting->ui.stale)
		stage_rebuild(&sitting->ui);
	stage_press(&sitting->ui, &key);
	settle(sitting->ui.session);
	sitting->ui.stale = true;
}

/* The text of the row under the cursor; "": none is in view. */
static const char *cursor_row(const struct sitting *sitting, char out[4 * WIDTH])
{
	const struct canvas *canvas = &sitting->ui.canvas;
	const char *line = buf_text(&sitting->after);
	int y = 0;

	while (y < canvas->height && canvas->cells[y * WIDTH].over != STYLE_CURSOR)
		y++;
	out[0] = '\0';
	for (int i = 0; i < y && line != NULL; i++)
		line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL;
	if (y < canvas->height && line != NULL)
		snprintf(out, 4 * WIDTH, "%.*s", (int)strcspn(line, "\n"), line);
	return out;
}

/* --- what is wanted ----------------------------------------------------------------------------- */

enum result {
	SHOWN,  /* `text` is on the screen, and was not */
	GONE,   /* ... was, and is not */
	CURSOR, /* ... is in the row under the cursor, and was not */
	SAME,   /* nothing else need be drawn: `ok` says what is so */
};

struct wanted {
	const char *name; /* of the action */
	unsigned where;   /* WHERE_TABLE, WHERE_PROCESS */
	const char
		*first; /* keys before: characters, \n Enter, \t Tab, \f F10, $ End; NULL: none */
	enum result result;
	const char *text;
	bool (*ok)(const struct sitting *sitting);
};

static bool quits(const struct sitting *sitting)
{
	return sitting->ui.quit;
}

static bool goes_back(const struct sitting *sitting)
{
	return sitting->ui.host_wanted == UI_NO_HOST && !sitting->ui.quit;
}

static bool redraws(const struct sitting *sitting)
{
	return sitting->ui.redraw;
}

static bool suspends(const struct sitting *sitting)
{
	return sitting->ui.suspend;
}

static bool slower(const struct sitting *sitting)
{
	return sitting->settings.interval_ms == 2000 && live->asked == REQUEST_INTERVAL;
}

static bool faster(const struct sitting *sitting)
{
	return sitting->settings.interval_ms == 500 && live->asked == REQUEST_INTERVAL;
}

static bool reads_again(const struct sitting *sitting)
{
	(void)sitting;
	return live->asked == REQUEST_AGAIN;
}

/* Each view of rows has an order of its own: what was sorted by in one is not so in the other. */
static bool keeps_sort(const struct sitting *sitting)
{
	const struct settings_table *other =
		&sitting->settings
			 .tables[sitting->ui.table_view == SHOWS_PROCESSES ? SHOWS_CONTAINERS
									   : SHOWS_PROCESSES];

	enum column_id own = sitting->ui.table_view == SHOWS_PROCESSES ? COL_RSS : COL_VERDICT;

	return sitting->ui.ask.sort == own && other->sort == COL_GROWTH;
}

static bool looks_inside(const struct sitting *sitting)
{
	(void)sitting;
	return live->asked == REQUEST_INSIDE;
}

static const struct wanted wanted[] = {
	{ "up", WHERE_TABLE, "jj", CURSOR, .text = "jobs.runner" },
	{ "down", WHERE_TABLE, NULL, CURSOR, .text = "jobs.runner" },
	{ "page-up", WHERE_TABLE, "$", CURSOR, .text = "server.js" },
	{ "page-down", WHERE_TABLE, NULL, CURSOR, .text = "sshd" },
	{ "first", WHERE_TABLE, "jjj", CURSOR, .text = "server.js" },
	{ "last", WHERE_TABLE, NULL, CURSOR, .text = "sshd" },
	{ "sort-growth", WHERE_TABLE, NULL, SHOWN, .text = "by GROWTH" },
	{ "sort-memory", WHERE_TABLE, "P", SHOWN, .text = "by RSS" },
	{ "sort-cpu", WHERE_TABLE, NULL, SHOWN, .text = "by %CPU" },
	{ "sort-time", WHERE_TABLE, NULL, SHOWN, .text = "by TIME" },
	{ "sort-pid", WHERE_TABLE, NULL, SHOWN, .text = "by PID" },
	{ "sort-previous", WHERE_TABLE, NULL, SHOWN, .text = "by USER" },
	{ "sort-next", WHERE_TABLE, NULL, SHOWN, .text = "by GROWTH" },
	{ "sort-left", WHERE_TABLE, NULL, SHOWN, .text = "by USER" },
	{ "sort-right", WHERE_TABLE, NULL, SHOWN, .text = "by GROWTH" },
	{ "sort-menu", WHERE_TABLE, NULL, SHOWN, .text = "Sort by" },
	{ "invert", WHERE_TABLE, "HM", GONE, .text = "▼RSS" },
	{ "climbers-on-top", WHERE_TABLE, NULL, GONE, .text = "then by RSS" },
	{ "search", WHERE_TABLE, NULL, SHOWN, .text = "Search:" },
	{ "search-next", WHERE_TABLE, "/s\n", CURSOR, .text = "jobs.runner" },
	{ "search-previous", WHERE_TABLE, "/s\nn", CURSOR, .text = "server.js" },
	{ "filter", WHERE_TABLE, NULL, SHOWN, .text = "Filter:" },
	{ "user", WHERE_TABLE, NULL, SHOWN, .text = "root                      3 processes" },
	{ "flagged-only", WHERE_TABLE, NULL, GONE, .text = "search.jar" },
	{ "kernel-threads", WHERE_TABLE, NULL, SHOWN, .text = "kernel threads shown" },
	{ "follow", WHERE_TABLE, NULL, SHOWN, .text = "following" },
	{ "signal", WHERE_SCREENS, NULL, SHOWN, .text = "end now; it cannot save anything" },
	{ "renice", WHERE_SCREENS, NULL, SHOWN, .text = "Nice value" },
	{ "nice-down", WHERE_SCREENS, NULL, SHOWN, .text = "Nice value" },
	{ "nice-up", WHERE_SCREENS, NULL, SHOWN, .text = "Nice value" },
	{ "tag", WHERE_TABLE, NULL, SHOWN, .text = "1 tagged" },
	{ "untag-all", WHERE_TABLE, " ", GONE, .text = "1 tagged" },
	{ "baseline", WHERE_SCREENS, NULL, SHOWN, .text = "baseline set" },
	{ "copy", WHERE_SCREENS, NULL, SHOWN, .text = "Enter copies" },
	{ "setup", WHERE_TABLE, NULL, SHOWN, .text = "Span of the curves" },
	{ "span", WHERE_TABLE, NULL, SHOWN, .text = "trend over 10 min" },
	{ "command-line", WHERE_TABLE, NULL, SHOWN, .text = "names only" },
	{ "tree", WHERE_TABLE, NULL, SHOWN, .text = "└─" },
	{ "sums", WHERE_TABLE, "t", SHOWN, .text = "shared pages counted" },
	{ "group", WHERE_TABLE, NULL, SHOWN, .text = "programs, " },
	{ "fold", WHERE_TABLE, "g/post\n", SHOWN, .text = "633" },
	{ "fold-all", WHERE_TABLE, "g", SHOWN, .text = "  812 " },
	{ "view-processes", WHERE_TABLE, "2G", GONE, .text = "container or service",
		.ok = keeps_sort },
	{ "view-containers", WHERE_TABLE, "G", SHOWN, .text = "container or service",
		.ok = keeps_sort },
	{ "view-machine", WHERE_TABLE, NULL, SHOWN, .text = "Where the memory went" },
	{ "account", WHERE_TABLE, NULL, SHOWN, .text = "Where the memory went" },
	{ "pss", WHERE_TABLE, NULL, SHOWN, .text = " PSS" },
	{ "pause", WHERE_SCREENS, NULL, SHOWN, .text = "paused" },
	{ "faster", WHERE_SCREENS, NULL, SHOWN, .text = "a look every 0.5 seconds", .ok = faster },
	{ "slower", WHERE_SCREENS, NULL, SHOWN, .text = "a look every 2 seconds", .ok = slower },
	{ "interval", WHERE_SCREENS, NULL, SHOWN, .text = "Seconds between looks:" },
	{ "cost", WHERE_TABLE, NULL, SHOWN, .text = "1.0 ms a look" },
	{ "save", WHERE_SCREENS, NULL, SHOWN, .text = "nowhere to save to" },
	{ "redraw", WHERE_SCREENS, NULL, SAME, .ok = redraws },
	{ "suspend", WHERE_SCREENS, NULL, SAME, .ok = suspends },
	{ "help", WHERE_SCREENS, NULL, SHOWN, .text = "its footprint keeps growing" },
	{ "quit", WHERE_SCREENS, NULL, SAME, .ok = quits },
	{ "hosts", WHERE_TABLE, NULL, SAME, .ok = goes_back },
	{ "escape", WHERE_TABLE, " ", GONE, .text = "1 tagged" },
	{ "enter", WHERE_TABLE, NULL, SHOWN, .text = "footprint  " },
	{ "back", WHERE_PROCESS, NULL, SHOWN, .text = "12 processes" },
	{ "inside", WHERE_PROCESS, NULL, SHOWN, .text = "looking inside it", .ok = looks_inside },
	{ "lines", WHERE_PROCESS, NULL, SHOWN, .text = "following it" },
	{ "enter-inside", WHERE_PROCESS, NULL, SHOWN, .text = "12 processes" },
	{ "parts", WHERE_PROCESS, NULL, SHOWN, .text = "+BASE" },
	{ "cursor-back", WHERE_PROCESS, NULL, SHOWN, .text = "s ago  footprint" },
	{ "cursor-on", WHERE_PROCESS, ",,,", SHOWN, .text = "" },
	{ "row-above", WHERE_PROCESS, "\x1bjj\n", SHOWN, .text = "row 2 of 12" },
	{ "row-below", WHERE_PROCESS, NULL, SHOWN, .text = "row 2 of 12" },
	{ "chart-span", WHERE_PROCESS, NULL, SHOWN, .text = "1 minute" },
	{ "stack", WHERE_PROCESS, NULL, SHOWN, .text = "█ anonymous" },
	{ "again", WHERE_PROCESS, NULL, SHOWN, .text = "reading again", .ok = reads_again },
	{ "scroll-up", WHERE_PROCESS, "jj", SHOWN, .text = "" },
	{ "scroll-down", WHERE_PROCESS, NULL, SHOWN, .text = "" },
	{ "scroll-page-up", WHERE_PROCESS, "$", SHOWN, .text = "" },
	{ "scroll-page-down", WHERE_PROCESS, NULL, SHOWN, .text = "" },
	{ "scroll-first", WHERE_PROCESS, "$", SHOWN, .text = "" },
	{ "scroll-last", WHERE_PROCESS, NULL, SHOWN, .text = "" },
	{ "files", WHERE_SCREENS, NULL, SHOWN, .text = "lsof -p 812" },
	{ "environment", WHERE_SCREENS, NULL, SHOWN, .text = "ps eww 812" },
	{ "locks", WHERE_SCREENS, NULL, SHOWN, .text = "lslocks -p 812" },
	{ "play", WHERE_SCREENS, "[", SHOWN, .text = "The recording ends here" },
	{ "tick-on", WHERE_SCREENS, "[[[[", SHOWN, .text = "00:23:17" },
	{ "tick-back", WHERE_SCREENS, NULL, SHOWN, .text = "00:23:19" },
	{ "minute-on", WHERE_SCREENS, "{{{", SHOWN, .text = "00:21:20" },
	{ "minute-back", WHERE_SCREENS, NULL, SHOWN, .text = "00:22:20" },
	{ "to-verdict", WHERE_SCREENS, "{{{{{{{{{{{{", SHOWN, .text = "00:13:3" },
	{ "to-kill", WHERE_SCREENS, "{{{{{{{{{{{{", SHOWN, .text = "00:2" },
	{ "play-faster", WHERE_SCREENS, "-", SHOWN, .text = "playing at full speed" },
	{ "play-slower", WHERE_SCREENS, NULL, SHOWN, .text = "playing at x300" },
};

/* NULL: nothing is said of it. */
static const struct wanted *find_wanted(const struct action *action, unsigned screen)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (strcmp(wanted[i].name, action->name) == 0 && (wanted[i].where & screen) != 0)
			return &wanted[i];
	return NULL;
}

static void press_first(struct sitting *sitting, const char *keys)
{
	static const uint32_t named[][2] = { { '\n', KEYS_ENTER }, { '\x1b', KEYS_ESC },
		{ '\t', KEYS_TAB }, { '$', KEYS_END } };

	for (; keys != NULL && *keys != '\0'; keys++) {
		uint32_t code = (unsigned char)*keys;

		for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
			code = named[i][0] == code ? named[i][1] : code;
		press(sitting, code);
		look(sitting, &sitting->after);
	}
}

static bool has(const struct buf *screen, const char *text)
{
	return strstr(buf_text(screen), text) != NULL;
}

/* NULL: all is as it should be. */
static const char *judge(const struct sitting *sitting, const struct wanted *w, const char *row)
{
	char now[4 * WIDTH];
	bool differs = strcmp(buf_text(&sitting->before), buf_text(&sitting->after)) != 0;

	if (w->ok != NULL && !w->ok(sitting))
		return "nothing came of it";
	switch (w->result) {
	case SHOWN:
		if (!differs)
			return "nothing changed on the screen";
		if (w->text[0] != '\0' && has(&sitting->before, w->text))
			return "was there before";
		return has(&sitting->after, w->text) ? NULL : "is not on the screen";
	case GONE:
		if (!has(&sitting->before, w->text))
			return "was not there before";
		return has(&sitting->after, w->text) ? "is still there" : NULL;
	case CURSOR:
		if (strstr(row, w->text) != NULL)
			return "was the row of the cursor before";
		return strstr(cursor_row(sitting, now), w->text) ? NULL : "is not under the cursor";
	case SAME:
		break;
	}
	return NULL;
}

static size_t pressed, faults;

static void press_and_judge(const struct action *action, uint32_t key, unsigned screen)
{
	const struct wanted *w = find_wanted(action, screen);
	struct sitting *sitting = sit_down((action->where & WHERE_REPLAY) != 0);
	char name[KEYS_NAME_MAX], row[4 * WIDTH];

	if (w == NULL)
		fail_msg("%s: no line in the test says what must be different", action->name);
	if ((action->where & WHERE_FLEET) != 0)
		join_fleet(sitting);
	if (screen == WHERE_PROCESS)
		press_first(sitting, "\n");
	press_first(sitting, w->first);
	look(sitting, &sitting->after);
	cursor_row(sitting, row);
	look(sitting, &sitting->before);
	if (live != NULL)
		live->asked = REQUEST_KEY;
	press(sitting, key);
	look(sitting, &sitting->after);
	const char *fault = judge(sitting, w, row);
	if (fault != NULL) {
		faults++;
		fprintf(stderr, "# %s by its key %s, on %s: '%s' %s\n%s", action->name,
			keys_name(key, name), screen == WHERE_TABLE ? "the table" : "a process",
			w->text != NULL ? w->text : "", fault, buf_text(&sitting->after));
	}
	stand_up(sitting);
	pressed++;
}

/* Each key of each action, on each of its screens. */
static void test_every_key_of_the_table(void **state)
{
	static const unsigned screens[] = { WHERE_TABLE, WHERE_PROCESS };
	size_t count;
	const struct action *actions = actions_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t s = 0; s < 2; s++)
			for (int k = 0; (actions[i].where & screens[s]) != 0 &&
					k < ACTION_KEYS_MAX && actions[i].keys[k] != 0;
				k++)
				press_and_judge(&actions[i], actions[i].keys[k], screens[s]);
	assert_true(pressed > 120);
	assert_int_equal(faults, 0);
}

/* A character that is in no table says so, on the table and on a process. */
static void test_other_keys_say_so(void **state)
{
	struct sitting *sitting = sit_down(false);
	char words[40];
	size_t count;
	const struct action *actions = actions_table(&count);

	(void)state;
	for (int screen = 0; screen < 2; screen++) {
		for (uint32_t key = '!'; key < 0x7f; key++) {
			if (keymap_find(actions, count, key, WHERE_SCREENS | WHERE_REPLAY) != NULL)
				continue;
			press(sitting, key);
			look(sitting, &sitting->after);
			snprintf(words, sizeof(words), "nothing is on the key %c;", (int)key);
			if (!has(&sitting->after, words))
				fail_msg("%s is not said:\n%s", words, buf_text(&sitting->after));
		}
		press(sitting, KEYS_ENTER);
	}
	stand_up(sitting);
}

/* All keys on what stands over the table; whatever they did, Esc leads back to it. */
static void test_all_keys_on_all_dialogs(void **state)
{
	static const uint32_t openers[] = { 'y', KEYS_F1, KEYS_F2, KEYS_F6, 'u', 'w', KEYS_F9, 'r',
		'/', '\\', 'd' };
	struct sitting *sitting = sit_down(false);

	(void)state;
	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++)
		for (uint32_t key = 1; key <= KEYS_F10; key = key == 0x7f ? KEYS_UP : key + 1) {
			press(sitting, openers[i]);
			look(sitting, &sitting->before);
			press(sitting, key);
			look(sitting, &sitting->after);
			for (int esc = 0; esc < 4 && sitting->ui.depth > 1; esc++)
				press(sitting, KEYS_ESC);
			if (sitting->ui.depth > 1)
				fail_msg("Esc does not lead back:\n%s", buf_text(&sitting->after));
			sitting->ui.quit = false;
		}
	stand_up(sitting);
}

/* The cursor goes to the first row that has WORDS in it. */
static void go_to(struct sitting *sitting, const char *words)
{
	char row[4 * WIDTH];

	for (int i = 0; i < 40; i++) {
		look(sitting, &sitting->after);
		if (strstr(cursor_row(sitting, row), words) != NULL)
			return;
		press(sitting, KEYS_DOWN);
	}
	fail_msg("no row of '%s':\n%s", words, buf_text(&sitting->after));
}

static void expect_after(struct sitting *sitting, uint32_t key, const char *words)
{
	press(sitting, key);
	look(sitting, &sitting->after);
	if (!has(&sitting->after, words))
		fail_msg("'%s' is not shown:\n%s", words, buf_text(&sitting->after));
}

/* Enter on the account: a program is its process, one of several shows them, the rest says what it
 * is; what was opened lies over the account. */
static void test_account_opens(void **state)
{
	struct sitting *sitting = sit_down(false);

	(void)state;
	expect_after(sitting, 'w', "Where the memory went");
	expect_after(sitting, KEYS_ENTER, "what programs have allocated");
	go_to(sitting, "server.js");
	expect_after(sitting, KEYS_ENTER, "server.js (812)");
	assert_int_equal(sitting->ui.subject.pid, 812);
	expect_after(sitting, KEYS_ESC, "Where the memory went");
	go_to(sitting, "postgres");
	expect_after(sitting, KEYS_ENTER, "    postgres (633)");
	go_to(sitting, "postgres (633)");
	expect_after(sitting, KEYS_ENTER, "postgres (633)  ");
	assert_int_equal(sitting->ui.subject.pid, 633);
	expect_after(sitting, KEYS_ESC, "Where the memory went");
	go_to(sitting, "/dev/shm");
	expect_after(sitting, KEYS_ENTER, "du -ahx /dev/shm");
	expect_after(sitting, 'b', "baseline set");
	press(sitting, KEYS_HOME);
	go_to(sitting, "postgres");
	press(sitting, KEYS_ENTER);
	look(sitting, &sitting->after);
	assert_false(has(&sitting->after, "    postgres (633)"));
	stand_up(sitting);
}

/* Keys that come before a list was drawn once, as they do from a paste or over a slow line, find
 * it empty. */
static void test_keys_before_the_list(void **state)
{
	static const uint32_t before[] = { KEYS_END, KEYS_UP, KEYS_PAGE_UP, KEYS_DOWN };
	static const uint32_t opens[] = { 'w', '2', 'g' };

	(void)state;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		for (size_t j = 0; j < sizeof(opens) / sizeof(opens[0]); j++) {
			struct sitting *sitting = sit_down(false);

			press(sitting, opens[j]);
			press(sitting, before[i]);
			press(sitting, KEYS_ENTER);
			press(sitting, KEYS_ENTER);
			look(sitting, &sitting->after);
			stand_up(sitting);
		}
}

/* The cursor of the account is on a program, not on a row: it goes along when overtaken. */
static void test_account_keeps_its_row(void **state)
{
	struct session *session = made_source_open(NULL, SCENE_TROUBLE);
	struct screen_style style = { 0 };
	struct screen_message message = { .text = "" };
	struct canvas canvas;
	struct account account;
	struct account_state at = { 0 };

	(void)state;
	while (store_ticks(session_store(session)) <= scene_seconds(SCENE_TROUBLE))
		session_step(session);
	const struct shown shown = {
		.store = session_store(session), .style = &style, .message = &message
	};
	account_init(&account);
	canvas_init(&canvas);
	canvas_resize(&canvas, 80, 24);
	account_make(&account, shown.store);
	account_draw(&canvas, &shown, &account, &at);
	at.cursor = 2;
	account_choose(&at);
	assert_string_equal(at.mark.name, "server.js");
	account_make(&account, shown.store);
	struct account_line line = account.lines[1];
	account.lines[1] = account.lines[2];
	account.lines[2] = line;
	account_draw(&canvas, &shown, &account, &at);
	assert_int_equal(at.cursor, 1);
	assert_string_equal(at.rows[at.cursor].line->name, "server.js");
	account_state_done(&at);
	account_done(&account);
	canvas_done(&canvas);
	session_free(session);
}

/* What was said goes with the next key, what went wrong once it was there for two seconds; a new
 * screen begins without. */
static void test_messages_give_way(void **state)
{
	struct sitting *sitting = sit_down(false);

	(void)state;
	expect_after(sitting, 'K', "kernel threads shown");
	expect_after(sitting, KEYS_DOWN, "F1 Help");
	press(sitting, 'K');
	expect_after(sitting, KEYS_ENTER, "Esc Back");
	press(sitting, KEYS_ESC);
	ui_say(&sitting->ui, true, "this went wrong");
	expect_after(sitting, KEYS_ENTER, "this went wrong");
	sitting->ui.message.read_ms -= 2000;
	expect_after(sitting, KEYS_DOWN, "Esc Back");
	stand_up(sitting);
}

/* What names a key names the one that is bound, on every screen, and that one works there. */
static void test_words_follow_the_keys(void **state)
{
	static const char *const keys[] = { "help", "F5", "filter", "^E", "setup", "F3", "enter",
		"o", "escape", "F7", "back", "F7", "account", "A", "baseline", "B", "signal", "X",
		"quit", "^Q", "inside", "v", "view-containers", "9", "save", "E", "cursor-on", "]",
		"again", "Q", NULL };
	struct sitting *sitting = sit_down_with(false, keys);
	struct ui *ui = &sitting->ui;

	(void)state;
	look(sitting, &sitting->after);
	expect_after(sitting, 0, "F5 Help  F3 Setup");
	expect_after(sitting, 0, "^E Filter");
	expect_after(sitting, 0, "X Signal");
	expect_after(sitting, 0, "^Q Quit");
	expect_after(sitting, '@', "nothing is on the key @; F5 shows those there are");
	ui->message.text[0] = '\0';
	press(sitting, 'X');
	expect_after(sitting, KEYS_ESC, "^Q Quit");
	/* the account: its own keys, a click on its line, and what lies over it */
	expect_after(sitting, 'A', "F7 Back  o Open  a All, largest  B Baseline  F5 Help");
	expect_after(sitting, 'B', "baseline set");
	ui->message.text[0] = '\0';
	expect_after(sitting, KEYS_F5, "Signs and verdicts");
	for (const char *text = "/Columns ("; *text != '\0'; text++)
		press(sitting, (unsigned char)*text);
	expect_after(sitting, KEYS_ENTER, "Columns (F3 chooses them)");
	expect_after(sitting, KEYS_F5, "Where the memory went");
	expect_after(sitting, KEYS_F7, "^Q Quit");
	expect_after(sitting, KEYS_F3, "Setup: F3 done");
	expect_after(sitting, KEYS_F3, "E keeps these settings");
	ui->message.text[0] = '\0';
	expect_after(sitting, 'o', "F7 Back");
	expect_after(sitting, 0, "v Inside");
	expect_after(sitting, 0, ", ] Read chart");
	expect_after(sitting, KEYS_F7, "^Q Quit");
	expect_after(sitting, 5, "Filter:");
	for (const char *text = "rss>99g"; *text != '\0'; text++)
		press(sitting, (unsigned char)*text);
	expect_after(sitting, KEYS_ENTER, "no process matches; F7 takes the filter away");
	expect_after(sitting, KEYS_F7, "server.js");
	press(sitting, 17);
	assert_true(ui->quit);
	stand_up(sitting);
}

/* A click on the bottom line is the key as it is bound. */
static void test_clicks_follow_the_keys(void **state)
{
	static const char *const keys[] = { "filter", "^E", "sort-menu", "F4", NULL };
	struct sitting *sitting = sit_down_with(false, keys);
	struct key click = { .code = KEYS_MOUSE, .mouse = MOUSE_PRESS, .y = HEIGHT - 1 };

	(void)state;
	look(sitting, &sitting->after);
	const char *line = strstr(buf_text(&sitting->after), "F1 Help");
	click.x = (int)(strstr(line, "^E Filter") - line);
	stage_press(&sitting->ui, &click);
	look(sitting, &sitting->after);
	assert_true(has(&sitting->after, "Filter:"));
	stand_up(sitting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key_of_the_table),
		cmocka_unit_test(test_other_keys_say_so),
		cmocka_unit_test(test_all_keys_on_all_dialogs),
		cmocka_unit_test(test_account_opens),
		cmocka_unit_test(test_keys_before_the_list),
		cmocka_unit_test(test_account_keeps_its_row),
		cmocka_unit_test(test_messages_give_way),
		cmocka_unit_test(test_words_follow_the_keys),
		cmocka_unit_test(test_clicks_follow_the_keys),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests_name("press", tests, write_recording, remove_recording);
}
