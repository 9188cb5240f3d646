/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account - where the memory went: the account of the machine's memory, over the whole screen
 *
 * account.c       what keys do
 * account_draw.c  rows and how they look
 *
 * Parts, below them programs and mounts; a program of several processes is opened in place, and
 * every process has its screen.  What a bar stands for is said in the line of titles.
 */
#pragma once

#include "model/account.h"
#include "ui/foot.h"

/* A line of the account, or a process of the program that is open. */
struct account_row {
	const struct account_line *line; /* of the account; of a process that of its program */
	struct ident proc;               /* pid 0: the line itself */
	uint64_t kib;
};

/* Which row it is, wherever it stands by now: sizes, and with them the order, change. */
struct account_mark {
	enum account_part part;
	int depth;
	struct ident proc;
	char name[FRAME_COMM_MAX + 1]; /* "": it has none */
};

/* Where it stands. */
struct account_state {
	struct account_mark mark; /* of the row the cursor is on; account_draw goes by it */
	bool marked;
	bool all;                 /* programs and mounts, not only the largest */
	char *opened;             /* the program whose processes are shown; owned, NULL: none */
	long cursor, top;         /* kept within what there is by account_draw */
	struct account_row *rows; /* as they were drawn; owned */
	size_t count, cap;
	int height; /* rows in view */
};

/* Draws ACCOUNT without what the machine does not have, all of it or shortened to what the canvas
 * has rows for. */
void account_draw(struct canvas *canvas, const struct shown *shown, struct account *account,
	struct account_state *state);
void account_state_done(struct account_state *state);

/* The cursor, which a key has moved, is meant for the row that stands there now. */
void account_choose(struct account_state *state);

enum { ACCOUNT_HINTS = 5 };
extern const struct hint account_hints[ACCOUNT_HINTS];

struct ui;

/* Puts the account of memory on top of the other screens. */
void account_open(struct ui *ui);

/* Until somebody sets a baseline it is the start, when all that is read slowly had come. */
void account_begin(struct ui *ui);
void account_set_baseline(struct ui *ui);
