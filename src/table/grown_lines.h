/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grown_lines - the lines and the libraries a program grew in as a table: of a run's report, of
 * --inside --lines and of the screen of a process
 */
#pragma once

#include "base/buf.h"
#include "frame/frame.h"
#include "frame/json_writer.h"

enum { GROWN_LINES_CAUGHT_LEAST = 60 }; /* percent of what it rose; with less the lines mislead */

/* The kind of a line of the table. */
enum grown_part {
	GROWN_SUM, /* how much was caught, or why there is no table */
	GROWN_SPACE,
	GROWN_FILE,
	GROWN_TITLES,
	GROWN_LINE,
	GROWN_INNER, /* in which function of a library most of the line above came */
	GROWN_LIBRARY,
};

typedef void (*grown_lines_put)(void *context, enum grown_part part, const char *text);

/* Whether so much of its growth was caught that its lines are told.  GROWN has one proc_grown;
 * NULL is fine. */
bool grown_lines_hold(const struct frame *grown);

/* Gives PUT the table of GROWN line by line, of what matters, by file; lines of WIDTH columns at
 * most, 0: any. */
void grown_lines_parts(const struct frame *grown, int width, grown_lines_put put, void *context);

/* The same as text. */
void grown_lines_text(struct buf *out, const struct frame *grown, int width);

/* Members "caught" (a share, 0 to 1, or null), "rose", "lines_cost", "lines_unknown", "lines" and
 * "libraries" of an open object; WHY, where GROWN is NULL. */
void grown_lines_json(struct json_writer *json, const struct frame *grown, const char *why);
