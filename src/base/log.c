/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log - lines for a developer, into a file the user names
 *
 * One write(2) a line, so that the processes of one memtop can share the file.
 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 1024 };

static int log_fd = -1;
static char log_name[24];

/* The path comes from the environment: a link of somebody else, a device or a file that others
 * may write must not get our lines, which name processes and paths. */
static int check_file(int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	if (status.st_uid != geteuid())
		return -EPERM;
	if (status.st_nlink != 1)
		return -EMLINK;
	return status.st_mode & (S_IWGRP | S_IWOTH) ? -EACCES : 0;
}

/* A FIFO, a device or a link would hang or redirect us, and a file that somebody else has put there
 * or may change tells him what is in it: only one that we would have made ourselves will do. */
static int open_plain_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		0600);

	if (fd < 0)
		return -errno;
	int error = check_file(fd);
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

void log_explain(int error, char why[LOG_WHY_MAX])
{
	const char *path = secure_getenv("MEMTOP_LOG"), *what = strerror(-error);
	char name[LOG_WHY_MAX / 2];

	if (error == -ELOOP)
		what = "is a link";
	else if (error == -EINVAL || error == -ENXIO || error == -EISDIR)
		what = "is no plain file";
	else if (error == -EPERM)
		what = "belongs to another user";
	else if (error == -EMLINK)
		what = "has another name elsewhere";
	else if (error == -EACCES && path != NULL && access(path, W_OK) == 0)
		what = "may be changed by others (chmod go-w)";
	text_clean(name, sizeof(name), path != NULL ? path : "", path != NULL ? strlen(path) : 0);
	snprintf(why, LOG_WHY_MAX, "MEMTOP_LOG: %s: %s; nothing is logged", name, what);
}

int log_open(const char *name)
{
	const char *path = secure_getenv("MEMTOP_LOG");

	log_close();
	if (path == NULL || !*path)
		return 0;
	int fd = open_plain_file(path);
	if (fd < 0)
		return fd;
	log_fd = fd;
	snprintf(log_name, sizeof(log_name), "%s", name);
	return 0;
}

/* In UTC, so that lines of several machines can be laid beside each other. */
static size_t put_stamp(char *out, size_t cap)
{
	uint64_t now_ms = clock_wall_ms();
	time_t seconds = (time_t)(now_ms / 1000);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	size_t len = strftime(out, cap, "%Y-%m-%dT%H:%M:%S", &utc);
	int more = snprintf(out + len, cap - len, ".%03uZ %s[%d]: ", (unsigned)(now_ms % 1000),
		log_name, (int)getpid());
	return len + (size_t)more;
}

void log_line(const char *format, ...)
{
	char line[LINE_MAX_BYTES], message[LINE_MAX_BYTES];
	int saved = errno;
	va_list args;

	if (log_fd < 0)
		return;
	va_start(args, format);
	int wanted = vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (wanted < 0)
		return;
	size_t len = put_stamp(line, sizeof(line));
	len += text_clean(line + len, sizeof(line) - len - 1, message, strlen(message));
	line[len++] = '\n';
	ssize_t written = write(log_fd, line, len);
	(void)written; /* a full disk must not stop the screen */
	errno = saved;
}

void log_close(void)
{
	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
}
