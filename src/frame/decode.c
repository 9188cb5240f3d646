/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode - walks the tables of frame/wire.h over a line; knows no figure by name and trusts none */
#include "frame/decode.h"

#include "base/text.h"
#include "frame/frame.h"
#include "frame/json_reader.h"
#include "frame/wire.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)DECODE_WHY_MAX == (int)JSON_READ_WHY_MAX, "one size of reason");

enum { SKIP = 1 }; /* an item of a kind we do not know */

/* A decoder at work: where texts are copied to, and what a reason names. */
struct reader {
	struct arena *arena;
	const char *where;
	char *why;
};

static int refuse(const struct reader *reader, const struct wire_field *field, const char *what)
{
	json_read_why(reader->why, "%s: %s %s", reader->where, field->name, what);
	return -EINVAL;
}

static int read_integer(const struct reader *reader, const struct wire_field *field,
	const json_t *json, char *at)
{
	json_int_t value = json_integer_value(json);
	uint64_t wide = value < 0 ? UINT64_MAX : (uint64_t)value;
	uint32_t narrow = (uint32_t)value;
	int32_t sign = (int32_t)value;

	if (!json_is_integer(json))
		return refuse(reader, field, "is no integer");
	if (value < field->min || value > field->max)
		return refuse(reader, field, "out of range");
	if (field->type == WIRE_U32)
		memcpy(at, &narrow, sizeof(narrow));
	else if (field->type == WIRE_I32)
		memcpy(at, &sign, sizeof(sign));
	else
		memcpy(at, &wide, sizeof(wide));
	return 0;
}

static int read_real(const struct reader *reader, const struct wire_field *field,
	const json_t *json, char *at)
{
	double value = json_number_value(json);

	if (!json_is_number(json))
		return refuse(reader, field, "is no number");
	if (!(value >= 0 && value <= (double)field->max))
		return refuse(reader, field, "out of range");
	memcpy(at, &value, sizeof(value));
	return 0;
}

static int read_bool(const struct reader *reader, const struct wire_field *field,
	const json_t *json, char *at)
{
	bool value = json_is_true(json);

	if (!json_is_boolean(json))
		return refuse(reader, field, "is neither true nor false");
	memcpy(at, &value, sizeof(value));
	return 0;
}

