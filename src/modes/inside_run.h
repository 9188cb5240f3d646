/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside_run - `memtop -p PID --inside` and `--holders TYPE`: looks into the memory of processes */
#pragma once

struct options;
struct session;

/* Looks -n times (once unless told otherwise), -d apart, and prints what was found and what was
 * gained since the first look; of a recording what is in it.  Returns the exit status: 0, or 1 when
 * a process is not there or could not be looked into.  Messages go to standard error. */
int inside_run(struct session *session, const struct options *options);
