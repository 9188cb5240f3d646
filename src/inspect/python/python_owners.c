/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_owners - see python_owners.h */
#include "inspect/python/python_owners.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE_LEAST = 1 << 12, ADDRESS_BITS = 48 };
#define ADDRESS ((UINT64_C(1) << ADDRESS_BITS) - 1)

static uint64_t hash_of(uint64_t table)
{
	return (table >> 3) * UINT64_C(0x9e3779b97f4a7c15);
}

void python_owners_init(struct python_owners *owners, uint64_t expected)
{
	owners->size = SIZE_LEAST;
	while (owners->size < PYTHON_OWNERS_MOST && owners->size < expected * 2)
		owners->size *= 2;
	owners->count = 0;
	owners->places = xalloc_zero(owners->size, sizeof(*owners->places));
}

void python_owners_done(struct python_owners *owners)
{
	free(owners->places);
	memset(owners, 0, sizeof(*owners));
}

void python_owners_add(struct python_owners *owners, uint64_t table, uint64_t owner)
{
	uint64_t hash = hash_of(table);
	size_t at = (size_t)(hash >> 20) & (owners->size - 1);

	/* an eighth stays free, so that searches end */
	if (owner == 0 || (owner & ~ADDRESS) != 0 || owners->count > owners->size / 8 * 7)
		return;
	while (owners->places[at] != 0)
		at = (at + 1) & (owners->size - 1);
	owners->places[at] = (hash & ~ADDRESS) | owner;
	owners->count++;
}

size_t python_owners_find(const struct python_owners *owners, uint64_t table, uint64_t *guesses)
{
	uint64_t hash = hash_of(table);
	size_t at = (size_t)(hash >> 20) & (owners->size - 1), count = 0;

	for (; owners->places[at] != 0 && count < PYTHON_GUESSES_MOST;
		at = (at + 1) & (owners->size - 1))
		if ((owners->places[at] & ~ADDRESS) == (hash & ~ADDRESS))
			guesses[count++] = owners->places[at] & ADDRESS;
	return count;
}
