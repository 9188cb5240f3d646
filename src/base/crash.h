/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crash - puts the terminal back before memtop dies of a signal, and lets it die of that signal
 *
 * For SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL and SIGSYS a handler on a stack of its own runs the
 * hook and then lets the default action happen: same signal, core kept.  Signals that ask memtop to
 * end (SIGTERM, SIGHUP, SIGINT, SIGQUIT) are the event loop's, which ends with crash_end_by.
 */
#pragma once

/* Installs the handlers.  HOOK must be async-signal-safe; NULL: there is nothing to put back. */
void crash_watch(void (*hook)(void));

/* While WORDS are set (NULL: no more), a fault of our own ends the process with status 1 and
 * WORDS on standard error, after the hook, instead of its signal.  For calls of a library that does
 * not check every allocation: a user who is short of memory should read that, not "Segmentation
 * fault". */
void crash_excuse(const char *words);

/* Ends the process by SIGNAL with its default action, as one that never caught it.  Does not
 * return. */
_Noreturn void crash_end_by(int signal);
