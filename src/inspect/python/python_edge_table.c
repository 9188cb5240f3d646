/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_edge_table - references in memory that belongs to an object (python_edge.h): a list's
 * items, a dict's entries, a set's, a deque's blocks, an element's children, an instance's values /
 */
#include "inspect/python/python_edge_priv.h"

#include <string.h>

enum {
	VALUES_PREFIX_MOST = 64, /* bytes before an instance's values, in 3.11 and 3.12 */
	VALUES_MOST = 256,
	OBJECT_READ = 64,
};

struct edge_table {
	const struct python_prover *prover;
	const struct python *python;
	uint64_t at, size; /* the block */
	uint64_t start;    /* where its owner says that the table begins */
	uint64_t address;  /* of the word */
	uint64_t owner;
	const struct python_type *type;
	unsigned char object[OBJECT_READ];
};

/* The object at ADDRESS, read: its type, and the first HAVE bytes (at most PYTHON_BLOCK_HAVE) of
 * it in TO.  NULL: there is none. */
static const struct python_type *python_object_read(const struct python_prover *prover,
	uint64_t address, unsigned char *to, size_t have)
{
	if (!python_plausible(address) ||
		memory_read(prover->heap->python->memory, address, to, have) != 0)
		return NULL;
	uint64_t type = python_word(to + OBJECT_TYPE);
	return python_is_referenced(to) && python_plausible(type)
		       ? python_type_of(prover->heap->types, type)
		       : NULL;
}

uint64_t python_attribute_name(const struct python *python, const struct python_type *type,
	uint64_t index)
{
	unsigned char head[PYTHON_KEYS_HEAD];
	struct python_keys keys;
	uint64_t name;

	if (type->keys == 0 || memory_read(python->memory, type->keys, head, sizeof(head)) != 0 ||
		!python_keys_read(python, head, &keys) || index >= keys.count)
		return 0;
	return memory_word(python->memory,
		       type->keys + keys.entries + index * keys.entry_size + keys.value - 8,
		       &name) == 0
		       ? name
		       : 0;
}

static bool set_edge(const struct edge_table *table, struct python_edge *edge, enum python_how how,
	uint64_t name)
{
	edge->holder = table->owner;
	edge->type = table->type;
	edge->how = how;
	edge->index = 0;
	edge->name = name;
	return true;
}

/* In use only up to its length: what stands behind that in its table is left over. */
static bool prove_list(const struct edge_table *table, struct python_edge *edge)
{
	uint64_t index = (table->address - table->start) / 8;

	return python_word(table->object + LIST_ITEMS) == table->start &&
	       index < python_word(table->object + OBJECT_SIZE) &&
	       set_edge(table, edge, PYTHON_H_ITEM, 0);
}

/* An entry is a pointer and a hash. */
static bool prove_set(const struct edge_table *table, struct python_edge *edge)
{
	uint64_t offset = table->address - table->start;

	return python_word(table->object + SET_TABLE) == table->start && offset % SET_ENTRY == 0 &&
	       offset / SET_ENTRY <= python_word(table->object + SET_MASK) &&
	       set_edge(table, edge, PYTHON_H_ITEM, 0);
}

/* An entry's value or key. */
static bool prove_entry(const struct edge_table *table, struct python_edge *edge)
{
	unsigned char head[PYTHON_KEYS_HEAD];
	struct python_keys keys;
	uint64_t offset = table->address - table->start, name = 0;
	struct memory *memory = table->python->memory;

	if (memory_read(memory, table->start, head, sizeof(head)) != 0 ||
		!python_keys_read(table->python, head, &keys) || offset < keys.entries)
		return false;
	uint64_t index = (offset - keys.entries) / keys.entry_size;
	uint64_t within = (offset - keys.entries) % keys.entry_size;
	if (index >= keys.count)
		return false;
	if (within == keys.value - 8)
		return set_edge(table, edge, PYTHON_H_KEY, 0);
	if (within != keys.value || memory_word(memory, table->address - 8, &name) != 0)
		return false;
	return set_edge(table, edge, PYTHON_H_VALUE, name);
}

/* The values of a dict that shares its keys with others. */
static bool prove_values(const struct edge_table *table, uint64_t values, uint64_t keys_at,
	enum python_how how, struct python_edge *edge)
{
	unsigned char head[PYTHON_KEYS_HEAD];
	struct python_keys keys;
	uint64_t name = 0;

