/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_census - see python_census.h */
#include "inspect/python/python_census.h"

#include "base/xalloc.h"

#include <stdlib.h>

enum {
	BATCH = 512, /* tables whose heads are read at once */
	KEYS_LOG2_MOST = 40,
	KEYS_GENERAL = 0, /* dk_kind: entries have a hash, too */
	KEYS_KINDS = 3,
	/* PyArrayObject, from numpy 1.7 to 2.x */
	/* PyArrayObject of numpy: where its memory is, and whether that is its own */
	NDARRAY_DATA = 16,
	NDARRAY_FLAGS = 64,
	NDARRAY_OWNS = 4,
	CHUNK_FLAGS = 7,
	CHUNK_MAPPED = 2,
	PAGE = 4096,
	VALUES_MOST = 256,
	ITEM_MOST = 16, /* bytes of an array's item */
	ALIKE = 64,     /* heads remembered that many tables have in common */
};

struct census {
	struct python_heap *heap;
	python_object_fn *object;
	void *context;
	struct memory_piece pieces[BATCH];
	unsigned char heads[BATCH][PYTHON_KEYS_HEAD];
	struct python_type *types[BATCH];
	uint8_t late[BATCH];   /* of enum late */
	uint64_t items[BATCH]; /* of LATE_ITEMS */
	uint64_t times[BATCH]; /* how many tables have this head */
	uint16_t alike[ALIKE]; /* by address, where one waits */
	size_t waiting;
	int error;
};

/* --- dict tables ------------------------------------------------------------------------------ */

/* By the number of places itself: 256 of them take two bytes each, though one would do. */
static uint64_t index_width(uint64_t places)
{
	if (places <= 0xff)
		return 1;
	if (places <= 0xffff)
		return 2;
	return places <= 0xffffffff ? 4 : 8;
}

/* Before 3.11 the head has the number of places; since then its logarithm, that of the index's
 * bytes, and what the entries are like. */
static bool read_places(const struct python *python, const unsigned char *head, uint64_t *places,
	uint64_t *index, bool *hashes)
{
	if (python->row.minor < 11) {
		*places = python_word(head + 8);
		if (*places < 1 || *places > UINT64_C(1) << KEYS_LOG2_MOST ||
			(*places & (*places - 1)) != 0)
			return false;
		*index = *places * index_width(*places);
		*hashes = true;
		return true;
	}
	if (head[KEYS_LOG2_SIZE] > KEYS_LOG2_MOST || head[KEYS_LOG2_INDEX] > KEYS_LOG2_MOST + 3 ||
		head[KEYS_LOG2_INDEX] < head[KEYS_LOG2_SIZE] || head[KEYS_KIND] >= KEYS_KINDS)
		return false;
	*places = UINT64_C(1) << head[KEYS_LOG2_SIZE];
	*index = UINT64_C(1) << head[KEYS_LOG2_INDEX];
	*hashes = head[KEYS_KIND] == KEYS_GENERAL;
	return true;
}

bool python_keys_read(const struct python *python, const unsigned char *head,
	struct python_keys *keys)
{
	uint64_t places, index;
	bool hashes;

	if (!read_places(python, head, &places, &index, &hashes))
		return false;
	keys->usable = python_word(head + python->row.keys_usable);
	keys->count = python_word(head + python->row.keys_count);
	if (keys->usable > places || keys->count > places)
		return false;
	keys->entry_size = hashes ? 24 : 16;
	keys->value = hashes ? 16 : 8;
	keys->entries = python->row.keys_indices + index;
	keys->size = keys->entries + (keys->usable + keys->count) * keys->entry_size;
	return true;
}

/* Bytes of the table of a dict whose keys' head of PYTHON_KEYS_HEAD bytes is HEAD; 0: no such head
 * can be. */
static uint64_t python_keys_size(const struct python *python, const unsigned char *head)
{
	struct python_keys keys;

	return python_keys_read(python, head, &keys) ? keys.size : 0;
}

