/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encode - walks the tables of frame/wire.h over a frame; knows no figure by name */
#include "frame/encode.h"

#include "frame/frame.h"
#include "frame/json_writer.h"
#include "frame/wire.h"

#include <string.h>

/* Brought into the field's range: a figure that is out of it (a broken kernel, a bug) must not make
 * the whole line unreadable. */
static int64_t integer_of(const struct wire_field *field, const void *at)
{
	int64_t value = wire_integer(field->type, at);

	if (field->type == WIRE_LIMIT && value == INT64_MAX)
		return -1;
	return value < field->min ? field->min : value > field->max ? field->max : value;
}

/* A state that is no letter would not be read back. */
static void put_state(struct json_writer *json, const void *at)
{
	char state = *(const char *)at;

	json_put_char(json, '"');
	json_put_char(json,
		(state >= 'A' && state <= 'Z') || (state >= 'a' && state <= 'z') ? state : '?');
	json_put_char(json, '"');
}

static void put_text(struct json_writer *json, const struct wire_field *field, const void *at)
{
	const char *text;

	memcpy(&text, at, sizeof(text));
	json_put_string(json, text != NULL ? text : "", (size_t)field->max);
}

/* Enums of the tables are not packed, so all have the size of an int. */
static void put_enum(struct json_writer *json, enum wire_type type, const void *at)
{
	int value;

	memcpy(&value, at, sizeof(value));
	json_put_string(json, wire_enum_name(type, value), 32);
}

/* The counterpart of read_value in decode.c; both have all types, without a default, so that the
 * compiler finds what a new type lacks. */
static void put_value(struct json_writer *json, const struct wire_field *field, const void *item)
{
	const char *at = (const char *)item + field->offset;

	switch (field->type) {
	case WIRE_U32:
	case WIRE_I32:
	case WIRE_I16:
	case WIRE_I8:
	case WIRE_U64:
	case WIRE_LIMIT:
		json_put_i64(json, integer_of(field, at));
		break;
	case WIRE_REAL:
	case WIRE_FLOAT:
		json_put_real(json, wire_number(field->type, at));
		break;
	case WIRE_BOOL:
		json_put_raw(json, *at != 0 ? "true" : "false");
		break;
	case WIRE_STATE:
		put_state(json, at);
		break;
	case WIRE_KIND:
	case WIRE_MAPPING:
	case WIRE_RUNTIME:
	case WIRE_INSIDE:
		put_enum(json, field->type, at);
		break;
	case WIRE_TEXT:
		put_text(json, field, at);
		break;
	case WIRE_CHARS:
		json_put_string(json, at, (size_t)field->max);
		break;
	}
}

/* How many fields to write: unknown ones at the end are left out. */
static size_t fields_used(const struct wire_array *array, uint32_t known)
{
	size_t used = array->nfields;

	while (used > 0 && !wire_is_known(array, &array->fields[used - 1], known))
		used--;
	return used;
}

/* An item is an array of values in the order of its table: names would be most of a frame. What is
 * not known is null, and trailing nulls are left out. */
static void put_item(struct json_writer *json, const struct wire_array *array, const char *item)
{
	uint32_t known = 0;

	if (array->has_known)
		memcpy(&known, item + array->known, sizeof(known));
	size_t used = fields_used(array, known);

	json_put_char(json, '[');
	for (size_t i = 0; i < used; i++) {
		const struct wire_field *field = &array->fields[i];

		if (i > 0)
			json_put_char(json, ',');
		if (wire_is_known(array, field, known))
			put_value(json, field, item);
		else
			json_put_raw(json, "null");
	}
	json_put_char(json, ']');
}

/* Members of `struct frame` are reached by their offsets, copied and not cast, since their types
 * differ. */
static void put_array(struct json_writer *json, const struct wire_array *array,
	const struct frame *frame)
{
	const char *item;
	size_t count;

	memcpy(&item, (const char *)frame + array->items, sizeof(item));
	memcpy(&count, (const char *)frame + array->count, sizeof(count));
	if (count == 0)
		return;
	json_open(json, array->key, '[');
	for (size_t i = 0; i < count; i++, item += array->size) {
		if (i > 0)
			json_put_char(json, ',');
		if (array->shape == WIRE_FLAT)
			put_value(json, &array->fields[0], item);
		else
			put_item(json, array, item);
	}
	json_put_char(json, ']');
}

static bool is_default(const struct wire_field *field, const void *object)
{
	const char *at = (const char *)object + field->offset;

	return field->type == WIRE_BOOL ? *at == 0 : integer_of(field, at) == 0;
}

void encode_header(struct buf *out, const struct stream_header *header)
{
	struct json_writer json;

	json_writer_init(&json, out);
	json_put_char(&json, '{');
	json_add_number(&json, "memtop", true, header->version);
	for (size_t i = 0; i < wire_header.nfields; i++) {
		json_key(&json, wire_header.fields[i].name);
		put_value(&json, &wire_header.fields[i], header);
	}
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}

/* The key mark comes first and arrays last, so that whoever looks for a place in a recording
 * reads the beginning of each line alone. */
void encode_frame(struct buf *out, const struct frame *frame)
{
	const struct wire_array *system = &wire_arrays[WIRE_SYSTEM];
	struct json_writer json;

	json_writer_init(&json, out);
	json_put_raw(&json, frame->key ? "{\"key\":true" : "{");
	for (size_t i = 0; i < wire_frame.nfields; i++) {
		const struct wire_field *field = &wire_frame.fields[i];

		if (field->offset == offsetof(struct frame, key) ||
			(i >= wire_frame.need && is_default(field, frame)))
			continue;
		json_key(&json, field->name);
		put_value(&json, field, frame);
	}
	if (frame->tick) {
		json_key(&json, system->key);
		put_item(&json, system, (const char *)frame + system->items);
	}
	for (size_t i = WIRE_DEATHS; i < WIRE_NARRAYS; i++)
		put_array(&json, &wire_arrays[i], frame);
	json_put_raw(&json, "}\n");
	json_writer_flush(&json);
}
