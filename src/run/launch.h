/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch - starts a program, waits for it, passes signals on
 *
 * It gets our standard streams, environment, working folder, limits and signal mask as they were,
 * and stays in our process group, so that the terminal's keys reach it by themselves; signals sent
 * to us alone are passed on.  Its orphans become our children (prctl(2) PR_SET_CHILD_SUBREAPER).
 *
 * A signal sent to the whole group (kill(2) with 0, as timeout(1) does beside the one it sends to
 * us) has reached the program already.  Nothing in a signal tells one from the other, so a witness
 * stands in the group, a process of ours that blocks everything: what waits for it was for all.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { LAUNCH_NOT_RUN = 126, LAUNCH_NOT_FOUND = 127 }; /* as shells, env(1) and nohup(1) say it */

/* pid 0: none, then every signal counts as sent to us alone. */
struct launch_witness {
	pid_t pid;
	int fd; /* a byte in it: forget what waits */
};

struct launch {
	pid_t pid; /* 0: not started */
	int fd;    /* to poll for reading: a signal waits to be taken */
	struct launch_witness witness;
	uint32_t waits;    /* signals to be passed on, 1 << number, unless all got them ... */
	uint64_t waits_ms; /* ... once this time of the monotonic clock has come */
	bool ended;
	int stray;  /* the last signal that came while no program was there to get it; 0: none */
	int status; /* of wait4(2), once it ended */
	struct rusage usage; /* of it and of all descendants that were waited for, by it or by us */
	uint64_t floor_kib;  /* ru_maxrss below or at this is our own, from before exec */
	sigset_t mask;       /* to be given back to the program */
	bool pipe_ignored;
};

/* Starts the witness; to be called first of all. */
struct launch_witness launch_witness(void);

/* From now on signals wait in launch->fd.  Takes WITNESS over.  To be called before other processes
 * are forked.  0 or -errno. */
int launch_prepare(struct launch *launch, struct launch_witness witness);

/* Starts ARGV, looked up in PATH.  0 once it runs, or -errno if it cannot. */
int launch_start(struct launch *launch, char *const argv[]);

/* Takes the signals that came; sets `ended` when the program did. */
void launch_take(struct launch *launch);

/* Milliseconds until launch_take must be called again though no signal came; -1: it need not. */
int launch_timeout_ms(const struct launch *launch);

/* Collects an orphan if it ended, and adds what it used; does nothing to one that lives or is not
 * ours. */
void launch_reap(struct launch *launch, pid_t orphan);

/* The status to end with: the program's, or 128 + the signal that ended it. */
int launch_status(const struct launch *launch);

/* Highest RSS of any one of its processes, as the kernel counted it; 0 when that is below what
 * is known of us.  And what it cannot have exceeded. */
uint64_t launch_peak_kib(const struct launch *launch);
uint64_t launch_bound_kib(const struct launch *launch);

/* Closes what it holds and ends the process that watches beside the program. */
void launch_done(struct launch *launch);
