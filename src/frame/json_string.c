/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_string - see json_string.h */
#include "frame/json_string.h"

#include "base/text.h"

#include <string.h>

static int hex_value(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* The number in four hexadecimal digits, -1: they are none. */
static int32_t hex_unit(const char *at)
{
	int32_t unit = 0;

	for (int i = 0; i < 4; i++) {
		int value = hex_value(at[i]);

		if (value < 0)
			return -1;
		unit = unit << 4 | value;
	}
	return unit;
}

static bool is_high(int32_t unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low(int32_t unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* The bytes of the escape at AT, 0 if it is none: no NUL, no half of a pair. */
static size_t escape_length(const char *at, const char *end)
{
	if (end - at < 2 || strchr("\"\\/bfnrtu", at[1]) == NULL || at[1] == '\0')
		return 0;
	if (at[1] != 'u')
		return 2;
	int32_t unit = end - at >= 6 ? hex_unit(at + 2) : -1;
	if (unit <= 0 || is_low(unit))
		return 0;
	if (!is_high(unit))
		return 6;
	return end - at >= 12 && at[6] == '\\' && at[7] == 'u' && is_low(hex_unit(at + 8)) ? 12 : 0;
}

/* The bytes of the character of UTF-8 at AT, 0 if it is none: the shortest form, no surrogates. */
static size_t utf8_length(const char *at, const char *end)
{
	const unsigned char *byte = (const unsigned char *)at;
	unsigned char first = byte[0];
	size_t len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	unsigned least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	if (first > 0xf4 || (size_t)(end - at) < len)
		return 0;
	if (len > 1 && (byte[1] < least || byte[1] > most))
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* Nothing behind END is looked at: the line may end in the middle of an escape. */
bool json_string_check(const char **at, const char *end)
{
	while (*at < end && **at != '"') {
		unsigned char c = (unsigned char)**at;
		size_t len = c == '\\'  ? escape_length(*at, end)
			     : c < ' '  ? 0
			     : c < 0x80 ? 1
					: utf8_length(*at, end);

		if (len == 0)
			return false;
		*at += len;
	}
	++*at;
	return *at <= end;
}

uint32_t json_string_next(const char **at)
{
	static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
	const char *escape = *at;

	if (*escape != '\\')
		return text_next(at);
	*at += 2;
	if (escape[1] != 'u') {
		const char *letter = strchr(letters, escape[1]);
		return letter != NULL ? (uint32_t)meant[letter - letters]
				      : (unsigned char)escape[1];
	}
	*at += 4;
	int32_t unit = hex_unit(escape + 2);
	if (!is_high(unit))
		return (uint32_t)unit;
	*at += 6;
	return 0x10000 + ((uint32_t)(unit - 0xd800) << 10) +
	       (uint32_t)(hex_unit(escape + 8) - 0xdc00);
}
