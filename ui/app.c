/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app - the dashboard's loop (app.h): frames, keys and signals in, one canvas out */
#include "ui/app_state.h"

#include "base/clock.h"
#include "base/crash.h"
#include "base/pin.h"
#include "base/xalloc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	MESSAGE_MS = 6000, /* how long a line at the bottom stays */
	RETRY_MS = 50,     /* until a terminal that took nothing is asked again */
	KEYS_A_TURN = 256, /* keys taken before the screen is drawn */
	SETTLED_TICKS = 6, /* until the work of starting is done, the sampler's too */
	SHRUNK_CELLS = 100 * 1000,
	EARLY_MS = 500, /* wait of early keys for the first tick: there are no rows before */
};

/* Curses does not check every allocation, neither at its start nor where it frees what it has. */
static const char curses_broke[] =
	"memtop: curses, which draws the screen, broke; is there no memory left?\n";

/* For the handlers of deadly signals, which get no argument. */
static const struct guard *guard_in_use;

static void emergency(void)
{
	term_emergency();
	if (guard_in_use != NULL)
		guard_dismiss(guard_in_use);
}

const struct store *app_store(const struct app *app)
{
	return session_store(app->session);
}

void app_say(struct app *app, bool bad, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(app->message.text, sizeof app->message.text, format, args);
	va_end(args);
	app->message.bad = bad;
	app->message.until_ms = clock_mono_ms() + MESSAGE_MS;
	app->dirty = true;
}

static enum plot_alphabet choose_alphabet(const struct app *app)
{
	if (app->options->ascii || !app->options->utf8)
		return PLOT_ASCII;
	switch (app->settings->symbols) {
	case SYMBOLS_ASCII:
		return PLOT_ASCII;
	case SYMBOLS_BRAILLE:
		return PLOT_BRAILLE;
	case SYMBOLS_AUTO:
	case SYMBOLS_BLOCKS:
		break;
	}
	return PLOT_BLOCKS;
}

/* Puts what the settings say into what the screens read. */
void app_apply_settings(struct app *app)
{
	const struct settings *s = app->settings;
	enum theme_id theme = THEME_DEFAULT;

	theme_by_name(s->theme, &theme);
	term_set_theme(app->term, theme);
	app->style.alphabet = choose_alphabet(app);
	app->style.column.utf8 = app->style.alphabet != PLOT_ASCII;
	app->canvas.utf8 = app->style.column.utf8;
	app->style.column.full_command = s->full_command;
	app->style.span_s = s->span_s;
	app->style.columns = s->columns;
	app->style.ncolumns = s->ncolumns;
	app->stale = true;
	app->dirty = true;
}

