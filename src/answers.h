/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answers - what is asked of a recording or of the machine without a screen: reports and checks */
#ifndef MEMTOP_ANSWERS_H
#define MEMTOP_ANSWERS_H

struct options;
struct source;
struct record;

/* `--report-from`: reads SOURCE, a recording, to its end (and closes it) and writes the report
 * that a run would have had, of the processes OPTIONS chooses.  Returns an exit status. */
int answers_report(struct source *source, const struct options *options);

/* `--compare`: the same for two. */
int answers_compare(struct source *a, struct source *b, const struct options *options);

/* `--check`: 0 nothing matched, 1 something did (one line on standard output), 2 trouble.  A
 * recording is looked at to its end; a machine for as long as --for says, or as the expression
 * needs.  Takes SOURCE and RECORD (NULL: none) over. */
int answers_check(struct source *source, struct record *record, const struct options *options);

#endif
