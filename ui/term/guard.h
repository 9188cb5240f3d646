/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard - a tiny process that puts the terminal back when memtop dies without saying goodbye
 *
 * Forked before the terminal is touched; holds the terminal's settings and the end of a pipe.  When
 * the pipe closes (kill -9, the OOM killer: whoever ends in an orderly way ends the guard first) it
 * restores the terminal (restore.h) and ends.  A guard that dies, is stopped or does not answer
 * would not do so: it is started again.  One that is seen to wait is asked seldom, since
 * every question wakes it.
 */
#pragma once

#include "base/reap.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

/* The page that memtop and its guard both see. */
struct guard_page {
	atomic_bool watch;  /* there is something to put back */
	atomic_bool titled; /* a title, too */
	atomic_uint heard;  /* questions that it has answered */
	struct termios modes;
};

struct guard {
	pid_t pid;               /* 0: none */
	int pipe;                /* -1: none */
	int stat;                /* of proc_state.h; -1: none */
	struct guard_page *page; /* NULL: none */
	unsigned asked;          /* questions put to it */
	uint64_t asked_ms;       /* when the last was */
	struct reap killed;
	bool have_modes; /* those of the page were read, before memtop changed them */
};

/* No guard yet; what guard_start begins with. */
void guard_init(struct guard *guard);

/* 0 or -errno (memtop goes on without one).  FD is the terminal.  Its settings are read at the
 * first start and kept, so that a guard that died can be started again at any time. */
int guard_start(struct guard *guard, int fd);

/* Ends it; no guard is left, but one that hangs so that even SIGKILL takes its time. */
void guard_stop(struct guard *guard);

/* Whether the terminal is memtop's now (true after the start): while memtop is stopped (^Z) a
 * guard has nothing to put back. */
void guard_watch(struct guard *guard, bool watch);

/* Whether the window has a title of ours. */
void guard_titled(struct guard *guard, bool titled);

/* Reads the settings of the terminal FD anew, which are not memtop's now. */
void guard_learn(struct guard *guard, int fd);

/* Ends it from a signal handler that has put the terminal back itself.  Async-signal-safe. */
void guard_dismiss(const struct guard *guard);

/* Whether it has died, or was stopped and so of no use (then it is ended), and should be started
 * again.  To be called after a SIGCHLD: reaps it. */
bool guard_is_gone(struct guard *guard);

/* To be called at every look: asks it whether it still listens, at most twice a second, and every
 * ten seconds while it waits as it should.  True when the last question has had no answer for a
 * second: then it is ended and should be started again.  NOW_MS: clock_mono_ms.  SIGPIPE must be
 * ignored. */
bool guard_hangs(struct guard *guard, uint64_t now_ms);

/* How long guard_hangs waits for an answer still, in ms; -1: for none. */
int guard_timeout_ms(const struct guard *guard, uint64_t now_ms);
