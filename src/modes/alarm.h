/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alarm - `--on EXPR --exec COMMAND`: runs a program when something begins to match
 *
 * Begins: it matches at a tick and did not at the one before.  The program gets the facts in its
 * environment (MEMTOP_PID, ...) and as JSON on standard input; no shell is between.  It runs beside
 * memtop, and not more often than once in EVERY_S: what began meanwhile has its turn later if it
 * still matches then.
 */
#pragma once

#include "table/view.h"

struct alarm;

enum { ALARM_WORDS_MAX = 64, ALARM_WHY_MAX = 160, ALARM_RUNNING_MAX = 8 };

struct alarm_options {
	const char *expr; /* told to the program */
	/* who is looked at, and the expression, read and not empty; lives as long as the alarm */
	struct view_ask ask;
	/* words; '...' and "..." hold blanks, \ takes the next character as it is */
	const char *command;
	double every_s;
	/* its output goes nowhere (a screen is drawn), else to standard error */
	bool quiet;
};

/* 0, or -EINVAL and in WHY what is wrong with COMMAND. */
int alarm_new(struct alarm **alarm, const struct alarm_options *options, char why[ALARM_WHY_MAX]);
void alarm_free(struct alarm *alarm); /* what still runs goes on; NULL is fine */

/* Call it after every tick. */
void alarm_take(struct alarm *alarm, const struct store *store);

/* Between two ticks, when more is known: who matches now and did not at the tick begins, too. */
void alarm_again(struct alarm *alarm, const struct store *store);

/* At the end: nothing that waits has its turn any more. */
void alarm_end(struct alarm *alarm);

/* A word for a person on commands that wait because ALARM_RUNNING_MAX still run, or were not run
 * for that; "" when there is none.  Until the next call of one of the others. */
const char *alarm_message(const struct alarm *alarm);

/* Whose PSS is to be read next, because the expression asks for it: those of whom it was never
 * read, then those of whom it is oldest.  Returns how many. */
enum { ALARM_PSS_MAX = 8 };

/* Fills IDS with them; returns how many. */
size_t alarm_wants_pss(const struct alarm *alarm, const struct store *store,
	struct ident ids[ALARM_PSS_MAX]);

/* Processes of which it cannot say whether they match before more of them is read: pids; how
 * many. */
size_t alarm_undecided(const struct alarm *alarm, const struct store *store,
	int32_t pids[FRAME_PART_MAX]);

/* Whose details it waits for before it runs the program, so that the facts are whole; pid 0:
 * nobody's.  It waits until the next tick at most; for one that is gone by then nothing is run. */
struct ident alarm_waits_for(const struct alarm *alarm);

/* Call it when more is known: runs the program if that was all it waited for, or, AT_ONCE (nothing
 * more will come), with what is known. */
void alarm_known(struct alarm *alarm, const struct store *store, bool at_once);

/* Cuts TEXT into words in place; their number, or -EINVAL: none, too many, a quotation mark that is
 * not closed. */
int alarm_split(char *text, char *words[ALARM_WORDS_MAX + 1]);
