/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_type - the types of a Python's objects, each proved once, and whether there is an object
 *
 * Type objects are read when an object first points at one, and kept; what is no type is kept as
 * well, so that it is not asked twice.  The table is bounded: later candidates are no types.
 */
#pragma once

#include "inspect/python/python_runtime.h"

enum {
	PYTHON_TYPES_MOST = 1 << 16,                  /* candidates, right and wrong */
	PYTHON_BASES_MOST = 64,                       /* of a class */
	PYTHON_OBJECT_HEAD_MOST = 48,                 /* bytes of a block that tell its object */
	PYTHON_FULL_NAME_MOST = 2 * PYTHON_TEXT_MOST, /* of a type, with its module */
};

/* How an object of a type refers to others. */
enum python_kind {
	PYTHON_K_OTHER, /* by attributes and by what its C code does */
	PYTHON_K_LEAF,  /* to none: numbers, text, bytes */
	PYTHON_K_BYTEARRAY,
	PYTHON_K_NDARRAY,
	PYTHON_K_ARRAY, /* of the module array */
	PYTHON_K_CDATA, /* of ctypes */
	PYTHON_K_LIST,
	PYTHON_K_TUPLE,
	PYTHON_K_DICT,
	PYTHON_K_SET,
	PYTHON_K_DEQUE,
	PYTHON_K_CELL,
	PYTHON_K_FUNCTION,
	PYTHON_K_METHOD,
	PYTHON_K_GENERATOR, /* coroutines, too */
	PYTHON_K_FRAME,
	PYTHON_K_CODE,
	PYTHON_K_MODULE,
	PYTHON_K_TYPE,
	PYTHON_K_WEAKREF,
	PYTHON_K_LRU_LINK, /* of functools.lru_cache */
	PYTHON_K_ELEMENT,  /* of xml.etree.ElementTree */
	PYTHON_K_STRUCT,   /* struct.Struct */
};

struct python_type {
	uint64_t at;
	uint8_t before; /* bytes of a block before its object */
	enum python_kind kind;
	bool ordered; /* of DICT: a list of its entries hangs on it, too (OrderedDict) */
	uint64_t flags;
	uint32_t basic_size, item_size;
	int32_t dict_offset;         /* in the object; below 0: from behind its items; 0: none */
	uint32_t weak_offset;        /* in the object; 0: none */
	uint32_t values_size;        /* bytes of an instance's values, in a block of their own */
	uint64_t keys;               /* names of its instances' attributes; 0: none */
	char name[PYTHON_TEXT_MOST]; /* an identifier with dots, UTF-8; or "(a class)" */
	uint8_t mark;                /* whoever looks for types keeps what it found here */
	/* of the census that runs */
	uint64_t count;
	uint64_t bytes;   /* of their blocks */
	uint64_t hanging; /* of what belongs to them alone: items, tables, buffers */
};

struct python_types;

/* The types of PYTHON, which outlives them; each is read when it is first asked for. */
struct python_types *python_types_new(const struct python *python);
void python_types_free(struct python_types *types); /* NULL is fine */

/* The type at ADDRESS; NULL: there is none. */
struct python_type *python_type_of(struct python_types *types, uint64_t address);

/* The type of the object in an allocated block of SIZE bytes, of which BYTES has at least the
 * first PYTHON_OBJECT_HEAD_MOST (or all); NULL: no object.  The object begins `before` bytes in. */
struct python_type *python_object_in(struct python_types *types, const unsigned char *bytes,
	uint64_t size);

/* "threading.Timer" for a class whose name alone is "Timer"; types of C code have such a name, and
 * keep it. */
void python_type_full_name(const struct python *python, const struct python_type *type,
	char to[PYTHON_FULL_NAME_MOST]);

/* Whether the object that begins with the 8 bytes OBJECT can be alive. */
bool python_is_referenced(const unsigned char *object);

/* All of them, in the order they were met, COUNT; the list lives until the next one is met. */
struct python_type *const *python_types_list(const struct python_types *types, size_t *count);

/* Says that no type lies in the 16 KiB (4 KiB) at POOL: types are too large for pools. */
void python_types_pool(struct python_types *types, uint64_t pool);
/* Whether ADDRESS is in one of these. */
bool python_types_in_pool(const struct python_types *types, uint64_t address);

static inline uint64_t python_word(const unsigned char *bytes)
{
	uint64_t value;

	__builtin_memcpy(&value, bytes, sizeof(value));
	return value;
}

static inline uint32_t python_half(const unsigned char *bytes)
{
	uint32_t value;

	__builtin_memcpy(&value, bytes, sizeof(value));
	return value;
}
