/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column: every figure, how it is written, and the order it gives */
#include "table/column.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "tests/lib/story.h"

static const struct column_style utf8 = { .utf8 = true };
static const struct column_style ascii = { .utf8 = false };

static char text[COLUMN_TEXT_MAX];

static const char *cell_of(const struct story *story, int32_t pid, enum column_id id, int width,
	const struct column_style *style)
{
	struct row row = { .proc = story_proc(story, pid) };

	column_format(column_get(id), story->store, &row, style, width, text);
	return text;
}

static const char *cell(const struct story *story, int32_t pid, enum column_id id)
{
	return cell_of(story, pid, id, column_get(id)->width, &ascii);
}

static enum cell_tone tone(const struct story *story, int32_t pid, enum column_id id)
{
	struct row row = { .proc = story_proc(story, pid) };

	return column_format(column_get(id), story->store, &row, &ascii, column_get(id)->width,
		text);
}

/* What a process looks like of which everything is known. */
static void tell_all(struct story *story, int32_t pid)
{
	story_birth(story, pid, 3725, "node");
	story_usage(story, pid, 3145728, 1048576);
	struct proc_detail *detail = story_memory(story, pid, 2097152, 1000000, 48576, 512,
		4000000);
	detail->figures.known |= DETAIL_THREADS | DETAIL_OOM | DETAIL_CPU | DETAIL_FAULTS;
	detail->figures.threads = 12;
	detail->figures.oom_score = 800;
	detail->figures.cpu_ms = 83456;
	detail->figures.cpu_percent = 12.34f;
	detail->figures.major_faults_s = 120;
	detail->figures.minor_faults_s = 2500;
	detail->figures.nice = -5;
	story_text(story, pid, TEXT_CMDLINE, "node --max-old-space-size=8192 server.js");
	story_text(story, pid, TEXT_CGROUP, "/system.slice/docker-0123456789abcdef.scope");
	story_user(story, 1000, "ada");
	story_tick(story);
}

static void test_the_table_is_whole(void **state)
{
	(void)state;
	for (int id = 0; id < COLUMN_COUNT; id++) {
		const struct column *column = column_get((enum column_id)id);
		assert_int_equal(column->id, id);
		assert_non_null(column->key);
		assert_non_null(column->title);
		assert_non_null(column->unit);
		assert_non_null(column->origin);
		assert_non_null(column->help);
		assert_true(strlen(column->help) > 5);
		assert_true(column->importance > 0);
		assert_true(column_is_number(column) || column->text);
		assert_true(column->format || id == COL_TREND);
		assert_true(column->width == 0 || (int)strlen(column->title) <= column->width);
		assert_ptr_equal(column_by_key(column->key), column);
		assert_ptr_equal(column_by_key(column->title), column);
	}
	assert_null(column_by_key("nonsense"));
	assert_null(column_by_key(""));
	assert_ptr_equal(column_by_key("RsS"), column_get(COL_RSS));
	assert_int_equal(column_default_count, 10);
	assert_int_equal(column_default[0], COL_PID);
}

