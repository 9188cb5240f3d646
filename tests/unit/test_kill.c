/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill: whom the kernel killed, where, and the sentence on it */
#include "model/kill.h"

#include "model/headline.h"
#include "tests/lib/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint64_t MIB = 1024;

static void every_sentence(void **state)
{
	static const struct {
		struct kill kill;
		double ago_s;
		const char *words;
	} cases[] = {
		{ { .why = KILL_GROUP,
			  .count = 1,
			  .group = "/shop",
			  .limit_kib = 1258291,
			  .id = { 13687, 1 },
			  .name = "shop.py",
			  .kib = 1258291 },
			5,
			"The kernel killed shop.py (13687, 1.2 GiB) 5 s ago: it met the limit of "
			"1.2 GiB of /shop." },
		{ { .why = KILL_GROUP,
			  .count = 1,
			  .group = "/shop",
			  .limit_kib = 102400,
			  .id = { 7, 1 },
			  .name = "x",
			  .kib = 102000 },
			1.9,
			"The kernel has just killed x (7, 100 MiB): it met the limit of 100 MiB of "
			"/shop." },
		{ { .why = KILL_GROUP,
			  .count = 3,
			  .others = 2,
			  .group = "/shop",
			  .limit_kib = 102400,
			  .id = { 7, 1 },
			  .name = "x",
			  .kib = 51200 },
			99,
			"The kernel killed x (7, 50 MiB) and 2 others 99 s ago: they met the limit of "
			"100 MiB of /shop." },
		{ { .why = KILL_GROUP,
			  .count = 3,
			  .others = 1,
			  .group = "/shop",
			  .limit_kib = UINT64_MAX,
			  .id = { 7, 1 },
			  .name = "x",
			  .kib = 51200 },
			120,
			"The kernel killed x (7, 50 MiB) and 1 other 2 minutes ago: they met the limit "
			"of /shop." },
		{ { .why = KILL_GROUP, .count = 1, .group = "/", .limit_kib = 102400 }, 4,
			"The kernel killed a process 4 s ago: it met the limit of 100 MiB of this "
			"container." },
		{ { .why = KILL_GROUP, .count = 5, .group = "/a", .limit_kib = 102400 }, 4,
			"The kernel killed 5 processes 4 s ago: they met the limit of 100 MiB of /a." },
		{ { .why = KILL_GROUP,
			  .count = 1,
			  .limit_kib = 102400,
			  .group =
				  "/kubepods.slice/kubepods-burstable.slice/"
				  "kubepods-burstable-pod1b2c.slice/cri-containerd-0123456789.scope" },
			4,
			"The kernel killed a process 4 s ago: it met the limit of 100 MiB of "
			"...s-burstable-pod1b2c.slice/cri-containerd-0123456789.scope." },
		{ { .why = KILL_MACHINE,
			  .count = 1,
			  .group = "",
			  .id = { 7, 1 },
			  .name = "x",
			  .kib = 51200 },
			5, "The kernel killed x (7, 50 MiB) 5 s ago because memory ran out." },
		{ { .why = KILL_MACHINE, .count = 1, .group = "" }, 5,
			"The kernel killed a process 5 s ago because memory ran out." },
		{ { .why = KILL_UNKNOWN,
			  .count = 1,
			  .group = "",
			  .id = { 7, 1 },
			  .name = "x",
			  .kib = 51200 },
			5, "The kernel killed x (7, 50 MiB) 5 s ago." },
		{ { .why = KILL_UNKNOWN, .count = 1, .group = "" }, 5,
			"The kernel killed a process 5 s ago; which one cannot be seen from here." },
		{ { .why = KILL_UNKNOWN, .count = 2, .group = "" }, 5,
			"The kernel killed 2 processes 5 s ago; which ones cannot be seen from here." },
	};
	char words[KILL_WORDS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(kill_words(words, &cases[i].kill, cases[i].ago_s),
			cases[i].words);
}

/* Three in the cgroup, one aside that is larger. */
static void begin(struct story *story)
{
	static const struct {
		int32_t pid;
		const char *name, *cgroup;
		uint64_t kib;
	} all[] = {
		{ 10, "small", "/shop/a", 20 },
		{ 11, "shop.py", "/shop/b", 300 },
		{ 12, "aside", "/other", 900 },
		{ 13, "young", NULL, 5 },
	};

	story_begin(story);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		story_birth(story, all[i].pid, 50, all[i].name);
		story_usage(story, all[i].pid, all[i].kib * MIB, 0);
		if (all[i].cgroup)
			story_text(story, all[i].pid, TEXT_CGROUP, all[i].cgroup);
	}
	story_tick(story);
	story_tick(story);
	assert_null(store_kill(story->store));
}

