/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view: rows of groups, and of a tree that is folded and added up */
#include "table/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/range.h"
#include "tests/lib/story.h"

struct fixture {
	struct story story;
	struct view view;
	struct view_ask ask;
	struct query *query;
};

static void begin(struct fixture *f)
{
	*f = (struct fixture){ .ask = { .sort = COL_RSS, .uid = -1, .grouped = true } };
	story_begin(&f->story);
	view_init(&f->view);
}

static void end(struct fixture *f)
{
	view_done(&f->view);
	query_free(f->query);
	story_end(&f->story);
}

/* Names of groups with their count, pids of processes; depth before those that have one. */
static const char *build(struct fixture *f)
{
	static char out[2000];
	size_t len = 0;

	view_build(&f->view, f->story.store, &f->ask);
	out[0] = '\0';
	for (size_t i = 0; i < f->view.count; i++) {
		const struct row *row = &f->view.rows[i];
		char depth[16] = "";
		if (row->depth)
			snprintf(depth, sizeof(depth), "%d:", row->depth);
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%s", i ? " " : "", depth);
		if (row->proc)
			len += (size_t)snprintf(out + len, sizeof(out) - len, "%d",
				row->proc->id.pid);
		else
			len += (size_t)snprintf(out + len, sizeof(out) - len, "%sx%zu", row->name,
				row_count(row));
	}
	assert_int_equal(view_find(&f->view, (struct ident){ -9, 9 }), -1);
	for (size_t i = 0; i < f->view.count; i++)
		assert_int_equal(view_find(&f->view, row_ident(&f->view.rows[i])), i);
	return out;
}

static const char *cell(struct fixture *f, size_t at, enum column_id id, bool utf8)
{
	static char out[COLUMN_TEXT_MAX];
	const struct column_style style = { .utf8 = utf8 };
	const struct column *column = column_get(id);

	column_format(column, f->story.store, &f->view.rows[at], &style,
		column->width ? column->width : 30, out);
	return out;
}

static void filter(struct fixture *f, const char *text)
{
	struct query_error error;

	query_free(f->query);
	assert_int_equal(query_parse(&f->query, text, &error), 0);
	f->ask.query = f->query;
}

/* web (3, of two users), db (2, sharing memory), cron. */
static void tell(struct story *story)
{
	static const struct {
		int32_t pid, ppid;
		const char *comm, *cgroup;
		uint32_t uid;
		uint64_t anon_kib, file_kib, shmem_kib;
	} cast[] = {
		{ 10, 1, "web", "/web", 33, 1000, 100, 0 },
		{ 11, 10, "web", "/web", 33, 2000, 100, 0 },
		{ 12, 10, "web", "/lxc/one", 0, 4000, 100, 0 },
		{ 20, 1, "db", "/db", 110, 500, 0, 8000 },
		{ 21, 20, "db", "/db", 110, 600, 0, 8000 },
		{ 30, 1, "cron", "/cron", 0, 300, 50, 0 },
	};

	story_user(story, 33, "www");
	story_user(story, 0, "root");
	for (size_t i = 0; i < sizeof(cast) / sizeof(cast[0]); i++) {
		struct proc_birth *birth = story_birth(story, cast[i].pid, 1000 - cast[i].pid,
			cast[i].comm);
		birth->ppid = cast[i].ppid;
		birth->uid = cast[i].uid;
		uint64_t shared_kib = cast[i].file_kib + cast[i].shmem_kib;
		story_usage(story, cast[i].pid, cast[i].anon_kib + shared_kib, shared_kib);
		struct proc_detail *detail = story_memory(story, cast[i].pid, cast[i].anon_kib,
			cast[i].file_kib, cast[i].shmem_kib, 10, 9000);
		detail->figures.ppid = cast[i].ppid;
		detail->figures.uid = cast[i].uid;
		story_text(story, cast[i].pid, TEXT_CGROUP, cast[i].cgroup);
	}
	story_tick(story);
}

static void test_kinds(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	tell(&f.story);
	assert_string_equal(build(&f), "dbx2 webx3 cronx1");
	assert_int_equal(f.view.groups, 3);
	assert_int_equal(f.view.processes, 6);
	f.ask.group = GROUP_USER;
	assert_string_equal(build(&f), "110x2 rootx2 wwwx2");
	f.ask.group = GROUP_CGROUP;
	assert_string_equal(build(&f), "/dbx2 /lxc/onex1 /webx2 /cronx1");
	assert_string_equal(cell(&f, 1, COL_COMMAND, false), "+ lxc one");
	f.ask.sort = COL_COMMAND;
	assert_string_equal(build(&f), "/cronx1 /dbx2 /lxc/onex1 /webx2");
	f.ask.reverse = true;
	assert_string_equal(build(&f), "/webx2 /lxc/onex1 /dbx2 /cronx1");
	end(&f);
}