void app_set_interval(struct app *app, uint32_t interval_ms)
{
	struct request request = { .kind = REQUEST_INTERVAL, .interval_ms = interval_ms };

	app->settings->interval_ms = interval_ms;
	session_ask(app->session, &request, false);
	app_say(app, false, "a look every %g second%s", interval_ms / 1000.0,
		interval_ms == 1000 ? "" : "s");
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void rebuild(struct app *app)
{
	struct headline_facts facts;

	app->ask.folds = app->table.folds;
	app->ask.nfolds = app->table.nfolds;
	view_build(&app->view, app_store(app), &app->ask);
	app_follow_cursor(app);
	headline_gather(&facts, app_store(app));
	headline_write(&app->headline, &facts);
	app_pss_look(app);
	app->stale = false;
	app->dirty = true;
}

static void add_pid(struct request *watch, int32_t pid)
{
	for (size_t i = 0; i < watch->npids; i++)
		if (watch->pids[i] == pid)
			return;
	if (watch->npids < FRAME_PART_MAX)
		watch->pids[watch->npids++] = pid;
}

/* The process of a row, or all of a group. */
static void add_watch(struct request *watch, const struct store *store, const struct row *row)
{
	if (row->proc != NULL)
		add_pid(watch, row->proc->id.pid);
	for (size_t i = 0; row->proc == NULL && i < row->sum->count; i++)
		add_pid(watch, store_proc(store, row->sum->members[i])->id.pid);
}

static void add_climbing(struct request *watch, const struct store *store, const struct view *view)
{
	for (size_t i = 0; i < view->count && watch->npids < FRAME_PART_MAX; i++)
		if (row_verdict(store, &view->rows[i]) == TREND_CLIMBING)
			add_watch(watch, store, &view->rows[i]);
}

static bool same_watch(const struct request *a, const struct request *b)
{
	return a->npids == b->npids && memcmp(a->pids, b->pids, a->npids * sizeof a->pids[0]) == 0;
}

/* Tells the sampler what is on the screen, selected or flagged, when that has changed. */
static void ask_watch(struct app *app)
{
	struct request watch = { .kind = REQUEST_WATCH };
	const struct store *store = app_store(app);
	const struct proc *cursor = app_cursor(app);
	long end = app->table.top + app->geometry.rows;

	if (app_process_is_open(app))
		add_pid(&watch, app->process.id.pid);
	for (long i = app->table.top; i < end && i < (long)app->view.count; i++)
		add_watch(&watch, store, &app->view.rows[i]);
	if (cursor != NULL)
		add_pid(&watch, cursor->id.pid);
	/* where no process climbs only groups may */
	if (app->view.climbing > 0 || app->ask.grouped)
		add_climbing(&watch, store, &app->view);
	if (same_watch(&watch, &app->watch))
		return;
	app->watch = watch;
	session_ask(app->session, &watch, false);
}

/* A canvas of the terminal's size; what a far larger one took is given back. */
static void clear_canvas(struct app *app)
{
	struct canvas *canvas = &app->canvas;
	int width, height, cells = canvas->width * canvas->height;

	term_size(app->term, &width, &height);
	if (width == canvas->width && height == canvas->height) {
		canvas_clear(canvas);
		return;
	}
	canvas_resize(canvas, width, height);
	app->shrunk = cells - width * height > SHRUNK_CELLS;
}

static void draw(struct app *app)
{
	clear_canvas(app);
	app->canvas.utf8 = app->style.column.utf8;
	struct table_facts facts = {
		.store = app_store(app),
		.view = &app->view,
		.ask = &app->ask,
		.headline = &app->headline,
		.style = &app->style,
		.message = &app->message,
		.source_note = app_note(app),
		.cost = app->style.show_cost ? app->cost : NULL,
		.interval_ms = app->settings->interval_ms,
		.paused = session_paused(app->session),
	};
	if (app_process_is_open(app))
		app_process_draw(app);
	else
		table_draw(&app->canvas, &facts, &app->table, &app->geometry);
	app_dialog_draw(app);
	app->dirty = false;
	ask_watch(app);
}

/* Draws when something changed and the terminal takes output; what cannot be shown now is not
 * queued: the next canvas will be newer. */
static void show(struct app *app)
{
	if (session_busy(app->session))
		return; /* on its way to another time: nothing to look at yet */
	if (app->stale)
		rebuild(app);
	if (app->dirty && term_writable(app->term))
		draw(app);
	int error = term_draw(app->term, &app->canvas);
	if (error < 0)
		app->error = error;
	if (app->shrunk && error > 0) {
		app->shrunk = false;
		xalloc_trim();
	}
	crash_excuse(NULL);
}

/* --- what comes in ---------------------------------------------------------------------------- */

/* "2.1 ms a tick (0.2 % of a CPU): sampler 1.3, screen 0.8"; in a recording the sampler is one of
 * then, and the screen's share is measured only while it plays as time passes. */
static void take_cost(struct app *app)
{
	uint64_t now_us = clock_boot_us(), cpu_us = clock_cpu_us();
	double screen_ms = (double)(cpu_us - app->tick_cpu_us) / 1000;
	double sampler_ms = session_cost_us(app->session) / 1000.0;
	double past_ms = (double)(now_us - app->tick_us) / 1000;

	if (app->tick_us != 0 && past_ms > 0)
		snprintf(app->cost, sizeof app->cost,
			"%.1f ms a tick (%.1f %% of a CPU): sampler %.1f, screen %.1f",
			sampler_ms + screen_ms, (sampler_ms + screen_ms) * 100 / past_ms,
			sampler_ms, screen_ms);
	app->tick_us = now_us;
	app->tick_cpu_us = cpu_us;
}

static void take_frames(struct app *app)
{
	bool at_end = session_at_end(app->session);
	unsigned events = session_step(app->session);

	if ((events & SESSION_NOTICE) != 0)
		app_take_notices(app);
	if ((events & (SESSION_TICK | SESSION_CHANGED)) != 0)
		app->stale = true;
	if ((events & SESSION_TICK) != 0)
		take_cost(app);
	if ((events & SESSION_TICK) != 0)
		app_pss_step(app);
	if ((events & SESSION_TICK) != 0 && store_ticks(app_store(app)) == SETTLED_TICKS)
		app_account_begin(app);
	/* what starting took is given back, once, and the rest kept */
	if ((events & SESSION_TICK) != 0 && store_ticks(app_store(app)) == SETTLED_TICKS)
		pin_memory(frame_has_plenty(store_seen(app_store(app))));
	if ((events & SESSION_TROUBLE) != 0)
		app_take_trouble(app);
	if ((events & SESSION_END) != 0 && session_is_replay(app->session))
		app->dirty |= !at_end;
	else if ((events & SESSION_END) != 0 && app->error == 0)
		app->error = -EPIPE;
}

static void take_key(struct app *app, const struct key *key)
{
	if (key->code == KEYS_CLOSED)
		app->error = -EIO;
	else if (key->code == KEYS_RESIZE)
		app->dirty = true;
	else if (key->code == KEYS_CTRL_Z)
		app_suspend(app, true);
	else if (app->dialog != APP_TABLE)
		app_dialog_key(app, key);
	else if (app_process_is_open(app))
		app_process_key(app, key);
	else if (key->code == KEYS_MOUSE)
		app_mouse(app, key);
	else if (key->code == 'N' && app->table.search[0] != '\0')
		app_act(app, ACTION_SEARCH_PREVIOUS);
	else
		app_act(app, keys_action(key->code));
}

static void take_keys(struct app *app)
{
	struct key key;

	for (int i = 0; i < KEYS_A_TURN && !app->quit && app->error == 0; i++) {
		if (!term_key(app->term, &key))
			return;
		/* keys act on rows as they are now */
		if (app->stale)
			rebuild(app);
		take_key(app, &key);
	}
}

static void replace_guard(struct app *app, bool lost)
{
	if (lost && guard_start(&app->guard, STDOUT_FILENO) == 0)
		app_say(app, true, "the guard of the terminal was lost and has been started again");
}

/* A terminal that became smaller and as big again in between has lost what stood there, though the
 * size asked for afterwards is the old one. */
static void resized(struct app *app)
{
	term_redraw(app->term);
	app->dirty = true;
}

static void take_signal(struct app *app, int number)
{
	if (number == SIGWINCH)
		resized(app);
	else if (number == SIGCONT)
		app_continued(app);
	else if (number == SIGTSTP)
		app_suspend(app, false);
	else if (number == SIGCHLD)
		replace_guard(app, guard_is_gone(&app->guard));
	else
		app->end_signal = number;
}

static void take_signals(struct app *app, int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof info) == (ssize_t)sizeof info)
		take_signal(app, (int)info.ssi_signo);
}

