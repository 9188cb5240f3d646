/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_type_module - the module a class was made in (python_type.h), out of its dict */
#include "inspect/python/python_census.h"

#include <stdio.h>
#include <string.h>

enum { ENTRIES_MOST = 256 /* of a class, that are looked through: it is among the first */ };

/* Finds the keys of a class, and where they are; false: it has none. */
static bool class_keys(const struct python *python, const struct python_type *type,
	struct python_keys *keys, uint64_t *at)
{
	unsigned char head[PYTHON_KEYS_HEAD];
	uint64_t dict;

	return (type->flags & PYTHON_HEAP_TYPE) != 0 &&
	       memory_word(python->memory, type->at + TYPE_DICT, &dict) == 0 &&
	       python_plausible(dict) && memory_word(python->memory, dict + DICT_KEYS, at) == 0 &&
	       python_plausible(*at) && memory_read(python->memory, *at, head, sizeof(head)) == 0 &&
	       python_keys_read(python, head, keys);
}

static bool class_module(const struct python *python, const struct python_type *type, char *to,
	size_t size)
{
	char name[PYTHON_TEXT_MOST];
	struct python_keys keys;
	uint64_t at, entry[2];

	if (!class_keys(python, type, &keys, &at))
		return false;
	for (uint64_t i = 0; i < keys.count && i < ENTRIES_MOST; i++)
		if (memory_read(python->memory,
			    at + keys.entries + i * keys.entry_size + keys.value - 8, entry,
			    sizeof(entry)) == 0 &&
			python_identifier(python, entry[0], false, name, sizeof(name)) &&
			strcmp(name, "__module__") == 0)
			return python_identifier(python, entry[1], true, to, size);
	return false;
}

void python_type_full_name(const struct python *python, const struct python_type *type,
	char to[PYTHON_FULL_NAME_MOST])
{
	char module[PYTHON_TEXT_MOST];

	if (class_module(python, type, module, sizeof(module)))
		snprintf(to, PYTHON_FULL_NAME_MOST, "%s.%s", module, type->name);
	else
		snprintf(to, PYTHON_FULL_NAME_MOST, "%s", type->name);
}