static void test_cells(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	tell(&f.story);
	build(&f);
	/* what is shared says "at most" */
	assert_string_equal(cell(&f, 1, COL_RSS, true), "≤7300K");
	assert_string_equal(cell(&f, 1, COL_RSS, false), "<=7300K");
	assert_string_equal(cell(&f, 1, COL_FOOTPRINT, true), "≤7030K");
	assert_string_equal(cell(&f, 1, COL_ANON, true), "≤7000K");
	assert_string_equal(cell(&f, 1, COL_SWAP, true), "≤30K");
	assert_string_equal(cell(&f, 0, COL_FOOTPRINT, true), "≤9120K");
	assert_string_equal(cell(&f, 2, COL_RSS, true), "350K");
	/* what does not add up is not known */
	assert_string_equal(cell(&f, 1, COL_PEAK, true), "-");
	assert_string_equal(cell(&f, 1, COL_PPID, true), "-");
	assert_string_equal(cell(&f, 1, COL_PID, true), "×3");
	assert_string_equal(cell(&f, 1, COL_PID, false), "x3");
	assert_string_equal(cell(&f, 1, COL_COUNT, true), "3");
	assert_string_equal(cell(&f, 1, COL_USER, true), "several");
	assert_string_equal(cell(&f, 0, COL_USER, true), "110");
	assert_string_equal(cell(&f, 0, COL_CGROUP, true), "/db");
	assert_string_equal(cell(&f, 1, COL_CGROUP, true), "-");
	assert_string_equal(cell(&f, 1, COL_COMMAND, true), "▸ web");
	assert_string_equal(cell(&f, 1, COL_PSS, true), "-");
	end(&f);
}

/* Known as soon as it was read of all. */
static void test_pss(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	tell(&f.story);
	for (int32_t pid = 20; pid <= 21; pid++) {
		build(&f);
		assert_string_equal(cell(&f, 0, COL_PSS, true), "-");
		assert_string_equal(cell(&f, 0, COL_FOOTPRINT, true), "≤9120K");
		story_detail(&f.story, pid, DETAIL_PSS)->rare.pss_kib = 4500;
		story_tick(&f.story);
	}
	build(&f);
	assert_string_equal(cell(&f, 0, COL_PSS, true), "9000K");
	/* what is shared is divided: no page counts twice */
	assert_string_equal(cell(&f, 0, COL_FOOTPRINT, true), "9000K");
	end(&f);
}

static void test_open(void **state)
{
	struct fixture f;
	struct ident open[2];

	(void)state;
	begin(&f);
	tell(&f.story);
	build(&f);
	open[0] = row_ident(&f.view.rows[1]);
	f.ask.folds = open;
	f.ask.nfolds = 1;
	assert_string_equal(build(&f), "dbx2 webx3 1:12 1:11 1:10 cronx1");
	assert_string_equal(cell(&f, 1, COL_COMMAND, true), "▾ web");
	f.ask.sort = COL_PID;
	assert_string_equal(build(&f), "webx3 1:10 1:11 1:12 dbx2 cronx1");
	f.ask.sort = COL_RSS;
	/* the same group by its name, though the store begins anew */
	store_reset(f.story.store);
	tell(&f.story);
	assert_string_equal(build(&f), "dbx2 webx3 1:12 1:11 1:10 cronx1");
	/* of another kind it is another one */
	f.ask.group = GROUP_CGROUP;
	assert_string_equal(build(&f), "/dbx2 /lxc/onex1 /webx2 /cronx1");
	end(&f);
}

/* A filter chooses groups, by themselves or by a member; it changes no sum. */
static void test_filter(void **state)
{
	struct fixture f;
	struct ident open;

	(void)state;
	begin(&f);
	tell(&f.story);
	filter(&f, "user=www");
	assert_string_equal(build(&f), "webx3");
	assert_string_equal(cell(&f, 0, COL_RSS, true), "≤7300K");
	open = row_ident(&f.view.rows[0]);
	f.ask.folds = &open;
	f.ask.nfolds = 1;
	assert_string_equal(build(&f), "webx3 1:11 1:10");
	filter(&f, "rss>7m");
	assert_string_equal(build(&f), "dbx2 webx3 1:12 1:11 1:10");
	filter(&f, "count>2");
	assert_string_equal(build(&f), "webx3 1:12 1:11 1:10");
	filter(&f, "cgroup~lxc");
	assert_string_equal(build(&f), "webx3 1:12");
	filter(&f, "we");
	assert_string_equal(build(&f), "webx3 1:12 1:11 1:10");
	filter(&f, "nothing");
	assert_string_equal(build(&f), "");
	/* users and pids say what the view is about: then sums are of those */
	filter(&f, "");
	f.ask.query = NULL;
	f.ask.uid = 33;
	assert_string_equal(build(&f), "webx2 1:11 1:10");
	assert_string_equal(cell(&f, 0, COL_ANON, true), "≤3000K");
	end(&f);
}

