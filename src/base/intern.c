/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intern - a counted hash set of texts; knows nothing of what they mean */
#include "base/intern.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

struct intern_entry {
	uint32_t hash;
	uint32_t uses;
	uint32_t place; /* in `all` */
	char text[];
};

static uint32_t hash_of(const void *owner, uint32_t place)
{
	return ((const struct intern *)owner)->all[place]->hash;
}

void intern_init(struct intern *intern)
{
	*intern = (struct intern){ .hash = { .of = hash_of } };
}

void intern_done(struct intern *intern)
{
	if (intern == NULL)
		return;
	for (size_t i = 0; i < intern->count; i++)
		free(intern->all[i]);
	free(intern->all);
	hash_done(&intern->hash);
	intern_init(intern);
}

/* The hash is kept with the text, so that texts are compared only where it is the same. */
static struct intern_entry *find_entry(const struct intern *intern, const char *text, size_t len,
	uint32_t hash)
{
	struct hash_walk walk = hash_walk(&intern->hash, hash);
	uint32_t place;

	while (hash_next(&walk, &place)) {
		struct intern_entry *entry = intern->all[place];
		if (entry->hash == hash && strncmp(entry->text, text, len) == 0 &&
			entry->text[len] == '\0')
			return entry;
	}
	return NULL;
}

/* A text stands in a block of its own behind its entry, which never moves: whoever has a pointer
 * to it keeps it until the last one drops it. */
static struct intern_entry *add_entry(struct intern *intern, const char *text, size_t len,
	uint32_t hash)
{
	struct intern_entry *entry = xalloc(sizeof(*entry) + len + 1);

	*entry = (struct intern_entry){ .hash = hash, .place = (uint32_t)intern->count };
	memcpy(entry->text, text, len + 1);
	intern->all = xalloc_room(intern->all, &intern->cap, intern->count + 1, sizeof(void *));
	intern->all[intern->count++] = entry;
	hash_add(&intern->hash, intern, entry->place);
	intern->bytes += sizeof(*entry) + len + 1;
	return entry;
}

const char *intern_take(struct intern *intern, const char *text)
{
	size_t len = strlen(text);
	uint32_t hash = hash_text(text, len, 0);
	struct intern_entry *entry = find_entry(intern, text, len, hash);

	if (entry == NULL)
		entry = add_entry(intern, text, len, hash);
	entry->uses++;
	return entry->text;
}

void intern_drop(struct intern *intern, const char *text)
{
	if (text == NULL)
		return;
	size_t len = strlen(text);
	struct intern_entry *entry = find_entry(intern, text, len, hash_text(text, len, 0));
	if (entry == NULL || --entry->uses > 0)
		return;
	struct intern_entry *last = intern->all[intern->count - 1];
	hash_remove(&intern->hash, intern, entry->place, last->place);
	intern->all[entry->place] = last;
	last->place = entry->place;
	intern->count--;
	hash_shrink(&intern->hash, intern, (uint32_t)intern->count);
	intern->bytes -= sizeof(*entry) + len + 1;
	free(entry);
}

size_t intern_bytes(const struct intern *intern)
{
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an element is a pointer */
	return intern->bytes + intern->cap * sizeof(*intern->all) + hash_bytes(&intern->hash);
}
