/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_ask - dialogs: opened, given keys, and carried out (app_state.h)
 *
 * Whom a signal is for is settled when its dialog opens: the sampler takes a pidfd then and
 * compares the start time, so that the row may move and the pid may be used again meanwhile.
 */
#include "config.h"

#include "ui/app_state.h"

#include "options/values.h"
#include "ui/help.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	int number;
	const char *name;
	const char *words;
} signals[] = {
	{ SIGTERM, "TERM", "please end" },
	{ SIGINT, "INT", "as if Ctrl-C were pressed" },
	{ SIGHUP, "HUP", "hang up; many daemons read their settings again" },
	{ SIGQUIT, "QUIT", "end with a core file" },
	{ SIGKILL, "KILL", "end now; it cannot save anything" },
	{ SIGSTOP, "STOP", "freeze, until CONT" },
	{ SIGCONT, "CONT", "go on after STOP" },
	{ SIGUSR1, "USR1", "means what the program says" },
	{ SIGUSR2, "USR2", "means what the program says" },
	{ SIGABRT, "ABRT", "abort with a core file" },
};

enum { SIGNALS = sizeof signals / sizeof signals[0] };

static const char *signal_name(int number)
{
	for (int i = 0; i < SIGNALS; i++)
		if (signals[i].number == number)
			return signals[i].name;
	return "?";
}

void app_close_dialog(struct app *app)
{
	menu_done(&app->menu);
	menu_init(&app->menu, "", "");
	pager_done(&app->pager);
	pager_init(&app->pager, "");
	if (app->dialog == APP_SETUP)
		setup_done(&app->setup);
	term_take_paste(app->term, false);
	app->dialog = APP_TABLE;
	app->dirty = true;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void start_menu(struct app *app, const char *title, const char *help)
{
	menu_done(&app->menu);
	menu_init(&app->menu, title, help);
}

static void start_prompt(struct app *app, const char *label, const char *text)
{
	prompt_init(&app->prompt, label, text);
	term_take_paste(app->term, true);
}

static void open_help(struct app *app)
{
	pager_done(&app->pager);
	pager_init(&app->pager, "memtop " PACKAGE_VERSION);
	help_fill(&app->pager, &app->style);
	app->dialog = APP_HELP;
}

static void open_setup(struct app *app)
{
	enum theme_id theme = THEME_DEFAULT;

	theme_by_name(app->settings->theme, &theme);
	setup_init(&app->setup, &app->style, theme);
	app->dialog = APP_SETUP;
}

static void open_signal(struct app *app)
{
	char title[120], line[120];

	if (!app_choose_targets(app))
		return;
	snprintf(title, sizeof title, "Signal for %s", app->targets.name);
	start_menu(app, title, "Enter sends it, Esc does not");
	for (int i = 0; i < SIGNALS; i++) {
		snprintf(line, sizeof line, "%2d %-5s %s", signals[i].number, signals[i].name,
			signals[i].words);
		menu_add(&app->menu, signals[i].number, false, line);
	}
	app->dialog = APP_SIGNAL;
}

static void open_sort(struct app *app)
{
	char line[120];

	start_menu(app, "Sort by", "Enter sorts, Esc leaves it");
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		const struct column *c = column_get((enum column_id)i);
		if (c->number == NULL && c->text == NULL)
			continue;
		if (c->id == app->ask.sort)
			app->menu.cursor = app->menu.count;
		snprintf(line, sizeof line, "%-10s %s", c->title, c->help);
		menu_add(&app->menu, (int)c->id, c->id == app->ask.sort, line);
	}
	app->dialog = APP_SORT;
}

struct user_count {
	uint32_t uid;
	size_t processes;
};

static int compare_uids(const void *a, const void *b)
{
	const struct user_count *x = a, *y = b;

	return (x->uid > y->uid) - (x->uid < y->uid);
}

/* Every user with a process, with how many; LIST has room for one a process. */
static size_t count_users(const struct store *store, struct user_count *list)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < store_count(store); i++)
		list[n++] = (struct user_count){ store_proc(store, i)->uid, 1 };
	qsort(list, n, sizeof list[0], compare_uids);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && list[kept - 1].uid == list[i].uid)
			list[kept - 1].processes++;
		else
			list[kept++] = list[i];
	}
	return kept;
}