/* Bytes of the table of values of a dict that shares its keys with others. */
static uint64_t split_size(const struct python *python, const unsigned char *head)
{
	struct python_keys keys;

	if (python->row.minor >= 13 || !python_keys_read(python, head, &keys))
		return 0; /* within the instance */
	uint64_t count = keys.usable + keys.count;
	if (count > VALUES_MOST)
		return 0;
	return count * 8 + (python->row.minor >= 11 ? (count + 2 + 7) / 8 * 8 : 0);
}

/* The bytes an array's user has, from the chunk that malloc gave it. */
static uint64_t buffer_size(const unsigned char *head)
{
	uint64_t word = python_word(head), size = word & ~(uint64_t)CHUNK_FLAGS;

	if (size % 16 != 0 || size < 32 || size > UINT64_C(1) << 46)
		return 0;
	if ((word & CHUNK_MAPPED) == 0)
		return size - 8;
	return size % PAGE == 0 ? size - 16 : size; /* from glibc 2.43 on without the header */
}

/* --- what hangs on an object ------------------------------------------------------------------ */

static uint64_t rounded(uint64_t bytes)
{
	return bytes > UINT64_C(1) << 46 ? 0 : (bytes + 15) / 16 * 16;
}

/* Text that is not all in its object: a copy in UTF-8, or what was made the old way. */
static uint64_t text_hanging(const struct python *python, const unsigned char *object, size_t have)
{
	uint32_t state = python_half(object + TEXT_STATE);
	size_t end = (size_t)python->row.text_ascii + 16;
	uint64_t bytes = 0;

	if ((state & TEXT_ASCII) != 0 && (state & TEXT_COMPACT) != 0)
		return 0;
	if (have >= end && python_word(object + end - 8) != 0)
		bytes = rounded(python_word(object + end - 16) + 1);
	if ((state & TEXT_COMPACT) == 0)
		bytes += rounded((python_word(object + TEXT_LENGTH) + 1) *
				 (state >> TEXT_KIND_SHIFT & 7));
	return bytes;
}

/* In 3.11 and 3.12 an instance's values have a block of their own while it has no dict. */
static uint64_t values_hanging(const struct python *python, const struct python_type *type,
	const unsigned char *bytes)
{
	if (type->values_size == 0 || type->before < 2 * GC_HEAD)
		return 0;
	if (python->row.minor == 11)
		return python_word(bytes) != 0 ? type->values_size : 0;
	return (python_word(bytes + 8) & 1) != 0 ? type->values_size : 0;
}

/* Blocks of 64 items; the first may begin in its middle. */
static uint64_t deque_hanging(const unsigned char *object)
{
	uint64_t items = python_word(object + OBJECT_SIZE);
	uint64_t left = python_word(object + DEQUE_LEFT_INDEX);

	if (items > UINT64_C(1) << 40 || left > DEQUE_BLOCK_ITEMS)
		return 0;
	return ((left + items) / DEQUE_BLOCK_ITEMS + 1) * rounded(DEQUE_BLOCK_SIZE);
}

/* A small set has its table in itself. */
static uint64_t set_hanging(const struct python_block *block, const unsigned char *object,
	uint32_t before)
{
	uint64_t mask = python_word(object + SET_MASK);

	if (python_word(object + SET_TABLE) == block->at + before + SET_SMALL)
		return 0;
	return mask < UINT64_C(1) << 40 ? rounded((mask + 1) * SET_ENTRY) : 0;
}

/* The memory of a C value that is its own and not within the object. */
static uint64_t cdata_hanging(const struct python_block *block, const unsigned char *object)
{
	uint64_t data = python_word(object + CDATA_BYTES);
	bool within = data >= block->at && data < block->at + block->size;

	return python_half(object + CDATA_OWNS) == 0 || within
		       ? 0
		       : rounded(python_word(object + CDATA_SIZE));
}

/* Nodes in their order, and a table of pointers to them. */
static uint64_t ordered_hanging(const unsigned char *object)
{
	uint64_t slots = python_word(object + ORDERED_SLOTS),
		 used = python_word(object + DICT_USED);

	if (slots > UINT64_C(1) << 40 || used > slots)
		return 0;
	return rounded(slots * 8) + used * ORDERED_NODE;
}