static const char *sentence(const struct story *story)
{
	static struct headline headline;
	struct headline_facts facts;

	headline_gather(&facts, story->store);
	headline_write(&headline, &facts);
	return headline.text;
}

static void assert_begins(const char *text, const char *words)
{
	if (strncmp(text, words, strlen(words)) != 0)
		assert_string_equal(text, words);
}

static void the_largest_that_ended_in_the_group(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story_kill(&story, "/shop", "/shop", 400 * MIB);
	story_death(&story, 10);
	story_death(&story, 11);
	story_death(&story, 12);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 11);
	assert_int_equal(store_oom_ms(story.store), store_now_ms(story.store));
	story_wait(&story, 5);
	assert_begins(sentence(&story),
		"The kernel killed shop.py (11, 300 MiB) 5 s ago: it met the limit of 400 MiB of "
		"/shop. ");
	story_end(&story);
}

/* The count is read before the processes are listed: the end may come a tick before its cause. */
static void it_ended_in_the_tick_before(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story_death(&story, 11);
	story_tick(&story);
	story_kill(&story, "/shop", "/shop/b", 400 * MIB);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 11);
	story_end(&story);
}

/* Killed, its memory taken, and still there for two ticks. */
static void it_takes_a_while_to_end(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story_kill(&story, "/shop", "/shop/b", 400 * MIB);
	story_usage(&story, 11, 3 * MIB, 0);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 0);
	assert_begins(sentence(&story),
		"The kernel has just killed a process: it met the limit of 400 MiB of /shop. ");
	story_tick(&story);
	story_death(&story, 11);
	story_tick(&story);
	assert_begins(sentence(&story), "The kernel killed shop.py (11, 300 MiB) 2 s ago: ");
	story_end(&story);
}

/* Nobody waits for it: a zombie. */
static void a_zombie_has_ended(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story_kill(&story, "", "/other", UINT64_MAX)->machine = true;
	story_usage(&story, 12, 0, 0);
	story_tick(&story);
	assert_begins(sentence(&story),
		"The kernel has just killed aside (12, 900 MiB) because memory ran out. ");
	story_end(&story);
}

/* memory.oom.group: all of it at once, and the kernel counts the first of them twice. */
static void all_of_a_group(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story_kill(&story, "/shop", "/shop", 400 * MIB)->count = 3;
	story_death(&story, 11);
	story_death(&story, 12);
	story_tick(&story);
	assert_begins(sentence(&story),
		"The kernel has just killed shop.py (11, 300 MiB): it met the limit of ");
	story_death(&story, 10);
	story_tick(&story);
	story_tick(&story);
	assert_begins(sentence(&story),
		"The kernel killed shop.py (11, 300 MiB) and 1 other 2 s ago: they met the limit "
		"of 400 MiB of /shop. ");
	story_end(&story);
}

/* A look may come while a group is killed: it tells one kill, the next the rest. */
static void a_group_in_two_looks(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story_kill(&story, "/shop", "/shop", 400 * MIB)->count = 2;
	story_tick(&story);
	assert_begins(sentence(&story), "The kernel has just killed 2 processes: they met ");
	story_kill(&story, "", "/shop", UINT64_MAX)->machine = true;
	story_death(&story, 10);
	story_tick(&story);
	assert_begins(sentence(&story), "The kernel has just killed small (10, 20 MiB): it met ");
	story_death(&story, 11);
	story_tick(&story);
	assert_begins(sentence(&story),
		"The kernel has just killed shop.py (11, 300 MiB) and 1 other: they met the limit "
		"of 400 MiB of /shop. ");
	story_end(&story);
}

