/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire_values - numbers of any type, and the names of enums; the tables are in wire.c */
#include "frame/wire.h"

#include "frame/frame.h"

#include <string.h>

static const char *const kind_names[WIRE_NKINDS] = {
	[TEXT_COMM] = "comm",
	[TEXT_CMDLINE] = "cmdline",
	[TEXT_CGROUP] = "cgroup",
	[TEXT_BLOCKED] = "blocked",
};

static const char *const mapping_names[WIRE_NMAPPINGS] = {
	[MAPPING_HEAP] = "heap",
	[MAPPING_ANON] = "anon",
	[MAPPING_STACKS] = "stacks",
	[MAPPING_PROGRAM] = "program",
	[MAPPING_LIBRARY] = "library",
	[MAPPING_FILE] = "file",
	[MAPPING_SHARED] = "shared",
	[MAPPING_HUGE] = "huge",
	[MAPPING_OTHER] = "other",
};

static const char *const runtime_names[WIRE_NRUNTIMES] = {
	[RUNTIME_UNKNOWN] = "unknown",
	[RUNTIME_CPYTHON] = "cpython",
	[RUNTIME_NODE] = "node",
	[RUNTIME_JVM] = "jvm",
	[RUNTIME_GO] = "go",
	[RUNTIME_GLIBC] = "glibc",
};

static const char *const inside_names[WIRE_NINSIDES] = {
	[INSIDE_OBJECTS] = "objects",
	[INSIDE_CLASS] = "class",
	[INSIDE_SIZE] = "size",
};

/* The names of an enum and how many there are. */
static const char *const *names_of(enum wire_type type, int *count)
{
	if (type == WIRE_MAPPING) {
		*count = WIRE_NMAPPINGS;
		return mapping_names;
	}
	if (type == WIRE_RUNTIME) {
		*count = WIRE_NRUNTIMES;
		return runtime_names;
	}
	if (type == WIRE_INSIDE) {
		*count = WIRE_NINSIDES;
		return inside_names;
	}
	*count = WIRE_NKINDS;
	return kind_names;
}

const char *wire_enum_name(enum wire_type type, int value)
{
	int count;
	const char *const *names = names_of(type, &count);

	return value >= 0 && value < count ? names[value] : "";
}

int wire_enum(enum wire_type type, const char *name)
{
	int count;
	const char *const *names = names_of(type, &count);

	for (int value = 0; value < count; value++) {
		if (strcmp(names[value], name) == 0)
			return value;
	}
	return type == WIRE_RUNTIME ? RUNTIME_UNKNOWN : -1;
}

const char *wire_kind_name(int kind)
{
	return wire_enum_name(WIRE_KIND, kind);
}

int wire_kind(const char *name)
{
	return wire_enum(WIRE_KIND, name);
}

/* --- values ----------------------------------------------------------------------------------- */

size_t wire_size(enum wire_type type)
{
	switch (type) {
	case WIRE_U64:
	case WIRE_LIMIT:
		return sizeof(uint64_t);
	case WIRE_U32:
	case WIRE_I32:
		return sizeof(uint32_t);
	case WIRE_I16:
		return sizeof(int16_t);
	case WIRE_I8:
		return sizeof(int8_t);
	case WIRE_REAL:
		return sizeof(double);
	case WIRE_FLOAT:
		return sizeof(float);
	case WIRE_BOOL:
		return sizeof(bool);
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

/* The low bytes of VALUE are the integer of any size. */
void wire_set_integer(enum wire_type type, void *at, int64_t value)
{
	uint64_t wide = (uint64_t)value;
	uint32_t narrow = (uint32_t)wide;
	uint16_t half = (uint16_t)wide;
	uint8_t byte = (uint8_t)wide;
	const size_t size = wire_size(type);

	memcpy(at,
		size == sizeof(byte)     ? (void *)&byte
		: size == sizeof(half)   ? (void *)&half
		: size == sizeof(narrow) ? (void *)&narrow
					 : (void *)&wide,
		size);
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
