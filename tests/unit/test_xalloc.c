/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xalloc: sizes, copies, and the one end */
#include "base/xalloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* under the address sanitizer malloc shall say no as it does elsewhere */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:detect_leaks=1";
}

static void hook(void)
{
	ssize_t written = write(STDERR_FILENO, "hook\n", 5);

	(void)written;
}

/* Runs WHAT in a child; gives its standard error and its exit status. */
static int run_child(void (*what)(void), char *said, size_t cap)
{
	int pipe_ends[2];
	int status = 0;

	assert_int_equal(pipe(pipe_ends), 0);
	pid_t child = fork();
	if (child == 0) {
		dup2(pipe_ends[1], STDERR_FILENO);
		close(pipe_ends[0]);
		what();
		_exit(42);
	}
	close(pipe_ends[1]);
	size_t len = 0;
	ssize_t count;
	while ((count = read(pipe_ends[0], said + len, cap - 1 - len)) > 0)
		len += (size_t)count;
	said[len] = '\0';
	close(pipe_ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static volatile size_t impossible = SIZE_MAX / 4;

static void ask_too_much(void)
{
	xalloc_on_failure(hook);
	free(xalloc(impossible));
}

static void ask_a_product(void)
{
	free(xalloc_zero(impossible, 8));
}

static void grow_too_much(void)
{
	free(xalloc_grow(NULL, impossible, 1));
}

static void test_out_of_memory(void **state)
{
	char said[4096];

	(void)state;
	assert_int_equal(run_child(ask_too_much, said, sizeof said), 1);
	assert_non_null(strstr(said,
		"hook\nmemtop: out of memory (4611686018427387903 bytes asked)\n"));
	assert_int_equal(run_child(ask_a_product, said, sizeof said), 1);
	assert_string_equal(said, "memtop: out of memory (impossible size asked)\n");
	assert_int_equal(run_child(grow_too_much, said, sizeof said), 1);
	assert_non_null(strstr(said, "out of memory"));
}

static void test_sizes(void **state)
{
	(void)state;
	free(xalloc(0));
	free(xalloc_zero(0, 8));
	unsigned char *zeroed = xalloc_zero(3, 100);
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(zeroed[i], 0);
	zeroed[0] = 7;
	zeroed = xalloc_grow(zeroed, 100000, 3);
	assert_int_equal(zeroed[0], 7);
	free(zeroed);
}

static void test_text(void **state)
{
	(void)state;
	char *copy = xalloc_text("postgres");
	assert_string_equal(copy, "postgres");
	free(copy);
	copy = xalloc_textn("postgres", 4);
	assert_string_equal(copy, "post");
	free(copy);
	copy = xalloc_textn("ab", 100);
	assert_string_equal(copy, "ab");
	free(copy);
}

static void test_capacity(void **state)
{
	(void)state;
	assert_int_equal(xalloc_capacity(0, 1), 8);
	assert_int_equal(xalloc_capacity(8, 8), 8);
	assert_int_equal(xalloc_capacity(8, 9), 16);
	assert_int_equal(xalloc_capacity(8, 1000), 1024);
	assert_true(xalloc_capacity(8, SIZE_MAX) == SIZE_MAX);
	assert_true(xalloc_capacity(SIZE_MAX / 2 + 1, SIZE_MAX - 1) == SIZE_MAX - 1);
}

static void test_room(void **state)
{
	uint32_t *numbers = NULL;
	size_t cap = 0;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		const uint32_t *before = numbers;
		bool fits = i < cap;
		numbers = xalloc_room(numbers, &cap, (size_t)i + 1, sizeof(*numbers));
		assert_true(cap > i && (!fits || numbers == before));
		numbers[i] = i;
	}
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(numbers[i], i);
	assert_int_equal(cap, 1024);
	assert_ptr_equal(xalloc_space(numbers, &cap, 1024, sizeof(*numbers)), numbers);
	assert_int_equal(numbers[999], 999);
	numbers = xalloc_space(numbers, &cap, 1025, sizeof(*numbers));
	assert_int_equal(cap, 2048);
	for (uint32_t i = 0; i < 2048; i++)
		assert_int_equal(numbers[i], 0);
	free(numbers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_out_of_memory),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests_name("xalloc", tests, NULL, NULL);
}
