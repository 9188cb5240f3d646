/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A made Python: what is counted, what is a reference and what is none, and what is told of it. */
#include "inspect/python/python_holders.h"

#include "inspect/python/python_census.h"
#include "inspect/python/python_owners.h"
#include "tests/lib/made_python.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

enum { SOME = 30 };

static int set_up(void **state)
{
	static struct made_python made;

	made_python_init(&made);
	*state = &made;
	return 0;
}

static int tear_down(void **state)
{
	made_python_done(*state);
	return 0;
}

/* Counts all, and says how many of NAME there are. */
static uint64_t count_of(struct made_python *made, const char *name, struct python_heap_sums *sums)
{
	struct python_types *types = python_types_new(&made->python);
	struct python_heap heap;
	uint64_t found = 0;
	size_t count;

	python_heap_init(&heap, &made->python, types);
	assert_int_equal(python_census(&heap, NULL, NULL), 0);
	struct python_type *const *list = python_types_list(types, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i]->name, name) == 0)
			found = list[i]->count;
	if (sums != NULL)
		*sums = heap.sums;
	python_heap_done(&heap);
	python_types_free(types);
	return found;
}

static struct python_holders holders_of(struct made_python *made, const char *name)
{
	struct python_holders holders;

	assert_int_equal(python_holders_find(&holders, &made->python, name), 0);
	return holders;
}

static void test_counts(void **state)
{
	struct made_python *made = *state;
	struct python_heap_sums sums;

	made_world(made, SOME);
	assert_int_equal(count_of(made, "Kept", &sums), SOME);
	assert_int_equal(count_of(made, "str", NULL), 2);
	assert_int_equal(count_of(made, "module", NULL), 1);
	/* objects, and the tables of the list and the dict */
	assert_int_equal(sums.blocks, SOME + 1 + 1 + 2 + 1 + 2);
	assert_int_equal(sums.pools, made->pool_count);
	assert_int_equal(sums.pools_empty, 0);
	assert_int_equal(sums.bytes + sums.kept, made->pool_count * MADE_POOL_SIZE);
}

/* What was freed keeps its bytes, its type as well. */
static void test_freed_is_not_counted(void **state)
{
	struct made_python *made = *state;
	struct python_heap_sums sums;
	uint64_t kept[SOME];

	for (size_t i = 0; i < SOME; i++)
		kept[i] = made_kept(made, 0);
	for (size_t i = 0; i < SOME; i += 3)
		made_free(made, kept[i] - GC_HEAD);
	assert_int_equal(count_of(made, "Kept", &sums), SOME - SOME / 3);
	for (size_t i = 0; i < SOME; i++)
		if (i % 3 != 0)
			made_free(made, kept[i] - GC_HEAD);
	assert_int_equal(count_of(made, "Kept", &sums), 0);
	assert_int_equal(sums.pools, 0);
	assert_int_equal(sums.pools_empty, 1);
	assert_int_equal(sums.kept, MADE_POOL_SIZE);
}

/* An object without references waits on a list of the interpreter's; one whose count is an
 * address is something else. */
static void test_references_make_an_object(void **state)
{
	struct made_python *made = *state;

	made_put(made, made_kept(made, 0), 0);
	made_put(made, made_kept(made, 0), UINT64_C(0x7f0000100030));
	made_kept(made, 0);
	assert_int_equal(count_of(made, "Kept", NULL), 1);
}

static void test_named(void **state)
{
	struct made_python *made = *state;
	struct python_holders holders;

	made_world(made, SOME);
	holders = holders_of(made, "Kept");
	assert_int_equal(holders.count, SOME);
	assert_int_equal(holders.found, holders.samples);
	assert_int_equal(holders.path_count, 1);
	assert_string_equal(holders.paths[0].text,
		"a list of 30 entries, key 'REGISTRY' of module app");
	assert_int_equal(holders.paths[0].samples, holders.samples);
}

/* The address of an item that was taken out still stands behind the list's end. */
static void test_behind_the_end(void **state)
{
	struct made_python *made = *state;
	uint64_t list = made_world(made, SOME);

	made_put(made, list + OBJECT_SIZE, 0);
	assert_int_equal(holders_of(made, "Kept").path_count, 0);
	assert_int_equal(holders_of(made, "Kept").found, 0);
}

/* A list that has another table now does not hold what stands in the old one. */
static void test_old_table(void **state)
{
	struct made_python *made = *state;
	uint64_t list = made_world(made, SOME);

	made_put(made, list + LIST_ITEMS, made_block(made, SOME * 8));
	assert_int_equal(holders_of(made, "Kept").found, 0);
}

static void test_weak_is_no_holder(void **state)
{
	struct made_python *made = *state;
	uint64_t refs[SOME], list, key, dict;

	for (size_t i = 0; i < SOME; i++)
		refs[i] = made_weakref(made, made_kept(made, 0));
	list = made_list(made, refs, SOME);
	key = made_text(made, "WEAK");
	dict = made_dict(made, &key, &list, 1);
	made_module(made, "app", dict);
	assert_int_equal(holders_of(made, "Kept").found, 0);
	assert_int_equal(holders_of(made, "ReferenceType").found, SOME);
}

