/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options: every option, every mistake with the culprit named, and --help made from the same
 * table */
#include "options/options.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

enum { ARGS_MAX = 32 };

/* A command line, as main gets it: what comes behind "memtop", up to a NULL. */
struct line {
	int argc;
	char *argv[ARGS_MAX];
	char text[ARGS_MAX][600];
};

static void fill(struct line *line, const char *const args[])
{
	line->argc = 1;
	line->argv[0] = strcpy(line->text[0], "memtop");
	for (int i = 0; args[i] != NULL && line->argc < ARGS_MAX - 1; i++, line->argc++) {
		snprintf(line->text[line->argc], sizeof line->text[0], "%s", args[i]);
		line->argv[line->argc] = line->text[line->argc];
	}
	line->argv[line->argc] = NULL;
}

static struct line last; /* text in options points into it */

/* They hold until the next call. */
static struct options good_args(const char *const args[])
{
	static struct options options;
	char why[OPTIONS_WHY_MAX] = "";

	options_done(&options);
	fill(&last, args);
	if (options_parse(&options, last.argc, last.argv, why) != 0)
		fail_msg("%s: %s", args[0], why);
	return options;
}

/* WHY lives until the next call. */
static const char *bad_args(const char *const args[])
{
	static char why[OPTIONS_WHY_MAX];
	struct options options, before;

	memset(&options, 0x5a, sizeof options);
	before = options;
	why[0] = '\0';
	fill(&last, args);
	int error = options_parse(&options, last.argc, last.argv, why);
	if (error != -EINVAL)
		fail_msg("%s %s was taken", args[0], args[1] != NULL ? args[1] : "");
	assert_memory_equal(&options, &before, sizeof options);
	assert_true(text_is_clean(why, strlen(why)));
	assert_null(strchr(why, '\n'));
	return why;
}

#define GOOD(...) good_args((const char *const[]){ __VA_ARGS__, NULL })
#define BAD(...)  bad_args((const char *const[]){ __VA_ARGS__, NULL })

/* A message that names WORD. */
#define ASSERT_NAMES(why, word)                                                                    \
	do {                                                                                       \
		const char *said = why;                                                            \
		if (strstr(said, word) == NULL)                                                    \
			fail_msg("no '%s' in '%s'", word, said);                                   \
	} while (0)

static void test_nothing(void **state)
{
	(void)state;
	struct options o = good_args((const char *const[]){ NULL });

	assert_int_equal(o.mode, MODE_SCREEN);
	assert_int_equal(o.interval_ms, 1000);
	assert_false(o.interval_given);
	assert_int_equal(o.count, 0);
	assert_int_equal(o.npids, 0);
	assert_null(o.user);
	assert_int_equal(o.uid, -1);
	assert_false(o.sort_given);
	assert_null(o.filter);
	assert_false(o.no_color || o.ascii || o.no_mouse || o.readonly || o.kernel_threads);
	assert_int_equal(o.width, 0);
	assert_int_equal(o.ncolumns, 0);
	assert_null(o.record);
	assert_null(o.replay);
	assert_int_equal(o.key_s, 0);
}

static void test_delay(void **state)
{
	(void)state;
	assert_int_equal(GOOD("-d", "2").interval_ms, 2000);
	assert_int_equal(GOOD("-d0.25").interval_ms, 250);
	assert_int_equal(GOOD("--delay", "0.1").interval_ms, 100);
	assert_int_equal(GOOD("--delay=3600").interval_ms, 3600000);
	assert_int_equal(GOOD("-d", "5m").interval_ms, 300000);
	assert_true(GOOD("-d", "1").interval_given);
	static const char *const wrong[] = { "0", "0.09", "3601", "-1", "x", "", "nan", "inf",
		"1e9", "1 2", "1,5", "0x1", "1s2" };
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char quoted[16];
		snprintf(quoted, sizeof quoted, "'%s'", wrong[i]);
		ASSERT_NAMES(BAD("-d", wrong[i]), quoted);
		ASSERT_NAMES(BAD("-d", wrong[i]), "-d");
	}
}

