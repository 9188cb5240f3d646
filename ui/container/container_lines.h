/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container_lines - what is said of one container in depth, line by line: pure
 *
 * Its parts add up to what is counted for it (memory.current); swap stands beside.  Then its limits
 * and those above it, kills, and its processes, the largest first.
 */
#pragma once

#include "model/containers.h"

enum {
	CONTAINER_LINE_TEXT = 320,
	CONTAINER_LINES_MAX = 400,
};

enum container_line_kind {
	CONTAINER_LINE_WORDS, /* a sentence */
	CONTAINER_LINE_TITLE,
	CONTAINER_LINE_PART,
	CONTAINER_LINE_SUM,
	CONTAINER_LINE_LIMIT,
	CONTAINER_LINE_PROCESS,
};

struct container_line {
	enum container_line_kind kind;
	char text[CONTAINER_LINE_TEXT];
	bool known; /* the figures */
	uint64_t kib;
	uint64_t of_kib;   /* a share of this is told; 0: none is */
	unsigned channels; /* a set of enum container_channel, its history; 0: there is none */
	double kib_min;    /* growth of a process, where GROWS */
	bool grows, binds; /* of a limit: the one that leaves least room */
	struct ident proc; /* of a process; pid 0 */
};

/* The lines of CONTAINER, into LINES, sentences wrapped at COLUMNS; returns how many. */
size_t container_lines(struct container_line lines[CONTAINER_LINES_MAX], const struct store *store,
	const struct container *container, int columns);
