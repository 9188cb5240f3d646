/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quit - SIGTERM, SIGINT, SIGHUP and SIGQUIT in modes without a screen
 *
 * The first process of a container ignores them unless it has a handler.  With one memtop ends
 * there as everywhere: at once, by the signal, or with 128 + its number where none can end it.
 */
#pragma once

#include <stdbool.h>

enum { QUIT_PATIENCE_MS = 1000 };

/* From now on these signals end memtop; those that are ignored already stay so.  GENTLY: there is
 * something to be finished, so that quit_signal tells first; what takes longer than
 * QUIT_PATIENCE_MS is cut off. */
void quit_watch(bool gently);

/* The signal that came, 0: none.  A wait that it came just before is interrupted soon. */
int quit_signal(void);

/* Ends memtop by the signal that came; returns if none did. */
void quit_end(void);