static void test_cells(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	tell_all(&story, 4321);
	assert_string_equal(cell(&story, 4321, COL_PID), "4321");
	assert_string_equal(cell(&story, 4321, COL_PPID), "1");
	assert_string_equal(cell(&story, 4321, COL_USER), "ada");
	assert_string_equal(cell(&story, 4321, COL_RSS), "3.000G");
	assert_string_equal(cell(&story, 4321, COL_MEM_PERCENT), "18.8");
	assert_string_equal(cell(&story, 4321, COL_FOOTPRINT), "2.047G");
	assert_string_equal(cell(&story, 4321, COL_ANON), "2.000G");
	assert_string_equal(cell(&story, 4321, COL_FILE), "976.56M");
	assert_string_equal(cell(&story, 4321, COL_SHMEM), "47.438M");
	assert_string_equal(cell(&story, 4321, COL_SWAP), "512K");
	assert_string_equal(cell(&story, 4321, COL_PEAK), "3.815G");
	assert_string_equal(cell(&story, 4321, COL_VIRT), "6.000G");
	assert_string_equal(cell(&story, 4321, COL_AGE), "1h02m");
	assert_string_equal(cell(&story, 4321, COL_MAJFLT), "120");
	assert_int_equal(tone(&story, 4321, COL_MAJFLT), TONE_NOTICE);
	assert_string_equal(cell(&story, 4321, COL_MINFLT), "2500");
	assert_string_equal(cell(&story, 4321, COL_THREADS), "12");
	assert_string_equal(cell(&story, 4321, COL_STATE), "S");
	assert_string_equal(cell(&story, 4321, COL_NICE), "-5");
	assert_string_equal(cell(&story, 4321, COL_OOM), "800");
	assert_string_equal(cell(&story, 4321, COL_CPU), "12.3");
	assert_string_equal(cell(&story, 4321, COL_TIME), "1:23.45");
	assert_string_equal(cell(&story, 4321, COL_CGROUP), "<-0123456789abcdef.scope");
	assert_string_equal(cell_of(&story, 4321, COL_CGROUP, 24, &utf8),
		"…-0123456789abcdef.scope");
	assert_string_equal(cell_of(&story, 4321, COL_CGROUP, 80, &utf8),
		"/system.slice/docker-0123456789abcdef.scope");
	assert_string_equal(cell(&story, 4321, COL_TREND), "");
	assert_string_equal(cell(&story, 4321, COL_COMMAND), "server.js");
	struct column_style full = { .full_command = true };
	assert_string_equal(cell_of(&story, 4321, COL_COMMAND, 0, &full), "server.js (node)");
	assert_string_equal(cell(&story, 4321, COL_SINCE_BASE), "-");
	store_set_baseline(story.store);
	assert_string_equal(cell(&story, 4321, COL_SINCE_BASE), "0");
	story_grow(&story, 4321, 2048, 1);
	assert_string_equal(cell(&story, 4321, COL_SINCE_BASE), "+2048K");
	story_end(&story);
}

static void test_one_mib_shows_on_three_gib(void **state)
{
	char before[sizeof(text)];
	struct story story;

	(void)state;
	story_begin(&story);
	tell_all(&story, 4321);
	for (int id = COL_RSS; id <= COL_ANON; id++) {
		if (id == COL_MEM_PERCENT)
			continue;
		snprintf(before, sizeof(before), "%s", cell(&story, 4321, (enum column_id)id));
		story_grow(&story, 4321, 1100, 1);
		assert_string_not_equal(cell(&story, 4321, (enum column_id)id), before);
	}
	story_end(&story);
}

static void test_unknown_cells(void **state)
{
	static const enum column_id unknown[] = {
		COL_RSS,
		COL_MEM_PERCENT,
		COL_FOOTPRINT,
		COL_ANON,
		COL_FILE,
		COL_SHMEM,
		COL_SWAP,
		COL_PEAK,
		COL_VIRT,
		COL_GROWTH,
		COL_GROWTH10,
		COL_VERDICT,
		COL_ETA,
		COL_SINCE_BASE,
		COL_MAJFLT,
		COL_MINFLT,
		COL_THREADS,
		COL_STATE,
		COL_NICE,
		COL_OOM,
		COL_CGROUP,
		COL_CPU,
		COL_TIME,
	};
	struct story story;

	(void)state;
	story_begin(&story);
	struct proc_birth *birth = story_birth(&story, 10, 10, "kworker/0:1");
	birth->kernel_thread = true;
	birth->state = '?';
	birth->uid = 77;
	story_tick(&story);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_string_equal(cell(&story, 10, unknown[i]), "-");
		assert_int_equal(tone(&story, 10, unknown[i]), TONE_DIM);
	}
	assert_string_equal(cell(&story, 10, COL_USER), "77");
	assert_string_equal(cell_of(&story, 10, COL_USER, 1, &ascii), "77");
	assert_string_equal(cell(&story, 10, COL_COMMAND), "[kworker/0:1]");
	story_birth(&story, 11, 10, "nobody")->uid = 4294967294;
	story_birth(&story, 12, 10, "long")->uid = 78;
	story_user(&story, 78, "systemd-timesync");
	story_tick(&story);
	assert_string_equal(cell(&story, 11, COL_USER), "4294967+");
	assert_string_equal(cell(&story, 12, COL_USER), "systemd+");
	struct stream_header header = { 0 };
	store_set_header(story.store, &header);
	assert_string_equal(cell(&story, 10, COL_AGE), "-");
	story_end(&story);
}

