/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runner - `memtop -- PROGRAM`: starts it, watches it and its descendants, reports on it */
#pragma once

#include "run/launch.h"

struct options;
struct session;

enum { RUNNER_TROUBLE = 125 }; /* of memtop's own, as env(1) and timeout(1) say it */

/* SESSION sees memtop's descendants alone, but for WITNESS, which is taken over, and ticks on
 * request.  Returns the status to end with: the program's, 128 + the
 * signal that ended it, 126 or 127 when it could not be started, RUNNER_TROUBLE.  Of a program that
 * ended with 0 it is RUNNER_TROUBLE, too, when it was not looked at though there was time, and with
 * --check 1 when something matched, RUNNER_TROUBLE when that cannot be said. */
int runner_run(struct session *session, struct launch_witness witness,
	const struct options *options);
