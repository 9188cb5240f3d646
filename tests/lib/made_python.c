/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_python - see made_python.h */
#include "tests/lib/made_python.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define TYPES UINT64_C(0x20000000)
#define POOLS UINT64_C(0x7f0000100000)

enum {
	VERSION = 0x030b02f0,
	TYPE_SPACE = 1024,
	NAMES = MADE_COUNT * TYPE_SPACE,
	HEADS = 256, /* bytes at the end of the names for the one slot's description */
	SLOT = 16,   /* where a Kept has it */
	T_OBJECT_EX = 16,
	TEXT_STATE_ASCII = 1 << 2 | 1 << 5 | 1 << 6,
	TEXT_HEAD = 48,
	KEYS_PLACES_LOG2 = 3,
	KEYS_UNICODE = 1,
	KEYS_HEAD = 32,
	KEYS_ENTRIES = KEYS_HEAD + 8,
	KEYS_USABLE = 5,
};

static unsigned char *place(const struct made_python *made, uint64_t address)
{
	if (address >= POOLS && address < POOLS + MADE_POOLS_SIZE)
		return made->pools + (address - POOLS);
	if (address < TYPES || address >= TYPES + MADE_TYPES_SIZE)
		abort();
	return made->types + (address - TYPES);
}

uint64_t made_word(const struct made_python *made, uint64_t address)
{
	uint64_t word;

	memcpy(&word, place(made, address), sizeof(word));
	return word;
}

void made_put(struct made_python *made, uint64_t address, uint64_t word)
{
	memcpy(place(made, address), &word, sizeof(word));
}

static void put_half(struct made_python *made, uint64_t address, uint32_t half)
{
	memcpy(place(made, address), &half, sizeof(half));
}

static uint32_t half(const struct made_python *made, uint64_t address)
{
	uint32_t value;

	memcpy(&value, place(made, address), sizeof(value));
	return value;
}

static uint64_t type_at(enum made_type type)
{
	return TYPES + (uint64_t)type * TYPE_SPACE;
}

static uint64_t put_name(struct made_python *made, const char *name)
{
	uint64_t at = TYPES + NAMES + made->type_used;
	size_t size = strlen(name) + 1;

	memcpy(place(made, at), name, size);
	made->type_used += size;
	return at;
}

static void put_type(struct made_python *made, enum made_type type, const char *name,
	uint64_t basic_size, uint64_t flags)
{
	uint64_t at = type_at(type);

	made_put(made, at, 100);
	made_put(made, at + OBJECT_TYPE, type_at(MADE_TYPE));
	made_put(made, at + TYPE_NAME, put_name(made, name));
	made_put(made, at + TYPE_BASIC_SIZE, basic_size);
	made_put(made, at + TYPE_FLAGS, flags | PYTHON_READY);
}

/* PyMemberDef: name, kind, offset. */
static void put_slot(struct made_python *made)
{
	uint64_t at = TYPES + MADE_TYPES_SIZE - HEADS;

	made_put(made, at, put_name(made, "next"));
	made_put(made, at + MEMBER_TYPE, T_OBJECT_EX);
	made_put(made, at + MEMBER_OFFSET, SLOT);
	made_put(made, type_at(MADE_KEPT) + TYPE_MEMBERS, at);
}

void made_python_init(struct made_python *made)
{
	const unsigned flags = MEMORY_READ | MEMORY_WRITE;
	const struct memory_region regions[] = {
		{ .start = TYPES, .end = TYPES + MADE_TYPES_SIZE, .flags = flags, .name = "" },
		{ .start = POOLS, .end = POOLS + MADE_POOLS_SIZE, .flags = flags, .name = "" },
	};

	memset(made, 0, sizeof(*made));
	made->types = xalloc_zero(1, MADE_TYPES_SIZE);
	made->pools = xalloc_zero(1, MADE_POOLS_SIZE);
	const unsigned char *bytes[] = { made->types, made->pools };
	made->memory = memory_of_image(regions, 2, bytes);
	put_type(made, MADE_TYPE, "type", 904, PYTHON_GC | PYTHON_TYPE);
	put_type(made, MADE_TEXT, "str", 72, PYTHON_TEXT);
	put_type(made, MADE_LIST, "list", 40, PYTHON_GC | PYTHON_LIST);
	put_type(made, MADE_DICT, "dict", DICT_SIZE, PYTHON_GC | PYTHON_DICT);
	put_type(made, MADE_TUPLE, "tuple", 24, PYTHON_GC | PYTHON_TUPLE);
	put_type(made, MADE_MODULE, "module", 56, PYTHON_GC);
	put_type(made, MADE_WEAKREF, "weakref.ReferenceType", 64, PYTHON_GC);
	put_type(made, MADE_KEPT, "Kept", 24, PYTHON_GC);
	put_slot(made);
	made->python = (struct python){ .memory = made->memory, .version = VERSION };
	made->python.row = *python_layout_of(VERSION);
	made->python.layout = &made->python.row;
	made->python.builtin[PYTHON_B_TYPE] = type_at(MADE_TYPE);
	made->python.builtin[PYTHON_B_TEXT] = type_at(MADE_TEXT);
	made->python.builtin[PYTHON_B_TUPLE] = type_at(MADE_TUPLE);
	made->python.builtin[PYTHON_B_DICT] = type_at(MADE_DICT);
	made->python.builtin[PYTHON_B_MODULE] = type_at(MADE_MODULE);
}

void made_python_done(struct made_python *made)
{
	memory_close(made->memory);
	free(made->types);
	free(made->pools);
}

/* --- blocks --- */

