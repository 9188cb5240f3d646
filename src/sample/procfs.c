/* SPDX-License-Identifier: GPL-2.0-or-later */
/* procfs - see procfs.h; knows paths and descriptors, not what the files say (but NSpid) */
#include "sample/procfs.h"

#include "base/amount.h"
#include "base/order.h"
#include "base/unfilled.h"
#include "base/xalloc.h"
#include "frame/frame.h"
#include "sample/procparse.h"
#include "sample/sysparse.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	PATH_ROOM = 48,
	THREADS_TRIED = 64,
	WHOLE_FIRST = 16384, /* most files are shorter */
	LIST_ROOM = 8192,    /* some 250 entries of /proc */
};

/* A folder called /proc is not enough: in a chroot it may be empty, which would look like a machine
 * without processes. */
int procfs_open(void)
{
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (faccessat(fd, "self", F_OK, 0) < 0) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

/* "PID/NAME"; snprintf would be a fifth of a cheap read. */
static void path_of(char path[PATH_ROOM], int32_t pid, const char *name)
{
	char digits[12];
	size_t n = 0, len = strlen(name);

	do {
		digits[n++] = (char)('0' + pid % 10);
		pid /= 10;
	} while (pid > 0);
	while (n > 0)
		*path++ = digits[--n];
	*path++ = '/';
	memcpy(path, name, len < PATH_ROOM - 16 ? len + 1 : PATH_ROOM - 16);
}

size_t procfs_may_keep(size_t most, size_t others)
{
	const rlim_t want = most + others;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	rlim_t before = limit.rlim_cur;
	if (before < want && before < limit.rlim_max) {
		limit.rlim_cur = amount_smaller(want, limit.rlim_max);
		if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
			limit.rlim_cur = before;
	}
	return limit.rlim_cur > others ? amount_smaller(limit.rlim_cur - others, most) : 0;
}

int procfs_keep(int proc, int32_t pid, const char *name)
{
	char path[PATH_ROOM];

	path_of(path, pid, name);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Until the end or the buffer is full: some files come in pieces of a page. */
static ssize_t read_all(int fd, char *buf, size_t cap)
{
	size_t len = 0;

	while (len < cap) {
		ssize_t n = read(fd, buf + len, cap - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t procfs_read_at(int dir, const char *name, char *buf, size_t cap)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	ssize_t len = read_all(fd, buf, cap);
	close(fd);
	return len;
}

/* One read is enough for files the kernel makes as one piece smaller than the buffer. */
static ssize_t read_once(int fd, char *buf, size_t cap)
{
	ssize_t n;

	do {
		n = read(fd, buf, cap);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

ssize_t procfs_read(int proc, int32_t pid, const char *name, char *buf, size_t cap, uint32_t *uid)
{
	int fd = procfs_keep(proc, pid, name);
	struct stat info;

	if (fd < 0)
		return fd;
	ssize_t len = read_once(fd, buf, cap);
	if (uid != NULL && len >= 0) {
		if (fstat(fd, &info) < 0)
			len = -errno;
		else
			*uid = info.st_uid;
	}
	close(fd);
	return len;
}

/* The kernel makes such a file anew for each read at its begin: a descriptor that is kept saves the
 * way through the folders. */
ssize_t procfs_again(int fd, char *buf, size_t cap)
{
	ssize_t n;

	do {
		n = pread(fd, buf, cap, 0);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

ssize_t procfs_read_path(const char *path, char *buf, size_t cap)
{
	return procfs_read_at(AT_FDCWD, path, buf, cap);
}

/* st_size is 0 in /proc: how long a file is shows when it ends. */
ssize_t procfs_read_whole(int dir, const char *path, char **text, size_t most)
{
	size_t cap = WHOLE_FIRST, len = 0;
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	*text = NULL;
	if (fd < 0)
		return -errno;
	*text = xalloc(cap);
	while ((n = read_all(fd, *text + len, cap - len)) > 0) {
		len += (size_t)n;
		if (len < cap || cap >= most)
			break;
		cap = cap * 2 < most ? cap * 2 : most;
		*text = xalloc_grow(*text, cap, 1);
	}
	close(fd);
	if (n >= 0)
		return (ssize_t)len;
	free(*text);
	*text = NULL;
	return n;
}

/* In a nested pid namespace, or on a /proc mounted from another one, a pid of a file name is not
 * the pid that system calls mean. */
bool procfs_is_ours(int proc)
{
	char text[4096];
	struct statfs fs;
	int levels;
	int32_t pid;

	if (fstatfs(proc, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return false;
	int fd = openat(proc, "self/status", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t len = read_once(fd, text, sizeof(text));
	close(fd);
	if (len <= 0 || sysparse_nspid(&levels, &pid, text, (size_t)len) < 0)
		return false;
	return levels == 1 && pid == getpid();
}

struct linux_dirent64 {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

/* The pid a name stands for, 0 if it is none that a kernel gives. */
static int32_t pid_of(const char *name)
{
	int32_t pid = 0;

	if (*name < '1' || *name > '9')
		return 0;
	for (; *name >= '0' && *name <= '9'; name++) {
		pid = pid * 10 + (*name - '0');
		if (pid > FRAME_PID_MAX)
			return 0;
	}
	return *name == '\0' ? pid : 0;
}

/* The kernel lists in the order of pids; what stands in for it (a made tree) need not. */
ssize_t procfs_list(int proc, int32_t **pids, size_t *cap)
{
	_Alignas(struct linux_dirent64) char block[LIST_ROOM] UNFILLED;
	size_t count = 0;
	bool sorted = true;
	long len;

	if (lseek(proc, 0, SEEK_SET) < 0)
		return -errno;
	while ((len = syscall(SYS_getdents64, proc, block, sizeof(block))) > 0) {
		for (long at = 0; at < len;) {
			const struct linux_dirent64 *entry = (const void *)(block + at);
			int32_t pid = pid_of(entry->name);

			at += entry->reclen;
			if (pid == 0)
				continue;
			*pids = xalloc_room(*pids, cap, count + 1, sizeof(**pids));
			sorted = sorted && (count == 0 || (*pids)[count - 1] < pid);
			(*pids)[count++] = pid;
		}
	}
	if (len < 0)
		return -errno;
	if (!sorted)
		order_sort(*pids, count, sizeof(**pids), order_i32);
	return (ssize_t)count;
}

/* getdents64 into a block of our own: opendir(3) takes 32 KiB of the heap for each folder. */
static void tell_names(int dir, const char *path, const char *prefix, bool folders,
	void (*tell)(void *context, const char *rest), void *context)
{
	_Alignas(struct linux_dirent64) char block[4096];
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t skip = strlen(prefix);
	long len;

	if (fd < 0)
		return;
	while ((len = syscall(SYS_getdents64, fd, block, sizeof(block))) > 0) {
		for (long at = 0; at < len;) {
			const struct linux_dirent64 *entry = (const void *)(block + at);

			at += entry->reclen;
			if ((!folders || entry->type == DT_DIR) &&
				strncmp(entry->name, prefix, skip) == 0)
				tell(context, entry->name + skip);
		}
	}
	close(fd);
}

void procfs_names(const char *path, const char *prefix,
	void (*tell)(void *context, const char *rest), void *context)
{
	tell_names(AT_FDCWD, path, prefix, false, tell, context);
}

void procfs_names_at(int dir, const char *path, void (*tell)(void *context, const char *name),
	void *context)
{
	tell_names(dir, path, "", false, tell, context);
}

void procfs_folders(int dir, void (*tell)(void *context, const char *name), void *context)
{
	tell_names(dir, ".", "", true, tell, context);
}

/* --- threads --- */

ssize_t procfs_read_thread(int proc, int32_t pid, int32_t tid, const char *name, char *buf,
	size_t cap)
{
	char path[PATH_ROOM];

	snprintf(path, sizeof(path), "%d/task/%d/%s", (int)pid, (int)tid, name);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t len = read_once(fd, buf, cap);
	close(fd);
	return len;
}

struct thread_search {
	int proc, tries;
	int32_t pid, found;
};

/* Few are tried: a program of ten thousand threads that are all ending must not hold a tick up. */
static void try_thread(void *context, const char *name)
{
	struct thread_search *search = context;
	struct procparse_statm statm;
	char text[128];
	int32_t tid = pid_of(name);

	if (search->found != 0 || tid == 0 || tid == search->pid ||
		search->tries++ == THREADS_TRIED)
		return;
	ssize_t len = procfs_read_thread(search->proc, search->pid, tid, "statm", text,
		sizeof(text));
	if (len > 0 && procparse_statm(&statm, text, (size_t)len) == 0 && statm.size > 0)
		search->found = tid;
}

int32_t procfs_living_thread(int proc, int32_t pid)
{
	struct thread_search search = { .proc = proc, .pid = pid };
	char path[PATH_ROOM];

	snprintf(path, sizeof(path), "%d/task", (int)pid);
	procfs_names_at(proc, path, try_thread, &search);
	return search.found;
}

int procfs_hidepid(int proc, int level)
{
	char text[1024];
	uint32_t uid = 0;

	/* root, and the group the mount excepts, see all the same */
	if (level > 0 && procfs_read(proc, 1, "stat", text, sizeof(text), &uid) > 0 &&
		uid != geteuid())
		return 0;
	return level > 0 && geteuid() == 0 ? 0 : level;
}
