/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alarm: words of a command, and when it is run */
#include "modes/alarm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/fleet.h"

static void check_words(const char *text, const char *const *wanted, int count)
{
	char copy[200], *words[ALARM_WORDS_MAX + 1];

	snprintf(copy, sizeof(copy), "%s", text);
	assert_int_equal(alarm_split(copy, words), count);
	for (int i = 0; i < count; i++)
		assert_string_equal(words[i], wanted[i]);
	if (count > 0)
		assert_null(words[count]);
}

#define WORDS(text, ...)                                                                           \
	do {                                                                                       \
		const char *const wanted[] = { __VA_ARGS__ };                                      \
		check_words(text, wanted, (int)(sizeof(wanted) / sizeof(wanted[0])));              \
	} while (0)

static void test_split(void **state)
{
	char many[2 * ALARM_WORDS_MAX + 10], *words[ALARM_WORDS_MAX + 1];

	(void)state;
	WORDS("logger", "logger");
	WORDS("  logger -t  memtop ", "logger", "-t", "memtop");
	WORDS("a 'b c' \"d e\" f\\ g", "a", "b c", "d e", "f g");
	WORDS("a'b'\"c\" '' \"\"", "abc", "", "");
	WORDS("'a\\b' \"a\\\"b\" $HOME `x` *", "a\\b", "a\"b", "$HOME", "`x`", "*");
	check_words("", NULL, -22);
	check_words("  ", NULL, -22);
	check_words("a 'b", NULL, -22);
	check_words("a \"b", NULL, -22);
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = i % 2 ? ' ' : 'a';
	many[sizeof(many) - 1] = '\0';
	assert_int_equal(alarm_split(many, words), -22);
}

static long size_of(const char *path)
{
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return 0;
	fseek(file, 0, SEEK_END);
	long size = ftell(file);
	fclose(file);
	return size;
}

/* An alarm about processes that match EXPR; its query lives until the next one. */
static struct alarm *new_alarm(const char *expr, const char *command, double every_s)
{
	static struct query *query;
	struct query_error wrong;
	char why[ALARM_WHY_MAX];
	struct alarm *alarm = NULL;

	query_free(query);
	assert_int_equal(query_parse(&query, expr, &wrong), 0);
	const struct alarm_options options = {
		.expr = expr,
		.ask = { .sort = COL_FOOTPRINT, .uid = -1, .query = query },
		.command = command,
		.every_s = every_s,
		.quiet = true,
	};
	assert_int_equal(alarm_new(&alarm, &options, why), 0);
	return alarm;
}

/* What must hold of what a command is told. */
static const char *facts = "";

/* Every run adds an x to a file. */
static long runs(const char *expr, double every_s, void (*play)(struct story *, struct alarm *))
{
	char path[] = "/tmp/memtop-alarm-XXXXXX", command[300];
	int fd = mkstemp(path);
	struct story story;

	assert_true(fd >= 0);
	close(fd);
	snprintf(command, sizeof(command), "sh -c '%sprintf x >>%s'", facts, path);
	struct alarm *alarm = new_alarm(expr, command, every_s);
	story_begin(&story);
	play(&story, alarm);
	while (wait(NULL) > 0)
		;
	alarm_free(alarm);
	story_end(&story);
	long size = size_of(path);
	unlink(path);
	return size;
}

static void tick(struct story *story, struct alarm *alarm, uint64_t kib)
{
	story_usage(story, 10, kib, 0);
	story_tick(story);
	alarm_take(alarm, story->store);
}

/* Above 1000 KiB in seconds 1 and 2, and from 5 to 8. */
static void play_twice(struct story *story, struct alarm *alarm)
{
	static const uint64_t kib[] = { 500, 2000, 2000, 500, 500, 2000, 2000, 2000, 2000, 500 };

	story_birth(story, 10, 0, "x");
	for (size_t i = 0; i < sizeof(kib) / sizeof(kib[0]); i++)
		tick(story, alarm, kib[i]);
}

static void test_begins(void **state)
{
	(void)state;
	assert_int_equal(runs("rss>1000k", 1, play_twice), 2);
	assert_int_equal(runs("rss>1000k", 60, play_twice), 1);
	/* the second begins 4 s after the first run and still holds at 7 */
	assert_int_equal(runs("rss>1000k", 6, play_twice), 2);
	assert_int_equal(runs("rss>1g", 1, play_twice), 0);
	assert_int_equal(runs("available>1%", 1, play_twice), 1);
}

/* A service was killed, and nobody is left of it. */
static void play_killed(struct story *story, struct alarm *alarm)
{
	fleet_tell(story);
	for (size_t i = 0; i < store_count(story->store); i++)
		if (strcmp(store_proc(story->store, i)->comm, "dovecot") == 0)
			story_death(story, store_proc(story->store, i)->id.pid);
	for (int looks = 0; looks < 3; looks++) {
		story_tick(story);
		alarm_take(alarm, story->store);
	}
}

