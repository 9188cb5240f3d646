/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store: frames added up into processes, histories, growth and verdicts */
#include "model/store.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/store_bytes.h"
#include "tests/lib/story.h"

static void begin_with(struct story *story, int32_t pid, uint64_t rss_kib)
{
	story_begin(story);
	story_birth(story, pid, 5000, "node");
	story_usage(story, pid, rss_kib, 1000);
	story_tick(story);
}

static double growth(const struct story *story, int32_t pid, double seconds)
{
	double kib_min = NAN;

	if (!store_growth(story->store, story_proc(story, pid), seconds, &kib_min))
		return NAN;
	return kib_min;
}

static void near(double figure, double wanted, double within)
{
	if (!(fabs(figure - wanted) <= within))
		fail_msg("%g is not %g within %g", figure, wanted, within);
}

static void test_birth_and_death(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	assert_null(store_system(story.store));
	story_birth(&story, 10, 50, "node")->uid = 33;
	story_usage(&story, 10, 5000, 1000);
	story_user(&story, 33, "www-data");
	story_tick(&story);
	const struct proc *proc = story_proc(&story, 10);
	assert_int_equal(store_count(story.store), 1);
	assert_ptr_equal(store_proc(story.store, 0), proc);
	assert_ptr_equal(store_find(story.store, proc->id), proc);
	assert_string_equal(proc->comm, "node");
	assert_null(proc->cmdline);
	assert_string_equal(store_user(story.store, 33), "www-data");
	assert_null(store_user(story.store, 34));
	assert_int_equal(proc->figures.rss_kib, 5000);
	assert_int_equal(proc->figures.anon_kib, 4000);
	assert_int_equal(proc->figures.file_kib, 1000);
	assert_int_equal(proc->figures.footprint_kib, 4000);
	assert_false(proc->watched_from_birth);
	near(store_age_s(story.store, proc), 50, .01);
	assert_int_equal(store_system(story.store)->total_kib, 16777216);
	assert_int_equal(store_first_ms(story.store), store_now_ms(story.store));
	struct ident other = { 10, proc->id.start_ticks + 1 };
	assert_null(store_find(story.store, other));
	story_death(&story, 10);
	story_death(&story, 10);
	story_usage(&story, 10, 1, 1);
	story_text(&story, 10, TEXT_COMM, "x");
	story_memory(&story, 10, 1, 1, 1, 1, 1);
	story_tick(&story);
	assert_int_equal(store_count(story.store), 0);
	assert_null(story_proc(&story, 10));
	story_end(&story);
}

static void test_pid_used_again(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	story_grow(&story, 10, 100, 20);
	assert_non_null(story_proc(&story, 10)->series);
	story_death(&story, 10);
	story_birth(&story, 10, 0, "other");
	story_usage(&story, 10, 9000, 1000);
	story_tick(&story);
	assert_string_equal(story_proc(&story, 10)->comm, "other");
	assert_null(story_proc(&story, 10)->series);
	assert_true(story_proc(&story, 10)->watched_from_birth);
	assert_true(isnan(growth(&story, 10, 60)));
	/* and when the death got lost */
	story_grow(&story, 10, 100, 3);
	story_birth(&story, 10, 0, "third");
	story_usage(&story, 10, 50, 10);
	story_tick(&story);
	assert_int_equal(store_count(story.store), 1);
	assert_null(story_proc(&story, 10)->trend);
	assert_int_equal(story_proc(&story, 10)->figures.rss_kib, 50);
	story_end(&story);
}

/* The memory of one that ends is taken down before its entry goes: many of them must not get a trend
 * each, for a tick. */
static void test_who_ends_gets_no_trend(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	story_usage(&story, 10, 0, 0);
	story_tick(&story);
	assert_int_equal(story_proc(&story, 10)->figures.footprint_kib, 0);
	assert_null(story_proc(&story, 10)->trend);
	assert_non_null(story_proc(&story, 10)->series);
	/* of one that shrinks a lot there is something left to judge */
	story_birth(&story, 11, 0, "small");
	story_usage(&story, 11, 9000, 1000);
	story_tick(&story);
	story_usage(&story, 11, 4, 4);
	story_tick(&story);
	assert_non_null(story_proc(&story, 11)->trend);
	story_end(&story);
}

static void test_born_again_is_the_same(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	story_grow(&story, 10, 100, 20);
	struct proc before = *story_proc(&story, 10);
	story_birth(&story, 10, 0, "renamed")->id = before.id;
	story_tick(&story);
	assert_ptr_equal(story_proc(&story, 10)->series, before.series);
	assert_string_equal(story_proc(&story, 10)->comm, "renamed");
	assert_int_equal(story_proc(&story, 10)->first_ms, before.first_ms);
	story_end(&story);
}

