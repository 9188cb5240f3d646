/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_state - what the kernel says that a child of ours is doing */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* A descriptor to ask about the child PID by, for the caller to close; -1 without a /proc.  Kept
 * open, it is of nobody who gets the same pid later. */
int proc_state_open(pid_t pid);

/* Whether the child PID, called NAME, sleeps until something comes, and is neither stopped nor
 * traced.  False where FD is -1 or tells of another process: a /proc of another pid namespace has
 * somebody else under its pid, with another parent.  Never waits. */
bool proc_state_sleeps(int fd, pid_t pid, const char *name);
