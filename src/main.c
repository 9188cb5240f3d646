/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main - which of memtop's modes runs: the dashboard, the batch mode, the stream ...
 *
 * The only file of src/ that knows ui/, and the only one that prints usage and ends the program.
 */
#include "config.h"

#include "base/buf.h"
#include "base/crash.h"
#include "base/log.h"
#include "base/quit.h"
#include "base/streams.h"
#include "base/xalloc.h"
#include "fleet/fleet.h"
#include "modes/batch.h"
#include "modes/check_run.h"
#include "modes/detail_run.h"
#include "modes/fleet_open.h"
#include "modes/flight_run.h"
#include "modes/hosts_run.h"
#include "modes/inside_run.h"
#include "modes/metrics_run.h"
#include "modes/past_run.h"
#include "modes/report_run.h"
#include "modes/runner.h"
#include "modes/session_open.h"
#include "modes/tell.h"
#include "modes/verdicts.h"
#include "modes/watchman.h"
#include "options/options.h"
#include "options/settings.h"
#include "sample/stream.h"
#include "session/session.h"
#include "source/flight.h"
#include "source/source_live.h"
#include "ui/app.h"
#include "ui/draw/theme.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
	EXIT_TROUBLE = 1,
	EXIT_USAGE = 2,
	PATH_SIZE = 4096,
};

static int usage(const char *why)
{
	tell("%s", why);
	return EXIT_USAGE;
}

static int trouble(const char *why)
{
	tell("%s", why);
	return EXIT_TROUBLE;
}

static int print_help(void)
{
	struct buf text;

	buf_init(&text);
	options_help(&text);
	fputs(buf_text(&text), stdout);
	buf_done(&text);
	return tell_unwritten(fflush(stdout) == 0 ? 0 : -errno) ? EXIT_TROUBLE : 0;
}

static int print_version(void)
{
	puts("memtop " PACKAGE_VERSION);
	return tell_unwritten(fflush(stdout) == 0 ? 0 : -errno) ? EXIT_TROUBLE : 0;
}

/* The user of -u, by name or number. */
static int find_user(struct options *options, char *why, size_t size)
{
	char *end;

	if (options->user == NULL)
		return 0;
	errno = 0;
	unsigned long number = strtoul(options->user, &end, 10);
	if (errno == 0 && end != options->user && *end == '\0' && number < UINT32_MAX) {
		options->uid = (int64_t)number;
		return 0;
	}
	const struct passwd *user = getpwnam(options->user);
	if (user == NULL) {
		snprintf(why, size, "-u: there is no user '%.60s'", options->user);
		return -ENOENT;
	}
	options->uid = user->pw_uid;
	return 0;
}

static int run_stream_to(int in, int out, const struct stream_options *options)
{
	char why[STREAM_WHY_MAX];

	return stream_run(in, out, options, why) == 0 ? 0 : trouble(why);
}

/* Runs in the sampler's process: source_live forks it, and forks it again when it is lost. */
static int run_child(int in, int out, void *context)
{
	log_open("sampler");
	return run_stream_to(in, out, context);
}

static int run_stream(const struct options *options)
{
	struct stream_options stream = {
		.interval_ms = options->interval_ms,
		.count = options->count,
		.key_s = options->key_s,
		.readonly = options->readonly,
		.no_inside = options->no_inside,
	};

	/* a terminal is no front end: nothing on it is a request */
	return run_stream_to(isatty(STDIN_FILENO) ? -1 : STDIN_FILENO, STDOUT_FILENO, &stream);
}

