/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view: which rows, in which order */
#include "table/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/story.h"

static const struct view_ask all = { .sort = COL_RSS, .uid = -1 };

/* The pids of the rows, depth before them: "10 1:11 2:12". */
static const char *rows(const struct view *view)
{
	static char out[1024];
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < view->count; i++) {
		const struct row *row = &view->rows[i];
		char depth[16] = "";
		if (row->depth)
			snprintf(depth, sizeof(depth), "%d:", row->depth);
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%s%d", i ? " " : "", depth,
			row->proc->id.pid);
	}
	return out;
}

static const char *built(struct view *view, const struct story *story, struct view_ask ask)
{
	view_build(view, story->store, &ask);
	return rows(view);
}

/* 10..14 with 500, 300, 300, 900 KiB and one not measured; 15 a kernel thread. */
static void begin(struct story *story)
{
	static const uint64_t rss_kib[] = { 500, 300, 300, 900 };
	static const char *const names[] = { "bash", "Apache", "apache2", "zsh", "new", "kthread" };

	story_begin(story);
	for (int i = 0; i < 6; i++) {
		struct proc_birth *birth = story_birth(story, 10 + i, 50 - i, names[i]);
		birth->uid = i % 2 ? 33 : 1000;
		birth->kernel_thread = i == 5;
		if (i < 4)
			story_usage(story, 10 + i, rss_kib[i], 0);
	}
	story_tick(story);
}

static void test_order(void **state)
{
	struct story story;
	struct view view;

	(void)state;
	begin(&story);
	view_init(&view);
	struct view_ask ask = all;
	assert_string_equal(built(&view, &story, ask), "13 10 11 12 14");
	ask.reverse = true;
	assert_string_equal(built(&view, &story, ask), "11 12 10 13 14");
	ask.kernel_threads = true;
	assert_string_equal(built(&view, &story, ask), "11 12 10 13 14 15");
	ask = all;
	ask.sort = COL_COMMAND;
	assert_string_equal(built(&view, &story, ask), "11 12 10 14 13");
	ask.reverse = true;
	assert_string_equal(built(&view, &story, ask), "13 14 10 12 11");
	ask.sort = COL_PID;
	assert_string_equal(built(&view, &story, ask), "14 13 12 11 10");
	ask.sort = COL_CGROUP;
	assert_string_equal(built(&view, &story, ask), "10 11 12 13 14");
	ask.sort = COL_SINCE_BASE;
	assert_string_equal(built(&view, &story, ask), "10 11 12 13 14");
	view_done(&view);
	view_done(NULL);
	story_end(&story);
}

static void test_choice(void **state)
{
	static const int32_t pids[] = { 12, 99, 13 };
	struct query_error error;
	struct query *query;
	struct story story;
	struct view view;

	(void)state;
	begin(&story);
	view_init(&view);
	struct view_ask ask = all;
	ask.uid = 33;
	assert_string_equal(built(&view, &story, ask), "13 11");
	ask = all;
	ask.pids = pids;
	ask.npids = 3;
	assert_string_equal(built(&view, &story, ask), "13 12");
	ask.npids = 0;
	assert_string_equal(built(&view, &story, ask), "");
	ask = all;
	assert_int_equal(query_parse(&query, "apache", &error), 0);
	ask.query = query;
	assert_string_equal(built(&view, &story, ask), "11 12");
	query_free(query);
	ask = all;
	ask.flagged_only = true;
	assert_string_equal(built(&view, &story, ask), "");
	built(&view, &story, all);
	assert_int_equal(view_find(&view, story_proc(&story, 12)->id), 3);
	assert_int_equal(view_find(&view, (struct ident){ 12, 1 }), -1);
	view_done(&view);
	story_end(&story);
}

