/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_title - the name of the container that a process is in, for the reader */
#include "sample/reader_wire.h"

#include "base/text.h"
#include "sample/procfs.h"
#include "sample/procparse.h"
#include "sample/title.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CGROUP_MOST = 64 * 1024 };

/* "/user.slice/user-1000.slice/...": who runs it without being root. */
static uint32_t user_of(const char *path)
{
	static const char before[] = "/user.slice/user-";
	const char *at = strstr(path, before);
	char *end = NULL;
	unsigned long uid = at != NULL ? strtoul(at + sizeof(before) - 1, &end, 10) : 0;

	return end != NULL && strncmp(end, ".slice/", 7) == 0 && uid < UINT32_MAX ? (uint32_t)uid
										  : UINT32_MAX;
}

/* From files, and where none tells it from who watches it, above the process PID. */
static int title_of(struct title *title, const char *path, int32_t pid)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct cgpath container;
	struct title watched;

	if (root < 0)
		return -errno;
	cgpath_read(&container, path);
	int result = title_read(title, root, &container, user_of(path));
	close(root);
	int proc = result < 0 || title->name[0] == '\0' ? procfs_open() : -1;
	if (proc < 0)
		return result;
	if (title_of_monitor(&watched, proc, pid, &container, path) == 0) {
		*title = watched;
		result = 0;
	}
	close(proc);
	return result;
}

void reader_title(struct reader_answer *answer)
{
	int dir = reader_child_open(answer->ask.id), v1 = -1;
	char *text = NULL, clean[FRAME_PATH_MAX];
	const char *path;
	size_t path_len;
	ssize_t len = dir < 0 ? dir : procfs_read_whole(dir, "cgroup", &text, CGROUP_MOST);
	struct title title;
	int result = (int)len;

	if (dir >= 0)
		close(dir);
	if (len > 0)
		result = procparse_cgroup(&path, &path_len, &v1, text, (size_t)len);
	if (len > 0 && result == 0) {
		text_clean(clean, sizeof(clean), path, path_len);
		result = title_of(&title, clean, answer->ask.id.pid);
	}
	if (len >= 0)
		free(text);
	if (result < 0 || len <= 0) {
		answer->error = result < 0 ? -result : ESRCH;
		return;
	}
	answer->len = (uint32_t)snprintf(answer->text, sizeof(answer->text), "%s\n%s", title.name,
		title.pod);
}
