/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_edge - see python_edge.h; references within an object */
#include "inspect/python/python_edge_priv.h"

#include <string.h>

enum {
	MEMBERS_MOST = 512,    /* of a type */
	MEMBER_OBJECT = 6,     /* PyMemberDef.type: an object, */
	MEMBER_OBJECT_EX = 16, /* or nothing */
	/* lru_list_elem of functools' cache */
	LRU_KEY = 40,
	LRU_RESULT = 48,
	/* PyWeakReference; what stands between these is not held */
	WEAKREF_CALLBACK = 24,
	WEAKREF_END = 56,
	STATE_BEFORE_FRAME = 5, /* gi_frame_state is so many bytes before gi_iframe */
	FRAME_ENDED = 1,        /* and later states: its variables are gone */
	OWNED_BY_FRAME_OBJECT = 2,
	INLINE_VALUES_HEAD = 8,
	ITEMS_MOST = 1 << 30,
};

/* A word within an object. */
struct spot {
	const struct python_prover *prover;
	const struct python *python;
	const struct python_type *type;
	uint64_t object;
	uint64_t offset;           /* of the word, from the object on */
	const unsigned char *head; /* of the object */
	size_t have;
};

static uint64_t word_at(const struct spot *spot, uint64_t offset)
{
	uint64_t value = 0;

	if (offset + 8 <= spot->have)
		return python_word(spot->head + offset);
	return memory_word(spot->python->memory, spot->object + offset, &value) == 0 ? value : 0;
}

static bool set_edge(struct python_edge *edge, enum python_how how, uint32_t index, uint64_t name)
{
	edge->how = how;
	edge->index = index;
	edge->name = name;
	return true;
}

/* A slot or field by the table of members that its type, or one it is made from, has. */
static bool prove_member(const struct spot *spot, struct python_edge *edge)
{
	struct memory *memory = spot->python->memory;
	uint64_t type = spot->type->at, members;

	for (unsigned i = 0; i < PYTHON_BASES_MOST && python_plausible(type); i++) {
		if (memory_word(memory, type + TYPE_MEMBERS, &members) != 0)
			return false;
		for (unsigned k = 0; k < MEMBERS_MOST && python_plausible(members); k++) {
			uint64_t member[3];

			if (memory_read(memory, members + (uint64_t)k * MEMBER_SIZE, member,
				    sizeof(member)) != 0 ||
				member[0] == 0)
				break;
			uint32_t kind = (uint32_t)member[1];
			if (member[2] == spot->offset &&
				(kind == MEMBER_OBJECT || kind == MEMBER_OBJECT_EX))
				return set_edge(edge, PYTHON_H_MEMBER, 0, member[0]);
		}
		if (memory_word(memory, type + TYPE_BASE, &type) != 0)
			return false;
	}
	return false;
}

/* From 3.13 on the values of attributes may be in the object, behind what its class says of it. */
static bool prove_inline(const struct spot *spot, struct python_edge *edge)
{
	uint64_t values = spot->type->basic_size;

	if (spot->python->row.minor < 13 || (spot->type->flags & PYTHON_INLINE_VALUES) == 0 ||
		spot->offset < values + INLINE_VALUES_HEAD)
		return false;
	uint64_t head = word_at(spot, values);
	uint64_t index = (spot->offset - values - INLINE_VALUES_HEAD) / 8;
	/* capacity, size, embedded, valid */
	if (index >= (head & 0xff) || (head >> 24 & 0xff) != 1)
		return false;
	return set_edge(edge, PYTHON_H_ATTRIBUTE, (uint32_t)index,
		python_attribute_name(spot->python, spot->type, index));
}

/* The object's own dict: up to 3.11 that of a subclass of tuple or int lies behind its items, of
 * which numbers that are below 0 have a count below 0. */
static bool prove_namespace(const struct spot *spot, struct python_edge *edge)
{
	int64_t place = spot->type->dict_offset;

	if (place < 0) {
		uint64_t items = word_at(spot, OBJECT_SIZE);

		if (items > INT64_MAX)
			items = -items;
		if (items >= ITEMS_MOST)
			return false;
		place += (int64_t)(spot->type->basic_size + items * spot->type->item_size + 7) / 8 *
			 8;
	}
	return place > 0 && spot->offset == (uint64_t)place &&
	       set_edge(edge, PYTHON_H_NAMESPACE, 0, 0);
}

/* A weak reference holds nothing, so that one is no edge. Then by what the type says of its own
 * layout: its dict, its members, its items behind it. */
