/* SPDX-License-Identifier: GPL-2.0-or-later */
/* profile, match: what a run took, found out from stories; the reports made of it */
#include "base/text.h"
#include "run/match.h"
#include "run/profile_report.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/lib/story.h"

struct run {
	struct story story;
	struct profile *profile;
	struct view view;
};

static void begin(struct run *run)
{
	story_begin(&run->story);
	run->profile = profile_new(run->story.now_ms, 1700000000000);
	view_init(&run->view);
}

static void end(struct run *run)
{
	view_done(&run->view);
	profile_free(run->profile);
	story_end(&run->story);
}

static void look(struct run *run)
{
	struct view_ask all = { .sort = COL_PID, .uid = -1 };

	story_tick(&run->story);
	view_build(&run->view, run->story.store, &all);
	profile_take(run->profile, run->story.store, &run->view);
}

/* A program of 4 MiB takes 50 MiB in its second 3 and gives them back in its second 6; its child
 * takes 10 MiB from second 4 on. */
static void tell(struct run *run)
{
	begin(run);
	story_birth(&run->story, 10, 0, "parent");
	for (int second = 0; second < 10; second++) {
		uint64_t big_kib = second >= 3 && second < 6 ? 50 * 1024 : 0;
		story_usage(&run->story, 10, 4096 + 1024 + big_kib, 1024);
		if (second == 4)
			story_birth(&run->story, 11, 0, "child<&\"");
		if (second >= 4)
			story_usage(&run->story, 11, 10 * 1024 + 512, 512);
		look(run);
	}
}

static void test_peaks(void **state)
{
	struct run run;

	(void)state;
	tell(&run);
	const struct profile *profile = run.profile;
	assert_int_equal(profile->peak_kib, 4096 + 50 * 1024 + 10 * 1024);
	assert_true(fabs(profile->peak_s - 4) < .01);
	assert_int_equal(profile->peak_rss_kib, 5120 + 50 * 1024 + 10 * 1024 + 512);
	assert_int_equal(profile->one_peak_rss_kib, 5120 + 50 * 1024);
	assert_int_equal(profile->most, 2);
	assert_int_equal(profile->nwho, 2);
	/* 9 s of 4 MiB, 3 of 50 (each tick stands for the second before it), 6 of 10 */
	assert_true(fabs(profile_average_kib(profile) - (9 * 4096 + 3 * 51200 + 6 * 10240) / 9.) <
		    1);
	end(&run);
}

static void test_moments(void **state)
{
	struct profile_point moments[PROFILE_MOMENTS];
	struct run run;

	(void)state;
	tell(&run);
	assert_int_equal(profile_moments(run.profile, moments), 3);
	assert_int_equal(moments[0].gain_kib, 4096);
	assert_int_equal(moments[1].gain_kib, 50 * 1024);
	assert_true(fabs(moments[1].to_s - 3) < .01);
	assert_string_equal(run.profile->who[moments[1].who].name, "parent");
	assert_int_equal(moments[2].gain_kib, 10 * 1024);
	assert_string_equal(run.profile->who[moments[2].who].name, "child<&\"");
	end(&run);
}

static void test_many_points(void **state)
{
	uint64_t kib[10];
	struct run run;

	(void)state;
	begin(&run);
	story_birth(&run.story, 10, 0, "long");
	for (int i = 0; i < 5000; i++) {
		story_usage(&run.story, 10, 5000 + (uint64_t)i * 10, 0);
		look(&run);
	}
	assert_true(run.profile->npoints < PROFILE_POINTS);
	assert_int_equal(run.profile->peak_kib, 5000 + 49990);
	profile_shape(run.profile, kib, 10);
	for (int i = 0; i < 10; i++)
		assert_true(fabs((double)kib[i] - (10000 + 5000. * i)) < 150);
	assert_int_equal(profile_verdict(run.profile), TREND_CLIMBING);
	assert_true(run.profile->climbed);
	struct trend_rate rate;
	assert_true(profile_growth(run.profile, &rate));
	assert_true(fabs(rate.kib_s - 10) < .5);
	end(&run);
}

