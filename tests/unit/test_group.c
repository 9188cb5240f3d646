/* SPDX-License-Identifier: GPL-2.0-or-later */
/* group: sums that live on while their members come and go */
#include "model/group.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/headline.h"
#include "tests/lib/store_bytes.h"
#include "tests/lib/story.h"

static const struct group *program(const struct story *story, const char *name)
{
	for (size_t i = 0; i < store_group_count(story->store, GROUP_PROGRAM); i++) {
		const struct group *group = store_group(story->store, GROUP_PROGRAM, i);
		if (strcmp(group->name, name) == 0)
			return group;
	}
	return NULL;
}

static double growth(const struct story *story, const struct group *group, double seconds)
{
	double kib_min;

	return store_group_growth(story->store, group, seconds, &kib_min) ? kib_min : NAN;
}

static void near(double figure, double wanted, double within)
{
	if (!(fabs(figure - wanted) <= within))
		fail_msg("%g is not %g within %g", figure, wanted, within);
}

static void test_sums(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 100, "a");
	story_birth(&story, 11, 100, "a")->uid = 33;
	story_birth(&story, 12, 100, "b");
	story_birth(&story, 13, 100, "kworker")->kernel_thread = true;
	story_usage(&story, 10, 1000, 0);
	story_usage(&story, 11, 2000, 500);
	story_usage(&story, 12, 4000, 0);
	story_tick(&story);
	assert_int_equal(store_group_count(story.store, GROUP_PROGRAM), 2);
	assert_int_equal(store_group_count(story.store, GROUP_USER), 2);
	assert_int_equal(store_group_count(story.store, GROUP_CGROUP), 0);
	assert_int_equal(program(&story, "a")->footprint_kib, 2500);
	assert_int_equal(program(&story, "a")->members, 2);
	const struct group *user = store_group_of(story.store, story_proc(&story, 12), GROUP_USER);
	assert_int_equal(user->uid, 1000);
	assert_int_equal(user->footprint_kib, 5000);
	/* what they are filed under changes */
	story_text(&story, 12, TEXT_COMM, "a");
	story_text(&story, 12, TEXT_CGROUP, "/x");
	story_text(&story, 10, TEXT_CGROUP, "/x");
	story_detail(&story, 11, DETAIL_USER)->figures.uid = 1000;
	story_tick(&story);
	assert_int_equal(program(&story, "a")->footprint_kib, 6500);
	assert_null(program(&story, "b"));
	assert_int_equal(store_group_count(story.store, GROUP_USER), 1);
	user = store_group(story.store, GROUP_USER, 0);
	assert_int_equal(user->footprint_kib, 6500);
	const struct group *cgroup = store_group(story.store, GROUP_CGROUP, 0);
	assert_string_equal(cgroup->name, "/x");
	assert_int_equal(cgroup->footprint_kib, 5000);
	story_memory(&story, 10, 1000, 0, 0, 300, 0);
	story_death(&story, 12);
	story_tick(&story);
	assert_int_equal(program(&story, "a")->footprint_kib, 2800);
	assert_null(store_group_of(story.store, story_proc(&story, 13), GROUP_CGROUP));
	story_end(&story);
}

/* N workers of 5 s each, spread over time; each one SIZE, bigger by STEP than the one before. */
static void run_pool(struct story *story, int ticks, uint64_t size_kib, uint64_t step_kib)
{
	enum { EACH = 4, LIVE = 5 };

	for (int tick = 0; tick < ticks; tick++) {
		for (int i = 0; i < EACH; i++) {
			int32_t number = (tick * EACH + i);
			int32_t pid = 100 + number;
			if (tick >= LIVE)
				story_death(story, pid - LIVE * EACH);
			story_birth(story, pid, 0, "worker");
			story_usage(story, pid, size_kib + (uint64_t)number * step_kib, 0);
		}
		story_tick(story);
	}
}