static int run_screen(struct session *session, struct fleet *fleet, struct settings *settings,
	const struct options *options, const char *note, int *end_signal)
{
	char path[PATH_SIZE], why[APP_WHY_MAX] = "";
	const char *no_color = getenv("NO_COLOR");
	struct app_options app = {
		.count = options->count,
		.ask = options_ask(options, settings),
		.filter = options->filter,
		.no_color = options->no_color || (no_color != NULL && no_color[0] != '\0'),
		.ascii = options->ascii,
		.readonly = options->readonly || (fleet != NULL && !options->allow_signals),
		.fleet = fleet,
		.utf8 = streams_are_utf8(),
		.note = note,
		.settings_path = settings_path(path, sizeof(path)) == 0 ? path : NULL,
	};

	int result = app_run(session, settings, &app, why);
	*end_signal = result > 0 ? result : 0;
	return result >= 0 ? 0 : trouble(why);
}

/* The status of trouble before a mode has begun. */
static int trouble_of(enum options_mode mode)
{
	if (mode == MODE_CHECK) /* where 1 says that something matches */
		return EXIT_USAGE;
	return mode == MODE_RUN ? RUNNER_TROUBLE : EXIT_TROUBLE;
}

/* A sampler of this machine.  APART: a child of ours that no run is about, 0: none. */
static int open_machine(struct source **source, const struct options *options, int apart)
{
	struct stream_options stream = {
		.interval_ms = options->mode == MODE_RUN ? 0 : options->interval_ms,
		.parent = getpid(),
		.family = options->mode == MODE_RUN,
		.readonly = options->readonly,
		.no_inside = options->no_inside,
		.apart = apart,
	};
	const struct live_child child = { run_child, &stream, sizeof(stream) };

	/* anything else in it may be missing: the sampler says so */
	if (access("/proc/self/stat", R_OK) != 0) {
		tell("/proc is not there; memtop reads everything from it "
		     "(mount -t proc proc /proc)");
		return -ENOENT;
	}
	int error = source_open_live(source, &child);
	if (error != 0)
		tell("cannot start the sampler: %s", strerror(-error));
	return error;
}

/* session_open, with an exit status. */
static int open_session(struct session **session, const struct options *options,
	const char *recording, int apart)
{
	return session_open(session, options, recording, open_machine, apart) == 0
		       ? 0
		       : trouble_of(options->mode);
}

/* A mode that only reads a session. */
static int run_reader(const struct options *options, const char *recording,
	int (*run)(struct session *session, const struct options *options))
{
	struct session *session = NULL;
	int status = open_session(&session, options, recording, 0);

	if (status == 0) {
		status = run(session, options);
		session_close(session);
	}
	return status;
}

/* Runs what reads the session: the dashboard, tables, one process.  END_SIGNAL: what it should die
 * of. */
static int run_face(struct session *session, struct settings *settings,
	const struct options *options, const char *note, int *end_signal)
{
	*end_signal = 0;
	if (options->mode == MODE_SCREEN && options_look_back(options) &&
		past_go(session, options) != 0)
		return EXIT_TROUBLE;
	if (options->mode == MODE_SCREEN)
		return run_screen(session, NULL, settings, options, note, end_signal);
	if (options->mode == MODE_INSIDE)
		return inside_run(session, options);
	if (options->mode == MODE_PAST)
		return past_run(session, options, settings);
	return options->mode == MODE_DETAIL ? detail_run(session, options)
					    : batch_run(session, options, settings);
}

/* The dashboard, the batch mode and processes in depth. */
static int run_session(struct settings *settings, const struct options *options, const char *note)
{
	struct session *session = NULL;
	struct watchman man;
	char why[ALARM_WHY_MAX];
	int end_signal, status = watchman_open(&man, options, why);

	if (status != 0)
		return usage(why);
	char folder[PATH_SIZE];
	const char *recording = options_look_back(options) ? past_recording(options, folder)
							   : options->replay;
	if (recording == NULL && options_look_back(options))
		status = EXIT_TROUBLE;
	if (status == 0)
		status = open_session(&session, options, recording, 0);
	if (status != 0) {
		watchman_done(&man);
		return status;
	}
	watchman_begin(&man, session);
	if (options->mode == MODE_SCREEN && recording == NULL && !options->no_history &&
		flight_find(folder, sizeof(folder)) == 0)
		session_begin_history(session, folder);
	if (settings->look_inside == SETTINGS_LOOK_YES && !options->no_inside &&
		(options->mode == MODE_SCREEN || options->mode == MODE_BATCH))
		session_look_inside(session);
	status = run_face(session, settings, options, note, &end_signal);
	if (options->mode != MODE_SCREEN && quit_signal() == 0)
		watchman_read(&man);
	if (end_signal == 0 && quit_signal() == 0)
		watchman_end(&man);
	session_close(session);
	watchman_done(&man);
	if (end_signal != 0)
		crash_end_by(end_signal);
	return status;
}