static json_t *json_of(const struct profile *profile, const struct profile_facts *facts)
{
	json_error_t error;
	struct buf text;

	buf_init(&text);
	profile_report_json(&text, profile, facts);
	json_t *json = json_loads(buf_text(&text), JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		fail_msg("%s: %s", error.text, buf_text(&text));
	buf_done(&text);
	return json;
}

static json_int_t whole(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static void test_json(void **state)
{
	char *argv[] = { (char[]){ "x" }, (char[]){ "\"\x1b\n" }, NULL };
	struct profile_facts facts = {
		.name = "x",
		.title = "x",
		.argv = argv,
		.run = true,
		.status = 7 << 8,
		.duration_s = 9.25,
		.peak_rss_kib = 1024 * 1024,
	};
	struct run run;

	(void)state;
	tell(&run);
	json_t *json = json_of(run.profile, &facts);
	assert_int_equal(whole(json, "status"), 7);
	assert_true(json_is_null(json_object_get(json, "signal")));
	assert_int_equal(whole(json, "peak_rss"), 1024 * 1024 * 1024);
	assert_int_equal(whole(json, "peak_footprint"), (4096 + 61440) * 1024);
	assert_string_equal(json_string_value(json_array_get(json_object_get(json, "command"), 1)),
		"\"??");
	assert_int_equal(json_array_size(json_object_get(json, "moments")), 3);
	assert_int_equal(json_array_size(json_object_get(json, "programs")), 2);
	json_decref(json);
	facts.status = SIGKILL;
	json = json_of(run.profile, &facts);
	assert_int_equal(whole(json, "signal"), 9);
	assert_true(json_is_null(json_object_get(json, "status")));
	json_decref(json);
	end(&run);
}

/* Nothing was seen: a program of a millisecond. */
static void test_nothing(void **state)
{
	struct profile *profile = profile_new(1000, 1000);
	struct profile_facts facts = {
		.name = "true", .title = "true", .run = true, .peak_rss_kib = 1500
	};
	struct profile_style style = { .width = 80 };
	struct buf text;

	(void)state;
	buf_init(&text);
	profile_report_text(&text, profile, &facts, &style);
	assert_non_null(strstr(buf_text(&text), "Peak RSS           1500K\n"));
	assert_non_null(strstr(buf_text(&text), "before it could be looked at"));
	buf_clear(&text);
	profile_report_svg(&text, profile, &facts);
	profile_report_line(&text, profile, &style);
	buf_done(&text);
	json_t *json = json_of(profile, &facts);
	assert_true(json_is_null(json_object_get(json, "peak_footprint")));
	json_decref(json);
	profile_free(profile);
}

static void test_text(void **state)
{
	struct profile_facts facts = { .name = "make test",
		.title = "make test",
		.run = true,
		.status = 0,
		.duration_s = 9.25,
		.cpu_s = 1 };
	struct profile_style style = { .width = 60 };
	struct run run;
	struct buf text;

	(void)state;
	tell(&run);
	buf_init(&text);
	profile_report_text(&text, run.profile, &facts, &style);
	const char *said = buf_text(&text);
	assert_ptr_equal(strstr(said, "memtop: make test: ended with status 0 after 9.25 s"), said);
	assert_non_null(strstr(said, "Peak footprint     <=64.000M at 4.00 s\n"));
	/* the kernel knows of a peak that no look saw */
	facts.peak_rss_kib = 100 * 1024;
	struct buf more;
	buf_init(&more);
	profile_report_text(&more, run.profile, &facts, &style);
	assert_non_null(strstr(buf_text(&more),
		"64.000M at 4.00 s (more between two looks, as RSS tells)\n"));
	buf_done(&more);
	assert_non_null(strstr(said, "    3.0s    54.000M   +50.000M  parent (10)\n"));
	assert_non_null(strstr(said, "      10     55.000M    54.000M     0.0s     9.0s  "));
	for (const char *p = said; *p; p++)
		assert_true(*p == '\n' || (*p >= ' ' && *p <= '~'));
	buf_clear(&text);
	facts.name = facts.title = "<script>&\"";
	profile_report_svg(&text, run.profile, &facts);
	assert_null(strstr(buf_text(&text), "<script>"));
	assert_non_null(strstr(buf_text(&text), "&lt;script&gt;&amp;&quot;"));
	buf_done(&text);
	end(&run);
}

static uint64_t line_kib(int second)
{
	return 5000 + 1000 * (uint64_t)second;
}

static uint64_t step_kib(int second)
{
	return second < 12 ? 5000 : 20000;
}

static uint64_t level_kib(int second)
{
	return 20000 + 8 * (uint64_t)(second % 3);
}

/* A number behind KEY=" in ELEMENT, or FALLBACK. */
static double attribute(const char *element, size_t len, const char *key, double fallback)
{
	char begin[40];
	snprintf(begin, sizeof begin, " %s=\"", key);
	const char *at = memmem(element, len, begin, strlen(begin));

	return at == NULL ? fallback : atof(at + strlen(begin));
}

/* Columns of what stands from TEXT to END, where "&lt;" is one. */
static int columns_of(const char *text, const char *end)
{
	int cells = text_widthn(text, (size_t)(end - text));

	for (; (text = memchr(text, '&', (size_t)(end - text))) != NULL; text++)
		cells -= (int)strcspn(text, ";");
	return cells;
}

/* Every text of the picture lies in its frame, whatever the font: no letter is wider than its
 * size, and one that is set to a length has that. */
static void check_inside(const char *svg)
{
	double width = attribute(svg, strcspn(svg, ">"), "width", 0);
	double height = attribute(svg, strcspn(svg, ">"), "height", 0);
	size_t count = 0;

	for (const char *at = svg; (at = strstr(at, "<text ")) != NULL; at++, count++) {
		size_t len = strcspn(at, ">");
		const char *end = strstr(at, "</text>");
		assert_non_null(end);
		int cells = columns_of(at + len + 1, end);
		double size = attribute(at, len, "font-size", 13);
		double x = attribute(at, len, "x", -1), y = attribute(at, len, "y", -1);
		double room = attribute(at, len, "textLength", cells * size);
		bool ends = memmem(at, len, "\"end\"", 5) != NULL;
		bool middle = memmem(at, len, "\"middle\"", 8) != NULL;
		double left = ends ? x - room : middle ? x - room / 2 : x;
		/* a tick's label has digits alone, which are narrower */
		double slack = room <= 10 * size ? room / 3 : 0;
		if (left + slack < 0 || left + room - slack > width || y - size < 0 ||
			y + 4 > height)
			fail_msg("out of the frame: %.*s", (int)(end - at), at);
	}
	assert_in_range(count, 8, 60);
}

static void test_picture_fits(void **state)
{
	static const char *const names[] = { "a", "shop.py",
		"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
		"/opt/pythons/3.11.7/bin/a/very/long/path/that/never/ends/and/goes/on/to/the/script.py",
		"計算機計算機計算機計算機計算機計算機計算機計算機計算機計算機計算機計算機",
		"e\u0301e\u0301e\u0301<b>&amp;]]>\"' onload=\"x\"", "" };
	const uint64_t limits[] = { 0, 70000, 100000, 1 << 30 };
	struct run run;
	struct buf text;

	(void)state;
	tell(&run);
	buf_init(&text);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct profile_facts facts = { .name = names[i], .title = names[i] };
		run.profile->limit = (struct limit){ .kind = LIMIT_CGROUP,
			.limit_kib = limits[i % 4] };
		buf_clear(&text);
		profile_report_svg(&text, run.profile, &facts);
		check_inside(buf_text(&text));
		assert_non_null(strstr(buf_text(&text), ">peak "));
		assert_true((strstr(buf_text(&text), ">limit ") != NULL) ==
			    (i % 4 == 1 || i % 4 == 2));
	}
	buf_done(&text);
	end(&run);
}

/* A run of milliseconds has ticks that differ. */
static void test_brief_axes(void **state)
{
	static const double spans[] = { .0004, .004, .03, .7, 8, 100, 1000, 90000 };
	char before[64];
	struct buf text;

	(void)state;
	buf_init(&text);
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
		const struct profile_time_unit *unit = profile_report_time_unit(spans[i]);
		double top = spans[i] / unit->seconds;
		double step = profile_report_step(top, 10, false);
		assert_in_range((int)(top / step), 3, 10);
		snprintf(before, sizeof before, "none");
		for (int part = 0; part <= 3; part++) {
			buf_clear(&text);
			profile_report_moment(&text, spans[i] * part / 3, spans[i]);
			assert_string_not_equal(buf_text(&text), before);
			snprintf(before, sizeof before, "%s", buf_text(&text));
		}
	}
	buf_clear(&text);
	profile_report_duration(&text, .0024);
	assert_string_equal(buf_text(&text), "2.4 ms");
	buf_done(&text);
}

