/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container - a container in a few words; what its path says of it is read by base/cgpath.c */
#include "table/container.h"

#include "base/cgpath.h"

#include <stdio.h>

enum { POD_SHOWN = 8 };

bool container_name(const char *path, char out[CONTAINER_NAME_MAX])
{
	struct cgpath read;

	cgpath_read(&read, path);
	if (!cgpath_is_container(read.kind))
		return false;
	int len = snprintf(out, CONTAINER_NAME_MAX, "%s%s%s",
		read.kind == CGPATH_CONTAINER ? "" : cgpath_kind_name(read.kind),
		read.kind == CGPATH_CONTAINER ? "" : " ", read.name);
	if (read.pod[0])
		snprintf(out + len, CONTAINER_NAME_MAX - (size_t)len, ", pod %.*s", POD_SHOWN,
			read.pod);
	return true;
}
