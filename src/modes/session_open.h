/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session_open - what a mode reads: a recording or this machine, and what is recorded of it
 *
 * Failures are told on standard error; which exit status they are is the caller's to say.
 */
#pragma once

#include <stdbool.h>

struct options;
struct session;
struct source;

/* Starts a sampler of this machine, which only main.c knows; 0 or -errno, which has been told. */
typedef int (*session_machine)(struct source **source, const struct options *options, int apart);

/* Opens the RECORDING, or, NULL, what MACHINE starts; APART is a child of ours that no run is
 * about, 0: none.  Recorded is what OPTIONS name.  0 or -errno, which has been told; *SESSION is
 * for session_close. */
int session_open(struct session **session, const struct options *options, const char *recording,
	session_machine machine, int apart);

/* Ends the recording, tells what became of it, and frees the session; SESSION is not NULL. */
void session_close(struct session *session);

/* Whether standard output is a terminal, which a screen needs; if not, that has been told. */
bool session_has_screen(void);