/* Growth and verdict agree: a straight line is climbing, one step is not, nor is it steady. */
static void test_line_and_step(void **state)
{
	static const struct {
		uint64_t (*kib)(int second);
		const char *words;
	} shapes[] = {
		{ line_kib, "climbing to its end" },
		{ step_kib, "grew, but not in a straight line" },
		{ level_kib, "watching" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		struct run run;
		struct buf words;
		begin(&run);
		buf_init(&words);
		story_birth(&run.story, 10, 0, "app");
		for (int second = 0; second < 20; second++) {
			story_usage(&run.story, 10, shapes[i].kib(second), 0);
			look(&run);
		}
		profile_report_verdict(&words, run.profile);
		if (strncmp(buf_text(&words), shapes[i].words, strlen(shapes[i].words)) != 0)
			fail_msg("'%s', not '%s'", buf_text(&words), shapes[i].words);
		buf_done(&words);
		end(&run);
	}
}

/* A command line that is read at a later look gives its name to all that was seen before. */
static void test_name_comes_later(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	story_birth(&run.story, 10, 0, "python3");
	for (int second = 0; second < 4; second++) {
		story_usage(&run.story, 10, 10000, 0);
		if (second == 2)
			story_text(&run.story, 10, TEXT_CMDLINE, "python3 /srv/shop.py");
		look(&run);
	}
	json_t *json = json_of(run.profile, &(struct profile_facts){ .name = "x", .title = "x" });
	json_t *programs = json_object_get(json, "programs");
	assert_int_equal(json_array_size(programs), 1);
	json_t *program = json_array_get(programs, 0);
	assert_string_equal(json_string_value(json_object_get(program, "name")), "shop.py");
	assert_string_equal(json_string_value(json_object_get(program, "command")), "python3");
	assert_int_equal(json_integer_value(json_object_get(program, "processes")), 1);
	json_decref(json);
	end(&run);
}

static void test_compare(void **state)
{
	struct run a, b;
	struct buf text;

	(void)state;
	tell(&a);
	begin(&b);
	story_birth(&b.story, 10, 0, "parent");
	for (int second = 0; second < 10; second++) {
		story_usage(&b.story, 10, 100 * 1024, 0);
		look(&b);
	}
	buf_init(&text);
	profile_report_compare(&text, a.profile, "a", b.profile, "b");
	const char *said = buf_text(&text);
	assert_ptr_equal(strstr(said, "parent takes 46 MiB more at its peak; 1 of 2 programs"),
		said);
	assert_non_null(strstr(said, "parent  worse\n"));
	assert_non_null(strstr(said,
		"child<&\" takes 10 MiB less at its peak; 1 of 2 programs got better."));
	assert_non_null(strstr(said, "child<&\"  better\n"));
	/* what did not run took nothing, which is no size */
	assert_non_null(strstr(said, "<=10.00M        -  -10.000M    <=6826K         -"));
	assert_null(strstr(said, " 0K "));
	buf_clear(&text);
	profile_report_compare(&text, b.profile, "b", b.profile, "b");
	assert_non_null(strstr(buf_text(&text), "No program takes more than before."));
	buf_done(&text);
	end(&a);
	end(&b);
}

static struct query *parse(const char *text)
{
	struct query_error error;
	struct query *query;

	if (query_parse(&query, text, &error) != 0)
		fail_msg("%s: %s", text, error.text);
	return query;
}

static const char *matched(const char *expr, double most_s, struct buf *out)
{
	struct query *query = parse(expr);
	const struct match_scope scope = { .uid = -1, .most_s = most_s };
	struct match *match = match_new(query, expr, &scope);
	struct run run;

	begin(&run);
	story_birth(&run.story, 10, 0, "one");
	story_birth(&run.story, 11, 0, "two");
	for (int second = 0; second < 70; second++) {
		story_usage(&run.story, 10, 10000 + (uint64_t)second * 1000, 0);
		story_usage(&run.story, 11, 90000, 0);
		if (second == 0) {
			story_memory(&run.story, 10, 10000, 0, 0, 0, 10000);
			story_memory(&run.story, 11, 90000, 0, 0, 0, 90000);
		}
		look(&run);
		if (match_take(match, run.story.store, &run.view) == MATCH_FOUND)
			break;
	}
	buf_clear(out);
	match_line(out, match);
	match_free(match);
	query_free(query);
	end(&run);
	return buf_text(out);
}

/* Whom -u and -F leave out was not asked; nobody is no OK. */
static void test_match_nobody(void **state)
{
	struct query *size = parse("rss>1t"), *none = parse("command=nobody"),
		     *one = parse("command=one");
	const struct {
		struct match_scope scope;
		const char *says;
	} cases[] = {
		{ { .uid = -1 }, "OK: nothing matches 'rss>1t' (1 process, 0s)" },
		{ { .uid = -1, .filter = one }, "(1 process, 0s)" },
		{ { .uid = -1, .filter = none }, "UNDECIDED: nothing is known to match 'rss>1t', "
						 "but there was no process that -F leaves" },
		{ { .uid = 77 }, "there was no process of that user (-u)" },
		{ { .uid = 77, .filter = one }, "there was no process that -u and -F leave" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct match *match = match_new(size, "rss>1t", &cases[i].scope);
		struct run run;
		struct buf out;

		buf_init(&out);
		begin(&run);
		story_birth(&run.story, 10, 0, "one");
		story_detail(&run.story, 10, 0);
		story_text(&run.story, 10, TEXT_CMDLINE, "one");
		story_memory(&run.story, 10, 10000, 0, 0, 0, 10000);
		story_usage(&run.story, 10, 10000, 0);
		look(&run);
		match_take(match, run.story.store, &run.view);
		match_line(&out, match);
		if (strstr(buf_text(&out), cases[i].says) == NULL)
			fail_msg("%s, not %s", buf_text(&out), cases[i].says);
		buf_done(&out);
		match_free(match);
		end(&run);
	}
	query_free(size);
	query_free(none);
	query_free(one);
}

/* Whom /proc hides nobody has asked, also where pids are too many to count who is hidden. */
static void test_match_hidden(void **state)
{
	struct query *query = parse("rss>1t");

	(void)state;
	for (int hidepid = 0; hidepid <= 2; hidepid += 2) {
		const struct match_scope scope = { .uid = -1, .whole = true };
		struct match *match = match_new(query, "rss>1t", &scope);
		struct stream_header header;
		struct run run;
		struct buf out;

		buf_init(&out);
		begin(&run);
		header = *store_header(run.story.store);
		header.hidepid = hidepid;
		store_set_header(run.story.store, &header);
		story_birth(&run.story, 10, 0, "one");
		story_memory(&run.story, 10, 10000, 0, 0, 0, 10000);
		story_usage(&run.story, 10, 10000, 0);
		look(&run);
		match_take(match, run.story.store, &run.view);
		match_line(&out, match);
		assert_non_null(strstr(buf_text(&out),
			hidepid == 0 ? "OK: nothing" : "are hidden"));
		buf_done(&out);
		match_free(match);
		end(&run);
	}
	query_free(query);
}

/* sudo, timeout and sh -c hold the expression in their command lines, as memtop does: that is no
 * match.  A program that has the words for another reason is one. */
static void test_match_not_the_caller(void **state)
{
	static const char *const lines[] = { "sudo memtop --check command~shop",
		"sh -c memtop --check command~shop", "grep command~shop notes" };
	struct query *query = parse("command~shop");

	(void)state;
	for (int last = 2; last <= 3; last++) {
		const struct match_scope scope = { .uid = -1, .self = 13 };
		struct match *match = match_new(query, "command~shop", &scope);
		struct run run;

		begin(&run);
		for (int32_t pid = 10; pid < 10 + last; pid++) {
			story_birth(&run.story, pid, 0, "x")->ppid = pid < 12 ? pid - 1 : 1;
			story_detail(&run.story, pid, 0)->figures.ppid = pid < 12 ? pid - 1 : 1;
			story_text(&run.story, pid, TEXT_CMDLINE, lines[pid - 10]);
			story_usage(&run.story, pid, 10000, 0);
		}
		story_birth(&run.story, 13, 0, "memtop")->ppid = 11;
		story_detail(&run.story, 13, 0)->figures.ppid = 11;
		story_text(&run.story, 13, TEXT_CMDLINE, "memtop --check command~shop");
		story_usage(&run.story, 13, 10000, 0);
		look(&run);
		assert_int_equal(match_take(match, run.story.store, &run.view),
			last == 2 ? MATCH_NONE : MATCH_FOUND);
		match_free(match);
		end(&run);
	}
	query_free(query);
}

/* What growth takes was not watched, or was not seen between two looks: open, not "OK". */
static void test_match_not_seen(void **state)
{
	struct query *growth = parse("growth>1t/min"),
		     *size = parse("footprint>1g or command~none");
	const struct match_scope brief = { .uid = -1, .most_s = 3 }, all = { .uid = -1 };
	struct match *grows = match_new(growth, "growth>1t/min", &brief);
	struct match *sizes = match_new(size, "footprint>1g", &all);
	enum match_result after[8];
	struct run run;
	struct buf out;

	(void)state;
	buf_init(&out);
	begin(&run);
	story_birth(&run.story, 10, 0, "one");
	story_detail(&run.story, 10, 0);
	story_text(&run.story, 10, TEXT_CMDLINE, "one");
	story_memory(&run.story, 10, 10000, 0, 0, 0, 10000);
	for (size_t second = 0; second < 8; second++) {
		story_usage(&run.story, 10, 10000, 0);
		look(&run);
		after[second] = match_take(grows, run.story.store, &run.view);
		if (second == 4)
			match_line(&out, grows);
		match_take(sizes, run.story.store, &run.view);
	}
	assert_int_equal(after[4], MATCH_OPEN);
	assert_non_null(strstr(buf_text(&out), "the growth of one (10) cannot be told yet"));
	buf_clear(&out);
	assert_int_equal(after[7], MATCH_NONE);
	match_take_unseen(sizes, run.story.store, 1 << 19);
	assert_int_equal(match_result(sizes), MATCH_NONE);
	match_take_unseen(sizes, run.story.store, 1 << 21);
	assert_int_equal(match_result(sizes), MATCH_OPEN);
	match_line(&out, sizes);
	assert_non_null(strstr(buf_text(&out), "more between two looks, 2 GiB RSS, as the kernel"));
	match_free(grows);
	match_free(sizes);
	query_free(growth);
	query_free(size);
	buf_done(&out);
	end(&run);
}

/* One line is said of many looks: it names the worst of all, not who was first. */
static void test_match_names_the_worst(void **state)
{
	struct query *query = parse("footprint>20m");
	const struct match_scope scope = { .uid = -1 };
	struct match *match = match_new(query, "footprint>20m", &scope);
	struct run run;
	struct buf out;

	(void)state;
	begin(&run);
	buf_init(&out);
	story_birth(&run.story, 10, 0, "first");
	story_birth(&run.story, 11, 0, "worst");
	for (int second = 0; second < 20; second++) {
		story_usage(&run.story, 10, 30000, 0);
		story_usage(&run.story, 11, 4000 * (uint64_t)second, 0);
		look(&run);
		match_take(match, run.story.store, &run.view);
	}
	match_line(&out, match);
	if (strstr(buf_text(&out), "worst (11): footprint 74 MiB") == NULL)
		fail_msg("%s", buf_text(&out));
	assert_non_null(strstr(buf_text(&out), "; and 1 more"));
	match_free(match);
	query_free(query);
	buf_done(&out);
	end(&run);
}

static void test_match(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out);
	assert_string_equal(matched("footprint>1g", 0, &out),
		"memtop: OK: nothing matches 'footprint>1g' (2 processes, 1m09s)\n");
	assert_string_equal(matched("footprint>=20000k", 0, &out),
		"memtop: MATCH 'footprint>=20000k': two (11): footprint 88 MiB, RSS 88 MiB, new\n");
	/* the worst of those that match at once is named: by the figure that was asked for */
	assert_non_null(strstr(matched("footprint>1m", 0, &out), "two (11)"));
	assert_non_null(strstr(matched("rss<1g", 0, &out), "two (11)"));
	assert_non_null(strstr(matched("footprint>1m", 0, &out), "; and 1 more\n"));
	/* a minute is enough for a verdict, and not for ten of growth, unless --for says so */
	assert_string_equal(matched("state=shrinking", 0, &out),
		"memtop: OK: nothing matches 'state=shrinking' (2 processes, 1m09s)\n");
	assert_string_equal(matched("growth10>1g/min", 0, &out),
		"memtop: UNDECIDED: nothing is known to match 'growth10>1g/min', but 1m09s is too short "
		"to be sure, that takes 10m00s\n");
	assert_non_null(strstr(matched("growth10>1g/min", 30, &out), "1m09s)\n"));
	/* growth wants its minute, or what --for grants */
	assert_non_null(strstr(matched("growth>1m/min", 0, &out), "one (10): footprint 68 MiB"));
	assert_non_null(strstr(matched("growth>1m/min", 10, &out), "one (10): footprint 20 MiB"));
	assert_non_null(strstr(matched("available<90%", 0, &out), "9.8 GiB of 16 GiB available"));
	assert_non_null(strstr(matched("available<1%", 0, &out), "OK"));
	buf_done(&out);
}

/* What was not read leaves the answer open, unless it is decided without it. */
static void test_open(void **state)
{
	struct query *query = parse("user=www"), *line = parse("command~srv or rss>1g");
	const struct match_scope all = { .uid = -1 };
	struct match *users = match_new(query, "user=www", &all);
	struct match *lines = match_new(line, "command~srv or rss>1g", &all);
	struct ident who[2] = { { 0 } };
	struct run run;
	struct buf out;

	(void)state;
	buf_init(&out);
	begin(&run);
	story_birth(&run.story, 10, 0, "one")->uid = 33;
	story_usage(&run.story, 10, 10000, 0);
	look(&run);
	assert_int_equal(match_take(users, run.story.store, &run.view), MATCH_OPEN);
	assert_int_equal(match_undecided(users, who, 2), 1);
	assert_int_equal(who[0].pid, 10);
	match_line(&out, users);
	assert_non_null(strstr(buf_text(&out), "the user of one (10) could not be read\n"));
	assert_int_equal(match_take(lines, run.story.store, &run.view), MATCH_OPEN);
	/* what the kernel counted at the end decides of sizes, not of names */
	match_take_peak(lines, run.story.store, 20000, true, false, false);
	assert_int_equal(match_result(lines), MATCH_OPEN);
	struct proc_detail *detail = story_detail(&run.story, 10, DETAIL_USER);
	detail->figures.uid = 33;
	story_text(&run.story, 10, TEXT_CMDLINE, "one two");
	look(&run);
	assert_int_equal(match_take(users, run.story.store, &run.view), MATCH_OPEN);
	assert_int_equal(match_take(lines, run.story.store, &run.view), MATCH_NONE);
	/* a user without a name is known to have none */
	story_user(&run.story, 33, "33");
	look(&run);
	assert_null(store_user(run.story.store, 33));
	assert_int_equal(match_take(users, run.story.store, &run.view), MATCH_NONE);
	match_free(users);
	match_free(lines);
	query_free(query);
	query_free(line);
	buf_done(&out);
	end(&run);
}

/* Who ended unread counts if there was time to read it; who must be decided about counts always. */
static void test_lost(void **state)
{
	struct query *query = parse("command~srv");
	const struct match_scope all = { .uid = -1 }, one = { .uid = -1, .pid = 11 };
	struct match *match = match_new(query, "command~srv", &all);
	struct match *must = match_new(query, "command~srv", &one);
	struct run run;

	(void)state;
	begin(&run);
	assert_int_equal(match_result(match), MATCH_OPEN);
	story_birth(&run.story, 11, 0, "short");
	story_usage(&run.story, 11, 10000, 0);
	look(&run);
	match_take(match, run.story.store, &run.view);
	match_take(must, run.story.store, &run.view);
	story_death(&run.story, 11);
	look(&run);
	assert_int_equal(match_take(match, run.story.store, &run.view), MATCH_NONE);
	assert_int_equal(match_take(must, run.story.store, &run.view), MATCH_OPEN);
	story_birth(&run.story, 12, 0, "long");
	story_usage(&run.story, 12, 10000, 0);
	for (int second = 0; second < 4; second++) {
		look(&run);
		match_take(match, run.story.store, &run.view);
	}
	story_death(&run.story, 12);
	look(&run);
	assert_int_equal(match_take(match, run.story.store, &run.view), MATCH_OPEN);
	match_free(match);
	match_free(must);
	query_free(query);
	end(&run);
}

/* What the kernel's highest RSS decides. */
static void test_peak(void **state)
{
	static const struct {
		const char *expr;
		bool exact, swapped;
		enum query_answer answer;
	} cases[] = {
		{ "rss>50m", true, true, QUERY_YES },
		{ "rss>50m", false, true, QUERY_OPEN },
		{ "peak>200m", true, true, QUERY_NO },
		{ "rss>200m or peak>=100m", true, true, QUERY_YES },
		{ "footprint>50m", true, false, QUERY_OPEN },
		{ "footprint>200m", true, false, QUERY_NO },
		{ "footprint>200m", true, true, QUERY_OPEN },
		{ "pss>200m or anon>1g", true, true, QUERY_NO },
		{ "rss>200m and command~x", true, false, QUERY_NO },
		{ "rss>50m and command~x", true, false, QUERY_OPEN },
		{ "rss<50m", true, false, QUERY_OPEN },
		{ "not rss>50m", true, false, QUERY_OPEN },
		{ "mem>50", true, false, QUERY_NO },
		{ "mem>0.5", true, false, QUERY_YES },
		{ "rss>50%", true, false, QUERY_NO },
	};
	struct run run;

	(void)state;
	begin(&run);
	look(&run);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct query *query = parse(cases[i].expr);
		enum query_answer answer = query_decide_peak(query, run.story.store, 100 * 1024,
			cases[i].exact, cases[i].swapped);
		if (answer != cases[i].answer)
			fail_msg("%s: %d", cases[i].expr, (int)answer);
		query_free(query);
	}
	end(&run);
}