static void test_key_frame_is_the_whole_truth(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	story_birth(&story, 11, 10, "gone");
	story_usage(&story, 11, 100, 10);
	story_tick(&story);
	story_grow(&story, 10, 100, 10);
	struct ident id = story_proc(&story, 10)->id;
	uint64_t ticks = store_ticks(story.store);
	story.frame.key = true;
	story_birth(&story, 10, 0, "node")->id = id;
	story_part(&story);
	assert_int_equal(store_count(story.store), 2);
	story_birth(&story, 12, 30, "new");
	story_tick(&story);
	/* each part has the system's figures */
	assert_int_equal(store_ticks(story.store), ticks + 1);
	assert_int_equal(store_count(story.store), 2);
	assert_null(story_proc(&story, 11));
	assert_non_null(story_proc(&story, 10)->series);
	assert_false(story_proc(&story, 12)->watched_from_birth);
	story_end(&story);
}

struct forgotten {
	int32_t pids[8];
	uint64_t kib[8];
	size_t count;
};

static void note_forgotten(void *context, const struct proc *proc)
{
	struct forgotten *forgotten = context;

	assert_true(forgotten->count < 8);
	forgotten->pids[forgotten->count] = proc->id.pid;
	forgotten->kib[forgotten->count++] = proc->figures.footprint_kib;
}

static void test_who_is_forgotten_is_told(void **state)
{
	struct forgotten forgotten = { .count = 0 };
	struct story story;

	(void)state;
	story_begin(&story);
	store_on_forget(story.store, note_forgotten, &forgotten);
	for (int32_t pid = 10; pid < 14; pid++) {
		story_birth(&story, pid, 50, "one");
		story_usage(&story, pid, 1000 * (uint64_t)pid, 0);
	}
	story_tick(&story);
	story_death(&story, 11);           /* it ends */
	story_birth(&story, 12, 0, "two"); /* another has its pid */
	story_tick(&story);
	assert_int_equal(forgotten.count, 2);
	assert_int_equal(forgotten.pids[0], 11);
	assert_int_equal(forgotten.kib[0], 11000);
	assert_int_equal(forgotten.pids[1], 12);
	assert_int_equal(forgotten.kib[1], 12000);
	story.frame.key = true; /* a key in two parts, without 10 */
	story_birth(&story, 12, 1, "two");
	story_part(&story);
	assert_int_equal(forgotten.count, 2);
	story.frame.key = true;
	story_birth(&story, 13, 52, "one");
	story_tick(&story);
	assert_int_equal(forgotten.count, 3);
	assert_int_equal(forgotten.pids[2], 10);
	store_reset(story.store);
	assert_int_equal(forgotten.count, 3);
	story_end(&story);
}

static void test_time_going_back_begins_anew(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	story_wait(&story, 10);
	story.now_ms -= 5000000;
	story.frame.key = true;
	story_birth(&story, 20, 3, "node");
	story_tick(&story);
	assert_int_equal(store_count(story.store), 1);
	assert_int_equal(store_ticks(story.store), 1);
	assert_int_equal(store_header(story.store)->hz, STORY_HZ);
	/* a tick that is no key frame only stands still */
	story.now_ms -= 50000;
	story_tick(&story);
	assert_int_equal(store_ticks(story.store), 2);
	assert_int_equal(store_now_ms(story.store), store_first_ms(story.store));
	story_end(&story);
}

static void test_still_costs_nothing(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	for (int i = 0; i < 100; i++) {
		story_usage(&story, 10, 5000 + (i % 3) * 4, 1000);
		story_tick(&story);
	}
	const struct proc *proc = story_proc(&story, 10);
	assert_null(proc->series);
	assert_null(proc->trend);
	assert_int_equal(proc->moved_ms, 0);
	assert_int_equal(store_verdict(story.store, proc), TREND_STEADY);
	near(growth(&story, 10, 60), 0, 0);
	struct series_span spans[4];
	store_history(story.store, proc, PROC_RSS,
		&(struct series_cut){
			store_now_ms(story.store) - 199000, store_now_ms(story.store), spans, 4 });
	assert_false(spans[0].known);
	assert_true(spans[2].known);
	assert_int_equal(spans[3].last, proc->figures.rss_kib);
	story_end(&story);
}

static void test_history_of_every_part(void **state)
{
	static const uint32_t wanted[] = {
		[PROC_ANON] = 4000,
		[PROC_FILE] = 900,
		[PROC_SHMEM] = 100,
		[PROC_SWAP] = 7000,
		[PROC_RSS] = 5000,
		[PROC_FOOTPRINT] = 11100,
	};
	struct story story;
	struct series_span span;

	(void)state;
	begin_with(&story, 10, 5000);
	story_memory(&story, 10, 4000, 900, 100, 7000, 8000);
	story_tick(&story);
	for (int moving = 0; moving < 2; moving++) {
		const struct proc *proc = story_proc(&story, 10);
		uint64_t now = store_now_ms(story.store);
		assert_int_equal(proc->series != NULL, moving);
		for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
			store_history(story.store, proc, i,
				&(struct series_cut){ now - 1000, now, &span, 1 });
			assert_true(span.known);
			assert_int_equal(span.last, wanted[i]);
		}
		story_grow(&story, 10, 100, 1);
		story_grow(&story, 10, -100, 1);
	}
	story_end(&story);
}