static int run_verdicts(struct session *session, const struct options *options)
{
	(void)options;
	return verdicts_run(session);
}

static int run_compare(const struct options *options)
{
	struct session *a = NULL, *b = NULL;
	int status = open_session(&a, options, options->compare[0], 0);

	if (status != 0)
		return status;
	status = open_session(&b, options, options->compare[1], 0);
	if (status == 0) {
		status = report_run_compare(a, b, options);
		session_close(b);
	}
	session_close(a);
	return status;
}

static int run_program(const struct options *options)
{
	struct launch_witness witness = launch_witness();
	struct session *session = NULL;
	int status = open_session(&session, options, NULL, witness.pid);

	if (status == 0) {
		status = runner_run(session, witness, options);
		session_close(session);
	}
	return status;
}

/* Unless it is told how often, every five seconds: it runs for months. */
static int run_flight(struct options *options)
{
	enum { FLIGHT_MS = 5000 };

	if (!options->interval_given)
		options->interval_ms = FLIGHT_MS;
	return run_reader(options, NULL, flight_run);
}

/* Reads the settings file, with a word about what is wrong in it: for the screen, or, where there
 * is none, on standard error. */
static void read_settings(struct settings *settings, bool screen, char note[SETTINGS_WHY_MAX])
{
	char path[PATH_SIZE];
	enum theme_id theme;

	settings_default(settings);
	if (settings_path(path, sizeof(path)) == 0)
		settings_load(settings, path, note);
	if (note[0] == '\0' && theme_by_name(settings->theme, &theme) != 0)
		snprintf(note, SETTINGS_WHY_MAX, "settings: there is no theme '%s'",
			settings->theme);
	if (note[0] != '\0' && !screen)
		tell("%s", note);
}

/* Looks whether a standard stream that is needed was CLOSED by whoever started us.  Returns an exit
 * status. */
static int check_streams(unsigned closed, enum options_mode mode)
{
	const char *lacking = streams_lacking(closed, mode == MODE_RUN);

	if (lacking == NULL)
		return 0;
	tell("standard %s is closed%s", lacking,
		mode == MODE_RUN ? "; the program was not run" : "");
	return trouble_of(mode);
}

/* Says why it cannot be kept: as the screen's NOTE, unless that says something already, or, where
 * there is no screen (NULL), on standard error. */
static void open_log(char *note)
{
	char why[LOG_WHY_MAX];
	int error = log_open("front end");

	if (error == 0)
		return;
	log_explain(error, why);
	if (note == NULL)
		trouble(why);
	else if (note[0] == '\0')
		snprintf(note, SETTINGS_WHY_MAX, "%s", why);
}

/* Many machines: on the screen, or, where SETTINGS are NULL, as tables. */
static int run_hosts(struct settings *settings, const struct options *options, const char *note)
{
	struct host_names names = { 0 };
	struct fleet *fleet = NULL;
	int end_signal = 0, status = fleet_open(&fleet, &names, options);

	if (status == 0 && settings != NULL && !session_has_screen())
		status = EXIT_TROUBLE;
	if (status == 0 && settings == NULL)
		status = hosts_run(fleet, options);
	else if (status == 0)
		status = run_screen(NULL, fleet, settings, options, note, &end_signal);
	fleet_free(fleet);
	host_names_done(&names);
	if (end_signal != 0)
		crash_end_by(end_signal);
	return status;
}

