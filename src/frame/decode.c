/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode - walks the tables of frame/wire.h over a line; knows no figure by name and trusts none */
#include "frame/decode.h"

#include "base/order.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "frame/frame.h"
#include "frame/json_reader.h"
#include "frame/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)DECODE_WHY_MAX == (int)JSON_READ_WHY_MAX, "one size of reason");

enum {
	SKIP = 1,         /* an item of a kind we do not know */
	SHORT_TEXT = 128, /* room for a state or the name of a kind */
};

/* A decoder at work: where texts are copied to, and what a reason names. */
struct decode_target {
	struct arena *arena;
	const char *where;
	char *why;
};

static int refuse_field(const struct decode_target *reader, const struct wire_field *field,
	const char *what)
{
	json_read_why(reader->why, "%s: %s %s", reader->where, field->name, what);
	return -EINVAL;
}

/* Out of range is refused and not clipped: a figure that nobody measured would be shown. */
static int set_integer(const struct decode_target *reader, const struct wire_field *field,
	int64_t value, char *at)
{
	if (value < field->min || value > field->max)
		return refuse_field(reader, field, "out of range");
	wire_set_integer(field->type, at, value);
	return 0;
}

static int read_integer(const struct decode_target *reader, const struct wire_field *field,
	const char *json, char *at)
{
	int64_t value;

	if (!json_read_integer(json, &value))
		return refuse_field(reader, field, "is no integer");
	return set_integer(reader, field, value, at);
}

/* Written so that what is no number (NaN) is refused, too. */
static int read_real(const struct decode_target *reader, const struct wire_field *field,
	const char *json, char *at)
{
	double value;

	if (!json_read_number(json, &value))
		return refuse_field(reader, field, "is no number");
	if (!(value >= 0 && value <= (double)field->max))
		return refuse_field(reader, field, "out of range");
	wire_set_real(field->type, at, value);
	return 0;
}

static int read_bool(const struct decode_target *reader, const struct wire_field *field,
	const char *json, char *at)
{
	bool value;

	if (!json_read_bool(json, &value))
		return refuse_field(reader, field, "is neither true nor false");
	memcpy(at, &value, sizeof(value));
	return 0;
}

/* A text that is short, without its escapes; false: it is longer than that, or no text. */
static bool read_short(const char *json, char out[SHORT_TEXT])
{
	struct json_text text;

	if (!json_read_text(json, &text) || text.len >= SHORT_TEXT)
		return false;
	out[json_read_plain(&text, out)] = '\0';
	return true;
}

