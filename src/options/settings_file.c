/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings_file - where settings are kept: read with suspicion, replaced as a whole (settings.h) */
#include "options/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 };

/* --- reading ---------------------------------------------------------------------------------- */

int settings_path(char *out, size_t size)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *middle = "";

	if (base == NULL || base[0] != '/') {
		base = getenv("HOME");
		middle = "/.config";
	}
	if (base == NULL || base[0] != '/')
		return -ENOENT;
	int len = snprintf(out, size, "%s%s/memtop/memtoprc", base, middle);
	return len > 0 && (size_t)len < size ? 0 : -ENAMETOOLONG;
}

/* Whether the open file may be trusted; says why not. */
static int check_file(int fd, char why[SETTINGS_WHY_MAX])
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	const char *fault = NULL;
	if (!S_ISREG(st.st_mode))
		fault = "is not a regular file";
	else if (st.st_uid != geteuid() && st.st_uid != 0)
		fault = "belongs to another user";
	else if ((st.st_mode & S_IWOTH) != 0)
		fault = "can be written by everybody";
	else if (st.st_size > FILE_MAX)
		fault = "is larger than 64 KiB";
	if (fault == NULL)
		return 0;
	snprintf(why, SETTINGS_WHY_MAX, "settings: the file %s, so it was not read", fault);
	return -EPERM;
}

static int read_all(int fd, struct buf *text)
{
	while (text->len <= FILE_MAX) {
		char *room = buf_room(text, 4096);
		ssize_t n = read(fd, room, 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		/* a NUL is told as part of its line, in place of hiding all that follows */
		for (char *at = room; (at = memchr(at, '\0', (size_t)(room + n - at))) != NULL;)
			*at = '?';
		buf_grew(text, (size_t)n);
	}
	return -EFBIG;
}

int settings_load(struct settings *settings, const char *path, char why[SETTINGS_WHY_MAX])
{
	settings_default(settings);
	why[0] = '\0';
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0) {
		int error = -errno;
		snprintf(why, SETTINGS_WHY_MAX, "settings: not read (%s)", strerror(-error));
		return error;
	}
	struct buf text;
	buf_init(&text);
	int error = check_file(fd, why);
	if (error == 0)
		error = read_all(fd, &text);
	if (error == 0)
		settings_parse(settings, buf_text(&text), why);
	else if (why[0] == '\0')
		snprintf(why, SETTINGS_WHY_MAX, "settings: not read (%s)", strerror(-error));
	buf_done(&text);
	close(fd);
	return error;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* The text of the file that is to be replaced; empty when it is not one to be read. */
static void read_old(struct buf *old, const char *path)
{
	char why[SETTINGS_WHY_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return;
	if (check_file(fd, why) != 0 || read_all(fd, old) != 0)
		buf_clear(old);
	close(fd);
}

/* Root with somebody else's HOME (sudo) must not leave files of root's there. */
static bool is_foreign(uid_t owner)
{
	return owner != geteuid() && owner != 0;
}

/* The folders above PATH, each 0700 where it is made. */
static int make_folders(const char *path)
{
	char part[PATH_MAX];
	struct stat st = { .st_uid = 0 };

	for (const char *slash = strchr(path + 1, '/'); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		size_t len = (size_t)(slash - path);
		if (len >= sizeof(part))
			return -ENAMETOOLONG;
		memcpy(part, path, len);
		part[len] = '\0';
		uid_t above = st.st_uid;
		if (stat(part, &st) == 0)
			continue;
		if (is_foreign(above))
			return -EPERM;
		if (mkdir(part, 0700) != 0 || stat(part, &st) != 0)
			return -errno;
	}
	return is_foreign(st.st_uid) ? -EPERM : 0;
}

/* The file that PATH is or, for a symbolic link, leads to; TARGET has room for PATH_MAX bytes.
 * A link stays one: people keep such files elsewhere.  A file of somebody else's is not
 * replaced. */
static int find_target(const char *path, char *target)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		snprintf(target, PATH_MAX, "%s", path);
		return errno == ENOENT ? 0 : -errno;
	}
	if (st.st_uid != geteuid())
		return -EPERM;
	if (realpath(path, target) == NULL || stat(target, &st) != 0)
		return -errno;
	if (st.st_uid != geteuid())
		return -EPERM;
	return S_ISREG(st.st_mode) ? 0 : -EINVAL;
}

static int write_file(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return -errno;
	int error = buf_write(text, fd);
	if (error == 0 && fsync(fd) != 0)
		error = -errno;
	if (close(fd) != 0 && error == 0)
		error = -errno;
	return error;
}

int settings_save(const struct settings *settings, const char *path)
{
	char target[PATH_MAX], fresh[PATH_MAX + 16];
	struct buf old, text;

	int error = strlen(path) < PATH_MAX ? make_folders(path) : -ENAMETOOLONG;
	if (error == 0)
		error = find_target(path, target);
	if (error != 0)
		return error;
	snprintf(fresh, sizeof(fresh), "%s.%d", target, (int)getpid());
	buf_init(&old);
	buf_init(&text);
	read_old(&old, target);
	settings_write(&text, settings, buf_text(&old));
	if (text.len > FILE_MAX) { /* it could not be read again */
		buf_clear(&text);
		settings_write(&text, settings, "");
	}
	unlink(fresh);
	error = write_file(fresh, &text);
	if (error == 0 && rename(fresh, target) != 0)
		error = -errno;
	if (error != 0)
		unlink(fresh);
	buf_done(&old);
	buf_done(&text);
	return error;
}
