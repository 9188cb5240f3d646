/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verbs_run - the program's life and end, helpers beside it, commands */
#include "verbs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "settle.h"
#include "ticks.h"

enum { EXIT_MS = 5000, GONE_MS = 5000, RUN_MS = 60000, READY_MS = 20000 };

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "HUP", SIGHUP },
	{ "INT", SIGINT },
	{ "QUIT", SIGQUIT },
	{ "ABRT", SIGABRT },
	{ "BUS", SIGBUS },
	{ "FPE", SIGFPE },
	{ "KILL", SIGKILL },
	{ "SEGV", SIGSEGV },
	{ "PIPE", SIGPIPE },
	{ "ALRM", SIGALRM },
	{ "TERM", SIGTERM },
	{ "USR1", SIGUSR1 },
	{ "USR2", SIGUSR2 },
	{ "STOP", SIGSTOP },
	{ "TSTP", SIGTSTP },
	{ "CONT", SIGCONT },
	{ "WINCH", SIGWINCH },
};

/* A signal by name, with or without SIG; 0 when unknown. */
static int signal_number(const char *name)
{
	if (!strncmp(name, "SIG", 3))
		name += 3;
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		if (!strcmp(signals[i].name, name))
			return signals[i].number;
	return 0;
}

static enum verdict do_env(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	if (driver_add_env(driver, args[0]))
		return driver_fail(driver, "too many");
	return VERDICT_SILENT;
}

static enum verdict do_program(struct driver *driver, size_t count, char *const args[])
{
	for (size_t i = 0; i < driver->program_count; i++)
		free(driver->program[i]);
	driver->program_count = 0;
	for (size_t i = 0; i < count; i++)
		if (driver_add_program(driver, args[i]))
			return driver_fail(driver, "too many words");
	return VERDICT_SILENT;
}

static enum verdict do_start(struct driver *driver, size_t count, char *const args[])
{
	const int result = driver_start(driver, count, args);

	return result ? driver_fail(driver, "%s", strerror(-result)) : VERDICT_SILENT;
}

static enum verdict send(struct driver *driver, const char *name)
{
	const int number = signal_number(name);

	if (!number)
		return driver_fail(driver, "no such signal: %s", name);
	driver_before_input(driver);
	session_touch(&driver->session);
	kill(driver->session.pty.pid, number);
	return VERDICT_SILENT;
}

static enum verdict do_signal(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	return send(driver, args[0]);
}

static enum verdict do_stop(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	return send(driver, "STOP");
}

static enum verdict do_cont(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	return send(driver, "CONT");
}

static bool ended_as(int status, const char *wanted)
{
	const int number = signal_number(wanted);
	long code;

	if (!strcmp(wanted, "any"))
		return true;
	if (number)
		return WIFSIGNALED(status) && WTERMSIG(status) == number;
	return verbs_number(wanted, 0, 255, &code) && WIFEXITED(status) &&
	       WEXITSTATUS(status) == code;
}

static enum verdict do_exit(struct driver *driver, size_t count, char *const args[])
{
	struct session *session = &driver->session;
	int64_t limit;
	long ms = EXIT_MS;
	int status;

	if (count > 1 && !verbs_number(args[1], 0, 600000, &ms))
		return driver_fail(driver, "not milliseconds: %s", args[1]);
	limit = driver_limit(driver, ms);
	while (session_step(session, ticks_left_ms(limit, 1000)) != SESSION_ENDED)
		if (ticks_us() >= limit && !session->pty.ended)
			return driver_fail(driver, "it still runs after %ld ms", ms);
	/* what it wrote at the end is seen before anything is asked about it */
	settle(session, driver_limit(driver, EXIT_MS));
	status = session->pty.status;
	if (ended_as(status, args[0]))
		return VERDICT_PASS;
	if (WIFSIGNALED(status))
		return driver_fail(driver, "it died of signal %d", WTERMSIG(status));
	return driver_fail(driver, "it exited with %d", WEXITSTATUS(status));
}

static enum verdict do_running(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	(void)args;
	session_drain(&driver->session);
	return session_reap(&driver->session, NULL, NULL) ? driver_fail(driver, "it has ended")
							  : VERDICT_PASS;
}

static enum verdict do_children_gone(struct driver *driver, size_t count, char *const args[])
{
	pid_t others[DRIVER_HELPERS_MAX];
	size_t other_count = 0;
	int64_t limit;
	char left[256];
	long ms = GONE_MS;

	if (count && !verbs_number(args[0], 0, 600000, &ms))
		return driver_fail(driver, "not milliseconds: %s", args[0]);
	for (size_t i = 0; i < DRIVER_HELPERS_MAX; i++)
		if (driver->helpers[i].pid)
			others[other_count++] = driver->helpers[i].pid;
	limit = driver_limit(driver, ms);
	for (;;) {
		driver_reap(driver);
		if (!proc_descendants(others, other_count, left, sizeof left))
			return VERDICT_PASS;
		if (ticks_us() >= limit)
			return driver_fail(driver, "still there: %s", left);
		ticks_breathe();
	}
}

