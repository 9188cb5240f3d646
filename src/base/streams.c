/* SPDX-License-Identifier: GPL-2.0-or-later */
/* streams - see streams.h */
#include "base/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int streams_null(int flags)
{
	int fd = open("/dev/null", flags), ends[2];

	if (fd >= 0 || pipe2(ends, flags & O_CLOEXEC) < 0)
		return fd;
	close(ends[1]);
	return ends[0];
}

unsigned streams_fill(void)
{
	unsigned closed = 0;

	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
			closed |= 1u << fd;
			if (streams_null(O_RDWR) != fd)
				return 7;
		}
	return closed;
}

const char *streams_lacking(unsigned closed, bool program)
{
	static const char *const words[] = { "input", "output", "error" };

	for (int fd = 0; fd <= 2; fd++)
		if ((closed & 1u << fd) != 0 && (program || fd == STDOUT_FILENO))
			return words[fd];
	return NULL;
}

int streams_width(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool streams_are_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
