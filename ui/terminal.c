/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terminal - see terminal.h */
#include "ui/terminal.h"

#include "base/crash.h"
#include "base/xalloc.h"
#include "ui/term/job.h"

#include <errno.h>
#include <unistd.h>

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

/* Is stopped until the terminal is ours.  False: `error` (-ENOTTY: never) or `end_signal`
 * says why not. */
static bool await_turn(struct terminal *terminal)
{
	switch (job_await_turn(STDOUT_FILENO)) {
	case JOB_TURN:
		return true;
	case JOB_END:
		terminal->end_signal = job_take_end();
		break;
	case JOB_REFUSED:
		terminal->error = -ENOTTY;
		break;
	}
	return false;
}

/* At whatever size, and with whatever settings, the terminal has by now. */
static void come_back(struct terminal *terminal)
{
	if (!await_turn(terminal))
		return;
	guard_learn(&terminal->guard, STDOUT_FILENO);
	term_enter(terminal->term);
	guard_watch(&terminal->guard, true);
}

void terminal_suspend(struct terminal *terminal, bool whole)
{
	guard_watch(&terminal->guard, false);
	guard_titled(&terminal->guard, false);
	term_leave(terminal->term);
	if (job_stop(SIGTSTP, whole))
		come_back(terminal);
}

void terminal_continued(struct terminal *terminal)
{
	if (!job_in_background(STDOUT_FILENO)) {
		term_again(terminal->term);
		return;
	}
	guard_watch(&terminal->guard, false);
	guard_titled(&terminal->guard, false);
	term_leave(terminal->term);
	come_back(terminal);
}

void terminal_title(struct terminal *terminal, const char *title)
{
	if (term_title(terminal->term, title))
		guard_titled(&terminal->guard, true);
}

bool terminal_replace_guard(struct terminal *terminal, bool lost)
{
	return lost && guard_start(&terminal->guard, STDOUT_FILENO) == 0;
}

int terminal_open(struct terminal *terminal, const struct term_options *options, char why[200])
{
	guard_init(&terminal->guard);
	if (!await_turn(terminal))
		return -1;
	guard_start(&terminal->guard, STDOUT_FILENO);
	crash_watch(emergency);
	crash_excuse(curses_broke);
	/* before the terminal is touched: memory may run out behind the change of its modes */
	guard_in_use = &terminal->guard;
	xalloc_on_failure(emergency);
	terminal->error = term_open(&terminal->term, options, why);
	return terminal->error != 0 ? -1 : 0;
}

void terminal_close(struct terminal *terminal)
{
	if (terminal->term != NULL) {
		crash_excuse(curses_broke);
		term_close(terminal->term);
		crash_excuse(NULL);
	}
	guard_in_use = NULL;
	guard_stop(&terminal->guard);
}