static void open_user(struct app *app)
{
	const struct store *store = app_store(app);
	struct user_count *list = calloc(store_count(store) + 1, sizeof *list);
	char line[120];

	if (list == NULL)
		return;
	start_menu(app, "Processes of", "Enter shows only these");
	menu_add(&app->menu, -1, app->ask.uid < 0, "all users");
	size_t n = count_users(store, list);
	for (size_t i = 0; i < n; i++) {
		const char *name = store_user(store, list[i].uid);
		char number[16];
		snprintf(number, sizeof number, "%u", list[i].uid);
		snprintf(line, sizeof line, "%-20.60s %6zu process%s", name != NULL ? name : number,
			list[i].processes, list[i].processes == 1 ? "" : "es");
		if (app->ask.uid == (int64_t)list[i].uid)
			app->menu.cursor = app->menu.count;
		menu_add(&app->menu, (int)list[i].uid, app->ask.uid == (int64_t)list[i].uid, line);
	}
	free(list);
	app->dialog = APP_USER;
}

static void open_nice(struct app *app)
{
	char label[60], text[16];
	int nice = 0;

	if (!app_choose_targets(app))
		return;
	const struct proc *proc = app_subject(app);
	if (app->targets.count == 1 && proc != NULL && proc->detail_ms != 0)
		nice = proc->nice + app->nice_step;
	nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
	snprintf(label, sizeof label, "Nice value (-20 to 19) for %.28s: ", app->targets.name);
	snprintf(text, sizeof text, "%d", nice);
	start_prompt(app, label, text);
	app->dialog = APP_NICE;
}

static void open_interval(struct app *app)
{
	char text[16];

	snprintf(text, sizeof text, "%g", app->settings->interval_ms / 1000.0);
	start_prompt(app, "Seconds between looks: ", text);
	app->dialog = APP_INTERVAL;
}

void app_open(struct app *app, enum app_dialog dialog)
{
	app->dirty = true;
	switch (dialog) {
	case APP_TABLE:
		break;
	case APP_HELP:
		open_help(app);
		break;
	case APP_ACCOUNT:
		app_account_open(app);
		break;
	case APP_SORT:
		open_sort(app);
		break;
	case APP_SIGNAL:
		open_signal(app);
		break;
	case APP_USER:
		open_user(app);
		break;
	case APP_SETUP:
		open_setup(app);
		break;
	case APP_SEARCH:
		app->before_search = app->table.cursor;
		start_prompt(app, "Search: ", "");
		app->dialog = APP_SEARCH;
		break;
	case APP_FILTER:
		start_prompt(app, "Filter: ", app->table.filter);
		app->dialog = APP_FILTER;
		break;
	case APP_INTERVAL:
		open_interval(app);
		break;
	case APP_NICE:
		open_nice(app);
		break;
	}
}

/* --- keys and what comes of them -------------------------------------------------------------- */

bool app_set_filter(struct app *app, const char *text, struct query_error *error)
{
	struct query_error ignored;
	struct query *query;

	if (query_parse(&query, text, error != NULL ? error : &ignored) != 0)
		return false;
	query_free(app->table.query);
	app->table.query = query;
	app->ask.query = query;
	snprintf(app->table.filter, sizeof app->table.filter, "%s", text);
	app->stale = true;
	return true;
}

static void filter_done(struct app *app)
{
	struct query_error error;

	if (app_set_filter(app, app->prompt.text, &error)) {
		app_close_dialog(app);
		return;
	}
	prompt_error(&app->prompt, error.at, error.text);
}

static void interval_done(struct app *app)
{
	uint32_t interval_ms;

	if (values_interval(app->prompt.text, &interval_ms) != 0) {
		prompt_error(&app->prompt, 0, VALUES_INTERVAL " seconds");
		return;
	}
	app_close_dialog(app);
	app_set_interval(app, interval_ms);
}

static void nice_done(struct app *app)
{
	char *end;
	long nice = strtol(app->prompt.text, &end, 10);
	char doing[40];

	if (end == app->prompt.text || *end != '\0' || nice < -20 || nice > 19) {
		prompt_error(&app->prompt, 0, "a number from -20 to 19");
		return;
	}
	snprintf(doing, sizeof doing, "nice value %ld for", nice);
	app_close_dialog(app);
	app_act_on_targets(app, REQUEST_NICE, (int)nice, doing);
}

static void search_changed(struct app *app)
{
	long from = app->before_search.pid != 0 ? view_find(&app->view, app->before_search) : 0;

	snprintf(app->table.search, sizeof app->table.search, "%s", app->prompt.text);
	if (app->table.search[0] != '\0' && !app_search(app, from < 0 ? 0 : from, 1))
		prompt_error(&app->prompt, 0, "nothing shown matches");
}

