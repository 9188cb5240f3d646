/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_share: shared memory belongs to whoever made the machine's Shmem grow */
#include "model/store.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/story.h"

enum { WORKERS = 6, ANON_KIB = 5000, FILE_KIB = 8000 };

/* All processes that have shared memory, and how much. */
struct pool {
	struct story story;
	size_t count;
	uint64_t kib[WORKERS];
};

/* COUNT old processes of one program, with SHMEM_KIB each. */
static void begin(struct pool *pool, size_t count, uint64_t shmem_kib)
{
	pool->count = count;
	story_begin(&pool->story);
	pool->story.system.shmem_kib = 400000;
	for (size_t i = 0; i < count; i++) {
		pool->kib[i] = shmem_kib;
		story_birth(&pool->story, 10 + (int32_t)i, 1000, "worker");
	}
}

/* A second in which process I gains GAIN[I] of shared memory, and the machine MACHINE_KIB. */
static void second(struct pool *pool, const uint64_t *gain_kib, uint64_t machine_kib)
{
	pool->story.system.shmem_kib += machine_kib;
	for (size_t i = 0; i < pool->count; i++) {
		int32_t pid = 10 + (int32_t)i;
		pool->kib[i] += gain_kib[i];
		story_usage(&pool->story, pid, ANON_KIB + FILE_KIB + pool->kib[i],
			FILE_KIB + pool->kib[i]);
		story_memory(&pool->story, pid, ANON_KIB, FILE_KIB, pool->kib[i], 0, 0);
	}
	story_tick(&pool->story);
}

static enum trend_state verdict(const struct pool *pool, size_t i)
{
	return store_verdict(pool->story.store, story_proc(&pool->story, 10 + (int32_t)i));
}

static double growth(const struct pool *pool, size_t i)
{
	double kib_min = NAN;

	store_growth(pool->story.store, story_proc(&pool->story, 10 + (int32_t)i), 60, &kib_min);
	return kib_min;
}

/* N seconds; how many were called climbing in any of them. */
static size_t calls(struct pool *pool, int n, const uint64_t *gain_kib, uint64_t machine_kib)
{
	bool called[WORKERS] = { 0 };
	size_t count = 0;

	for (int t = 0; t < n; t++) {
		second(pool, gain_kib, machine_kib);
		for (size_t i = 0; i < pool->count; i++)
			called[i] |= verdict(pool, i) == TREND_CLIMBING;
	}
	for (size_t i = 0; i < pool->count; i++)
		count += called[i];
	return count;
}

static const uint64_t nothing[WORKERS] = { 0 };

/* Pages that were there: the machine gains nothing. */
static void test_touched(void **state)
{
	static const uint64_t touch[WORKERS] = { 500, 480, 520, 500, 490, 510 };
	struct pool pool;

	(void)state;
	begin(&pool, WORKERS, 1000);
	calls(&pool, 10, nothing, 0);
	assert_int_equal(calls(&pool, 200, touch, 0), 0);
	assert_true(fabs(growth(&pool, 0)) < 1);
	assert_int_equal(story_proc(&pool.story, 10)->figures.shmem_kib, 101000);
	story_end(&pool.story);
}

/* Its own: as much as the machine gains, also beside a file that grows in tmpfs. */
static void test_made(void **state)
{
	static const uint64_t one[WORKERS] = { 500 };
	struct pool pool;

	(void)state;
	for (uint64_t else_kib = 0; else_kib <= 1000; else_kib += 500) {
		begin(&pool, 3, 1000);
		calls(&pool, 30, nothing, else_kib);
		assert_int_equal(calls(&pool, 60, one, 500 + else_kib), 1);
		assert_int_equal(verdict(&pool, 0), TREND_CLIMBING);
		/* less the seconds before it was known whose it is */
		assert_true(fabs(growth(&pool, 0) - 30000) < 3600);
		story_end(&pool.story);
	}
}

/* From the first second on, too, when nothing is known of before. */
static void test_made_at_once(void **state)
{
	static const uint64_t one[WORKERS] = { 500 };
	struct pool pool;

	(void)state;
	begin(&pool, 1, 1000);
	assert_int_equal(calls(&pool, 40, one, 500), 1);
	story_end(&pool.story);
}

/* Two that make segments of their own. */
static void test_made_by_two(void **state)
{
	static const uint64_t two[WORKERS] = { 500, 300 };
	struct pool pool;

	(void)state;
	begin(&pool, 3, 1000);
	calls(&pool, 20, nothing, 0);
	assert_int_equal(calls(&pool, 60, two, 800), 2);
	story_end(&pool.story);
}

