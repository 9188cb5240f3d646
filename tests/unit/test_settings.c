/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings: what is read and refused, what is kept, and that a file in any state does no harm */
#include "options/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/range.h"

#include "base/text.h"

static char folder[200]; /* of this run; all files are in it */

static int setup(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof folder, "%s/memtop-settings-XXXXXX", base != NULL ? base : "/tmp");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	char command[240];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

/* A path in the folder; lives until the fourth next call. */
static const char *path_of(const char *name)
{
	static char paths[4][400];
	static int turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", folder, name);
	return path;
}

static void write_bytes(const char *path, const char *bytes, size_t len)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static void write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

/* Lives until the next call. */
static const char *read_text(const char *path)
{
	static char text[100000];
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void assert_defaults(const struct settings *settings)
{
	struct settings defaults;

	memset(&defaults, 0, sizeof defaults);
	settings_default(&defaults);
	assert_int_equal(settings->interval_ms, defaults.interval_ms);
	assert_int_equal(settings->tables[0].sort, defaults.tables[0].sort);
	assert_int_equal(settings->tables[0].ncolumns, defaults.tables[0].ncolumns);
	assert_memory_equal(settings->tables[0].columns, defaults.tables[0].columns,
		defaults.tables[0].ncolumns * sizeof defaults.tables[0].columns[0]);
	assert_int_equal(settings->span_s, defaults.span_s);
	assert_string_equal(settings->theme, defaults.theme);
}

/* What any text, however broken, must leave behind. */
static void assert_sane(const struct settings *s)
{
	assert_uint_in_range(s->interval_ms, 100, 3600000);
	assert_uint_in_range(s->span_s, 60, 86400);
	assert_uint_in_range(s->tables[0].sort, 0, COLUMN_COUNT - 1);
	assert_uint_in_range(s->tables[0].ncolumns, 1, COLUMN_COUNT);
	assert_uint_in_range(s->symbols, SYMBOLS_AUTO, SYMBOLS_BRAILLE);
	assert_non_null(memchr(s->theme, '\0', sizeof s->theme));
	for (size_t i = 0; i < s->tables[0].ncolumns; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(s->tables[0].columns[i], s->tables[0].columns[k]);
}

/* Parses TEXT over the defaults; WHY lives until the next call. */
static const char *parsed(struct settings *settings, const char *text, int wrong)
{
	static char why[SETTINGS_WHY_MAX];

	settings_default(settings);
	int count = settings_parse(settings, text, why);
	if (count != wrong)
		fail_msg("%d wrong, not %d: %s", count, wrong, why);
	assert_int_equal(why[0] != '\0', wrong > 0);
	assert_true(text_is_clean(why, strlen(why)));
	assert_sane(settings);
	return why;
}

static void assert_names(const char *why, const char *word)
{
	if (strstr(why, word) == NULL)
		fail_msg("no '%s' in '%s'", word, why);
}

static const char every_key[] = "delay = 2.5\n"
				"sort = -growth\n"
				"columns = pid rss, command\n"
				"span = 10m\n"
				"theme = blind\n"
				"symbols = blocks\n"
				"bell = climb, kill notify\n"
				"mouse = no\n"
				"look_inside = never\n"
				"title = no\n"
				"climbers_on_top = false\n"
				"full_command = 0\n"
				"kernel_threads = yes\n";

static void assert_every_key(const struct settings *s)
{
	assert_int_equal(s->interval_ms, 2500);
	assert_int_equal(s->tables[0].sort, COL_GROWTH);
	assert_true(s->tables[0].reverse);
	assert_int_equal(s->tables[0].ncolumns, 3);
	assert_int_equal(s->tables[0].columns[0], COL_PID);
	assert_int_equal(s->tables[0].columns[1], COL_RSS);
	assert_int_equal(s->tables[0].columns[2], COL_COMMAND);
	assert_int_equal(s->span_s, 600);
	assert_string_equal(s->theme, "blind");
	assert_int_equal(s->symbols, SYMBOLS_BLOCKS);
	assert_int_equal(s->bell, BELL_CLIMB | BELL_KILL | BELL_NOTIFY);
	assert_int_equal(s->look_inside, SETTINGS_LOOK_NEVER);
	assert_false(s->title || s->mouse || s->climbers_on_top || s->full_command);
	assert_true(s->kernel_threads);
}

static void test_every_key(void **state)
{
	(void)state;
	struct settings s;

	parsed(&s, every_key, 0);
	assert_every_key(&s);
}

static void test_forms(void **state)
{
	(void)state;
	struct settings s;

	parsed(&s, "", 0);
	assert_defaults(&s);
	parsed(&s, "# a word\n; another\n\n  \t\n", 0);
	assert_defaults(&s);
	parsed(&s, "\xef\xbb\xbf# begins with a mark\r\ndelay=3\r\n", 0);
	assert_int_equal(s.interval_ms, 3000);
	/* saved by two such editors */
	parsed(&s, "\xef\xbb\xbf\xef\xbb\xbf# twice\ndelay=2\n", 0);
	assert_int_equal(s.interval_ms, 2000);
	parsed(&s, "delay : 4 ; slower", 0);
	assert_int_equal(s.interval_ms, 4000);
	/* blanks before a key mean nothing */
	parsed(&s, "sort = pid\n    delay = 5\n\tspan = 60\n", 0);
	assert_int_equal(s.tables[0].sort, COL_PID);
	assert_int_equal(s.interval_ms, 5000);
	assert_int_equal(s.span_s, 60);
}

static void test_wrong_values(void **state)
{
	(void)state;
	static const char *const lines[] = { "delay = 0", "delay = 0.05", "delay = 3601",
		"delay = soon", "delay =", "sort = colour", "sort = -",
		"sort =", "columns =", "columns = pid pid", "columns = pid,colour", "columns = , ,",
		"span = 59", "span = 2d", "symbols = runes", "mouse = perhaps",
		"look_inside = always", "climbers_on_top = 2", "full_command = YES!",
		"kernel_threads =", "bell =", "bell = bell", "bell = none climb",
		"theme = a-name-that-is-longer-than-any-theme-has" };
	struct settings s;

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		char text[200], key[40];
		snprintf(text, sizeof text, "\n%s\n", lines[i]);
		snprintf(key, sizeof key, "line 2: %.*s cannot be", (int)strcspn(lines[i], " "),
			lines[i]);
		assert_names(parsed(&s, text, 1), key);
		assert_defaults(&s);
	}
}

static void test_wrong_lines(void **state)
{
	(void)state;
	struct settings s;

	assert_names(parsed(&s, "delay = 2\nnonsense\nspan = 60\n", 1),
		"line 2: not 'key = value'");
	assert_int_equal(s.interval_ms, 2000);
	assert_int_equal(s.span_s, 60);
	assert_names(parsed(&s, "colour = red\n", 1), "unknown key 'colour'");
	assert_names(parsed(&s, "[unclosed\n", 1), "line 1");
	assert_names(parsed(&s, "= 5\n", 1), "line 1");
	assert_names(parsed(&s, "a=1\nb\nc=2\ndelay=x", 4), "(and 3 more)");
	/* a section is not ours, whatever it has */
	assert_names(parsed(&s, "[other]\ndelay = 5\n", 1), "line 2: unknown key 'delay'");
	assert_int_equal(s.interval_ms, 1000);
	assert_names(parsed(&s, "\033]0;x\007 = \xff\n", 1), "unknown key");
}

/* A line takes less than 200 bytes; the rest of a longer one is no line of its own. */
static void test_long_lines(void **state)
{
	(void)state;
	char text[1000];
	struct settings s;

	memset(text, 'x', sizeof text);
	memcpy(text, "# ", 2);
	snprintf(text + 199, sizeof text - 199, "\ndelay = 2\n");
	parsed(&s, text, 0);
	assert_int_equal(s.interval_ms, 2000);
	memset(text, ' ', 400);
	memcpy(text, "sort = pid", 10);
	snprintf(text + 199, sizeof text - 199, "delay = 2\nspan = 60\n");
	assert_names(parsed(&s, text, 1), "line 1: longer than");
	assert_int_equal(s.interval_ms, 1000);
	assert_int_equal(s.tables[0].sort, COL_RSS);
	assert_int_equal(s.span_s, 60);
	for (size_t len = 180; len < 220; len++) { /* around the edge */
		memset(text, ' ', len);
		memcpy(text, "delay =", 7);
		snprintf(text + len - 1, sizeof text - len, "2\nspan = 60\n");
		settings_default(&s);
		settings_parse(&s, text, (char[SETTINGS_WHY_MAX]){ 0 });
		assert_int_equal(s.span_s, 60);
		assert_int_equal(s.interval_ms, len <= 198 ? 2000 : 1000);
	}
}

static void test_columns_add_up(void **state)
{
	(void)state;
	struct settings s;

	parsed(&s, "columns = pid\ncolumns = rss command\n", 0);
	assert_int_equal(s.tables[0].ncolumns, 3);
	assert_int_equal(s.tables[0].columns[2], COL_COMMAND);
	parsed(&s, "columns = pid\ncolumns = pid\n", 1);
	assert_int_equal(s.tables[0].ncolumns, 1);
}

/* Each view of rows has a section; W keeps what stands in those of others. */
static void test_views(void **state)
{
	static const char old[] = "view = containers\nsort = pid\nnew = 1\n[containers]\n"
				  "sort = -growth\ncolumns = rss\ncolumns = command\n"
				  "group = user\nlater = 2\n[other]\na = b\n";
	const struct settings_table *table;
	struct settings s, back;
	struct buf text;

	(void)state;
	assert_names(parsed(&s, old, 3), "unknown key 'new'");
	table = &s.tables[SHOWS_CONTAINERS];
	assert_int_equal(s.view, SHOWS_CONTAINERS);
	assert_int_equal(s.tables[SHOWS_PROCESSES].sort, COL_PID);
	assert_int_equal(table->sort, COL_GROWTH);
	assert_true(table->reverse && table->group == GROUPING_USER && table->ncolumns == 2);
	assert_false(settings_has_default_columns(&s, SHOWS_CONTAINERS));
	assert_true(settings_has_default_columns(&s, SHOWS_PROCESSES));
	buf_init(&text);
	settings_write(&text, &s, old);
	parsed(&back, buf_text(&text), 3);
	assert_memory_equal(back.tables[SHOWS_CONTAINERS].columns, table->columns,
		2 * sizeof(table->columns[0]));
	assert_int_equal(back.tables[SHOWS_CONTAINERS].group, GROUPING_USER);
	assert_non_null(strstr(buf_text(&text), "group = user\nlater = 2\n[other]\na = b\n"));
	assert_true(strstr(buf_text(&text), "new = 1\n") < strstr(buf_text(&text), "[containers]"));
	buf_done(&text);
	assert_names(parsed(&s, "[containers]\ndelay = 2\n", 1), "unknown key 'delay'");
	assert_names(parsed(&s, "[containers]\ngroup = ship\n", 1), "group cannot be 'ship'");
	assert_names(parsed(&s, "view = 4\n", 1),
		"view cannot be '4'; memtop(1) tells what can stand there");
}

static void test_path(void **state)
{
	(void)state;
	char path[200];

	setenv("XDG_CONFIG_HOME", "/x/y", 1);
	setenv("HOME", "/home/z", 1);
	assert_int_equal(settings_path(path, sizeof path), 0);
	assert_string_equal(path, "/x/y/memtop/memtoprc");
	/* only absolute paths: nothing is ever read from the current directory */
	static const char *const not_ours[] = { "", ".", "x", "../x" };
	for (size_t i = 0; i < sizeof not_ours / sizeof not_ours[0]; i++) {
		setenv("XDG_CONFIG_HOME", not_ours[i], 1);
		assert_int_equal(settings_path(path, sizeof path), 0);
		assert_string_equal(path, "/home/z/.config/memtop/memtoprc");
	}
	unsetenv("XDG_CONFIG_HOME");
	for (size_t i = 0; i < sizeof not_ours / sizeof not_ours[0]; i++) {
		setenv("HOME", not_ours[i], 1);
		assert_int_equal(settings_path(path, sizeof path), -ENOENT);
	}
	unsetenv("HOME");
	assert_int_equal(settings_path(path, sizeof path), -ENOENT);
	setenv("HOME", "/home/z", 1);
	assert_int_equal(settings_path(path, 10), -ENAMETOOLONG);
}

static void test_load(void **state)
{
	(void)state;
	const char *path = path_of("load");
	char why[SETTINGS_WHY_MAX];
	struct settings s;

	assert_int_equal(settings_load(&s, path, why), 0);
	assert_string_equal(why, "");
	assert_defaults(&s);
	write_text(path, every_key);
	assert_int_equal(settings_load(&s, path, why), 0);
	assert_string_equal(why, "");
	assert_every_key(&s);
	write_text(path, "span = 60\nnonsense = 5\n");
	assert_int_equal(settings_load(&s, path, why), 0);
	assert_names(why, "nonsense");
	assert_int_equal(s.span_s, 60);
	static const char with_nul[] = "span = 60\na\0b\ndelay = 2\n";
	write_bytes(path, with_nul, sizeof with_nul - 1);
	assert_int_equal(settings_load(&s, path, why), 0);
	assert_names(why, "line 2");
	assert_int_equal(s.interval_ms, 2000);
}

/* PATH is not read, WORD says why, and nobody waited for it. */
static void assert_refused(const char *path, const char *word)
{
	char why[SETTINGS_WHY_MAX];
	struct settings s;
	struct timespec before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_true(settings_load(&s, path, why) < 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(after.tv_sec - before.tv_sec < 2);
	assert_names(why, word);
	assert_defaults(&s);
}

static void test_not_a_file(void **state)
{
	(void)state;
	const char *fifo = path_of("fifo"), *link = path_of("link"), *loop = path_of("loop");

	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_refused(fifo, "not a regular file");
	assert_refused(folder, "not a regular file");
	assert_refused("/dev/zero", "not a regular file");
	assert_int_equal(symlink("/dev/zero", link), 0);
	assert_refused(link, "not a regular file");
	assert_int_equal(symlink(loop, loop), 0);
	assert_refused(loop, "not read");
	write_text(path_of("plain"), "delay = 5\n");
	assert_refused(path_of("plain/memtoprc"), "not read");
}

static void test_too_large(void **state)
{
	(void)state;
	const char *path = path_of("large");
	size_t len = 1 << 20;
	char *junk = malloc(len);
	char why[SETTINGS_WHY_MAX];
	struct settings s;

	assert_non_null(junk);
	srandom(5);
	for (size_t i = 0; i < len; i++)
		junk[i] = (char)random();
	write_bytes(path, junk, len);
	assert_refused(path, "larger than 64 KiB");
	/* as much as is read */
	write_bytes(path, junk, 64 * 1024);
	settings_load(&s, path, why);
	assert_sane(&s);
	assert_true(text_is_clean(why, strlen(why)));
	for (size_t i = 0; i < len; i++)
		if (i % 2 == 0)
			junk[i] = '\n';
	write_bytes(path, junk, 64 * 1024);
	settings_load(&s, path, why);
	assert_sane(&s);
	free(junk);
}

static void test_not_ours(void **state)
{
	(void)state;
	const char *path = path_of("shared");

	write_text(path, every_key);
	assert_int_equal(chmod(path, 0622), 0);
	assert_refused(path, "written by everybody");
	assert_int_equal(chmod(path, 0600), 0);
	if (geteuid() != 0) {
		assert_int_equal(chmod(path, 0), 0);
		assert_refused(path, "Permission denied");
		return;
	}
	assert_int_equal(chown(path, 12345, 12345), 0);
	assert_refused(path, "another user");
}

static void test_save(void **state)
{
	(void)state;
	const char *path = path_of("new/er/memtoprc");
	char why[SETTINGS_WHY_MAX], once[8192];
	struct settings s, back;
	struct stat st;

	parsed(&s, every_key, 0);
	assert_int_equal(settings_save(&s, path), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(path_of("new/er"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(settings_load(&back, path, why), 0);
	assert_string_equal(why, "");
	assert_every_key(&back);
	snprintf(once, sizeof once, "%s", read_text(path));
	assert_int_equal(settings_save(&back, path), 0);
	assert_string_equal(read_text(path), once);
}

/* Every column at once is more than a line holds. */
static void test_save_all_columns(void **state)
{
	(void)state;
	const char *path = path_of("all");
	char why[SETTINGS_WHY_MAX];
	struct settings s, back;

	settings_default(&s);
	for (int id = 0; id < COLUMN_COUNT; id++)
		s.tables[0].columns[id] = (enum column_id)(COLUMN_COUNT - 1 - id);
	s.tables[0].ncolumns = COLUMN_COUNT;
	s.interval_ms = 1234567;
	assert_int_equal(settings_save(&s, path), 0);
	assert_int_equal(settings_load(&back, path, why), 0);
	assert_string_equal(why, "");
	assert_int_equal(back.interval_ms, 1234567);
	assert_int_equal(back.tables[0].ncolumns, COLUMN_COUNT);
	assert_memory_equal(back.tables[0].columns, s.tables[0].columns,
		sizeof s.tables[0].columns);
}

/* What a newer memtop wrote survives an older one. */
static void test_save_keeps_unknown(void **state)
{
	(void)state;
	const char *path = path_of("newer");
	struct settings s;

	write_text(path, "flavour = mild ; as ever\ndelay = 9\n  depth=3\nnonsense\n[alarm]\n"
			 "delay = 8\nbell : no\n");
	settings_default(&s);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(settings_save(&s, path), 0);
		const char *text = read_text(path);
		const char *at = strstr(text, "[alarm]");
		assert_non_null(at);
		assert_memory_equal(at, "[alarm]\ndelay = 8\nbell : no\n[containers]\n", 40);
		assert_non_null(strstr(text, "flavour = mild ; as ever\ndelay = 1\n  depth=3\n"
					     "nonsense\nview = processes\n"));
	}
}

/* What people write into the file stays: comments, blank lines, order, their way to say a value. */
static void test_save_keeps_comments(void **state)
{
	(void)state;
	static const char old[] =
		"# mine\n\n; slow line\ndelay=.5 ; the laptop\nspan = 1m  ; short\n"
		"mouse = true\n  # few\ncolumns = pid,rss\ncolumns = command ; all\n\n"
		"# for the server\n[containers]\n# by name\nsort = name\n\n"
		"[keys]\n# as in less\nquit = Q\n";
	const char *path = path_of("comments");
	char why[SETTINGS_WHY_MAX];
	struct settings s;

	write_text(path, old);
	assert_int_equal(settings_load(&s, path, why), 0);
	assert_string_equal(why, "");
	s.span_s = 600;
	assert_int_equal(settings_save(&s, path), 0);
	const char *text = read_text(path);
	static const char *const parts[] = {
		"# mine\n\n; slow line\ndelay=.5 ; the laptop\nspan = 600 ; short\nmouse = true\n"
		"  # few\ncolumns = pid,rss\ncolumns = command ; all\nview = processes\n",
		"kernel_threads = no\n\n# for the server\n[containers]\n# by name\nsort = name\n"
		"columns = ",
		"group = container\n\n[keys]\n# as in less\nquit = Q\n",
	};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		assert_names(text, parts[i]);
	assert_int_equal(strncmp(text, parts[0], strlen(parts[0])), 0);
	/* columns are one thing, of however many lines */
	s.tables[SHOWS_PROCESSES].ncolumns = 2;
	assert_int_equal(settings_save(&s, path), 0);
	assert_names(read_text(path), "  # few\ncolumns = pid rss\nview");
	write_text(path, "# the last line has no end");
	assert_int_equal(settings_save(&s, path), 0);
	assert_names(read_text(path), "# the last line has no end\ndelay = 0.5\n");
	/* what would be too large to be read again begins anew */
	char *large = malloc(64 * 1024);
	memset(large, '#', 64 * 1024 - 1);
	large[64 * 1024 - 1] = '\0';
	write_text(path, large);
	free(large);
	assert_int_equal(settings_save(&s, path), 0);
	assert_int_equal(settings_load(&s, path, why), 0);
	assert_int_equal(s.span_s, 600);
}

static size_t count_entries(const char *name)
{
	char command[500], line[32] = "";

	snprintf(command, sizeof command, "ls -A '%s' | wc -l", path_of(name));
	FILE *list = popen(command, "r");
	assert_non_null(list);
	assert_non_null(fgets(line, sizeof line, list));
	pclose(list);
	return (size_t)atoi(line);
}

/* Whatever goes wrong, the old file is whole and nothing lies beside it. */
static void test_save_is_atomic(void **state)
{
	(void)state;
	struct settings s;
	struct stat st;

	settings_default(&s);
	assert_int_equal(mkdir(path_of("atomic"), 0700), 0);
	const char *path = path_of("atomic/memtoprc");
	write_text(path, "delay = 5\n");
	/* who reads the old file while the new one is written keeps the old one */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(settings_save(&s, path), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 10);
	close(fd);
	assert_int_equal(count_entries("atomic"), 1);
	/* a folder in its place */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(settings_save(&s, path), -EINVAL);
	assert_int_equal(count_entries("atomic"), 1);
	/* a file where a folder should be, a name too long */
	write_text(path_of("flat"), "");
	assert_true(settings_save(&s, path_of("flat/memtoprc")) < 0);
	char longest[5000];
	memset(longest, 'x', sizeof longest - 1);
	longest[0] = '/';
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(settings_save(&s, longest), -ENAMETOOLONG);
}

/* A disk that takes a part of it only: RLIMIT_FSIZE plays it. */
static void test_save_on_full_disk(void **state)
{
	(void)state;
	struct rlimit before, tight;
	struct settings s;

	settings_default(&s);
	assert_int_equal(mkdir(path_of("full"), 0700), 0);
	const char *path = path_of("full/memtoprc");
	write_text(path, "delay = 5\n");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = 100;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	int error = settings_save(&s, path);
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, handler);
	assert_int_equal(error, -EFBIG);
	assert_string_equal(read_text(path), "delay = 5\n");
	assert_int_equal(count_entries("full"), 1);
}

/* People keep such files in a folder of their own and link to them. */
static void test_save_through_link(void **state)
{
	(void)state;
	const char *link = path_of("linked"), *real = path_of("dotfile");
	struct settings s;
	struct stat st;

	settings_default(&s);
	write_text(real, "flavour = mild\n");
	assert_int_equal(symlink("dotfile", link), 0);
	assert_int_equal(settings_save(&s, link), 0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_names(read_text(real), "delay = 1\n");
	assert_names(read_text(real), "flavour = mild\n");
	/* but not to nowhere, to a device or in a circle */
	unlink(real);
	assert_int_equal(settings_save(&s, link), -ENOENT);
	unlink(link);
	assert_int_equal(symlink("/dev/null", link), 0);
	assert_true(settings_save(&s, link) < 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	unlink(link);
	assert_int_equal(symlink("linked", link), 0);
	assert_int_equal(settings_save(&s, link), -ELOOP);
}

/* Root, with the HOME of somebody else, neither replaces files there nor leaves any. */
static void test_save_not_ours(void **state)
{
	(void)state;
	const char *theirs = path_of("theirs"), *path = path_of("theirs/memtoprc");
	struct settings s;
	struct stat st;

	if (geteuid() != 0) {
		puts("# only root can give files away: not tested");
		return;
	}
	settings_default(&s);
	assert_int_equal(mkdir(theirs, 0755), 0);
	write_text(path, "delay = 5\n");
	assert_int_equal(chown(path, 12345, 12345), 0);
	assert_int_equal(settings_save(&s, path), -EPERM);
	assert_string_equal(read_text(path), "delay = 5\n");
	assert_int_equal(chown(theirs, 12345, 12345), 0);
	assert_int_equal(settings_save(&s, path_of("theirs/.config/memtop/memtoprc")), -EPERM);
	assert_int_equal(stat(path_of("theirs/.config"), &st), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(settings_save(&s, path), -EPERM);
	assert_int_equal(count_entries("theirs"), 0);
}

/* A thousand broken files: none makes memtop fail, and what is saved after it can be read. */
static void test_mutations(void **state)
{
	(void)state;
	const char *path = path_of("mutated");
	char text[sizeof every_key + 64], why[SETTINGS_WHY_MAX];
	struct settings s;

	srandom(7);
	for (int i = 0; i < 1000; i++) {
		size_t len = sizeof every_key - 1;
		memcpy(text, every_key, len);
		for (long n = random() % 8; n >= 0; n--) {
			size_t at = (size_t)random() % len;
			switch (random() % 4) {
			case 0:
				text[at] = (char)random();
				break;
			case 1:
				len = at + 1;
				break;
			case 2:
				text[at] = "\n=;#[] \t\r\"\\-"[random() % 12];
				break;
			default:
				memmove(text + at, text + at + 1, len - at - 1);
				len -= len > 1;
			}
		}
		write_bytes(path, text, len);
		assert_int_equal(settings_load(&s, path, why), 0);
		assert_sane(&s);
		assert_true(text_is_clean(why, strlen(why)));
		if (i % 10 != 0)
			continue;
		assert_int_equal(settings_save(&s, path), 0);
		struct settings back;
		assert_int_equal(settings_load(&back, path, why), 0);
		assert_int_equal(back.interval_ms, s.interval_ms);
		assert_int_equal(back.tables[0].ncolumns, s.tables[0].ncolumns);
		assert_int_equal(back.tables[0].sort, s.tables[0].sort);
		assert_int_equal(back.span_s, s.span_s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_wrong_values),
		cmocka_unit_test(test_wrong_lines),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_columns_add_up),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_not_a_file),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_not_ours),
		cmocka_unit_test(test_save),
		cmocka_unit_test(test_save_all_columns),
		cmocka_unit_test(test_save_keeps_unknown),
		cmocka_unit_test(test_save_keeps_comments),
		cmocka_unit_test(test_save_is_atomic),
		cmocka_unit_test(test_save_on_full_disk),
		cmocka_unit_test(test_save_through_link),
		cmocka_unit_test(test_save_not_ours),
		cmocka_unit_test(test_mutations),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