static void test_slow_drift_is_movement(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	story_grow(&story, 10, 4, 2);
	assert_null(story_proc(&story, 10)->series);
	story_grow(&story, 10, 4, 1);
	assert_non_null(story_proc(&story, 10)->series);
	assert_non_null(story_proc(&story, 10)->trend);
	story_end(&story);
}

/* What memtop itself takes is in the table and in no verdict, until it becomes another program. */
static void test_never_judges_itself(void **state)
{
	static const char *const own[] = { "memtop", "memtop-reader" };
	struct story story;

	(void)state;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		begin_with(&story, 10, 5000);
		story_text(&story, 10, TEXT_COMM, own[i]);
		story_grow(&story, 10, 1024, 120);
		assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_NONE);
		assert_null(story_proc(&story, 10)->trend);
		near(growth(&story, 10, 60), 1024 * 60, 1);
		story_text(&story, 10, TEXT_COMM, "memtopper");
		story_grow(&story, 10, 1024, 120);
		assert_int_equal(store_verdict(story.store, story_proc(&story, 10)),
			TREND_CLIMBING);
		story_end(&story);
	}
}

/* What it takes to start is no growth; what it takes later is. */
static void test_own_start_is_no_growth(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 1, "memtop");
	story_usage(&story, 10, 5000, 1000);
	story_tick(&story);
	story_grow(&story, 10, 500, 5);
	assert_null(story_proc(&story, 10)->series);
	story_wait(&story, 20);
	near(growth(&story, 10, 60), 0, 0);
	assert_int_equal(story_proc(&story, 10)->figures.peak_kib, 7500);
	story_grow(&story, 10, 500, 5);
	assert_non_null(story_proc(&story, 10)->series);
	assert_true(growth(&story, 10, 60) > 0);
	story_end(&story);
}

static void test_new_then_steady(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_NEW);
	story_wait(&story, 4);
	assert_true(isnan(growth(&story, 10, 60)));
	story_wait(&story, 1);
	near(growth(&story, 10, 60), 0, 0);
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_NEW);
	story_wait(&story, 3);
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_WATCHING);
	story_wait(&story, 21);
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_WATCHING);
	story_wait(&story, 1);
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_STEADY);
	story_end(&story);
}

static void test_growth(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 500000);
	story_grow(&story, 10, 1024, 30);
	near(growth(&story, 10, 60), 61440, 1);
	near(growth(&story, 10, 600), 61440, 1);
	story_grow(&story, 10, 1024, 700);
	near(growth(&story, 10, 60), 61440, 61440 * .01);
	near(growth(&story, 10, 600), 61440, 61440 * .02);
	story_wait(&story, 60);
	near(growth(&story, 10, 60), 0, 0);
	near(growth(&story, 10, 600), 61440 * .9, 61440 * .02);
	story_grow(&story, 10, -1024, 60);
	near(growth(&story, 10, 60), -61440, 61440 * .01);
	story_end(&story);
}

static void test_growth_at_other_intervals(void **state)
{
	static const uint32_t steps[] = { 100, 500, 1500, 3000, 10000 };
	struct story story;

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		begin_with(&story, 10, 500000);
		story.step_ms = steps[i];
		story_grow(&story, 10, (int64_t)steps[i], (int)(200000 / steps[i]));
		near(growth(&story, 10, 60), 60000, 60000 * .1);
		story_end(&story);
	}
}

static void test_history_is_there_before_the_movement(void **state)
{
	struct story story;
	struct series_span spans[40];

	(void)state;
	begin_with(&story, 10, 5000);
	story_wait(&story, 29);
	story_grow(&story, 10, 100, 10);
	const struct proc *proc = story_proc(&story, 10);
	uint64_t now = store_now_ms(story.store);
	store_history(story.store, proc, PROC_FOOTPRINT,
		&(struct series_cut){ now - 40000, now, spans, 40 });
	assert_true(spans[1].known);
	assert_int_equal(spans[1].last, 4000);
	assert_int_equal(spans[29].last, 4000);
	assert_int_equal(spans[30].last, 4100);
	assert_int_equal(spans[39].last, 5000);
	store_history(story.store, proc, PROC_FILE,
		&(struct series_cut){ now - 40000, now, spans, 40 });
	assert_int_equal(spans[39].hi, 1000);
	/* a process that stands still again goes on in a straight line */
	story_wait(&story, 20);
	now = store_now_ms(story.store);
	store_history(story.store, story_proc(&story, 10), PROC_FOOTPRINT,
		&(struct series_cut){ now - 20000, now, spans, 20 });
	assert_true(spans[19].known);
	assert_int_equal(spans[0].lo, 5000);
	assert_int_equal(spans[19].hi, 5000);
	story_end(&story);
}

