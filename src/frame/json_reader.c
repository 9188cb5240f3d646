/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_reader - see json_reader.h; what checks the line, then what reads it
 *
 * The first half trusts nothing and never looks behind the end; the second half only sees what the
 * first has passed, and needs no end: an object closes behind every value of it.
 */
#include "frame/json_reader.h"

#include "base/order.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "frame/json_string.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	EXACT_DIGITS = 12,  /* and two more of a number that a double holds exactly */
	SURE_DIGITS = 18,   /* of an integer that fits in 64 bits whatever they are */
	SMALL_NUMBER = 300, /* characters of a number without exponent that no double overflows */
	COMPARED_MAX = 32,  /* members compared each with each; more are sorted */
};

/* A line at work: where in it, how deep, how many values so far, and why it is refused. */
struct json_scan {
	const char *at, *end;
	struct json_object *object;
	size_t depth, values;
	const char *why;
};

void json_read_why(char why[JSON_READ_WHY_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, JSON_READ_WHY_MAX, format, args);
	va_end(args);
}

/* --- members ---------------------------------------------------------------------------------- */

/* By characters and not by bytes: one key may be written with escapes, the other without, and
 * still be the same. */
static int compare_members(const void *a, const void *b)
{
	const char *left = ((const struct json_member *)a)->key;
	const char *right = ((const struct json_member *)b)->key;

	while (*left != '"' && *right != '"') {
		uint32_t left_char = json_string_next(&left), right_char = json_string_next(&right);

		if (left_char != right_char)
			return left_char < right_char ? -1 : 1;
	}
	return (*left != '"') - (*right != '"');
}

/* Whether the members from FIRST on, those of one object, have a key twice. */
static bool has_twice(struct json_object *object, size_t first)
{
	struct json_member *members = object->members + first;
	size_t count = object->count - first;
	bool sorted = count > COMPARED_MAX;

	if (sorted)
		order_sort(members, count, sizeof(*members), compare_members);
	for (size_t i = 1; i < count; i++)
		for (size_t j = sorted ? i - 1 : 0; j < i; j++)
			if (compare_members(&members[i], &members[j]) == 0)
				return true;
	return false;
}

/* Few members stand in the object itself, so that most lines take no memory. */
static struct json_member *add_member(struct json_object *object)
{
	size_t cap = object->cap;

	if (object->count == cap) {
		bool few = object->members == object->few;

		cap = xalloc_capacity(cap, object->count + 1);
		object->members = xalloc_grow(few ? NULL : object->members, cap,
			sizeof(*object->members));
		if (few)
			memcpy(object->members, object->few, sizeof(object->few));
		object->cap = cap;
	}
	return &object->members[object->count++];
}

/* --- the check -------------------------------------------------------------------------------- */

static bool scan_value(struct json_scan *scan, size_t *count);

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next character that is no space, '\0' at the end. */
static char peek_char(struct json_scan *scan)
{
	while (scan->at < scan->end && is_space(*scan->at))
		scan->at++;
	return scan->at < scan->end ? *scan->at : '\0';
}

/* Over CHAR, if that is what comes next. */
static bool scan_char(struct json_scan *scan, char c)
{
	bool is = (scan->at < scan->end && *scan->at == c) ||
		  (peek_char(scan) == c && scan->at < scan->end);

	scan->at += is;
	return is;
}

static bool scan_digits(struct json_scan *scan)
{
	const char *begin = scan->at;

	while (scan->at < scan->end && is_digit(*scan->at))
		scan->at++;
	return scan->at > begin;
}

/* Whether either of two characters comes next. */
static bool is_at(const struct json_scan *scan, char one, char other)
{
	return scan->at < scan->end && (*scan->at == one || *scan->at == other);
}

/* Whether what ends at the reader's place fits: an integer in 64 bits, a real in a double.  Behind
 * it more of the line has to come, so that libc stops there; else the line is refused anyway. */
static bool number_fits(const struct json_scan *scan, const char *begin, bool whole, bool exponent)
{
	size_t len = (size_t)(scan->at - begin);

	if (scan->at == scan->end)
		return false;
	errno = 0;
	if (whole)
		return len <= SURE_DIGITS || (strtoll(begin, NULL, 10), errno != ERANGE);
	return (!exponent && len <= SMALL_NUMBER) || isfinite(strtod(begin, NULL));
}

