/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_priv - what options.c and options_check.c share */
#ifndef MEMTOP_OPTIONS_PRIV_H
#define MEMTOP_OPTIONS_PRIV_H

#include "options/options.h"

/* -EINVAL, and in WHY the reason. */
int options_fail(char why[OPTIONS_WHY_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether the option of that long NAME was on the command line. */
bool options_given(const struct options *o, const char *name);

/* The mode that all of them make, and whether they go together: options that make no sense beside
 * each other are an error, not a guess.  0, or -EINVAL and in WHY the reason. */
int options_check(struct options *o, char why[OPTIONS_WHY_MAX]);

#endif
