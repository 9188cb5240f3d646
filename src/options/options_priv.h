/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_priv - what the files of options share: the table of options, and how one is refused */
#pragma once

#include "options/options.h"

/* The purpose of an option; --help and the manual have them in this order. */
enum option_group { TO_LOOK, TO_PICK, TO_PRINT, TO_RUN, TO_RECORD, TO_CHECK, TO_HELP };

/* One option. */
struct option_row {
	enum option_group group;
	char letter;      /* 0: none */
	const char *name; /* long name */
	/* puts VALUE (NULL: it takes none) where it belongs: 0, or -EINVAL and in WHY the reason */
	int (*set)(struct options *o, const struct option_row *row, const char *value, char *why);
	size_t where;      /* a member of struct options, a mode, a format: SET knows */
	const char *value; /* what its argument is called; NULL: takes none */
	const char *words; /* for --help; NULL: it stands on the line of the option before it */
};

/* All of them, COUNT; at most 64, since struct options keeps a bit of each. */
const struct option_row *options_rows(size_t *count);

/* Whether a second value follows the first one, as a word of its own (--compare). */
bool options_wants_two(const struct option_row *row);

/* Whether a word may follow that is not its value by getopt's rules: --flight DIR, --status DIR. */
bool options_may_take(const struct option_row *row);

/* -EINVAL, and in WHY the reason. */
int options_fail(char why[OPTIONS_WHY_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether the option of that long NAME was on the command line. */
bool options_given(const struct options *o, const char *name);

/* The mode that all of them make, and whether they go together: options that make no sense beside
 * each other are an error, not a guess.  0, or -EINVAL and in WHY the reason. */
int options_check(struct options *o, char why[OPTIONS_WHY_MAX]);
