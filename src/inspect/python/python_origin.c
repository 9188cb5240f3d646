/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_origin - whose code a file has, by where it lies (python_stack.h) */
#include "inspect/python/python_stack.h"

#include <string.h>

/* "/usr/lib/python3.11/json/decoder.py", ".../lib64/python3.13/...", ".../python311.zip/..." */
static bool is_standard(const char *path)
{
	static const char folder[] = "/python3";

	for (const char *at = path; (at = strstr(at, folder)) != NULL; at++) {
		const char *rest = at + strlen(folder);
		size_t digits = strspn(rest, ".0123456789t");
		bool library = at - path >= 4 &&
			       (memcmp(at - 4, "/lib", 4) == 0 || memcmp(at - 4, "ib64", 4) == 0);

		if (digits > 0 && rest[digits] == '/' && library)
			return true;
		if (digits > 0 && strncmp(rest + digits, "zip/", 4) == 0)
			return true;
	}
	return false;
}

enum python_origin python_origin_of(const char *path, char package[PACKAGE_NAME_MOST])
{
	package[0] = '\0';
	if (path[0] == '<')
		return strcmp(path, "<string>") == 0 || strcmp(path, "<stdin>") == 0
			       ? PYTHON_TYPED
			       : PYTHON_FROZEN;
	if (package_of(path, package) == PACKAGE_PYTHON)
		return PYTHON_LIBRARY;
	package[0] = '\0';
	return is_standard(path) ? PYTHON_STANDARD : PYTHON_OWN;
}
