/* SPDX-License-Identifier: GPL-2.0-or-later */
/* buf - text that grows; there is always room for the NUL once something was put in */
#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

void buf_init(struct buf *buf)
{
	*buf = (struct buf){ 0 };
}

void buf_done(struct buf *buf)
{
	if (buf == NULL)
		return;
	free(buf->data);
	buf_init(buf);
}

/* The memory stays: what is cleared is mostly filled again, at the next tick. */
void buf_clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

/* A NUL stands behind what there is as soon as there is memory, whoever writes into the room: the
 * text can be handed to anything that takes a string. */
char *buf_room(struct buf *buf, size_t more)
{
	/* a sum past SIZE_MAX asks for SIZE_MAX, which ends in xalloc */
	size_t need = more < SIZE_MAX - buf->len - 1 ? buf->len + more + 1 : SIZE_MAX;

	if (need > buf->cap) {
		buf->cap = xalloc_capacity(buf->cap, need);
		buf->data = xalloc_grow(buf->data, buf->cap, 1);
		buf->data[buf->len] = '\0';
	}
	return buf->data + buf->len;
}

void buf_grew(struct buf *buf, size_t count)
{
	buf->len += count;
	buf->data[buf->len] = '\0';
}

void buf_put(struct buf *buf, const char *bytes, size_t len)
{
	char *room = buf_room(buf, len);

	if (len)
		memcpy(room, bytes, len);
	buf_grew(buf, len);
}

void buf_puts(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char c)
{
	buf_put(buf, &c, 1);
}

void buf_fill(struct buf *buf, char c, size_t count)
{
	memset(buf_room(buf, count), c, count);
	buf_grew(buf, count);
}

/* Written where there is room first: most texts fit, and are formatted once. */
void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	size_t free_bytes = buf->cap - buf->len;
	int len = vsnprintf(free_bytes ? buf->data + buf->len : NULL, free_bytes, format, args);
	if (len >= 0 && (size_t)len >= free_bytes)
		vsnprintf(buf_room(buf, (size_t)len), (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	if (len >= 0)
		buf->len += (size_t)len;
	else if (buf->data != NULL)
		buf->data[buf->len] = '\0';
}

/* The bytes left move to the front.  Texts are lines of kilobytes here; a ring would make all that
 * reads them ask where it wraps. */
void buf_drop(struct buf *buf, size_t count)
{
	if (!count)
		return;
	if (count > buf->len)
		count = buf->len;
	buf->len -= count;
	if (buf->data != NULL)
		memmove(buf->data, buf->data + count, buf->len + 1);
}

int buf_write(const struct buf *buf, int fd)
{
	size_t at = 0;

	while (at < buf->len) {
		ssize_t n = write(fd, buf->data + at, buf->len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += (size_t)n;
	}
	return 0;
}

const char *buf_text(const struct buf *buf)
{
	return buf->data != NULL ? buf->data : "";
}