/* A pool touched while something else grows in tmpfs: neither theirs at first nor when they touch
 * less than that grows. */
static void test_touched_beside_tmpfs(void **state)
{
	static const uint64_t fast[WORKERS] = { 500, 480, 520, 500, 490, 510 };
	static const uint64_t slow[WORKERS] = { 150, 140, 160, 150, 150, 140 };
	static const uint64_t one[WORKERS] = { 20 };
	struct pool pool;

	(void)state;
	begin(&pool, WORKERS, 1000);
	calls(&pool, 60, nothing, 1000);
	assert_int_equal(calls(&pool, 120, one, 1000), 0);
	assert_int_equal(calls(&pool, 200, fast, 1400), 0);
	assert_int_equal(calls(&pool, 200, slow, 1050), 0);
	story_end(&pool.story);
}

/* What is given back and touched again, from swap, is no growth of its own. */
static void test_shrinks(void **state)
{
	static const uint64_t touch[WORKERS] = { 500, 500, 500 };
	struct pool pool;

	(void)state;
	begin(&pool, 3, 1000);
	calls(&pool, 10, nothing, 0);
	calls(&pool, 100, touch, 0);
	uint64_t own_kib = store_own_kib(story_proc(&pool.story, 10));
	pool.kib[0] = 0;
	calls(&pool, 3, nothing, 0);
	assert_int_equal(store_own_kib(story_proc(&pool.story, 10)), ANON_KIB);
	assert_true(own_kib <= ANON_KIB + 1500);
	/* the baseline counts from what was its own */
	store_set_baseline(pool.story.store);
	calls(&pool, 50, touch, 0);
	const struct proc *proc = story_proc(&pool.story, 11);
	assert_int_equal(store_own_kib(proc), proc->base_kib);
	story_end(&pool.story);
}

/* A kernel that does not tell Shmem cannot contradict. */
static void test_not_told(void **state)
{
	static const uint64_t one[WORKERS] = { 500 };
	struct pool pool;

	(void)state;
	begin(&pool, 1, 1000);
	pool.story.system.shmem_kib = 0;
	calls(&pool, 10, nothing, 0);
	assert_int_equal(calls(&pool, 60, one, 0), 1);
	story_end(&pool.story);
}

/* Under swapping Shmem does not grow by what is made. */
static void test_swapped_out(void **state)
{
	static const uint64_t one[WORKERS] = { 500 };
	struct pool pool;
	size_t called = 0;

	(void)state;
	begin(&pool, 1, 1000);
	pool.story.system.swap_total_kib = pool.story.system.swap_free_kib = 8000000;
	calls(&pool, 20, nothing, 0);
	for (int t = 0; t < 60; t++) {
		pool.story.system.swap_free_kib -= 500;
		called += calls(&pool, 1, one, 0);
	}
	assert_true(called > 0);
	story_end(&pool.story);
}

static const struct group *program(const struct pool *pool)
{
	return store_group_of(pool->story.store, story_proc(&pool->story, 11), GROUP_PROGRAM);
}

static double group_growth(const struct pool *pool)
{
	double kib_min = NAN;

	store_group_growth(pool->story.store, program(pool), 60, &kib_min);
	return kib_min;
}

/* A pool that grows and is touched by all: none of them can be told from the others, their program
 * as a whole can. */
static void test_pool_grows(void **state)
{
	static const uint64_t touch[WORKERS] = { 500, 500, 500, 500, 500, 500 };
	struct pool pool;

	(void)state;
	begin(&pool, WORKERS, 1000);
	calls(&pool, 20, nothing, 0);
	assert_int_equal(calls(&pool, 90, touch, 500), 0);
	assert_int_equal(store_group_verdict(pool.story.store, program(&pool)), TREND_CLIMBING);
	assert_true(fabs(group_growth(&pool) - 30000) < 1500);
	/* the largest counts once, and is looked for anew when it ends */
	assert_int_equal(program(&pool)->footprint_kib, WORKERS * ANON_KIB + pool.kib[0]);
	pool.kib[0] = pool.kib[3] = 0;
	calls(&pool, 2, nothing, 0);
	assert_int_equal(program(&pool)->footprint_kib, WORKERS * ANON_KIB + pool.kib[1]);
	story_death(&pool.story, 15);
	pool.count--;
	calls(&pool, 1, nothing, 0);
	assert_int_equal(program(&pool)->footprint_kib, (WORKERS - 1) * ANON_KIB + pool.kib[1]);
	story_end(&pool.story);
}

