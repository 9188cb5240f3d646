/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hash - see hash.h; linear probing, and what was pushed on moves back when a slot becomes free */
#include "base/hash.h"

#include "base/xalloc.h"

#include <stdlib.h>

enum { SLOTS_FIRST = 64 };

/* FNV-1a of 32 bits; hash_text has the value that it begins with. */
uint32_t hash_more(uint32_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash;
}

uint32_t hash_text(const char *text, size_t len, uint32_t seed)
{
	return hash_more(2166136261u ^ seed, text, len);
}

static size_t home_of(const struct hash *table, const void *owner, uint32_t place)
{
	return table->of(owner, place) & (table->nslots - 1);
}

/* Puts PLACE into the first free slot from its home on.  0 is a free slot, so places count from 1
 * in them. */
static void put_place(struct hash *table, const void *owner, uint32_t place)
{
	size_t at = home_of(table, owner, place);

	while (table->slots[at] != 0)
		at = (at + 1) & (table->nslots - 1);
	table->slots[at] = place + 1;
}

/* Makes NSLOTS slots and puts the first COUNT places into them. */
static void build_slots(struct hash *table, const void *owner, uint32_t count, size_t nslots)
{
	free(table->slots);
	table->nslots = nslots;
	table->slots = xalloc_zero(nslots, sizeof(*table->slots));
	for (uint32_t place = 0; place < count; place++)
		put_place(table, owner, place);
}

/* At most two thirds are taken: beyond, runs of taken slots join and searches get long. */
void hash_add(struct hash *table, const void *owner, uint32_t place)
{
	if (((size_t)place + 1) * 3 > table->nslots * 2)
		build_slots(table, owner, place, table->nslots ? table->nslots * 2 : SLOTS_FIRST);
	put_place(table, owner, place);
}

/* The slot that holds PLACE. */
static size_t slot_of(const struct hash *table, const void *owner, uint32_t place)
{
	size_t at = home_of(table, owner, place);

	while (table->slots[at] != place + 1)
		at = (at + 1) & (table->nslots - 1);
	return at;
}

/* Empties a slot; elements behind it that it had pushed on move back, or nobody would find them. */
static void vacate_slot(struct hash *table, const void *owner, size_t free_at)
{
	size_t mask = table->nslots - 1;

	for (size_t at = (free_at + 1) & mask; table->slots[at] != 0; at = (at + 1) & mask) {
		size_t home = home_of(table, owner, table->slots[at] - 1);
		if (((at - home) & mask) >= ((at - free_at) & mask)) {
			table->slots[free_at] = table->slots[at];
			free_at = at;
		}
	}
	table->slots[free_at] = 0;
}

void hash_remove(struct hash *table, const void *owner, uint32_t place, uint32_t last)
{
	vacate_slot(table, owner, slot_of(table, owner, place));
	if (place != last)
		table->slots[slot_of(table, owner, last)] = place + 1;
}

void hash_shrink(struct hash *table, const void *owner, uint32_t count)
{
	if (table->nslots > SLOTS_FIRST && (size_t)count * 6 <= table->nslots)
		build_slots(table, owner, count, table->nslots / 2);
}

void hash_done(struct hash *table)
{
	free(table->slots);
	table->slots = NULL;
	table->nslots = 0;
}

size_t hash_bytes(const struct hash *table)
{
	return table->nslots * sizeof(*table->slots);
}
