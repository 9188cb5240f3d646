/* settings - what the user chose to keep (settings.h); inih reads the lines, the rest is ours */
#include "settings.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/units.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024, PATH_SIZE = 4096 };

static const struct {
	const char *name;
	enum settings_symbols symbols;
} symbol_names[] = {
	{ "auto", SYMBOLS_AUTO },
	{ "ascii", SYMBOLS_ASCII },
	{ "blocks", SYMBOLS_BLOCKS },
	{ "braille", SYMBOLS_BRAILLE },
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
	memcpy(settings->columns, column_default, column_default_count * sizeof column_default[0]);
}

/* One setter a key: 0, or -EINVAL with the settings untouched. */

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
	double seconds;

	if (units_parse_seconds(value, &seconds) != 0 || !(seconds >= 0.1 && seconds <= 3600))
		return -EINVAL;
	s->interval_ms = (uint32_t)(seconds * 1000 + 0.5);
	return 0;
}

static int set_span(struct settings *s, const char *value)
{
	double seconds;

	if (units_parse_seconds(value, &seconds) != 0 || !(seconds >= 60 && seconds <= 86400))
		return -EINVAL;
	s->span_s = (uint32_t)seconds;
	return 0;
}

static int set_sort(struct settings *s, const char *value)
{
	bool reverse = value[0] == '-';
	const struct column *column = column_by_key(value + reverse);

	if (column == NULL)
		return -EINVAL;
	s->sort = column->id;
	s->reverse = reverse;
	return 0;
}

static int set_columns(struct settings *s, const char *value)
{
	enum column_id columns[COLUMN_COUNT];
	bool seen[COLUMN_COUNT] = { false };
	size_t n = 0;

	for (const char *at = value; *at != '\0';) {
		char key[SETTINGS_NAME_MAX];
		size_t len = strcspn(at, " ,");
		if (len > 0) {
			if (len >= sizeof key)
				return -EINVAL;
			memcpy(key, at, len);
			key[len] = '\0';
			const struct column *column = column_by_key(key);
			if (column == NULL || seen[column->id])
				return -EINVAL;
			seen[column->id] = true;
			columns[n++] = column->id;
		}
		at += len;
		at += strspn(at, " ,");
	}
	if (n == 0)
		return -EINVAL;
	memcpy(s->columns, columns, n * sizeof columns[0]);
	s->ncolumns = n;
	return 0;
}

static int set_theme(struct settings *s, const char *value)
{
	if (strlen(value) >= sizeof s->theme)
		return -EINVAL;
	snprintf(s->theme, sizeof s->theme, "%s", value);
	return 0;
}

static int set_symbols(struct settings *s, const char *value)
{
	for (size_t i = 0; i < sizeof symbol_names / sizeof symbol_names[0]; i++)
		if (strcmp(value, symbol_names[i].name) == 0) {
			s->symbols = symbol_names[i].symbols;
			return 0;
		}
	return -EINVAL;
}

static int set_mouse(struct settings *s, const char *value)
{
	return set_bool(&s->mouse, value);
}

static int set_climbers(struct settings *s, const char *value)
{
	return set_bool(&s->climbers_on_top, value);
}

static int set_full_command(struct settings *s, const char *value)
{
	return set_bool(&s->full_command, value);
}

static int set_kernel_threads(struct settings *s, const char *value)
{
	return set_bool(&s->kernel_threads, value);
}

static const struct {
	const char *key;
	int (*set)(struct settings *settings, const char *value);
} setters[] = {
	{ "delay", set_delay },
	{ "sort", set_sort },
	{ "columns", set_columns },
	{ "span", set_span },
	{ "theme", set_theme },
	{ "symbols", set_symbols },
	{ "mouse", set_mouse },
	{ "climbers_on_top", set_climbers },
	{ "full_command", set_full_command },
	{ "kernel_threads", set_kernel_threads },
};

struct reading {
	struct settings *settings;
	char *why;
	int wrong;
};

static void note_wrong(struct reading *reading, const char *what, const char *name)
{
	char clean[60];

	if (reading->wrong++ == 0) {
		text_clean(clean, sizeof clean, name, strlen(name));
		snprintf(reading->why, SETTINGS_WHY_MAX, "settings: %s '%s'", what, clean);
	}
}

