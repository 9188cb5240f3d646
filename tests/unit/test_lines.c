/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines out of bytes that come in any portion, too long or never ending. */
#include "source/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void feed(struct lines *lines, const char *bytes, size_t len)
{
	memcpy(lines_room(lines, len), bytes, len);
	lines_grew(lines, len);
}

static void portions_do_not_matter(void **state)
{
	static const char text[] = "one\n\nthree is longer\nrest";
	static const char *const expected[] = { "one", "", "three is longer" };

	(void)state;
	for (size_t portion = 1; portion <= sizeof(text); portion++) {
		struct lines lines;
		size_t seen = 0, len;
		const char *line;

		lines_init(&lines, 100);
		for (size_t at = 0; at < sizeof(text) - 1; at += portion) {
			size_t left = sizeof(text) - 1 - at;

			feed(&lines, text + at, left < portion ? left : portion);
			while ((line = lines_next(&lines, &len)) != NULL) {
				assert_string_equal(line, expected[seen]);
				assert_int_equal(len, strlen(expected[seen]));
				seen++;
			}
		}
		assert_int_equal(seen, 3);
		assert_int_equal(lines_rest(&lines), 4);
		assert_false(lines_dropped(&lines));
		lines_done(&lines);
	}
}

static void long_lines_are_dropped(void **state)
{
	struct lines lines;
	size_t len;

	(void)state;
	lines_init(&lines, 8);
	feed(&lines, "123456789\nab\n", 13); /* whole, but too long */
	assert_string_equal(lines_next(&lines, &len), "ab");
	assert_true(lines_dropped(&lines));
	assert_false(lines_dropped(&lines));
	for (int i = 0; i < 100000; i++) { /* never ending: said once, nothing kept */
		feed(&lines, "xxxxxxxxxx", 10);
		assert_null(lines_next(&lines, &len));
		assert_true(lines.buf.cap < 4096);
		assert_int_equal(lines_dropped(&lines), i == 0);
	}
	feed(&lines, "x\n12345678\n", 11);
	assert_string_equal(lines_next(&lines, &len), "12345678");
	assert_null(lines_next(&lines, &len));
	lines_done(&lines);
}

static void memory_of_a_large_line_goes_back(void **state)
{
	static char large[1024 * 1024];
	struct lines lines;
	size_t len;

	(void)state;
	memset(large, 'x', sizeof(large));
	large[sizeof(large) - 1] = '\n';
	lines_init(&lines, sizeof(large));
	feed(&lines, large, sizeof(large));
	assert_non_null(lines_next(&lines, &len));
	assert_int_equal(len, sizeof(large) - 1);
	feed(&lines, "a\n", 2);
	assert_true(lines.buf.cap < 4096);
	assert_string_equal(lines_next(&lines, &len), "a");
	lines_done(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(portions_do_not_matter),
		cmocka_unit_test(long_lines_are_dropped),
		cmocka_unit_test(memory_of_a_large_line_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
