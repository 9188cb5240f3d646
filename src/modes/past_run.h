/* SPDX-License-Identifier: GPL-2.0-or-later */
/* past_run - `memtop --at TIME` and `memtop --last-kill`: one moment of a recording
 *
 * The recording is that of --replay, or what a flight recorder keeps where it is by default.
 */
#pragma once

#include "source/flight.h"

struct options;
struct session;
struct settings;

/* The recording that OPTIONS look back into, in FOUND where they do not name it; NULL, and that was
 * told: there is nothing recorded. */
const char *past_recording(const struct options *options, char found[FLIGHT_PATH_MAX]);

/* Moves the SESSION there and pauses it.  0, or 1, and why was told: nothing reaches back so
 * far. */
int past_go(struct session *session, const struct options *options);

/* The same, and prints what was known then: the sentence, the largest, who climbed, kills.  The
 * exit status. */
int past_run(struct session *session, const struct options *options,
	const struct settings *settings);
