/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgfs_walk - containers, pods and services that have no process
 *
 * The others are found through their processes.  One whose last process was killed, or that starts
 * again and again, may have none at any look, and still has a limit, kills and what was left in its
 * tmpfs.  The folders are gone through once in a while, but not those inside a container, and not
 * those below which there are none, which the number of links tells.
 */
#include "sample/cgfs_priv.h"

#include "base/cgpath.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/unfilled.h"
#include "sample/procfs.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	WALK_MS = 30000,
	WALK_MORE_MS = 2000, /* the same when some were left out */
	LEAF_LINKS = 2,      /* of a folder that has none below it */
};

struct cgfs_walk {
	struct cgfs *cgfs;
	uint64_t end_us;
	bool left_out;
	int dir; /* the folder that is gone through */
	int depth;
	size_t len; /* of its path; 0 at the top */
	char path[FRAME_PATH_MAX + 1];
};

/* Whether none of the rows of a list can be below it: inside a container or a service are none. */
static bool is_closed(const struct cgpath *read, bool row)
{
	return row && read->kind != CGPATH_POD && read->kind != CGPATH_PLAIN;
}

/* A plain cgroup is a row only while a process is in it, which is how that is found. */
static bool is_wanted(const struct cgpath *read, bool row)
{
	return row && read->kind != CGPATH_PLAIN && read->kind != CGPATH_MONITOR &&
	       read->kind != CGPATH_ROOT;
}

static void add_row(struct cgfs_walk *walk, bool closed)
{
	struct cgfs *cgfs = walk->cgfs;
	uint16_t number = 0;

	/* numbers may run out, and those with a process need them more */
	if (clock_cpu_us() < walk->end_us && cgfs->count - cgfs->free < CGFS_MAX / 2)
		number = cgfs_number_all(cgfs, walk->path, walk->len);
	walk->left_out |= number == 0;
	if (number > 0)
		cgfs->entries[number - 1].closed = closed;
}

/* Whether there is something below the folder of the path that may be a row, or hold some. */
static bool look_at_folder(struct cgfs_walk *walk)
{
	uint16_t number = cgfs_find(walk->cgfs, walk->path, walk->len);
	char clean[FRAME_PATH_MAX + 1] UNFILLED;
	struct cgpath read;

	/* of thousands nearly all are known */
	if (number > 0 && walk->cgfs->entries[number - 1].closed)
		return false;
	text_clean(clean, sizeof(clean), walk->path, walk->len);
	cgpath_read(&read, clean);
	bool row = cgpath_is_row(&read, clean), closed = is_closed(&read, row);
	if (number > 0)
		walk->cgfs->entries[number - 1].closed = closed;
	else if (is_wanted(&read, row))
		add_row(walk, closed);
	return !closed && walk->depth < CGFS_DEPTH;
}

/* The folder NAME of the one that is gone through. */
static void walk_name(void *context, const char *name)
{
	struct cgfs_walk *walk = context;
	size_t above = walk->len, len = strlen(name);
	int dir = walk->dir;
	struct stat info;

	if (above + 1 + len > FRAME_PATH_MAX || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	walk->path[above] = '/';
	memcpy(walk->path + above + 1, name, len + 1);
	walk->len = above + 1 + len;
	if (look_at_folder(walk) && fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
		info.st_nlink != LEAF_LINKS) {
		walk->dir = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		walk->depth++;
		if (walk->dir >= 0) {
			procfs_folders(walk->dir, walk_name, walk);
			close(walk->dir);
		}
		walk->depth--;
		walk->dir = dir;
	}
	walk->len = above;
}

void cgfs_walk(struct cgfs *cgfs, uint64_t now_ms)
{
	const struct sysparse_mounts *mounts = &cgfs->mounts;
	struct cgfs_walk walk UNFILLED;
	size_t len = strlen(mounts->root);

	if ((!mounts->v1 && !mounts->v2) || cgfs->walk_ms > now_ms || len > FRAME_PATH_MAX)
		return;
	walk.cgfs = cgfs;
	walk.end_us = clock_cpu_us() + cgfs->walk_us;
	walk.left_out = false;
	walk.depth = 0;
	walk.len = len > 1 ? len : 0;
	memcpy(walk.path, mounts->root, walk.len);
	walk.dir = open(mounts->mount, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (walk.dir >= 0) {
		procfs_folders(walk.dir, walk_name, &walk);
		close(walk.dir);
	}
	cgfs->walk_ms = now_ms + (walk.left_out ? WALK_MORE_MS : WALK_MS);
}