static uint64_t new_pool(struct made_python *made, uint32_t class)
{
	uint64_t at = POOLS + made->pool_count * MADE_POOL_SIZE;

	if (made->pool_count++ == MADE_POOLS)
		abort();
	put_half(made, at + POOL_CLASS, class);
	put_half(made, at + POOL_NEXT, POOL_HEAD + (class + 1) * POOL_ALIGN);
	put_half(made, at + POOL_NEXT_MOST, MADE_POOL_SIZE - (class + 1) * POOL_ALIGN);
	return at;
}

/* Always the next one that was never given out: the first of a new pool, or behind the last. */
uint64_t made_block(struct made_python *made, size_t size)
{
	uint32_t class = (uint32_t)((size + POOL_ALIGN - 1) / POOL_ALIGN) - 1, next;
	uint32_t block_size = (class + 1) * POOL_ALIGN;
	uint64_t pool = 0, block;

	for (size_t i = 0; i < made->pool_count && pool == 0; i++) {
		uint64_t at = POOLS + i * MADE_POOL_SIZE;

		if (half(made, at + POOL_CLASS) == class &&
			half(made, at + POOL_NEXT) <= half(made, at + POOL_NEXT_MOST))
			pool = at;
	}
	if (pool == 0) {
		pool = new_pool(made, class);
		block = pool + POOL_HEAD;
	} else {
		next = half(made, pool + POOL_NEXT);
		block = pool + next;
		put_half(made, pool + POOL_NEXT, next + block_size);
	}
	put_half(made, pool + POOL_COUNT, half(made, pool + POOL_COUNT) + 1);
	return block;
}

void made_free(struct made_python *made, uint64_t block)
{
	uint64_t pool = block / MADE_POOL_SIZE * MADE_POOL_SIZE;

	made_put(made, block, made_word(made, pool + POOL_FREE));
	made_put(made, pool + POOL_FREE, block);
	put_half(made, pool + POOL_COUNT, half(made, pool + POOL_COUNT) - 1);
}

/* --- objects --- */

static uint64_t new_object(struct made_python *made, enum made_type type, size_t size)
{
	size_t before = type == MADE_TEXT ? 0 : GC_HEAD;
	uint64_t at = made_block(made, size + before) + before;

	made_put(made, at, 1);
	made_put(made, at + OBJECT_TYPE, type_at(type));
	return at;
}

uint64_t made_text(struct made_python *made, const char *text)
{
	size_t len = strlen(text);
	uint64_t at = new_object(made, MADE_TEXT, TEXT_HEAD + len + 1);

	made_put(made, at + TEXT_LENGTH, len);
	put_half(made, at + TEXT_STATE, TEXT_STATE_ASCII);
	memcpy(place(made, at + TEXT_HEAD), text, len + 1);
	return at;
}

uint64_t made_list(struct made_python *made, const uint64_t *items, size_t count)
{
	uint64_t at = new_object(made, MADE_LIST, 40), table = made_block(made, count * 8);

	made_put(made, at + OBJECT_SIZE, count);
	made_put(made, at + LIST_ITEMS, table);
	made_put(made, at + LIST_ALLOCATED, count);
	for (size_t i = 0; i < count; i++)
		made_put(made, table + i * 8, items[i]);
	return at;
}

uint64_t made_tuple(struct made_python *made, const uint64_t *items, size_t count)
{
	uint64_t at = new_object(made, MADE_TUPLE, 24 + count * 8);

	made_put(made, at + OBJECT_SIZE, count);
	for (size_t i = 0; i < count; i++)
		made_put(made, at + 24 + i * 8, items[i]);
	return at;
}

uint64_t made_dict(struct made_python *made, const uint64_t *keys, const uint64_t *values,
	size_t count)
{
	uint64_t at = new_object(made, MADE_DICT, DICT_SIZE);
	uint64_t table = made_block(made, KEYS_ENTRIES + KEYS_USABLE * 16);

	made_put(made, at + DICT_USED, count);
	made_put(made, at + DICT_KEYS, table);
	made_put(made, table, 1);
	made_put(made, table + KEYS_LOG2_SIZE,
		KEYS_PLACES_LOG2 | KEYS_PLACES_LOG2 << 8 | KEYS_UNICODE << 16);
	made_put(made, table + 16, KEYS_USABLE - count);
	made_put(made, table + 24, count);
	for (size_t i = 0; i < count; i++) {
		made_put(made, table + KEYS_ENTRIES + i * 16, keys[i]);
		made_put(made, table + KEYS_ENTRIES + i * 16 + 8, values[i]);
	}
	return at;
}

uint64_t made_module(struct made_python *made, const char *name, uint64_t dict)
{
	uint64_t at = new_object(made, MADE_MODULE, 56);

	made_put(made, at + MODULE_DICT, dict);
	made_put(made, at + MODULE_NAME, made_text(made, name));
	return at;
}

uint64_t made_weakref(struct made_python *made, uint64_t object)
{
	uint64_t at = new_object(made, MADE_WEAKREF, 64);

	made_put(made, at + 16, object);
	return at;
}

uint64_t made_kept(struct made_python *made, uint64_t next)
{
	uint64_t at = new_object(made, MADE_KEPT, 24);

	made_put(made, at + SLOT, next);
	return at;
}

uint64_t made_world(struct made_python *made, size_t count)
{
	uint64_t *items = xalloc_zero(count, sizeof(*items)), list, key, dict;

	for (size_t i = 0; i < count; i++)
		items[i] = made_kept(made, 0);
	list = made_list(made, items, count);
	free(items);
	key = made_text(made, "REGISTRY");
	dict = made_dict(made, &key, &list, 1);
	made_module(made, "app", dict);
	return list;
}