/* For ini_parse_string: returns 1 for good lines and 0 for wrong ones. */
static int take_line(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;

	(void)section;
	for (size_t i = 0; i < sizeof setters / sizeof setters[0]; i++) {
		if (strcmp(name, setters[i].key) != 0)
			continue;
		if (setters[i].set(reading->settings, value) == 0)
			return 1;
		note_wrong(reading, "no such value for", name);
		return 0;
	}
	note_wrong(reading, "unknown key", name);
	return 0;
}

int settings_parse(struct settings *settings, const char *text, char why[SETTINGS_WHY_MAX])
{
	struct reading reading = { .settings = settings, .why = why };

	why[0] = '\0';
	int line = ini_parse_string(text, take_line, &reading);
	if (line > 0 && reading.wrong == 0) {
		reading.wrong = 1;
		snprintf(why, SETTINGS_WHY_MAX, "settings: line %d is not 'key = value'", line);
	}
	return reading.wrong;
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
		ssize_t n = read(fd, buf_room(text, 4096), 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
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

static void write_bool(struct buf *out, const char *key, bool value)
{
	buf_printf(out, "%s = %s\n", key, value ? "yes" : "no");
}

static void write_settings(struct buf *out, const struct settings *s)
{
	buf_puts(out, "# memtop's settings, written by its key W; memtop(1) tells what each means\n");
	buf_printf(out, "delay = %g\n", s->interval_ms / 1000.0);
	buf_printf(out, "sort = %s%s\n", s->reverse ? "-" : "", column_get(s->sort)->key);
	buf_puts(out, "columns =");
	for (size_t i = 0; i < s->ncolumns; i++)
		buf_printf(out, " %s", column_get(s->columns[i])->key);
	buf_printf(out, "\nspan = %u\n", s->span_s);
	buf_printf(out, "theme = %s\n", s->theme);
	for (size_t i = 0; i < sizeof symbol_names / sizeof symbol_names[0]; i++)
		if (symbol_names[i].symbols == s->symbols)
			buf_printf(out, "symbols = %s\n", symbol_names[i].name);
	write_bool(out, "mouse", s->mouse);
	write_bool(out, "climbers_on_top", s->climbers_on_top);
	write_bool(out, "full_command", s->full_command);
	write_bool(out, "kernel_threads", s->kernel_threads);
}

/* Lines of the old file whose key is not ours (a newer memtop's) are kept. */
static int keep_line(void *user, const char *section, const char *name, const char *value)
{
	(void)section;
	for (size_t i = 0; i < sizeof setters / sizeof setters[0]; i++)
		if (strcmp(name, setters[i].key) == 0)
			return 1;
	buf_printf(user, "%s = %s\n", name, value);
	return 1;
}

static void keep_unknown(struct buf *out, const char *path)
{
	char why[SETTINGS_WHY_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return;
	struct buf old;
	buf_init(&old);
	if (check_file(fd, why) == 0 && read_all(fd, &old) == 0)
		ini_parse_string(buf_text(&old), keep_line, out);
	buf_done(&old);
	close(fd);
}

/* The folders above PATH, each 0700 where it is made. */
static int make_folders(const char *path)
{
	char part[PATH_SIZE];

	for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		size_t len = (size_t)(slash - path);
		if (len >= sizeof part)
			return -ENAMETOOLONG;
		memcpy(part, path, len);
		part[len] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

/* A file of somebody else's is not replaced. */
static int check_owner(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : -errno;
	return st.st_uid == geteuid() ? 0 : -EPERM;
}

static int write_file(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	size_t done = 0;
	int error = 0;
	while (done < text->len && error == 0) {
		ssize_t n = write(fd, text->data + done, text->len - done);
		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR)
			error = -errno;
	}
	if (error == 0 && fsync(fd) != 0)
		error = -errno;
	if (close(fd) != 0 && error == 0)
		error = -errno;
	return error;
}

int settings_save(const struct settings *settings, const char *path)
{
	char fresh[PATH_SIZE + 16];
	struct buf text;

	int error = make_folders(path);
	if (error == 0)
		error = check_owner(path);
	if (error != 0)
		return error;
	int len = snprintf(fresh, sizeof fresh, "%s.%d", path, (int)getpid());
	if (len < 0 || (size_t)len >= sizeof fresh)
		return -ENAMETOOLONG;
	buf_init(&text);
	write_settings(&text, settings);
	keep_unknown(&text, path);
	unlink(fresh);
	error = write_file(fresh, &text);
	if (error == 0 && rename(fresh, path) != 0)
		error = -errno;
	if (error != 0)
		unlink(fresh);
	buf_done(&text);
	return error;
}
