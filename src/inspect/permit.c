/* SPDX-License-Identifier: GPL-2.0-or-later */
/* permit - see permit.h; who may read another's memory: ptrace(2), "access mode checking" */
#include "inspect/permit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { YAMA_CHILDREN = 1, YAMA_ROOT = 2, YAMA_NOBODY = 3 };

/* Cut to what fits: all of these are short. */
static bool read_file(const char *path, char *text, size_t cap)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, cap - 1) : -1;

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

void permit_read(struct permit *permit, int32_t pid)
{
	char path[48], text[4096];
	const char *line;
	struct stat info;

	*permit = (struct permit){
		.pid = pid, .uid = UINT32_MAX, .our_uid = geteuid(), .yama = -1
	};
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	/* Uid: real, effective, ... */
	if (read_file(path, text, sizeof(text)) && (line = strstr(text, "\nUid:\t")) != NULL &&
		(line = strchr(line + 6, '\t')) != NULL)
		permit->uid = (uint32_t)strtoul(line + 1, NULL, 10);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	permit->dumpable = stat(path, &info) == 0 && info.st_uid == permit->uid;
	if (read_file("/proc/sys/kernel/yama/ptrace_scope", text, sizeof(text)))
		permit->yama = (int)strtol(text, NULL, 10);
}

static void say_owner(const struct permit *permit, char *why, size_t cap)
{
	if (permit->uid == 0)
		snprintf(why, cap, "process %d belongs to root; run memtop with sudo",
			(int)permit->pid);
	else
		snprintf(why, cap,
			"process %d belongs to user %u; run memtop as that user or with "
			"sudo",
			(int)permit->pid, permit->uid);
}

/* Words for what the setting forbids, and for what the user can do about it: from 3 on it cannot be
 * taken back without a start of the machine. */
static void say_yama(const struct permit *permit, char *why, size_t cap)
{
	if (permit->yama >= YAMA_NOBODY)
		snprintf(why, cap,
			"kernel.yama.ptrace_scope is %d: nobody may, until the machine is started "
			"again",
			permit->yama);
	else if (permit->yama == YAMA_ROOT)
		snprintf(why, cap, "kernel.yama.ptrace_scope is 2; run memtop with sudo");
	else
		snprintf(why, cap,
			"kernel.yama.ptrace_scope is 1; start the program as \"memtop -- "
			"PROGRAM\", or run memtop with sudo");
}

/* By what forbids it, the plainest first: another's process, one that has hidden itself, Yama, a
 * container without the capability. One of them is it; the kernel itself says EPERM for all. */
static void say_refused(const struct permit *permit, char *why, size_t cap)
{
	if (permit->our_uid != 0 && permit->uid != permit->our_uid && permit->uid != UINT32_MAX)
		say_owner(permit, why, cap);
	else if (permit->our_uid != 0 && !permit->dumpable)
		snprintf(why, cap,
			"process %d has made itself unreadable (not dumpable); run memtop with "
			"sudo",
			(int)permit->pid);
	else if (permit->yama >= YAMA_NOBODY ||
		 (permit->our_uid != 0 && permit->yama >= YAMA_CHILDREN))
		say_yama(permit, why, cap);
	else if (permit->our_uid == 0)
		snprintf(why, cap,
			"memtop runs without CAP_SYS_PTRACE, so it may not read other processes' "
			"memory; give it that (a container: --cap-add SYS_PTRACE)");
	else
		snprintf(why, cap,
			"process %d has rights that memtop has not; run memtop with sudo",
			(int)permit->pid);
}

void permit_why(const struct permit *permit, int error, char *why, size_t cap)
{
	if (error == -EPERM || error == -EACCES)
		say_refused(permit, why, cap);
	else if (error == -ESRCH)
		snprintf(why, cap, "process %d has ended", (int)permit->pid);
	else if (error == -EFAULT)
		snprintf(why, cap, "process %d has no memory that could be read", (int)permit->pid);
	else if (error == -ENOSYS)
		snprintf(why, cap, "this kernel cannot read another process's memory");
	else
		snprintf(why, cap, "the memory of process %d cannot be read: %s", (int)permit->pid,
			strerror(-error));
}
