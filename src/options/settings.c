/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings - what the user chose to keep (settings.h) */
#include "options/settings.h"

#include "base/text.h"
#include "options/values.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024, COLUMNS_A_LINE = 10, LINE_BYTES = 198 };

#define BLANKS " \t\r\f\v"

static const char *const symbol_names[] = {
	[SYMBOLS_AUTO] = "auto",
	[SYMBOLS_ASCII] = "ascii",
	[SYMBOLS_BLOCKS] = "blocks",
	[SYMBOLS_BRAILLE] = "braille",
};

void settings_default(struct settings *settings)
{
	*settings = (struct settings){
		.interval_ms = 1000,
		.sort = COL_RSS,
		.ncolumns = column_default_count,
		.span_s = 300,
		.theme = "default",
		.mouse = true,
		.climbers_on_top = true,
		.full_command = true,
	};
	memcpy(settings->columns, column_default, column_default_count * sizeof(column_default[0]));
}

/* One setter a key: 0, or -EINVAL with the settings in any state (take_line hands out a copy). */

static int set_bool(bool *out, const char *value)
{
	if (strcmp(value, "yes") == 0 || strcmp(value, "true") == 0 || strcmp(value, "1") == 0)
		*out = true;
	else if (strcmp(value, "no") == 0 || strcmp(value, "false") == 0 || strcmp(value, "0") == 0)
		*out = false;
	else
		return -EINVAL;
	return 0;
}

static int set_delay(struct settings *s, const char *value)
{
	return values_interval(value, &s->interval_ms);
}

static int set_span(struct settings *s, const char *value)
{
	double seconds;
	int error = values_seconds(value, 60, 86400, &seconds);

	if (error == 0)
		s->span_s = (uint32_t)seconds;
	return error;
}

static int set_sort(struct settings *s, const char *value)
{
	return values_sort(value, &s->sort, &s->reverse);
}

/* Adds to the columns that S has: a line holds less than all of them. */
static int add_columns(struct settings *s, const char *value)
{
	static const char between[] = " ,";
	char key[SETTINGS_NAME_MAX];
	size_t n = s->ncolumns;

	for (size_t len; value += strspn(value, between), (len = strcspn(value, between)) > 0;
		value += len) {
		snprintf(key, sizeof(key), "%.*s", (int)len, value);
		if (values_add_column(key, s->columns, &s->ncolumns) != 0)
			return -EINVAL;
	}
	return s->ncolumns > n ? 0 : -EINVAL;
}

static int set_theme(struct settings *s, const char *value)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t len = strlen(value);

	if (len == 0 || len >= sizeof(s->theme) || strspn(value, letters) != len)
		return -EINVAL;
	snprintf(s->theme, sizeof(s->theme), "%s", value);
	return 0;
}

static int set_symbols(struct settings *s, const char *value)
{
	for (size_t i = 0; i < sizeof(symbol_names) / sizeof(symbol_names[0]); i++)
		if (strcmp(value, symbol_names[i]) == 0) {
			s->symbols = (enum settings_symbols)i;
			return 0;
		}
	return -EINVAL;
}

#define SWITCH(name)                                                                               \
	{                                                                                          \
#name, NULL, offsetof(struct settings, name)                                       \
	}

