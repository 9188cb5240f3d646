/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log - what a developer needs to see of a session: a file to attach to a report
 *
 * Nothing is written by default.  MEMTOP_LOG=FILE in the environment (never with another user's
 * privileges) appends time-stamped lines to FILE, which is made with mode 0600.  One that is there
 * already must be a plain file of our own under one name that nobody else may change; a link is
 * refused.
 */
#pragma once

/* Opens the log if the environment asks for one; NAME ("front end", "sampler") begins each line.
 * Returns 0 or -errno; memtop goes on without a log. */
int log_open(const char *name);

/* Why log_open failed with ERROR, for a person. */
enum { LOG_WHY_MAX = 200 };
void log_explain(int error, char why[LOG_WHY_MAX]);

/* Adds a line, made as by printf(3), with the time before it; without a log it does nothing. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Closes the log, if there is one. */
void log_close(void);
