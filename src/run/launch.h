/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch - starts a program, waits for it, passes signals on
 *
 * It gets our standard streams, environment, working folder, limits and signal mask as they were,
 * and stays in our process group, so that the terminal's keys reach it by themselves; signals sent
 * to us alone are passed on.  Its orphans become our children (prctl(2) PR_SET_CHILD_SUBREAPER).
 */
#ifndef MEMTOP_RUN_LAUNCH_H
#define MEMTOP_RUN_LAUNCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { LAUNCH_NOT_RUN = 126, LAUNCH_NOT_FOUND = 127 }; /* as shells, env(1) and nohup(1) say it */

struct launch {
	pid_t pid; /* 0: not started */
	int fd;    /* to poll for reading: a signal waits to be taken */
	bool ended;
	int status;          /* of wait4(2), once it ended */
	struct rusage usage; /* of it and of all descendants that were waited for */
	uint64_t floor_kib;  /* ru_maxrss below or at this is our own, from before exec */
	sigset_t mask;       /* to be given back to the program */
	bool pipe_ignored;
};

/* From now on signals wait in launch->fd.  To be called before other processes are forked.  0 or
 * -errno. */
int launch_prepare(struct launch *launch);

/* Starts ARGV, looked up in PATH.  0 once it runs, or -errno if it cannot. */
int launch_start(struct launch *launch, char *const argv[]);

/* Takes the signals that came; sets `ended` when the program did. */
void launch_take(struct launch *launch);

/* Collects an orphan if it ended; does nothing to one that lives or is not ours. */
void launch_reap(pid_t orphan);

/* The status to end with: the program's, or 128 + the signal that ended it. */
int launch_status(const struct launch *launch);

/* Highest RSS of any one of its processes, as the kernel counted it; 0 when that is below what
 * is known of us. */
uint64_t launch_peak_kib(const struct launch *launch);

void launch_done(struct launch *launch);

#endif