/* A letter this memtop does not know is one all the same: kernels have added some. */
static int read_state(const struct decode_target *reader, const struct wire_field *field,
	const char *json, char *at)
{
	char text[SHORT_TEXT];

	if (!read_short(json, text) || strlen(text) != 1)
		return refuse_field(reader, field, "is no letter");
	*at = (*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z') ? *text : '?';
	return 0;
}

/* An item of a kind that this memtop does not know is passed over, not refused: a newer one may
 * send more kinds in the same format. */
static int read_kind(const struct decode_target *reader, const struct wire_field *field,
	const char *json, char *at)
{
	struct json_text text;
	char name[SHORT_TEXT];

	if (!json_read_text(json, &text))
		return refuse_field(reader, field, "is no string");
	int found = wire_enum(field->type, read_short(json, name) ? name : "");

	if (found < 0)
		return SKIP;
	memcpy(at, &found, sizeof(found));
	return 0;
}

/* LEN bytes of TEXT, clean: a copy in the arena, or in place for WIRE_CHARS. */
static void keep_text(const struct decode_target *reader, const struct wire_field *field,
	const char *text, size_t len, char *at)
{
	size_t cap = len < (size_t)field->max ? len + 1 : (size_t)field->max + 1;

	if (field->type == WIRE_CHARS) {
		text_clean(at, cap, text, len);
		return;
	}
	char *copy = arena_take(reader->arena, cap, 1);
	const char *kept = copy;

	text_clean(copy, cap, text, len);
	memcpy(at, &kept, sizeof(kept));
}

/* Most texts have no escapes and are copied out of the line as they stand. */
static int read_text(const struct decode_target *reader, const struct wire_field *field,
	const char *json, char *at)
{
	struct json_text text;

	if (!json_read_text(json, &text))
		return refuse_field(reader, field, "is no string");
	if (!text.escaped) {
		keep_text(reader, field, text.at, text.len, at);
		return 0;
	}
	char *plain = xalloc(text.len);
	keep_text(reader, field, plain, json_read_plain(&text, plain), at);
	free(plain);
	return 0;
}

/* 0, SKIP or -EINVAL. */
static int read_value(const struct decode_target *reader, const struct wire_field *field,
	const char *json, char *item)
{
	char *at = item + field->offset;

	switch (field->type) {
	case WIRE_U32:
	case WIRE_I32:
	case WIRE_I16:
	case WIRE_I8:
	case WIRE_U64:
	case WIRE_LIMIT:
		return read_integer(reader, field, json, at);
	case WIRE_REAL:
	case WIRE_FLOAT:
		return read_real(reader, field, json, at);
	case WIRE_BOOL:
		return read_bool(reader, field, json, at);
	case WIRE_STATE:
		return read_state(reader, field, json, at);
	case WIRE_KIND:
	case WIRE_MAPPING:
	case WIRE_RUNTIME:
	case WIRE_INSIDE:
		return read_kind(reader, field, json, at);
	case WIRE_TEXT:
	case WIRE_CHARS:
		return read_text(reader, field, json, at);
	}
	return -EINVAL;
}

/* A null makes all figures under the same bit unknown: they become 0. */
static void clear_unknown(const struct wire_array *array, uint32_t known, char *item)
{
	for (size_t i = 0; i < array->nfields; i++) {
		const struct wire_field *field = &array->fields[i];

		if (!wire_is_known(array, field, known))
			memset(item + field->offset, 0, wire_size(field->type));
	}
}

/* Nearly all fields are integers, which are read and passed over at once: *BEHIND becomes what is
 * behind VALUE. */
static inline int take_value(const struct decode_target *reader, const struct wire_field *field,
	const char *value, char *item, const char **behind)
{
	int64_t number;
	const char *end = value != NULL && wire_is_integer(field->type)
				  ? json_take_integer(value, &number)
				  : NULL;

	if (end != NULL) {
		*behind = end;
		return set_integer(reader, field, number, item + field->offset);
	}
	if (value != NULL)
		*behind = json_read_behind(value);
	return read_value(reader, field, value, item);
}

/* Positions are the format: fields a newer writer has added stand behind ours and are passed
 * over, and those an older one did not know are missing at the end and unknown.  *BEHIND: behind
 * the last that is ours.  ITEM is all 0. */
static int read_item(const struct decode_target *reader, const struct wire_array *array,
	const char *json, char *item, const char **behind)
{
	uint32_t known = 0, unknown = 0;

	if (!json_read_is_array(json)) {
		json_read_why(reader->why, "%s: an entry is no array", reader->where);
		return -EINVAL;
	}
	const char *next = json_read_first(json);
	*behind = json + 1;
	for (size_t i = 0; i < array->nfields; i++) {
		const struct wire_field *field = &array->fields[i];
		const char *value = next;
		bool null = value == NULL || json_read_is_null(value);

		int result = 0;
		if (field->known == 0 || !null)
			result = take_value(reader, field, value, item, behind);
		else if (value != NULL)
			*behind = json_read_behind(value);
		if (result != 0)
			return result;
		if (value != NULL)
			next = json_read_following(*behind);
		known |= null ? 0 : field->known;
		unknown |= null ? field->known : 0;
	}
	if (!array->has_known)
		return 0;
	bool mixed = (known & unknown) != 0;
	known = ((known & ~unknown) & ~array->lacking) | (unknown & array->lacking);
	if (mixed)
		clear_unknown(array, known, item);
	memcpy(item + array->known, &known, sizeof(known));
	return 0;
}

static int compare_text(const void *a, const void *b)
{
	const struct proc_text *left = a, *right = b;
	int by_pid = order_i32(a, b);

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
	order_sort(items, count, size, compare);
	for (i = 1; i < count; i++) {
		if (compare(items + (kept - 1) * size, items + i * size) == 0)
			continue;
		if (i != kept)
			memcpy(items + kept * size, items + i * size, size);
		kept++;
	}
	return kept;
}

/* Items that were passed over take no place. */
static int read_items(const struct decode_target *reader, const struct wire_array *array,
	const char *json, char *items, size_t *count)
{
	*count = 0;
	for (const char *value = json_read_first(json), *behind = value; value != NULL;
		value = json_read_following(behind)) {
		char *item = items + *count * array->size;
		int result = array->shape == WIRE_FLAT
				     ? take_value(reader, &array->fields[0], value, item, &behind)
				     : read_item(reader, array, value, item, &behind);

		if (result < 0)
			return result;
		if (array->shape != WIRE_FLAT)
			behind = json_read_close(behind);
		if (result == 0)
			++*count;
		else
			memset(item, 0, array->size);
	}
	return 0;
}

/* A writer of ours sorts; a recording may be mended, cut or written by others, and the store
 * relies on the order. */
static int read_array(const struct decode_target *reader, const struct wire_array *array,
	const struct json_member *member, struct frame *frame)
{
	size_t count;

	if (!json_read_is_array(member->value)) {
		json_read_why(reader->why, "%s: is no array", array->key);
		return -EINVAL;
	}
	if (member->count == 0)
		return 0;
	char *items = arena_take(reader->arena, member->count, array->size);
	int result = read_items(reader, array, member->value, items, &count);

	if (result < 0)
		return result;
	if (array->by_pid)
		count = sort_items(items, count, array->size,
			array == &wire_arrays[WIRE_TEXTS] ? compare_text : order_i32);
	memcpy((char *)frame + array->items, &items, sizeof(items));
	memcpy((char *)frame + array->count, &count, sizeof(count));
	return 0;
}

/* By our table, in its order, whatever the order in the line: keys that are not ours are never
 * looked at. A frame with figures of the machine is what ends a tick. */
static int read_arrays(struct decode_target *reader, const struct json_object *root,
	struct frame *frame)
{
	for (size_t i = 0; i < WIRE_NARRAYS; i++) {
		const struct wire_array *array = &wire_arrays[i];
		const struct json_member *member = json_read_member(root, array->key);
		const char *behind;
		int result = 0;

		if (member == NULL)
			continue;
		reader->where = array->key;
		if (array->shape == WIRE_ONE)
			result = read_item(reader, array, member->value,
				(char *)frame + array->items, &behind);
		else
			result = read_array(reader, array, member, frame);
		if (result < 0)
			return result;
	}
	frame->tick = json_read_member(root, wire_arrays[WIRE_SYSTEM].key) != NULL;
	return 0;
}

/* The first `need` of its fields must be there; the others came with later versions. */
static int read_object(struct decode_target *reader, const struct wire_object *object,
	const struct json_object *root, void *into)
{
	for (size_t i = 0; i < object->nfields; i++) {
		const struct wire_field *field = &object->fields[i];
		const struct json_member *member = json_read_member(root, field->name);

		if (member == NULL && i >= object->need)
			continue;
		if (member == NULL)
			return refuse_field(reader, field, "is missing");
		int result = read_value(reader, field, member->value, into);

		if (result != 0)
			return result;
	}
	return 0;
}

/* The version is read before anything else: of a newer format nothing may be taken for what it
 * was. */
static int read_version(struct decode_target *reader, const struct json_object *root, int *version)
{
	const struct json_member *member = json_read_member(root, "memtop");
	int64_t value;

	if (member == NULL || !json_read_integer(member->value, &value) || value < 1 ||
		value > INT32_MAX) {
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

/* The length is asked first, so that a stream that lies costs no more than a line. */
static int open_line(struct json_object *root, const char *line, size_t len,
	char why[DECODE_WHY_MAX])
{
	if (len <= DECODE_LINE_MAX)
		return json_read_line(root, line, len, why);
	json_read_why(why, "line too long");
	return -EINVAL;
}

/* *HEADER is touched only when all of it could be read: the one before stays valid. */
int decode_header(struct stream_header *header, const char *line, size_t len,
	char why[DECODE_WHY_MAX])
{
	struct decode_target reader = { .where = "header", .why = why };
	struct stream_header read = { .hidepid = -1 };
	struct json_object root;
	int result = open_line(&root, line, len, why);

	if (result < 0)
		return result;
	result = read_version(&reader, &root, &read.version);
	if (result == 0)
		result = read_object(&reader, &wire_header, &root, &read);
	if (result == 0)
		*header = read;
	json_read_done(&root);
	return result;
}

int decode_frame(struct frame *frame, const char *line, size_t len, char why[DECODE_WHY_MAX])
{
	struct decode_target reader = { .arena = &frame->arena, .where = "frame", .why = why };
	struct json_object root;
	int result = open_line(&root, line, len, why);

	if (result < 0)
		return result;
	result = read_object(&reader, &wire_frame, &root, frame);
	if (result == 0)
		result = read_arrays(&reader, &root, frame);
	json_read_done(&root);
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