static void test_gap(void **state)
{
	struct story story;
	struct series_span spans[30];

	(void)state;
	begin_with(&story, 10, 5000);
	story_birth(&story, 11, 60, "still");
	story_usage(&story, 11, 3000, 100);
	story_grow(&story, 10, 100, 9);
	story.now_ms += 20000;
	story.frame.gap = true;
	story_usage(&story, 10, 900000, 1000);
	story_tick(&story);
	assert_true(isnan(growth(&story, 10, 60)));
	assert_true(isnan(growth(&story, 11, 60)));
	assert_int_not_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_CLIMBING);
	uint64_t now = store_now_ms(story.store);
	store_history(story.store, story_proc(&story, 10), PROC_RSS,
		&(struct series_cut){ now - 30000, now, spans, 30 });
	assert_true(spans[8].known);
	assert_false(spans[20].known);
	assert_int_equal(spans[29].last, 900000);
	store_history(story.store, story_proc(&story, 11), PROC_RSS,
		&(struct series_cut){ now - 30000, now, spans, 30 });
	assert_true(spans[8].known);
	assert_false(spans[20].known);
	assert_true(spans[29].known);
	store_system_history(story.store, SYSTEM_CH_USED,
		&(struct series_cut){ now - 30000, now, spans, 30 });
	assert_true(spans[8].known);
	assert_false(spans[20].known);
	story_wait(&story, 5);
	near(growth(&story, 10, 60), 0, 0);
	story_grow(&story, 10, 600, 5);
	near(growth(&story, 10, 60), 18000, 1800);
	story_end(&story);
}

static void test_first_detail_is_no_growth(void **state)
{
	struct story story;
	struct series_span span;

	(void)state;
	begin_with(&story, 10, 50000);
	story_grow(&story, 10, 20, 10);
	story_memory(&story, 10, 49200, 600, 400, 90000, 200000);
	story_tick(&story);
	const struct proc *proc = story_proc(&story, 10);
	assert_int_equal(proc->figures.footprint_kib, 49200 + 400 + 90000);
	assert_int_equal(proc->figures.file_kib, 600);
	assert_int_equal(proc->figures.peak_kib, 200000);
	near(growth(&story, 10, 60), 200.0 / 11 * 60, 1);
	uint64_t now = store_now_ms(story.store);
	store_history(story.store, proc, PROC_SWAP,
		&(struct series_cut){ now - 5000, now - 4000, &span, 1 });
	assert_int_equal(span.last, 90000);
	/* from now on what it gains there counts */
	story_memory(&story, 10, 49200, 600, 400, 91000, 200000);
	story_tick(&story);
	near(growth(&story, 10, 60), 1200.0 / 12 * 60, 1);
	story_end(&story);
}

static void test_detail_of_a_still_process(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	story_tick(&story);
	story_memory(&story, 10, 4000, 900, 100, 7000, 8000);
	story_tick(&story);
	assert_null(story_proc(&story, 10)->series);
	assert_int_equal(story_proc(&story, 10)->figures.footprint_kib, 11100);
	/* shared memory can be no more than what is shared */
	story_usage(&story, 10, 4050, 50);
	story_tick(&story);
	assert_int_equal(story_proc(&story, 10)->figures.shmem_kib, 50);
	assert_int_equal(story_proc(&story, 10)->figures.file_kib, 0);
	assert_non_null(story_proc(&story, 10)->series);
	story_end(&story);
}

static void test_detail_alone(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_birth(&story, 10, 100, "node");
	story_birth(&story, 11, 100, "kworker/0:1")->kernel_thread = true;
	story_tick(&story);
	assert_false(proc_is_measured(story_proc(&story, 10)));
	assert_true(isnan(growth(&story, 10, 60)));
	struct proc_detail *detail = story_memory(&story, 10, 4000, 900, 100, 0, 6000);
	detail->figures.known |= DETAIL_THREADS | DETAIL_OOM | DETAIL_CPU | DETAIL_FAULTS |
				 DETAIL_USER | DETAIL_PSS | DETAIL_RLIMITS;
	detail->figures.threads = 7;
	detail->figures.oom_score = 666;
	detail->figures.oom_adj = -1000;
	detail->figures.cpu_ms = 1234;
	detail->figures.cpu_percent = 12.5;
	detail->figures.major_faults_s = 3;
	detail->figures.nice = -20;
	detail->figures.uid = 5;
	detail->rare.pss_kib = 4500;
	detail->age_ms = 300;
	detail->rare.limit_as_kib = 99999;
	story_usage(&story, 11, 10, 10);
	story_memory(&story, 11, 1, 1, 1, 1, 1);
	story_tick(&story);
	const struct proc *proc = story_proc(&story, 10);
	assert_true(proc_is_measured(proc));
	assert_int_equal(proc->figures.rss_kib, 5000);
	assert_int_equal(proc->figures.threads, 7);
	assert_int_equal(proc->figures.oom_score, 666);
	assert_int_equal(proc->figures.oom_adj, -1000);
	assert_int_equal(proc->figures.nice, -20);
	assert_int_equal(proc->figures.uid, 5);
	assert_int_equal(proc->figures.cpu_ms, 1234);
	assert_int_equal(proc->rare->figures.pss_kib, 4500);
	assert_int_equal(proc->rare->figures.limit_as_kib, 99999);
	assert_true(proc->rare->figures.limit_data_kib == UINT64_MAX);
	assert_int_equal(proc->detail_ms, store_now_ms(story.store) - 300);
	assert_false(proc_is_measured(story_proc(&story, 11)));
	story_end(&story);
}

