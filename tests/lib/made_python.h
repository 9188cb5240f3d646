/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_python - a small CPython 3.11 as it lies in memory: types, pools, objects; for tests that
 * change any byte of it /
 */
#pragma once

#include "inspect/python/python_runtime.h"

#include <stddef.h>
#include <stdint.h>

enum {
	MADE_TYPES_SIZE = 32768, /* of the part with types and their names */
	MADE_POOL_SIZE = 16384,
	MADE_POOLS = 24,
	MADE_POOLS_SIZE = MADE_POOLS * MADE_POOL_SIZE,
};

enum made_type {
	MADE_TYPE,
	MADE_TEXT,
	MADE_LIST,
	MADE_DICT,
	MADE_TUPLE,
	MADE_MODULE,
	MADE_WEAKREF,
	MADE_KEPT, /* a class with one slot, "next" */
	MADE_COUNT
};

struct made_python {
	unsigned char *types, *pools; /* what may be changed */
	size_t pool_count;
	size_t type_used; /* bytes of names */
	struct memory *memory;
	struct python python;
};

void made_python_init(struct made_python *made);
void made_python_done(struct made_python *made);

/* Objects; each has one reference.  Addresses in the made process. */
uint64_t made_text(struct made_python *made, const char *text);
uint64_t made_list(struct made_python *made, const uint64_t *items, size_t count);
uint64_t made_tuple(struct made_python *made, const uint64_t *items, size_t count);
uint64_t made_dict(struct made_python *made, const uint64_t *keys, const uint64_t *values,
	size_t count); /* at most 5 */
uint64_t made_module(struct made_python *made, const char *name, uint64_t dict);
uint64_t made_weakref(struct made_python *made, uint64_t object);
uint64_t made_kept(struct made_python *made, uint64_t next);

/* A block of SIZE bytes as pymalloc gives it; and given back, the newest first. */
uint64_t made_block(struct made_python *made, size_t size);
void made_free(struct made_python *made, uint64_t block);

/* The word at ADDRESS. */
uint64_t made_word(const struct made_python *made, uint64_t address);
void made_put(struct made_python *made, uint64_t address, uint64_t word);

/* A module "app" whose list "REGISTRY" has COUNT objects of Kept. */
uint64_t made_world(struct made_python *made, size_t count);
