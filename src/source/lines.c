/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lines - a stream of bytes cut into lines: knows nothing of what is in them */
#include "source/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { KEEP = 16 * 1024 }; /* bytes of memory, unless the owner says otherwise */

void lines_init(struct lines *lines, size_t max)
{
	*lines = (struct lines){ .max = max, .keep = KEEP };
	buf_init(&lines->buf);
}

void lines_done(struct lines *lines)
{
	buf_done(&lines->buf);
}

/* Limits that the owner has set stay. */
void lines_clear(struct lines *lines)
{
	size_t max = lines->max, keep = lines->keep;

	lines_done(lines);
	lines_init(lines, max);
	lines->keep = keep;
}

/* Moves what waits to the front. */
static void compact_lines(struct lines *lines)
{
	buf_drop(&lines->buf, lines->taken);
	lines->taken = 0;
	if (lines->buf.len == 0 && lines->buf.cap > lines->keep) {
		buf_done(&lines->buf);
		buf_init(&lines->buf);
	}
}

char *lines_room(struct lines *lines, size_t more)
{
	compact_lines(lines);
	return buf_room(&lines->buf, more);
}

void lines_grew(struct lines *lines, size_t count)
{
	buf_grew(&lines->buf, count);
}

ssize_t lines_read(struct lines *lines, int fd, size_t more)
{
	char *room = lines_room(lines, more);
	ssize_t count;

	do
		count = read(fd, room, more);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return -errno;
	lines_grew(lines, (size_t)count);
	return count;
}

/* Nothing of a line that is too long is kept. */
static void drop_begun(struct lines *lines)
{
	lines->taken = lines->buf.len;
	lines->searched = 0;
	lines->dropped = lines->dropped || !lines->dropping;
	lines->dropping = true;
}

/* Bytes that were searched are not searched again, since a long line comes in many pieces.  One
 * that is too long is dropped up to its end, and what follows it is good. */
const char *lines_next(struct lines *lines, size_t *len)
{
	for (;;) {
		size_t waiting = lines->buf.len - lines->taken;
		char *from = waiting ? lines->buf.data + lines->taken : NULL;
		char *end = waiting > lines->searched ? memchr(from + lines->searched, '\n',
								waiting - lines->searched)
						      : NULL;

		if (end == NULL) {
			lines->searched = waiting;
			if (waiting > lines->max || lines->dropping)
				drop_begun(lines);
			return NULL;
		}
		lines->searched = 0;
		lines->taken += (size_t)(end - from) + 1;
		if (lines->dropping) {
			lines->dropping = false;
			continue;
		}
		if ((size_t)(end - from) > lines->max) {
			lines->dropped = true;
			continue;
		}
		*end = '\0';
		*len = (size_t)(end - from);
		return from;
	}
}

bool lines_dropped(struct lines *lines)
{
	bool dropped = lines->dropped;

	lines->dropped = false;
	return dropped;
}

size_t lines_rest(const struct lines *lines)
{
	return lines->buf.len - lines->taken;
}