	if (table->address < values ||
		memory_read(table->python->memory, keys_at, head, sizeof(head)) != 0 ||
		!python_keys_read(table->python, head, &keys))
		return false;
	uint64_t index = (table->address - values) / 8;
	if (index >= keys.count + keys.usable || index >= VALUES_MOST)
		return false;
	if (index < keys.count &&
		memory_word(table->python->memory,
			keys_at + keys.entries + index * keys.entry_size + keys.value - 8,
			&name) != 0)
		name = 0;
	return set_edge(table, edge, how, name);
}

/* Split dicts (of instances) keep keys with their class and only values with themselves. */
static bool prove_dict(const struct edge_table *table, struct python_edge *edge)
{
	uint64_t keys = python_word(table->object + DICT_KEYS);
	uint64_t values = python_word(table->object + DICT_VALUES);

	if (keys == table->start && values == 0)
		return prove_entry(table, edge);
	return values == table->start &&
	       prove_values(table, values + (table->python->row.minor >= 13 ? 8 : 0), keys,
		       PYTHON_H_VALUE, edge);
}

/* A block between others, which only its chain tells; the ends have items from one index on, or
 * up to one. */
static bool prove_deque(const struct edge_table *table, struct python_edge *edge)
{
	uint64_t index = (table->address - table->start) / 8 - 1;
	uint64_t first = 0, last = DEQUE_BLOCK_ITEMS - 1;

	if (python_word(table->object + OBJECT_SIZE) == 0 || table->address < table->start + 8)
		return false;
	if (python_word(table->object + DEQUE_LEFT) == table->start)
		first = python_word(table->object + DEQUE_LEFT_INDEX);
	if (python_word(table->object + DEQUE_RIGHT) == table->start)
		last = python_word(table->object + DEQUE_RIGHT_INDEX);
	return index >= first && index <= last && index < DEQUE_BLOCK_ITEMS &&
	       set_edge(table, edge, PYTHON_H_ITEM, 0);
}

/* An element's children, in a table or, a few, within what else it has. */
static bool prove_element(const struct edge_table *table, struct python_edge *edge)
{
	uint64_t extra = python_word(table->object + ELEMENT_EXTRA), count, children;
	struct memory *memory = table->python->memory;

	return python_plausible(extra) && memory_word(memory, extra + EXTRA_COUNT, &count) == 0 &&
	       memory_word(memory, extra + EXTRA_CHILDREN, &children) == 0 &&
	       table->start == (children == extra + EXTRA_SMALL ? extra : children) &&
	       table->address >= children && (table->address - children) / 8 < count &&
	       set_edge(table, edge, PYTHON_H_ITEM, 0);
}

/* An instance's values in 3.11 and 3.12, which its words before the object lead to. */
static bool prove_instance(const struct edge_table *table, struct python_edge *edge)
{
	uint64_t before[2];

	if (table->type->values_size == 0 ||
		memory_read(table->python->memory, table->owner - 32, before, sizeof(before)) != 0)
		return false;
	if (table->python->row.minor == 11 ? before[0] != table->start
					   : before[1] + 1 != table->start)
		return false;
	return prove_values(table, table->start, table->type->keys, PYTHON_H_ATTRIBUTE, edge);
}

static bool prove_guess(struct edge_table *table, struct python_edge *edge)
{
	table->type = python_object_read(table->prover, table->owner, table->object,
		sizeof(table->object));
	if (table->type == NULL || table->address < table->start)
		return false;
	if (table->type->values_size != 0 && prove_instance(table, edge))
		return true;
	if (table->type->kind == PYTHON_K_LIST)
		return prove_list(table, edge);
	if (table->type->kind == PYTHON_K_SET)
		return prove_set(table, edge);
	if (table->type->kind == PYTHON_K_DICT)
		return prove_dict(table, edge);
	if (table->type->kind == PYTHON_K_ELEMENT)
		return prove_element(table, edge);
	return table->type->kind == PYTHON_K_DEQUE && prove_deque(table, edge);
}

bool python_table_prove(const struct python_prover *prover, uint64_t table, uint64_t size,
	uint64_t address, struct python_edge *edge)
{
	struct edge_table found = { .prover = prover,
		.python = prover->heap->python,
		.at = table,
		.size = size,
		.address = address };
	uint64_t guesses[PYTHON_GUESSES_MOST];

	/* all tables begin where their block does, but for values behind a prefix */
	for (uint64_t prefix = 0; prefix <= VALUES_PREFIX_MOST && prefix < size; prefix += 8) {
		found.start = table + prefix;
		size_t count = python_owners_find(prover->owners, found.start, guesses);

		for (size_t i = 0; i < count; i++) {
			found.owner = guesses[i];
			if (prove_guess(&found, edge))
				return true;
		}
	}
	edge->holder = table;
	edge->type = NULL;
	edge->how = PYTHON_H_RAW;
	edge->index = 0;
	edge->name = 0;
	return true;
}
