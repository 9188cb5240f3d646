/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_type - see python_type.h */
#include "inspect/python/python_type.h"

#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PLACES = 2 * PYTHON_TYPES_MOST,
	BASIC_SIZE_MOST = 1 << 20,
	ITEM_SIZE_MOST = 1 << 16,
	SHARED_KEYS_MOST = 64, /* attributes that share their names */
};

/* An address that something pointed at as its type. */
struct type_place {
	uint64_t at;              /* 0: an empty one */
	struct python_type *type; /* NULL: it is no type */
};

static const char unnamed[] = "(a class)";

struct python_types {
	const struct python *python;
	struct type_place *places; /* open addressing */
	size_t used;
	struct python_type **list; /* those that are */
	size_t count, cap;
	/* Numbers of the pools seen so far (address / size of a pool): open addressing. */
	uint64_t *pools;
	size_t pool_places, pool_count;
};

enum { POOL_PLACES_FIRST = 4096 };

static size_t hash_of(uint64_t number, size_t places)
{
	return (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (places - 1);
}

struct python_types *python_types_new(const struct python *python)
{
	struct python_types *types = xalloc_zero(1, sizeof(*types));

	types->python = python;
	types->places = xalloc_zero(PLACES, sizeof(*types->places));
	types->pool_places = POOL_PLACES_FIRST;
	types->pools = xalloc_zero(types->pool_places, sizeof(*types->pools));
	return types;
}

void python_types_free(struct python_types *types)
{
	if (types == NULL)
		return;
	for (size_t i = 0; i < types->count; i++)
		free(types->list[i]);
	free(types->list);
	free(types->places);
	free(types->pools);
	free(types);
}

static size_t pool_place(const struct python_types *types, uint64_t number)
{
	size_t at = hash_of(number, types->pool_places);

	while (types->pools[at] != 0 && types->pools[at] != number)
		at = (at + 1) & (types->pool_places - 1);
	return at;
}

/* Twice as many places, and all put in anew. */
static void grow_pools(struct python_types *types)
{
	uint64_t *old = types->pools;
	size_t places = types->pool_places;

	types->pool_places = places * 2;
	types->pools = xalloc_zero(types->pool_places, sizeof(*types->pools));
	for (size_t i = 0; i < places; i++)
		if (old[i] != 0)
			types->pools[pool_place(types, old[i])] = old[i];
	free(old);
}

void python_types_pool(struct python_types *types, uint64_t pool)
{
	uint64_t number = pool / types->python->row.pool_size;
	size_t at = pool_place(types, number);

	if (types->pools[at] == number)
		return;
	types->pools[at] = number;
	if (++types->pool_count * 2 > types->pool_places)
		grow_pools(types);
}

bool python_types_in_pool(const struct python_types *types, uint64_t address)
{
	uint64_t number = address / types->python->row.pool_size;

	return types->pools[pool_place(types, number)] == number;
}

static struct type_place *place_of(struct python_types *types, uint64_t address)
{
	size_t at = hash_of(address >> 4, PLACES);

	while (types->places[at].at != 0 && types->places[at].at != address)
		at = (at + 1) & (PLACES - 1);
	return &types->places[at];
}

struct base {
	uint64_t at;
	char name[PYTHON_TEXT_MOST];
};

/* Kinds that subclasses inherit and no flag tells: by the name or address of a base. */
static enum python_kind kind_of_base(const struct python *python, const struct base *base)
{
	static const struct {
		const char *name;
		enum python_kind kind;
	} by_name[] = {
		{ "collections.deque", PYTHON_K_DEQUE },
		{ "functools._lru_list_elem", PYTHON_K_LRU_LINK },
		{ "numpy.ndarray", PYTHON_K_NDARRAY },
		{ "array.array", PYTHON_K_ARRAY },
		{ "_ctypes._CData", PYTHON_K_CDATA },
		{ "xml.etree.ElementTree.Element", PYTHON_K_ELEMENT },
		{ "weakref", PYTHON_K_WEAKREF },
		{ "weakref.ReferenceType", PYTHON_K_WEAKREF },
		{ "weakproxy", PYTHON_K_WEAKREF },
		{ "weakref.ProxyType", PYTHON_K_WEAKREF },
		{ "weakcallableproxy", PYTHON_K_WEAKREF },
		{ "weakref.CallableProxyType", PYTHON_K_WEAKREF },
		{ "_struct.Struct", PYTHON_K_STRUCT },
		{ "collections.OrderedDict", PYTHON_K_DICT },
		{ "complex", PYTHON_K_LEAF },
		{ "datetime.datetime", PYTHON_K_OTHER },
		{ "datetime.date", PYTHON_K_LEAF },
		{ "decimal.Decimal", PYTHON_K_LEAF },
	};
	static const struct {
		enum python_builtin builtin;
		enum python_kind kind;
	} by_address[] = {
		{ PYTHON_B_CODE, PYTHON_K_CODE },
		{ PYTHON_B_MODULE, PYTHON_K_MODULE },
		{ PYTHON_B_FUNCTION, PYTHON_K_FUNCTION },
		{ PYTHON_B_METHOD, PYTHON_K_METHOD },
		{ PYTHON_B_CELL, PYTHON_K_CELL },
		{ PYTHON_B_FRAME, PYTHON_K_FRAME },
		{ PYTHON_B_GENERATOR, PYTHON_K_GENERATOR },
		{ PYTHON_B_COROUTINE, PYTHON_K_GENERATOR },
		{ PYTHON_B_ASYNC_GENERATOR, PYTHON_K_GENERATOR },
		{ PYTHON_B_SET, PYTHON_K_SET },
		{ PYTHON_B_FROZENSET, PYTHON_K_SET },
		{ PYTHON_B_FLOAT, PYTHON_K_LEAF },
		{ PYTHON_B_BYTEARRAY, PYTHON_K_BYTEARRAY },
	};

	for (size_t i = 0; i < sizeof(by_address) / sizeof(*by_address); i++)
		if (base->at == python->builtin[by_address[i].builtin])
			return by_address[i].kind;
	for (size_t i = 0; i < sizeof(by_name) / sizeof(*by_name); i++)
		if (strcmp(base->name, by_name[i].name) == 0)
			return by_name[i].kind;
	return PYTHON_K_OTHER;
}

/* Subclasses of the built-in types carry the flag of their base, so this is enough for them. */
static enum python_kind kind_of_flags(uint64_t flags)
{
	if ((flags & PYTHON_TYPE) != 0)
		return PYTHON_K_TYPE;
	if ((flags & PYTHON_LIST) != 0)
		return PYTHON_K_LIST;
	if ((flags & PYTHON_TUPLE) != 0)
		return PYTHON_K_TUPLE;
	if ((flags & PYTHON_DICT) != 0)
		return PYTHON_K_DICT;
	if ((flags & (PYTHON_LONG | PYTHON_BYTES | PYTHON_TEXT)) != 0)
		return PYTHON_K_LEAF;
	return PYTHON_K_OTHER;
}

/* Other kinds (sets, deques, functions) have no flag: their bases are followed up to one whose
 * name is known. */
static enum python_kind kind_of_bases(const struct python *python, const struct python_type *type)
{
	enum python_kind kind = PYTHON_K_OTHER;
	struct base base = { .at = type->at };

	memcpy(base.name, type->name, sizeof(base.name));
	for (unsigned i = 0; kind == PYTHON_K_OTHER && i < PYTHON_BASES_MOST; i++) {
		kind = kind_of_base(python, &base);
		uint64_t name;

		if (memory_word(python->memory, base.at + TYPE_BASE, &base.at) != 0 ||
			!python_plausible(base.at) ||
			memory_word(python->memory, base.at + TYPE_NAME, &name) != 0 ||
			!python_c_identifier(python, name, base.name, sizeof(base.name)))
			break;
	}
	return kind;
}

/* Whether META, the type of a type, is "type" or made from it. */
static bool is_metatype(const struct python *python, uint64_t meta)
{
	uint64_t flags;

	if (meta == python->builtin[PYTHON_B_TYPE])
		return true;
	return python_plausible(meta) &&
	       memory_word(python->memory, meta + TYPE_FLAGS, &flags) == 0 &&
	       (flags & PYTHON_TYPE) != 0 && (flags & PYTHON_READY) != 0 &&
	       python_type_at(python, python_type_at(python, meta)) != 0;
}

static uint8_t bytes_before(const struct python *python, uint64_t flags)
{
	uint64_t managed = python->row.minor >= 12   ? PYTHON_MANAGED_WEAKREF | PYTHON_MANAGED_DICT
			   : python->row.minor == 11 ? PYTHON_MANAGED_DICT
						     : 0;

	return (uint8_t)(((flags & PYTHON_GC) != 0 ? GC_HEAD : 0) +
			 ((flags & managed) != 0 ? 16 : 0));
}

/* Names that a class's instances share, and how large a block their values have: 3.11 and 3.12
 * keep them outside the instance, behind a prefix with the order they came in. */
static void take_keys(const struct python *python, struct python_type *type)
{
	uint64_t keys, counts[2];

	if ((type->flags & PYTHON_HEAP_TYPE) == 0 ||
		memory_word(python->memory, type->at + python->row.type_keys, &keys) != 0 ||
		!python_plausible(keys) ||
		memory_read(python->memory, keys + python->row.keys_usable, counts,
			sizeof(counts)) != 0)
		return;
	type->keys = keys;
	if (python->row.minor < 11 || python->row.minor > 12 ||
		(type->flags & PYTHON_MANAGED_DICT) == 0)
		return;
	if (counts[0] <= SHARED_KEYS_MOST && counts[1] <= SHARED_KEYS_MOST) {
		uint64_t usable = counts[0] + counts[1];

		type->values_size = (uint32_t)(((usable + 2 + 7) / 8 + usable) * 8);
	}
}

/* A class may be called anything (type("a b", ...)): what is no identifier is not told. */
static bool take_type_name(const struct python *python, uint64_t address, char *to, size_t size)
{
	char raw[PYTHON_TEXT_MOST];

	if (python_c_identifier(python, address, to, size))
		return true;
	for (size_t len = 0; len < sizeof(raw); len++) {
		if (memory_read(python->memory, address + len, raw + len, 1) != 0)
			return false;
		if (raw[len] == '\0')
			break;
		if ((unsigned char)raw[len] < ' ')
			return false;
	}
	snprintf(to, size, "%s", unnamed);
	return true;
}

/* Everything is checked before it is believed, since any word may look like a pointer to a type:
 * the READY flag, sizes that are possible, a metatype, a name of letters. */
static bool read_type(const struct python *python, struct python_type *type)
{
	unsigned char bytes[TYPE_READ];

	if (!python_plausible(type->at) ||
		memory_read(python->memory, type->at, bytes, sizeof(bytes)) != 0)
		return false;
	type->flags = python_word(bytes + TYPE_FLAGS);
	uint64_t basic = python_word(bytes + TYPE_BASIC_SIZE);
	uint64_t item = python_word(bytes + TYPE_ITEM_SIZE);
	int64_t dict = (int64_t)python_word(bytes + TYPE_DICT_OFFSET);
	uint64_t weak = python_word(bytes + TYPE_WEAK_OFFSET);
	if ((type->flags & PYTHON_READY) == 0 || basic < OBJECT_HEAD || basic > BASIC_SIZE_MOST ||
		item > ITEM_SIZE_MOST || !is_metatype(python, python_word(bytes + OBJECT_TYPE)) ||
		!take_type_name(python, python_word(bytes + TYPE_NAME), type->name,
			sizeof(type->name)))
		return false;
	type->basic_size = (uint32_t)basic;
	type->item_size = (uint32_t)item;
	type->dict_offset = dict >= -OBJECT_HEAD && dict <= (int64_t)basic ? (int32_t)dict : 0;
	type->weak_offset = weak <= basic ? (uint32_t)weak : 0;
	type->before = bytes_before(python, type->flags);
	type->kind = kind_of_flags(type->flags);
	if (type->kind == PYTHON_K_OTHER)
		type->kind = kind_of_bases(python, type);
	else if (type->kind == PYTHON_K_DICT && basic >= ORDERED_END)
		type->ordered = kind_of_bases(python, type) == PYTHON_K_DICT;
	take_keys(python, type);
	return true;
}

static struct python_type *add_type(struct python_types *types, const struct python_type *type)
{
	struct python_type *new = xalloc(sizeof(*new));

	*new = *type;
	types->list = xalloc_room(types->list, &types->cap, types->count + 1, sizeof(void *));
	types->list[types->count++] = new;
	return new;
}

struct python_type *python_type_of(struct python_types *types, uint64_t address)
{
	struct type_place *place = place_of(types, address);
	struct python_type type = { .at = address };

	if (place->at == 0) {
		if (types->used == PYTHON_TYPES_MOST)
			return NULL;
		types->used++;
		place->at = address;
		if (read_type(types->python, &type))
			place->type = add_type(types, &type);
	}
	return place->type;
}

/* Whether there can be as many references to an object: what is freed has none, and where its place
 * is used for something else there may be anything.  From 3.12 on the count is the lower half, from
 * 3.14 on there are marks in the uppermost quarter. */
bool python_is_referenced(const unsigned char *object)
{
	return python_half(object) != 0 && (python_half(object + 4) & 0xffff) == 0;
}

/* Text is shorter than its type says: what follows the head of a compact one are its characters. */
static bool text_fits(const struct python *python, const struct python_type *type,
	const unsigned char *object, uint64_t size)
{
	uint64_t head = python->row.text_ascii, length = python_word(object + TEXT_LENGTH);

	if (size <= head)
		return false;
	uint32_t state = python_half(object + TEXT_STATE);
	if ((state & TEXT_COMPACT) == 0)
		return type->basic_size <= size;
	if ((state & TEXT_ASCII) == 0)
		head = python->row.text_compact;
	return head < size && length < size &&
	       (length + 1) * (state >> TEXT_KIND_SHIFT & 7) <= size - head;
}

static bool fits(const struct python *python, const struct python_type *type,
	const unsigned char *object, uint64_t size)
{
	return (type->flags & PYTHON_TEXT) != 0 ? text_fits(python, type, object, size)
						: type->basic_size <= size;
}

struct python_type *python_object_in(struct python_types *types, const unsigned char *bytes,
	uint64_t size)
{
	for (unsigned before = 0; before <= 32 && before + OBJECT_HEAD <= size; before += 16) {
		uint64_t address = python_word(bytes + before + OBJECT_TYPE);

		if (!python_is_referenced(bytes + before) || !python_plausible(address) ||
			python_types_in_pool(types, address))
			continue;
		struct python_type *type = python_type_of(types, address);
		if (type != NULL && type->before == before &&
			fits(types->python, type, bytes + before, size - before))
			return type;
	}
	return NULL;
}

struct python_type *const *python_types_list(const struct python_types *types, size_t *count)
{
	*count = types->count;
	return types->list;
}