static int read_state(const struct reader *reader, const struct wire_field *field,
	const json_t *json, char *at)
{
	const char *text = json_string_value(json);

	if (text == NULL || json_string_length(json) != 1)
		return refuse(reader, field, "is no letter");
	*at = (*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z') ? *text : '?';
	return 0;
}

static int read_kind(const struct reader *reader, const struct wire_field *field,
	const json_t *json, char *at)
{
	const char *text = json_string_value(json);

	if (text == NULL)
		return refuse(reader, field, "is no string");
	int found = wire_enum(field->type, text);

	if (found < 0)
		return SKIP;
	memcpy(at, &found, sizeof(found));
	return 0;
}

/* A copy in the arena, or in place for WIRE_CHARS. */
static int read_text(const struct reader *reader, const struct wire_field *field,
	const json_t *json, char *at)
{
	const char *text = json_string_value(json);
	size_t len = json_string_length(json);
	size_t cap = len < (size_t)field->max ? len + 1 : (size_t)field->max + 1;

	if (text == NULL)
		return refuse(reader, field, "is no string");
	if (field->type == WIRE_CHARS) {
		text_clean(at, cap, text, len);
		return 0;
	}
	char *copy = arena_take(reader->arena, cap, 1);
	const char *kept = copy;

	text_clean(copy, cap, text, len);
	memcpy(at, &kept, sizeof(kept));
	return 0;
}

/* 0, SKIP or -EINVAL. */
static int read_value(const struct reader *reader, const struct wire_field *field,
	const json_t *json, char *item)
{
	char *at = item + field->offset;

	switch (field->type) {
	case WIRE_U32:
	case WIRE_I32:
	case WIRE_U64:
	case WIRE_LIMIT:
		return read_integer(reader, field, json, at);
	case WIRE_REAL:
		return read_real(reader, field, json, at);
	case WIRE_BOOL:
		return read_bool(reader, field, json, at);
	case WIRE_STATE:
		return read_state(reader, field, json, at);
	case WIRE_KIND:
	case WIRE_MAPPING:
	case WIRE_RUNTIME:
		return read_kind(reader, field, json, at);
	case WIRE_TEXT:
	case WIRE_CHARS:
		return read_text(reader, field, json, at);
	}
	return -EINVAL;
}

static size_t type_size(enum wire_type type)
{
	switch (type) {
	case WIRE_U64:
	case WIRE_LIMIT:
		return sizeof(uint64_t);
	case WIRE_U32:
	case WIRE_I32:
		return sizeof(uint32_t);
	case WIRE_REAL:
		return sizeof(double);
	case WIRE_BOOL:
		return sizeof(bool);
	case WIRE_STATE:
	case WIRE_KIND:
	case WIRE_MAPPING:
	case WIRE_RUNTIME:
	case WIRE_TEXT:
	case WIRE_CHARS:
		break;
	}
	return 0; /* never null */
}

/* A null makes all figures under the same bit unknown: they become 0. */
static void clear_unknown(const struct wire_array *array, uint32_t known, char *item)
{
	for (size_t i = 0; i < array->nfields; i++) {
		const struct wire_field *field = &array->fields[i];

		if (!wire_is_known(array, field, known))
			memset(item + field->offset, 0, type_size(field->type));
	}
}

static int read_item(const struct reader *reader, const struct wire_array *array,
	const json_t *json, char *item)
{
	uint32_t known = 0, unknown = 0;

	if (!json_is_array(json)) {
		json_read_why(reader->why, "%s: an entry is no array", reader->where);
		return -EINVAL;
	}
	for (size_t i = 0; i < array->nfields; i++) {
		const struct wire_field *field = &array->fields[i];
		const json_t *value = json_array_get(json, i);

		if (field->known != 0 && (value == NULL || json_is_null(value))) {
			unknown |= field->known;
			continue;
		}
		int result = read_value(reader, field, value, item);

		if (result != 0)
			return result;
		known |= field->known;
	}
	if (!array->has_known)
		return 0;
	known = ((known & ~unknown) & ~array->lacking) | (unknown & array->lacking);
	clear_unknown(array, known, item);
	memcpy(item + array->known, &known, sizeof(known));
	return 0;
}

static int compare_pid(const void *a, const void *b)
{
	int32_t left, right;

	memcpy(&left, a, sizeof(left));
	memcpy(&right, b, sizeof(right));
	return (left > right) - (left < right);
}

static int compare_text(const void *a, const void *b)
{
	const struct proc_text *left = a, *right = b;
	int by_pid = compare_pid(a, b);

	return by_pid != 0 ? by_pid : (left->kind > right->kind) - (left->kind < right->kind);
}

/* Sorts by pid, one entry each; returns how many are left.  Our sampler writes them in order, so
 * there is rarely anything to do. */
static size_t sort_items(char *items, size_t count, size_t size,
	int (*compare)(const void *, const void *))
{
	size_t i, kept = 1;

	for (i = 1; i < count && compare(items + (i - 1) * size, items + i * size) < 0; i++)
		continue;
	if (i >= count)
		return count;
	qsort(items, count, size, compare);
	for (i = 1; i < count; i++) {
		if (compare(items + (kept - 1) * size, items + i * size) == 0)
			continue;
		if (i != kept)
			memcpy(items + kept * size, items + i * size, size);
		kept++;
	}
	return kept;
}

static int read_items(const struct reader *reader, const struct wire_array *array,
	const json_t *json, char *items, size_t *count)
{
	size_t listed = json_array_size(json);

	*count = 0;
	for (size_t i = 0; i < listed; i++) {
		char *item = items + *count * array->size;
		const json_t *value = json_array_get(json, i);
		int result = array->shape == WIRE_FLAT
				     ? read_value(reader, &array->fields[0], value, item)
				     : read_item(reader, array, value, item);

		if (result < 0)
			return result;
		*count += result == 0;
	}
	return 0;
}

static int read_array(const struct reader *reader, const struct wire_array *array,
	const json_t *json, struct frame *frame)
{
	size_t count;

	if (!json_is_array(json)) {
		json_read_why(reader->why, "%s: is no array", array->key);
		return -EINVAL;
	}
	if (json_array_size(json) == 0)
		return 0;
	char *items = arena_take(reader->arena, json_array_size(json), array->size);
	int result = read_items(reader, array, json, items, &count);

	if (result < 0)
		return result;
	if (array->by_pid)
		count = sort_items(items, count, array->size,
			array == &wire_arrays[WIRE_TEXTS] ? compare_text : compare_pid);
	memcpy((char *)frame + array->items, &items, sizeof(items));
	memcpy((char *)frame + array->count, &count, sizeof(count));
	return 0;
}

static int read_arrays(struct reader *reader, const json_t *root, struct frame *frame)
{
	for (size_t i = 0; i < WIRE_NARRAYS; i++) {
		const struct wire_array *array = &wire_arrays[i];
		const json_t *json = json_object_get(root, array->key);
		int result = 0;

		if (json == NULL)
			continue;
		reader->where = array->key;
		if (array->shape == WIRE_ONE)
			result = read_item(reader, array, json, (char *)frame + array->items);
		else
			result = read_array(reader, array, json, frame);
		if (result < 0)
			return result;
	}
	frame->tick = json_object_get(root, wire_arrays[WIRE_SYSTEM].key) != NULL;
	return 0;
}

static int read_object(struct reader *reader, const struct wire_object *object, const json_t *root,
	void *into)
{
	for (size_t i = 0; i < object->nfields; i++) {
		const struct wire_field *field = &object->fields[i];
		const json_t *value = json_object_get(root, field->name);

		if (value == NULL && i >= object->need)
			continue;
		if (value == NULL)
			return refuse(reader, field, "is missing");
		int result = read_value(reader, field, value, into);

		if (result != 0)
			return result;
	}
	return 0;
}

static int read_version(struct reader *reader, const json_t *root, int *version)
{
	const json_t *json = json_object_get(root, "memtop");
	json_int_t value = json_integer_value(json);

	if (!json_is_integer(json) || value < 1 || value > INT32_MAX) {
		json_read_why(reader->why, "no stream of memtop");
		return -EINVAL;
	}
	if (value > STREAM_VERSION) {
		json_read_why(reader->why, "written by a newer memtop (format %d, known up to %d)",
			(int)value, STREAM_VERSION);
		return -EPROTONOSUPPORT;
	}
	*version = (int)value;
	return 0;
}

static json_t *open_line(const char *line, size_t len, char why[DECODE_WHY_MAX])
{
	if (len <= DECODE_LINE_MAX)
		return json_read_line(line, len, why);
	json_read_why(why, "line too long");
	return NULL;
}

int decode_header(struct stream_header *header, const char *line, size_t len,
	char why[DECODE_WHY_MAX])
{
	struct reader reader = { .where = "header", .why = why };
	struct stream_header read = { .hidepid = -1 };
	json_t *root = open_line(line, len, why);

	if (root == NULL)
		return -EINVAL;
	int result = read_version(&reader, root, &read.version);

	if (result == 0)
		result = read_object(&reader, &wire_header, root, &read);
	if (result == 0)
		*header = read;
	json_read_free(root);
	return result;
}

int decode_frame(struct frame *frame, const char *line, size_t len, char why[DECODE_WHY_MAX])
{
	struct reader reader = { .arena = &frame->arena, .where = "frame", .why = why };
	json_t *root = open_line(line, len, why);

	if (root == NULL)
		return -EINVAL;
	int result = read_object(&reader, &wire_frame, root, frame);

	if (result == 0)
		result = read_arrays(&reader, root, frame);
	json_read_free(root);
	return result;
}

static const char header_start[] = "{\"memtop\":";

bool decode_is_header(const char *line, size_t len)
{
	return len >= sizeof(header_start) - 1 && decode_may_be_header(line, len);
}

bool decode_may_be_header(const char *line, size_t len)
{
	size_t known = sizeof(header_start) - 1;

	return memcmp(line, header_start, len < known ? len : known) == 0;
}
