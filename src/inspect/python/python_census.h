/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_census - what a Python's heap holds: objects by type, with what hangs on them
 *
 * Counts are exact for a program that stands still: blocks and pools as sys._debugmallocstats()
 * has them, objects as gc.get_objects(), and beyond it what the collector does not know of (str,
 * int, bytes).  Of a program that goes on, each pool is of one moment, the whole of some tenths of
 * a second.
 */
#pragma once

#include "inspect/python/python_heap.h"

/* Called for every object found; HANGING is in bytes, for a dict 0: its table comes later. */
typedef void python_object_fn(void *context, const struct python_block *block,
	struct python_type *type, uint64_t hanging);

/* Counts all objects of the Python whose HEAP it is into the types of HEAP; sums are in HEAP.
 * OBJECT may be NULL.  0 or -errno of memory.h. */
int python_census(struct python_heap *heap, python_object_fn *object, void *context);

/* Bytes that hang on an object beyond HANGING, of which OBJECT are the first HAVE bytes: the table
 * of a dict, the buffer of an array; read now. */
uint64_t python_hanging_late(const struct python_heap *heap, const struct python_type *type,
	const unsigned char *object, uint64_t have);

/* The keys of a dict: where its entries begin (bytes from the keys), how large one is, where in it
 * the value is (the key is 8 bytes before), and how many were ever filled.  False: no keys. */
struct python_keys {
	uint64_t entries, count, usable;
	uint32_t entry_size, value;
	uint64_t size; /* bytes of all */
};

enum { PYTHON_KEYS_HEAD = 40 };

/* Reads KEYS out of HEAD, which holds PYTHON_KEYS_HEAD bytes. */
bool python_keys_read(const struct python *python, const unsigned char *head,
	struct python_keys *keys);
