/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - a process of our own on a pair of pipes: started, watched, ended
 *
 * The child has its own process group, so that neither Ctrl-C nor Ctrl-Z at the terminal reaches
 * it before the front end: it ends when its pipes close, and the kernel kills it when the front
 * end dies in any way (PR_SET_PDEATHSIG).  It keeps no descriptor but its pipes, and its standard
 * error is a pipe too: whatever it has to say must not be written across the screen.
 */
#pragma once

#include "base/reap.h"
#include "source/source_live.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid; /* 0: none */
	int in;    /* we write requests to it; -1: closed */
	int out;   /* we read lines from it */
	int err;   /* what it says to a person */
	int lines; /* of its last words that are wanted */
};

/* Starts one that is called NAME.  0, or -errno. */
int child_start(struct child *child, const struct live_child *how, const char *name);

/* For how long a child is waited for: once its pipes are closed, and once it was killed. */
struct child_patience {
	int grace_ms, kill_ms;
};

/* Closes its pipes, and kills it if it does not go.  The status of waitpid(2), or -1 if the child
 * is still not gone (it then joins LOST).  Its last words go into WORDS, cleaned: so many lines,
 * the last one first, with a line feed between; "" if there were none. */
int child_end(struct child *child, struct child_patience patience, struct reap *lost, char *words,
	size_t cap);

/* Whether somebody has stopped it (SIGSTOP, SIGTSTP) since this was last asked. */
bool child_was_stopped(const struct child *child);

/* CPU time it has used, in microseconds; 0 when that cannot be told. */
uint64_t child_cpu_us(const struct child *child);

/* Writes without a SIGPIPE: the count, or -errno. */
ssize_t child_write(const struct child *child, const char *bytes, size_t len);