static void test_count(void **state)
{
	(void)state;
	assert_int_equal(GOOD("-n", "1").count, 1);
	assert_int_equal(GOOD("--count=1000000000").count, 1000000000);
	static const char *const wrong[] = { "0", "-1", "1.5", "x", "", " 5", "5 ", "+5",
		"1000000001", "99999999999999999999" };
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		ASSERT_NAMES(BAD("-n", wrong[i]), wrong[i]);
		ASSERT_NAMES(BAD("-n", wrong[i]), "-n");
	}
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(GOOD("-w", "20").width, 20);
	assert_int_equal(GOOD("--width", "10000").width, 10000);
	ASSERT_NAMES(BAD("-w", "19"), "'19'");
	ASSERT_NAMES(BAD("-w", "10001"), "'10001'");
	ASSERT_NAMES(BAD("-w", "wide"), "'wide'");
}

static void test_pids(void **state)
{
	(void)state;
	struct options o = GOOD("-p", "1,4194304", "--pid=42", "-p7");

	assert_int_equal(o.npids, 4);
	assert_int_equal(o.pids[0], 1);
	assert_int_equal(o.pids[1], 4194304);
	assert_int_equal(o.pids[2], 42);
	assert_int_equal(o.pids[3], 7);
	static const char *const wrong[] = {
		"0", "-1", "4194305", "x", "1x", "1 2", ",", ",1", "1,,2",
		"0000000000000000000000000000000000000000000000000000000000000000000000000000001x"
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ASSERT_NAMES(BAD("-p", wrong[i]), "-p");
	ASSERT_NAMES(BAD("-p", "12,init,3"), "'init'");
	ASSERT_NAMES(BAD("-p", ""), "process id");
}

static void test_pids_full(void **state)
{
	(void)state;
	char list[4096] = "";
	size_t len = 0;
	struct options options;
	char why[OPTIONS_WHY_MAX];
	char name[] = "memtop", option[] = "-p";

	for (int i = 1; i <= OPTIONS_PIDS_MAX; i++)
		len += (size_t)snprintf(list + len, sizeof list - len, "%d,", i);
	assert_int_equal(options_parse(&options, 3, (char *[]){ name, option, list, NULL }, why),
		0);
	assert_int_equal(options.npids, OPTIONS_PIDS_MAX);
	snprintf(list + len, sizeof list - len, "9");
	assert_int_equal(options_parse(&options, 3, (char *[]){ name, option, list, NULL }, why),
		-EINVAL);
	ASSERT_NAMES(why, "512");
}

static void test_sort(void **state)
{
	(void)state;
	struct options o = GOOD("-s", "growth");

	assert_true(o.sort_given);
	assert_int_equal(o.sort, COL_GROWTH);
	assert_false(o.reverse);
	o = GOOD("-s", "-RSS");
	assert_int_equal(o.sort, COL_RSS);
	assert_true(o.reverse);
	assert_int_equal(GOOD("--sort=%mem").sort, COL_MEM_PERCENT);
	for (int id = 0; id < COLUMN_COUNT; id++)
		assert_int_equal(GOOD("-s", column_get((enum column_id)id)->key).sort, id);
	ASSERT_NAMES(BAD("-s", "colour"), "'colour'");
	ASSERT_NAMES(BAD("-s", "-colour"), "'colour'");
	BAD("-s", "");
	BAD("-s", "--rss");
}

/* Short enough for a line of 80, and the name it may have been. */
static void test_unknown_column(void **state)
{
	(void)state;
	static const char *const asked[] = { "nonsense", "rsss", "-growht", "grow", "",
		"a name that is much longer than any name of a column" };

	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
		assert_true(strlen(BAD("-s", asked[i])) < 72);
	ASSERT_NAMES(BAD("--columns", "pid,nonsense"), "'nonsense'");
	ASSERT_NAMES(BAD("--columns", "rsss"), "did you mean rss?");
	ASSERT_NAMES(BAD("-s", "-growht"), "did you mean growth?");
	ASSERT_NAMES(BAD("-s", "zzz"), "man memtop");
	/* names of other programs, beginnings; and no guess that is far */
	ASSERT_NAMES(BAD("-s", "-RES"), "did you mean rss?");
	ASSERT_NAMES(BAD("--columns", "comm"), "did you mean command?");
	ASSERT_NAMES(BAD("--columns", "started"), "did you mean age?");
	ASSERT_NAMES(BAD("-s", "nonsense"), "'nonsense'; man");
	assert_int_equal(GOOD("-s", "state").sort, COL_VERDICT);
}

static void test_columns(void **state)
{
	(void)state;
	struct options o = GOOD("--columns", "pid,RSS,command");

	assert_int_equal(o.ncolumns, 3);
	assert_int_equal(o.columns[0], COL_PID);
	assert_int_equal(o.columns[1], COL_RSS);
	assert_int_equal(o.columns[2], COL_COMMAND);
	o = GOOD("--columns=pid", "--columns=user");
	assert_int_equal(o.ncolumns, 1);
	assert_int_equal(o.columns[0], COL_USER);
	ASSERT_NAMES(BAD("--columns", "pid,rss,pid"), "'pid' twice");
	ASSERT_NAMES(BAD("--columns", ""), "--columns");
	BAD("--columns", "pid,,rss");
	BAD("--columns", "pid rss");
}

static void test_flags(void **state)
{
	(void)state;
	struct options o = GOOD("-CUMk", "--readonly", "-b");

	assert_true(o.no_color && o.ascii && o.no_mouse && o.kernel_threads && o.readonly);
	assert_int_equal(o.mode, MODE_BATCH);
	assert_true(GOOD("--stream", "--no-inside").no_inside && !o.no_inside);
	BAD("--no-inside", "-p1", "--inside");
	BAD("--no-inside", "-p1", "--holders", "X");
	o = GOOD("--no-color", "--ascii", "--no-mouse", "--kernel", "--batch");
	assert_true(o.no_color && o.ascii && o.no_mouse && o.kernel_threads);
	assert_int_equal(o.mode, MODE_BATCH);
}

static void test_texts(void **state)
{
	(void)state;
	struct options o = GOOD("-u", "www", "-F", "rss>1g and user=www");

	assert_string_equal(o.user, "www");
	assert_string_equal(o.filter, "rss>1g and user=www");
	assert_string_equal(GOOD("--filter=").filter, "");
	assert_string_equal(GOOD("-u", "a", "--user=b").user, "b");
}

static void test_modes(void **state)
{
	(void)state;
	assert_int_equal(GOOD("--stream").mode, MODE_STREAM);
	assert_int_equal(GOOD("-h").mode, MODE_HELP);
	assert_int_equal(GOOD("--help").mode, MODE_HELP);
	assert_int_equal(GOOD("-V").mode, MODE_VERSION);
	assert_int_equal(GOOD("--version").mode, MODE_VERSION);
	/* whoever asks for help gets it, whatever else is there */
	assert_int_equal(GOOD("-h", "-b", "stray", "--append").mode, MODE_HELP);
	assert_int_equal(GOOD("-b", "-V").mode, MODE_VERSION);
}

static void test_recordings(void **state)
{
	(void)state;
	struct options o = GOOD("--record", "a.jsonl", "--append");

	assert_string_equal(o.record, "a.jsonl");
	assert_true(o.append);
	o = GOOD("--replay", "-", "--verdicts");
	assert_string_equal(o.replay, "-");
	assert_int_equal(o.mode, MODE_VERDICTS);
	assert_int_equal(GOOD("--stream", "--key-frames", "60").key_s, 60);
}

static void test_what_does_not_go_together(void **state)
{
	(void)state;
	ASSERT_NAMES(BAD("--append"), "--append");
	ASSERT_NAMES(BAD("--verdicts"), "--verdicts");
	ASSERT_NAMES(BAD("--replay", "a", "--record", "b"), "--record");
	ASSERT_NAMES(BAD("--replay", "a", "--stream"), "--stream");
	ASSERT_NAMES(BAD("--key-frames", "5"), "--stream");
	ASSERT_NAMES(BAD("--stream", "--key-frames", "0"), "'0'");
	ASSERT_NAMES(BAD("--stream", "--key-frames", "86401"), "'86401'");
}

static void test_unknown(void **state)
{
	(void)state;
	ASSERT_NAMES(BAD("-x"), "'-x'");
	ASSERT_NAMES(BAD("-bx"), "'-x'");
	ASSERT_NAMES(BAD("--nonsense"), "'--nonsense'");
	ASSERT_NAMES(BAD("--nonsense=5"), "'--nonsense=5'");
	ASSERT_NAMES(BAD("--re"),
		"option '--re' may be --readonly, --report, --report-from, --record or --replay");
	ASSERT_NAMES(BAD("--no-=1"), "--no-color, --no-mouse, --no-inside or --no-history");
	ASSERT_NAMES(BAD("--=1"), "unknown option '--=1'");
	assert_string_equal(GOOD("--report=x", "--", "true").report, "x");
	ASSERT_NAMES(BAD("--readonly=yes"), "'--readonly' takes no value");
	ASSERT_NAMES(BAD("--batch=yes"), "'--batch' takes no value");
	ASSERT_NAMES(BAD("python"), "-F 'python'");
	ASSERT_NAMES(BAD("-b", "python"), "-F 'python'");
}

static void test_program(void **state)
{
	(void)state;
	struct options o = GOOD("--live", "-d", "0.5", "--", "sh", "-c", "exit 7", "--json");

	assert_int_equal(o.mode, MODE_RUN);
	assert_int_equal(o.format, FORMAT_TEXT);
	assert_string_equal(o.program[0], "sh");
	assert_string_equal(o.program[3], "--json");
	assert_null(o.program[4]);
	o = GOOD("-F", "--");
	assert_int_equal(o.mode, MODE_SCREEN);
	assert_null(o.program);
	ASSERT_NAMES(BAD("-F", "--", "sh"), "-F 'sh'");
	ASSERT_NAMES(BAD("--"), "a program");
	ASSERT_NAMES(BAD("-b", "--", "sh"), "a program");
	ASSERT_NAMES(BAD("stray", "--", "sh"), "'stray'");
	ASSERT_NAMES(BAD("-p", "1", "--", "sh"), "-p");
	ASSERT_NAMES(BAD("--live"), "--live");
	ASSERT_NAMES(BAD("--svg", "x"), "--svg");
	ASSERT_NAMES(BAD("--csv", "--", "sh"), "--csv");
}

static void test_formats(void **state)
{
	(void)state;
	assert_int_equal(GOOD("--json").mode, MODE_BATCH);
	assert_int_equal(GOOD("--csv", "-b").format, FORMAT_CSV);
	assert_int_equal(GOOD("--json", "--report-from", "x").mode, MODE_REPORT);
	ASSERT_NAMES(BAD("--json", "--csv"), "--csv");
	ASSERT_NAMES(BAD("--json", "--stream"), "--json");
	ASSERT_NAMES(BAD("--json", "--check", "rss>1"), "--json");
}

static void test_answers(void **state)
{
	(void)state;
	struct options o = GOOD("--compare", "a", "b");

	assert_int_equal(o.mode, MODE_COMPARE);
	assert_string_equal(o.compare[0], "a");
	assert_string_equal(o.compare[1], "b");
	ASSERT_NAMES(BAD("--compare", "a"), "two recordings");
	ASSERT_NAMES(BAD("--compare", "a", "b", "--", "sh"), "a program");
	ASSERT_NAMES(BAD("--compare", "a", "--", "sh"), "two recordings");
	ASSERT_NAMES(BAD("--record", "x", "--report-from", "y"), "--record");
	o = GOOD("--check", "rss>1g", "--for", "10m");
	assert_int_equal(o.mode, MODE_CHECK);
	assert_true(o.for_s > 599 && o.for_s < 601);
	assert_int_equal(GOOD("--check", "rss>1g", "--replay", "x").mode, MODE_CHECK);
	assert_int_equal(GOOD("--check", "rss>1g", "--", "sh").mode, MODE_RUN);
	ASSERT_NAMES(BAD("--check", "rss>1g", "-b"), "--check");
	ASSERT_NAMES(BAD("--check", "rss>1g", "--for", "0.1"), "--for");
	ASSERT_NAMES(BAD("--for", "10m"), "--for");
	ASSERT_NAMES(BAD("--check", "rss>1g", "--for", "5m", "--", "sh"), "--for");
	o = GOOD("--on", "rss>1g", "--exec", "logger x", "--every", "1h");
	assert_int_equal(o.mode, MODE_SCREEN);
	assert_string_equal(o.exec, "logger x");
	ASSERT_NAMES(BAD("--on", "rss>1g"), "--exec");
	ASSERT_NAMES(BAD("--exec", "x"), "--on");
	ASSERT_NAMES(BAD("--every", "1m"), "--on");
	ASSERT_NAMES(BAD("--on", "rss>1g", "--exec", "x", "--", "sh"), "--on");
	ASSERT_NAMES(BAD("--on", "rss>1g", "--exec", "x", "-b", "--replay", "y"), "--on");
}

static void test_value_missing(void **state)
{
	(void)state;
	static const char *const wanting[] = { "-d", "-n", "-p", "-u", "-s", "-F", "-w", "--delay",
		"--count", "--pid", "--user", "--sort", "--filter", "--width", "--columns",
		"--record", "--replay", "--key-frames", "--report", "--svg", "--report-from",
		"--compare", "--check", "--for", "--on", "--exec", "--every" };
	for (size_t i = 0; i < sizeof wanting / sizeof wanting[0]; i++) {
		ASSERT_NAMES(BAD(wanting[i]), wanting[i]);
		ASSERT_NAMES(BAD(wanting[i]), "wants a value");
	}
	/* an empty one, as of a variable that is not set, is none */
	static const char *const files[] = { "--record", "--replay", "--report", "--svg",
		"--report-from", "--compare", "--hosts", "--metrics" };
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		ASSERT_NAMES(BAD(files[i], ""), "wants the name of a file");
	ASSERT_NAMES(BAD("--compare", "a", ""), "two recordings");
	ASSERT_NAMES(BAD("--flight", ""), "name of a folder");
	ASSERT_NAMES(BAD("--", ""), "a program to run");
}

/* What is typed may come from a script that got it from somewhere: nothing of it reaches the
 * terminal as it is (bad_args looks at every message). */
static void test_hostile(void **state)
{
	(void)state;
	static const char *const texts[] = { "\033]0;title\007", "\xff\xfe", "a\nb", "\xe2\x80\xae",
		"%s%n%s%n", "--\033c" };
	static const char *const before[] = { "-d", "-n", "-p", "-s", "-w", "--columns" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		for (size_t k = 0; k < sizeof before / sizeof before[0]; k++)
			BAD(before[k], texts[i]);
		BAD(texts[i]);
	}
	BAD("-\033");
	BAD("-\xc2\x9b");
	BAD("--columns=\033[2J");
}

/* No text is so long that a message breaks. */
static void test_long(void **state)
{
	(void)state;
	char text[590];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	static const char *const before[] = { "-d", "-n", "-p", "-s", "-w", "--columns" };
	for (size_t k = 0; k < sizeof before / sizeof before[0]; k++)
		BAD(before[k], text);
	BAD(text);
	memcpy(text, "--", 2);
	BAD(text);
	text[580] = '=';
	BAD(text);
}

/* A filter that does not parse is told with the place, before anything starts. */
static void test_expressions(void **state)
{
	(void)state;
	assert_non_null(GOOD("-F", "rss>1g").filter_query);
	assert_null(GOOD("-F", "").filter_query);
	ASSERT_NAMES(BAD("-b", "-F", "rss>"), "-F");
	ASSERT_NAMES(BAD("-F", "rss>1g and (", "-b"), "at character");
	ASSERT_NAMES(BAD("--check", ""), "--check wants an expression");
	ASSERT_NAMES(BAD("--check", "nonsense>1"), "--check");
	/* a comparison without its sign would be looked for in names, and be OK for ever */
	ASSERT_NAMES(BAD("--check", "not growth"), "growth is a column: compare it (growth>N)");
	ASSERT_NAMES(BAD("--check", "node and RSS 1g"), "RSS is a column");
	ASSERT_NAMES(BAD("--on", "swap", "--exec", "true"), "--on: swap is a column");
	assert_int_equal(GOOD("--check", "node or command~swap").mode, MODE_CHECK);
	assert_int_equal(GOOD("-F", "swap").mode, MODE_SCREEN);
	ASSERT_NAMES(BAD("--on", ")", "--exec", "x"), "--on");
	ASSERT_NAMES(BAD("--on", "", "--exec", "x"), "--on wants an expression");
	/* without the dashboard nobody can set a baseline */
	ASSERT_NAMES(BAD("--check", "base>0"), "baseline");
	ASSERT_NAMES(BAD("-b", "-F", "rss>1g or base>1m"), "baseline");
	ASSERT_NAMES(BAD("-b", "--on", "base>1m", "--exec", "x"), "baseline");
	ASSERT_NAMES(BAD("--check", "base>0", "--", "sh"), "baseline");
	assert_non_null(GOOD("-F", "base>1m").filter_query);
	struct options o = GOOD("--on", "rss>1g", "--exec", "x", "-F", "pid=1");
	assert_non_null(o.on_query);
	assert_non_null(o.filter_query);
}

/* Rules are about options that there are. */
static void test_rules(void **state)
{
	(void)state;
	const char *option, *words;
	struct buf text;
	size_t count = 0;

	buf_init(&text);
	options_help(&text);
	for (; (words = options_rule(count, &option)) != NULL; count++) {
		char name[40];
		snprintf(name, sizeof name, "--%s", option);
		ASSERT_NAMES(buf_text(&text), name);
		assert_true(strlen(words) > 10);
	}
	assert_in_range(count, 20, 100);
	buf_done(&text);
	ASSERT_NAMES(BAD("-b", "--stream"), "one or the other");
	ASSERT_NAMES(BAD("-b", "--host", "x", "-p1"), "-p does not go with");
	ASSERT_NAMES(BAD("-b", "--hosts", "x", "-p1"), "-p does not go with");
	ASSERT_NAMES(BAD("--hosts", "x", "--at", "-2h"), "of one machine");
	ASSERT_NAMES(BAD("--verdicts", "--detail", "-p1", "--replay", "x"), "one or the other");
	assert_int_equal(GOOD("-b", "-b", "--json", "--json").mode, MODE_BATCH);
}

static void test_help(void **state)
{
	(void)state;
	static const char *const names[] = { "-d, --delay SECONDS", "-n, --count N",
		"-p, --pid PID", "-u, --user USER", "-s, --sort COLUMN", "-F, --filter EXPR",
		"-k, --kernel", "-C, --no-color", "-U, --ascii", "-M, --no-mouse", "--readonly",
		"-b, --batch", "-w, --width COLUMNS", "--columns A,B,C", "--stream", "-h, --help",
		"-V, --version" };
	struct buf text;

	buf_init(&text);
	options_help(&text);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		ASSERT_NAMES(buf_text(&text), names[i]);
	/* it is read on terminals of 80 columns, and at once */
	size_t lines = 0;
	for (const char *line = buf_text(&text); *line != '\0';) {
		size_t len = strcspn(line, "\n");
		if (len > 80)
			fail_msg("%zu columns: %.*s", len, (int)len, line);
		line += len + (line[len] == '\n');
		lines++;
	}
	assert_in_range(lines, 30, 44);
	buf_done(&text);
}

/* Each group is named once, in front of its first option, and all texts stand below each other. */
static void test_help_groups(void **state)
{
	(void)state;
	static const char *const groups[] = { "look   -d,", "pick   -p,", "print  -b,",
		"run        --report", "record     --record", "check      --check", "help   -h," };
	struct buf text;

	buf_init(&text);
	options_help(&text);
	const char *at = buf_text(&text);
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		char begin[40];
		snprintf(begin, sizeof begin, "\n%s", groups[i]);
		at = strstr(at, begin);
		if (at == NULL)
			fail_msg("no '%s' where it belongs in\n%s", groups[i], buf_text(&text));
	}
	buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_delay),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_pids),
		cmocka_unit_test(test_pids_full),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_unknown_column),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_recordings),
		cmocka_unit_test(test_what_does_not_go_together),
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_value_missing),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_help_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