static void test_growth_cells(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 500, "still");
	story_birth(&story, 11, 500, "up");
	story_birth(&story, 12, 500, "down");
	for (int32_t pid = 10; pid < 13; pid++)
		story_usage(&story, pid, 900000, 1000);
	story_tick(&story);
	assert_string_equal(cell(&story, 10, COL_GROWTH), "-");
	for (uint64_t i = 1; i <= 60; i++) {
		story_usage(&story, 11, 900000 + i * 1044, 1000);
		story_usage(&story, 12, 900000 - i * 500, 1000);
		story_tick(&story);
	}
	assert_string_equal(cell(&story, 10, COL_GROWTH), "0");
	assert_int_equal(tone(&story, 10, COL_GROWTH), TONE_DIM);
	assert_string_equal(cell(&story, 11, COL_GROWTH), "+61.17M");
	assert_int_equal(tone(&story, 11, COL_GROWTH), TONE_WARN);
	assert_string_equal(cell(&story, 12, COL_GROWTH), "-29.30M");
	assert_int_equal(tone(&story, 12, COL_GROWTH), TONE_DIM);
	assert_string_equal(cell(&story, 11, COL_GROWTH10), "+61.17M");
	assert_string_equal(cell(&story, 11, COL_VERDICT), "^ climbing");
	assert_string_equal(cell_of(&story, 11, COL_VERDICT, 10, &utf8), "▲ climbing");
	assert_int_equal(text_width("▲ climbing"), 10);
	assert_int_equal(tone(&story, 11, COL_VERDICT), TONE_WARN);
	assert_string_equal(cell(&story, 10, COL_VERDICT), ". steady");
	assert_int_equal(tone(&story, 10, COL_VERDICT), TONE_DIM);
	assert_true(strncmp(cell_of(&story, 11, COL_VERDICT, 20, &ascii), "^ climbing ", 11) == 0);
	assert_true(strchr(text, 's') != NULL);
	assert_string_equal(cell(&story, 10, COL_ETA), "-");
	story_grow(&story, 11, 1044, 300);
	story_grow(&story, 11, -400000, 1);
	story_wait(&story, 5);
	assert_string_equal(cell(&story, 11, COL_VERDICT), "- receding");
	assert_true(strlen(cell_of(&story, 11, COL_VERDICT, 20, &ascii)) > 10);
	story_end(&story);
}

static void test_eta_cells(void **state)
{
	/* available after ten minutes of growth, and what the cell says of it */
	static const struct {
		uint64_t available_kib;
		const char *text;
		enum cell_tone tone;
	} examples[] = {
		{ 50000, "~50s", TONE_ALARM },
		{ 540000, "~9m", TONE_ALARM },
		{ 2400000, "~40m", TONE_WARN },
		{ 7200000, "~2h", TONE_NOTICE },
		{ 345600000, "~4d", TONE_NOTICE },
		{ 3456000000, "-", TONE_DIM },
	};
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 500, "up");
	story_usage(&story, 10, 900000, 1000);
	story_tick(&story);
	story_grow(&story, 10, 1000, 600);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		story.system.available_kib = examples[i].available_kib;
		story_grow(&story, 10, 1000, 1);
		assert_string_equal(cell(&story, 10, COL_ETA), examples[i].text);
		assert_int_equal(tone(&story, 10, COL_ETA), examples[i].tone);
	}
	story.system.available_kib = 540000;
	story_grow(&story, 10, 1000, 1);
	assert_string_equal(cell_of(&story, 10, COL_ETA, 13, &ascii), "~9m");
	story_end(&story);
}

/* A rate that is not sure gives a range, where it fits. */
static void test_eta_ranges(void **state)
{
	static const struct {
		uint64_t available_kib;
		const char *text;
	} examples[] = {
		{ 2400000, "~34m (31-36)" },
		{ 6800000, "~96m (89m-2h)" },
		{ 20000000, "~5h (4-5)" },
	};
	struct story story;
	unsigned seed = 1;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 500, "up");
	story_usage(&story, 10, 900000, 1000);
	story_tick(&story);
	for (int i = 0; i < 600; i++) {
		seed = seed * 1664525u + 1013904223u;
		story_grow(&story, 10, i % 37 ? 0 : 37000 + (int)(seed >> 24) * 64, 1);
	}
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		story.system.available_kib = examples[i].available_kib;
		story_grow(&story, 10, 1000, 1);
		assert_string_equal(cell_of(&story, 10, COL_ETA, 13, &ascii), examples[i].text);
	}
	assert_string_equal(cell_of(&story, 10, COL_ETA, 8, &ascii), "~5h");
	story_end(&story);
}

