/* SPDX-License-Identifier: GPL-2.0-or-later */
/* java_file - the same out of the file itself, where the memory may not be read (java.h)
 *
 * Yama forbids to read the memory of a process that is not a child, not to read its list of
 * mappings; the file belongs to the same user, and lies where the process sees it.
 */
#include "inspect/java.h"

#include "base/rooted.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MOST = 1 << 20 };

/* The path and the inode of such a file in a line of proc_pid_maps(5). */
static bool take_line(char *line, const char **path, uint64_t *inode)
{
	char *at = strchr(line, '/');

	line[strcspn(line, "\n")] = '\0';
	if (at == NULL || strstr(at, "/hsperfdata_") == NULL)
		return false;
	*path = at;
	/* the last number before the path, behind range, rights, offset and device */
	while (at > line && at[-1] == ' ')
		at--;
	while (at > line && at[-1] != ' ')
		at--;
	*inode = strtoull(at, NULL, 10);
	return *inode != 0;
}

/* Opens it where the process PID sees it; a descriptor or -errno. */
static int open_mapped(pid_t pid)
{
	char name[48], *line = NULL;
	size_t cap = 0;
	uint64_t inode;
	const char *path;
	int fd = -ENOENT;

	snprintf(name, sizeof(name), "/proc/%d/root", (int)pid);
	int root = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(name, sizeof(name), "/proc/%d/maps", (int)pid);
	FILE *maps = fopen(name, "re");
	while (maps != NULL && root >= 0 && getline(&line, &cap, maps) > 0)
		if (take_line(line, &path, &inode)) {
			fd = rooted_open(root, path, inode);
			break;
		}
	free(line);
	if (maps != NULL)
		fclose(maps);
	if (root >= 0)
		close(root);
	return fd;
}

int java_read_file(struct java *java, pid_t pid)
{
	int fd = open_mapped(pid);
	struct stat info;

	if (fd < 0)
		return fd;
	unsigned char *bytes = xalloc(FILE_MOST);
	ssize_t n = fstat(fd, &info) == 0 && info.st_size <= FILE_MOST ? read(fd, bytes, FILE_MOST)
								       : -1;
	close(fd);
	int error = n < 0 ? -EPROTO : java_parse(java, bytes, (size_t)n);
	free(bytes);
	return error;
}
