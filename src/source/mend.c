/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mend - see mend.h; whether it is a recording, and where the last of it ends */
#include "source/mend.h"

#include "base/xalloc.h"
#include "frame/frame.h"
#include "source/recording.h"
#include "source/recording_header.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_BACK = 64 * 1024 }; /* a step in the search for the last newline */

/* The end of the last whole line. */
static int find_line_end(int fd, uint64_t size, uint64_t *end)
{
	char *bytes = xalloc(LOOK_BACK);
	uint64_t at = size;

	*end = 0;
	while (at > 0 && *end == 0) {
		size_t count = at < LOOK_BACK ? (size_t)at : LOOK_BACK;

		at -= count;
		if (pread(fd, bytes, count, (off_t)at) != (ssize_t)count) {
			free(bytes);
			return -EIO;
		}
		const char *newline = memrchr(bytes, '\n', count);

		if (newline != NULL)
			*end = at + (uint64_t)(newline - bytes) + 1;
	}
	free(bytes);
	return 0;
}

static int say_why(char why[MEND_WHY_MAX], const char *text)
{
	snprintf(why, MEND_WHY_MAX, "%s", text);
	return -EINVAL;
}

/* By its first bytes, of which there may be fewer than are needed to tell. */
static int check_kind(int fd, bool compressed, char why[MEND_WHY_MAX])
{
	char head[4];
	ssize_t count = pread(fd, head, sizeof(head), 0);

	if (count < 0)
		return -errno;
	bool packed = count > 0 && zst_may_be_data(head, (size_t)count);

	if (packed && !compressed)
		return say_why(why, "is compressed, but its name does not end in .zst");
	if (!packed && compressed)
		return say_why(why, decode_may_be_header(head, (size_t)count)
					    ? "is not compressed, but its name ends in .zst"
					    : "is no recording");
	return 0;
}

/* A file that was cut within its header has none yet, and is a recording all the same. */
static int check_header(int fd, char why[MEND_WHY_MAX])
{
	struct stream_header header;
	struct recording *recording;
	bool lost;
	int twin = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (twin < 0)
		return -errno;
	int result = recording_open(&recording, twin);
	if (result < 0)
		return result;
	result = recording_header_find(recording, &header, &lost, why);
	recording_close(recording);
	return result == -ENODATA ? 0 : result;
}

int mend_look(struct zst_end *end, int fd, uint64_t size, bool compressed, char why[MEND_WHY_MAX])
{
	int result = check_kind(fd, compressed, why);

	if (result == 0 && !(compressed && size < ZST_MAGIC))
		result = check_header(fd, why);
	if (result < 0)
		return result;
	why[0] = '\0';
	*end = (struct zst_end){ 0 };
	return compressed ? zst_find_end(fd, size, end) : find_line_end(fd, size, &end->at);
}
