/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_gather - see python_gather.h */
#include "inspect/python/python_gather.h"

#include "base/real.h"

#include <string.h>

enum {
	MARK_OTHER = 1, /* it has another name */
	MARK_FIRST = 2, /* and further ones: of choice 0 ... */
	DEQUE_BLOCKS_MOST = 1 << 16,
	BYTES_OF_A_TABLE = 128, /* of pools, for each object that has one: a generous guess */
	LEAF_LEAST = 1 << 16,
	COMMON = 1 << 18, /* objects of a type */
};

/* Whether FULL ("collections.deque") ends in NAME ("deque"). */
static bool ends_in(const char *full, const char *name)
{
	const char *last = strrchr(full, '.');

	return strcmp(full, name) == 0 || (last != NULL && strcmp(last + 1, name) == 0);
}

/* Whether TYPE is meant by NAME, in which a module may stand that is not in its own. */
static bool is_named(const struct python *python, const struct python_type *type, const char *name)
{
	char full[PYTHON_FULL_NAME_MOST];

	if (ends_in(type->name, name))
		return true;
	if (!ends_in(name, type->name))
		return false;
	python_type_full_name(python, type, full);
	return strcmp(full, name) == 0;
}

/* Types are many and objects millions, so that the name is compared once a type; its mark answers
 * from then on. */
static struct python_choice *choice_of(struct python_gather *gather, struct python_type *type)
{
	if (type->mark == 0) {
		bool wanted = is_named(gather->heap->python, type, gather->name) &&
			      gather->choice_count < PYTHON_CANDIDATES;

		type->mark = MARK_OTHER;
		if (wanted) {
			type->mark = (uint8_t)(MARK_FIRST + gather->choice_count);
			gather->choices[gather->choice_count++].type = type;
		}
	}
	return type->mark >= MARK_FIRST ? &gather->choices[type->mark - MARK_FIRST] : NULL;
}

/* In (0, 1]; the same sequence in every run. */
static double next_random(struct python_gather *gather)
{
	gather->random = gather->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return ((double)(gather->random >> 11) + 1) / (double)(UINT64_C(1) << 53);
}

/* Keeps the PYTHON_SAMPLES objects of the greatest keys log(random) / bytes: each byte has the same
 * chance to be looked at. */
static void choose_object(struct python_gather *gather, struct python_choice *choice, uint64_t at,
	uint64_t bytes)
{
	double key = real_log(next_random(gather)) / (double)bytes;

	choice->bytes += bytes;
	if (choice->count < PYTHON_SAMPLES) {
		choice->key[choice->count] = key;
		choice->at[choice->count++] = at;
	} else if (key > choice->key[choice->least]) {
		choice->key[choice->least] = key;
		choice->at[choice->least] = at;
	} else {
		return;
	}
	for (unsigned i = 0; i < choice->count; i++)
		if (choice->key[i] < choice->key[choice->least])
			choice->least = i;
}

/* Where there are more tables than places those of the commonest types get no more, unless they are
 * large: who holds millions of objects has a large one, or is of a type of which there are few. */
static void own_table(struct python_gather *gather, const struct python_type *type, uint64_t table,
	uint64_t owner)
{
	if (!python_owners_crowded(&gather->owners) || type->count < COMMON ||
		!python_types_in_pool(gather->heap->types, table))
		python_owners_add(&gather->owners, table, owner);
}

/* The blocks of a deque form a chain. */
static void own_deque(struct python_gather *gather, const struct python_type *type,
	const unsigned char *object, uint64_t at)
{
	struct memory *memory = gather->heap->python->memory;
	uint64_t items = python_word(object + OBJECT_SIZE),
		 block = python_word(object + DEQUE_LEFT);
	uint64_t last = python_word(object + DEQUE_RIGHT), count = items / DEQUE_BLOCK_ITEMS + 2;

	for (uint64_t i = 0; i < count && i < DEQUE_BLOCKS_MOST && python_plausible(block); i++) {
		own_table(gather, type, block, at);
		if (block == last || memory_word(memory, block + DEQUE_BLOCK_NEXT, &block) != 0)
			return;
	}
}

static void own_children(struct python_gather *gather, const struct python_type *type,
	uint64_t extra, uint64_t at)
{
	uint64_t children;

	if (python_plausible(extra) &&
		memory_word(gather->heap->python->memory, extra + EXTRA_CHILDREN, &children) == 0)
		own_table(gather, type, children == extra + EXTRA_SMALL ? extra : children, at);
}

/* In 3.11 and 3.12 an instance's attributes may lie in a table of their own, which the words in
 * front of the object lead to; 3.12 marks by the lowest bit that it is one. */
