/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics_run - --metrics: a file for node_exporter's textfile collector, kept up to date
 *
 * A file is written aside and renamed, so that nobody reads half of it: with the second look, then
 * every METRICS_REST_MS or at each look, whichever is longer, and at the end.  A write that fails
 * is told once and tried again.  Standard output gets one document, or with -d or -n one at each
 * look.
 */
#pragma once

struct options;
struct session;

enum { METRICS_REST_MS = 10000 };

/* Runs until -n looks, the end of a recording or a signal.  An exit status: 1 where nothing was
 * seen or the last document could not be written. */
int metrics_run(struct session *session, const struct options *options);
