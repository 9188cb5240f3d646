/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app - the dashboard's loop (app.h): frames, keys and signals in, one canvas out
 *
 * What keys have changed in `struct ui` (stage.h) is drawn; only here and in terminal.c the
 * terminal is known.
 */
#include "ui/app.h"

#include "base/clock.h"
#include "base/crash.h"
#include "base/pin.h"
#include "base/xalloc.h"
#include "session/player.h"
#include "fleet/fleet.h"
#include "ui/account.h"
#include "ui/note.h"
#include "ui/process/process_look.h"
#include "ui/stage.h"
#include "ui/terminal.h"
#include "ui/ui.h"
#include "ui/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	RETRY_MS = 50,     /* until a terminal that took nothing is asked again */
	KEYS_A_TURN = 256, /* keys taken before the screen is drawn */
	SETTLED_TICKS = 6, /* until the work of starting is done, the sampler's too */
	SHRUNK_CELLS = 100 * 1000,
	EARLY_MS = 500, /* wait of early keys for the first tick: there are no rows before */
};

struct app {
	struct ui ui;
	struct terminal terminal;
	struct note note;
	struct watch watch;   /* as last asked */
	uint64_t tick_cpu_us; /* our CPU time until the newest tick */
	char cost[80];        /* of the tick before, in words; for screen_style.show_cost */
	char title[160];      /* of the terminal's window; "": its own */
	bool shrunk;          /* the terminal is far smaller than it was */
};

/* --- drawing ---------------------------------------------------------------------------------- */

/* A canvas of the terminal's size; what a far larger one took is given back. */
static void clear_canvas(struct app *app)
{
	struct canvas *canvas = &app->ui.canvas;
	int width, height, cells = canvas->width * canvas->height;

	term_size(app->terminal.term, &width, &height);
	canvas->utf8 = app->ui.style.column.utf8;
	if (width == canvas->width && height == canvas->height) {
		canvas_clear(canvas);
		return;
	}
	canvas_resize(canvas, width, height);
	app->shrunk = cells - width * height > SHRUNK_CELLS;
}

static void draw(struct app *app)
{
	struct ui *ui = &app->ui;
	char note[HOSTS_NOTE_MAX];

	clear_canvas(app);
	stage_draw(ui, hosts_note(ui, note_text(&app->note, ui->session), note), app->cost);
	if (!ui_lists_hosts(ui))
		watch_ask(ui, &app->watch);
}

/* The window is called by the machine, and by what is looked at in it. */
static void give_title(struct app *app)
{
	const struct stream_header *header = store_header(ui_store(&app->ui));
	const char *subject = app->ui.subject.pid != 0 ? app->ui.process.state.name : "";
	char title[sizeof(app->title)];

	if (!app->ui.settings->title || header == NULL)
		return;
	snprintf(title, sizeof(title), "%s%smemtop%s%.64s", subject, subject[0] ? " - " : "",
		header->host[0] ? " on " : "", header->host);
	if (strcmp(title, app->title) == 0)
		return;
	memcpy(app->title, title, sizeof(title));
	terminal_title(&app->terminal, title);
}

/* Grants what is wished for the terminal besides cells. */
static void grant_extras(struct app *app)
{
	struct ui *ui = &app->ui;

	if (ui->ring)
		term_ring(app->terminal.term,
			(ui->settings->bell & BELL_NOTIFY) != 0 ? ui->headline.text : NULL);
	if (ui->copy[0] != '\0')
		term_copy(app->terminal.term, ui->copy);
	ui->ring = false;
	ui->copy[0] = '\0';
	give_title(app);
}

/* Draws when something changed and the terminal takes output; what cannot be shown now is not
 * queued: the next canvas will be newer. */
static void show_screens(struct app *app)
{
	const struct player *player = session_player(app->ui.session);

	if (player != NULL && player_busy(player))
		return; /* on its way to another time: nothing to look at yet */
	if (app->ui.stale)
		stage_rebuild(&app->ui);
	if (app->ui.dirty && term_writable(app->terminal.term))
		draw(app);
	grant_extras(app);
	int error = term_draw(app->terminal.term, &app->ui.canvas);
	if (error < 0)
		app->terminal.error = error;
	if (app->shrunk && error > 0) {
		app->shrunk = false;
		xalloc_trim();
	}
	crash_excuse(NULL);
}

