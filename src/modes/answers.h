/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answers - what is asked of a recording or of the machine without a screen: reports */
#pragma once

struct options;
struct session;

/* `--report-from`: reads SESSION, a recording, to its end and writes the report that a run
 * would have had, of the processes OPTIONS chooses.  Returns an exit status. */
int answers_report(struct session *session, const struct options *options);

/* `--compare`: the same for two. */
int answers_compare(struct session *a, struct session *b, const struct options *options);
