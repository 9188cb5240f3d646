/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pen - JSON written by hand: knows nothing of frames */
#include "frame/pen.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* of UINT64_MAX */

void pen_flush(struct pen *pen)
{
	buf_put(pen->out, pen->text, pen->len);
	pen->len = 0;
}

/* Room for COUNT (few) bytes. */
static inline char *pen_room(struct pen *pen, size_t count)
{
	if (sizeof(pen->text) - pen->len < count)
		pen_flush(pen);
	return pen->text + pen->len;
}

static void put(struct pen *pen, const char *text, size_t len)
{
	if (len > sizeof(pen->text) - pen->len) {
		pen_flush(pen);
		if (len > sizeof(pen->text)) {
			buf_put(pen->out, text, len);
			return;
		}
	}
	memcpy(pen->text + pen->len, text, len);
	pen->len += len;
}

void pen_raw(struct pen *pen, const char *text)
{
	put(pen, text, strlen(text));
}

void pen_char(struct pen *pen, char c)
{
	*pen_room(pen, 1) = c;
	pen->len++;
}

void pen_u64(struct pen *pen, uint64_t value)
{
	char *at = pen_room(pen, DIGITS_MAX);
	char digits[DIGITS_MAX];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	pen->len += count;
	while (count > 0)
		*at++ = digits[--count];
}

void pen_i64(struct pen *pen, int64_t value)
{
	if (value < 0)
		pen_char(pen, '-');
	pen_u64(pen, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void pen_real(struct pen *pen, double value)
{
	if (isnan(value)) {
		pen_raw(pen, "null");
		return;
	}
	value = value < 0 ? 0 : value > 1e15 ? 1e15 : value;
	uint64_t hundredths = (uint64_t)(value * 100 + 0.5);
	unsigned rest = (unsigned)(hundredths % 100);

	pen_u64(pen, hundredths / 100);
	if (rest == 0)
		return;
	pen_char(pen, '.');
	pen_char(pen, (char)('0' + rest / 10));
	if (rest % 10 != 0)
		pen_char(pen, (char)('0' + rest % 10));
}

/* What a string may hold unescaped.  DEL and above are not in it, so that all other text takes
 * the careful path. */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void put_escaped(struct pen *pen, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			pen_char(pen, '\\');
		pen_char(pen, text[i]);
	}
}

static void put_cleaned(struct pen *pen, const char *text, size_t len, size_t max)
{
	char *clean = xalloc(len + 1);

	put_escaped(pen, clean, text_clean(clean, (len < max ? len : max) + 1, text, len));
	free(clean);
}

void pen_string(struct pen *pen, const char *text, size_t max)
{
	size_t plain = 0;

	while (is_plain((unsigned char)text[plain]))
		plain++;
	pen_char(pen, '"');
	if (text[plain] == '\0') {
		put(pen, text, plain < max ? plain : max);
	} else {
		size_t len = plain + strlen(text + plain);

		if (len <= max && text_is_clean(text, len))
			put_escaped(pen, text, len);
		else
			put_cleaned(pen, text, len, max);
	}
	pen_char(pen, '"');
}
