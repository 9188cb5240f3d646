/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_start - see proc_start.h */
#include "base/proc_start.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum {
	/* a line of some 300 bytes */
	STAT_ROOM = 1024,
	NAME_FIELD = 2, /* in brackets, and what is in them may hold anything */
	/* proc_pid_stat(5) */
	START_FIELD = 22,
};

uint64_t proc_start_ticks(int dir)
{
	char text[STAT_ROOM];
	int fd = openat(dir, "stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	char *at = strrchr(text, ')');
	for (int field = NAME_FIELD; at != NULL && field < START_FIELD; field++)
		at = strchr(at + 1, ' ');
	return at != NULL ? strtoull(at + 1, NULL, 10) : 0;
}
