/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query: what a filter says, and where it is wrong */
#include "table/query.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/story.h"

/* Three processes: 812 node, growing; 633 postgres; 5 a bare one of which little is known. */
static void begin(struct story *story)
{
	story_begin(story);
	store_call(story->store, "db1");
	story_birth(story, 812, 500, "node")->uid = 33;
	story_birth(story, 633, 90000, "postgres")->uid = 26;
	story_birth(story, 5, 1, "and");
	story_usage(story, 812, 2097152, 100000);
	story_memory(story, 633, 800000, 1000, 0, 4096, 900000)->figures.known |= DETAIL_CPU |
										  DETAIL_OOM;
	story->details[0].figures.cpu_percent = 50;
	story->details[0].figures.nice = -5;
	story->details[0].figures.uid = 26;
	story->details[0].figures.state = 'D';
	story_text(story, 812, TEXT_CMDLINE, "node /srv/Server.js --port 80");
	story_text(story, 812, TEXT_CGROUP, "/web.slice/node-1.service");
	story_user(story, 33, "www");
	story_tick(story);
	story_grow(story, 812, 1024, 45);
}

/* Which of the three it matches, by their first letters. */
static const char *matches(const struct story *story, const char *text)
{
	static const int32_t pids[] = { 812, 633, 5 };
	static struct query_error error;
	static char out[4];
	struct query *query;
	int n = 0;

	if (query_parse(&query, text, &error) < 0)
		return error.text;
	for (int i = 0; i < 3; i++) {
		struct row row = { .proc = story_proc(story, pids[i]) };
		if (query_match(query, story->store, &row))
			out[n++] = "npa"[i];
	}
	out[n] = '\0';
	query_free(query);
	return out;
}

static void test_matches(void **state)
{
	static const char *const examples[][2] = {
		{ "", "npa" },
		{ " \t", "npa" },
		{ "node", "n" },
		{ "NODE", "n" },
		{ "server.js", "n" },
		{ "www", "n" },
		{ "633", "p" },
		{ "63", "" },
		{ "o", "np" },
		{ "\"and\"", "a" },
		{ "\"port 80\"", "n" },
		{ "node postgres", "" },
		{ "node or postgres", "np" },
		{ "o and node", "n" },
		{ "o AND node", "n" },
		{ "not node", "pa" },
		{ "! node", "pa" },
		{ "!node", "pa" },
		{ "not not node", "n" },
		{ "not (node or postgres)", "a" },
		{ "node or postgres and \"and\"", "n" },
		{ "(node or postgres) and \"and\"", "" },
		{ "node or postgres or \"and\"", "npa" },
		{ "(((node)))", "n" },
		{ "o node or postgres", "np" },
		{ "rss>1g", "n" },
		{ "RSS > 1g", "n" },
		{ "rss>=2g", "n" },
		{ "rss<1g", "p" },
		{ "rss=801000k", "p" },
		{ "rss!=801000k", "n" },
		{ "rss<=801000k", "p" },
		{ "rss>10%", "n" },
		{ "rss<10%", "p" },
		{ "%mem>10", "n" },
		{ "%mem>10%", "n" },
		{ "growth>10m/min", "n" },
		{ "growth>1m/s", "" },
		{ "growth<2m/s", "np" },
		{ "growth=0", "p" },
		{ "age>1h", "p" },
		{ "age<10m", "na" },
		{ "swap>1m", "p" },
		{ "swap<1m", "" },
		{ "not swap<1m", "npa" },
		{ "user=www", "n" },
		{ "user=WWW", "n" },
		{ "user!=www", "pa" },
		{ "user=33", "n" },
		{ "user!=33", "pa" },
		{ "user=26", "p" },
		{ "user~w", "n" },
		{ "cgroup~web", "n" },
		{ "cgroup!~web", "" },
		{ "cgroup=/web.slice/node-1.service", "n" },
		{ "command=node", "n" },
		{ "command~server", "n" },
		{ "command!~server", "pa" },
		{ "command!=node", "pa" },
		{ "command=\"node /srv/server.js --port 80\"", "n" },
		{ "command!=\"node /srv/server.js --port 80\"", "pa" },
		{ "state=climbing", "n" },
		{ "state=steady", "p" },
		{ "state!=climbing", "p" },
		{ "verdict=climbing", "n" },
		{ "state~climb", "n" },
		{ "run_state=d", "p" },
		{ "cpu>=50%", "p" },
		{ "nice<0", "p" },
		{ "nice=-5", "p" },
		{ "pid=5", "a" },
		{ "pid>5.5", "np" },
		{ "ppid=1", "npa" },
		{ "rss>1 server", "n" },
		{ "age>60 node", "n" },
		{ "age>60 minio", "" },
		{ "rss>\"1 g\"", "n" },
		{ "host=db1", "npa" },
		{ "host=DB1 and command=node", "n" },
		{ "host!=db1", "" },
		{ "host~b", "npa" },
		{ "not host=web1 and host!~web", "npa" },
		{ "available<10%", "" },
		{ "available>10%", "npa" },
		{ "available>9g", "npa" },
		{ "available<9g", "" },
		{ "oom>=0 and threads>0", "" },
		{ "rss>1g and growth>10m/min and user=www", "n" },
	};
	struct story story;

	(void)state;
	begin(&story);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const char *out = matches(&story, examples[i][0]);
		if (strcmp(out, examples[i][1]) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", examples[i][0], out, examples[i][1]);
	}
	story_end(&story);
}

