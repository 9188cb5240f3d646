/* SPDX-License-Identifier: GPL-2.0-or-later */
/* newest - see newest.h; knows nothing of who lives */
#include "sample/newest.h"

#include "frame/frame.h"
#include "sample/procfs.h"
#include "sample/procparse.h"
#include "sample/sysparse.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The descriptor stays open: a read from its start makes the kernel write the line anew. */
bool newest_read(const struct newest *newest, int32_t *pid)
{
	struct sysparse_loadavg load;
	int64_t number;
	char text[128];
	ssize_t len = newest->fd >= 0 ? procfs_again(newest->fd, text, sizeof(text)) : -EBADF;

	if (len <= 0)
		return false;
	if (!newest->is_load) {
		if (procparse_number(&number, text, (size_t)len) < 0 || number < 0 ||
			number > FRAME_PID_MAX)
			return false;
		*pid = (int32_t)number;
		return true;
	}
	if (sysparse_loadavg(&load, text, (size_t)len) < 0)
		return false;
	*pid = load.last_pid;
	return true;
}

void newest_forget(struct newest *newest)
{
	if (newest->fd >= 0)
		close(newest->fd);
	newest->fd = -1;
}

/* Whether the file moves on with a child of ours: before it, its pid is still to come, and behind
 * it, it has been given. */
static bool follows_a_child(const struct newest *newest)
{
	int32_t before, after;

	if (!newest_read(newest, &before))
		return false;
	/* NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork): it only ends */
	pid_t child = vfork();
	if (child == 0)
		_exit(0);
	if (child < 0)
		return false;
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	return newest_read(newest, &after) && before < child && child <= after &&
	       after - before <= NEWEST_STEP_MAX;
}

static bool same_file_system(int a, int b)
{
	struct stat one, other;

	return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev;
}

void newest_find(struct newest *newest, int proc)
{
	static const char *const names[] = { "loadavg", "sys/kernel/ns_last_pid" };

	/* when the pids have just wrapped, the second try proves the file */
	for (int i = 0; i < 4; i++) {
		newest->is_load = i / 2 == 0;
		newest->fd = openat(proc, names[i / 2], O_RDONLY | O_CLOEXEC);
		if (newest->fd >= 0 && same_file_system(newest->fd, proc) &&
			follows_a_child(newest))
			return;
		newest_forget(newest);
	}
}

int32_t newest_limit(void)
{
	char text[32];
	ssize_t len = procfs_read_path("/proc/sys/kernel/pid_max", text, sizeof(text));
	int64_t limit;

	if (len <= 0 || procparse_number(&limit, text, (size_t)len) < 0 || limit > FRAME_PID_MAX)
		return FRAME_PID_MAX;
	return (int32_t)limit;
}
