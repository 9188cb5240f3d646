/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verbs - the language of scripts
 *
 * One verb a line; `vtdrive -h` prints the table below with its help. Columns and rows count from
 * 0, negative ones from the right and from the bottom. REGEX is a POSIX extended expression.
 */
#pragma once

#include <stddef.h>

#include "driver.h"

struct verb {
	const char *name;
	const char *usage;
	size_t min, max;    /* number of arguments */
	bool raw;           /* the last argument is the rest of the line as it stands */
	bool needs_program; /* start it first if it is not running */
	enum verdict (*run)(struct driver *driver, size_t count, char *const args[]);
	const char *help;
};

enum { VERBS_MAX_ARGS = 48 };

/* Ended by an entry without a name. */
extern const struct verb verbs_input[]; /* verbs_input.c: what is typed, sizes, signals */
extern const struct verb verbs_see[];   /* verbs_see.c: what is on the screen */
extern const struct verb verbs_count[]; /* verbs_count.c: bytes, sequences, times, modes */
extern const struct verb verbs_run[];   /* verbs_run.c: the program's life, helpers, commands */

/* Finds a verb in all tables; NULL when there is none. */
const struct verb *verbs_find(const char *name);

/* Prints the whole table. */
void verbs_help(void);

/* Reads a whole number with its bounds; false when it is none. */
bool verbs_number(const char *text, long min, long max, long *out);

/* Compares with one of < <= == >= >; false also for an unknown sign. */
bool verbs_compare(double value, const char *sign, double bound);
