/* SPDX-License-Identifier: GPL-2.0-or-later */
/* buf: putting, printing, reading into, dropping */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_empty(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf);
	assert_string_equal(buf_text(&buf), "");
	buf_clear(&buf);
	buf_drop(&buf, 0);
	buf_drop(&buf, 5);
	buf_put(&buf, NULL, 0);
	assert_string_equal(buf_text(&buf), "");
	buf_done(&buf);
	buf_done(&buf);
	buf_done(NULL);
}

static void test_put(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf);
	buf_puts(&buf, "pid");
	buf_putc(&buf, ' ');
	buf_put(&buf, "812xx", 3);
	buf_fill(&buf, '.', 4);
	assert_string_equal(buf_text(&buf), "pid 812....");
	assert_int_equal(buf.len, 11);
	buf_clear(&buf);
	assert_string_equal(buf_text(&buf), "");
	assert_true(buf.cap > 0);
	for (int i = 0; i < 1000; i++)
		buf_putc(&buf, (char)('a' + i % 26));
	assert_int_equal(buf.len, 1000);
	assert_int_equal(strlen(buf_text(&buf)), 1000);
	buf_done(&buf);
}

static void test_printf(void **state)
{
	struct buf buf;
	char wide[600];

	(void)state;
	memset(wide, 'w', sizeof wide - 1);
	wide[sizeof wide - 1] = '\0';
	buf_init(&buf);
	buf_printf(&buf, "%s", "");
	assert_string_equal(buf_text(&buf), "");
	buf_printf(&buf, "%d/%s", 12, "abc");
	assert_string_equal(buf_text(&buf), "12/abc");
	buf_printf(&buf, "%s|", wide);
	assert_int_equal(buf.len, 6 + 599 + 1);
	assert_int_equal(buf_text(&buf)[605], '|');
	for (int i = 0; i < 300; i++) {
		size_t before = buf.len;
		buf_printf(&buf, "%d,", 7);
		assert_int_equal(buf.len, before + 2);
		assert_int_equal(strlen(buf_text(&buf)), buf.len);
	}
	buf_done(&buf);
}

static void test_lines_read_in_pieces(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf);
	memcpy(buf_room(&buf, 9), "one\ntwo\nt", 9);
	buf_grew(&buf, 9);
	buf_drop(&buf, 4);
	assert_string_equal(buf_text(&buf), "two\nt");
	memcpy(buf_room(&buf, 5000), "hree\n", 5);
	buf_grew(&buf, 5);
	buf_drop(&buf, 4);
	assert_string_equal(buf_text(&buf), "three\n");
	buf_drop(&buf, 100);
	assert_int_equal(buf.len, 0);
	buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_printf),
		cmocka_unit_test(test_lines_read_in_pieces),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