static void prompt_done(struct app *app)
{
	if (app->dialog == APP_FILTER)
		filter_done(app);
	else if (app->dialog == APP_INTERVAL)
		interval_done(app);
	else if (app->dialog == APP_NICE)
		nice_done(app);
	else
		app_close_dialog(app);
}

static void cancelled(struct app *app)
{
	if (app->dialog == APP_SEARCH) {
		app->table.search[0] = '\0';
		app->table.cursor = app->before_search;
	}
	if (app->dialog == APP_SIGNAL || app->dialog == APP_NICE)
		app_release_targets(app);
	app_close_dialog(app);
}

static void key_to_prompt(struct app *app, const struct key *key)
{
	enum dialog_outcome outcome = prompt_key(&app->prompt, key);

	if (outcome == DIALOG_CANCELLED)
		cancelled(app);
	else if (outcome == DIALOG_DONE)
		prompt_done(app);
	else if (app->dialog == APP_SEARCH)
		search_changed(app);
}

static void menu_chosen(struct app *app)
{
	int value = menu_value(&app->menu);
	enum app_dialog dialog = app->dialog;
	char doing[40];

	app_close_dialog(app);
	if (dialog == APP_SORT)
		app_sort(app, (enum column_id)value);
	else if (dialog == APP_USER)
		app->ask.uid = value == -1 ? -1 : (int64_t)(uint32_t)value;
	else if (dialog == APP_SIGNAL) {
		snprintf(doing, sizeof doing, "sent %s to", signal_name(value));
		app_act_on_targets(app, REQUEST_SIGNAL, value, doing);
	}
	app->stale = true;
}

static void key_to_menu(struct app *app, const struct key *key)
{
	enum dialog_outcome outcome = menu_key(&app->menu, key, app->canvas.height);

	if (outcome == DIALOG_CANCELLED)
		cancelled(app);
	else if (outcome == DIALOG_DONE)
		menu_chosen(app);
}

static enum settings_symbols symbols_of(enum plot_alphabet alphabet)
{
	if (alphabet == PLOT_ASCII)
		return SYMBOLS_ASCII;
	return alphabet == PLOT_BLOCKS ? SYMBOLS_BLOCKS : SYMBOLS_BRAILLE;
}

/* What is chosen takes effect at once; setup brings the old choice back on Esc. */
static void key_to_setup(struct app *app, const struct key *key)
{
	struct settings *settings = app->settings;
	enum plot_alphabet alphabet = app->setup.now.alphabet;
	enum dialog_outcome outcome = setup_key(&app->setup, key, app->canvas.height);
	const struct setup_choice *now = &app->setup.now;

	memcpy(settings->columns, now->columns, sizeof settings->columns);
	settings->ncolumns = now->ncolumns;
	settings->span_s = now->span_s;
	snprintf(settings->theme, sizeof settings->theme, "%s", theme_name(now->theme));
	if (now->alphabet != alphabet)
		settings->symbols = symbols_of(now->alphabet);
	if (outcome != DIALOG_OPEN)
		app_close_dialog(app);
	if (outcome == DIALOG_DONE)
		app_say(app, false, "W keeps these settings for the next time");
	app_apply_settings(app);
}

void app_dialog_key(struct app *app, const struct key *key)
{
	app->dirty = true;
	switch (app->dialog) {
	case APP_TABLE:
		break;
	case APP_HELP:
		if (pager_key(&app->pager, key, app->canvas.height) != DIALOG_OPEN)
			app_close_dialog(app);
		break;
	case APP_ACCOUNT:
		if (!app_account_key(app, key))
			app_close_dialog(app);
		break;
	case APP_SORT:
	case APP_SIGNAL:
	case APP_USER:
		key_to_menu(app, key);
		break;
	case APP_SETUP:
		key_to_setup(app, key);
		break;
	case APP_SEARCH:
	case APP_FILTER:
	case APP_INTERVAL:
	case APP_NICE:
		key_to_prompt(app, key);
		break;
	}
}

void app_dialog_draw(struct app *app)
{
	switch (app->dialog) {
	case APP_TABLE:
		break;
	case APP_HELP:
		pager_draw(&app->canvas, &app->pager);
		break;
	case APP_ACCOUNT:
		app_account_draw(app);
		break;
	case APP_SORT:
	case APP_SIGNAL:
	case APP_USER:
		menu_draw(&app->canvas, &app->menu);
		break;
	case APP_SETUP:
		setup_draw(&app->canvas, &app->setup);
		break;
	case APP_SEARCH:
	case APP_FILTER:
	case APP_INTERVAL:
	case APP_NICE:
		prompt_draw(&app->canvas, &app->prompt);
		break;
	}
}
