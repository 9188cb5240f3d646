/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report: the table as text */
#include "table/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/story.h"

static const char *reported(const struct story *story, struct buf *out, struct report_style style)
{
	struct view_ask ask = { .sort = COL_RSS, .uid = -1 };
	struct view view;

	if (!style.columns) {
		style.columns = column_default;
		style.ncolumns = column_default_count;
	}
	buf_clear(out);
	view_init(&view);
	view_build(&view, story->store, &ask);
	report_text(out, story->store, &view, &style);
	view_done(&view);
	return buf_text(out);
}

static void begin(struct story *story)
{
	story_begin(story);
	story_birth(story, 812, 500, "node");
	story_birth(story, 63, 900, "postgrés");
	story_birth(story, 5, 900, "systemd-journald");
	story_usage(story, 812, 3170893, 100000);
	story_usage(story, 63, 80000, 1000);
	story_usage(story, 5, 20000, 1000);
	story_text(story, 5, TEXT_CMDLINE, "/lib/systemd/systemd-journald --with-a-long-option");
	story_user(story, 1000, "a-very-long-name");
	story_tick(story);
	story_wait(story, 10);
}

static void test_nothing_yet(void **state)
{
	struct store *store = store_new();
	struct story story = { .store = store };
	struct buf out;

	(void)state;
	buf_init(&out);
	assert_string_equal(reported(&story, &out, (struct report_style){ 0 }),
		"Taking the first look at this machine.\n\n"
		"    PID USER         RSS  GROWTH    PEAK    SWAP VERDICT        ETA COMMAND\n");
	buf_done(&out);
	store_free(store);
}

static void test_default(void **state)
{
	struct story story;
	struct buf out;

	(void)state;
	begin(&story);
	buf_init(&out);
	assert_string_equal(reported(&story, &out, (struct report_style){ .width = 80 }),
		"Memory is not the problem: 61 % available, no pressure. "
		"Watching for 10 seconds:\nnothing grows so far.\n"
		"Memory: 16 GiB in all, 6.2 GiB used, 2.4 GiB cache, 9.8 GiB available\n"
		"Swap: none; waiting for memory: some 0.0 %, all 0.0 % of 10 s\n"
		"\n"
		"    PID USER         RSS  GROWTH    PEAK    SWAP VERDICT        ETA COMMAND\n"
		"    812 a-very-+  3.024G       0       -       -   watching       - node\n"
		"     63 a-very-+ 78.125M       0       -       -   watching       - postgrés\n"
		"      5 a-very-+ 19.531M       0       -       -   watching       - systemd-jou+\n");
	/* nothing is cut without a sign */
	assert_non_null(strstr(reported(&story, &out,
				       (struct report_style){
					       .width = 80, .column = { .utf8 = true } }),
		"       - systemd-jou…\n"));
	assert_string_equal(strchr(reported(&story, &out,
					   (struct report_style){
						   .rows = 1, .column = { .utf8 = true } }),
				    '\n') +
				    1,
		"Memory: 16 GiB in all, 6.2 GiB used, 2.4 GiB cache, 9.8 GiB available\n"
		"Swap: none; waiting for memory: some 0.0 %, all 0.0 % of 10 s\n"
		"\n"
		"    PID USER         RSS  GROWTH    PEAK    SWAP VERDICT        ETA COMMAND\n"
		"    812 a-very-+  3.024G       0       -       -   watching       - node\n");
	buf_done(&out);
	story_end(&story);
}

static void test_no_width_cuts_nothing(void **state)
{
	static const enum column_id columns[] = { COL_RSS, COL_TREND, COL_COMMAND };
	struct story story;
	struct buf out;

	(void)state;
	begin(&story);
	buf_init(&out);
	struct report_style style = {
		.columns = columns, .ncolumns = 3, .column = { .full_command = true }
	};
	assert_non_null(strstr(reported(&story, &out, style),
		"\n19.531M /lib/systemd/systemd-journald --with-a-long-option\n"));
	style.ncolumns = 1;
	assert_non_null(strstr(reported(&story, &out, style), "\n    RSS\n 3.024G\n78.125M\n"));
	style.columns = columns + 1;
	assert_string_equal(strstr(reported(&story, &out, style), "\n\n"), "\n\n");
	buf_done(&out);
	story_end(&story);
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	for (const char *end; (end = strchr(text, '\n')); text = end + 1)
		longest = (size_t)(end - text) > longest ? (size_t)(end - text) : longest;
	return longest;
}

static void test_narrow(void **state)
{
	struct story story;
	struct buf out;

	(void)state;
	begin(&story);
	buf_init(&out);
	for (int width = 1; width < 100; width++) {
		const char *text = reported(&story, &out, (struct report_style){ .width = width });
		const char *table = strstr(text, "\n\n");
		assert_true(longest_line(table + 2) <= (size_t)(width < 10 ? 10 : width) + 1);
		assert_true(width < 20 || longest_line(text) <= (size_t)width + 1);
	}
	assert_string_equal(strstr(reported(&story, &out, (struct report_style){ .width = 40 }),
				    "\n\n"),
		"\n\n"
		"    PID     RSS  GROWTH COMMAND\n"
		"    812  3.024G       0 node\n"
		"     63 78.125M       0 postgrés\n"
		"      5 19.531M       0 systemd-journald\n");
	buf_done(&out);
	story_end(&story);
}

