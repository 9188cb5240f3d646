/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_reader - one line of JSON from a peer that may lie, checked whole before anything is taken
 *
 * For the decoders of this room, and for files that others write.
 * json_read_line checks that the line is one object of JSON
 * (RFC 8259; texts are UTF-8 without NUL, no key is there twice, numbers fit) and notes where its
 * members are; no tree is made.  The values are then read where they lie: VALUE points at the first
 * character of one, inside a line that was checked and is still there.  NULL is a value that is not
 * there: it is of no type.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JSON_READ_DEPTH_MAX = 8,       /* ours go three deep; keys unknown to us may go deeper */
	JSON_READ_VALUES_MAX = 262144, /* in a line: 7,000 processes with all their figures */
	JSON_READ_WHY_MAX = 160,
	JSON_READ_FEW = 64, /* members of an object for which no memory is taken */
};

struct json_member {
	const char *key; /* behind its quote */
	const char *value;
	size_t count; /* of an array: its values */
};

/* The members of a line, in no order. */
struct json_object {
	struct json_member few[JSON_READ_FEW];
	struct json_member *members; /* FEW, or memory of its own */
	size_t count, cap;
};

/* Finds the members of the object in LEN bytes of LINE.  0, to be released with json_read_done; or
 * -EINVAL with the reason in WHY (clean text), and nothing is to be released. */
int json_read_line(struct json_object *object, const char *line, size_t len,
	char why[JSON_READ_WHY_MAX]);
void json_read_done(struct json_object *object);

/* The members of the object that begins at VALUE; false: it is none, and nothing is to be
 * released. */
bool json_read_members(struct json_object *object, const char *value);

/* The member of that name (ASCII), NULL if there is none. */
const struct json_member *json_read_member(const struct json_object *object, const char *key);

/* Over spaces, of which nothing else that was checked and stands between values is smaller. */
static inline const char *json_read_skip(const char *at)
{
	while ((unsigned char)*at <= ' ')
		at++;
	return at;
}

/* The first value of an array; NULL: none. */
static inline const char *json_read_first(const char *array)
{
	const char *at = json_read_skip(array + 1);

	return *at == ']' ? NULL : at;
}

/* The place behind VALUE. */
const char *json_read_behind(const char *value);

/* The value of the array that follows what ends at BEHIND; NULL: none. */
static inline const char *json_read_following(const char *behind)
{
	const char *at = json_read_skip(behind);

	return *at == ',' ? json_read_skip(at + 1) : NULL;
}

/* The place behind the array in which something ends at BEHIND. */
const char *json_read_close(const char *behind);

/* The value behind a value of an array; NULL: none. */
static inline const char *json_read_next(const char *value)
{
	return json_read_following(json_read_behind(value));
}

/* Whether the value that begins at VALUE is an array, or null. */
static inline bool json_read_is_array(const char *value)
{
	return value != NULL && *value == '[';
}

static inline bool json_read_is_null(const char *value)
{
	return value != NULL && *value == 'n';
}

/* Reads the integer, and returns what is behind it; NULL if VALUE is of another type: OUT is
 * untouched. */
static inline const char *json_take_integer(const char *value, int64_t *out)
{
	bool minus = *value == '-';
	const char *at = value + minus;
	uint64_t number = 0;

	for (; *at >= '0' && *at <= '9'; at++)
		number = number * 10 + (unsigned)(*at - '0');
	if (at == value + minus || *at == '.' || *at == 'e' || *at == 'E')
		return NULL;
	*out = (int64_t)(minus ? -number : number);
	return at;
}

/* False if VALUE is of another type: OUT is untouched. */
static inline bool json_read_integer(const char *value, int64_t *out)
{
	return value != NULL && json_take_integer(value, out) != NULL;
}

bool json_read_number(const char *value, double *out); /* integers, too */

static inline bool json_read_bool(const char *value, bool *out)
{
	if (value == NULL || (*value != 't' && *value != 'f'))
		return false;
	*out = *value == 't';
	return true;
}

/* A text as it stands in the line: LEN bytes, and whether escapes are among them. */
struct json_text {
	const char *at;
	size_t len;
	bool escaped;
};
bool json_read_text(const char *value, struct json_text *out);

/* TEXT without escapes: at most TEXT->len bytes to OUT; returns how many. */
size_t json_read_plain(const struct json_text *text, char *out);

/* Writes a reason. */
void json_read_why(char why[JSON_READ_WHY_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));
