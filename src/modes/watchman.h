/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watchman - --on and --exec while any mode runs: hands what a session sees to the alarm
 *
 * Without --on all of these do nothing.
 */
#pragma once

#include "modes/alarm.h"
#include "options/options.h"
#include "session/session.h"

#include <stdbool.h>

struct watchman {
	struct session *session;
	struct alarm *alarm; /* NULL: nothing was asked for */
	bool ending;         /* nothing new is told */
};

/* 0, or -errno and WHY the expression or the command cannot be. */
int watchman_open(struct watchman *man, const struct options *options, char why[ALARM_WHY_MAX]);
void watchman_done(struct watchman *man);

/* From now on it sees what SESSION, which outlives it, sees. */
void watchman_begin(struct watchman *man, struct session *session);

/* Waits until what the expression asks of processes that no table is about is known. */
void watchman_read(const struct watchman *man);

/* Tells of whom it was still waiting to know more, and ends the alarm. */
void watchman_end(struct watchman *man);
