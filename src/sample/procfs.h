/* SPDX-License-Identifier: GPL-2.0-or-later */
/* procfs - small files below one kept /proc descriptor
 *
 * Every read is a whole small file into the caller's buffer; what does not fit is cut.  A process
 * that is gone is -ENOENT or -ESRCH, one that may not be looked at -EACCES or -EPERM: data, not
 * trouble.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A descriptor of /proc, close-on-exec; -errno if there is none or nothing is mounted there. */
int procfs_open(void);

/* Reads /proc/PID/NAME into BUF; the length or -errno.  *UID (may be NULL) gets the file's
 * owner: the effective user, unless the process is not dumpable. */
ssize_t procfs_read(int proc, int32_t pid, const char *name, char *buf, size_t cap, uint32_t *uid);

/* All of the file NAME below the folder DIR, up to CAP bytes; never waits for a writer.  Bytes or
 * -errno. */
ssize_t procfs_read_at(int dir, const char *name, char *buf, size_t cap);

/* When the main thread of a process has ended and others go on, the files of the process tell of
 * nothing, and those of any other thread of it tell all: the first thread that has memory, 0 for
 * none. */
int32_t procfs_living_thread(int proc, int32_t pid);

/* The same as procfs_read of a thread's file. */
ssize_t procfs_read_thread(int proc, int32_t pid, int32_t tid, const char *name, char *buf,
	size_t cap);

/* How many files may be kept open, at most MOST, beside OTHERS; raises RLIMIT_NOFILE to what that
 * needs and the hard limit allows. */
size_t procfs_may_keep(size_t most, size_t others);

/* Opens /proc/PID/NAME for procfs_again; -errno. */
int procfs_keep(int proc, int32_t pid, const char *name);

/* Reads a kept descriptor from its beginning; the length or -errno. */
ssize_t procfs_again(int fd, char *buf, size_t cap);

/* Reads any file by its path; the length or -errno. */
ssize_t procfs_read_path(const char *path, char *buf, size_t cap);

/* Reads all of the file PATH below the folder DIR, however long it is (up to MOST bytes), into
 * *TEXT, to be freed; its length or -errno, *TEXT then NULL. */
ssize_t procfs_read_whole(int dir, const char *path, char **text, size_t most);

/* Whether pids of PROC are this process's own: a real procfs of our pid namespace.  Only then do
 * the CPU clocks of pids and the last pid of /proc/loadavg speak of the processes listed there. */
bool procfs_is_ours(int proc);

/* The pids listed in PROC, ascending, into *PIDS (grown with xalloc, *CAP kept between calls);
 * their number, or -errno. */
ssize_t procfs_list(int proc, int32_t **pids, size_t *cap);

/* Calls TELL for every name in the folder PATH that begins with PREFIX, with what follows it; for
 * none if there is no such folder.  Allocates nothing. */
void procfs_names(const char *path, const char *prefix,
	void (*tell)(void *context, const char *rest), void *context);

/* The same with every name in the folder PATH below DIR. */
void procfs_names_at(int dir, const char *path, void (*tell)(void *context, const char *name),
	void *context);

/* Calls TELL for every folder in the folder DIR, "." and ".." too. */
void procfs_folders(int dir, void (*tell)(void *context, const char *name), void *context);

/* The effect on us of the option hidepid of the mount PROC, LEVEL: 0 where we see everything. */
int procfs_hidepid(int proc, int level);

static inline bool procfs_gone(ssize_t error)
{
	return error == -ENOENT || error == -ESRCH;
}
