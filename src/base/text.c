/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text - hostile names made safe, and the width of clean ones
 *
 * Pure and without a locale.  What is safe and how wide it is comes from text_table.h, a table made
 * from Unicode's own data.
 */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text_table.h"

enum {
	MARKS_MAX = 2, /* combining marks on one base; a pile of them can paint over other rows */
	NOT_UTF8 = 0x7fffffff, /* what decode makes of a byte that begins no character */
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* By halves: the tables have hundreds of ranges, and are asked for every character beyond ASCII. */
static bool in_ranges(uint32_t c, const struct text_range *ranges, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c > ranges[middle].last)
			low = middle + 1;
		else if (c < ranges[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}

static bool is_plain_ascii(uint32_t c)
{
	return c >= ' ' && c <= '~';
}

static bool is_safe(uint32_t c)
{
	if (is_plain_ascii(c))
		return true;
	return c <= 0x10ffff && !in_ranges(c, text_unsafe, COUNT_OF(text_unsafe));
}

int text_char_width(uint32_t c)
{
	/* and lines and blocks, which curves and bars are drawn with */
	if (c < text_mark[0].first || (c >= 0x2500 && c < 0x25a0))
		return 1;
	if (in_ranges(c, text_mark, COUNT_OF(text_mark)))
		return 0;
	return in_ranges(c, text_wide, COUNT_OF(text_wide)) ? 2 : 1;
}

/* Length of a character in bytes, from its first byte; 0 if none begins like that. */
static size_t lead_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* Decodes one character of LEN >= 1 bytes.  Of anything invalid *C is NOT_UTF8, and 1 byte is
 * used.  Never reads past a byte that does not continue the character, so a NUL ends it as LEN
 * does. */
static size_t decode_character(const char *text, size_t len, uint32_t *c)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = lead_length(bytes[0]);

	*c = NOT_UTF8;
	if (!length || length > len)
		return 1;
	uint32_t value = length == 1 ? bytes[0] : bytes[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	if (value < smallest[length] || value > 0x10ffff)
		return 1;
	*c = value;
	return length;
}

size_t text_put(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (c >> 18 & 7));
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* The character that C becomes in clean text.  *MARKS_LEFT counts the marks that may still
 * follow. */
static uint32_t clean_character(uint32_t c, int *marks_left)
{
	if (c == '\0')
		c = ' ';
	if (!is_safe(c))
		c = '?';
	if (text_char_width(c) > 0) {
		*marks_left = MARKS_MAX;
		return c;
	}
	if (*marks_left > 0) {
		--*marks_left;
		return c;
	}
	*marks_left = MARKS_MAX;
	return '?';
}

/* A character that does not fit is left out whole, so that the result never ends in half of one. */
size_t text_clean(char *out, size_t cap, const char *in, size_t len)
{
	size_t used = 0;
	int marks_left = 0;

	while (len && in[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len;) {
		char bytes[4];
		uint32_t c;
		if (in[i] >= ' ' && in[i] <= '~') { /* nearly all, and at once */
			if (used + 1 >= cap)
				break;
			out[used++] = in[i++];
			marks_left = MARKS_MAX;
			continue;
		}
		i += decode_character(in + i, len - i, &c);
		size_t count = text_put(bytes, clean_character(c, &marks_left));
		if (count >= cap - used)
			break;
		memcpy(out + used, bytes, count);
		used += count;
	}
	out[used] = '\0';
	return used;
}

bool text_is_clean(const char *text, size_t len)
{
	int marks_left = 0;

	for (size_t i = 0; i < len;) {
		uint32_t c;
		i += decode_character(text + i, len - i, &c);
		if (clean_character(c, &marks_left) != c)
			return false;
	}
	return true;
}

uint32_t text_next(const char **text)
{
	uint32_t c = (unsigned char)**text;

	if (c < 0x80) {
		*text += c != 0;
		return c;
	}
	*text += decode_character(*text, 4, &c);
	return c == NOT_UTF8 ? '?' : c;
}

int text_width(const char *text)
{
	return text_widthn(text, strlen(text));
}

int text_widthn(const char *text, size_t len)
{
	int width = 0;

	for (size_t i = 0; i < len;) {
		uint32_t c = (unsigned char)text[i];
		i += c < 0x80 ? 1 : decode_character(text + i, len - i, &c);
		width += c < 0x80 ? 1 : text_char_width(c);
	}
	return width;
}

size_t text_fit(const char *text, int columns, int *used)
{
	const char *at = text, *end = text;
	int width = 0;

	for (uint32_t c = text_next(&at); c; c = text_next(&at)) {
		int more = text_char_width(c);
		if (width + more > columns)
			break;
		width += more;
		end = at;
	}
	if (used != NULL)
		*used = width;
	return (size_t)(end - text);
}

const char *text_tail(const char *text, int columns)
{
	int over = text_width(text) - columns;

	while (over > 0 && *text)
		over -= text_char_width(text_next(&text));
	return text;
}

void text_cut_middle(char *out, size_t size, const char *text, int columns)
{
	size_t head = text_fit(text, columns / 3, NULL);

	if (text_width(text) <= columns)
		snprintf(out, size, "%s", text);
	else
		snprintf(out, size, "%.*s…%s", (int)head, text,
			text_tail(text, columns - 1 - text_widthn(text, head)));
}

size_t text_wrap(const char *text, int columns)
{
	size_t fits = text_fit(text, columns, NULL), end = fits;

	if (text[fits] == '\0')
		return fits;
	while (end > 0 && text[end] != ' ')
		end--;
	return end > 0 ? end : fits > 0 ? fits : strlen(text);
}

static char lower_letter(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool text_contains(const char *text, const char *part)
{
	for (;; text++) {
		size_t i = 0;
		while (part[i] && lower_letter(text[i]) == lower_letter(part[i]))
			i++;
		if (!part[i])
			return true;
		if (!*text)
			return false;
	}
}

bool text_begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

const char *text_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

void text_append(char *out, size_t size, const char *format, ...)
{
	size_t len = strlen(out);
	va_list args;

	va_start(args, format);
	vsnprintf(out + len, size - len, format, args);
	va_end(args);
}
