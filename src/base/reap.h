/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - waiting for children without ever being held up by one
 *
 * SIGKILL does not end a process at once while it hangs in the kernel, in a frozen cgroup or under
 * a tracer.  Such a child is put on a list and waited for now and then.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { REAP_MAX = 8 };

/* Children that were killed and have not gone yet.  All zero: none. */
struct reap {
	pid_t pids[REAP_MAX];
	size_t count;
};

/* Whether PID was reaped within WAIT_MS (0: looks once).  *STATUS is that of waitpid(2), or -1 when
 * somebody else has reaped it. */
bool reap_within(pid_t pid, int wait_ms, int *status);

/* Puts PID on the list, to be reaped whenever it goes; one beyond REAP_MAX is left to init. */
void reap_later(struct reap *reap, pid_t pid);

/* Reaps those that have gone by now; true when all have. */
bool reap_gone(struct reap *reap);
