/* SPDX-License-Identifier: GPL-2.0-or-later */
/* newest - the pid that was given out last
 *
 * It stands in /proc/loadavg and in /proc/sys/kernel/ns_last_pid, but containers (lxcfs) and
 * emulations (gVisor) put files of their own there: one is believed that has followed a child of
 * ours.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Pids that others may take while a child of ours is watched for. */
enum { NEWEST_STEP_MAX = 4096 };

struct newest {
	int fd;       /* the file, kept open; -1: nothing tells */
	bool is_load; /* it is loadavg, else ns_last_pid */
};

/* Takes the first file that PROC, the kernel's own /proc, has and that proves itself; else FD is
 * -1. */
void newest_find(struct newest *newest, int proc);

/* Closes the file: it told of somebody else's processes, or nobody asks any more. */
void newest_forget(struct newest *newest);

/* The pid given out last; false where nothing tells it. */
bool newest_read(const struct newest *newest, int32_t *pid);

/* The greatest pid there may be, from /proc/sys/kernel/pid_max. */
int32_t newest_limit(void);