static void test_texts(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	story_text(&story, 10, TEXT_COMM, "java");
	story_text(&story, 10, TEXT_BLOCKED, "12");
	story_text(&story, 10, TEXT_CGROUP, "/system.slice");
	story_addition(&story);
	assert_string_equal(story_proc(&story, 10)->comm, "java");
	assert_string_equal(story_proc(&story, 10)->cgroup, "/system.slice");
	assert_int_equal(story_proc(&story, 10)->blocked_s, 12);
	story_text(&story, 10, TEXT_CMDLINE, "java -jar x");
	story_addition(&story);
	assert_string_equal(story_proc(&story, 10)->cmdline, "java -jar x");
	assert_int_equal(story_proc(&story, 10)->blocked_s, 0);
	story_user(&story, 7, "old");
	story_user(&story, 3, "three");
	story_user(&story, 7, "new");
	story_user(&story, 7, "new");
	story_addition(&story);
	assert_string_equal(store_user(story.store, 7), "new");
	assert_string_equal(store_user(story.store, 3), "three");
	story_end(&story);
}

static void test_oom_kills(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story.system.oom_kills = 5;
	story_tick(&story);
	assert_int_equal(store_oom_kills(story.store), 0);
	assert_int_equal(store_oom_ms(story.store), 0);
	story.system.oom_kills = 7;
	story_tick(&story);
	assert_int_equal(store_oom_kills(story.store), 2);
	assert_int_equal(store_oom_ms(story.store), store_now_ms(story.store));
	story.system.known &= ~(uint32_t)SYSTEM_OOM_KILLS;
	story.system.oom_kills = 0;
	story_wait(&story, 3);
	assert_int_equal(store_oom_kills(story.store), 2);
	story_end(&story);
}

static void test_climber(void **state)
{
	struct story story;
	struct eta eta;
	size_t climbers;

	(void)state;
	begin_with(&story, 10, 500000);
	story_memory(&story, 10, 499000, 1000, 0, 0, 500000);
	story_tick(&story);
	story_grow(&story, 10, 1024, 45);
	const struct proc *proc = story_proc(&story, 10);
	assert_int_equal(store_verdict(story.store, proc), TREND_CLIMBING);
	near(store_climbing(story.store, &climbers), 61440, 1000);
	assert_int_equal(climbers, 1);
	story_grow(&story, 10, 1024, 90);
	proc = story_proc(&story, 10);
	assert_true(store_eta(story.store, proc, &eta));
	assert_int_equal(eta.limit.kind, LIMIT_MACHINE);
	near(eta.mid_s, 10234000.0 / 1024, 100);
	assert_true(eta.from_s <= eta.mid_s && eta.mid_s <= eta.to_s);
	/* standing still for an hour makes it like one that never moved */
	story_wait(&story, 3700);
	proc = story_proc(&story, 10);
	assert_null(proc->trend);
	assert_int_equal(store_verdict(story.store, proc), TREND_STEADY);
	assert_false(store_eta(story.store, proc, &eta));
	story_grow(&story, 10, 1024, 45);
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_CLIMBING);
	story_end(&story);
}

/* What others take fills the machine, too: the end is that of all, as the first line has it. */
static void test_end_with_others(void **state)
{
	struct story story;
	double full_s = 0;
	struct eta eta;

	(void)state;
	begin_with(&story, 10, 500000);
	for (int i = 0; i < 135; i++) {
		story.system.available_kib -= 3 * 1024;
		story_grow(&story, 10, 1024, 1);
	}
	assert_true(store_eta(story.store, story_proc(&story, 10), &eta));
	assert_true(store_machine_full(story.store, &full_s));
	assert_true(eta.mid_s == full_s && eta.from_s <= full_s && full_s <= eta.to_s);
	near(eta.alone_s, 3 * full_s, full_s / 10);
	/* nobody knows what the others do: its pace alone tells */
	story_grow(&story, 10, 1024, 20);
	assert_false(store_machine_full(story.store, &full_s));
	assert_true(store_eta(story.store, story_proc(&story, 10), &eta));
	assert_true(eta.mid_s == eta.alone_s);
	story_end(&story);
}

static void test_looked_at_every_fourth_tick(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 500000);
	for (int i = 0; i < 20; i++) {
		story_wait(&story, 3);
		story_grow(&story, 10, 4096, 1);
	}
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_CLIMBING);
	near(growth(&story, 10, 60), 61440, 6144);
	story_end(&story);
}

