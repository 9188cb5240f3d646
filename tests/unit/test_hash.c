/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hash: an array whose elements are found by their keys, whatever comes and goes */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 4000 };

struct numbers {
	struct hash hash;
	uint64_t keys[MOST];
	uint32_t count;
};

static uint32_t hash_of_key(const void *owner, uint32_t place)
{
	return hash_number(((const struct numbers *)owner)->keys[place]);
}

/* All that are not multiples of four have the same hash. */
static uint32_t crowded_hash(const void *owner, uint32_t place)
{
	uint64_t key = ((const struct numbers *)owner)->keys[place];

	return key % 4 ? 77 : hash_number(key);
}

static int64_t place_of(const struct numbers *numbers, uint64_t key)
{
	uint32_t hash = numbers->hash.of == crowded_hash && key % 4 ? 77 : hash_number(key), place;
	struct hash_walk walk = hash_walk(&numbers->hash, hash);

	while (hash_next(&walk, &place))
		if (numbers->keys[place] == key)
			return place;
	return -1;
}

static void add_key(struct numbers *numbers, uint64_t key)
{
	numbers->keys[numbers->count] = key;
	hash_add(&numbers->hash, numbers, numbers->count);
	numbers->count++;
}

static void remove_key(struct numbers *numbers, uint64_t key)
{
	uint32_t place = (uint32_t)place_of(numbers, key);

	hash_remove(&numbers->hash, numbers, place, numbers->count - 1);
	numbers->keys[place] = numbers->keys[--numbers->count];
	hash_shrink(&numbers->hash, numbers, numbers->count);
}

static void test_empty(void **state)
{
	struct hash hash = { .of = hash_of_key };
	struct hash_walk walk = hash_walk(&hash, 5);
	uint32_t place = 9;

	(void)state;
	assert_false(hash_next(&walk, &place));
	assert_int_equal(place, 9);
	assert_int_equal(hash_bytes(&hash), 0);
	hash_shrink(&hash, NULL, 0);
	hash_done(&hash);
}

/* Comes and goes by a fixed row of random numbers; an array of flags says who is there. */
static void churn(uint32_t (*of)(const void *owner, uint32_t place), int rounds)
{
	struct numbers *numbers = calloc(1, sizeof(*numbers));
	bool there[MOST] = { false };
	uint32_t random = 12345;

	numbers->hash.of = of;
	for (int round = 0; round < rounds; round++) {
		random = random * 1664525u + 1013904223u;
		uint32_t key = (random >> 8) % MOST;
		if (there[key])
			remove_key(numbers, key);
		else
			add_key(numbers, key);
		there[key] = !there[key];
		assert_true((place_of(numbers, key) >= 0) == there[key]);
	}
	for (uint32_t key = 0; key < MOST; key++) {
		int64_t place = place_of(numbers, key);
		assert_true((place >= 0) == there[key]);
		assert_true(place < 0 || numbers->keys[place] == key);
	}
	hash_done(&numbers->hash);
	free(numbers);
}

static void test_churn(void **state)
{
	(void)state;
	churn(hash_of_key, 50000);
}

static void test_same_hash(void **state)
{
	(void)state;
	churn(crowded_hash, 1500);
}

static void test_memory(void **state)
{
	struct numbers *numbers = calloc(1, sizeof(*numbers));

	(void)state;
	numbers->hash.of = hash_of_key;
	for (uint32_t key = 0; key < MOST; key++)
		add_key(numbers, key);
	size_t full = hash_bytes(&numbers->hash);
	assert_true(full >= MOST * 3 / 2 * sizeof(uint32_t) && full <= MOST * 3 * sizeof(uint32_t));
	for (uint32_t key = 0; key < MOST - 10; key++)
		remove_key(numbers, key);
	assert_true(hash_bytes(&numbers->hash) <= full / 16);
	for (uint32_t key = MOST - 10; key < MOST; key++)
		assert_true(place_of(numbers, key) >= 0);
	hash_done(&numbers->hash);
	assert_int_equal(hash_bytes(&numbers->hash), 0);
	free(numbers);
}

static void test_text(void **state)
{
	(void)state;
	assert_int_equal(hash_text("", 0, 0), 0x811c9dc5);
	assert_int_equal(hash_text("foobar", 6, 0), 0xbf9cf968); /* FNV-1a's own test vector */
	assert_int_equal(hash_text("foobarbaz", 6, 0), hash_text("foobar", 6, 0));
	assert_int_not_equal(hash_text("foobar", 6, 1), hash_text("foobar", 6, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_churn),
		cmocka_unit_test(test_same_hash),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