/* A key with its setter, or NULL: a switch, and where it stands. */
static const struct setting {
	const char *key;
	int (*set)(struct settings *settings, const char *value);
	size_t where;
} keys[] = {
	{ "delay", set_delay, 0 },
	{ "sort", set_sort, 0 },
	{ "columns", add_columns, 0 },
	{ "span", set_span, 0 },
	{ "theme", set_theme, 0 },
	{ "symbols", set_symbols, 0 },
	SWITCH(mouse),
	SWITCH(climbers_on_top),
	SWITCH(full_command),
	SWITCH(kernel_threads),
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

/* NULL: no key of ours. */
static const struct setting *find_key(const char *section, const char *name)
{
	for (int i = 0; i < KEYS; i++)
		if (section[0] == '\0' && strcmp(name, keys[i].key) == 0)
			return &keys[i];
	return NULL;
}

static int set(struct settings *s, const struct setting *setting, const char *value)
{
	if (setting->set != NULL)
		return setting->set(s, value);
	return set_bool((bool *)((char *)s + setting->where), value);
}

/* --- lines ------------------------------------------------------------------------------------ */

enum line_kind { LINE_END, LINE_SETTING, LINE_WRONG, LINE_LONG };

/* Text that is read line by line. */
struct setting_lines {
	const char *rest;
	int number;       /* of the line, from 1 */
	const char *line; /* as it stands, LEN bytes, blanks before it left out */
	size_t len;
	char section[LINE_BYTES + 1];
	char text[LINE_BYTES + 1]; /* a copy that is cut into these: */
	const char *key, *value;
};

static struct setting_lines lines_of(const char *text)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors begin UTF-8 with it */

	if (strncmp(text, mark, sizeof(mark) - 1) == 0)
		text += sizeof(mark) - 1;
	return (struct setting_lines){ .rest = text };
}

/* TEXT without the blanks around it; cuts it in place. */
static const char *trim(char *text)
{
	text += strspn(text, BLANKS);
	for (size_t len = strlen(text); len > 0 && strchr(BLANKS, text[len - 1]) != NULL;)
		text[--len] = '\0';
	return text;
}

/* A copy of the line without what stands behind " ;". */
static void copy_line(struct setting_lines *lines)
{
	char *text = lines->text;

	snprintf(text, sizeof(lines->text), "%.*s", (int)lines->len, lines->line);
	for (size_t i = 1; text[i - 1] != '\0' && text[i] != '\0'; i++)
		if (text[i] == ';' && strchr(BLANKS, text[i - 1]) != NULL)
			text[i] = '\0';
}

/* The next line that is more than a comment or the head of a section. */
static enum line_kind next_line(struct setting_lines *lines)
{
	while (*lines->rest != '\0') {
		lines->line = lines->rest + strspn(lines->rest, BLANKS);
		lines->len = strcspn(lines->line, "\n");
		lines->rest = lines->line + lines->len;
		lines->rest += *lines->rest == '\n';
		lines->number++;
		if (lines->len == 0 || strchr("#;", lines->line[0]) != NULL)
			continue;
		if (lines->len > LINE_BYTES)
			return LINE_LONG;
		copy_line(lines);
		bool head = lines->text[0] == '[';
		char *end = strpbrk(lines->text, head ? "]" : "=:");
		if (end == NULL)
			return LINE_WRONG;
		*end = '\0';
		if (head) {
			snprintf(lines->section, sizeof(lines->section), "%s", lines->text + 1);
			continue;
		}
		lines->key = trim(lines->text);
		lines->value = trim(end + 1);
		return LINE_SETTING;
	}
	return LINE_END;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* -EINVAL, and in WHY what is wrong with the line. */
__attribute__((format(printf, 3, 4))) static int fail_line(const struct setting_lines *lines,
	char why[SETTINGS_WHY_MAX], const char *format, ...)
{
	char text[SETTINGS_WHY_MAX - 40], clean[SETTINGS_WHY_MAX - 40];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_clean(clean, sizeof(clean), text, strlen(text));
	snprintf(why, SETTINGS_WHY_MAX, "settings, line %d: %s", lines->number, clean);
	return -EINVAL;
}

/* COLUMNS: some were set by a line before, to which others add. */
static int take_line(struct settings *settings, const struct setting_lines *lines,
	enum line_kind kind, bool *columns, char why[SETTINGS_WHY_MAX])
{
	struct settings changed = *settings;

