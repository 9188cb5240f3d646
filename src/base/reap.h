/* reap - waiting for children without ever being held up by one
 *
 * SIGKILL does not end a process at once that hangs in the kernel, in a frozen control group or under a
 * tracer.  Such a child is put on a list and looked for now and then.
 */
#ifndef MEMTOP_BASE_REAP_H
#define MEMTOP_BASE_REAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { REAP_MAX = 8 };

/* Children that were killed and have not gone yet.  All zero: none. */
struct reap {
	pid_t pids[REAP_MAX];
	size_t count;
};

/* Whether PID was collected within WAIT_MS (0: looks once).  *STATUS as of waitpid(2), -1 when somebody
 * else has collected it. */
bool reap_within(pid_t pid, int wait_ms, int *status);

/* Collects PID whenever it goes; one more than REAP_MAX is left to init. */
void reap_later(struct reap *reap, pid_t pid);

/* Collects what has gone by now; whether all have. */
bool reap_gone(struct reap *reap);

#endif