/* The grammar of RFC 8259: no leading zero, no bare point. Whether it fits is asked while its text
 * is at hand. */
static bool scan_number(struct json_scan *scan)
{
	const char *begin = scan->at;
	bool whole = true, exponent = false;

	scan->at += *begin == '-';
	const char *digits = scan->at;
	if (!scan_digits(scan) || (*digits == '0' && scan->at - digits > 1))
		return false;
	if (is_at(scan, '.', '.')) {
		whole = false;
		scan->at++;
		if (!scan_digits(scan))
			return false;
	}
	if (is_at(scan, 'e', 'E')) {
		whole = false;
		exponent = true;
		scan->at++;
		scan->at += is_at(scan, '+', '-');
		if (!scan_digits(scan))
			return false;
	}
	return number_fits(scan, begin, whole, exponent);
}

/* Nearly all of a line: an integer of a few digits, and what follows it at once. */
static bool scan_short(struct json_scan *scan)
{
	size_t left = (size_t)(scan->end - scan->at), len = 0;

	while (len < left && len < SURE_DIGITS && is_digit(scan->at[len]))
		len++;
	if (len == 0 || len == left || (*scan->at == '0' && len > 1) ||
		(scan->at[len] != ',' && scan->at[len] != ']'))
		return false;
	scan->at += len;
	return true;
}

static bool scan_word(struct json_scan *scan, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, word, len) != 0)
		return false;
	scan->at += len;
	return true;
}

/* Counts a bracket or comma: every value but the first of an object or array follows one. */
static bool count_value(struct json_scan *scan)
{
	if (++scan->values <= JSON_READ_VALUES_MAX)
		return true;
	scan->why = "too many values";
	return false;
}

/* Bounded, since the scan calls itself. */
static bool go_deeper(struct json_scan *scan)
{
	scan->at++;
	if (!count_value(scan))
		return false;
	if (++scan->depth <= JSON_READ_DEPTH_MAX)
		return true;
	scan->why = "nested too deep";
	return false;
}

/* Counts the values on the way, so that whoever takes them has room for all at once. */
static bool scan_array(struct json_scan *scan, size_t *count)
{
	size_t inner;

	if (!go_deeper(scan))
		return false;
	*count = 0;
	if (!scan_char(scan, ']')) {
		do {
			++*count;
			if (!scan_short(scan) && !scan_value(scan, &inner))
				return false;
		} while (scan_char(scan, ',') && count_value(scan));
		if (!scan_char(scan, ']'))
			return false;
	}
	scan->depth--;
	return true;
}

static bool scan_member(struct json_scan *scan)
{
	struct json_member member = { .count = 0 };

	if (!scan_char(scan, '"'))
		return false;
	member.key = scan->at;
	if (!json_string_check(&scan->at, scan->end) || !scan_char(scan, ':'))
		return false;
	peek_char(scan);
	member.value = scan->at;
	/* its own members come and go before it is kept */
	if (!scan_value(scan, &member.count))
		return false;
	*add_member(scan->object) = member;
	return true;
}

/* Members stay with the object of the line; those of others are only looked through. */
static bool scan_object(struct json_scan *scan)
{
	size_t first = scan->object->count;

	if (!go_deeper(scan))
		return false;
	if (!scan_char(scan, '}')) {
		do {
			if (!scan_member(scan))
				return false;
		} while (scan_char(scan, ',') && count_value(scan));
		if (!scan_char(scan, '}'))
			return false;
	}
	if (has_twice(scan->object, first)) {
		scan->why = "a key is there twice";
		return false;
	}
	if (--scan->depth > 0)
		scan->object->count = first;
	return true;
}

/* COUNT is told of an array. */
static bool scan_value(struct json_scan *scan, size_t *count)
{
	switch (peek_char(scan)) {
	case '{':
		return scan_object(scan);
	case '[':
		return scan_array(scan, count);
	case '"':
		scan->at++;
		return json_string_check(&scan->at, scan->end);
	case 't':
		return scan_word(scan, "true");
	case 'f':
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	case '-':
	case '0' ... '9':
		return scan_number(scan);
	default:
		return false;
	}
}

static void refuse_line(const struct json_scan *scan, const char *line, char why[JSON_READ_WHY_MAX])
{
	if (scan->why != NULL)
		json_read_why(why, "%s", scan->why);
	else
		json_read_why(why, "not JSON, at byte %zu", (size_t)(scan->at - line) + 1);
}