/* One a look is not one that goes on and on. */
static void one_after_the_other(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	for (int32_t pid = 10; pid < 12; pid++) {
		story_kill(&story, "/shop", "/shop", 400 * MIB);
		story_death(&story, pid);
		story_tick(&story);
	}
	story_birth(&story, 14, 50, "again");
	story_usage(&story, 14, 100 * MIB, 0);
	story_text(&story, 14, TEXT_CGROUP, "/shop/b");
	story_tick(&story);
	story_kill(&story, "/shop", "/shop", 400 * MIB);
	story_death(&story, 14);
	story_tick(&story);
	assert_begins(sentence(&story), "The kernel has just killed again (14, 100 MiB): it met ");
	story_end(&story);
}

/* Long ended, or it ended long after: not this one. */
static void others_are_left_alone(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story_death(&story, 11);
	story_tick(&story);
	story_wait(&story, 3);
	story_kill(&story, "/shop", "/shop", 400 * MIB);
	story_death(&story, 12);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 0);
	story_wait(&story, 12);
	story_death(&story, 10);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 0);
	story_end(&story);
}

/* Of most that end young it is not known where they were.  A small one has not met the limit; one
 * that may have stands until it is known better. */
static void a_guess_gives_way(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story_kill(&story, "/shop", "/shop/b", 400 * MIB);
	story_death(&story, 13);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 0);
	story_birth(&story, 14, 50, "fast");
	story_usage(&story, 14, 90 * MIB, 0);
	story_tick(&story);
	story_death(&story, 14);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 14);
	story_death(&story, 11);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 11);
	story_end(&story);
}

/* Of streams that only count: memory ran out where there is next to none. */
static void a_count_alone(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story.system.oom_kills++;
	story_death(&story, 12);
	story_tick(&story);
	assert_begins(sentence(&story), "The kernel has just killed aside (12, 900 MiB). ");
	story.system.available_kib = 100 * MIB;
	story.system.oom_kills++;
	story_death(&story, 11);
	story_tick(&story);
	assert_begins(sentence(&story),
		"The kernel has just killed shop.py (11, 300 MiB) because memory ran out. ");
	story_end(&story);
}

/* What was counted while nobody looked was not now, nor is it laid to who is gone since; a gap of
 * seconds is one that the kill itself makes. */
static void a_count_over_a_gap(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story.now_ms += 3600 * 1000;
	story.frame.gap = true;
	story.system.oom_kills++;
	story_death(&story, 12);
	story_tick(&story);
	assert_null(store_kill(story.store));
	assert_int_equal(store_oom_ms(story.store), 0);
	assert_int_equal(store_oom_kills(story.store), 1);
	story.now_ms += 5 * 1000;
	story.frame.gap = true;
	story.system.oom_kills++;
	story_death(&story, 11);
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 11);
	story_end(&story);
}

/* The table of those that ended is bounded, and keeps the large. */
static void a_storm_of_ends(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	for (int32_t pid = 100; pid < 160; pid++) {
		story_birth(&story, pid, 50, "x");
		story_usage(&story, pid, MIB, 0);
	}
	story_tick(&story);
	for (int32_t pid = 100; pid < 130; pid++)
		story_death(&story, pid);
	story_part(&story);
	story_death(&story, 11);
	for (int32_t pid = 130; pid < 160; pid++)
		story_death(&story, pid);
	story_kill(&story, "", "", UINT64_MAX)->machine = true;
	story_tick(&story);
	assert_int_equal(store_kill(story.store)->id.pid, 11);
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sentence),
		cmocka_unit_test(the_largest_that_ended_in_the_group),
		cmocka_unit_test(it_ended_in_the_tick_before),
		cmocka_unit_test(it_takes_a_while_to_end),
		cmocka_unit_test(a_zombie_has_ended),
		cmocka_unit_test(all_of_a_group),
		cmocka_unit_test(a_group_in_two_looks),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(others_are_left_alone),
		cmocka_unit_test(a_guess_gives_way),
		cmocka_unit_test(a_count_alone),
		cmocka_unit_test(a_count_over_a_gap),
		cmocka_unit_test(a_storm_of_ends),
	};

	return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
