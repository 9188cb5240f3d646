/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire - how frames and requests look as JSON: one table for writing, reading and the manual
 *
 * The encoder and the decoder both walk these tables, and a test compares them with the lists in
 * memtop-stream(5), so that the three cannot drift apart.  To add a figure: a line at the end of
 * its table (never in the middle: positions are the format), with a bit that says when it is known.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum wire_type {
	WIRE_U32,     /* uint32_t */
	WIRE_I32,     /* int32_t */
	WIRE_I16,     /* int16_t */
	WIRE_I8,      /* int8_t */
	WIRE_U64,     /* uint64_t */
	WIRE_LIMIT,   /* uint64_t; UINT64_MAX (no limit) is written as -1 */
	WIRE_REAL,    /* double, not negative, written to hundredths */
	WIRE_FLOAT,   /* float, the same */
	WIRE_BOOL,    /* bool: true or false */
	WIRE_STATE,   /* char: a string of one letter */
	WIRE_KIND,    /* enum text_kind: its name */
	WIRE_MAPPING, /* enum mapping_kind: its name */
	WIRE_RUNTIME, /* enum runtime: its name; one that is not known is RUNTIME_UNKNOWN */
	WIRE_INSIDE,  /* enum inside_kind: its name */
	WIRE_TEXT,    /* const char *, clean text */
	WIRE_CHARS,   /* char[max], clean text */
};

static inline bool wire_is_integer(enum wire_type type)
{
	return type <= WIRE_LIMIT;
}

/* The unit of a number on the wire, where it is not the one its name says. */
enum wire_unit { WIRE_PLAIN, WIRE_KIB, WIRE_MS };

struct wire_field {
	const char *name; /* in memtop-stream(5); of the members of an object also the key */
	enum wire_type type;
	size_t offset;       /* in the struct */
	uint32_t known;      /* bit of the struct's `known`: null without it; 0: never null */
	int64_t min, max;    /* of numbers; of text, MAX is the most bytes kept */
	enum wire_unit unit; /* of the figures of processes (frame/proc_fields.h) and the machine */
	bool adds;           /* those of several processes add up */
};

enum wire_shape {
	WIRE_ONE,  /* [a,b,c]: one item, inside the frame itself */
	WIRE_FLAT, /* [a,b,c]: many items of one field */
	WIRE_LIST, /* [[a,b],[a,b]]: many items */
};

struct wire_array {
	const char *key;
	enum wire_shape shape;
	const struct wire_field *fields;
	size_t nfields;
	size_t size; /* of an item */
	size_t items,
		count; /* offsets in struct frame: of the pointer (or the item itself) and size_t */
	bool has_known;
	size_t known;     /* offset of the item's mask, if it has one */
	bool by_pid;      /* sorted by pid, which is the item's first member */
	uint32_t lacking; /* bits of the mask that say what is not known */
};

/* Whether an item with the mask MASK has a value for FIELD. */
static inline bool wire_is_known(const struct wire_array *array, const struct wire_field *field,
	uint32_t mask)
{
	bool lacks = (field->known & array->lacking) != 0;

	return field->known == 0 || ((field->known & mask) != 0) != lacks;
}

enum wire_array_id {
	WIRE_SYSTEM,
	WIRE_DEATHS,
	WIRE_BIRTHS,
	WIRE_USAGES,
	WIRE_DETAILS,
	WIRE_TEXTS,
	WIRE_USERS,
	WIRE_CGROUPS,
	WIRE_CGROUP_USAGES,
	WIRE_CGROUP_PARTS,
	WIRE_CGROUP_ENDS,
	WIRE_DEEPS,
	WIRE_PARTS,
	WIRE_TMPFS,
	WIRE_CGROUP_MOUNTS,
	WIRE_TITLES,
	WIRE_SLABS,
	WIRE_KILLS,
	WIRE_INSIDES,
	WIRE_INSIDE_TYPES,
	WIRE_INSIDE_ARENAS,
	WIRE_INSIDE_HOLDERS,
	WIRE_INSIDE_UNKNOWNS,
	WIRE_GROWNS,
	WIRE_GROWN_LINES,
	WIRE_GROWN_LIBRARIES,
	WIRE_LEFTS,
	WIRE_RESTS,
	WIRE_NOTICES,
	WIRE_NARRAYS,
};

enum {
	WIRE_CGROUPS_MAX = 65535, /* numbers of cgroups */
	WIRE_SLAB_MAX = 64,       /* bytes of a slab cache's name */
	WIRE_TITLE_MAX = 255,     /* bytes of a container's name */
	WIRE_USER_MAX = 256,      /* bytes of a user's name */
	WIRE_NOTICE_MAX = 1024,   /* bytes of a notice */
	WIRE_NKINDS = 4,          /* of enum text_kind */
	WIRE_NMAPPINGS = 9,       /* of enum mapping_kind */
	WIRE_NRUNTIMES = 10,      /* of enum runtime */
	WIRE_NINSIDES = 3,        /* of enum inside_kind */
};

/* Bytes of a number or a bool; 0: none of these. */
size_t wire_size(enum wire_type type);

/* The integer of TYPE at AT, at most INT64_MAX (which no limit is, too); the other way round VALUE
 * must fit, and -1 is no limit.  0 and nothing for what is none. */
int64_t wire_integer(enum wire_type type, const void *at);
static inline void wire_set_integer(enum wire_type type, void *at, int64_t value)
{
	/* its low bytes are the integer of any size */
	uint64_t wide = (uint64_t)value;

	if (type == WIRE_U64 || type == WIRE_LIMIT)
		*(uint64_t *)at = wide;
	else if (type == WIRE_U32 || type == WIRE_I32)
		*(uint32_t *)at = (uint32_t)wide;
	else if (type == WIRE_I16)
		*(uint16_t *)at = (uint16_t)wide;
	else
		*(uint8_t *)at = (uint8_t)wide;
}

/* The same of any number. */
double wire_number(enum wire_type type, const void *at);
void wire_set_real(enum wire_type type, void *at, double value);

/* Adds the number at FROM to that at TO. */
void wire_add(enum wire_type type, void *to, const void *from);

/* Copies the texts that ITEM of ARRAY points at into ARENA; NULL stays what it is. */
void wire_own_texts(const struct wire_array *array, void *item, struct arena *arena);

/* The greatest integer that every JSON reader keeps exact: 2^53 - 1. */
#define WIRE_INT_MAX INT64_C(9007199254740991)

/* The arrays of a frame, in the order in which they are written. */
extern const struct wire_array wire_arrays[WIRE_NARRAYS];

/* The plain members of the frame and of the header; those up to NEED must be there, the others are
 * left out when 0 or false. */
struct wire_object {
	const struct wire_field *fields;
	size_t nfields;
	size_t need;
};
extern const struct wire_object wire_frame, wire_header;

/* The name of a value of one of the enums (WIRE_KIND, WIRE_MAPPING, WIRE_RUNTIME, WIRE_INSIDE), ""
 * if there is none such; the value of a name, -1 if there is none such. */
const char *wire_enum_name(enum wire_type type, int value);
int wire_enum(enum wire_type type, const char *name);
