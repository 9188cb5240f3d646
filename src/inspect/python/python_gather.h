/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_gather - what the search for holders wants to know of all objects, taken while they are
 * counted: some of the objects asked for, who owns which table, and what has a name
 */
#pragma once

#include "inspect/python/python_census.h"
#include "inspect/python/python_holders.h"
#include "inspect/python/python_owners.h"
#include "inspect/python/python_roots.h"

enum { PYTHON_CANDIDATES = 8 }; /* types of one name that are told apart */

/* Objects chosen by chance: those with the greatest keys, which weigh more for more bytes. */
struct python_choice {
	struct python_type *type;
	double key[PYTHON_SAMPLES];
	uint64_t at[PYTHON_SAMPLES]; /* objects */
	unsigned count, least;       /* and the place of the least key */
	uint64_t bytes;              /* of all, chosen or not */
};

struct python_gather {
	struct python_heap *heap;
	const char *name; /* of the type asked for */
	struct python_choice choices[PYTHON_CANDIDATES];
	unsigned choice_count;
	struct python_owners owners;
	struct python_roots roots;
	uint64_t random;
};

/* Counts the objects of HEAP's Python and gathers by the way; names of frames included.  0 or
 * -errno; GATHER wants python_gather_done in any case. */
int python_gather(struct python_gather *gather, struct python_heap *heap, const char *name);
void python_gather_done(struct python_gather *gather);

/* The choice of the type with most bytes; NULL: there is no object of it. */
const struct python_choice *python_gather_choice(const struct python_gather *gather);
