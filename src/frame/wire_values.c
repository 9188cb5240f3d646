/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire_values - numbers and texts in structs, by the type that a table gives them (wire.h) */
#include "frame/wire.h"

#include "base/arena.h"

#include <string.h>

size_t wire_size(enum wire_type type)
{
	/* 0 of what is no number */
	static const uint8_t sizes[WIRE_CHARS + 1] = {
		[WIRE_U64] = sizeof(uint64_t),
		[WIRE_LIMIT] = sizeof(uint64_t),
		[WIRE_U32] = sizeof(uint32_t),
		[WIRE_I32] = sizeof(int32_t),
		[WIRE_I16] = sizeof(int16_t),
		[WIRE_I8] = sizeof(int8_t),
		[WIRE_REAL] = sizeof(double),
		[WIRE_FLOAT] = sizeof(float),
		[WIRE_BOOL] = sizeof(bool),
	};

	return sizes[type];
}

int64_t wire_integer(enum wire_type type, const void *at)
{
	/* numbers stand in structs of their own types, aligned */
	switch (type) {
	case WIRE_U64:
	case WIRE_LIMIT:
		return *(const uint64_t *)at > INT64_MAX ? INT64_MAX
							 : (int64_t) * (const uint64_t *)at;
	case WIRE_U32:
		return *(const uint32_t *)at;
	case WIRE_I32:
		return *(const int32_t *)at;
	case WIRE_I16:
		return *(const int16_t *)at;
	case WIRE_I8:
		return *(const int8_t *)at;
	case WIRE_REAL:
	case WIRE_FLOAT:
	case WIRE_BOOL:
	case WIRE_STATE:
	case WIRE_KIND:
	case WIRE_MAPPING:
	case WIRE_RUNTIME:
	case WIRE_INSIDE:
	case WIRE_TEXT:
	case WIRE_CHARS:
		break;
	}
	return 0;
}

double wire_number(enum wire_type type, const void *at)
{
	return type == WIRE_REAL    ? *(const double *)at
	       : type == WIRE_FLOAT ? (double)*(const float *)at
				    : (double)wire_integer(type, at);
}

void wire_set_real(enum wire_type type, void *at, double value)
{
	float single = (float)value;

	if (type == WIRE_FLOAT)
		memcpy(at, &single, sizeof(single));
	else
		memcpy(at, &value, sizeof(value));
}

void wire_add(enum wire_type type, void *to, const void *from)
{
	if (type == WIRE_REAL || type == WIRE_FLOAT)
		wire_set_real(type, to, wire_number(type, to) + wire_number(type, from));
	else
		wire_set_integer(type, to, wire_integer(type, to) + wire_integer(type, from));
}

void wire_own_texts(const struct wire_array *array, void *item, struct arena *arena)
{
	for (size_t i = 0; i < array->nfields; i++) {
		char *at = (char *)item + array->fields[i].offset;
		const char *text;

		if (array->fields[i].type != WIRE_TEXT)
			continue;
		memcpy(&text, at, sizeof(text));
		if (text == NULL)
			continue;
		text = arena_text(arena, text, strlen(text));
		memcpy(at, &text, sizeof(text));
	}
}