static void test_pool_that_grows(void **state)
{
	struct headline_facts facts;
	struct story story;

	(void)state;
	story_begin(&story);
	story_wait(&story, 1);
	run_pool(&story, 120, 20480, 40);
	for (size_t i = 0; i < store_count(story.store); i++)
		assert_int_not_equal(store_verdict(story.store, store_proc(story.store, i)),
			TREND_CLIMBING);
	const struct group *pool = program(&story, "worker");
	assert_int_equal(pool->members, 20);
	assert_int_equal(store_group_verdict(story.store, pool), TREND_CLIMBING);
	near(growth(&story, pool, 60), 20 * 40 * 4 * 60, 9600);
	struct series_span spans[20];
	uint64_t now = store_now_ms(story.store);
	store_group_history(story.store, pool,
		&(struct series_cut){ now - 100000, now, spans, 20 });
	assert_true(spans[0].known && spans[19].last > spans[0].last);
	headline_gather(&facts, story.store);
	assert_string_equal(facts.pool_name, "worker");
	assert_int_equal(facts.pool_members, 20);
	story_end(&story);
}

/* A key frame tells everybody anew; who comes with it began under memtop's eyes as well. */
static void test_pool_over_a_key_frame(void **state)
{
	enum { TICKS = 90, EACH = 4, LIVE = 5 };
	struct story story;

	(void)state;
	story_begin(&story);
	story_wait(&story, 1);
	run_pool(&story, TICKS, 20480, 40);
	assert_int_equal(store_group_verdict(story.store, program(&story, "worker")),
		TREND_CLIMBING);
	story.frame.key = true;
	for (int number = (TICKS - LIVE + 1) * EACH; number < (TICKS + 1) * EACH; number++) {
		story_birth(&story, 100 + number, TICKS - number / EACH, "worker");
		story_usage(&story, 100 + number, 20480 + (uint64_t)number * 40, 0);
	}
	story_tick(&story);
	const struct group *pool = program(&story, "worker");
	assert_int_equal(pool->members, LIVE * EACH);
	assert_int_equal(store_group_verdict(story.store, pool), TREND_CLIMBING);
	near(growth(&story, pool, 60), 20 * 40 * 4 * 60, 9600);
	story_end(&story);
}

/* Where looks come late each is a gap; who was born in it is no member that was there before. */
static void test_pool_over_late_looks(void **state)
{
	enum { TICKS = 90, EACH = 4, LIVE = 5 };
	struct story story;

	(void)state;
	story_begin(&story);
	story_wait(&story, 1);
	run_pool(&story, TICKS, 20480, 40);
	story.now_ms += 4000;
	story.frame.gap = true;
	for (int number = TICKS * EACH; number < (TICKS + 1) * EACH; number++) {
		story_death(&story, 100 + number - LIVE * EACH);
		story_birth(&story, 100 + number, 1, "worker");
		story_usage(&story, 100 + number, 20480 + (uint64_t)number * 40, 0);
	}
	story_tick(&story);
	assert_int_equal(store_group_verdict(story.store, program(&story, "worker")),
		TREND_CLIMBING);
	story_end(&story);
}

static void test_pool_that_does_not(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_wait(&story, 1);
	run_pool(&story, 200, 20480, 0);
	assert_int_not_equal(store_group_verdict(story.store, program(&story, "worker")),
		TREND_CLIMBING);
	near(growth(&story, program(&story, "worker"), 60), 0, 0);
	story_end(&story);
}