static void own_values(struct python_gather *gather, const struct python_type *type,
	const unsigned char *bytes, uint64_t at)
{
	uint64_t values = python_word(bytes);

	if (type->values_size == 0 || type->before < 2 * GC_HEAD)
		return;
	if (gather->heap->python->row.minor == 12) {
		values = python_word(bytes + 8);
		values = (values & 1) != 0 ? values + 1 : 0;
	}
	if (values != 0)
		own_table(gather, type, values, at);
}

/* A table is owned by the object it hangs from, so that what points out of it points out of the
 * object. One that lies inside its object's own block needs no note. */
static void own_tables(struct python_gather *gather, const struct python_block *block,
	const struct python_type *type, uint64_t at)
{
	const unsigned char *object = block->bytes + type->before;
	uint64_t have = block->size < PYTHON_BLOCK_HAVE ? block->size : PYTHON_BLOCK_HAVE;
	uint64_t table = 0;

	have -= type->before;
	own_values(gather, type, block->bytes, at);
	if (type->kind == PYTHON_K_LIST && have >= LIST_ALLOCATED)
		table = python_word(object + LIST_ITEMS);
	if (type->kind == PYTHON_K_SET && have >= SET_SMALL)
		table = python_word(object + SET_TABLE);
	if (type->kind == PYTHON_K_DICT && have >= DICT_SIZE) {
		table = python_word(object + DICT_VALUES);
		if (table == 0)
			table = python_word(object + DICT_KEYS);
	}
	if (table != 0 && !(table >= at && table < at + block->size))
		own_table(gather, type, table, at);
	if (type->kind == PYTHON_K_DEQUE && have >= DEQUE_RIGHT_INDEX + 8)
		own_deque(gather, type, object, at);
	if (type->kind == PYTHON_K_ELEMENT && have >= ELEMENT_EXTRA + 8)
		own_children(gather, type, python_word(object + ELEMENT_EXTRA), at);
}

/* Bytes of one object that are not known while objects are counted. */
static uint64_t late_bytes(const struct python_gather *gather, const struct python_block *block,
	const struct python_type *type)
{
	uint64_t have = block->size < PYTHON_BLOCK_HAVE ? block->size : PYTHON_BLOCK_HAVE;

	return python_hanging_late(gather->heap, type, block->bytes + type->before,
		have - type->before);
}

/* Modules and classes are what ways end in. Leaves (texts, bytes, numbers) hold nothing, so large
 * ones are left out of the search for pointers, which saves most of the reading. */
static void take_object(void *context, const struct python_block *block, struct python_type *type,
	uint64_t hanging)
{
	struct python_gather *gather = context;
	struct python_choice *choice = choice_of(gather, type);
	uint64_t at = block->at + type->before;

	if (gather->owners.places == NULL)
		python_owners_init(&gather->owners, gather->heap->pool_count *
							    gather->heap->python->row.pool_size /
							    BYTES_OF_A_TABLE);
	if (choice != NULL)
		choose_object(gather, choice, at,
			block->size + hanging + late_bytes(gather, block, type));
	if (type->kind == PYTHON_K_MODULE)
		python_roots_module(&gather->roots, gather->heap->python, at);
	else if (type->kind == PYTHON_K_TYPE)
		python_roots_class(&gather->roots, gather->heap->python, at);
	else if (type->kind == PYTHON_K_FUNCTION)
		python_roots_function(&gather->roots, gather->heap->python, at);
	else if (type->kind == PYTHON_K_LEAF && block->size >= LEAF_LEAST)
		python_heap_leaf(gather->heap, block->at);
	else
		own_tables(gather, block, type, at);
}

int python_gather(struct python_gather *gather, struct python_heap *heap, const char *name)
{
	size_t count;

	memset(gather, 0, sizeof(*gather));
	gather->heap = heap;
	gather->name = name;
	gather->random = 1;
	python_roots_init(&gather->roots);
	int error = python_census(heap, take_object, gather);
	if (gather->owners.places == NULL)
		python_owners_init(&gather->owners, 0);
	struct python_type *const *types = python_types_list(heap->types, &count);
	for (size_t i = 0; i < count; i++)
		python_roots_class(&gather->roots, heap->python, types[i]->at);
	python_roots_frames(&gather->roots, heap->python);
	return error;
}

void python_gather_done(struct python_gather *gather)
{
	python_owners_done(&gather->owners);
	python_roots_done(&gather->roots);
}

const struct python_choice *python_gather_choice(const struct python_gather *gather)
{
	const struct python_choice *best = NULL;

	for (unsigned i = 0; i < gather->choice_count; i++)
		if (gather->choices[i].count > 0 &&
			(best == NULL || gather->choices[i].bytes > best->bytes))
			best = &gather->choices[i];
	return best;
}
