/* SPDX-License-Identifier: GPL-2.0-or-later */
/* package - see package.h */
#include "base/package.h"

#include <string.h>

/* The rest of PATH behind the last FOLDER in it; NULL: it is not there. */
static const char *behind(const char *path, const char *folder)
{
	const char *found = NULL;

	for (const char *at = path; (at = strstr(at, folder)) != NULL; at++)
		found = at + strlen(folder);
	return found;
}

static void take_name(char name[PACKAGE_NAME_MOST], const char *from, size_t len)
{
	if (len >= PACKAGE_NAME_MOST)
		len = PACKAGE_NAME_MOST - 1;
	/* never half a character */
	while (len > 0 && ((unsigned char)from[len] & 0xc0) == 0x80)
		len--;
	memcpy(name, from, len);
	name[len] = '\0';
}

/* "numpy/core/x.so", "numpy.libs/y.so" and "six.py" are of numpy and six; a module that is a single
 * file has more behind its first dot ("_cffi_backend.cpython-311-x86_64-linux-gnu.so"), an egg
 * behind its first dash. */
static void take_python(const char *rest, char name[PACKAGE_NAME_MOST])
{
	static const char libs[] = ".libs";
	size_t len = strcspn(rest, "/");

	if (rest[len] == '\0')
		len = strcspn(rest, ".");
	else if (len > 4 && memcmp(rest + len - 4, ".egg", 4) == 0)
		len = strcspn(rest, "-/");
	else if (len > sizeof(libs) - 1 &&
		 memcmp(rest + len - (sizeof(libs) - 1), libs, sizeof(libs) - 1) == 0)
		len -= sizeof(libs) - 1;
	take_name(name, rest, len);
}

/* A scope ("@types/node") is part of the name. */
static void take_node(const char *rest, char name[PACKAGE_NAME_MOST])
{
	size_t len = strcspn(rest, "/");

	if (rest[0] == '@' && rest[len] == '/')
		len += 1 + strcspn(rest + len + 1, "/");
	take_name(name, rest, len);
}

/* "nokogiri-1.13.10-x86_64-linux/lib/..." is of nokogiri: up to a dash before a digit. */
static void take_gem(const char *rest, char name[PACKAGE_NAME_MOST])
{
	size_t len = strcspn(rest, "/");

	for (size_t i = 1; i + 1 < len; i++)
		if (rest[i] == '-' && rest[i + 1] >= '0' && rest[i + 1] <= '9')
			len = i;
	take_name(name, rest, len);
}

/* Behind ".../extensions/x86_64-linux/3.1.0/": two folders are of the machine. */
static const char *behind_extensions(const char *path)
{
	const char *rest = strstr(path, "/gems/") != NULL || strstr(path, "/rubygems") != NULL
				   ? behind(path, "/extensions/")
				   : NULL;

	for (int i = 0; rest != NULL && i < 2; i++) {
		rest = strchr(rest, '/');
		rest = rest != NULL ? rest + 1 : NULL;
	}
	return rest;
}

/* Which kind of package manager has put the file there, by the folder that each of them uses
 * alone. A jar has no folder: the file is the package. */
static enum package_kind find_package(const char *path, char name[PACKAGE_NAME_MOST])
{
	size_t len = strlen(path);
	const char *rest = behind(path, "/site-packages/");

	if (rest == NULL)
		rest = behind(path, "/dist-packages/");
	if (rest != NULL) {
		take_python(rest, name);
		return PACKAGE_PYTHON;
	}
	rest = behind(path, "/node_modules/");
	if (rest != NULL) {
		take_node(rest, name);
		return PACKAGE_NODE;
	}
	rest = behind_extensions(path);
	if (rest == NULL)
		rest = behind(path, "/gems/");
	if (rest != NULL && strchr(rest, '/') != NULL) {
		take_gem(rest, name);
		return PACKAGE_RUBY;
	}
	if (len > 4 && strcmp(path + len - 4, ".jar") == 0) {
		rest = strrchr(path, '/');
		take_name(name, rest != NULL ? rest + 1 : path,
			strlen(rest != NULL ? rest + 1 : path));
		return PACKAGE_JAR;
	}
	return PACKAGE_NONE;
}

enum package_kind package_of(const char *path, char name[PACKAGE_NAME_MOST])
{
	name[0] = '\0';
	return find_package(path, name);
}

const char *package_kind_title(enum package_kind kind)
{
	static const char *const titles[] = { "", "Python", "Node.js", "Ruby", "Java" };

	return titles[kind];
}