static void test_limits(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 500000);
	const struct proc *proc = story_proc(&story, 10);
	assert_int_equal(store_limit(story.store, proc).kind, LIMIT_MACHINE);
	assert_int_equal(store_limit(story.store, proc).room_kib, 10234000);
	story.system.swap_total_kib = 5000;
	story.system.swap_free_kib = 1000;
	story_text(&story, 10, TEXT_CGROUP, "/a/b/c");
	story_cgroup(&story, "/a", 900000, 1000000)->reclaimable_kib = 20000;
	struct cgroup_figures *own = story_cgroup(&story, "/a/b/c", 600000, UINT64_MAX);
	own->high_kib = 10000000;
	story_tick(&story);
	proc = story_proc(&story, 10);
	struct limit limit = store_limit(story.store, proc);
	assert_int_equal(limit.kind, LIMIT_CGROUP);
	assert_string_equal(limit.cgroup, "/a");
	assert_int_equal(limit.room_kib, 121000);
	assert_int_equal(limit.limit_kib, 1000000);
	assert_int_equal(store_cgroup(story.store, "/a/b/c")->usage_kib, 600000);
	assert_null(store_cgroup(story.store, "/a/b"));
	own = story_cgroup(&story, "/a/b/c", 600000, UINT64_MAX);
	own->high_kib = 650000;
	own->swap_max_kib = own->swap_usage_kib = 0;
	story_tick(&story);
	limit = store_limit(story.store, story_proc(&story, 10));
	assert_int_equal(limit.kind, LIMIT_CGROUP_HIGH);
	assert_int_equal(limit.room_kib, 50000);
	story_detail(&story, 10, DETAIL_RLIMITS)->rare.limit_data_kib = 530000;
	story_tick(&story);
	limit = store_limit(story.store, story_proc(&story, 10));
	assert_int_equal(limit.kind, LIMIT_DATA);
	assert_int_equal(limit.room_kib, 31000);
	struct proc_detail *detail = story_detail(&story, 10, DETAIL_RLIMITS);
	detail->rare.limit_data_kib = 530000;
	detail->rare.limit_as_kib = 900000;
	story_tick(&story);
	limit = store_limit(story.store, story_proc(&story, 10));
	assert_int_equal(limit.kind, LIMIT_AS);
	assert_int_equal(limit.room_kib, 0);
	story_end(&story);
}

static void test_available_unknown(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story.system.known = 0;
	story_tick(&story);
	assert_int_equal(store_machine_room(story.store), 10500000);
	story_end(&story);
}

static void test_growth_nobody_owns(void **state)
{
	struct story story;
	double kib_min = 0;

	(void)state;
	begin_with(&story, 10, 500000);
	assert_int_equal(store_ownerless(story.store, &kib_min), SYSTEM_GROWS_NONE);
	for (int i = 0; i < 60; i++) {
		story.system.slab_unreclaimable_kib += 500;
		story_tick(&story);
	}
	assert_int_equal(store_ownerless(story.store, &kib_min), SYSTEM_GROWS_KERNEL);
	near(kib_min, 30000, 1000);
	/* a process that climbs explains no slab, but what is in use as a whole */
	for (int i = 0; i < 60; i++) {
		story.system.slab_unreclaimable_kib += 500;
		story_grow(&story, 10, 500, 1);
	}
	assert_int_equal(store_ownerless(story.store, &kib_min), SYSTEM_GROWS_KERNEL);
	for (int i = 0; i < 120; i++) {
		story.system.available_kib -= 500;
		story_grow(&story, 10, 500, 1);
	}
	assert_int_equal(store_ownerless(story.store, &kib_min), SYSTEM_GROWS_NONE);
	story_end(&story);
}

/* Shared memory of a climber is its own; that of a file in tmpfs nobody's. */
static void test_shared_memory_somebody_owns(void **state)
{
	struct story story;
	double kib_min = 0;

	(void)state;
	begin_with(&story, 10, 500000);
	story_memory(&story, 10, 500000, 1000, 0, 0, 0);
	story_tick(&story);
	for (uint64_t i = 1; i <= 60; i++) {
		story.system.shmem_kib += 500;
		story_memory(&story, 10, 500000, 1000, 500 * i, 0, 0);
		story_usage(&story, 10, 501000 + 500 * i, 1000 + 500 * i);
		story_tick(&story);
	}
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_CLIMBING);
	assert_int_equal(store_ownerless(story.store, &kib_min), SYSTEM_GROWS_NONE);
	for (int i = 0; i < 60; i++) {
		story.system.shmem_kib += 500;
		story_grow(&story, 10, 500, 1);
	}
	assert_int_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_CLIMBING);
	assert_int_equal(store_ownerless(story.store, &kib_min), SYSTEM_GROWS_SHMEM);
	story_end(&story);
}

/* Before any verdict the part that gains is known, and that nothing does. */
static void test_a_part_that_grows_so_far(void **state)
{
	struct story story;
	double kib_min;

	(void)state;
	begin_with(&story, 10, 500000);
	for (int i = 0; i < 12; i++)
		story_tick(&story);
	assert_null(store_fastest_part(story.store, &kib_min));
	for (int i = 0; i < 12; i++) {
		story.system.shmem_kib += 1000;
		story_tick(&story);
	}
	assert_string_equal(store_fastest_part(story.store, &kib_min), "Shared memory");
	assert_true(kib_min > 20000 && kib_min < 60000);
	story_end(&story);
}

