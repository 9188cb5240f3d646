/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_owners - whose a table is: the list of a block of items, the dict of its keys, the
 * instance of its values, the deque of a block
 *
 * Eight bytes an entry: an owner's address with sixteen bits of the table's, so that what is
 * found is a guess, which whoever asks proves by reading the owner. /
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PYTHON_OWNERS_MOST = 1 << 22, /* places, 32 MiB; tables that find none have no owner */
	PYTHON_GUESSES_MOST = 8,
};

struct python_owners {
	uint64_t *places;
	size_t size, count;
};

/* Makes room for EXPECTED tables. */
void python_owners_init(struct python_owners *owners, uint64_t expected);
void python_owners_done(struct python_owners *owners);

/* Says that TABLE belongs to the object at OWNER. */
void python_owners_add(struct python_owners *owners, uint64_t table, uint64_t owner);

/* Whether it is time to keep places for what matters more. */
static inline bool python_owners_crowded(const struct python_owners *owners)
{
	return owners->count > owners->size / 4 * 3;
}

/* Objects that may own TABLE, into GUESSES (PYTHON_GUESSES_MOST); how many. */
size_t python_owners_find(const struct python_owners *owners, uint64_t table, uint64_t *guesses);
