/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job - the turns that jobs of a shell take at the terminal
 *
 * A program with a screen neither draws nor reads while another job has the terminal: it stops, as
 * the kernel stops what sets the modes of a terminal from the background, until `fg`.
 */
#pragma once

#include <stdbool.h>

/* Whether another job than ours has the terminal FD; false where there are no jobs: FD is not the
 * terminal of our session, or none at all. */
bool job_in_background(int fd);

/* Stops as signal NUMBER (SIGTSTP, SIGTTOU) does where nobody handles it, and returns when somebody
 * continues us: at once in a session without a shell, which nobody would continue.  WHOLE: all
 * processes of the job, as ^Z does.  False: a signal that ends us waits to be taken. */
bool job_stop(int number, bool whole);

enum job_turn {
	JOB_TURN,    /* the terminal is ours */
	JOB_END,     /* a signal that ends us waits to be taken */
	JOB_REFUSED, /* it is somebody else's, and there is nobody to continue us */
};

/* Is stopped until the terminal FD is ours. */
enum job_turn job_await_turn(int fd);

/* Takes the signal of JOB_END: SIGTERM, SIGHUP, SIGINT or SIGQUIT, which must be blocked; 0: there
 * is none. */
int job_take_end(void);
