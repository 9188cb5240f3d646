/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rooted - see rooted.h; one name at a time, so that it works with every kernel */
#include "base/rooted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The place of one name in FOLDER, which is closed; -errno. */
static int step_into(int folder, const char *name)
{
	/* with O_PATH nothing happens to what is there; a link stays one, and holds nothing */
	int next = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int error = errno;

	close(folder);
	return next < 0 ? -error : next;
}

int rooted_place(int root, const char *path)
{
	char name[NAME_MAX + 1];
	int at = fcntl(root, F_DUPFD_CLOEXEC, 3);

	if (at < 0)
		return -errno;
	while (at >= 0 && *(path += strspn(path, "/")) != '\0') {
		size_t len = strcspn(path, "/");

		if (len > NAME_MAX || strncmp(path, "..", len) == 0) {
			close(at);
			return -EINVAL;
		}
		memcpy(name, path, len);
		name[len] = '\0';
		path += len;
		at = step_into(at, name);
	}
	return at;
}

/* Asked of the descriptor that is open, so that nobody can change it in between. */
static int check_file(const struct stat *info, uint64_t inode)
{
	if (S_ISLNK(info->st_mode))
		return -ELOOP;
	if (!S_ISREG(info->st_mode))
		return -EINVAL;
	return inode == ROOTED_ANY || info->st_ino == inode ? 0 : -ESTALE;
}

int rooted_open(int root, const char *path, uint64_t inode)
{
	char self[32];
	struct stat info;
	int place = rooted_place(root, path);

	if (place < 0)
		return place;
	int result = fstat(place, &info) < 0 ? -errno : check_file(&info, inode);
	if (result == 0) { /* this very file, whatever lies at its name by now */
		snprintf(self, sizeof(self), "/proc/self/fd/%d", place);
		result = open(self, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		result = result < 0 ? -errno : result;
	}
	close(place);
	return result;
}
