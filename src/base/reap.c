/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reap - see reap.h. */
#include "base/reap.h"

#include "base/clock.h"

#include <errno.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>

enum { NAP_MAX_MS = 16 };

/* Looks again after 1, 2, 4 … 16 ms: a child that ends by itself does so at once. */
bool reap_within(pid_t pid, int wait_ms, int *status)
{
	uint64_t until = clock_mono_ms() + (uint64_t)wait_ms;

	for (long nap_ms = 1;; nap_ms = nap_ms < NAP_MAX_MS ? 2 * nap_ms : NAP_MAX_MS) {
		pid_t got = waitpid(pid, status, WNOHANG);

		if (got == pid)
			return true;
		if (got < 0 && errno != EINTR) {
			*status = -1;
			return true;
		}
		if (clock_mono_ms() >= until)
			return false;
		nanosleep(&(struct timespec){ 0, nap_ms * 1000000 }, NULL);
	}
}

void reap_later(struct reap *reap, pid_t pid)
{
	if (reap->count < REAP_MAX)
		reap->pids[reap->count++] = pid;
}

bool reap_gone(struct reap *reap)
{
	int status;

	for (size_t i = reap->count; i-- > 0;) {
		if (reap_within(reap->pids[i], 0, &status))
			reap->pids[i] = reap->pids[--reap->count];
	}
	return reap->count == 0;
}