/* A pool that is there, touched by all: nor can the program. */
static void test_pool_stands(void **state)
{
	static const uint64_t touch[WORKERS] = { 500, 500, 500, 500, 500, 500 };
	struct pool pool;

	(void)state;
	begin(&pool, WORKERS, 1000);
	calls(&pool, 20, nothing, 0);
	for (int t = 0; t < 90; t++) {
		calls(&pool, 1, touch, 0);
		assert_int_not_equal(store_group_verdict(pool.story.store, program(&pool)),
			TREND_CLIMBING);
	}
	assert_true(fabs(group_growth(&pool)) < 1);
	story_end(&pool.story);
}

/* A server makes what its workers, another program, touch. */
static void test_server_and_workers(void **state)
{
	static const uint64_t touch[WORKERS] = { 500, 500, 500, 500, 500, 500 };
	struct pool pool;

	(void)state;
	begin(&pool, WORKERS, 1000);
	story_text(&pool.story, 10, TEXT_COMM, "server");
	pool.kib[0] = 50000;
	calls(&pool, 20, nothing, 0);
	assert_int_equal(calls(&pool, 90, touch, 500), 1);
	assert_int_equal(verdict(&pool, 0), TREND_CLIMBING);
	assert_int_not_equal(store_group_verdict(pool.story.store, program(&pool)), TREND_CLIMBING);
	story_end(&pool.story);
}

/* A fork has what its parent has, and nothing of it is growth: a child that saves, workers. */
static void test_fork(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 1000, "server");
	story_usage(&story, 10, 60000, 0);
	story_tick(&story);
	story_wait(&story, 30);
	const struct group *group = store_group(story.store, GROUP_PROGRAM, 0);
	for (int32_t pid = 11; pid <= 16; pid++) {
		story_birth(&story, pid, 0, "server")->ppid = 10;
		story_usage(&story, pid, 60000, 0);
		story_tick(&story);
		story_grow(&story, pid, 100, 10);
	}
	double kib_min;
	assert_int_equal(group->footprint_kib, 66000);
	assert_true(store_group_growth(story.store, group, 60, &kib_min));
	assert_true(fabs(kib_min - 6000) < 600);
	/* one becomes another program, and has what it has */
	story_text(&story, 16, TEXT_COMM, "other");
	story_tick(&story);
	const struct group *other = store_group_of(story.store, story_proc(&story, 16),
		GROUP_PROGRAM);
	assert_int_equal(other->footprint_kib, 61000);
	/* what they inherited is still there when the parent is not */
	story_death(&story, 10);
	story_tick(&story);
	assert_int_equal(store_group(story.store, GROUP_PROGRAM, 0)->footprint_kib, 61000);
	story_end(&story);
}

/* Workers that were there before, and are renewed one by one: nothing is given back. */
static void test_renewed(void **state)
{
	struct story story;
	double kib_min;

	(void)state;
	story_begin(&story);
	for (int32_t pid = 10; pid <= 16; pid++) {
		story_birth(&story, pid, 1000 - pid, "pool")->ppid = pid == 10 ? 1 : 10;
		story_usage(&story, pid, pid == 10 ? 6000 : 7000, 0);
	}
	story_tick(&story);
	const struct group *group = store_group(story.store, GROUP_PROGRAM, 0);
	assert_int_equal(group->footprint_kib, 6000 + 6 * 7000);
	assert_int_equal(group_own_kib(group), 6000 + 6 * 1000);
	story_wait(&story, 5);
	for (int32_t pid = 11; pid <= 16; pid++) {
		story_death(&story, pid);
		story_birth(&story, pid + 10, 0, "pool")->ppid = 10;
		story_usage(&story, pid + 10, 7000, 0);
		story_tick(&story);
		assert_int_equal(group_own_kib(group), 6000 + 6 * 1000);
	}
	assert_true(store_group_growth(story.store, group, 60, &kib_min) && fabs(kib_min) < 1);
	/* the new ones were seen to be forked: what they have of it counts once */
	assert_int_equal(group->footprint_kib, 6000 + 6 * 1000);
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_touched),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_made_at_once),
		cmocka_unit_test(test_made_by_two),
		cmocka_unit_test(test_touched_beside_tmpfs),
		cmocka_unit_test(test_shrinks),
		cmocka_unit_test(test_not_told),
		cmocka_unit_test(test_swapped_out),
		cmocka_unit_test(test_pool_grows),
		cmocka_unit_test(test_pool_stands),
		cmocka_unit_test(test_server_and_workers),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_renewed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