static int sooner(int a, int b)
{
	if (a < 0)
		return b;
	return b < 0 || a < b ? a : b;
}

/* How long nothing needs to be done of our own accord, in ms; -1: for ever. */
static int idle_ms(const struct app *app)
{
	int ms = sooner(session_timeout_ms(app->session),
		guard_timeout_ms(&app->guard, clock_mono_ms()));

	ms = sooner(ms, app_old_timeout_ms(app));
	if (app->message.text[0] != '\0') {
		uint64_t now = clock_mono_ms();
		ms = sooner(ms,
			app->message.until_ms > now ? (int)(app->message.until_ms - now) : 0);
	}
	return app->dirty ? sooner(ms, RETRY_MS) : ms;
}

static void expire_message(struct app *app)
{
	if (app->message.text[0] != '\0' && clock_mono_ms() >= app->message.until_ms) {
		app->message.text[0] = '\0';
		app->dirty = true;
	}
}

/* Waits for something and takes it; KEYS: them, too. */
static void turn(struct app *app, int signals, bool keys)
{
	bool key_held = keys && term_holds_key(app->term);
	struct pollfd fds[] = {
		{ .fd = session_fd(app->session), .events = POLLIN },
		{ .fd = keys ? term_fd(app->term) : -1, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = term_wait_fd(app->term), .events = POLLOUT },
	};
	int timeout = key_held ? 0 : keys ? idle_ms(app) : sooner(idle_ms(app), EARLY_MS);

	if (poll(fds, 4, timeout) < 0 && errno != EINTR) {
		app->error = -errno;
		return;
	}
	if (fds[2].revents != 0)
		take_signals(app, signals);
	if (fds[1].revents != 0 || key_held)
		take_keys(app);
	take_frames(app);
	replace_guard(app, guard_hangs(&app->guard, clock_mono_ms()));
	expire_message(app);
	app_grow_old(app);
}

static bool running(const struct app *app)
{
	return !app->quit && app->error == 0 && app->end_signal == 0;
}

/* Whether -n is reached; asked once the last look has been drawn. */
static bool enough(const struct app *app)
{
	return app->options->count > 0 && store_ticks(app_store(app)) >= app->options->count;
}