/* Runs a shell command to its end, taking in the program's output meanwhile. Its own output goes
 * to standard error, so that it cannot pass for a result. */
static int run_command(struct driver *driver, const char *command, int *status)
{
	const int64_t limit = driver_limit(driver, RUN_MS);
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0) {
		dup2(2, 1);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, status, WNOHANG) == 0) {
		if (driver->session.screen)
			session_drain(&driver->session);
		if (ticks_us() >= limit) {
			kill(pid, SIGKILL);
			waitpid(pid, status, 0);
			return -1;
		}
		ticks_breathe();
	}
	driver->session.unsettled = true;
	return 0;
}

static enum verdict do_run(struct driver *driver, size_t count, char *const args[])
{
	int status;

	(void)count;
	if (run_command(driver, args[0], &status))
		return driver_fail(driver, "it did not end");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return VERDICT_PASS;
	return driver_fail(driver, "it ended with status %d", status);
}

static enum verdict do_skip_unless(struct driver *driver, size_t count, char *const args[])
{
	int status;

	(void)count;
	if (run_command(driver, args[0], &status))
		return driver_fail(driver, "it did not end");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return VERDICT_SILENT;
	driver_fail(driver, "not possible here: %s", args[0]);
	return VERDICT_SKIP;
}

static enum verdict do_spawn(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	return driver_spawn(driver, args[0], args[1], 0);
}

static enum verdict do_spawn_ready(struct driver *driver, size_t count, char *const args[])
{
	(void)count;
	return driver_spawn(driver, args[0], args[1], READY_MS);
}

static enum verdict do_kill(struct driver *driver, size_t count, char *const args[])
{
	struct helper *helper = driver_helper(driver, args[0]);
	const int number = count > 1 ? signal_number(args[1]) : SIGKILL;

	if (!helper)
		return driver_fail(driver, "no helper is called %s", args[0]);
	if (!number)
		return driver_fail(driver, "no such signal: %s", args[1]);
	driver_end_helper(driver, helper, number);
	return VERDICT_SILENT;
}

/* Whether a helper still lives: what a test of signals asks. */
static enum verdict do_helper(struct driver *driver, size_t count, char *const args[])
{
	struct helper *helper = driver_helper(driver, args[0]);
	const int64_t limit = driver_limit(driver, EXIT_MS);

	(void)count;
	if (!helper)
		return driver_fail(driver, "no helper is called %s", args[0]);
	if (!strcmp(args[1], "alive")) {
		driver_reap(driver);
		return helper->ended ? driver_fail(driver, "it has ended") : VERDICT_PASS;
	}
	for (driver_reap(driver); !helper->ended; driver_reap(driver)) {
		if (ticks_us() >= limit)
			return driver_fail(driver, "it lives");
		session_drain(&driver->session);
		ticks_breathe();
	}
	return ended_as(helper->status, args[1])
		       ? VERDICT_PASS
		       : driver_fail(driver, "it ended with status %d", helper->status);
}

static enum verdict do_note(struct driver *driver, size_t count, char *const args[])
{
	(void)driver;
	(void)count;
	tap_note("%s", args[0]);
	return VERDICT_SILENT;
}

const struct verb verbs_run[] = {
	{ "env", "NAME=VALUE | NAME", 1, 1, false, false, do_env, "set or unset for later starts" },
	{ "program", "WORD...", 1, 40, false, false, do_program, "the command that start runs" },
	{ "start", "[ARG...]", 0, 40, false, false, do_start,
		"run the program with these arguments, ending the one before" },
	{ "signal", "NAME", 1, 1, false, true, do_signal, "send the program a signal" },
	{ "stop", "", 0, 0, false, true, do_stop, "stop it" },
	{ "cont", "", 0, 0, false, true, do_cont, "let it go on" },
	{ "exit", "CODE|SIGNAL|any [MS]", 1, 2, false, true, do_exit,
		"it ends this way within MS" },
	{ "running", "", 0, 0, false, true, do_running, "it has not ended" },
	{ "children-gone", "[MS]", 0, 1, false, false, do_children_gone,
		"within MS no process the program started is left" },
	{ "run", "COMMAND", 1, 1, true, false, do_run, "a shell command succeeds" },
	{ "skip-unless", "COMMAND", 1, 1, true, false, do_skip_unless,
		"skip the rest unless a shell command succeeds" },
	{ "spawn", "NAME COMMAND", 2, 2, true, false, do_spawn,
		"start a helper; its pid is ${NAME_PID} here and $NAME_PID in commands" },
	{ "spawn-ready", "NAME COMMAND", 2, 2, true, false, do_spawn_ready,
		"the same, and wait for its first line of output; exit status 77 skips the rest" },
	{ "kill", "NAME [SIGNAL]", 1, 2, false, false, do_kill, "end a helper (KILL)" },
	{ "helper", "NAME alive|CODE|SIGNAL", 2, 2, false, false, do_helper,
		"the helper lives, or ends this way" },
	{ "note", "TEXT", 1, 1, true, false, do_note, "print a remark" },
	{ 0 },
};