/* A mode that needs no settings is run within the switch; the others go on to read the settings
 * file, which the command line then overrules. */
static int choose_mode(struct options *options)
{
	char note[SETTINGS_WHY_MAX] = "";
	struct settings settings;

	if (options->mode == MODE_STREAM || options->mode == MODE_RUN ||
		options->mode == MODE_CHECK)
		open_log(NULL);
	switch (options->mode) {
	case MODE_HELP:
		return print_help();
	case MODE_VERSION:
		return print_version();
	case MODE_STREAM:
		return run_stream(options);
	case MODE_VERDICTS:
		return run_reader(options, options->replay, run_verdicts);
	case MODE_REPORT:
		return run_reader(options, options->report_from, report_run);
	case MODE_COMPARE:
		return run_compare(options);
	case MODE_RUN:
		return run_program(options);
	case MODE_CHECK:
		return run_reader(options, options->replay, check_run);
	case MODE_FLIGHT:
		return options->status ? flight_run_status(options) : run_flight(options);
	case MODE_METRICS:
		return run_reader(options, options->replay, metrics_run);
	case MODE_HOSTS:
		return run_hosts(NULL, options, NULL);
	case MODE_SCREEN:
	case MODE_BATCH:
	case MODE_DETAIL:
	case MODE_INSIDE:
	case MODE_PAST:
		break;
	}
	read_settings(&settings, options->mode == MODE_SCREEN, note);
	open_log(options->mode == MODE_SCREEN ? note : NULL);
	options_settle(options, &settings);
	int status = options_have_hosts(options) ? run_hosts(&settings, options, note)
						 : run_session(&settings, options, note);
	log_close();
	return status;
}

static int run_mode(struct options *options)
{
	signal(SIGXFSZ, SIG_IGN);         /* a full quota is an error to be told, not a death */
	if (options->mode != MODE_RUN)    /* whose program is to begin with what we were given */
		signal(SIGPIPE, SIG_IGN); /* a reader that is gone is seen in write(2) */
	/* the dashboard and a program's run take their own signals */
	if (options->mode != MODE_SCREEN && options->mode != MODE_RUN)
		quit_watch(options->record != NULL || options->mode == MODE_STREAM ||
			   options->mode == MODE_FLIGHT);
	int status = choose_mode(options);
	quit_end();
	return status;
}

/* Whether the environment names UTF-8 for characters, known here or not: ssh brings names of the
 * user's own machine (de_DE.UTF-8; "UTF-8" of macOS), which a server may not have. */
static bool utf8_is_named(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return strcasestr(value, "UTF-8") != NULL ||
			       strcasestr(value, "UTF8") != NULL;
	}
	return false;
}

/* The locale of the environment; of one that is not installed, what it says of characters. */
static void take_locale(void)
{
	setlocale(LC_ALL, "");
	if (setlocale(LC_CTYPE, "") == NULL && utf8_is_named())
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
}

int main(int argc, char **argv)
{
	char why[OPTIONS_WHY_MAX];
	struct options options;

	prctl(PR_SET_NAME, "memtop"); /* whatever its file is called: it is not judged by itself */
	xalloc_tune();
	xalloc_reserve();
	unsigned closed = streams_fill();
	take_locale();
	if (options_parse(&options, argc, argv, why) != 0)
		return usage(why);
	/* what would be moved in time on a screen is printed where there is none */
	if (options.mode == MODE_SCREEN && options_look_back(&options) && !isatty(STDOUT_FILENO))
		options.mode = MODE_PAST;
	bool plain = options.mode == MODE_HELP || options.mode == MODE_VERSION;
	int status = !plain && find_user(&options, why, sizeof(why)) != 0 ? usage(why) : 0;
	if (status == 0)
		status = check_streams(closed, options.mode);
	if (status == 0)
		status = run_mode(&options);
	options_done(&options);
	return status;
}