static void loop(struct app *app, int signals)
{
	uint64_t late_ms = clock_mono_ms() + EARLY_MS;

	/* a screen without figures is drawn only where these are long in coming */
	while (running(app) && store_ticks(app_store(app)) == 0) {
		bool late = clock_mono_ms() >= late_ms;

		if (late)
			show(app);
		turn(app, signals, late);
		term_flush(app->term);
	}
	while (running(app)) {
		show(app);
		app->quit |= enough(app);
		if (running(app))
			turn(app, signals, true);
	}
}

/* --- beginning and end ------------------------------------------------------------------------ */

static int open_signals(sigset_t *before)
{
	static const int taken[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT,
		SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		sigaddset(&set, taken[i]);
	sigprocmask(SIG_BLOCK, &set, before);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void prepare(struct app *app)
{
	const struct app_options *o = app->options;
	const struct settings *s = app->settings;

	app->ask = (struct view_ask){
		.sort = s->sort,
		.reverse = s->reverse,
		.climbers_on_top = s->climbers_on_top,
		.kernel_threads = s->kernel_threads,
		.grouped = o->grouped,
		.group = o->group,
		.uid = o->uid,
		.pids = o->pids,
		.npids = o->npids,
	};
	app->style.readonly = o->readonly;
	view_init(&app->view);
	canvas_init(&app->canvas);
	menu_init(&app->menu, "", "");
	pager_init(&app->pager, "");
	if (o->filter != NULL)
		app_set_filter(app, o->filter, NULL);
	if (o->note != NULL && o->note[0] != '\0')
		app_say(app, true, "%s", o->note);
}

static void done(struct app *app)
{
	view_done(&app->view);
	canvas_done(&app->canvas);
	menu_done(&app->menu);
	pager_done(&app->pager);
	account_done(&app->account);
	account_done(&app->account_base);
	app_pss_done(app);
	query_free(app->table.query);
	free(app->table.tags);
	free(app->table.folds);
	free(app);
}

static int open_terminal(struct app *app, char why[APP_WHY_MAX])
{
	enum theme_id theme = THEME_DEFAULT;

	theme_by_name(app->settings->theme, &theme);
	struct term_options options = {
		.color = !app->options->no_color,
		.mouse = app->settings->mouse,
		.theme = theme,
	};
	crash_watch(emergency);
	crash_excuse(curses_broke);
	int error = term_open(&app->term, &options, why);
	if (error != 0)
		return error;
	guard_in_use = &app->guard;
	xalloc_on_failure(emergency);
	app_apply_settings(app);
	/* the terminal is drawn as another one: worth a word, but no reason not to start */
	if (why[0] != '\0')
		app_say(app, true, "%s", why);
	why[0] = '\0';
	return 0;
}

/* Why the loop ended, for the caller. */
static int outcome(const struct app *app, char why[APP_WHY_MAX])
{
	if (app->end_signal != 0)
		return app->end_signal;
	if (app->quit)
		return 0;
	if (app->error == -EIO)
		snprintf(why, APP_WHY_MAX, "the terminal is gone");
	else if (app->error == -ENOTTY)
		snprintf(why, APP_WHY_MAX,
			"memtop is in the background, and nothing can bring it to the front; "
			"`memtop -b` writes tables and needs no terminal");
	else if (session_message(app->session)[0] != '\0')
		snprintf(why, APP_WHY_MAX, "%s", session_message(app->session));
	else
		snprintf(why, APP_WHY_MAX, "the sampler has ended");
	return app->error;
}

/* Once it is our turn: before, the terminal is neither drawn to nor are its settings to be kept. */
static int take_terminal(struct app *app, char why[APP_WHY_MAX])
{
	if (!app_await_turn(app))
		return outcome(app, why);
	guard_start(&app->guard, STDOUT_FILENO);
	return open_terminal(app, why);
}

int app_run(struct session *session, struct settings *settings, const struct app_options *options,
	char why[APP_WHY_MAX])
{
	struct app *app = xalloc_zero(1, sizeof *app);
	sigset_t before;

	app->session = session;
	app->settings = settings;
	app->options = options;
	int signals = open_signals(&before);
	guard_init(&app->guard);
	prepare(app);
	int result = take_terminal(app, why);
	if (result == 0) {
		loop(app, signals);
		crash_excuse(curses_broke);
		term_close(app->term);
		crash_excuse(NULL);
		result = outcome(app, why);
	}
	guard_in_use = NULL;
	guard_stop(&app->guard);
	close(signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	done(app);
	return result;
}