static void test_climbers_on_top(void **state)
{
	struct story story;
	struct view view;

	(void)state;
	story_begin(&story);
	for (int32_t pid = 10; pid < 15; pid++) {
		story_birth(&story, pid, 500, "x")->uid = (uint32_t)pid;
		story_usage(&story, pid, 1000000 * (uint64_t)(pid - 9), 0);
	}
	story_tick(&story);
	for (uint64_t i = 1; i < 60; i++) {
		story_usage(&story, 10, 1000000 + i * 600, 0);
		story_usage(&story, 12, 3000000 + i * 500, 0);
		story_tick(&story);
	}
	view_init(&view);
	struct view_ask ask = all;
	assert_string_equal(built(&view, &story, ask), "14 13 12 11 10");
	assert_int_equal(view.climbing, 2);
	ask.climbers_on_top = true;
	assert_string_equal(built(&view, &story, ask), "12 10 14 13 11");
	ask.reverse = true;
	assert_string_equal(built(&view, &story, ask), "10 12 11 13 14");
	ask.reverse = false;
	ask.sort = COL_GROWTH;
	assert_string_equal(built(&view, &story, ask), "10 12 11 13 14");
	ask.flagged_only = true;
	assert_string_equal(built(&view, &story, ask), "10 12");
	ask.uid = 12;
	assert_string_equal(built(&view, &story, ask), "12");
	assert_int_equal(view.climbing, 2);
	view_done(&view);
	story_end(&story);
}

static void test_tree(void **state)
{
	/* pid, parent, RSS */
	static const int family[][3] = {
		{ 1, 0, 100 },
		{ 2, 1, 50 },
		{ 3, 1, 900 },
		{ 4, 3, 10 },
		{ 5, 4, 20 },
		{ 6, 99, 700 },
		{ 7, 6, 5 },
		{ 8, 9, 1 },
		{ 9, 8, 2 },
	};
	struct query_error error;
	struct query *query;
	struct story story;
	struct view view;

	(void)state;
	story_begin(&story);
	for (size_t i = 0; i < sizeof(family) / sizeof(family[0]); i++) {
		struct proc_birth *birth = story_birth(&story, family[i][0], 100 - (double)i, "x");
		birth->ppid = family[i][1];
		story_usage(&story, family[i][0], (uint64_t)family[i][2], 0);
	}
	story_tick(&story);
	view_init(&view);
	struct view_ask ask = all;
	ask.tree = true;
	/* 8 and 9 call each other parent: the older is a root */
	assert_string_equal(built(&view, &story, ask), "6 1:7 1 1:3 2:4 3:5 1:2 8 1:9");
	ask.sort = COL_PID;
	assert_string_equal(built(&view, &story, ask), "1 1:2 1:3 2:4 3:5 6 1:7 8 1:9");
	/* who is not shown leaves his children to his parent */
	assert_int_equal(query_parse(&query, "rss!=10k and rss!=100k", &error), 0);
	ask.query = query;
	assert_string_equal(built(&view, &story, ask), "2 3 1:5 6 1:7 8 1:9");
	query_free(query);
	view_done(&view);
	story_end(&story);
}

/* A parent whose pid belongs to somebody younger by now is none. */
static void test_tree_with_used_pid(void **state)
{
	struct story story;
	struct view view;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 5, "young");
	story_birth(&story, 11, 500, "old")->ppid = 10;
	story_tick(&story);
	view_init(&view);
	struct view_ask ask = all;
	ask.tree = true;
	assert_string_equal(built(&view, &story, ask), "10 11");
	view_done(&view);
	story_end(&story);
}

/* Less than, equal to or more than 0; the unknown is neither: *KNOWN says how many are known. */
static int compare_values(const struct column *column, const struct store *store,
	const struct row *a, const struct row *b, bool known[2])
{
	double x = 0, y = 0;

	if (!column_is_number(column)) {
		const char *s = column->text(store, a), *t = column->text(store, b);
		known[0] = s != NULL;
		known[1] = t != NULL;
		return s != NULL && t != NULL ? strcasecmp(s, t) : 0;
	}
	known[0] = column_number(column, store, a, &x);
	known[1] = column_number(column, store, b, &y);
	return x < y ? -1 : x > y;
}

/* How two rows are to stand, the unknown last whatever the direction; ties by pid. */
static int compare_rows(const struct column *column, const struct store *store, const struct row *a,
	const struct row *b)
{
	bool known[2];
	int order = compare_values(column, store, a, b, known);

	if (known[0] != known[1])
		return known[0] ? -1 : 1;
	if (known[0] && order)
		return column->ascending ? order : -order;
	int32_t x = row_ident(a).pid, y = row_ident(b).pid;
	return x < y ? -1 : x > y;
}