/* The last looks at a program that gives its memory back as it ends are no part of what it did. */
static void test_ending(void **state)
{
	struct trend_rate rate;
	struct run run;

	(void)state;
	begin(&run);
	story_birth(&run.story, 10, 0, "grows");
	for (int second = 0; second <= 20; second++) {
		story_usage(&run.story, 10, 10000 + 1000 * (uint64_t)second, 0);
		look(&run);
	}
	double average = profile_average_kib(run.profile);
	story_usage(&run.story, 10, 12000, 0);
	look(&run);
	story_usage(&run.story, 10, 3000, 0);
	look(&run);
	assert_true(profile_growth(run.profile, &rate) && rate.kib_s < 500);
	profile_end(run.profile, run.story.store);
	assert_true(profile_growth(run.profile, &rate));
	assert_true(rate.kib_s > 900 && rate.kib_s < 1100);
	assert_true(profile_average_kib(run.profile) == average);
	assert_true(run.profile->last_s <= 20.01);
	assert_int_equal(run.profile->kib, 30000);
	profile_end(run.profile, run.story.store);
	assert_true(profile_average_kib(run.profile) == average);
	end(&run);
}

static void test_query_times(void **state)
{
	static const struct {
		const char *text;
		bool machine;
		double settle_s, patience_s;
	} cases[] = {
		{ "available<10%", true, 0, 0 },
		{ "not available<10%", true, 0, 0 },
		{ "available<10% or python", false, 0, 0 },
		{ "rss>1g", false, 0, 0 },
		{ "rss>1g or growth>1m", false, 60, 60 },
		{ "growth10>1m", false, 600, 600 },
		{ "state=climbing", false, 0, 60 },
		{ "eta<1h and rss>1", false, 0, 60 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct query *query = parse(cases[i].text);
		assert_int_equal(query_is_machine(query), cases[i].machine);
		assert_true(fabs(query_settle_s(query) - cases[i].settle_s) < .1);
		assert_true(fabs(query_patience_s(query) - cases[i].patience_s) < .1);
		query_free(query);
	}
}

static void test_steps(void **state)
{
	(void)state;
	assert_true(fabs(profile_report_step(60, 10, false) - 10) < 1e-9);
	assert_true(fabs(profile_report_step(0.02, 10, false) - 0.002) < 1e-9);
	assert_true(fabs(profile_report_step(60 * 1024, 6, true) - 10 * 1024) < 1e-9);
	assert_true(profile_report_step(1e12, 6, true) >= 1e12 / 6);
}

/* A program of 60 MiB; from second 2 on three children that it forked, from second 5 on one. */
static void fork_three(struct run *run, int seconds, bool reads)
{
	begin(run);
	run->profile->asks = reads;
	story_birth(&run->story, 10, 0, "server");
	for (int second = 0; second < seconds; second++) {
		int children = second < 2 ? 0 : second < 5 ? 3 : 1;
		if (second == 0)
			story_usage(&run->story, 10, 61000, 1000);
		for (int32_t pid = 11; second == 2 && pid <= 13; pid++) {
			story_birth(&run->story, pid, 0, "server")->ppid = 10;
			story_usage(&run->story, pid, 61000, 1000);
		}
		for (int32_t pid = 12; second == 5 && pid <= 13; pid++)
			story_death(&run->story, pid);
		/* read a look later: what nobody shares is 1000, as when they came */
		for (int32_t pid = 10;
			reads && (second == 3 || second == 7) && pid <= 10 + children; pid++) {
			struct proc_detail *detail = story_detail(&run->story, pid, DETAIL_PSS);
			detail->rare.pss_kib = 1000 + 59000 / (uint64_t)(children + 1);
			detail->rare.uss_kib = 1000;
		}
		look(run);
	}
}

/* Pages shared since a fork count once; the looks before PSS was read are corrected. */
static void test_shared(void **state)
{
	struct run run;

	(void)state;
	fork_three(&run, 9, true);
	const struct profile *profile = run.profile;
	assert_false(profile->peak_bound);
	assert_int_equal(profile->peak_kib, 59000 + 4 * 1000);
	assert_int_equal(profile->names[0].peak_kib, 63000);
	assert_false(profile->names[0].bound);
	/* what two of them shared is still there, but for what nobody shared */
	assert_int_equal(profile->kib, 59000 + 2 * 1000);
	assert_true(profile_average_kib(profile) > 52000 && profile_average_kib(profile) < 63000);
	uint64_t kib[9];
	profile_shape(profile, kib, 9);
	for (int i = 0; i < 9; i++)
		assert_true(kib[i] >= 60000 && kib[i] <= 63000);
	struct profile_facts facts = { .name = "server", .title = "server", .run = true };
	json_t *json = json_of(profile, &facts);
	json_t *names = json_object_get(json, "at_most");
	assert_int_equal(json_array_size(names), 1);
	assert_string_equal(json_string_value(json_array_get(names, 0)), "peak_rss");
	json_decref(json);
	end(&run);
}

/* Where it is not read, all say so; of one process there is nothing to say. */
static void test_shared_unread(void **state)
{
	struct profile_facts facts = { .name = "server", .title = "server", .run = true };
	struct profile_style style = { .utf8 = true, .width = 80 };
	struct buf text;
	struct run run;

	(void)state;
	fork_three(&run, 2, false);
	assert_false(run.profile->peak_bound || run.profile->names[0].bound);
	end(&run);
	fork_three(&run, 9, false);
	assert_int_equal(run.profile->peak_kib, 240000);
	assert_true(run.profile->peak_bound && run.profile->names[0].bound);
	buf_init(&text);
	profile_report_text(&text, run.profile, &facts, &style);
	assert_non_null(strstr(buf_text(&text), "Peak footprint     ≤234.38M at"));
	assert_non_null(strstr(buf_text(&text), "swap), at most\n"));
	buf_clear(&text);
	profile_report_svg(&text, run.profile, &facts);
	assert_non_null(strstr(buf_text(&text), "Peak ≤234 MiB (RSS ≤238 MiB)"));
	buf_clear(&text);
	profile_report_compare(&text, run.profile, "a", run.profile, "b");
	assert_non_null(strstr(buf_text(&text), "<=234.4M <=234.4M"));
	assert_non_null(strstr(buf_text(&text), "<=: memory that processes share"));
	buf_done(&text);
	json_t *json = json_of(run.profile, &facts);
	assert_int_equal(json_array_size(json_object_get(json, "at_most")), 3);
	json_t *program = json_array_get(json_object_get(json, "programs"), 0);
	assert_int_equal(json_array_size(json_object_get(program, "at_most")), 3);
	json_decref(json);
	end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peaks),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_many_points),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_picture_fits),
		cmocka_unit_test(test_brief_axes),
		cmocka_unit_test(test_line_and_step),
		cmocka_unit_test(test_name_comes_later),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_match_names_the_worst),
		cmocka_unit_test(test_match_nobody),
		cmocka_unit_test(test_match_not_the_caller),
		cmocka_unit_test(test_match_hidden),
		cmocka_unit_test(test_match_not_seen),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_peak),
		cmocka_unit_test(test_ending),
		cmocka_unit_test(test_query_times),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_shared_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
