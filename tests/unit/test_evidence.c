/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words about one process; parts and their gains. */
#include "model/maps.h"
#include "model/evidence.h"

#include "frame/frame.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void says(const struct evidence_facts *facts, enum headline_mood mood, const char *text)
{
	struct evidence evidence;

	evidence_write(&evidence, facts);
	assert_string_equal(evidence.text, text);
	assert_int_equal(evidence.mood, mood);
}

static void climbing_has_its_evidence(void **state)
{
	struct evidence_facts facts = { .state = TREND_CLIMBING,
		.rate_known = true,
		.kib_min = 86 * 1024,
		.since_s = 22 * 60,
		.gained_kib = 1900 * 1024,
		.where_known = true,
		.where = MAPPING_ANON,
		.where_name = "",
		.where_share = .95,
		.eta_known = true,
		.eta = { .mid_s = 540,
			.from_s = 425,
			.to_s = 710,
			.limit = { LIMIT_CGROUP, 1, 4 << 20, "/app" }, }, };
	struct evidence written;

	(void)state;
	says(&facts, MOOD_WARN,
		"Climbing: 86 MiB a minute for 22 minutes, +1.9 GiB in all, almost all of it in anonymous "
		"memory outside the heap; at this pace it meets its cgroup's limit of 4 GiB in about 9 "
		"minutes (7 to 12).");
	facts.eta_above = true;
	facts.where = MAPPING_LIBRARY;
	facts.where_name = "/usr/lib/libfoo.so.1";
	facts.where_share = 1;
	facts.eta.mid_s = 200;
	facts.eta.from_s = 130;
	facts.eta.to_s = INFINITY;
	says(&facts, MOOD_ALARM,
		"Climbing: 86 MiB a minute for 22 minutes, +1.9 GiB in all, all of it in data of "
		"libfoo.so.1; at this pace it meets the limit of 4 GiB of the cgroup above it (/app) in "
		"about 3 minutes (2 or later).");
	facts.eta.to_s = 280;
	facts.eta.alone_s = 500;
	says(&facts, MOOD_ALARM,
		"Climbing: 86 MiB a minute for 22 minutes, +1.9 GiB in all, all of it in data of "
		"libfoo.so.1; as things go, it meets the limit of 4 GiB of the cgroup above it (/app) in "
		"about 3 minutes (2 to 5), at its pace alone in about 8 minutes.");
	evidence_write(&written, &facts);
	assert_string_equal(written.brief,
		"Climbing 86 MiB a minute; it meets the limit of 4 GiB of "
		"the cgroup above it (/app) in about 3 minutes.");
	assert_true(written.end > 0 && written.end < strlen(written.text));
	facts.eta_known = false;
	facts.where_share = .3;
	facts.major_faults_s = 240;
	says(&facts, MOOD_WARN,
		"Climbing: 86 MiB a minute for 22 minutes, +1.9 GiB in all, spread over several parts. It "
		"waits for the disk: 240 pages a second had to be read back.");
	facts = (struct evidence_facts){
		.state = TREND_CLIMBING,
		.channel_known = true,
		.channel = PROC_SHMEM,
		.channel_share = .7,
	};
	says(&facts, MOOD_WARN, "Climbing, most of it shared memory.");
}

static void other_verdicts_are_short(void **state)
{
	struct evidence_facts facts = {
		.state = TREND_STEADY,
		.footprint_kib = 312 << 10,
		.lowest_kib = 309 << 10,
		.highest_kib = 314 << 10,
		.range_s = 600,
		.cleared_s = -1,
	};

	(void)state;
	says(&facts, MOOD_CALM,
		"Steady: 312 MiB, between 309 MiB and 314 MiB in the last 10 minutes.");
	facts.lowest_kib = facts.highest_kib;
	says(&facts, MOOD_CALM, "Steady: 312 MiB, unchanged for 10 minutes.");
	facts.footprint_kib = facts.highest_kib = 6340u << 10;
	facts.lowest_kib = facts.highest_kib - (18 << 10);
	says(&facts, MOOD_CALM, "Steady: 6.2 GiB, within 18 MiB in the last 10 minutes.");
	facts.footprint_kib = 312 << 10;
	facts.lowest_kib = facts.highest_kib;
	facts.state = TREND_NEW;
	facts.seen_s = 4;
	says(&facts, MOOD_CALM, "Too early to tell: watched for 4 seconds.");
	facts.state = TREND_WARMING;
	says(&facts, MOOD_NOTICE, "Growing, but not yet climbing; it may still level off.");
	facts.state = TREND_WARMING;
	facts.files_kib = 44 << 10;
	says(&facts, MOOD_NOTICE,
		"Growing, but not yet climbing; it may still level off. In the last minute it gained 44 "
		"MiB of files that it has mapped, no leak: the kernel takes that back when it needs it.");
	facts.files_kib = 0;
	facts.state = TREND_RECEDING;
	says(&facts, MOOD_NOTICE, "Climbed, and has just stopped: 312 MiB.");
	facts.cleared_s = 120;
	says(&facts, MOOD_NOTICE, "Climbed, and stopped 2 minutes ago: 312 MiB.");
	facts.state = TREND_STEADY;
	facts.blocked_s = 12;
	says(&facts, MOOD_WARN,
		"Steady: 312 MiB, unchanged for 10 minutes. It has held the lock of its memory for 12 "
		"seconds: whoever asks for its mappings waits.");
	facts.state = TREND_ZOMBIE;
	says(&facts, MOOD_CALM,
		"It has ended and waits for its parent to take note; its memory is free.");
	facts.parent = 77;
	facts.parent_name = "init";
	says(&facts, MOOD_CALM,
		"It has ended and waits for its parent, init (77), to take note; its memory is free.");
	facts.kernel_thread = true;
	says(&facts, MOOD_CALM, "A thread of the kernel: it has no memory of its own.");
}