static void test_container(void **state)
{
	(void)state;
	facts = "test \"$MEMTOP_CONTAINER\" = mail.service && test -z \"$MEMTOP_PID\" && "
		"grep -q kills.:1, && ";
	assert_int_equal(runs("container=mail.service and kills>0", .1, play_killed), 1);
	facts = "";
	assert_int_equal(runs("container=mail.service and kills>1", .1, play_killed), 0);
}

/* It begins at the second look; of the process little is known then. */
static void begin_unknown(struct story *story, struct alarm *alarm)
{
	story_birth(story, 10, 0, "x");
	tick(story, alarm, 500);
	tick(story, alarm, 2000);
	assert_int_equal(alarm_waits_for(alarm).pid, 10);
	alarm_known(alarm, story->store, false);
	assert_int_equal(alarm_waits_for(alarm).pid, 10);
}

static void play_details_come(struct story *story, struct alarm *alarm)
{
	begin_unknown(story, alarm);
	story_detail(story, 10, DETAIL_USER);
	story_text(story, 10, TEXT_CMDLINE, "x -y");
	story_addition(story);
	alarm_known(alarm, story->store, false);
	assert_int_equal(alarm_waits_for(alarm).pid, 0);
	tick(story, alarm, 2000); /* told already */
}

static void play_details_never_come(struct story *story, struct alarm *alarm)
{
	begin_unknown(story, alarm);
	tick(story, alarm, 500); /* over, and told all the same */
	assert_int_equal(alarm_waits_for(alarm).pid, 0);
}

static void play_end_comes_first(struct story *story, struct alarm *alarm)
{
	begin_unknown(story, alarm);
	alarm_known(alarm, story->store, true);
	assert_int_equal(alarm_waits_for(alarm).pid, 0);
}

static void play_gone_meanwhile(struct story *story, struct alarm *alarm)
{
	begin_unknown(story, alarm);
	story_death(story, 10);
	story_tick(story);
	alarm_take(alarm, story->store);
	assert_int_equal(alarm_waits_for(alarm).pid, 0);
}

static void test_waits_for_details(void **state)
{
	(void)state;
	assert_int_equal(runs("rss>1000k", 1, play_details_come), 1);
	assert_int_equal(runs("rss>1000k", 1, play_details_never_come), 1);
	assert_int_equal(runs("rss>1000k", 1, play_end_comes_first), 1);
	assert_int_equal(runs("rss>1000k", 1, play_gone_meanwhile), 0);
}

/* Ten begin to match, and the commands hang: eight run, of the others it is said. */
static void test_held(void **state)
{
	struct alarm *alarm = new_alarm("rss>1000k", "sleep 0.5", 1);
	struct story story;

	(void)state;
	story_begin(&story);
	for (int32_t pid = 10; pid < 20; pid++) {
		story_birth(&story, pid, 0, "x");
		story_usage(&story, pid, 2000 - (uint64_t)pid, 0);
		story_detail(&story, pid, DETAIL_USER);
		story_text(&story, pid, TEXT_CMDLINE, "x");
	}
	for (int second = 0; second < ALARM_RUNNING_MAX; second++) {
		story_tick(&story);
		alarm_take(alarm, story.store);
		assert_string_equal(alarm_message(alarm), "");
	}
	story_tick(&story);
	alarm_take(alarm, story.store);
	assert_non_null(strstr(alarm_message(alarm), "--exec waits: 8 of its commands still run"));
	story_tick(&story);
	alarm_take(alarm, story.store);
	assert_string_equal(alarm_message(alarm), ""); /* once */
	story_usage(&story, 19, 500, 0);
	story_tick(&story);
	alarm_take(alarm, story.store);
	assert_string_equal(alarm_message(alarm),
		"--exec was not run for x (19): 8 of its commands still run");
	alarm_end(alarm);
	assert_string_equal(alarm_message(alarm),
		"--exec was not run for x (18): 8 of its commands still run");
	while (wait(NULL) > 0)
		;
	/* once there is a place again, who waits has it */
	story_tick(&story);
	alarm_take(alarm, story.store);
	assert_string_equal(alarm_message(alarm), "");
	alarm_end(alarm);
	assert_string_equal(alarm_message(alarm), "");
	while (wait(NULL) > 0)
		;
	alarm_free(alarm);
	story_end(&story);
}

static void test_bad(void **state)
{
	struct alarm_options options = { .expr = "rss>1", .command = "'", .every_s = 60 };
	char why[ALARM_WHY_MAX] = "";
	struct alarm *alarm = NULL;

	(void)state;
	assert_int_equal(alarm_new(&alarm, &options, why), -22);
	assert_non_null(strstr(why, "--exec"));
	assert_null(alarm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_begins),
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_waits_for_details),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