static bool prove_other(const struct spot *spot, struct python_edge *edge)
{
	uint64_t end = spot->type->basic_size;

	if (spot->offset == spot->type->weak_offset)
		return false;
	if (prove_namespace(spot, edge) || prove_member(spot, edge) || prove_inline(spot, edge))
		return true;
	if (spot->type->item_size == 8) {
		uint64_t items = word_at(spot, OBJECT_SIZE);

		end += items < ITEMS_MOST ? items * 8 : 0;
	}
	return spot->offset + 8 <= end && set_edge(edge, PYTHON_H_INSIDE, 0, 0);
}

/* --- frames ----------------------------------------------------------------------------------- */

/* How many words of the frame at FRAME, from its first variable on, are references. */
static uint64_t words_in_use(const struct spot *spot, uint64_t frame, uint32_t variables)
{
	const struct python_layout *row = &spot->python->row;
	uint64_t top, first = frame + row->frame_locals, words = variables;

	if (memory_word(spot->python->memory, frame + row->frame_top, &top) != 0)
		return words;
	if (row->minor == 10)
		words += (int32_t)top > 0 ? (uint32_t)top : 0;
	else if (row->minor >= 11 && row->minor <= 13)
		words = (int32_t)top > (int32_t)variables ? (uint32_t)top : variables;
	else if (top > first + 8 * words)
		words = (top - first) / 8;
	return words < variables + PYTHON_VARIABLES_MOST ? words : variables;
}

/* Locals of a frame come first, by the code's count of variables, then the stack it evaluates on:
 * a value there is waited for by who called. */
static bool prove_frame(const struct spot *spot, uint64_t frame, struct python_edge *edge)
{
	const struct python_layout *row = &spot->python->row;
	uint64_t code, address = spot->object + spot->offset;

	if (address < frame + row->frame_locals ||
		memory_word(spot->python->memory, frame + row->frame_code, &code) != 0)
		return false;
	code &= ~UINT64_C(7);
	if (python_type_at(spot->python, code) != spot->python->builtin[PYTHON_B_CODE])
		return false;
	uint32_t variables = python_variable_count(spot->python, code);
	uint64_t index = (address - frame - row->frame_locals) / 8;
	if (index < variables)
		return set_edge(edge, PYTHON_H_VARIABLE, (uint32_t)index, code);
	return index < words_in_use(spot, frame, variables) &&
	       set_edge(edge, PYTHON_H_AWAITED, 0, code);
}

/* Before 3.11 a generator points at its frame; since then the frame is part of it, and gone once
 * it has ended. */
static bool prove_generator(const struct spot *spot, struct python_edge *edge)
{
	const struct python_layout *row = &spot->python->row;
	uint64_t frame = spot->object + row->generator_frame;

	if (row->minor < 11 || spot->offset < (uint64_t)row->generator_frame)
		return prove_other(spot, edge);
	uint64_t state = word_at(spot, row->generator_frame - (uint64_t)STATE_BEFORE_FRAME);
	return (int8_t)state < FRAME_ENDED && prove_frame(spot, frame, edge);
}

static bool prove_frame_object(const struct spot *spot, struct python_edge *edge)
{
	const struct python_layout *row = &spot->python->row;

	if (row->minor < 11)
		return spot->offset >= row->frame_locals ? prove_frame(spot, spot->object, edge)
							 : prove_other(spot, edge);
	uint64_t within = row->frame_object_frame;
	if (spot->offset < within)
		return prove_other(spot, edge);
	/* 3.14 has the owner in the upper half of its word */
	uint64_t owner = word_at(spot, within + row->frame_owner) & 0xff;
	return owner == OWNED_BY_FRAME_OBJECT && prove_frame(spot, spot->object + within, edge);
}

/* --- kinds ------------------------------------------------------------------------------------ */

/* Items begin right behind the head, as many as its size says. */
static bool prove_tuple(const struct spot *spot, struct python_edge *edge)
{
	uint64_t items = spot->python->row.tuple_items;

	if (spot->offset < items)
		return false;
	if (prove_namespace(spot, edge))
		return true;
	uint64_t index = (spot->offset - items) / 8;
	return index < word_at(spot, OBJECT_SIZE) && index < ITEMS_MOST &&
	       set_edge(edge, PYTHON_H_ITEM, (uint32_t)index, 0);
}

/* Only items of the table inside of it; a larger table is memory of its own, and another edge. */
static bool prove_set(const struct spot *spot, struct python_edge *edge)
{
	if (spot->offset >= SET_END)
		return prove_other(spot, edge);
	return spot->offset >= SET_SMALL && (spot->offset - SET_SMALL) % SET_ENTRY == 0 &&
	       word_at(spot, SET_TABLE) == spot->object + SET_SMALL &&
	       set_edge(edge, PYTHON_H_ITEM, 0, 0);
}