int json_read_line(struct json_object *object, const char *line, size_t len,
	char why[JSON_READ_WHY_MAX])
{
	struct json_scan scan = { .at = line, .end = line + len, .object = object };

	object->members = object->few;
	object->cap = JSON_READ_FEW;
	object->count = 0;
	if (peek_char(&scan) == '[')
		scan.why = "not an object";
	else if (peek_char(&scan) == '{' && scan_object(&scan) && peek_char(&scan) == '\0' &&
		 scan.at == scan.end)
		return 0;
	refuse_line(&scan, line, why);
	json_read_done(object);
	return -EINVAL;
}

void json_read_done(struct json_object *object)
{
	if (object->members != object->few)
		free(object->members);
	object->members = object->few;
	object->count = 0;
}

/* --- reading what was checked ----------------------------------------------------------------- */

static bool is_key(const char *at, const char *key)
{
	while (*at != '"' && *key != '\0')
		if (json_string_next(&at) != (unsigned char)*key++)
			return false;
	return *at == '"' && *key == '\0';
}

const struct json_member *json_read_member(const struct json_object *object, const char *key)
{
	for (size_t i = 0; i < object->count; i++)
		if (is_key(object->members[i].key, key))
			return &object->members[i];
	return NULL;
}

/* The closing quote of a text that begins at AT, behind its opening one. */
static const char *text_end(const char *at)
{
	while (*at != '"')
		at += *at == '\\' ? 2 : 1;
	return at;
}

/* Behind an array or object. */
static const char *skip_nested(const char *at)
{
	size_t depth = 0;

	do {
		if (*at == '"')
			at = text_end(at + 1);
		depth += *at == '[' || *at == '{';
		depth -= *at == ']' || *at == '}';
		at++;
	} while (depth > 0);
	return at;
}

/* Behind a value. */
const char *json_read_behind(const char *at)
{
	if (*at == '"')
		return text_end(at + 1) + 1;
	if (*at == '[' || *at == '{')
		return skip_nested(at);
	while (is_digit(*at) || (*at != ',' && *at != ']' && *at != '}' && !is_space(*at)))
		at++;
	return at;
}

bool json_read_members(struct json_object *object, const char *value)
{
	char why[JSON_READ_WHY_MAX];

	return value != NULL && *value == '{' &&
	       json_read_line(object, value, (size_t)(skip_nested(value) - value), why) == 0;
}

const char *json_read_close(const char *behind)
{
	for (const char *next; (next = json_read_following(behind)) != NULL;)
		behind = json_read_behind(next);
	return json_read_skip(behind) + 1;
}

/* Nearly all reals have a few digits and two decimals: both parts of such a fraction are exact, and
 * so is what strtod(3) would say. */
static bool read_hundredths(const char *value, double *out)
{
	const char *at = value;
	uint64_t number = 0;

	while (is_digit(*at))
		number = number * 10 + (unsigned)(*at++ - '0');
	if (at == value || at - value > EXACT_DIGITS || at[0] != '.' || !is_digit(at[2]))
		return false;
	if (at[3] != ',' && at[3] != ']' && at[3] != '}')
		return false;
	number = number * 100 + (unsigned)(at[1] - '0') * 10 + (unsigned)(at[2] - '0');
	*out = (double)number / 100;
	return true;
}

bool json_read_number(const char *value, double *out)
{
	if (value == NULL || (*value != '-' && !is_digit(*value)))
		return false;
	if (!read_hundredths(value, out))
		*out = strtod(value, NULL);
	return true;
}

bool json_read_text(const char *value, struct json_text *out)
{
	if (value == NULL || *value != '"')
		return false;
	const char *end = text_end(value + 1);
	out->at = value + 1;
	out->len = (size_t)(end - out->at);
	out->escaped = memchr(out->at, '\\', out->len) != NULL;
	return true;
}

size_t json_read_plain(const struct json_text *text, char *out)
{
	const char *at = text->at, *end = text->at + text->len;
	size_t len = 0;

	while (at < end) {
		char bytes[4];
		size_t count = text_put(bytes, json_string_next(&at));

		memcpy(out + len, bytes, count);
		len += count;
	}
	return len;
}
