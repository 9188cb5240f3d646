/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_writer - JSON written by hand: knows nothing of frames */
#include "frame/json_writer.h"

#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* of UINT64_MAX */

void json_writer_flush(struct json_writer *json)
{
	if (json->len == 0)
		return;
	buf_put(json->out, json->text, json->len);
	json->last = json->text[json->len - 1];
	json->len = 0;
}

/* Room for COUNT (few) bytes. */
static inline char *json_writer_room(struct json_writer *json, size_t count)
{
	if (sizeof(json->text) - json->len < count)
		json_writer_flush(json);
	return json->text + json->len;
}

/* A text larger than the small buffer goes past it; its last byte is remembered for the comma. */
static void put_bytes(struct json_writer *json, const char *text, size_t len)
{
	if (len > sizeof(json->text) - json->len) {
		json_writer_flush(json);
		if (len > sizeof(json->text)) {
			buf_put(json->out, text, len);
			json->last = text[len - 1];
			return;
		}
	}
	memcpy(json->text + json->len, text, len);
	json->len += len;
}

void json_put_raw(struct json_writer *json, const char *text)
{
	put_bytes(json, text, strlen(text));
}

void json_put_char(struct json_writer *json, char c)
{
	*json_writer_room(json, 1) = c;
	json->len++;
}

/* Digits by hand: most of a line is small integers, and printf reads its format anew for each. */
static void json_put_u64(struct json_writer *json, uint64_t value)
{
	char *at = json_writer_room(json, DIGITS_MAX);
	char digits[DIGITS_MAX];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	json->len += count;
	while (count > 0)
		*at++ = digits[--count];
}

void json_put_i64(struct json_writer *json, int64_t value)
{
	if (value < 0)
		json_put_char(json, '-');
	json_put_u64(json, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* Hundredths of an integer, never "%f": the decimal point must not depend on the locale, and two
 * machines must write the same. */
void json_put_real(struct json_writer *json, double value)
{
	if (isnan(value)) {
		json_put_raw(json, "null");
		return;
	}
	value = value < 0 ? 0 : value > 1e15 ? 1e15 : value;
	uint64_t hundredths = (uint64_t)(value * 100 + 0.5);
	unsigned rest = (unsigned)(hundredths % 100);

	json_put_u64(json, hundredths / 100);
	if (rest == 0)
		return;
	json_put_char(json, '.');
	json_put_char(json, (char)('0' + rest / 10));
	if (rest % 10 != 0)
		json_put_char(json, (char)('0' + rest % 10));
}

/* Whether a string may hold C unescaped.  DEL and above are not in it, so that all other text takes
 * the careful path. */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void put_escaped(struct json_writer *json, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			json_put_char(json, '\\');
		json_put_char(json, text[i]);
	}
}

static void put_cleaned(struct json_writer *json, const char *text, size_t len, size_t max)
{
	char *clean = xalloc(len + 1);

	put_escaped(json, clean, text_clean(clean, (len < max ? len : max) + 1, text, len));
	free(clean);
}

/* Nearly all text is plain ASCII and goes out in one copy; what is not takes the careful path. */
void json_put_string(struct json_writer *json, const char *text, size_t max)
{
	size_t plain = 0;

	while (is_plain((unsigned char)text[plain]))
		plain++;
	json_put_char(json, '"');
	if (text[plain] == '\0') {
		put_bytes(json, text, plain < max ? plain : max);
	} else {
		size_t len = plain + strlen(text + plain);

		if (len <= max && text_is_clean(text, len))
			put_escaped(json, text, len);
		else
			put_cleaned(json, text, len, max);
	}
	json_put_char(json, '"');
}

/* --- objects and arrays ---------------------------------------------------------------------- */

static void put_comma(struct json_writer *json)
{
	char before = json->len > 0 ? json->text[json->len - 1] : json->last;

	if (before != '\0' && strchr("{[:,\n", before) == NULL)
		json_put_char(json, ',');
}

void json_key(struct json_writer *json, const char *key)
{
	put_comma(json);
	json_put_char(json, '"');
	json_put_raw(json, key);
	json_put_raw(json, "\":");
}

static void start_value(struct json_writer *json, const char *key)
{
	if (key != NULL)
		json_key(json, key);
	else
		put_comma(json);
}

void json_open(struct json_writer *json, const char *key, char bracket)
{
	start_value(json, key);
	json_put_char(json, bracket);
}

void json_close(struct json_writer *json, char bracket)
{
	json_put_char(json, bracket);
}

void json_add_null(struct json_writer *json, const char *key)
{
	start_value(json, key);
	json_put_raw(json, "null");
}

void json_add_bool(struct json_writer *json, const char *key, bool value)
{
	start_value(json, key);
	json_put_raw(json, value ? "true" : "false");
}

/* Whether a value follows; else null was written. */
static bool start_known(struct json_writer *json, const char *key, bool known)
{
	if (known)
		start_value(json, key);
	else
		json_add_null(json, key);
	return known;
}

void json_add_number(struct json_writer *json, const char *key, bool known, int64_t value)
{
	if (start_known(json, key, known))
		json_put_i64(json, value);
}

void json_add_real(struct json_writer *json, const char *key, bool known, double value)
{
	if (start_known(json, key, known))
		json_put_real(json, value);
}

void json_add_text(struct json_writer *json, const char *key, const char *text)
{
	if (start_known(json, key, text != NULL))
		json_put_string(json, text, strlen(text));
}

void json_add_kib(struct json_writer *json, const char *key, bool known, uint64_t kib)
{
	json_add_number(json, key, known && kib != UINT64_MAX, units_bytes(kib));
}

void json_add_ms(struct json_writer *json, const char *key, bool known, uint64_t ms)
{
	const char tail[] = { '.', (char)('0' + ms / 100 % 10), (char)('0' + ms / 10 % 10),
		(char)('0' + ms % 10), '\0' };

	if (!start_known(json, key, known))
		return;
	json_put_u64(json, ms / 1000);
	json_put_raw(json, tail);
}

void json_add_seconds(struct json_writer *json, const char *key, bool known, double seconds)
{
	json_add_ms(json, key, known, seconds > 0 ? (uint64_t)(seconds * 1000 + 0.5) : 0);
}

void json_add_names(struct json_writer *json, const char *key, const char *const *names,
	const bool *is, size_t count)
{
	json_open(json, key, '[');
	for (size_t i = 0; i < count; i++)
		if (is[i])
			json_add_text(json, NULL, names[i]);
	json_close(json, ']');
}
