/* SPDX-License-Identifier: GPL-2.0-or-later */
/* script - run a script of verbs, one a line
 *
 * Words are separated by blanks and quoted as in a shell: 'as it stands', "with ${NAME}", \x. A
 * word that begins with # starts a remark. ${NAME} is the environment's, where helpers leave
 * their pids.
 */
#pragma once

#include <stdio.h>

#include "driver.h"

/* Runs all lines of `in`. A failed line is reported and the script goes on; one that cannot be
 * understood, or the time limit, ends it. */
void script_run(struct driver *driver, FILE *in, const char *name);
