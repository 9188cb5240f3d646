/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings - what the user chose to keep (settings.h) */
#include "options/settings.h"

#include "base/text.h"
#include "options/settings_lines.h"
#include "options/values.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS_A_LINE = 10 };

static const char *const symbol_names[] = {
	[SYMBOLS_AUTO] = "auto",
	[SYMBOLS_ASCII] = "ascii",
	[SYMBOLS_BLOCKS] = "blocks",
	[SYMBOLS_BRAILLE] = "braille",
};

static const char *const view_names[] = {
	[SHOWS_PROCESSES] = "processes",
	[SHOWS_CONTAINERS] = "containers",
	[SHOWS_MACHINE] = "machine",
};

static const char *const grouping_names[] = {
	[GROUPING_NONE] = "none",
	[GROUPING_PROGRAM] = "program",
	[GROUPING_USER] = "user",
	[GROUPING_CGROUP] = "cgroup",
	[GROUPING_TREE] = "tree",
	[GROUPING_CONTAINER] = "container",
	[GROUPING_CONTAINER_TREE] = "container_tree",
};

/* Sets *AT to the place of VALUE among N NAMES; 0 or -EINVAL. */
static int find_name(const char *const *names, size_t n, const char *value, unsigned *at)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(value, names[i]) == 0) {
			*at = (unsigned)i;
			return 0;
		}
	return -EINVAL;
}

/* --- without a file --------------------------------------------------------------------------- */

/* The tables as they are at first, in the order of enum settings_view. */
static const struct table_default {
	enum column_id sort;
	enum settings_grouping group;
	const enum column_id *columns;
	const size_t *ncolumns;
} table_defaults[SETTINGS_TABLES] = {
	[SHOWS_PROCESSES] = { COL_RSS, GROUPING_NONE, column_default, &column_default_count },
	[SHOWS_CONTAINERS] = { COL_VERDICT, GROUPING_CONTAINER, column_containers,
		&column_containers_count },
};

bool settings_has_default_columns(const struct settings *settings, enum settings_view table)
{
	const struct table_default *d = &table_defaults[table];
	const struct settings_table *t = &settings->tables[table];

	return t->ncolumns == *d->ncolumns &&
	       memcmp(t->columns, d->columns, t->ncolumns * sizeof(t->columns[0])) == 0;
}

void settings_default(struct settings *settings)
{
	*settings = (struct settings){
		.interval_ms = 1000,
		.span_s = 300,
		.theme = "default",
		.mouse = true,
		.look_inside = SETTINGS_LOOK_YES,
		.title = true,
		.climbers_on_top = true,
		.full_command = true,
	};
	for (int i = 0; i < SETTINGS_TABLES; i++) {
		const struct table_default *d = &table_defaults[i];
		struct settings_table *table = &settings->tables[i];

		table->sort = d->sort;
		table->group = d->group;
		table->ncolumns = *d->ncolumns;
		memcpy(table->columns, d->columns, *d->ncolumns * sizeof(d->columns[0]));
	}
}

/* --- one key ---------------------------------------------------------------------------------- */

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