/* --- frames ----------------------------------------------------------------------------------- */

/* "2.1 ms a look (0.2 % of a CPU): sampler 1.3, screen 0.8"; in a recording the sampler is one of
 * then, and the screen's share is measured only while it plays as time passes. */
static void apply_cost(struct app *app)
{
	uint64_t now_us = clock_boot_us(), cpu_us = clock_cpu_us();
	double screen_ms = (double)(cpu_us - app->tick_cpu_us) / 1000;
	double sampler_ms = session_cost_us(app->ui.session) / 1000.0;
	double past_ms = (double)(now_us - app->note.tick_us) / 1000;

	if (app->note.tick_us != 0 && past_ms > 0)
		snprintf(app->cost, sizeof(app->cost),
			"%.1f ms a look (%.1f %% of a CPU): sampler %.1f, screen %.1f",
			sampler_ms + screen_ms, (sampler_ms + screen_ms) * 100 / past_ms,
			sampler_ms, screen_ms);
	app->note.tick_us = now_us;
	app->tick_cpu_us = cpu_us;
}

/* Gives back what starting took, once, and keeps the rest. */
static void settle_down(struct ui *ui)
{
	account_begin(ui);
	pin_memory(frame_has_plenty(store_seen(ui_store(ui))));
}

static void apply_tick(struct app *app)
{
	apply_cost(app);
	pss_step(&app->ui);
	process_look_step(&app->ui);
	if (store_ticks(ui_store(&app->ui)) == SETTLED_TICKS)
		settle_down(&app->ui);
}

/* The end of a recording is drawn once, when it comes; the end of a live source is the end of
 * memtop, since there is nothing left to show. */
static void take_frames(struct app *app)
{
	struct ui *ui = &app->ui;
	const struct player *player = session_player(ui->session);
	bool at_end = player != NULL && player_at_end(player);
	unsigned events = session_step(ui->session);

	if ((events & SESSION_NOTICE) != 0)
		targets_take_notices(ui);
	if ((events & (SESSION_TICK | SESSION_CHANGED)) != 0)
		ui->stale = true;
	if ((events & SESSION_TICK) != 0)
		apply_tick(app);
	if ((events & SESSION_TROUBLE) != 0)
		targets_take_trouble(ui);
	if ((events & SESSION_END) != 0 && player != NULL)
		ui->dirty |= !at_end;
	else if ((events & SESSION_END) != 0 && app->terminal.error == 0)
		app->terminal.error = -EPIPE;
}

/* To the dashboard of machine HOST, or UI_NO_HOST, to the list.  What screens know of one machine
 * (cursor, tags, baseline) means nothing on another: all of it begins anew. */
