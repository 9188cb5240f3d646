/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of whom is told when few are asked for: who has most, who grows, for how long, and the rest. */
#include "sample/brief.h"
#include "sample/frame_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MANY = 200, ROWS = 5, MIB = 1024 };

struct world {
	struct brief brief;
	struct slots table;
	struct frame_writer writer;
	uint64_t now_ms;
	size_t left, nrests;
	int32_t who_left;
	struct proc_rest rest;
};

static void take(void *context, const struct frame *frame)
{
	struct world *world = context;

	world->left += frame->nlefts;
	for (size_t i = 0; i < frame->nlefts; i++)
		world->who_left = frame->lefts[i];
	world->nrests += frame->nrests;
	if (frame->nrests > 0)
		world->rest = frame->rests[0];
}

/* Pids 1 to MANY; the size of each is its pid in MiB. */
static void begin(struct world *world)
{
	struct proc_slot born[MANY];

	memset(world, 0, sizeof(*world));
	memset(born, 0, sizeof(born));
	slots_init(&world->table);
	for (int i = 0; i < MANY; i++) {
		born[i].pid = i + 1;
		born[i].start_ticks = 100;
		born[i].fd = -1;
		born[i].comm = strdup("made");
		slots_keep_usage(&born[i], (uint64_t)(i + 1) * MIB, 100, 0);
		born[i].figures.known = DETAIL_USAGE;
	}
	slots_merge(&world->table, born, MANY);
	frame_writer_init(&world->writer, (struct frame_writer_sink){ take, world });
	world->now_ms = 5000000;
	brief_set(&world->brief, ROWS);
}

static void end(struct world *world)
{
	brief_set(&world->brief, 0);
	slots_done(&world->table);
	frame_writer_done(&world->writer);
}

static void look(struct world *world, uint64_t after_ms, bool key)
{
	struct frame head = { .tick = true };

	world->now_ms += after_ms;
	world->left = world->nrests = 0;
	frame_writer_begin(&world->writer, &head);
	brief_choose(&world->brief, &world->table, world->now_ms, key, &world->writer);
	frame_writer_end(&world->writer);
}

static void resize(struct world *world, int32_t pid, uint64_t kib)
{
	slots_keep_usage(slots_find(&world->table, pid), kib, 100, 0);
}

static size_t told(const struct world *world)
{
	size_t count = 0;

	for (int32_t pid = 1; pid <= MANY; pid++)
		count += brief_tells(&world->brief, pid);
	return count;
}

static void test_the_largest_and_the_rest(void **state)
{
	struct world world;
	uint64_t kib = 0;

	(void)state;
	begin(&world);
	slots_find(&world.table, MANY)->flags |= SLOT_KERNEL;
	slots_find(&world.table, 7)->figures.state = 'D';
	look(&world, 0, true);
	assert_int_equal(told(&world), ROWS);
	for (int32_t pid = MANY - ROWS; pid < MANY; pid++)
		assert_true(brief_tells(&world.brief, pid) && brief_is_fresh(&world.brief, pid));
	assert_false(brief_tells(&world.brief, MANY));
	assert_true(slots_find(&world.table, MANY - 1)->flags & SLOT_WATCHED);
	for (uint64_t pid = 1; pid < MANY - ROWS; pid++)
		kib += pid * MIB;
	assert_int_equal(world.rest.processes, MANY - ROWS);
	assert_int_equal(world.rest.rss_kib, kib);
	assert_int_equal(world.rest.anon_kib, kib - (uint64_t)(MANY - ROWS - 1) * 100);
	assert_int_equal(world.rest.waiting, 1);
	look(&world, 1000, false);
	assert_int_equal(world.nrests + world.left, 0); /* nothing has changed */
	assert_false(brief_is_fresh(&world.brief, MANY - 1));
	end(&world);
}

/* A small one that grows by little is told of before it has much, and goes on to be. */
static void test_who_grows(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	look(&world, 0, true);
	for (uint64_t i = 1; i <= 60; i++) {
		resize(&world, 20, 20 * MIB + i * 8);
		resize(&world, 30, 30 * MIB + i % 2 * 100); /* back and forth */
		look(&world, 1000, false);
	}
	assert_true(brief_tells(&world.brief, 20));
	assert_false(brief_tells(&world.brief, 30));
	assert_int_equal(told(&world), ROWS + 1);
	for (int i = 0; i < 30; i++) {
		look(&world, 60000, false);
		assert_true(brief_tells(&world.brief, 20)); /* it has grown, though it stands now */
	}
	end(&world);
}

/* Nobody goes in and out: what was large stays a while, and then leaves, alive. */
static void test_who_stays(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	look(&world, 0, true);
	resize(&world, MANY, 1); /* as if it had given all back */
	look(&world, 1000, false);
	assert_true(brief_tells(&world.brief, MANY) && brief_tells(&world.brief, MANY - ROWS));
	assert_true(brief_is_fresh(&world.brief, MANY - ROWS));
	look(&world, BRIEF_STAY_MS - 2000, false);
	assert_true(brief_tells(&world.brief, MANY));
	look(&world, 5000, false);
	assert_false(brief_tells(&world.brief, MANY));
	assert_int_equal(world.left, 1);
	assert_int_equal(world.who_left, MANY);
	resize(&world, MANY - ROWS, 1);
	look(&world, 1000, false);
	for (int i = 0; i < 5; i++) { /* watched, it stays */
		look(&world, BRIEF_STAY_MS / 2, false);
		brief_keep(&world.brief, MANY - ROWS, world.now_ms);
		assert_true(brief_tells(&world.brief, MANY - ROWS));
	}
	end(&world);
}

static void test_the_bound(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	look(&world, 0, true);
	for (int32_t pid = 1; pid <= MANY; pid++) { /* each is the largest once */
		resize(&world, pid, (uint64_t)(1000 + pid) * MIB);
		look(&world, 1000, false);
		assert_true(told(&world) <= ROWS * BRIEF_TOLD);
	}
	end(&world);
}

/* The dead are in no list, another with the pid is another. */
static void test_the_dead_and_reused(void **state)
{
	struct proc_slot again = { .pid = MANY, .start_ticks = 900, .fd = -1 };
	struct world world;

	(void)state;
	begin(&world);
	look(&world, 0, true);
	slots_find(&world.table, MANY)->flags |= SLOT_DEAD;
	slots_find(&world.table, MANY - 1)->flags |= SLOT_DEAD;
	slots_sweep(&world.table);
	again.comm = strdup("other");
	slots_keep_usage(&again, MIB, 100, 0);
	slots_merge(&world.table, &again, 1);
	look(&world, 1000, false);
	assert_false(brief_tells(&world.brief, MANY));
	assert_int_equal(world.left, 0);
	look(&world, 1000, true);
	assert_true(brief_is_fresh(&world.brief, MANY - 2)); /* a key says all again */
	brief_set(&world.brief, 0);
	assert_true(brief_tells(&world.brief, 1));
	assert_false(brief_is_fresh(&world.brief, MANY - 2));
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_largest_and_the_rest),
		cmocka_unit_test(test_who_grows),
		cmocka_unit_test(test_who_stays),
		cmocka_unit_test(test_the_bound),
		cmocka_unit_test(test_the_dead_and_reused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