/* It makes shared memory grow, and gives back as much of its own: nobody climbs. */
static void test_who_makes_shared_memory_grow(void **state)
{
	struct store_ownerless found;
	struct story story;

	(void)state;
	begin_with(&story, 10, 500000);
	story_memory(&story, 10, 500000, 1000, 0, 0, 0);
	story_tick(&story);
	for (uint64_t i = 1; i <= 90; i++) {
		story.system.shmem_kib += 1000;
		story_memory(&story, 10, 500000 - 1000 * i, 1000, 1000 * i, 0, 0);
		story_usage(&story, 10, 501000, 1000 + 1000 * i);
		story_tick(&story);
	}
	assert_int_not_equal(store_verdict(story.store, story_proc(&story, 10)), TREND_CLIMBING);
	assert_true(store_ownerless_named(story.store, &found));
	assert_ptr_equal(found.by, story_proc(&story, 10));
	story_end(&story);
}

static void say_mounts(struct story *story, struct tmpfs_figures mounts[2], uint64_t run_kib,
	uint64_t shm_kib)
{
	mounts[0] = (struct tmpfs_figures){ "/run", run_kib, 100000 };
	mounts[1] = (struct tmpfs_figures){ "/dev/shm", shm_kib, 9000000 };
	story->frame.tmpfs = mounts;
	story->frame.ntmpfs = 2;
}

/* Mounts are looked at twice a minute, and only said when they changed. */
static void test_the_tmpfs_that_grows(void **state)
{
	struct tmpfs_figures mounts[2];
	struct store_ownerless found;
	struct story story;

	(void)state;
	begin_with(&story, 10, 500000);
	assert_false(store_ownerless_named(story.store, &found));
	for (uint64_t i = 0; i < 95; i++) {
		story.system.shmem_kib += 1000;
		if (i % 30 == 0)
			say_mounts(&story, mounts, 5000, 1000 * i);
		story_tick(&story);
	}
	assert_true(store_ownerless_named(story.store, &found));
	assert_int_equal(found.growth, SYSTEM_GROWS_SHMEM);
	near(found.kib_min, 60000, 3000);
	assert_non_null(found.mount);
	assert_string_equal(found.mount, "/dev/shm");
	assert_null(found.by);
	/* what grows is no mount that is seen from here */
	for (uint64_t i = 0; i < 180; i++) {
		story.system.shmem_kib += 1000;
		if (i % 30 == 0)
			say_mounts(&story, mounts, 5000 + i % 2, 95000);
		story_tick(&story);
	}
	assert_true(store_ownerless_named(story.store, &found));
	assert_null(found.mount);
	assert_string_equal(found.name, "Shared memory");
	story_end(&story);
}

/* A thousandth of 16 GiB a minute is 17 MB. */
static void test_growth_too_slow_for_a_word(void **state)
{
	struct store_ownerless found;
	struct story story;

	(void)state;
	begin_with(&story, 10, 500000);
	for (int i = 0; i < 120; i++) {
		story.system.slab_unreclaimable_kib += 200;
		story_tick(&story);
	}
	assert_false(store_ownerless_named(story.store, &found));
	for (int i = 0; i < 120; i++) {
		story.system.slab_unreclaimable_kib += 400;
		story_tick(&story);
	}
	assert_true(store_ownerless_named(story.store, &found));
	assert_string_equal(found.name, "Kernel memory");
	assert_null(found.slab);
	/* 20 s, half of the growth and more */
	struct slab_figures slab = { "kmalloc-1k", 90000, 5000, 20000 };
	story.frame.slabs = &slab;
	story.frame.nslabs = 1;
	story.system.slab_unreclaimable_kib += 400;
	story_tick(&story);
	assert_true(store_ownerless_named(story.store, &found));
	assert_string_equal(found.slab, "kmalloc-1k");
	/* too little of it */
	slab.gained_kib = 500;
	story.frame.slabs = &slab;
	story.frame.nslabs = 1;
	story.system.slab_unreclaimable_kib += 400;
	story_tick(&story);
	assert_true(store_ownerless_named(story.store, &found));
	assert_null(found.slab);
	story_end(&story);
}

static const char *grows_by_name(uint64_t *(*part)(struct story *story))
{
	struct store_ownerless found;
	struct story story;
	const char *name = "nothing";

	begin_with(&story, 10, 500000);
	for (int i = 0; i < 150; i++) {
		*part(&story) += 1000;
		story.system.free_kib -= 1000;
		story.system.available_kib -= 1000;
		story_tick(&story);
	}
	if (store_ownerless_named(story.store, &found))
		name = found.name;
	story_end(&story);
	return name;
}

static uint64_t *vmalloc(struct story *story)
{
	story->system.known |= SYSTEM_VMALLOC;
	return &story->system.vmalloc_kib;
}

static uint64_t *stacks(struct story *story)
{
	return &story->system.kernel_stack_kib;
}

static uint64_t *graphics(struct story *story)
{
	story->system.known |= SYSTEM_GPU;
	return &story->system.gpu_kib;
}