static void go_to_host(struct app *app, size_t host)
{
	struct ui *ui = &app->ui;
	struct ui next = {
		.session = fleet_session(ui->options->fleet, host > 0 ? host - 1 : 0),
		.settings = ui->settings,
		.options = ui->options,
		.hosts = ui->hosts,
		.host = host,
		.host_wanted = host,
		.dirty = true,
		.stale = true,
	};

	if (ui->host != UI_NO_HOST) /* nobody there is on the screen any more */
		session_ask(ui->session, &(struct request){ .kind = REQUEST_WATCH }, false);
	fleet_look_into(ui->options->fleet, host > 0 ? host - 1 : FLEET_NONE, false);
	stage_close(ui);
	*ui = next;
	app->watch = (struct watch){ 0 };
	app->note = (struct note){ 0 };
	stage_open(ui);
	if (store_ticks(ui_store(ui)) > SETTLED_TICKS)
		account_begin(ui);
	if (host != UI_NO_HOST)
		hosts_arrive(ui);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void suspend(struct app *app, bool whole)
{
	app->ui.suspend = false;
	app->title[0] = '\0';
	terminal_suspend(&app->terminal, whole);
	app->ui.stale = app->ui.dirty = true;
}

/* Grants what keys have wished for the terminal. */
static void grant_wishes(struct app *app)
{
	struct ui *ui = &app->ui;
	struct term *term = app->terminal.term;

	term_take_paste(term, ui->typing);
	term_set_theme(term, ui->theme);
	if (ui->redraw)
		term_redraw(term);
	ui->redraw = false;
	if (ui->suspend)
		suspend(app, true);
}

/* Keys that concern the terminal are answered here; everything else is a screen's. Wishes (another
 * host, a suspend) are granted after the key, when no screen is in the middle of something. */
static void take_key(struct app *app, const struct key *key)
{
	if (key->code == KEYS_CLOSED)
		app->terminal.error = -EIO;
	else if (key->code == KEYS_RESIZE)
		app->ui.dirty = true;
	else if (key->code == KEYS_CTRL_Z)
		suspend(app, true);
	else
		stage_press(&app->ui, key);
	grant_wishes(app);
}

static bool running(const struct app *app)
{
	return !app->ui.quit && app->terminal.error == 0 && app->terminal.end_signal == 0;
}

static void take_keys(struct app *app)
{
	struct key key;

	for (int i = 0; i < KEYS_A_TURN && !app->ui.quit && app->terminal.error == 0; i++) {
		if (!term_key(app->terminal.term, &key))
			return;
		/* keys act on rows as they are now */
		if (app->ui.stale)
			stage_rebuild(&app->ui);
		take_key(app, &key);
	}
}

/* --- signals ---------------------------------------------------------------------------------- */

static void replace_guard(struct app *app, bool lost)
{
	if (terminal_replace_guard(&app->terminal, lost))
		ui_say(&app->ui, true,
			"the guard of the terminal was lost and has been started again");
}

/* A terminal that became smaller and as big again in between has lost what stood there, though the
 * size asked for afterwards is the old one. */
static void redraw_all(struct app *app)
{
	term_redraw(app->terminal.term);
	app->ui.dirty = true;
}

/* Signals come through a descriptor in their turn, so that none interrupts a drawing. */
static void take_signal(struct app *app, int number)
{
	if (number == SIGWINCH) {
		redraw_all(app);
	} else if (number == SIGCONT) {
		terminal_continued(&app->terminal);
		app->title[0] = '\0';
		app->ui.stale = app->ui.dirty = true;
	} else if (number == SIGTSTP) {
		suspend(app, false);
	} else if (number == SIGCHLD) {
		replace_guard(app, guard_is_gone(&app->terminal.guard));
	} else {
		app->terminal.end_signal = number;
	}
}

static void take_signals(struct app *app, int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		take_signal(app, (int)info.ssi_signo);
}

/* --- the loop --------------------------------------------------------------------------------- */

/* How long nothing needs to be done of our own accord, in ms; -1: for ever. */
static int idle_ms(const struct app *app)
{
	const struct ui *ui = &app->ui;
	uint64_t now = clock_mono_ms();
	int ms = clock_sooner(session_timeout_ms(ui->session),
		guard_timeout_ms(&app->terminal.guard, now));

	ms = clock_sooner(ms, note_timeout_ms(&app->note, ui->session, ui->settings->interval_ms));
	if (ui->options->fleet != NULL)
		ms = clock_sooner(ms, hosts_timeout_ms(ui));
	if (ui->message.text[0] != '\0')
		ms = clock_sooner(ms,
			ui->message.until_ms > now ? (int)(ui->message.until_ms - now) : 0);
	return ui->dirty ? clock_sooner(ms, RETRY_MS) : ms;
}

static void expire_message(struct ui *ui)
{
	if (ui->message.text[0] != '\0' && clock_mono_ms() >= ui->message.until_ms) {
		ui->message.text[0] = '\0';
		ui->dirty = true;
	}
}

/* Waits for something and takes it; KEYS: them, too. */
static void take_turn(struct app *app, int signals, bool keys)
{
	struct term *term = app->terminal.term;
	struct fleet *fleet = app->ui.options->fleet;
	bool key_held = keys && term_holds_key(term);
	struct pollfd fds[] = {
		{ .fd = session_fd(app->ui.session), .events = POLLIN },
		{ .fd = keys ? term_fd(term) : -1, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = term_wait_fd(term), .events = POLLOUT },
		{ .fd = fleet != NULL ? fleet_fd(fleet) : -1, .events = POLLIN },
	};
	int timeout = key_held ? 0 : keys ? idle_ms(app) : clock_sooner(idle_ms(app), EARLY_MS);

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), timeout) < 0 && errno != EINTR) {
		app->terminal.error = -errno;
		return;
	}
	if (fds[2].revents != 0)
		take_signals(app, signals);
	if (fds[1].revents != 0 || key_held)
		take_keys(app);
	if (!ui_lists_hosts(&app->ui))
		take_frames(app);
	if (fleet != NULL)
		hosts_step(&app->ui);
	if (app->ui.host_wanted != app->ui.host)
		go_to_host(app, app->ui.host_wanted);
	replace_guard(app, guard_hangs(&app->terminal.guard, clock_mono_ms()));
	expire_message(&app->ui);
	app->ui.dirty |= note_grow_old(&app->note, app->ui.session, app->ui.settings->interval_ms);
}