static int set_look(struct settings *s, const char *value)
{
	bool look = true;

	if (strcmp(value, "never") == 0) {
		s->look_inside = SETTINGS_LOOK_NEVER;
		return 0;
	}
	if (set_bool(&look, value) != 0)
		return -EINVAL;
	s->look_inside = look ? SETTINGS_LOOK_YES : SETTINGS_LOOK_NO;
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

static int set_view(struct settings *s, const char *value)
{
	unsigned at;
	int error = find_name(view_names, SHOWS_COUNT, value, &at);

	if (error == 0)
		s->view = (enum settings_view)at;
	return error;
}

static int set_sort(struct settings_table *table, const char *value)
{
	return values_sort(value, &table->sort, &table->reverse);
}

static int set_group(struct settings_table *table, const char *value)
{
	unsigned at;
	int error = find_name(grouping_names, GROUPING_COUNT, value, &at);

	if (error == 0)
		table->group = (enum settings_grouping)at;
	return error;
}

/* Adds to the columns that TABLE has: a line holds less than all of them. */
static int add_columns(struct settings_table *table, const char *value)
{
	static const char between[] = " ,";
	char key[SETTINGS_NAME_MAX];
	size_t n = table->ncolumns;

	for (size_t len; value += strspn(value, between), (len = strcspn(value, between)) > 0;
		value += len) {
		snprintf(key, sizeof(key), "%.*s", (int)len, value);
		if (values_add_column(key, table->columns, &table->ncolumns) != 0)
			return -EINVAL;
	}
	return table->ncolumns > n ? 0 : -EINVAL;
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
	unsigned at;
	int error = find_name(symbol_names, sizeof(symbol_names) / sizeof(symbol_names[0]), value,
		&at);

	if (error == 0)
		s->symbols = (enum settings_symbols)at;
	return error;
}

static const char *const look_names[] = {
	[SETTINGS_LOOK_YES] = "yes",
	[SETTINGS_LOOK_NO] = "no",
	[SETTINGS_LOOK_NEVER] = "never",
};

static const char *const bell_names[] = { "climb", "alarm", "kill", "notify" };
enum { BELLS = sizeof(bell_names) / sizeof(bell_names[0]) };

/* "none", or some of the names. */
static int set_bell(struct settings *s, const char *value)
{
	static const char between[] = " ,";
	char name[SETTINGS_NAME_MAX];
	unsigned at, bell = 0;

	if (strcmp(value, "none") == 0) {
		s->bell = 0;
		return 0;
	}
	for (size_t len; value += strspn(value, between), (len = strcspn(value, between)) > 0;
		value += len) {
		snprintf(name, sizeof(name), "%.*s", (int)len, value);
		if (find_name(bell_names, BELLS, name, &at) != 0)
			return -EINVAL;
		bell |= 1u << at;
	}
	s->bell = bell;
	return bell != 0 ? 0 : -EINVAL;
}

#define SWITCH(name)                                                                               \
	{                                                                                          \
#name, NULL, NULL, offsetof(struct settings, name)                                 \
	}

/* A key with its setter; none: a switch, and where it stands. */
static const struct setting {
	const char *key;
	int (*set)(struct settings *settings, const char *value);
	int (*set_table)(struct settings_table *table, const char *value);
	size_t where;
} keys[] = {
	{ "delay", set_delay, NULL, 0 },
	{ "view", set_view, NULL, 0 },
	{ "sort", NULL, set_sort, 0 },
	{ "columns", NULL, add_columns, 0 },
	{ "group", NULL, set_group, 0 },
	{ "span", set_span, NULL, 0 },
	{ "theme", set_theme, NULL, 0 },
	{ "symbols", set_symbols, NULL, 0 },
	{ "bell", set_bell, NULL, 0 },
	{ "look_inside", set_look, NULL, 0 },
	SWITCH(mouse),
	SWITCH(title),
	SWITCH(climbers_on_top),
	SWITCH(full_command),
	SWITCH(kernel_threads),
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

/* The table a SECTION is about; -1: no section of ours. */
static int table_of(const char *section)
{
	for (int i = SHOWS_PROCESSES + 1; i < SETTINGS_TABLES; i++)
		if (strcmp(section, view_names[i]) == 0)
			return i;
	return section[0] == '\0' ? SHOWS_PROCESSES : -1;
}

/* NULL: no key of ours. */
static const struct setting *find_key(const char *section, const char *name)
{
	int table = table_of(section);

	for (int i = 0; i < KEYS && table >= 0; i++)
		if (strcmp(name, keys[i].key) == 0 &&
			(table == SHOWS_PROCESSES || keys[i].set_table != NULL))
			return &keys[i];
	return NULL;
}

static int set_key(struct settings *s, int table, const struct setting *setting, const char *value)
{
	if (setting->set_table != NULL)
		return setting->set_table(&s->tables[table], value);
	if (setting->set != NULL)
		return setting->set(s, value);
	return set_bool((bool *)((char *)s + setting->where), value);
}

/* --- reading ---------------------------------------------------------------------------------- */

#define SEE "; memtop(1) tells what can stand there"

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

/* A line of the section [keys]. */
static int take_key(struct settings *settings, const struct setting_lines *lines,
	char why[SETTINGS_WHY_MAX])
{
	struct settings_key *key = &settings->keys[settings->nkeys];

	if (settings->nkeys == SETTINGS_KEYS_MAX)
		return fail_line(lines, why, "more than %d lines of keys", SETTINGS_KEYS_MAX);
	if (strlen(lines->key) >= sizeof(key->action) || strlen(lines->value) >= sizeof(key->keys))
		return fail_line(lines, why, "%.60s cannot be '%.80s'" SEE, lines->key,
			lines->value);
	snprintf(key->action, sizeof(key->action), "%s", lines->key);
	snprintf(key->keys, sizeof(key->keys), "%s", lines->value);
	settings->nkeys++;
	return 0;
}

/* COLUMNS: of which tables some were set by a line before, to which others add; a bit each. */
static int take_line(struct settings *settings, const struct setting_lines *lines,
	enum line_kind kind, unsigned *columns, char why[SETTINGS_WHY_MAX])
{
	struct settings changed = *settings;

	if (kind == LINE_LONG)
		return fail_line(lines, why, "longer than %d bytes", (int)SETTINGS_LINE_BYTES);
	if (kind == LINE_WRONG)
		return fail_line(lines, why, "not 'key = value'");
	if (strcmp(lines->section, "keys") == 0)
		return take_key(settings, lines, why);
	const struct setting *setting = find_key(lines->section, lines->key);
	int table = table_of(lines->section);
	if (setting == NULL || table < 0)
		return fail_line(lines, why, "unknown key '%.60s'" SEE, lines->key);
	unsigned adds = setting->set_table == add_columns ? 1u << table : 0;
	if ((adds & ~*columns) != 0)
		changed.tables[table].ncolumns = 0;
	if (set_key(&changed, table, setting, lines->value) != 0)
		return fail_line(lines, why, "%s cannot be '%.80s'" SEE, lines->key, lines->value);
	*columns |= adds;
	*settings = changed;
	return 0;
}

int settings_parse(struct settings *settings, const char *text, char why[SETTINGS_WHY_MAX])
{
	struct setting_lines lines = settings_lines_of(text);
	char other[SETTINGS_WHY_MAX] = "";
	unsigned columns = 0;
	int wrong = 0;

	why[0] = '\0';
	for (enum line_kind kind; (kind = settings_lines_next(&lines)) != LINE_END;)
		wrong += take_line(settings, &lines, kind, &columns, wrong == 0 ? why : other) != 0;
	if (wrong > 1)
		text_append(why, SETTINGS_WHY_MAX, " (and %d more)", wrong - 1);
	return wrong;
}

/* Lines of the OLD file whose key is not ours (a newer memtop's) are kept as they are: those of a
 * SECTION of ours, or all of the others (NULL). */
static void keep_lines(struct buf *out, const char *old, const char *wanted)
{
	struct setting_lines lines = settings_lines_of(old);
	char section[sizeof(lines.section)] = "";

	for (enum line_kind kind; (kind = settings_lines_next(&lines)) != LINE_END;) {
		bool ours = table_of(lines.section) >= 0;

		if (kind != LINE_SETTING || find_key(lines.section, lines.key) != NULL)
			continue;
		if (wanted != NULL ? strcmp(lines.section, wanted) != 0 : ours)
			continue;
		if (wanted == NULL && strcmp(lines.section, section) != 0)
			buf_printf(out, "[%s]\n", lines.section);
		memcpy(section, lines.section, sizeof(section));
		buf_put(out, lines.line, lines.len);
		buf_putc(out, '\n');
	}
}

static void write_table(struct buf *out, const struct settings_table *table)
{
	buf_printf(out, "sort = %s%s", table->reverse ? "-" : "", column_get(table->sort)->key);
	for (size_t i = 0; i < table->ncolumns; i++)
		buf_printf(out, "%s %s", i % COLUMNS_A_LINE == 0 ? "\ncolumns =" : "",
			column_get(table->columns[i])->key);
	buf_printf(out, "\ngroup = %s\n", grouping_names[table->group]);
}

void settings_write(struct buf *out, const struct settings *s, const char *old)
{
	buf_puts(out,
		"# memtop's settings, written by its key W; memtop(1) tells what each means\n");
	buf_printf(out, "delay = %.10g\n", s->interval_ms / 1000.0);
	buf_printf(out, "view = %s\n", view_names[s->view]);
	write_table(out, &s->tables[SHOWS_PROCESSES]);
	buf_printf(out, "span = %u\n", s->span_s);
	buf_printf(out, "theme = %s\n", s->theme);
	buf_printf(out, "symbols = %s\n", symbol_names[s->symbols]);
	buf_puts(out, "bell =");
	for (unsigned i = 0; i < BELLS; i++)
		if ((s->bell >> i & 1) != 0)
			buf_printf(out, " %s", bell_names[i]);
	buf_puts(out, s->bell == 0 ? " none\n" : "\n");
	buf_printf(out, "look_inside = %s\n", look_names[s->look_inside]);
	for (int i = 0; i < KEYS; i++)
		if (keys[i].set == NULL && keys[i].set_table == NULL)
			buf_printf(out, "%s = %s\n", keys[i].key,
				*(const bool *)((const char *)s + keys[i].where) ? "yes" : "no");
	keep_lines(out, old, "");
	for (int i = SHOWS_PROCESSES + 1; i < SETTINGS_TABLES; i++) {
		buf_printf(out, "[%s]\n", view_names[i]);
		write_table(out, &s->tables[i]);
		keep_lines(out, old, view_names[i]);
	}
	keep_lines(out, old, NULL);
}
