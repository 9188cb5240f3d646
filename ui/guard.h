/* guard - a tiny process that puts the terminal back when memtop dies without saying goodbye
 *
 * Forked before the terminal is touched; holds the terminal's settings and the end of a pipe.  When
 * the pipe closes (kill -9, the OOM killer: whoever ends in an orderly way ends the guard first) it
 * restores the terminal (restore.h) and ends.
 */
#ifndef MEMTOP_UI_GUARD_H
#define MEMTOP_UI_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

struct guard {
	pid_t pid;             /* 0: none */
	int pipe;              /* -1: none */
	atomic_bool *watch;    /* shared with it: whether there is something to put back */
	bool have_modes;       /* MODES were read, before memtop changed them */
	struct termios modes;
};

/* No guard yet; what guard_start begins with. */
void guard_init(struct guard *guard);

/* 0 or -errno (memtop goes on without one).  FD is the terminal.  Its settings are read at the first
 * start and kept in GUARD, so that a guard that died can be started again at any time. */
int guard_start(struct guard *guard, int fd);

/* Ends it; no guard is left. */
void guard_stop(struct guard *guard);

/* Whether the terminal is memtop's now (true after the start): while memtop is stopped (^Z) a guard has
 * nothing to put back. */
void guard_watch(struct guard *guard, bool watch);

/* Ends it from a signal handler that has put the terminal back itself.  Async-signal-safe. */
void guard_dismiss(const struct guard *guard);

/* Whether it has died, or was stopped and so of no use (then it is ended), and should be started again;
 * reaps it. */
bool guard_is_gone(struct guard *guard);

#endif
