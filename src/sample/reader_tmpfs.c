/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_tmpfs - what each tmpfs holds, for the reader: of those mounted where we are, and of those
 * that only a container has
 *
 * A line of an answer: KiB used, KiB it may grow to, the path.
 */
#include "sample/reader_wire.h"

#include "base/rooted.h"
#include "base/text.h"
#include "sample/procfs.h"
#include "sample/sysparse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { MOUNTS_MOST = 64 * 1024 * 1024 };

/* Whether a mount of that file system is in the list from TEXT to END. */
static bool is_listed(const char *text, const char *end, uint64_t device)
{
	char point[SYSPARSE_PATH_MAX];
	uint64_t other;

	while (text < end && sysparse_tmpfs(&text, end, point, &other))
		if (other == device)
			return true;
	return false;
}

/* Whether PLACE lies in the file system DEVICE, rather than in one mounted over it. */
static bool is_of(int place, uint64_t device)
{
	struct stat st;

	return fstat(place, &st) == 0 &&
	       ((uint64_t)major(st.st_dev) << 32 | minor(st.st_dev)) == device;
}

/* Adds the line of POINT, which is at PLACE (a descriptor, which is closed; below 0: it may not be
 * looked at), unless it holds nothing, is covered by another mount, or there is no more room. */
static void add_line(struct reader_answer *answer, int place, const char *point, uint64_t device)
{
	size_t room = sizeof(answer->text) - answer->len;
	char path[SYSPARSE_PATH_MAX];
	struct statvfs fs;

	if (place < 0)
		return;
	bool holds = is_of(place, device) && fstatvfs(place, &fs) == 0 && fs.f_blocks > 0 &&
		     fs.f_bfree < fs.f_blocks;
	close(place);
	if (!holds)
		return;
	text_clean(path, sizeof(path), point, strlen(point));
	unsigned long long block_kib = fs.f_frsize / 1024;
	int len = snprintf(answer->text + answer->len, room, "%llu %llu %s\n",
		(fs.f_blocks - fs.f_bfree) * block_kib, fs.f_blocks * block_kib, path);
	if (len > 0 && (size_t)len < room)
		answer->len += (uint32_t)len;
	else
		answer->text[answer->len] = '\0';
}

void reader_tmpfs(struct reader_answer *answer)
{
	char point[SYSPARSE_PATH_MAX], *text;
	uint64_t device;
	ssize_t len = procfs_read_whole(AT_FDCWD, "/proc/self/mountinfo", &text, MOUNTS_MOST);

	if (len < 0) {
		answer->error = (int)-len;
		return;
	}
	const char *at = text, *before = text;
	while (sysparse_tmpfs(&at, text + len, point, &device)) {
		if (!is_listed(text, before, device))
			add_line(answer, open(point, O_PATH | O_CLOEXEC), point, device);
		before = at;
	}
	free(text);
}

/* Adds those of the list THEIRS, below ROOT, that are not in OWN. */
static void add_theirs(struct reader_answer *answer, int root, const char *theirs, size_t len,
	const char *own, size_t own_len)
{
	const char *at = theirs, *before = theirs;
	char point[SYSPARSE_PATH_MAX];
	uint64_t device;

	while (sysparse_tmpfs(&at, theirs + len, point, &device)) {
		if (!is_listed(own, own + own_len, device) && !is_listed(theirs, before, device))
			add_line(answer, rooted_place(root, point), point, device);
		before = at;
	}
}

/* The container chooses what lies at a path there: no link is followed. */
void reader_mounts(struct reader_answer *answer)
{
	char *own = NULL, *theirs = NULL;
	int dir = reader_child_open(answer->ask.id);
	int root = dir < 0 ? dir : openat(dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int error = dir < 0 ? -dir : root < 0 ? errno : 0;
	ssize_t own_len = 0, len = 0;

	if (error == 0)
		own_len = procfs_read_whole(AT_FDCWD, "/proc/self/mountinfo", &own, MOUNTS_MOST);
	if (error == 0 && own_len >= 0)
		len = procfs_read_whole(dir, "mountinfo", &theirs, MOUNTS_MOST);
	if (own_len > 0 && len > 0)
		add_theirs(answer, root, theirs, (size_t)len, own, (size_t)own_len);
	else if (error == 0)
		error = own_len < 0 ? (int)-own_len : len < 0 ? (int)-len : 0;
	answer->error = error;
	free(own);
	free(theirs);
	if (root >= 0)
		close(root);
	if (dir >= 0)
		close(dir);
}
