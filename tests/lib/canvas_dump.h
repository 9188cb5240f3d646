/* SPDX-License-Identifier: GPL-2.0-or-later */
/* canvas_dump - a screen as text, which tests compare */
#pragma once

#include "base/buf.h"
#include "base/text.h"
#include "ui/draw/canvas.h"

static inline void dump_char(struct buf *out, uint32_t ch)
{
	char bytes[4];
	size_t len = text_put(bytes, ch);

	buf_put(out, bytes, len);
}

/* The grid, a line a row, blanks at the ends of lines cut. */
static inline void canvas_dump(const struct canvas *canvas, struct buf *out)
{
	for (int y = 0; y < canvas->height; y++) {
		const struct cell *row = &canvas->cells[(size_t)y * (size_t)canvas->width];
		int end = canvas->width;

		while (end > 0 && row[end - 1].ch == ' ')
			end--;
		for (int x = 0; x < end; x++) {
			if (row[x].ch == 0)
				continue;
			dump_char(out, row[x].ch);
			uint32_t marks[CANVAS_MARKS_MAX];
			int count = canvas_marks(&row[x], marks);

			for (int i = 0; i < count; i++)
				dump_char(out, marks[i]);
		}
		buf_putc(out, '\n');
	}
}