static void test_errors(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *why;
	} examples[] = {
		{ "rsss>1g", 0, "there is no column \"rsss\" (did you mean rss?)" },
		{ "res>1g", 0, "there is no column \"res\" (did you mean rss?)" },
		{ "zzz>1g", 0, "there is no column \"zzz\" (man memtop lists them)" },
		{ "rss>", 4, "a value is missing" },
		{ "rss> and node", 5, "a size like 300m, 1.5g or 10% is missing here" },
		{ "rss>x", 4, "a size like 300m, 1.5g or 10% is missing here" },
		{ "rss>x%", 4, "a size like 300m, 1.5g or 10% is missing here" },
		{ "growth>1q", 7, "a rate like 10m/min or 64k/s is missing here" },
		{ "age>1q", 4, "a time like 30s, 10m or 2h is missing here" },
		{ "cpu>a", 4, "a share like 10% is missing here" },
		{ "threads>1%", 8, "a number is missing here" },
		{ "threads>-", 8, "a number is missing here" },
		{ "available>soon", 10, "a size like 300m, 1.5g or 10% is missing here" },
		{ "rss~1", 3, "figures compare with = != > >= < or <=" },
		{ "user>a", 4, "user is a text: use = != ~ or !~" },
		{ "state=leaking", 6,
			"a state is new, watching, steady, warming, climbing, spiking, shrinking, receding "
			"or zombie" },
		{ "(node", 0, "the parenthesis is not closed" },
		{ "node)", 4, "nothing is open that this could close" },
		{ "()", 1, "a word or a column is missing before this" },
		{ "=1", 0, "a word or a column is missing before this" },
		{ "node and", 8, "something is missing at the end" },
		{ "not", 3, "something is missing at the end" },
		{ "node or or", 8, "something is missing before this" },
		{ "and node", 0, "something is missing before this" },
		{ "rss>1 GB", 5, "a unit stands right behind its figure: 1GB" },
		{ "(rss > 1\tg)", 8, "a unit stands right behind its figure: 1g" },
		{ "available<10 % or node", 12, "a unit stands right behind its figure: 10%" },
		{ "cpu>50 %", 6, "a unit stands right behind its figure: 50%" },
		{ "growth>10m /min", 10, "a unit stands right behind its figure: 10m/min" },
		{ "growth>10 m/min", 9, "a unit stands right behind its figure: 10m/min" },
		{ "age<1 hour", 5, "a unit stands right behind its figure: 1h" },
		{ "eta<10 minutes", 6, "a unit stands right behind its figure: 10m" },
		{ "rss>1g && node", 7, "what joins is called and, or" },
		{ "rss>1g || node", 7, "what joins is called and, or" },
		{ "\"node", 0, "the quotation mark is not closed" },
		{ "user=\"www", 5, "the quotation mark is not closed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct query_error error = { 0 };
		struct query *query = NULL;
		assert_int_equal(query_parse(&query, examples[i].text, &error), -EINVAL);
		assert_null(query);
		if (error.at != examples[i].at || strcmp(error.text, examples[i].why) != 0)
			fail_msg("%s: at %zu: %s", examples[i].text, error.at, error.text);
	}
}

static void test_depth_is_bounded(void **state)
{
	char text[4001];
	struct query_error error;
	struct query *query;

	(void)state;
	memset(text, '(', 4000);
	text[4000] = '\0';
	assert_int_equal(query_parse(&query, text, &error), -EINVAL);
	assert_string_equal(error.text, "this is nested too deeply");
	memset(text, '!', 4000);
	assert_int_equal(query_parse(&query, text, &error), -EINVAL);
	assert_string_equal(error.text, "this is nested too deeply");
	/* a long chain is not deep */
	for (int i = 0; i < 4000; i++)
		text[i] = i % 2 ? ' ' : 'a';
	assert_int_equal(query_parse(&query, text, &error), 0);
	query_free(query);
}

static void test_nothing_known_yet(void **state)
{
	struct proc proc = { .id = { 1, 1 }, .comm = "init", .figures.uid = 3 };
	struct row row = { .proc = &proc };
	struct store *store = store_new();
	struct query_error error;
	struct query *query;

	(void)state;
	assert_int_equal(query_parse(&query, "rss<10% or available>0 or cgroup~a", &error), 0);
	assert_false(query_match(query, store, &row));
	query_free(query);
	proc.figures.known = DETAIL_USAGE;
	assert_int_equal(query_parse(&query, "rss<10%", &error), 0);
	assert_false(query_match(query, store, &row));
	query_free(query);
	query_free(NULL);
	assert_true(query_match(NULL, store, &row));
	store_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_nothing_known_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
