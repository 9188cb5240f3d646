/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_wire - how the child gets at a process and sends what it read (reader_wire.h) */
#include "sample/reader_wire.h"

#include "sample/procfs.h"
#include "sample/procparse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

enum { STAT_ROOM = 1024 };

/* The folder of a thread that stands for process PID, whose main thread has ended; DIR, that of the
 * process, is closed for it, or kept where there is no such thread. */
static int open_other(int dir, int32_t pid)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), other = -1;
	int32_t tid = proc >= 0 ? procfs_living_thread(proc, pid) : 0;
	char path[32];

	snprintf(path, sizeof(path), "task/%d", (int)tid);
	if (tid != 0)
		other = openat(dir, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc >= 0)
		close(proc);
	if (other < 0)
		return dir;
	close(dir);
	return other;
}

/* The folder is held open and its stat read through it: what is read below is of the process that
 * was asked for, or fails. */
int reader_child_open(struct ident id)
{
	char path[32], text[STAT_ROOM];
	struct procparse_stat stat;
	ssize_t len = -1;

	snprintf(path, sizeof(path), "/proc/%d", (int)id.pid);
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	int fd = openat(dir, "stat", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, text, sizeof(text));
		close(fd);
	}
	if (len <= 0 || procparse_stat(&stat, text, (size_t)len) < 0 ||
		stat.start_ticks != id.start_ticks) {
		close(dir);
		return -ESRCH;
	}
	return stat.state == 'Z' && stat.threads > 1 ? open_other(dir, id.pid) : dir;
}

void reader_child_send(struct reader_answer *answer)
{
	struct reader_reply reply = {
		.ask = answer->ask,
		.error = answer->error,
		.piece = answer->piece,
		.len = answer->len,
		.figures = answer->figures,
	};
	struct iovec parts[2] = {
		{ .iov_base = &reply, .iov_len = sizeof(reply) },
		{ .iov_base = answer->text, .iov_len = answer->len },
	};
	size_t at = 0;

	while (at < 2) {
		ssize_t n = writev(READER_OUT, parts + at, (int)(2 - at));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			_exit(0);
		while (at < 2 && (size_t)n >= parts[at].iov_len)
			n -= (ssize_t)parts[at++].iov_len;
		if (at < 2) {
			parts[at].iov_base = (char *)parts[at].iov_base + n;
			parts[at].iov_len -= (size_t)n;
		}
	}
}
