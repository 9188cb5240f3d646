/* SPDX-License-Identifier: GPL-2.0-or-later */
/* aside - see aside.h */
#include "modes/aside.h"

#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int aside_open_fd(struct aside *aside, int fd)
{
	*aside = (struct aside){ .fd = fcntl(fd, F_DUPFD_CLOEXEC, 3) };
	return aside->fd < 0 ? -errno : 0;
}

/* The standard stream that is open on the same file, -1: none. */
static int same_stream(const struct stat *info)
{
	struct stat stream;

	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (fstat(fd, &stream) == 0 && stream.st_dev == info->st_dev &&
			stream.st_ino == info->st_ino)
			return fd;
	return -1;
}

static int open_in_place(struct aside *aside, const char *path, bool empties)
{
	aside->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	aside->empties = empties;
	return aside->fd < 0 ? -errno : 0;
}

/* A name beside TARGET, to be freed. */
static char *name_beside(const char *target)
{
	const char *slash = strrchr(target, '/');
	int folder = slash != NULL ? (int)(slash - target) + 1 : 0;
	size_t size = strlen(target) + 48;
	char *name = xalloc_zero(size, 1);

	snprintf(name, size, "%.*s.%s.memtop-%d", folder, target, target + folder, (int)getpid());
	return name;
}

/* The same mode and owner as the file it will replace; false when that cannot be. */
static bool take_after(int fd, const struct stat *old)
{
	struct stat fresh;

	if (fstat(fd, &fresh) < 0 || fchmod(fd, old->st_mode & 0777) < 0)
		return false;
	return (fresh.st_uid == old->st_uid && fresh.st_gid == old->st_gid) ||
	       fchown(fd, old->st_uid, old->st_gid) == 0;
}

/* Opens a new file beside TARGET, which is to be freed; false when there can be none.  OLD: the
 * file that it will replace, NULL: none. */
static bool open_beside(struct aside *aside, char *target, const struct stat *old)
{
	aside->fresh = name_beside(target);
	aside->target = target;
	aside->fd = open(aside->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		old != NULL ? 0600 : 0666);
	if (aside->fd >= 0 && (old == NULL || take_after(aside->fd, old)))
		return true;
	if (aside->fd < 0) { /* nothing of it is there to be removed */
		free(aside->fresh);
		aside->fresh = NULL;
	}
	aside_drop(aside);
	return false;
}

int aside_open(struct aside *aside, const char *path)
{
	struct stat old, link;
	bool exists = stat(path, &old) == 0;

	*aside = (struct aside){ .fd = -1 };
	if (strcmp(path, "-") == 0)
		return aside_open_fd(aside, STDOUT_FILENO);
	if (!exists && (lstat(path, &link) == 0 || !open_beside(aside, xalloc_text(path), NULL)))
		return open_in_place(aside, path, true);
	if (!exists)
		return 0;
	int stream = same_stream(&old);
	if (stream >= 0)
		return aside_open_fd(aside, stream);
	if (!S_ISREG(old.st_mode))
		return open_in_place(aside, path, false);
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0)
		return -errno;
	char *target = old.st_nlink == 1 ? realpath(path, NULL) : NULL;
	if (target != NULL && open_beside(aside, target, &old))
		return 0;
	return open_in_place(aside, path, true);
}

int aside_write(struct aside *aside, const struct buf *text)
{
	int error = aside->empties && ftruncate(aside->fd, 0) < 0 && errno != EINVAL ? -errno : 0;

	if (error == 0)
		error = buf_write(text, aside->fd);
	if (close(aside->fd) < 0 && error == 0)
		error = -errno;
	aside->fd = -1;
	if (error == 0 && aside->fresh != NULL && rename(aside->fresh, aside->target) < 0)
		error = -errno;
	if (error == 0) {
		free(aside->fresh);
		aside->fresh = NULL;
	}
	aside_drop(aside);
	return error;
}

void aside_drop(struct aside *aside)
{
	if (aside->fd >= 0)
		close(aside->fd);
	if (aside->fresh != NULL)
		unlink(aside->fresh);
	free(aside->fresh);
	free(aside->target);
	*aside = (struct aside){ .fd = -1 };
}
