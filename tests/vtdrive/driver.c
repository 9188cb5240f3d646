/* SPDX-License-Identifier: GPL-2.0-or-later */
/* driver - start and stop the program and its helpers */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "settle.h"
#include "ticks.h"

enum { SETTLE_MS = 10000, BEFORE_INPUT_MS = 2000, HELPER_END_MS = 5000 };

void driver_init(struct driver *driver)
{
	memset(driver, 0, sizeof *driver);
	driver->cols = 80;
	driver->rows = 24;
	for (size_t i = 0; i < DRIVER_HELPERS_MAX; i++)
		driver->helpers[i].out = -1;
}

void driver_done(struct driver *driver)
{
	session_done(&driver->session);
	for (size_t i = 0; i < DRIVER_HELPERS_MAX; i++)
		if (driver->helpers[i].pid)
			driver_end_helper(driver, &driver->helpers[i], SIGKILL);
	/* what the program left behind, and what that begins in its last moments */
	for (int i = 0; i < 10 && proc_end_descendants(); i++)
		ticks_breathe();
	for (size_t i = 0; i < driver->env_count; i++)
		free(driver->env[i]);
	for (size_t i = 0; i < driver->program_count; i++)
		free(driver->program[i]);
}

static int add(char **list, size_t *count, size_t max, const char *text)
{
	if (*count + 1 >= max)
		return -E2BIG;
	list[*count] = strdup(text);
	if (!list[*count])
		return -ENOMEM;
	(*count)++;
	list[*count] = NULL;
	return 0;
}

int driver_add_env(struct driver *driver, const char *text)
{
	return add(driver->env, &driver->env_count, DRIVER_ENV_MAX, text);
}

int driver_add_program(struct driver *driver, const char *word)
{
	return add(driver->program, &driver->program_count, DRIVER_ARGS_MAX, word);
}

int driver_start(struct driver *driver, size_t count, char *const args[])
{
	char *argv[2 * DRIVER_ARGS_MAX], pid[16];
	size_t total = driver->program_count;
	int result;

	if (total + count == 0 || count >= DRIVER_ARGS_MAX)
		return -EINVAL;
	session_done(&driver->session);
	if (total)
		memcpy(argv, driver->program, total * sizeof *argv);
	if (count)
		memcpy(argv + total, args, count * sizeof *argv);
	argv[total + count] = NULL;
	memset(&driver->mark, 0, sizeof driver->mark);
	driver->mark_replies = 0;
	result = session_start(&driver->session, argv, driver->env, driver->cols, driver->rows);
	snprintf(pid, sizeof pid, "%d", (int)driver->session.pty.pid);
	setenv("PROGRAM_PID", pid, 1);
	return result;
}

int driver_ensure(struct driver *driver)
{
	return driver->session.screen ? 0 : driver_start(driver, 0, NULL);
}

enum verdict driver_fail(struct driver *driver, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(driver->why, sizeof driver->why, format, args);
	va_end(args);
	return VERDICT_FAIL;
}

int64_t driver_limit(const struct driver *driver, int64_t ms)
{
	const int64_t limit = ticks_limit(ms);

	return limit < driver->deadline ? limit : driver->deadline;
}

int driver_settle(struct driver *driver)
{
	session_drain(&driver->session);
	if (!driver->session.unsettled)
		return 0;
	if (settle(&driver->session, driver_limit(driver, SETTLE_MS))) {
		driver_fail(driver, "the program does not come to rest");
		return -ETIMEDOUT;
	}
	return 0;
}

void driver_before_input(struct driver *driver)
{
	session_drain(&driver->session);
	if (!driver->hasty && driver->session.unsettled)
		settle(&driver->session, driver_limit(driver, BEFORE_INPUT_MS));
	driver->hasty = false;
}

static void note_end(pid_t pid, int status, void *user)
{
	struct driver *driver = user;

	for (size_t i = 0; i < DRIVER_HELPERS_MAX; i++) {
		if (driver->helpers[i].pid != pid)
			continue;
		driver->helpers[i].ended = true;
		driver->helpers[i].status = status;
	}
}

void driver_reap(struct driver *driver)
{
	session_reap(&driver->session, note_end, driver);
}

struct helper *driver_helper(struct driver *driver, const char *name)
{
	for (size_t i = 0; i < DRIVER_HELPERS_MAX; i++)
		if (driver->helpers[i].pid && !strcmp(driver->helpers[i].name, name))
			return &driver->helpers[i];
	return NULL;
}

void driver_end_helper(struct driver *driver, struct helper *helper, int number)
{
	const int64_t limit = ticks_limit(HELPER_END_MS);

	if (number == SIGKILL)
		kill(-helper->pid, SIGKILL);
	else if (!helper->ended)
		kill(helper->pid, number);
	for (driver_reap(driver); !helper->ended && ticks_us() < limit; driver_reap(driver))
		ticks_breathe();
	if (helper->out >= 0)
		close(helper->out);
	memset(helper, 0, sizeof *helper);
	helper->out = -1;
}

/* The child: a shell in a session of its own, told to die with the harness. */
static _Noreturn void become_helper(const char *command, int out)
{
	const int null = open("/dev/null", O_RDWR);

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0)
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* Reads up to the first line break; true when one came before the limit. */
static bool read_line(int fd, char *out, size_t size, int64_t limit)
{
	size_t length = 0;

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };

		out[length] = '\0';
		if (poll(&ready, 1, ticks_left_ms(limit, 1000)) <= 0) {
			if (ticks_us() >= limit)
				return false;
			continue;
		}
		if (read(fd, out + length, 1) <= 0)
			return false;
		if (out[length] == '\n') {
			out[length] = '\0';
			return true;
		}
		if (length + 1 < size)
			length++;
	}
}

/* What a helper that did not get ready came to. */
static enum verdict not_ready(struct driver *driver, struct helper *helper, const char *line)
{
	const int64_t limit = ticks_limit(1000);

	for (driver_reap(driver); !helper->ended && ticks_us() < limit; driver_reap(driver))
		ticks_breathe();
	if (helper->ended && WIFEXITED(helper->status) && WEXITSTATUS(helper->status) == 77) {
		driver_fail(driver, "%s cannot run here %s", helper->name, line);
		return VERDICT_SKIP;
	}
	return driver_fail(driver, "%s did not get ready: %s", helper->name, line);
}

enum verdict driver_spawn(struct driver *driver, const char *name, const char *command,
	int ready_ms)
{
	struct helper *helper = NULL;
	char line[256], variable[48];
	int out[2];

	for (size_t i = 0; i < DRIVER_HELPERS_MAX && !helper; i++)
		if (!driver->helpers[i].pid)
			helper = &driver->helpers[i];
	if (!helper || driver_helper(driver, name) || strlen(name) >= sizeof helper->name)
		return driver_fail(driver, "no room for a helper of this name");
	if (pipe2(out, O_CLOEXEC))
		return driver_fail(driver, "pipe: %s", strerror(errno));
	fflush(stdout);
	helper->pid = fork();
	if (helper->pid == 0)
		become_helper(command, out[1]);
	close(out[1]);
	helper->out = out[0];
	helper->ended = false;
	snprintf(helper->name, sizeof helper->name, "%s", name);
	snprintf(variable, sizeof variable, "%s_PID", name);
	snprintf(line, sizeof line, "%d", (int)helper->pid);
	setenv(variable, line, 1);
	if (ready_ms > 0 && !read_line(out[0], line, sizeof line, driver_limit(driver, ready_ms)))
		return not_ready(driver, helper, line);
	return VERDICT_SILENT;
}