/* Whether -n is reached; asked once the last look has been drawn. */
static bool enough(const struct app *app)
{
	return app->ui.options->count > 0 &&
	       store_ticks(ui_store(&app->ui)) >= app->ui.options->count;
}

static void run_loop(struct app *app, int signals)
{
	uint64_t late_ms = clock_mono_ms() + EARLY_MS;

	/* a screen without figures is drawn only where these are long in coming */
	while (running(app) && !ui_lists_hosts(&app->ui) && store_ticks(ui_store(&app->ui)) == 0) {
		bool late = clock_mono_ms() >= late_ms;

		if (late)
			show_screens(app);
		take_turn(app, signals, late);
		term_flush(app->terminal.term);
	}
	while (running(app)) {
		show_screens(app);
		app->ui.quit |= enough(app);
		if (running(app))
			take_turn(app, signals, true);
	}
}

/* --- beginning and end ------------------------------------------------------------------------ */

/* Blocked first: one that comes between the two calls would end us with the terminal as it is. */
static int open_signals(sigset_t *before)
{
	static const int taken[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT,
		SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		sigaddset(&set, taken[i]);
	sigprocmask(SIG_BLOCK, &set, before);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int open_terminal(struct app *app, char why[APP_WHY_MAX])
{
	const struct term_options options = {
		.color = !app->ui.options->no_color,
		.mouse = app->ui.settings->mouse,
		.theme = app->ui.theme,
	};
	if (terminal_open(&app->terminal, &options, why) != 0)
		return -1;
	/* the terminal is drawn as another one: worth a word, but no reason not to start */
	if (why[0] != '\0')
		ui_say(&app->ui, true, "%s", why);
	why[0] = '\0';
	return 0;
}

/* Why the loop ended, for the caller; a reason that WHY has already stays. */
static int outcome(const struct app *app, char why[APP_WHY_MAX])
{
	int error = app->terminal.error;

	if (app->terminal.end_signal != 0)
		return app->terminal.end_signal;
	if (app->ui.quit)
		return 0;
	if (error == -EIO)
		snprintf(why, APP_WHY_MAX, "the terminal is gone");
	else if (error == -ENOTTY)
		snprintf(why, APP_WHY_MAX,
			"memtop is in the background, and nothing can bring it to the front; "
			"`memtop -b` writes tables and needs no terminal");
	else if (session_message(app->ui.session)[0] != '\0')
		snprintf(why, APP_WHY_MAX, "%s", session_message(app->ui.session));
	else
		snprintf(why, APP_WHY_MAX, "the sampler has ended");
	return error;
}

int app_run(struct session *session, struct settings *settings, const struct app_options *options,
	char why[APP_WHY_MAX])
{
	struct app *app = xalloc_zero(1, sizeof(*app));
	sigset_t before;

	app->ui.session = session != NULL ? session : fleet_session(options->fleet, 0);
	app->ui.settings = settings;
	app->ui.options = options;
	int signals = open_signals(&before);
	stage_open(&app->ui);
	why[0] = '\0';
	if (open_terminal(app, why) == 0)
		run_loop(app, signals);
	terminal_close(&app->terminal);
	int result = why[0] != '\0' ? app->terminal.error : outcome(app, why);
	close(signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	stage_close(&app->ui);
	free(app);
	return result;
}
