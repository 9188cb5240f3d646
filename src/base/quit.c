/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quit - see quit.h; what a handler may touch, kept in statics */
#include "base/quit.h"

#include "base/crash.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

enum { NUDGE_MS = 50 }; /* between signals that interrupt whatever waits */

static const int asked_to_end[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT };

static volatile sig_atomic_t came, nudges;

static void on_nudge(int signal)
{
	(void)signal;
	if (++nudges >= QUIT_PATIENCE_MS / NUDGE_MS)
		crash_end_by(came);
}

/* poll(2) is interrupted by the signal itself, unless that came just before: then by the next
 * nudge. */
static void on_signal(int signal)
{
	const struct itimerval often = { { 0, NUDGE_MS * 1000 }, { 0, NUDGE_MS * 1000 } };
	int error = errno;

	if (came == 0)
		setitimer(ITIMER_REAL, &often, NULL);
	came = signal;
	errno = error;
}

static void on_signal_at_once(int signal)
{
	crash_end_by(signal);
}

/* A signal that whoever started us ignores (nohup) stays ignored. */
void quit_watch(bool gently)
{
	struct sigaction action = { .sa_handler = gently ? on_signal : on_signal_at_once };
	struct sigaction nudge = { .sa_handler = on_nudge }, before;

	sigemptyset(&action.sa_mask);
	sigemptyset(&nudge.sa_mask);
	if (gently)
		sigaction(SIGALRM, &nudge, NULL);
	for (unsigned i = 0; i < sizeof(asked_to_end) / sizeof(asked_to_end[0]); i++)
		if (sigaction(asked_to_end[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(asked_to_end[i], &action, NULL);
}

int quit_signal(void)
{
	return came;
}

void quit_end(void)
{
	if (came != 0)
		crash_end_by(came);
}
