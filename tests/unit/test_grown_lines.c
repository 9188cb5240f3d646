/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of table/grown_lines: which lines are told, and in which words. */
#include "table/grown_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MIB = 1024 };

/* A program that rose by 100 MiB, of which CAUGHT were caught. */
static struct frame *grown(uint64_t caught_mib)
{
	struct frame *frame = frame_new();
	struct proc_grown *whole = arena_take(&frame->arena, 1, sizeof(*whole));
	struct grown_line *lines = arena_take(&frame->arena, 3, sizeof(*lines));

	*whole = (struct proc_grown){ .pid = 7,
		.why = "",
		.runtime = "CPython 3.13",
		.looks = 250,
		.rose_kib = 100 * MIB,
		.caught_kib = caught_mib * MIB };
	lines[0] = (struct grown_line){ 7, "/srv/shop.py", 31, "keep", true, 80 * MIB, 80 * MIB,
		200, "", "    CACHE[key] = page" };
	lines[1] = (struct grown_line){ 7, "/srv/shop.py", 12, "load", true, -20 * MIB, 0, 20,
		"/usr/lib/python3/dist-packages/numpy/core.py:9", "" };
	lines[2] = (struct grown_line){ 7, "/srv/small.py", 1, "f", true, 150, 150, 1, "", "x" };
	frame->growns = whole;
	frame->ngrowns = 1;
	frame->grown_lines = lines;
	frame->ngrown_lines = 3;
	return frame;
}

static void lines_stand_by_file_and_number(void **state)
{
	struct frame *frame = grown(97);
	struct buf out;

	(void)state;
	buf_init(&out);
	grown_lines_text(&out, frame, 51);
	assert_string_equal(buf_text(&out),
		"Lines: caught 97 % of the 100 MiB it rose by (250 looks).\n"
		"\n"
		"  /srv/shop.py\n"
		"    Line  Increment  Occurrences  Line contents\n"
		"      12   -20.000M           20  (its text cannot\n"
		"                                       in core.py:9\n"
		"      31   +80.000M          200      CACHE[key] =\n"
		"\n"
		"  Memory is told where it was touched first. What a line freed and another keeps "
		"now\n"
		"  stays with the first: the types say what is kept, --holders by whom.\n");
	buf_done(&out);
	frame_free(frame);
}

static void too_little_caught_has_no_lines(void **state)
{
	struct frame *frame = grown(59);
	struct buf out;

	(void)state;
	assert_false(grown_lines_hold(frame));
	assert_false(grown_lines_hold(NULL));
	buf_init(&out);
	grown_lines_text(&out, frame, 80);
	assert_non_null(strstr(buf_text(&out), "caught 59 %"));
	assert_null(strstr(buf_text(&out), "shop.py"));
	frame->growns[0].caught_kib = 60 * MIB;
	assert_true(grown_lines_hold(frame));
	buf_done(&out);
	frame_free(frame);
}

static void json_has_what_is_known(void **state)
{
	struct frame *frame = grown(97);
	struct json_writer json;
	struct buf out;

	(void)state;
	buf_init(&out);
	json_writer_init(&json, &out);
	json_open(&json, NULL, '{');
	grown_lines_json(&json, frame, "nobody looked");
	json_close(&json, '}');
	json_writer_flush(&json);
	assert_non_null(strstr(buf_text(&out), "\"caught\":0.97"));
	assert_non_null(strstr(buf_text(&out), "\"contents\":null"));
	assert_non_null(strstr(buf_text(&out), "\"lines_unknown\":null"));
	buf_clear(&out);
	json_writer_init(&json, &out);
	json_open(&json, NULL, '{');
	grown_lines_json(&json, NULL, "nobody looked");
	json_close(&json, '}');
	json_writer_flush(&json);
	assert_non_null(strstr(buf_text(&out), "\"lines_unknown\":\"nobody looked\""));
	assert_non_null(strstr(buf_text(&out), "\"lines\":[]"));
	buf_done(&out);
	frame_free(frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_stand_by_file_and_number),
		cmocka_unit_test(too_little_caught_has_no_lines),
		cmocka_unit_test(json_has_what_is_known),
	};

	return cmocka_run_group_tests_name("grown_lines", tests, NULL, NULL);
}