	if (kind == LINE_LONG)
		return fail_line(lines, why, "longer than %d bytes", (int)LINE_BYTES);
	if (kind == LINE_WRONG)
		return fail_line(lines, why, "not 'key = value'");
	const struct setting *setting = find_key(lines->section, lines->key);
	if (setting == NULL)
		return fail_line(lines, why, "unknown key '%.60s'", lines->key);
	bool adds = setting->set == add_columns;
	if (adds && !*columns)
		changed.ncolumns = 0;
	if (set(&changed, setting, lines->value) != 0)
		return fail_line(lines, why, "%s cannot be '%.80s'", lines->key, lines->value);
	*columns |= adds;
	*settings = changed;
	return 0;
}

int settings_parse(struct settings *settings, const char *text, char why[SETTINGS_WHY_MAX])
{
	struct setting_lines lines = lines_of(text);
	char other[SETTINGS_WHY_MAX] = "";
	bool columns = false;
	int wrong = 0;

	why[0] = '\0';
	for (enum line_kind kind; (kind = next_line(&lines)) != LINE_END;)
		wrong += take_line(settings, &lines, kind, &columns, wrong == 0 ? why : other) != 0;
	size_t len = strlen(why);
	if (wrong > 1)
		snprintf(why + len, SETTINGS_WHY_MAX - len, " (and %d more)", wrong - 1);
	return wrong;
}

int settings_path(char *out, size_t size)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *middle = "";

	if (base == NULL || base[0] != '/') {
		base = getenv("HOME");
		middle = "/.config";
	}
	if (base == NULL || base[0] != '/')
		return -ENOENT;
	int len = snprintf(out, size, "%s%s/memtop/memtoprc", base, middle);
	return len > 0 && (size_t)len < size ? 0 : -ENAMETOOLONG;
}

/* Whether the open file may be trusted; says why not. */
static int check_file(int fd, char why[SETTINGS_WHY_MAX])
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	const char *fault = NULL;
	if (!S_ISREG(st.st_mode))
		fault = "is not a regular file";
	else if (st.st_uid != geteuid() && st.st_uid != 0)
		fault = "belongs to another user";
	else if ((st.st_mode & S_IWOTH) != 0)
		fault = "can be written by everybody";
	else if (st.st_size > FILE_MAX)
		fault = "is larger than 64 KiB";
	if (fault == NULL)
		return 0;
	snprintf(why, SETTINGS_WHY_MAX, "settings: the file %s, so it was not read", fault);
	return -EPERM;
}

static int read_all(int fd, struct buf *text)
{
	while (text->len <= FILE_MAX) {
		char *room = buf_room(text, 4096);
		ssize_t n = read(fd, room, 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		/* a NUL is told as part of its line, in place of hiding all that follows */
		for (char *at = room; (at = memchr(at, '\0', (size_t)(room + n - at))) != NULL;)
			*at = '?';
		buf_grew(text, (size_t)n);
	}
	return -EFBIG;
}

int settings_load(struct settings *settings, const char *path, char why[SETTINGS_WHY_MAX])
{
	settings_default(settings);
	why[0] = '\0';
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0) {
		int error = -errno;
		snprintf(why, SETTINGS_WHY_MAX, "settings: not read (%s)", strerror(-error));
		return error;
	}
	struct buf text;
	buf_init(&text);
	int error = check_file(fd, why);
	if (error == 0)
		error = read_all(fd, &text);
	if (error == 0)
		settings_parse(settings, buf_text(&text), why);
	else if (why[0] == '\0')
		snprintf(why, SETTINGS_WHY_MAX, "settings: not read (%s)", strerror(-error));
	buf_done(&text);
	close(fd);
	return error;
}

/* Lines of the OLD file whose key is not ours (a newer memtop's) are kept as they are. */
static void keep_lines(struct buf *out, const char *old)
{
	struct setting_lines lines = lines_of(old);
	char section[sizeof(lines.section)] = "";

	for (enum line_kind kind; (kind = next_line(&lines)) != LINE_END;) {
		if (kind != LINE_SETTING || find_key(lines.section, lines.key) != NULL)
			continue;
		if (strcmp(lines.section, section) != 0)
			buf_printf(out, "[%s]\n", lines.section);
		memcpy(section, lines.section, sizeof(section));
		buf_put(out, lines.line, lines.len);
		buf_putc(out, '\n');
	}
}

