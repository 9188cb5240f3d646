/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena: alignment, growth, reset */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_zeroed_and_aligned(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t size = 0; size < 70; size++) {
		unsigned char *memory = arena_take(&arena, 3, size);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < 3 * size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, 3 * size);
	}
	arena_done(&arena);
	assert_int_equal(arena_held(&arena), 0);
	arena_done(&arena);
	arena_done(NULL);
}

static void test_pieces_keep_their_place(void **state)
{
	struct arena arena;
	uint32_t *pieces[1000];

	(void)state;
	arena_init(&arena);
	for (uint32_t i = 0; i < 1000; i++) {
		pieces[i] = arena_take(&arena, 25, sizeof *pieces[i]);
		for (uint32_t j = 0; j < 25; j++)
			pieces[i][j] = i;
	}
	for (uint32_t i = 0; i < 1000; i++)
		for (uint32_t j = 0; j < 25; j++)
			assert_int_equal(pieces[i][j], i);
	arena_done(&arena);
}

static void test_reset_keeps_the_largest_block(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (int i = 0; i < 100; i++)
		arena_take(&arena, 1, 1000);
	size_t full = arena_held(&arena);
	arena_reset(&arena);
	size_t kept = arena_held(&arena);
	assert_true(kept > 0 && kept < full);
	unsigned char *memory = arena_take(&arena, 1, 1000);
	assert_int_equal(memory[0], 0);
	memory[0] = 1;
	arena_reset(&arena);
	assert_int_equal(arena_held(&arena), kept);
	memory = arena_take(&arena, 1, 1000);
	assert_int_equal(memory[0], 0);
	arena_done(&arena);
}

/* One burst is forgotten, a large frame every other time is not. */
static void test_spare_block_is_given_back(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	arena_take(&arena, 1, 300000);
	for (int i = 0; i < 20; i++) {
		arena_reset(&arena);
		assert_true(arena_held(&arena) >= 300000);
		arena_take(&arena, 1, i % 2 ? 100000 : 100);
	}
	for (int i = 0; i < 10; i++) {
		arena_reset(&arena);
		arena_take(&arena, 1, 100);
	}
	assert_true(arena_held(&arena) < 20000);
	arena_done(&arena);
}

static void test_huge_block_is_given_back(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	arena_take(&arena, 1, 100);
	arena_take(&arena, 5, 1 << 20);
	assert_true(arena_held(&arena) >= 5 << 20);
	arena_reset(&arena);
	assert_true(arena_held(&arena) <= (1 << 20) + 64);
	arena_done(&arena);
}

static void test_text(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_string_equal(arena_text(&arena, "chrome --type=renderer", 6), "chrome");
	assert_string_equal(arena_text(&arena, "", 0), "");
	assert_string_equal(arena_text(&arena, NULL, 0), "");
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeroed_and_aligned),
		cmocka_unit_test(test_pieces_keep_their_place),
		cmocka_unit_test(test_reset_keeps_the_largest_block),
		cmocka_unit_test(test_spare_block_is_given_back),
		cmocka_unit_test(test_huge_block_is_given_back),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
