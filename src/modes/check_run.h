/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_run - `memtop --check EXPR`: does anything match, on this machine or in a recording? */
#pragma once

struct options;
struct session;

/* 0: nothing matches; 1: something does; 2: it cannot be said, or trouble.  One line on standard
 * output, or for trouble on standard error.  A recording is looked at to its end; a machine for as
 * long as --for says, or as the expression needs, and then until what the answer hangs on has been
 * read (await.h).  */
int check_run(struct session *session, const struct options *options);