/* A size that only another read can tell: where it is, and what it is the head of. */
enum late { LATE_NOTHING, LATE_KEYS, LATE_VALUES, LATE_BUFFER, LATE_ITEMS, LATE_POOL };

static enum late late_head(const struct python_heap *heap, const struct python_type *type,
	const unsigned char *object, uint64_t have, uint64_t *address)
{
	const struct python *python = heap->python;

	if (type->kind == PYTHON_K_DICT && have >= DICT_SIZE) {
		*address = python_word(object + DICT_KEYS);
		/* all empty dicts share one that is in the program */
		if (*address >= python->image_start && *address < python->image_end)
			return LATE_NOTHING;
		return python_word(object + DICT_VALUES) != 0 ? LATE_VALUES : LATE_KEYS;
	}
	if (type->kind == PYTHON_K_NDARRAY && have >= NDARRAY_FLAGS + 4 &&
		(python_half(object + NDARRAY_FLAGS) & NDARRAY_OWNS) != 0) {
		*address = python_word(object + NDARRAY_DATA) - 8;
		return LATE_BUFFER;
	}
	if (type->kind == PYTHON_K_ARRAY && have >= ARRAY_KIND + 8) {
		*address = python_word(object + ARRAY_KIND);
		return LATE_ITEMS;
	}
	if (type->kind == PYTHON_K_STRUCT && have >= STRUCT_END) {
		*address = python_word(object + STRUCT_CODES);
		if (python_types_in_pool(heap->types, *address)) {
			*address -= *address % python->row.pool_size;
			return LATE_POOL;
		}
		*address -= 8;
		return LATE_BUFFER;
	}
	return LATE_NOTHING;
}

/* ITEMS is the number of an array's items. */
static uint64_t late_size(const struct python *python, enum late late, const unsigned char *head,
	uint64_t items)
{
	uint32_t size = python_half(head + ARRAY_ITEM_SIZE);

	if (late == LATE_BUFFER)
		return buffer_size(head);
	if (late == LATE_POOL)
		return (python_half(head + POOL_CLASS) % POOL_CLASSES + 1) * POOL_ALIGN;
	if (late == LATE_ITEMS)
		return size <= ITEM_MOST && items < UINT64_C(1) << 40 ? rounded(items * size) : 0;
	return late == LATE_VALUES ? split_size(python, head) : python_keys_size(python, head);
}

static size_t late_read(enum late late)
{
	return late == LATE_BUFFER || late == LATE_ITEMS ? 8 : PYTHON_KEYS_HEAD;
}

static uint64_t items_of(const struct python_type *type, const unsigned char *object)
{
	return type->kind == PYTHON_K_ARRAY ? python_word(object + ARRAY_ALLOCATED) : 0;
}

uint64_t python_hanging_late(const struct python_heap *heap, const struct python_type *type,
	const unsigned char *object, uint64_t have)
{
	unsigned char head[PYTHON_KEYS_HEAD];
	uint64_t address;
	enum late late = late_head(heap, type, object, have, &address);

	if (late == LATE_NOTHING ||
		memory_read(heap->python->memory, address, head, late_read(late)) != 0)
		return 0;
	return late_size(heap->python, late, head, items_of(type, object));
}

/* Heads of tables that hang outside of their objects, many by one system call. */
static void flush(struct census *census)
{
	const struct python *python = census->heap->python;

	if (census->waiting == 0)
		return;
	int error = memory_gather(python->memory, census->pieces, census->waiting);
	if (error != 0 && census->error == 0)
		census->error = error;
	for (size_t i = 0; error == 0 && i < census->waiting; i++)
		if (census->pieces[i].error == 0)
			census->types[i]->hanging += census->times[i] *
						     late_size(python, census->late[i],
							     census->heads[i], census->items[i]);
	census->waiting = 0;
}

/* Whether the head at ADDRESS waits already: instances of a class, which have their keys in common,
 * come one after the other. */
