/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_edge - whether a word in a block is a reference its owner has, and what it is called
 * there
 *
 * A word proves nothing: freed items, borrowed pointers and chance leave addresses anywhere.  It
 * is a reference when the object it stands in keeps references at just that place: an item below
 * the length of its list, a value of an entry of its dict, a variable of a frame that has not
 * ended. Weak references are none. /
 */
#pragma once

#include "inspect/python/python_census.h"
#include "inspect/python/python_owners.h"

enum python_how {
	PYTHON_H_ITEM,      /* of a list, tuple, set, deque */
	PYTHON_H_VALUE,     /* of a dict, under the key NAME (a str object) */
	PYTHON_H_KEY,       /* of a dict */
	PYTHON_H_ATTRIBUTE, /* NAME (a str object) of an instance */
	PYTHON_H_MEMBER,    /* NAME (a C string) of an instance: slots, fields of C types */
	PYTHON_H_NAMESPACE, /* it is the holder's own dict */
	PYTHON_H_CELL,      /* in the cell of a closure */
	PYTHON_H_CLOSURE,   /* it is the closure of a function */
	PYTHON_H_FUNCTION,  /* defaults of a function's parameters */
	PYTHON_H_METHOD,    /* the object a method is bound to, or its function */
	PYTHON_H_VARIABLE,  /* number INDEX of the code at NAME, in a frame kept by the holder */
	PYTHON_H_AWAITED,   /* what a frame is at work with */
	PYTHON_H_CACHED,    /* by functools.lru_cache */
	PYTHON_H_INSIDE,    /* in a field of a C type that has no name */
	PYTHON_H_RAW,       /* in memory whose owner is not known yet: the holder is a block */
};

/* The way from one object to another that a word turned out to be. */
struct python_edge {
	uint64_t holder;                /* an object; for PYTHON_H_RAW a block */
	const struct python_type *type; /* of it; NULL for PYTHON_H_RAW */
	enum python_how how;
	uint32_t index;
	uint64_t name; /* 0: none */
};

struct python_prover {
	struct python_heap *heap;
	const struct python_owners *owners;
};

/* Whether the word at ADDRESS is a reference, and whose. */
bool python_edge_prove(const struct python_prover *prover, uint64_t address,
	struct python_edge *edge);