static int by_column(const struct view *view, const struct story *story, enum column_id id)
{
	for (size_t i = 1; i < view->count; i++)
		if (compare_rows(column_get(id), story->store, &view->rows[i - 1], &view->rows[i]) >
			0)
			return (int)i;
	return 0;
}

/* Any column, many rows: the packed keys order as the figures do. */
static void test_many(void **state)
{
	static const char *const names[] = { "longername-a", "longername-b", "LongerName-C", "x",
		"" };
	struct story story;
	struct view view;
	uint32_t seed = 5;

	(void)state;
	story_begin(&story);
	for (int32_t pid = 1; pid < 1000; pid++) {
		seed = seed * 1664525 + 1013904223;
		struct proc_birth *birth = story_birth(&story, pid, seed >> 20, names[seed % 5]);
		birth->uid = seed >> 30;
		if (pid % 7)
			story_usage(&story, pid, seed >> 12 & 0xff00, seed >> 25);
		if (pid % 3) {
			struct proc_detail *detail = story_memory(&story, pid, 1, seed >> 28, 2,
				seed >> 29, seed >> 9);
			detail->figures.known |= DETAIL_CPU | DETAIL_OOM;
			detail->figures.nice = (int8_t)((int32_t)(seed >> 24) % 20 - 10);
			detail->figures.cpu_percent = (float)(seed >> 27);
		}
		if (pid % 30 == 0)
			story_addition(&story);
	}
	story_tick(&story);
	view_init(&view);
	for (int id = 0; id < COLUMN_COUNT; id++) {
		struct view_ask ask = all;
		ask.sort = (enum column_id)id;
		view_build(&view, story.store, &ask);
		assert_int_equal(view.count, 999);
		assert_int_equal(by_column(&view, &story, (enum column_id)id), 0);
	}
	view_done(&view);
	story_end(&story);
}

/* A tick in which some are born, die and change: pids 1 to 300, every RSS more than once. */
static void churn(struct story *story, bool lives[301], uint32_t *seed)
{
	for (int i = 0; i < 40; i++) {
		*seed = *seed * 1664525 + 1013904223;
		int32_t pid = (int32_t)(*seed >> 8) % 300 + 1;
		if (lives[pid] && i % 4 == 0)
			story_death(story, pid);
		else if (!lives[pid])
			story_birth(story, pid, 1, pid % 2 ? "odd" : "even");
		lives[pid] = !(lives[pid] && i % 4 == 0);
		if (lives[pid])
			story_usage(story, pid, *seed >> 24 & 0x1f, 0);
		story_addition(story);
	}
	story_tick(story);
}

static bool same_rows(const struct view *a, const struct view *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (a->rows[i].proc != b->rows[i].proc || a->rows[i].depth != b->rows[i].depth)
			return false;
	return a->count == b->count;
}

/* What a view keeps from build to build makes none differ from one built anew. */
static void test_again(void **state)
{
	static const enum column_id sorts[] = { COL_RSS, COL_RSS, COL_COMMAND, COL_PID };
	static const int32_t few[] = { 3, 150, 299 };
	bool lives[301] = { false };
	struct story story;
	struct view kept, anew;
	uint32_t seed = 7;

	(void)state;
	story_begin(&story);
	view_init(&kept);
	for (int i = 0; i < 200; i++) {
		churn(&story, lives, &seed);
		struct view_ask ask = all;
		ask.sort = sorts[seed >> 30];
		ask.reverse = seed >> 29 & 1;
		ask.tree = seed >> 20 & 1;
		ask.pids = i % 5 ? NULL : few;
		ask.npids = i % 5 ? 0 : 3;
		view_init(&anew);
		view_build(&anew, story.store, &ask);
		view_build(&kept, story.store, &ask);
		assert_true(same_rows(&kept, &anew));
		assert_true(ask.pids || kept.count == store_count(story.store));
		view_done(&anew);
	}
	view_done(&kept);
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_climbers_on_top),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tree_with_used_pid),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
