/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies around a stack: whose code a file is, tables of lines that are damaged, and pieces of
 * memory of one moment.  Real tables and stacks are in tests/live/python_lines.py. */
#include "inspect/python/python_stack.h"

#include "inspect/glimpse.h"
#include "inspect/python/python_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void check_origin(const char *path, enum python_origin origin, const char *package)
{
	char found[PACKAGE_NAME_MOST];

	assert_int_equal(python_origin_of(path, found), origin);
	assert_string_equal(found, package);
}

static void test_origin(void **state)
{
	(void)state;
	check_origin("/home/me/work/app.py", PYTHON_OWN, "");
	check_origin("app.py", PYTHON_OWN, "");
	check_origin("/usr/bin/python3-tool", PYTHON_OWN, "");
	check_origin("/home/me/python3/app.py", PYTHON_OWN, "");
	check_origin("/home/me/python3.11/app.py", PYTHON_OWN, "");
	check_origin("/usr/lib/python3.11/json/decoder.py", PYTHON_STANDARD, "");
	check_origin("/usr/lib64/python3.13t/json/decoder.py", PYTHON_STANDARD, "");
	check_origin("/opt/py/python311.zip/json/decoder.py", PYTHON_STANDARD, "");
	check_origin("/v/lib/python3.11/site-packages/pandas/core/frame.py", PYTHON_LIBRARY,
		"pandas");
	check_origin("/usr/lib/python3/dist-packages/six.py", PYTHON_LIBRARY, "six");
	check_origin("/a/site-packages/b/site-packages/c.py", PYTHON_LIBRARY, "c");
	check_origin("/a/site-packages/", PYTHON_LIBRARY, "");
	check_origin("<frozen importlib._bootstrap>", PYTHON_FROZEN, "");
	check_origin("<string>", PYTHON_TYPED, "");
	check_origin("<stdin>", PYTHON_TYPED, "");
	check_origin("", PYTHON_OWN, "");
}

/* 3.9: code on a single line has no table. */
static void test_one_line(void **state)
{
	(void)state;
	assert_int_equal(python_line(9, NULL, 0, 7, 0), 7);
	assert_int_equal(python_line(9, NULL, 0, 7, 40), 7);
}

/* 3.10: two lines, nothing, a line back. */
static void test_ranges(void **state)
{
	static const unsigned char table[] = { 4, 1, 6, 2, 2, 0x80, 4, 0xfe };

	(void)state;
	assert_int_equal(python_line(10, table, sizeof(table), 7, 0), 8);
	assert_int_equal(python_line(10, table, sizeof(table), 7, 3), 8);
	assert_int_equal(python_line(10, table, sizeof(table), 7, 4), 10);
	assert_int_equal(python_line(10, table, sizeof(table), 7, 10), 0);
	assert_int_equal(python_line(10, table, sizeof(table), 7, 12), 8);
	assert_int_equal(python_line(10, table, sizeof(table), 7, 16), 0);
	assert_int_equal(python_line(10, table, sizeof(table), INT32_MAX, 0), 0);
}

/* Whatever the bytes are, there is an end, no byte behind it is read, and a line is a line. */
static void test_damaged(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t size = (size_t)rand_r(&seed) % 40;
		unsigned char *table = malloc(size + 1);
		unsigned minor = 9 + (unsigned)rand_r(&seed) % 6;

		assert_non_null(table);
		for (size_t i = 0; i < size; i++)
			table[i] = (unsigned char)(rand_r(&seed) >> 3 |
						   (rand_r(&seed) % 2 != 0 ? 0x80 : 0));
		unsigned char *exact = realloc(table, size > 0 ? size : 1);
		int32_t line = python_line(minor, exact, size, rand_r(&seed) - (1 << 30),
			(uint32_t)rand_r(&seed) % 64);
		assert_true(line >= 0 && line <= PYTHON_LINE_MOST);
		free(exact);
	}
}

/* What was read in a glimpse stays as it was; the next one has what there is then. */
static void test_glimpse(void **state)
{
	enum { AT = 0x10000, SIZE = 3 * 4096 };
	unsigned char *bytes = calloc(1, SIZE);
	const struct memory_region region = {
		.start = AT, .end = AT + SIZE, .flags = MEMORY_READ, .name = ""
	};
	const unsigned char *const all[] = { bytes };
	struct memory *memory = memory_of_image(&region, 1, all);
	struct glimpse *glimpse = glimpse_new(memory);
	unsigned char piece[16];

	(void)state;
	bytes[8] = 1;
	assert_int_equal(glimpse_word(glimpse, AT + 8), 1);
	bytes[8] = 2;
	assert_int_equal(glimpse_word(glimpse, AT + 8), 1);
	glimpse_begin(glimpse);
	bytes[8] = 3;
	assert_int_equal(glimpse_word(glimpse, AT + 8), 2);
	glimpse_begin(glimpse);
	assert_int_equal(glimpse_word(glimpse, AT + 8), 3);
	bytes[4095] = 4, bytes[4096] = 5;
	assert_true(glimpse_read(glimpse, AT + 4096 - 8, piece, sizeof(piece)));
	assert_int_equal(piece[8], 5);
	assert_false(glimpse_read(glimpse, AT + SIZE - 8, piece, sizeof(piece)));
	assert_int_equal(glimpse_word(glimpse, AT - 8), 0);
	assert_int_equal(glimpse_word(glimpse, UINT64_MAX - 3), 0);
	glimpse_free(glimpse);
	memory_close(memory);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_glimpse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
