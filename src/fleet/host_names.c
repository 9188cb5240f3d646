/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_names - see host_names.h */
#include "fleet/host_names.h"

#include "base/xalloc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char between[] = ", \t\r\n";
static const char utf8_mark[] = "\xef\xbb\xbf"; /* editors of Windows begin a file with it */

void host_names_done(struct host_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct host_names){ 0 };
}

/* Letters, digits and what names, addresses and ssh:// are made of. */
static bool is_name(const char *name, size_t len)
{
	static const char also[] = "._-@:%[]/+~";

	if (len == 0 || len >= HOST_NAME_MAX_BYTES || name[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];
		bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9');

		if (!alnum && strchr(also, c) == NULL)
			return false;
	}
	return true;
}

static bool is_known(const struct host_names *names, const char *name, size_t len)
{
	for (size_t i = 0; i < names->count; i++)
		if (strlen(names->names[i]) == len && memcmp(names->names[i], name, len) == 0)
			return true;
	return false;
}

/* A name is an argument of ssh: what begins with "-" would be an option of it, and is refused like
 * all that no host is called. */
static int add_one(struct host_names *names, const char *name, size_t len, char *why)
{
	if (!is_name(name, len)) {
		snprintf(why, HOST_NAMES_WHY_MAX, "'%.*s' is no name of a host ([USER@]HOST)",
			len < 60 ? (int)len : 60, name);
		return -EINVAL;
	}
	if (is_known(names, name, len))
		return 0;
	if (names->count == HOST_NAMES_MAX) {
		snprintf(why, HOST_NAMES_WHY_MAX, "more than %d hosts", HOST_NAMES_MAX);
		return -EINVAL;
	}
	names->names = xalloc_grow(names->names, names->count + 1, sizeof(*names->names));
	names->names[names->count++] = xalloc_textn(name, len);
	return 0;
}

int host_names_add(struct host_names *names, const char *list, char why[HOST_NAMES_WHY_MAX])
{
	int error = 0;

	for (const char *at = list + strspn(list, between); error == 0 && *at != '\0';) {
		size_t len = strcspn(at, between);

		error = add_one(names, at, len, why);
		at += len;
		at += strspn(at, between);
	}
	return error;
}

/* Comments behind "#", and the mark that some editors put before UTF-8. */
static int read_lines(struct host_names *names, FILE *file, const char *path, char *why)
{
	char *line = NULL;
	size_t room = 0;
	int error = 0;

	for (bool first = true; error == 0 && getline(&line, &room, file) >= 0; first = false) {
		bool marked = first && strncmp(line, utf8_mark, strlen(utf8_mark)) == 0;

		line[strcspn(line, "#")] = '\0';
		error = host_names_add(names, line + (marked ? strlen(utf8_mark) : 0), why);
	}
	if (error == 0 && ferror(file)) {
		error = errno != 0 ? -errno : -EIO;
		snprintf(why, HOST_NAMES_WHY_MAX, "%.100s: cannot read: %s", path,
			strerror(-error));
	}
	free(line);
	return error;
}

int host_names_read(struct host_names *names, const char *path, char why[HOST_NAMES_WHY_MAX])
{
	if (strcmp(path, "-") == 0)
		return read_lines(names, stdin, "standard input", why);
	FILE *file = fopen(path, "re");

	if (file == NULL) {
		int error = -errno;

		snprintf(why, HOST_NAMES_WHY_MAX, "%.100s: %s", path, strerror(-error));
		return error;
	}
	int error = read_lines(names, file, path, why);

	fclose(file);
	return error;
}
