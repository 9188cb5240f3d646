/* SPDX-License-Identifier: GPL-2.0-or-later */
/* whole_file - see whole_file.h */
#include "modes/whole_file.h"

#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Above the standard streams, so that closing it closes none of them. */
int whole_file_open_fd(struct whole_file *file, int fd)
{
	*file = (struct whole_file){ .fd = fcntl(fd, F_DUPFD_CLOEXEC, 3) };
	return file->fd < 0 ? -errno : 0;
}

/* The standard stream that is open on the same file, -1: none.  Through two descriptors with a
 * position each they would write over each other. */
static int same_stream(const struct stat *info)
{
	struct stat stream;

	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (fstat(fd, &stream) == 0 && stream.st_dev == info->st_dev &&
			stream.st_ino == info->st_ino)
			return fd;
	return -1;
}

static int open_in_place(struct whole_file *file, const char *path, bool empties)
{
	file->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	file->empties = empties;
	return file->fd < 0 ? -errno : 0;
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

/* Gives the file the mode and owner of the OLD one that it will replace; false when that cannot be.
 * Until then it is 0600, so that nobody reads it meanwhile who may not read the old one. */
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
static bool open_beside(struct whole_file *file, char *target, const struct stat *old)
{
	file->fresh = name_beside(target);
	file->target = target;
	file->fd = open(file->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		old != NULL ? 0600 : 0666);
	if (file->fd >= 0 && (old == NULL || take_after(file->fd, old)))
		return true;
	if (file->fd < 0) { /* nothing of it is there to be removed */
		free(file->fresh);
		file->fresh = NULL;
	}
	whole_file_drop(file);
	return false;
}

int whole_file_open(struct whole_file *file, const char *path)
{
	struct stat old, link;
	bool exists = stat(path, &old) == 0;

	*file = (struct whole_file){ .fd = -1 };
	if (strcmp(path, "-") == 0)
		return whole_file_open_fd(file, STDOUT_FILENO);
	/* a link that leads nowhere stays one: the file it names is made */
	if (!exists && (lstat(path, &link) == 0 || !open_beside(file, xalloc_text(path), NULL)))
		return open_in_place(file, path, true);
	if (!exists)
		return 0;
	int stream = same_stream(&old);
	if (stream >= 0)
		return whole_file_open_fd(file, stream);
	if (!S_ISREG(old.st_mode))
		return open_in_place(file, path, false);
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0)
		return -errno;
	/* of a file with several names a rename would replace this one alone */
	char *target = old.st_nlink == 1 ? realpath(path, NULL) : NULL;
	if (target != NULL && open_beside(file, target, &old))
		return 0;
	return open_in_place(file, path, true);
}

int whole_file_write(struct whole_file *file, const struct buf *text)
{
	int error = file->empties && ftruncate(file->fd, 0) < 0 && errno != EINVAL ? -errno : 0;

	if (error == 0)
		error = buf_write(text, file->fd);
	/* some file systems tell only now that the disk is full; then the old file stays */
	if (close(file->fd) < 0 && error == 0)
		error = -errno;
	file->fd = -1;
	if (error == 0 && file->fresh != NULL && rename(file->fresh, file->target) < 0)
		error = -errno;
	if (error == 0) {
		free(file->fresh);
		file->fresh = NULL;
	}
	whole_file_drop(file);
	return error;
}

void whole_file_drop(struct whole_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->fresh != NULL)
		unlink(file->fresh);
	free(file->fresh);
	free(file->target);
	*file = (struct whole_file){ .fd = -1 };
}
