/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hash - finds the elements of an array by a key of theirs
 *
 * The owner keeps its elements in an array without holes, in which the last takes the place of one
 * that goes.  A hash keeps their places: open addressing, at most two thirds full.  It never sees a
 * key: the owner gives the hash of an element through `of`, and compares keys while it walks:
 *
 *	struct hash_walk walk = hash_walk(&table->hash, hash_number(key));
 *	uint32_t place;
 *	while (hash_next(&walk, &place))
 *		if (table->all[place].key == key)
 *			return &table->all[place];
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash {
	/* the hash of the element at PLACE of OWNER's array; set by the owner, stays for good */
	uint32_t (*of)(const void *owner, uint32_t place);
	uint32_t *slots; /* place + 1, 0 is free */
	size_t nslots;   /* a power of two, or 0 */
};

/* The elements that may have a certain hash, one after the other; ends with the next change. */
struct hash_walk {
	const uint32_t *slots;
	size_t mask, at;
};

/* The hash of a number; numbers in a row are spread out. */
static inline uint32_t hash_number(uint64_t number)
{
	return (uint32_t)((number * 0x9e3779b97f4a7c15u) >> 32);
}

/* Goes on from HASH, that of what is in front of TEXT. */
uint32_t hash_more(uint32_t hash, const char *text, size_t len);

/* The hash of LEN bytes of TEXT (FNV-1a); SEED tells texts of different kinds apart, 0 is fine. */
uint32_t hash_text(const char *text, size_t len, uint32_t seed);

/* Two of them: one number for a text that is told from others by it alone. */
static inline uint64_t hash_key(const char *text, size_t len, uint32_t seed)
{
	return (uint64_t)hash_text(text, len, ~seed) << 32 | hash_text(text, len, seed);
}

/* Walks over the places of elements whose hash may be HASH. */
static inline struct hash_walk hash_walk(const struct hash *table, uint32_t hash)
{
	size_t mask = table->nslots - 1;

	return (struct hash_walk){ .slots = table->slots, .mask = mask, .at = hash & mask };
}

/* Sets *PLACE to the next of them; false when there is none, and *PLACE stays. */
static inline bool hash_next(struct hash_walk *walk, uint32_t *place)
{
	if (walk->slots == NULL || walk->slots[walk->at] == 0)
		return false;
	*place = walk->slots[walk->at] - 1;
	walk->at = (walk->at + 1) & walk->mask;
	return true;
}

/* Takes in the element that OWNER has put at PLACE, which is the last one. */
void hash_add(struct hash *table, const void *owner, uint32_t place);

/* Forgets the element at PLACE, and that at LAST will be found at PLACE (they may be the same).
 * Call it while both are still in OWNER's array; then move the last one. */
void hash_remove(struct hash *table, const void *owner, uint32_t place, uint32_t last);

/* Gives memory back when COUNT elements, all that are left, need a sixth of it or less. */
void hash_shrink(struct hash *table, const void *owner, uint32_t count);

/* Frees what the hash holds; it is empty then, and may be used again. */
void hash_done(struct hash *table);

/* Bytes that it holds. */
size_t hash_bytes(const struct hash *table);
