/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flight_run - `memtop --flight`: records without a screen, in a bounded folder; and its state */
#pragma once

struct options;
struct session;

/* Records the SESSION until a signal, or as many looks as -n says.  The exit status. */
int flight_run(struct session *session, const struct options *options);

/* Prints how far back the folder reaches and what it takes.  0, or 1: there is no recording. */
int flight_run_status(const struct options *options);