static uint64_t *pool(struct story *story)
{
	return &story->system.huge_pool_kib;
}

static uint64_t *nobody(struct story *story)
{
	static uint64_t kib;

	(void)story;
	return &kib;
}

static uint64_t *programs(struct story *story)
{
	return &story->system.anon_kib;
}

static void test_the_part_of_the_machine_that_grows(void **state)
{
	(void)state;
	assert_string_equal(grows_by_name(vmalloc), "Memory of drivers and modules (vmalloc)");
	assert_string_equal(grows_by_name(stacks), "Memory for kernel stacks");
	assert_string_equal(grows_by_name(graphics), "Memory of graphics drivers");
	assert_string_equal(grows_by_name(pool), "The pool of huge pages");
	assert_string_equal(grows_by_name(nobody),
		"Memory that nobody accounts for, of a driver maybe,");
	assert_string_equal(grows_by_name(programs), "Memory in use");
}

static void test_baseline(void **state)
{
	struct story story;

	(void)state;
	begin_with(&story, 10, 5000);
	assert_int_equal(store_baseline_ms(story.store), 0);
	store_set_baseline(story.store);
	assert_int_equal(store_baseline_ms(story.store), store_now_ms(story.store));
	story_grow(&story, 10, 100, 5);
	const struct proc *proc = story_proc(&story, 10);
	assert_int_equal(proc->figures.footprint_kib - proc->base_kib, 500);
	/* what was only learnt later had been there before */
	story_memory(&story, 10, 4500, 1000, 0, 800, 5500);
	story_tick(&story);
	proc = story_proc(&story, 10);
	assert_int_equal(proc->figures.footprint_kib - proc->base_kib, 500);
	story_end(&story);
}

/* Many come and go in any order: the table stays whole, and so does what each is. */
static void test_many(void **state)
{
	struct story story;
	uint32_t seed = 7;
	bool there[2000] = { false };

	(void)state;
	story_begin(&story);
	for (int tick = 0; tick < 1500; tick++) {
		for (int i = 0; i < 20; i++) {
			seed = seed * 1664525 + 1013904223;
			int32_t pid = (int32_t)(seed >> 8) % 2000;
			if (tick > 1000 || there[pid])
				story_death(&story, pid);
			there[pid] = tick <= 1000 && !there[pid];
			if (!there[pid])
				continue;
			story_birth(&story, pid, 0, pid % 2 ? "odd" : "even")->uid = (uint32_t)pid;
			story_usage(&story, pid, (uint64_t)pid * 10, 0);
			if (pid % 3 == 0)
				story_usage(&story, pid, (uint64_t)pid * 10 + 100, 0);
		}
		/* a death and a birth of one pid in one frame: the death comes first */
		story_tick(&story);
	}
	for (size_t i = 0; i < store_count(story.store); i++) {
		const struct proc *proc = store_proc(story.store, i);
		assert_int_equal(proc->index, i);
		assert_ptr_equal(story_proc(&story, proc->id.pid), proc);
		assert_int_equal(proc->figures.uid, proc->id.pid);
		assert_string_equal(proc->comm, proc->id.pid % 2 ? "odd" : "even");
		assert_int_equal(proc->series != NULL, proc->id.pid % 3 == 0 && proc->id.pid);
	}
	assert_true(store_bytes(story.store) > 0);
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_birth_and_death),
		cmocka_unit_test(test_pid_used_again),
		cmocka_unit_test(test_who_ends_gets_no_trend),
		cmocka_unit_test(test_born_again_is_the_same),
		cmocka_unit_test(test_key_frame_is_the_whole_truth),
		cmocka_unit_test(test_time_going_back_begins_anew),
		cmocka_unit_test(test_who_is_forgotten_is_told),
		cmocka_unit_test(test_still_costs_nothing),
		cmocka_unit_test(test_history_of_every_part),
		cmocka_unit_test(test_slow_drift_is_movement),
		cmocka_unit_test(test_never_judges_itself),
		cmocka_unit_test(test_own_start_is_no_growth),
		cmocka_unit_test(test_new_then_steady),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_growth_at_other_intervals),
		cmocka_unit_test(test_history_is_there_before_the_movement),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_first_detail_is_no_growth),
		cmocka_unit_test(test_detail_of_a_still_process),
		cmocka_unit_test(test_detail_alone),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_oom_kills),
		cmocka_unit_test(test_climber),
		cmocka_unit_test(test_end_with_others),
		cmocka_unit_test(test_looked_at_every_fourth_tick),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_available_unknown),
		cmocka_unit_test(test_growth_nobody_owns),
		cmocka_unit_test(test_shared_memory_somebody_owns),
		cmocka_unit_test(test_a_part_that_grows_so_far),
		cmocka_unit_test(test_who_makes_shared_memory_grow),
		cmocka_unit_test(test_the_tmpfs_that_grows),
		cmocka_unit_test(test_growth_too_slow_for_a_word),
		cmocka_unit_test(test_the_part_of_the_machine_that_grows),
		cmocka_unit_test(test_baseline),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
