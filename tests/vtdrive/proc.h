/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc - what other processes are doing, from /proc
 *
 * Two questions: is this process asleep, waiting for input (and did it wake since I last looked),
 * and which descendants of the harness are alive.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct proc_rest {
	bool waiting; /* every thread waits for input, a child, a lock or a signal; or is stopped */
	uint64_t wakes; /* voluntary context switches of all its threads */
};

/* How the process in charge of a terminal rests: `leader` of its foreground group, or its children
 * while it waits for them. A process that is gone counts as waiting. */
void proc_rest(pid_t leader, struct proc_rest *out);

/* Lists descendants of this process that are alive (zombies are not) and not in the session of
 * one of `others`. Prints "pid (name)" separated by spaces into out, returns the number. */
size_t proc_descendants(const pid_t *others, size_t other_count, char *out, size_t size);

/* Kills all of them; returns how many there were. */
size_t proc_end_descendants(void);
