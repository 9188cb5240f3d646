/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job - see job.h. */
#include "ui/term/job.h"

#include "base/clock.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

enum {
	AT_ONCE_MS = 20, /* whoever was stopped and continued by hand took longer */
	REFUSALS_MAX = 5,
};

bool job_in_background(int fd)
{
	pid_t group = tcgetpgrp(fd);

	return group > 0 && group != getpgrp();
}

static const int ends[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };

enum { ENDS = sizeof(ends) / sizeof(ends[0]) };

/* `kill %1` sends its signal and SIGCONT to a job that is stopped. */
static bool must_end(void)
{
	sigset_t pending;

	sigpending(&pending);
	for (size_t i = 0; i < ENDS; i++) {
		if (sigismember(&pending, ends[i]) == 1)
			return true;
	}
	return false;
}

/* One of COUNT signals that are pending: its number, 0 for none. */
static int take_pending(const int *numbers, size_t count)
{
	const struct timespec now = { 0 };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < count; i++)
		sigaddset(&set, numbers[i]);
	int number = sigtimedwait(&set, NULL, &now);
	return number > 0 ? number : 0;
}

int job_take_end(void)
{
	return take_pending(ends, ENDS);
}

bool job_stop(int number, bool whole)
{
	const struct sigaction stops = { .sa_handler = SIG_DFL };
	struct sigaction before;
	sigset_t one, mask;

	sigaction(number, &stops, &before);
	sigemptyset(&one);
	sigaddset(&one, number);
	/* blocked while it is sent, so that it arrives at one known place, where it stops us */
	sigprocmask(SIG_BLOCK, &one, &mask);
	kill(whole ? 0 : getpid(), number);
	sigprocmask(SIG_UNBLOCK, &one, NULL); /* here it stops */
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(number, &before, NULL);
	/* what ended the stop is no news to whoever was stopped */
	take_pending((const int[]){ SIGCONT }, 1);
	return !must_end();
}

/* As the kernel does with whoever uses the terminal from the background.  An orphaned process group
 * cannot be stopped (setpgid(2)), which shows as coming back at once, again and again. */
enum job_turn job_await_turn(int fd)
{
	int refusals = 0;

	while (job_in_background(fd)) {
		uint64_t since_ms = clock_mono_ms();

		if (must_end() || !job_stop(SIGTTOU, true))
			return JOB_END;
		if (clock_mono_ms() - since_ms > AT_ONCE_MS)
			refusals = 0;
		else if (++refusals == REFUSALS_MAX)
			return JOB_REFUSED;
	}
	return must_end() ? JOB_END : JOB_TURN;
}