void settings_write(struct buf *out, const struct settings *s, const char *old)
{
	buf_puts(out,
		"# memtop's settings, written by its key W; memtop(1) tells what each means\n");
	buf_printf(out, "delay = %.10g\n", s->interval_ms / 1000.0);
	buf_printf(out, "sort = %s%s", s->reverse ? "-" : "", column_get(s->sort)->key);
	for (size_t i = 0; i < s->ncolumns; i++)
		buf_printf(out, "%s %s", i % COLUMNS_A_LINE == 0 ? "\ncolumns =" : "",
			column_get(s->columns[i])->key);
	buf_printf(out, "\nspan = %u\n", s->span_s);
	buf_printf(out, "theme = %s\n", s->theme);
	buf_printf(out, "symbols = %s\n", symbol_names[s->symbols]);
	for (int i = 0; i < KEYS; i++)
		if (keys[i].set == NULL)
			buf_printf(out, "%s = %s\n", keys[i].key,
				*(const bool *)((const char *)s + keys[i].where) ? "yes" : "no");
	keep_lines(out, old);
}

/* The text of the file that is to be replaced; empty when it is not one to be read. */
static void read_old(struct buf *old, const char *path)
{
	char why[SETTINGS_WHY_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return;
	if (check_file(fd, why) != 0 || read_all(fd, old) != 0)
		buf_clear(old);
	close(fd);
}

/* Root with somebody else's HOME (sudo) must not leave files of root's there. */
static bool is_foreign(uid_t owner)
{
	return owner != geteuid() && owner != 0;
}

/* The folders above PATH, each 0700 where it is made. */
static int make_folders(const char *path)
{
	char part[PATH_MAX];
	struct stat st = { .st_uid = 0 };

	for (const char *slash = strchr(path + 1, '/'); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		size_t len = (size_t)(slash - path);
		if (len >= sizeof(part))
			return -ENAMETOOLONG;
		memcpy(part, path, len);
		part[len] = '\0';
		uid_t above = st.st_uid;
		if (stat(part, &st) == 0)
			continue;
		if (is_foreign(above))
			return -EPERM;
		if (mkdir(part, 0700) != 0 || stat(part, &st) != 0)
			return -errno;
	}
	return is_foreign(st.st_uid) ? -EPERM : 0;
}

/* The file that PATH is or, for a symbolic link, leads to; TARGET has room for PATH_MAX bytes.
 * A link stays one: people keep such files elsewhere.  A file of somebody else's is not
 * replaced. */
static int find_target(const char *path, char *target)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		snprintf(target, PATH_MAX, "%s", path);
		return errno == ENOENT ? 0 : -errno;
	}
	if (st.st_uid != geteuid())
		return -EPERM;
	if (realpath(path, target) == NULL || stat(target, &st) != 0)
		return -errno;
	if (st.st_uid != geteuid())
		return -EPERM;
	return S_ISREG(st.st_mode) ? 0 : -EINVAL;
}

static int write_file(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return -errno;
	int error = buf_write(text, fd);
	if (error == 0 && fsync(fd) != 0)
		error = -errno;
	if (close(fd) != 0 && error == 0)
		error = -errno;
	return error;
}

int settings_save(const struct settings *settings, const char *path)
{
	char target[PATH_MAX], fresh[PATH_MAX + 16];
	struct buf old, text;

	int error = strlen(path) < PATH_MAX ? make_folders(path) : -ENAMETOOLONG;
	if (error == 0)
		error = find_target(path, target);
	if (error != 0)
		return error;
	snprintf(fresh, sizeof(fresh), "%s.%d", target, (int)getpid());
	buf_init(&old);
	buf_init(&text);
	read_old(&old, target);
	settings_write(&text, settings, buf_text(&old));
	unlink(fresh);
	error = write_file(fresh, &text);
	if (error == 0 && rename(fresh, target) != 0)
		error = -errno;
	if (error != 0)
		unlink(fresh);
	buf_done(&old);
	buf_done(&text);
	return error;
}
