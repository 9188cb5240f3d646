/* SPDX-License-Identifier: GPL-2.0-or-later */
/* buf - text that grows: lines to write, lines being read */
#pragma once

#include <stddef.h>

struct buf {
	char *data; /* LEN bytes and a NUL; NULL while nothing was ever put in */
	size_t len;
	size_t cap;
};

/* An empty buffer; nothing is allocated yet. */
void buf_init(struct buf *buf);
void buf_done(struct buf *buf);  /* NULL is fine */
void buf_clear(struct buf *buf); /* keeps the memory */

/* Appends LEN bytes as they are, a text, one byte, a text made as by printf(3). */
void buf_put(struct buf *buf, const char *bytes, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* COUNT times C: padding. */
void buf_fill(struct buf *buf, char c, size_t count);

/* Room for at least MORE bytes past the end, to read(2) into; buf_grew says how many came. */
char *buf_room(struct buf *buf, size_t more);
void buf_grew(struct buf *buf, size_t count);

/* Drops COUNT bytes from the front. */
void buf_drop(struct buf *buf, size_t count);

/* Writes all of it to a descriptor in blocking mode.  0 or -errno of write(2). */
int buf_write(const struct buf *buf, int fd);

/* The text, never NULL; lives until the next call on BUF. */
const char *buf_text(const struct buf *buf);