/* Two that hold each other, and nobody else does. */
static void test_cycle(void **state)
{
	struct made_python *made = *state;

	for (size_t i = 0; i < SOME; i++) {
		uint64_t one = made_kept(made, 0);

		made_put(made, one + 16, made_kept(made, one));
	}
	assert_int_equal(holders_of(made, "Kept").found, 0);
}

static void test_slot(void **state)
{
	struct made_python *made = *state;
	uint64_t items[SOME], list, key, dict;

	for (size_t i = 0; i < SOME; i++)
		items[i] = made_kept(made, made_text(made, "inner"));
	list = made_list(made, items, SOME);
	key = made_text(made, "THINGS");
	dict = made_dict(made, &key, &list, 1);
	made_module(made, "app", dict);
	struct python_holders holders = holders_of(made, "str");
	assert_string_equal(holders.paths[0].text,
		"attribute 'next' of Kept, a list of 30 entries, key 'THINGS' of module app");
}

/* Keys are the program's users' data unless they name something of the program. */
static void test_keys_stay(void **state)
{
	struct made_python *made = *state;
	uint64_t kept[2], keys[2], inner, key, dict;

	for (size_t i = 0; i < 2; i++)
		kept[i] = made_kept(made, 0);
	keys[0] = made_text(made, "jane_doe");
	keys[1] = made_text(made, "token");
	inner = made_dict(made, keys, kept, 2);
	key = made_text(made, "not a name");
	dict = made_dict(made, &key, &inner, 1);
	made_module(made, "app", dict);
	struct python_holders holders = holders_of(made, "Kept");
	assert_string_equal(holders.paths[0].text, "a dict of 2 entries, a key of module app");
}

static void test_two_ways(void **state)
{
	struct made_python *made = *state;
	uint64_t items[SOME], values[2], keys[2];

	for (size_t i = 0; i < SOME; i++)
		items[i] = made_kept(made, 0);
	values[0] = made_list(made, items, SOME);
	values[1] = made_tuple(made, items, SOME);
	keys[0] = made_text(made, "FIRST");
	keys[1] = made_text(made, "SECOND");
	made_module(made, "app", made_dict(made, keys, values, 2));
	assert_int_equal(holders_of(made, "Kept").path_count, 2);
}

static void test_no_such_type(void **state)
{
	struct made_python *made = *state;
	struct python_holders holders;

	made_world(made, SOME);
	assert_int_equal(python_holders_find(&holders, &made->python, "Nothing"), -ENOENT);
}

/* When there are more tables than places, those of millions of small ones leave room for others. */
static void test_owners_crowded(void **state)
{
	struct python_owners owners;
	uint64_t guesses[PYTHON_GUESSES_MOST], at = 0x10000;

	(void)state;
	python_owners_init(&owners, 0);
	while (!python_owners_crowded(&owners)) {
		python_owners_add(&owners, at, at);
		at += 16;
	}
	for (size_t i = 0; i < owners.size / 16; i++) {
		python_owners_add(&owners, at, at);
		size_t count = python_owners_find(&owners, at, guesses);
		bool found = false;
		for (size_t j = 0; j < count; j++)
			found |= guesses[j] == at;
		assert_true(found);
		at += 16;
	}
	python_owners_done(&owners);
}

static void test_versions(void **state)
{
	(void)state;
	assert_null(python_layout_of(0x030800f0));
	assert_null(python_layout_of(0x030f00f0));
	assert_null(python_layout_of(0x020712f0));
	for (uint32_t minor = 9; minor <= 14; minor++) {
		const struct python_layout *row = python_layout_of(3u << 24 | minor << 16);

		assert_non_null(row);
		assert_int_equal(row->minor, minor);
		assert_true(row->pool_size == 4096 || row->pool_size == MADE_POOL_SIZE);
	}
}

/* No Python: a sentence. */
static void test_nothing_there(void **state)
{
	struct made_python *made = *state;
	char why[PYTHON_WHY_MOST] = "";
	struct python python;

	assert_int_equal(python_open(&python, made->memory, why), -ENOENT);
	assert_string_equal(why, "no CPython is in this process");
}

int main(void)
{
#define MADE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		MADE(test_counts),
		MADE(test_freed_is_not_counted),
		MADE(test_references_make_an_object),
		MADE(test_named),
		MADE(test_behind_the_end),
		MADE(test_old_table),
		MADE(test_weak_is_no_holder),
		MADE(test_cycle),
		MADE(test_slot),
		MADE(test_keys_stay),
		MADE(test_two_ways),
		MADE(test_no_such_type),
		MADE(test_owners_crowded),
		MADE(test_versions),
		MADE(test_nothing_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
