/* SPDX-License-Identifier: GPL-2.0-or-later */
/* canvas: cells, clipping, wide characters, marks */
#include "ui/draw/canvas.h"

#include "tests/lib/canvas_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct canvas canvas;

static int set_up(void **state)
{
	(void)state;
	canvas_init(&canvas);
	canvas_resize(&canvas, 10, 3);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	canvas_done(&canvas);
	return 0;
}

static void assert_dump(const char *expected)
{
	struct buf out;

	buf_init(&out);
	canvas_dump(&canvas, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_done(&out);
}

static const struct cell *at(int x, int y)
{
	return &canvas.cells[y * canvas.width + x];
}

static void test_sizes(void **state)
{
	(void)state;
	canvas_resize(&canvas, 0, -4);
	assert_int_equal(canvas.width, 1);
	assert_int_equal(canvas.height, 1);
	canvas_resize(&canvas, 100000, 2);
	assert_int_equal(canvas.width, 1000);
	assert_int_equal(at(999, 1)->ch, ' ');
	assert_int_equal(canvas.cursor_x, -1);
}

static void test_text(void **state)
{
	(void)state;
	assert_int_equal(canvas_text(&canvas, 2, 0, STYLE_GOOD, "hello", 10), 5);
	assert_int_equal(canvas_text(&canvas, 0, 1, STYLE_DIM, "hello", 3), 3);
	assert_int_equal(canvas_text_right(&canvas, 0, 2, STYLE_DIM, "12K", 6), 3);
	assert_dump("  hello\nhel\n   12K\n");
	assert_int_equal(at(2, 0)->style, STYLE_GOOD);
	assert_int_equal(at(1, 0)->style, STYLE_NORMAL);
	assert_int_equal(canvas_text_right(&canvas, 0, 2, STYLE_DIM, "1234567", 4), 4);
	assert_int_equal(at(0, 2)->ch, '1');
	assert_int_equal(at(3, 2)->ch, '4');
}

static void test_outside_is_nothing(void **state)
{
	(void)state;
	canvas_text(&canvas, -3, 0, STYLE_NORMAL, "abcde", 20);
	canvas_text(&canvas, 8, 1, STYLE_NORMAL, "abcde", 20);
	canvas_text(&canvas, 0, -1, STYLE_NORMAL, "up", 20);
	canvas_text(&canvas, 0, 3, STYLE_NORMAL, "down", 20);
	canvas_fill(&canvas, (struct canvas_box){ -5, -5, 100, 6 }, STYLE_WARN, '#');
	canvas_fill(&canvas, (struct canvas_box){ 3, 2, -2, 5 }, STYLE_WARN, '!');
	canvas_overlay(&canvas, -2, 2, 400, STYLE_CURSOR);
	canvas_overlay(&canvas, 0, 9, 4, STYLE_CURSOR);
	canvas_char(&canvas, 99, 99, STYLE_WARN, 'x');
	assert_dump("##########\n        ab\n\n");
	assert_int_equal(at(9, 2)->over, STYLE_CURSOR);
}

static void test_wide(void **state)
{
	(void)state;
	assert_int_equal(canvas_text(&canvas, 0, 0, STYLE_NORMAL, "a中b", 10), 4);
	assert_int_equal(at(1, 0)->ch, 0x4e2d);
	assert_int_equal(at(2, 0)->ch, 0);
	assert_int_equal(at(3, 0)->ch, 'b');
	/* a half that is drawn over takes the other with it */
	canvas_char(&canvas, 2, 0, STYLE_NORMAL, 'x');
	assert_int_equal(at(1, 0)->ch, ' ');
	canvas_text(&canvas, 4, 0, STYLE_NORMAL, "文", 2);
	canvas_text(&canvas, 3, 0, STYLE_NORMAL, "字", 2);
	assert_int_equal(at(5, 0)->ch, ' ');
	assert_dump("a x字\n\n\n");
	/* not half of one at the end of its room, nor at the edge */
	assert_int_equal(canvas_text(&canvas, 0, 1, STYLE_NORMAL, "中文", 3), 2);
	canvas_text(&canvas, 9, 2, STYLE_NORMAL, "中", 2);
	canvas_text(&canvas, -1, 2, STYLE_NORMAL, "中", 2);
	assert_dump("a x字\n中\n\n");
}

static void test_marks(void **state)
{
	(void)state;
	assert_int_equal(canvas_text(&canvas, 0, 0, STYLE_NORMAL, "e\xcc\x81\xcc\xa3o", 10), 2);
	assert_int_equal(at(0, 0)->marks[0], 0x301);
	assert_int_equal(at(0, 0)->marks[1], 0x323);
	canvas_text(&canvas, 0, 1, STYLE_NORMAL, "中\xcc\x81", 10);
	assert_int_equal(at(0, 1)->marks[0], 0x301);
	assert_dump("e\xcc\x81\xcc\xa3o\n中\xcc\x81\n\n");
	/* marks of what is cut do not fall on what stands there */
	canvas_text(&canvas, 0, 2, STYLE_NORMAL, "xy\xcc\x81", 1);
	assert_int_equal(at(0, 2)->marks[0], 0);
	/* one beyond U+FFFF takes the room of two */
	canvas_clear(&canvas);
	canvas_text(&canvas, 0, 0, STYLE_NORMAL, "a\xf0\x9d\x85\xa7\xcc\x81", 10);
	canvas_text(&canvas, 0, 1, STYLE_NORMAL, "b\xcc\x81\xf0\x9d\x85\xa7", 10);
	assert_dump("a\xf0\x9d\x85\xa7\nb\xcc\x81\n\n");
}

static void test_printf(void **state)
{
	char longest[2048];

	(void)state;
	assert_int_equal(canvas_printf(&canvas, 6, 0, STYLE_NORMAL, "%d-%s", 12, "long"), 4);
	assert_dump("      12-l\n\n\n");
	memset(longest, 'a', sizeof(longest));
	memcpy(longest + 1021, "中", 3);
	longest[2047] = '\0';
	assert_int_equal(canvas_printf(&canvas, 0, 1, STYLE_NORMAL, "%s", longest), 10);
}

static void test_same(void **state)
{
	struct cell a = { .ch = 'x', .style = STYLE_DIM };
	struct cell b = a;

	(void)state;
	assert_true(canvas_cells_same(&a, &b, 1));
	b.over = STYLE_CURSOR;
	assert_false(canvas_cells_same(&a, &b, 1));
	b = a;
	b.marks[1] = 0x301;
	assert_false(canvas_cells_same(&a, &b, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sizes),
		TEST(test_text),
		TEST(test_outside_is_nothing),
		TEST(test_wide),
		TEST(test_marks),
		TEST(test_printf),
		TEST(test_same),
	};

	return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