static void test_one_member_needs_no_group(void **state)
{
	struct story story;
	struct series_span spans[3];

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 100, "a");
	story_usage(&story, 10, 100000, 0);
	story_tick(&story);
	story_grow(&story, 10, 500, 60);
	const struct group *group = program(&story, "a");
	assert_null(group->trend);
	assert_int_equal(store_group_verdict(story.store, group), TREND_STEADY);
	assert_true(isnan(growth(&story, group, 60)));
	uint64_t now = store_now_ms(story.store);
	store_group_history(story.store, group, &(struct series_cut){ now - 10000, now, spans, 3 });
	assert_int_equal(spans[2].last, 130000);
	/* with the second its own history begins where it is, not with a jump back */
	story_birth(&story, 11, 0, "a");
	story_usage(&story, 11, 1000, 0);
	story_tick(&story);
	story_grow(&story, 11, 100, 5);
	group = program(&story, "a");
	assert_non_null(group->trend);
	near(growth(&story, group, 60), 1500.0 / 6 * 60, 1500);
	story_end(&story);
}

/* Who was there before he was seen makes no growth, and neither does swap that was not known. */
static void test_learning_is_no_growth(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	for (int32_t pid = 10; pid < 13; pid++) {
		story_birth(&story, pid, 100, "a");
		story_usage(&story, pid, 100000, 0);
	}
	story_tick(&story);
	story_grow(&story, 10, 100, 10);
	assert_non_null(program(&story, "a")->trend);
	story_birth(&story, 13, 5000, "a");
	story_usage(&story, 13, 700000, 0);
	story_memory(&story, 11, 100000, 0, 0, 50000, 150000);
	story_grow(&story, 10, 100, 10);
	const struct group *group = program(&story, "a");
	assert_int_equal(group->footprint_kib, 300000 + 2000 + 750000);
	near(growth(&story, group, 60), 6000, 300);
	story_end(&story);
}

static void test_empty_pool_is_kept_a_while(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_wait(&story, 1);
	run_pool(&story, 20, 20480, 100);
	for (int32_t pid = 160; pid < 180; pid++)
		story_death(&story, pid);
	story_tick(&story);
	assert_int_equal(store_count(story.store), 0);
	assert_int_equal(program(&story, "worker")->members, 0);
	story_wait(&story, 590);
	assert_non_null(program(&story, "worker"));
	story_wait(&story, 20);
	assert_null(program(&story, "worker"));
	assert_int_equal(store_group_count(story.store, GROUP_USER), 0);
	story_end(&story);
}

static void test_gap(void **state)
{
	struct story story;
	struct series_span spans[10];

	(void)state;
	story_begin(&story);
	story_wait(&story, 1);
	run_pool(&story, 30, 20480, 100);
	story.now_ms += 60000;
	story.frame.gap = true;
	story_tick(&story);
	const struct group *pool = program(&story, "worker");
	assert_true(isnan(growth(&story, pool, 60)));
	uint64_t now = store_now_ms(story.store);
	store_group_history(story.store, pool, &(struct series_cut){ now - 80000, now, spans, 10 });
	assert_true(spans[0].known);
	assert_false(spans[5].known);
	story_end(&story);
}

static void test_table(void **state)
{
	struct group_table table;

	(void)state;
	group_table_init(&table);
	assert_null(group_table_find(&table, 1));
	for (uint64_t key = 0; key < 1000; key++)
		group_table_add(&table, key * key)->uid = (uint32_t)key;
	for (uint64_t key = 0; key < 1000; key += 2)
		group_table_remove(&table, group_table_find(&table, key * key));
	assert_int_equal(table.count, 500);
	for (uint64_t key = 0; key < 1000; key++) {
		const struct group *group = group_table_find(&table, key * key);
		assert_int_equal(group != NULL, key % 2);
		if (group)
			assert_int_equal(group->uid, key);
	}
	assert_true(group_table_bytes(&table) > 500 * sizeof(struct group));
	group_table_done(&table);
	group_table_done(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_pool_that_grows),
		cmocka_unit_test(test_pool_over_a_key_frame),
		cmocka_unit_test(test_pool_over_late_looks),
		cmocka_unit_test(test_pool_that_does_not),
		cmocka_unit_test(test_one_member_needs_no_group),
		cmocka_unit_test(test_learning_is_no_growth),
		cmocka_unit_test(test_empty_pool_is_kept_a_while),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
