/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_state - see proc_state.h; /proc/PID/stat takes no lock of the process */
#include "base/proc_state.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int proc_state_open(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool proc_state_sleeps(int fd, pid_t pid, const char *name)
{
	char sleeps[64], text[sizeof(sleeps)];
	int len = snprintf(sleeps, sizeof(sleeps), "%d (%s) S %d ", (int)pid, name, (int)getpid());

	return len < (int)sizeof(sleeps) && pread(fd, text, sizeof(text), 0) >= len &&
	       memcmp(text, sleeps, (size_t)len) == 0;
}