static void test_command_in_a_tree(void **state)
{
	struct story story;
	struct row row;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 10, "sh");
	story_birth(&story, 11, 10, "stuck");
	story_birth(&story, 12, 10, "gone")->state = 'Z';
	story_text(&story, 11, TEXT_BLOCKED, "3");
	story_text(&story, 12, TEXT_CMDLINE, "");
	story_tick(&story);
	row = (struct row){ .proc = story_proc(&story, 10) };
	for (row.depth = 0; row.depth < 100; row.depth++) {
		column_format(column_get(COL_COMMAND), story.store, &row, &utf8, 0, text);
		assert_true(text_width(text) <= 45);
		if (row.depth == 1)
			assert_string_equal(text, "└─ sh");
		if (row.depth == 2)
			assert_string_equal(text, "  └─ sh");
	}
	assert_string_equal(cell(&story, 11, COL_COMMAND), "stuck [blocked]");
	assert_int_equal(tone(&story, 11, COL_COMMAND), TONE_WARN);
	assert_int_equal(tone(&story, 12, COL_COMMAND), TONE_DIM);
	struct column_style full = { .full_command = true };
	assert_string_equal(cell_of(&story, 12, COL_COMMAND, 0, &full), "gone");
	story_end(&story);
}

/* What has ended is judged by nobody, whatever its memory did before: "zombie", not "shrinking" or
 * "climbing".  A main thread that has ended while others go on is no zombie. */
static void test_zombie(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	for (int pid = 10; pid < 13; pid++)
		story_birth(&story, pid, 500, "app");
	for (int i = 0; i < 120; i++) {
		for (int pid = 10; pid < 12; pid++)
			story_usage(&story, pid, (uint64_t)(10000 + 500 * i), 1000);
		story_tick(&story);
	}
	assert_string_equal(cell_of(&story, 10, COL_VERDICT, 12, &utf8), "▲ climbing");
	story_usage(&story, 10, 0, 0);
	for (int pid = 10; pid < 13; pid++) {
		struct proc_detail *detail = story_detail(&story, pid, DETAIL_THREADS);
		detail->figures.state = 'Z';
		detail->figures.threads = pid == 11 ? 5 : 1;
	}
	story_tick(&story);
	assert_string_equal(cell_of(&story, 10, COL_VERDICT, 12, &utf8), "Z zombie");
	assert_string_equal(cell_of(&story, 10, COL_VERDICT, 20, &ascii), "Z zombie");
	assert_int_equal(tone(&story, 10, COL_VERDICT), TONE_DIM);
	assert_string_equal(cell_of(&story, 10, COL_ETA, 12, &utf8), "-");
	assert_string_equal(cell_of(&story, 11, COL_VERDICT, 12, &utf8), "▲ climbing");
	assert_string_equal(cell_of(&story, 12, COL_VERDICT, 12, &utf8), "Z zombie");
	story_end(&story);
}

/* Where a path does not fit its folders go, and not the program. */
static void test_command_cut(void **state)
{
	struct column_style full = { .full_command = true };
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 10, "postgres");
	story_text(&story, 10, TEXT_CMDLINE, "/usr/lib/postgresql/15/bin/postgres -D /var/lib/x");
	story_tick(&story);
	assert_string_equal(cell_of(&story, 10, COL_COMMAND, 20, &full), "postgres -D /var/lib/x");
	assert_string_equal(cell_of(&story, 10, COL_COMMAND, 60, &full),
		"/usr/lib/postgresql/15/bin/postgres -D /var/lib/x");
	assert_string_equal(cell_of(&story, 10, COL_COMMAND, 0, &full),
		"/usr/lib/postgresql/15/bin/postgres -D /var/lib/x");
	story_end(&story);
}

static void test_cpu_time_of_years(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 10, "old");
	story_detail(&story, 10, DETAIL_CPU)->figures.cpu_ms = 600000ull * 60000 + 59 * 60000;
	story_tick(&story);
	assert_string_equal(cell(&story, 10, COL_TIME), "10000h59m");
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_whole),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_one_mib_shows_on_three_gib),
		cmocka_unit_test(test_unknown_cells),
		cmocka_unit_test(test_growth_cells),
		cmocka_unit_test(test_eta_cells),
		cmocka_unit_test(test_eta_ranges),
		cmocka_unit_test(test_command_in_a_tree),
		cmocka_unit_test(test_zombie),
		cmocka_unit_test(test_command_cut),
		cmocka_unit_test(test_cpu_time_of_years),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
