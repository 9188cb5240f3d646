/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile_lines - the lines and the libraries a program grew in, as a part of its report */
#ifndef MEMTOP_RUN_PROFILE_LINES_H
#define MEMTOP_RUN_PROFILE_LINES_H

#include "base/buf.h"
#include "frame/frame.h"
#include "frame/json_writer.h"

enum { PROFILE_CAUGHT_LEAST = 60 }; /* percent of what it rose; with less the lines mislead */

struct findings;

struct profile_lines {
	const struct frame *grown; /* with one proc_grown; NULL: nothing was followed */
	const char *why;           /* with NULL: a sentence without a full stop */
	/* the text of each of its lines, clean; NULL: it cannot be read */
	const char *const *contents;
	const struct findings *inside; /* looks at its objects; NULL: none */
};

/* Whether so much of its growth was caught that its lines are told. */
bool profile_lines_hold(const struct profile_lines *lines);

/* Tables of what matters, by file, in lines of WIDTH columns; or a sentence on why there are
 * none. */
void profile_lines_text(struct buf *out, const struct profile_lines *lines, int width);

/* Members "caught" (a share, 0 to 1, or null), "lines", "libraries" of an open object. */
void profile_lines_json(struct json_writer *json, const struct profile_lines *lines);

#endif
