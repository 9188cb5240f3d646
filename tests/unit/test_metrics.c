/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics: who is told to Prometheus, and the lines */
#include "table/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/story.h"

struct told {
	struct story story;
	struct metrics metrics;
	struct buf out;
};

static void begin(struct told *told, bool open)
{
	story_begin(&told->story);
	metrics_init(&told->metrics, open);
	buf_init(&told->out);
}

static void end(struct told *told)
{
	metrics_done(&told->metrics);
	buf_done(&told->out);
	story_end(&told->story);
}

static const char *document(struct told *told)
{
	buf_clear(&told->out);
	metrics_put(&told->metrics, &told->out, told->story.store, "1.2");
	return buf_text(&told->out);
}

static void assert_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; (at = strstr(at, line)) != NULL; at += len)
		if ((at == text || at[-1] == '\n') && at[len] == '\n')
			return;
	fail_msg("no line %s", line);
}

/* Samples whose line begins with PREFIX, and in *SUM their values. */
static size_t count_samples(const char *text, const char *prefix, double *sum)
{
	size_t count = 0;

	*sum = 0;
	for (const char *line = text; line != NULL && *line != '\0';) {
		const char *next = strchr(line, '\n'), *value = next;
		if (strncmp(line, prefix, strlen(prefix)) == 0) {
			while (value[-1] != ' ')
				value--;
			*sum += strtod(value, NULL);
			count++;
		}
		line = next != NULL ? next + 1 : NULL;
	}
	return count;
}

static void add_program(struct story *story, int32_t pid, double age_s, const char *comm,
	uint64_t kib)
{
	story_birth(story, pid, age_s, comm);
	story_usage(story, pid, kib, 0);
}

/* "p7"; lives until as many others were made as a tick takes. */
static const char *numbered(int number)
{
	static char names[STORY_MAX][16];
	char *name = names[number % STORY_MAX];

	snprintf(name, sizeof names[0], "p%d", number);
	return name;
}

static void test_lines(void **state)
{
	struct told told;

	(void)state;
	begin(&told, false);
	add_program(&told.story, 10, 500, "shop", 2048);
	add_program(&told.story, 11, 500, "shop", 1024);
	story_tick(&told.story);
	story_wait(&told.story, 1);
	const char *text = document(&told);
	assert_line(text, "memtop_build_info{version=\"1.2\"} 1");
	assert_line(text, "# TYPE memtop_group_resident_bytes gauge");
	assert_line(text, "memtop_group_resident_bytes{group=\"shop\",kind=\"program\"} 3145728");
	assert_line(text, "memtop_group_processes{group=\"shop\",kind=\"program\"} 2");
	assert_null(strstr(text, "EOF"));
	assert_null(strstr(text, "kind=\"rest\""));
	end(&told);
}

/* In OpenMetrics TYPE, UNIT and HELP stand in this order, and the end is told. */
static void test_open(void **state)
{
	struct told told;

	(void)state;
	begin(&told, true);
	add_program(&told.story, 10, 500, "shop", 2048);
	story_tick(&told.story);
	const char *text = document(&told);
	const char *type = strstr(text, "# TYPE memtop_group_resident_bytes gauge\n"
					"# UNIT memtop_group_resident_bytes bytes\n"
					"# HELP memtop_group_resident_bytes ");
	assert_non_null(type);
	assert_string_equal(text + strlen(text) - 6, "# EOF\n");
	end(&told);
}

/* No sample of what nobody has read: of that machine's swap, of a process without figures. */
static void test_unknown(void **state)
{
	struct told told;
	double sum;

	(void)state;
	begin(&told, false);
	story_birth(&told.story, 10, 500, "dark");
	story_tick(&told.story);
	const char *text = document(&told);
	assert_int_equal(count_samples(text, "memtop_group_resident_bytes{", &sum), 0);
	assert_int_equal(count_samples(text, "memtop_group_swap_bytes{", &sum), 0);
	assert_int_equal(count_samples(text, "memtop_group_climbing{", &sum), 0);
	assert_int_equal(count_samples(text, "memtop_group_exhaustion_seconds{", &sum), 0);
	end(&told);
}