static bool waits_already(struct census *census, const struct python_type *type, uint64_t address)
{
	uint16_t *place = &census->alike[address / OBJECT_HEAD % ALIKE];
	size_t i = *place;

	*place = (uint16_t)census->waiting;
	if (i >= census->waiting || census->pieces[i].address != address ||
		census->types[i] != type || census->late[i] != LATE_VALUES)
		return false;
	*place = (uint16_t)i;
	census->times[i]++;
	return true;
}

/* The size stands in front of the table, which is elsewhere in memory: the place is noted, and read
 * with many others. Addresses that no program has are left out before. */
static void await_table(struct census *census, struct python_type *type,
	const unsigned char *object, uint64_t have)
{
	size_t i = census->waiting;
	uint64_t address;
	enum late late = late_head(census->heap, type, object, have, &address);

	if (late == LATE_NOTHING || address < 0x10000 || address >= UINT64_C(0x7fffffffffff) ||
		(late == LATE_VALUES && waits_already(census, type, address)))
		return;
	census->pieces[i] = (struct memory_piece){
		.address = address, .to = census->heads[i], .size = late_read(late)
	};
	census->types[i] = type;
	census->late[i] = (uint8_t)late;
	census->items[i] = items_of(type, object);
	census->times[i] = 1;
	if (++census->waiting == BATCH)
		flush(census);
}

/* Bytes that an object has outside of its own block, as far as the object itself tells how large
 * that is: the growing kinds keep their capacity. The rest is read later (await_table). */
static uint64_t find_hanging(struct census *census, struct python_type *type,
	const struct python_block *block)
{
	const struct python *python = census->heap->python;
	const unsigned char *object = block->bytes + type->before;
	uint64_t room = block->size < PYTHON_BLOCK_HAVE ? block->size : PYTHON_BLOCK_HAVE;
	uint64_t have = room - type->before, bytes = values_hanging(python, type, block->bytes);

	if (type->kind == PYTHON_K_LIST && have >= LIST_ALLOCATED + 8)
		return bytes + rounded(python_word(object + LIST_ALLOCATED) * 8);
	if (type->kind == PYTHON_K_BYTEARRAY && have >= BYTEARRAY_ALLOCATED + 8)
		return bytes + rounded(python_word(object + BYTEARRAY_ALLOCATED));
	if (type->kind == PYTHON_K_DEQUE && have >= DEQUE_RIGHT_INDEX + 8)
		return bytes + deque_hanging(object);
	if (type->kind == PYTHON_K_SET && have >= SET_SMALL)
		return bytes + set_hanging(block, object, type->before);
	if (type->kind == PYTHON_K_CDATA && have >= CDATA_END)
		return bytes + cdata_hanging(block, object);
	if ((type->flags & PYTHON_TEXT) != 0 && have >= TEXT_STATE + 4)
		return bytes + text_hanging(python, object, (size_t)have);
	if (type->ordered && have >= ORDERED_SLOTS + 8)
		bytes += ordered_hanging(object);
	await_table(census, type, object, have);
	return bytes;
}

/* A block in use that is no object is somebody's table, and is counted with whom it hangs from. */
static void take_block(void *context, const struct python_block *block)
{
	struct census *census = context;
	struct python_type *type = python_object_in(census->heap->types, block->bytes, block->size);

	if (type == NULL)
		return;
	type->count++;
	type->bytes += block->size;
	uint64_t hanging = find_hanging(census, type, block);
	type->hanging += hanging;
	if (census->object != NULL)
		census->object(census->context, block, type, hanging);
}

static void clear_counts(struct python_types *types)
{
	size_t count;
	struct python_type *const *list = python_types_list(types, &count);

	for (size_t i = 0; i < count; i++)
		list[i]->count = list[i]->bytes = list[i]->hanging = 0;
}

int python_census(struct python_heap *heap, python_object_fn *object, void *context)
{
	struct census *census = xalloc_zero(1, sizeof(*census));

	census->heap = heap;
	census->object = object;
	census->context = context;
	clear_counts(heap->types);
	int error = python_heap_find(heap);
	if (error == 0)
		error = python_heap_walk(heap, take_block, census);
	flush(census);
	if (error == 0)
		error = census->error;
	free(census);
	return error;
}