/* A pool of short-lived workers, each a little bigger than the one before. */
static void test_pool(void **state)
{
	struct fixture f;
	const struct row *row;
	uint64_t kib = 4000;
	int32_t pid = 1000;

	(void)state;
	begin(&f);
	tell(&f.story);
	for (int second = 0; second < 400; second++) {
		for (int i = 0; i < 4; i++, pid++) {
			kib += 40;
			if (second >= 5)
				story_death(&f.story, pid - 20);
			story_birth(&f.story, pid, 0, "worker");
			story_usage(&f.story, pid, kib, 0);
		}
		story_tick(&f.story);
	}
	f.ask.flagged_only = true;
	assert_string_equal(build(&f), "workerx20");
	assert_int_equal(f.view.climbing, 0);
	row = &f.view.rows[0];
	assert_int_equal(row_verdict(f.story.store, row), TREND_CLIMBING);
	assert_string_equal(cell(&f, 0, COL_VERDICT, true), "▲ climbing");
	for (size_t i = 0; i < row->sum->count; i++)
		assert_int_not_equal(store_verdict(f.story.store,
					     store_proc(f.story.store, row->sum->members[i])),
			TREND_CLIMBING);
	/* its history is the sum's, not that of whoever happens to live */
	struct series_span spans[4];
	uint64_t now_ms = store_now_ms(f.story.store);
	row_history(f.story.store, row, &(struct series_cut){ now_ms - 240000, now_ms, spans, 4 });
	assert_true(spans[0].known && spans[0].last < spans[3].last);
	end(&f);
}

/* --- trees ------------------------------------------------------------------------------------ */

static void test_branches(void **state)
{
	struct fixture f;
	struct ident shut;

	(void)state;
	begin(&f);
	f.ask.grouped = false;
	f.ask.tree = true;
	tell(&f.story);
	assert_string_equal(build(&f), "20 1:21 10 1:12 1:11 30");
	assert_string_equal(cell(&f, 2, COL_RSS, true), "1100K");
	f.ask.sums = true;
	f.ask.sort = COL_ANON;
	assert_string_equal(build(&f), "10 1:12 1:11 20 1:21 30");
	assert_string_equal(cell(&f, 0, COL_ANON, true), "≤7000K");
	assert_string_equal(cell(&f, 0, COL_RSS, true), "≤7300K");
	assert_string_equal(cell(&f, 0, COL_PID, true), "10");
	assert_string_equal(cell(&f, 1, COL_ANON, true), "4000K");
	/* without sums those who are shut still stand for all below them */
	f.ask.sums = false;
	shut = row_ident(&f.view.rows[0]);
	f.ask.folds = &shut;
	f.ask.nfolds = 1;
	assert_string_equal(build(&f), "10 20 1:21 30");
	assert_string_equal(cell(&f, 0, COL_ANON, true), "≤7000K");
	assert_string_equal(cell(&f, 1, COL_ANON, true), "500K");
	assert_string_equal(cell(&f, 0, COL_COMMAND, true), "▸ ×3 web");
	assert_string_equal(cell(&f, 0, COL_COMMAND, false), "+ x3 web");
	end(&f);
}

/* Growth of a branch is that of its members. */
static void test_branch_growth(void **state)
{
	struct fixture f;
	double kib_min;

	(void)state;
	begin(&f);
	f.ask.grouped = false;
	f.ask.tree = f.ask.sums = true;
	tell(&f.story);
	for (int i = 1; i <= 60; i++) {
		story_usage(&f.story, 11, 2100 + (uint64_t)i * 10, 100);
		story_usage(&f.story, 12, 4100 + (uint64_t)i * 20, 100);
		story_tick(&f.story);
	}
	f.ask.sort = COL_ANON;
	build(&f);
	assert_int_equal(f.view.rows[0].proc->id.pid, 10);
	assert_true(row_growth(f.story.store, &f.view.rows[0], 60, &kib_min));
	assert_uint_in_range((int)kib_min, 1750, 1850);
	struct series_span spans[2];
	uint64_t now_ms = store_now_ms(f.story.store);
	row_history(f.story.store, &f.view.rows[0],
		&(struct series_cut){ now_ms - 40000, now_ms, spans, 2 });
	assert_true(spans[0].known && spans[1].last == spans[0].last + 20 * 30);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_pss),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_branch_growth),
	};

	return cmocka_run_group_tests_name("view_group", tests, NULL, NULL);
}