static void test_labels(void **state)
{
	struct told told;

	(void)state;
	begin(&told, false);
	add_program(&told.story, 10, 500, "a\"b\\c{}=", 2048);
	story_tick(&told.story);
	assert_line(document(&told),
		"memtop_group_processes{group=\"a\\\"b\\\\c{}=\",kind=\"program\"} 1");
	end(&told);
}

/* A program called "other" is not the rest. */
static void test_other(void **state)
{
	struct told told;

	(void)state;
	begin(&told, false);
	add_program(&told.story, 9, 500, "other", 90000);
	for (int i = 0; i < 60; i++) {
		add_program(&told.story, 10 + i, 500, numbered(i), 1024);
	}
	story_tick(&told.story);
	const char *text = document(&told);
	assert_line(text, "memtop_group_processes{group=\"other\",kind=\"program\"} 1");
	assert_line(text, "memtop_group_processes{group=\"other\",kind=\"rest\"} 11");
	end(&told);
}

/* Thousands of names that are gone at once: the series stay bounded, and sums hold. */
static void test_bounded(void **state)
{
	struct told told;
	double sum;

	(void)state;
	begin(&told, false);
	for (int turn = 0; turn < 200; turn++) {
		for (int i = 0; i < 50; i++) {
			int32_t pid = 100 + (turn % 2) * 50 + i;
			if (turn > 1)
				story_death(&told.story, pid);
			add_program(&told.story, pid, turn % 3 == 0 ? 100 : 0,
				numbered(turn * 50 + i), 1000);
		}
		story_tick(&told.story);
		const char *text = document(&told);
		size_t series = count_samples(text, "memtop_group_processes{", &sum);
		assert_in_range(series, 1, METRICS_GROUPS_MAX + 1);
		assert_true(sum == (double)store_count(told.story.store));
	}
	end(&told);
}

/* Who climbs is told though there are fifty that are larger, and stays for a while when it
 * does no longer. */
static void test_climber(void **state)
{
	static const char sample[] = "memtop_group_climbing{group=\"leak\",kind=\"program\"} ";
	struct told told;
	double sum;

	(void)state;
	begin(&told, false);
	for (int i = 0; i < 55; i++) {
		add_program(&told.story, 10 + i, 500, numbered(i), 900000);
	}
	add_program(&told.story, 9, 500, "leak", 1024);
	story_tick(&told.story);
	assert_int_equal(count_samples(document(&told), sample, &sum), 0);
	story_grow(&told.story, 9, 1024, 60);
	assert_int_equal(count_samples(document(&told), sample, &sum), 1);
	assert_true(sum == 1);
	assert_int_equal(count_samples(document(&told),
				 "memtop_group_growth_bytes_per_second{group=\"leak\"", &sum),
		1);
	assert_in_range((uintmax_t)sum, 1000000, 1100000);
	story_wait(&told.story, 200);
	assert_int_equal(count_samples(document(&told), sample, &sum), 1);
	story_wait(&told.story, 900);
	assert_int_equal(count_samples(document(&told), sample, &sum), 0);
	end(&told);
}

static void test_cgroups(void **state)
{
	static const char path[] =
		"/system.slice/docker-"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";
	struct told told;

	(void)state;
	begin(&told, false);
	add_program(&told.story, 10, 500, "shop", 2048);
	story_text(&told.story, 10, TEXT_CGROUP, path);
	story_tick(&told.story);
	struct cgroup_figures *cgroup = story_cgroup(&told.story, path, 4096, 8192);
	cgroup->reclaimable_kib = 1024;
	cgroup->oom_kills = 3;
	cgroup->known |= CGROUP_PARTS | CGROUP_EVENTS;
	story_tick(&told.story);
	const char *text = document(&told);
	char line[400];
	snprintf(line, sizeof line,
		"memtop_cgroup_unreclaimable_bytes{cgroup=\"%s\",container=\"docker "
		"0123456789ab\"} 3145728",
		path);
	assert_line(text, line);
	assert_non_null(strstr(text, "# TYPE memtop_cgroup_oom_kills_total counter\n"));
	assert_non_null(strstr(text, "docker 0123456789ab\"} 3\n"));
	end(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_climber),
		cmocka_unit_test(test_cgroups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
