/* SPDX-License-Identifier: GPL-2.0-or-later */
/* title_monitor - the name of a container in the command line of who watches it (title.h)
 *
 * conmon, of podman and CRI-O, is the parent of a container's first process for as long as that
 * lives, and was told its number and name: "conmon -c ID ... -n NAME".  Anybody may read that.
 * What runs inside the container may call itself so: only who is outside of its cgroup is believed.
 */
#include "sample/title.h"

#include "base/text.h"
#include "frame/frame.h"
#include "sample/procfs.h"
#include "sample/procparse.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum {
	STEPS_MOST = 64, /* from a process up to the first that is outside */
	STAT_ROOM = 1024,
	CGROUP_ROOM = 8192,
	ARGUMENTS_ROOM = 16384,
};

static int32_t parent_of(int proc, int32_t pid)
{
	char text[STAT_ROOM];
	struct procparse_stat stat;
	ssize_t len = procfs_read(proc, pid, "stat", text, sizeof(text), NULL);

	return len > 0 && procparse_stat(&stat, text, (size_t)len) == 0 ? stat.ppid : 0;
}

/* Whether a process is in the cgroup of which ROW has the first ROW_LEN bytes, or below it; of one
 * that cannot be told it is taken for granted. */
static bool is_inside(int proc, int32_t pid, const char *row, size_t row_len)
{
	char text[CGROUP_ROOM], clean[FRAME_PATH_MAX];
	ssize_t len = procfs_read(proc, pid, "cgroup", text, sizeof(text), NULL);
	const char *path;
	size_t path_len;
	int v1;

	if (len <= 0 || procparse_cgroup(&path, &path_len, &v1, text, (size_t)len) < 0)
		return true;
	text_clean(clean, sizeof(clean), path, path_len);
	return strncmp(clean, row, row_len) == 0 &&
	       (clean[row_len] == '\0' || clean[row_len] == '/');
}

/* "-n NAME", "--name NAME", "--name=NAME": the value that follows in TEXT, or NULL. */
static const char *value_of(const char *at, const char *end, const char *brief, const char *whole)
{
	size_t len = strlen(whole);
	const char *next = at + strlen(at) + 1;

	if (strncmp(at, whole, len) == 0 && at[len] == '=')
		return at + len + 1;
	return (strcmp(at, brief) == 0 || strcmp(at, whole) == 0) && next < end ? next : NULL;
}

/* TEXT: arguments, each with its NUL. */
static bool take_arguments(struct title *title, const char *text, size_t len, const char *id)
{
	const char *end = text + len, *slash = strrchr(text, '/'), *name = NULL;
	bool is = false;

	if (strcmp(slash != NULL ? slash + 1 : text, "conmon") != 0)
		return false;
	/* what is to run when it ends has options of its own */
	for (const char *at = text; at < end && strncmp(at, "--exit-command", 14) != 0;
		at += strlen(at) + 1) {
		const char *value = value_of(at, end, "-c", "--cid");

		is |= value != NULL && strcmp(value, id) == 0;
		value = value_of(at, end, "-n", "--name");
		name = value != NULL ? value : name;
	}
	if (is && name != NULL)
		title_take(title, name, strlen(name));
	return is && title->name[0] != '\0';
}

int title_of_monitor(struct title *title, int proc, int32_t pid, const struct cgpath *container,
	const char *path)
{
	char text[ARGUMENTS_ROOM];
	bool inside = true;

	*title = (struct title){ .name = "" };
	if (container->id[0] == '\0' || !cgpath_is_container(container->kind))
		return -ENOENT;
	for (int i = 0; i < STEPS_MOST && pid > 1 && inside; i++) {
		pid = parent_of(proc, pid);
		inside = pid > 1 && is_inside(proc, pid, path, container->len);
	}
	if (pid <= 1 || inside)
		return -ENOENT;
	ssize_t len = procfs_read(proc, pid, "cmdline", text, sizeof(text) - 1, NULL);
	text[len > 0 ? len : 0] = '\0';
	return len > 0 && take_arguments(title, text, (size_t)len, container->id) ? 0 : -ENOENT;
}
