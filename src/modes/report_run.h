/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_run - `memtop --report-from` and `--compare`: reports of recordings */
#pragma once

struct options;
struct session;

/* `--report-from`: reads SESSION, a recording, to its end and writes the report that a run
 * would have had, of the processes OPTIONS chooses.  Returns an exit status. */
int report_run(struct session *session, const struct options *options);

/* `--compare`: the same for two. */
int report_run_compare(struct session *a, struct session *b, const struct options *options);