static void the_longest_names_fit(void **state)
{
	char name[FRAME_MAPPING_NAME_MAX + 1], words[EVIDENCE_PART_MAX];
	struct evidence evidence;

	(void)state;
	assert_string_equal(evidence_part_words(words, MAPPING_HEAP, "Go heap"), "the heap of Go");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int kind = MAPPING_HEAP; kind <= MAPPING_OTHER; kind++) {
		struct evidence_facts facts = {
			.state = TREND_CLIMBING,
			.where_known = true,
			.where = (enum mapping_kind)kind,
			.where_name = name,
			.where_share = 1,
		};
		assert_true(strlen(evidence_part_words(words, (enum mapping_kind)kind, name)) > 3);
		assert_true(strlen(evidence_part_title(words, (enum mapping_kind)kind, "")) > 3);
		assert_string_equal(evidence_part_title(words, (enum mapping_kind)kind, "+"),
			"all the rest");
		evidence_write(&evidence, &facts);
		assert_true(strlen(evidence.text) > 20);
	}
}

/* --- parts ------------------------------------------------------------------------------------ */

static void put(struct maps_table *table, uint64_t heap_kib, uint64_t anon_kib, uint64_t now_ms)
{
	const struct proc_mappings maps = {
		.pid = 7,
		.start_ticks = 70,
		.known = MAPPINGS_READ,
		.exe = "/x",
		.sums.rss_kib = heap_kib + anon_kib,
	};
	const struct mapping_group parts[] = {
		{ 7, MAPPING_HEAP, "", 1, heap_kib, 0, 0, 10 },
		{ 8, MAPPING_HEAP, "", 1, 99999, 0, 0, 0 },
		{ 7, MAPPING_ANON, "", 3, anon_kib, 0, 0, 0 },
	};

	maps_table_put(table, &maps, parts, anon_kib ? 3 : 1, now_ms);
}

static void gains_count_from_the_baseline(void **state)
{
	struct maps_table table = { .all = { { .base_ms = 0 } } };
	const struct ident id = { 7, 70 };
	int64_t all_kib;

	(void)state;
	assert_null(maps_table_find(&table, id));
	put(&table, 1000, 5000, 1000);
	const struct maps *maps = maps_table_find(&table, id);
	assert_non_null(maps);
	assert_int_equal(maps->count, 2);
	assert_null(maps_most_gained(maps, &all_kib));
	put(&table, 3000, 4900, 3000);
	assert_int_equal(maps->parts[0].kind, MAPPING_HEAP);
	assert_int_equal(maps->parts[0].gained_kib, 2000);
	assert_int_equal(maps->parts[1].gained_kib, -100);
	assert_ptr_equal(maps_most_gained(maps, &all_kib), &maps->parts[0]);
	assert_int_equal(all_kib, 1900);
	maps_table_set_baseline(&table, 4000);
	assert_int_equal(maps->parts[0].gained_kib, 0);
	assert_int_equal(maps->base_ms, 4000);
	/* one that went away is what it lost */
	put(&table, 3000, 0, 5000);
	assert_int_equal(maps->count, 2);
	assert_int_equal(maps->parts[1].gained_kib, -4900);
	assert_int_equal(maps->parts[1].mappings, 0);
	/* an answer without parts leaves what was known */
	const struct proc_mappings blocked = { .pid = 7, .start_ticks = 70, .error = ETIMEDOUT };
	maps_table_put(&table, &blocked, NULL, 0, 6000);
	assert_int_equal(maps->figures.error, ETIMEDOUT);
	assert_int_equal(maps->figures.sums.rss_kib, 3000);
	assert_string_equal(maps->exe, "/x");
	assert_int_equal(maps->parts_ms, 5000);
	maps_table_done(&table);
}

static void those_looked_at_long_ago_are_forgotten(void **state)
{
	struct maps_table table = { .all = { { .base_ms = 0 } } };

	(void)state;
	for (int i = 1; i <= MAPS_KEPT + 1; i++) {
		const struct proc_mappings maps = { .pid = i, .start_ticks = 1 };
		maps_table_put(&table, &maps, NULL, 0, (uint64_t)i * 1000);
	}
	assert_null(maps_table_find(&table, (struct ident){ 1, 1 }));
	assert_non_null(maps_table_find(&table, (struct ident){ 2, 1 }));
	assert_null(maps_table_find(&table, (struct ident){ 2, 2 }));
	assert_null(maps_table_find(&table, (struct ident){ 0, 0 }));
	maps_table_done(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(climbing_has_its_evidence),
		cmocka_unit_test(other_verdicts_are_short),
		cmocka_unit_test(the_longest_names_fit),
		cmocka_unit_test(gains_count_from_the_baseline),
		cmocka_unit_test(those_looked_at_long_ago_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
