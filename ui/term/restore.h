/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore - the bytes and the settings that put a terminal back, whatever state it is in
 *
 * For what cannot ask curses any more: the guard process and the handlers of deadly signals.
 */
#pragma once

#include <stdbool.h>
#include <termios.h>

/* Leaves the alternate screen, shows the cursor, turns attributes, mouse, paste and synchronized
 * output off, gives the window its title back (TITLED: it has one of ours), and sets MODES (NULL:
 * leaves them).  Where the terminal takes nothing for half a second, what is on its way is dropped;
 * gives up on one that takes nothing even then.  Async-signal-safe. */
void restore_terminal(int fd, const struct termios *modes, bool titled);

/* Only the settings, also from the background.  Async-signal-safe. */
void restore_modes(int fd, const struct termios *modes);