static void test_swap_and_kills(void **state)
{
	struct story story;
	struct buf out;

	(void)state;
	begin(&story);
	story.system.swap_total_kib = 2097152;
	story.system.swap_free_kib = 1048576;
	story.system.swap_in_kib_s = 100;
	story.system.swap_out_kib_s = 2048;
	story.system.oom_kills = 1;
	story_tick(&story);
	buf_init(&out);
	const char *text = reported(&story, &out, (struct report_style){ 0 });
	assert_non_null(strstr(text,
		"\nSwap: 2 GiB in all, 1 GiB used, 100K/s in, 2048K/s out; "
		"waiting for memory: some 0.0 %, all 0.0 % of 10 s; killed for want of memory: 1\n"));
	buf_done(&out);
	story_end(&story);
}

/* A name that would break a careless writer. */
static void test_json_and_csv(void **state)
{
	static const enum column_id columns[] = { COL_PID, COL_RSS, COL_SWAP, COL_VERDICT,
		COL_COMMAND };
	struct view_ask ask = { .sort = COL_RSS, .uid = -1 };
	struct report_style style = { .columns = columns, .ncolumns = 5 };
	struct view view;
	struct story story;
	struct buf out;

	(void)state;
	story_begin(&story);
	story_birth(&story, 7, 0, "a\"b,c\\");
	story_usage(&story, 7, 100, 50);
	story_text(&story, 7, TEXT_CMDLINE, "x, \"y\"");
	story_tick(&story);
	buf_init(&out);
	view_init(&view);
	view_build(&view, story.store, &ask);
	report_json(&out, story.store, &view, &style);
	assert_non_null(strstr(buf_text(&out),
		"\"processes\":[{\"pid\":7,\"rss\":102400,\"swap\":null,\"verdict\":\"new\","
		"\"command\":\"a\\\"b,c\\\\\",\"cmdline\":\"x, \\\"y\\\"\",\"name\":\"a\\\"b,c\\\\\"}]}\n"));
	buf_clear(&out);
	report_csv_titles(&out, &style);
	assert_string_equal(buf_text(&out), "time,pid,rss,swap,verdict,command,cmdline,name\r\n");
	buf_clear(&out);
	report_csv(&out, story.store, &view, &style);
	assert_non_null(strstr(buf_text(&out),
		",7,102400,,\"new\",\"a\"\"b,c\\\",\"x, \"\"y\"\"\",\"a\"\"b,c\\\"\r\n"));
	view_done(&view);
	buf_done(&out);
	story_end(&story);
}

/* What a spreadsheet would compute is text; figures stay figures. */
static void test_csv_formulas(void **state)
{
	static const char *const cells[][2] = {
		{ "=1+1", "\"'=1+1\"" },
		{ "+1", "\"'+1\"" },
		{ "-bash", "\"'-bash\"" },
		{ "@SUM(A1)", "\"'@SUM(A1)\"" },
		{ "\t=1", "\"'\t=1\"" },
		{ "\r=1", "\"'\r=1\"" },
		{ "=\"a\"", "\"'=\"\"a\"\"\"" },
		{ "a=b", "\"a=b\"" },
		{ "", "\"\"" },
	};
	struct buf out;

	(void)state;
	buf_init(&out);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		buf_clear(&out);
		report_csv_text(&out, cells[i][0]);
		assert_string_equal(buf_text(&out), cells[i][1]);
	}
	buf_done(&out);
}

static void test_json_of_nothing(void **state)
{
	struct report_style style = { 0 };
	struct view view = { 0 };
	struct store *store = store_new();
	struct buf out;

	(void)state;
	buf_init(&out);
	report_json(&out, store, &view, &style);
	assert_non_null(strstr(buf_text(&out),
		"\"system\":null,\"climbing\":0,\"processes\":[]}\n"));
	buf_done(&out);
	store_free(store);
}

/* Who is hidden and was not counted is not 0. */
static void test_json_of_hidden(void **state)
{
	const struct {
		int32_t hidepid;
		uint32_t hidden;
		const char *figure;
	} cases[] = {
		{ 0, 0, "\"hidden\":0," },
		{ 1, 3, "\"hidden\":3," },
		{ 2, 0, "\"hidden\":null," },
		{ 2, 7, "\"hidden\":7," },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct frame frame = {
			.seq = 1, .tick = true, .key = true, .system.hidden = cases[i].hidden
		};
		const struct stream_header header = { .hz = 100, .hidepid = cases[i].hidepid };
		struct report_style style = { 0 };
		struct view view = { 0 };
		struct store *store = store_new();
		struct buf out;

		buf_init(&out);
		store_set_header(store, &header);
		store_apply(store, &frame);
		report_json(&out, store, &view, &style);
		assert_non_null(strstr(buf_text(&out), cases[i].figure));
		buf_done(&out);
		store_free(store);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_and_csv),
		cmocka_unit_test(test_csv_formulas),
		cmocka_unit_test(test_json_of_nothing),
		cmocka_unit_test(test_json_of_hidden),
		cmocka_unit_test(test_nothing_yet),
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_no_width_cuts_nothing),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_swap_and_kills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
