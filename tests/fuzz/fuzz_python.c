/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_python - a Python's memory in which anything may stand anywhere: looks end, and what they
 * count is not more than there is
 *
 * The input is a list of changes to a made Python: four bytes of where, eight of what. /
 */
#include "tests/fuzz/fuzz.h"

#include "inspect/python/python_census.h"
#include "inspect/python/python_holders.h"
#include "tests/lib/made_python.h"

#include <stdlib.h>
#include <string.h>

enum { SOME = 20, RECORD = 12, RECORDS_MOST = 256, BYTES_MOST = 1 << 26, MS_MOST = 5000 };

static void expect(int right)
{
	if (!right)
		abort();
}

static void change(struct made_python *made, const uint8_t *record)
{
	uint32_t where;

	memcpy(&where, record, sizeof(where));
	where %= MADE_TYPES_SIZE + MADE_POOLS_SIZE - 8;
	if (where < MADE_TYPES_SIZE - 8)
		memcpy(made->types + where, record + 4, 8);
	else if (where >= MADE_TYPES_SIZE)
		memcpy(made->pools + (where - MADE_TYPES_SIZE), record + 4, 8);
}

static void look(struct made_python *made)
{
	struct python_types *types = python_types_new(&made->python);
	struct python_heap heap;
	uint64_t objects = 0;
	size_t count;

	python_heap_init(&heap, &made->python, types);
	(void)python_census(&heap, NULL, NULL);
	struct python_type *const *list = python_types_list(types, &count);
	for (size_t i = 0; i < count; i++) {
		objects += list[i]->count;
		expect(memchr(list[i]->name, '\0', sizeof(list[i]->name)) != NULL);
	}
	expect(objects <= MADE_POOLS_SIZE / 16 && heap.sums.bytes <= MADE_POOLS_SIZE);
	expect(heap.sums.pools + heap.sums.pools_empty <= MADE_POOLS);
	python_heap_done(&heap);
	python_types_free(types);
}

static void search(struct made_python *made, const char *name)
{
	struct python_holders holders;

	if (python_holders_find(&holders, &made->python, name) != 0)
		return;
	expect(holders.found <= holders.samples && holders.samples <= PYTHON_SAMPLES);
	expect(holders.path_count <= PYTHON_PATHS_MOST);
	for (size_t i = 0; i < holders.path_count; i++)
		for (const char *c = holders.paths[i].text; *c != '\0'; c++)
			expect((unsigned char)*c >= ' ' && *c != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct made_python made;

	made_python_init(&made);
	made_world(&made, SOME);
	made_weakref(&made, made_kept(&made, made_text(&made, "weak")));
	for (size_t i = 0; i + RECORD <= len && i < (size_t)RECORD * RECORDS_MOST; i += RECORD)
		change(&made, data + i);
	memory_budget(made.memory, BYTES_MOST, MS_MOST);
	look(&made);
	search(&made, len % 2 == 0 ? "Kept" : "str");
	made_python_done(&made);
	return 0;
}