/* Closure, defaults and namespace are told apart, since they are mended in different places of the
 * source. */
static bool prove_function(const struct spot *spot, struct python_edge *edge)
{
	const struct python_layout *row = &spot->python->row;

	if (spot->offset == row->function_closure)
		return set_edge(edge, PYTHON_H_CLOSURE, 0, 0);
	if (spot->offset == row->function_defaults ||
		spot->offset == row->function_keyword_defaults)
		return set_edge(edge, PYTHON_H_FUNCTION, 0, 0);
	if (spot->offset == row->function_dict)
		return set_edge(edge, PYTHON_H_NAMESPACE, 0, 0);
	return spot->offset == row->function_code && set_edge(edge, PYTHON_H_INSIDE, 0, 0);
}

/* The object a weak reference refers to is not held by it; what a subclass adds is. */
static bool prove_weakref(const struct spot *spot, struct python_edge *edge)
{
	if (spot->offset == WEAKREF_CALLBACK)
		return set_edge(edge, PYTHON_H_INSIDE, 0, 0);
	return spot->offset >= WEAKREF_END && prove_other(spot, edge);
}

static bool prove_kind(const struct spot *spot, struct python_edge *edge)
{
	switch (spot->type->kind) {
	case PYTHON_K_LEAF:
	case PYTHON_K_BYTEARRAY:
	case PYTHON_K_ARRAY:
	case PYTHON_K_STRUCT: /* what a subclass adds */
		return prove_namespace(spot, edge);
	case PYTHON_K_TYPE:
	case PYTHON_K_MODULE:
		return false;
	case PYTHON_K_TUPLE:
		return prove_tuple(spot, edge);
	case PYTHON_K_SET:
		return prove_set(spot, edge);
	case PYTHON_K_LIST:
		return spot->offset > LIST_ALLOCATED && prove_other(spot, edge);
	case PYTHON_K_DICT:
		return spot->offset >= DICT_SIZE && prove_other(spot, edge);
	case PYTHON_K_CELL:
		return spot->offset == CELL_VALUE && set_edge(edge, PYTHON_H_CELL, 0, 0);
	case PYTHON_K_FUNCTION:
		return prove_function(spot, edge);
	case PYTHON_K_METHOD:
		return (spot->offset == METHOD_SELF || spot->offset == METHOD_FUNCTION) &&
		       set_edge(edge, PYTHON_H_METHOD, 0, 0);
	case PYTHON_K_GENERATOR:
		return prove_generator(spot, edge);
	case PYTHON_K_FRAME:
		return prove_frame_object(spot, edge);
	case PYTHON_K_WEAKREF:
		return prove_weakref(spot, edge);
	case PYTHON_K_LRU_LINK:
		return (spot->offset == LRU_KEY || spot->offset == LRU_RESULT) &&
		       set_edge(edge, PYTHON_H_CACHED, 0, 0);
	case PYTHON_K_DEQUE:
		/* its blocks are tables; those that are empty keep what was in them */
		return prove_other(spot, edge) && edge->how != PYTHON_H_INSIDE;
	case PYTHON_K_ELEMENT: /* its children are in tables */
	case PYTHON_K_NDARRAY:
	case PYTHON_K_CDATA:
	case PYTHON_K_CODE:
	case PYTHON_K_OTHER:
		break;
	}
	return prove_other(spot, edge);
}

/* Words before an object: links of the collector's, and from 3.11 on its dict. */
static bool prove_before(const struct spot *spot, uint64_t before_object, struct python_edge *edge)
{
	return spot->type->before > GC_HEAD && before_object == GC_HEAD + 8 &&
	       set_edge(edge, PYTHON_H_NAMESPACE, 0, 0);
}

bool python_edge_prove(const struct python_prover *prover, uint64_t address,
	struct python_edge *edge)
{
	struct python_found found;
	struct spot spot = { .prover = prover, .python = prover->heap->python };

	if (!python_heap_block_at(prover->heap, address, &found))
		return false;
	spot.type = python_object_in(prover->heap->types, found.head, found.size);
	if (spot.type == NULL)
		return python_table_prove(prover, found.at, found.size, address, edge);
	spot.object = found.at + spot.type->before;
	spot.head = found.head + spot.type->before;
	spot.have = (found.size < sizeof(found.head) ? (size_t)found.size : sizeof(found.head)) -
		    spot.type->before;
	edge->holder = spot.object;
	edge->type = spot.type;
	if (address < spot.object)
		return prove_before(&spot, spot.object - address, edge);
	spot.offset = address - spot.object;
	return spot.offset >= OBJECT_HEAD && prove_kind(&spot, edge);
}
