/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intern - a counted hash set of texts; knows nothing of what they mean */
#include "model/intern.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 64 };

struct intern_entry {
	uint32_t hash;
	uint32_t uses;
	char text[];
};

void intern_init(struct intern *intern)
{
	*intern = (struct intern){ 0 };
}

void intern_done(struct intern *intern)
{
	if (!intern)
		return;
	for (size_t i = 0; i < intern->nslots; i++)
		free(intern->slots[i]);
	free(intern->slots);
	intern_init(intern);
}

/* FNV-1a */
static uint32_t hash_of(const char *text, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash;
}

/* Where the text is, or the free slot where it would go. */
static size_t slot_of(const struct intern *intern, const char *text, size_t len, uint32_t hash)
{
	size_t mask = intern->nslots - 1;
	size_t i = hash & mask;

	while (intern->slots[i] && (intern->slots[i]->hash != hash ||
					   strncmp(intern->slots[i]->text, text, len) != 0 ||
					   intern->slots[i]->text[len] != '\0'))
		i = (i + 1) & mask;
	return i;
}

static void grow(struct intern *intern)
{
	struct intern old = *intern;

	intern->nslots = old.nslots ? old.nslots * 2 : SLOTS_FIRST;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): a slot is a pointer */
	intern->slots = xalloc_zero(intern->nslots, sizeof(*intern->slots));
	for (size_t i = 0; i < old.nslots; i++) {
		struct intern_entry *entry = old.slots[i];
		if (!entry)
			continue;
		size_t at = entry->hash & (intern->nslots - 1);
		while (intern->slots[at])
			at = (at + 1) & (intern->nslots - 1);
		intern->slots[at] = entry;
	}
	free(old.slots);
}

const char *intern_take(struct intern *intern, const char *text)
{
	size_t len = strlen(text);
	uint32_t hash = hash_of(text, len);

	if ((intern->count + 1) * 3 > intern->nslots * 2)
		grow(intern);
	size_t at = slot_of(intern, text, len, hash);
	struct intern_entry *entry = intern->slots[at];
	if (!entry) {
		entry = xalloc(sizeof(*entry) + len + 1);
		*entry = (struct intern_entry){ .hash = hash };
		memcpy(entry->text, text, len + 1);
		intern->slots[at] = entry;
		intern->count++;
		intern->bytes += sizeof(*entry) + len + 1;
	}
	entry->uses++;
	return entry->text;
}

/* Empties slot I and moves up what was pushed past it. */
static void vacate(struct intern *intern, size_t i)
{
	size_t mask = intern->nslots - 1;

	for (size_t j = (i + 1) & mask; intern->slots[j]; j = (j + 1) & mask) {
		size_t home = intern->slots[j]->hash & mask;
		if (((j - home) & mask) >= ((j - i) & mask)) {
			intern->slots[i] = intern->slots[j];
			i = j;
		}
	}
	intern->slots[i] = NULL;
}

void intern_drop(struct intern *intern, const char *text)
{
	if (!text)
		return;
	size_t len = strlen(text);
	size_t at = slot_of(intern, text, len, hash_of(text, len));
	struct intern_entry *entry = intern->slots[at];
	if (!entry || --entry->uses > 0)
		return;
	vacate(intern, at);
	intern->count--;
	intern->bytes -= sizeof(*entry) + len + 1;
	free(entry);
}

size_t intern_bytes(const struct intern *intern)
{
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): a slot is a pointer */
	return intern->bytes + intern->nslots * sizeof(*intern->slots);
}
