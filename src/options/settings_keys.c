/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings_keys - see settings_keys.h */
#include "options/settings_keys.h"

#include "options/values.h"

#include <errno.h>
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

static const char *const look_names[] = {
	[SETTINGS_LOOK_YES] = "yes",
	[SETTINGS_LOOK_NO] = "no",
	[SETTINGS_LOOK_NEVER] = "never",
};

/* Sets *AT, an enum, to the place of VALUE among N NAMES; 0 or -EINVAL. */
static int find_name(const char *const *names, size_t n, const char *value, unsigned *at)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(value, names[i]) == 0) {
			*at = (unsigned)i;
			return 0;
		}
	return -EINVAL;
}

/* --- from words ------------------------------------------------------------------------------- */

/* One setter a key: 0, or -EINVAL with the settings in any state. */

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

static int set_sort(struct settings_table *table, const char *value)
{
	return values_sort(value, &table->sort, &table->reverse);
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

/* --- to words --------------------------------------------------------------------------------- */

/* One of these a key: appends what the setter would read. */

static void put_delay(struct buf *out, const struct settings *s)
{
	buf_printf(out, "%.10g", s->interval_ms / 1000.0);
}

static void put_span(struct buf *out, const struct settings *s)
{
	buf_printf(out, "%u", s->span_s);
}

static void put_theme(struct buf *out, const struct settings *s)
{
	buf_puts(out, s->theme);
}

static void put_bell(struct buf *out, const struct settings *s)
{
	const char *between = "";

	for (unsigned i = 0; i < BELLS; i++)
		if ((s->bell >> i & 1) != 0) {
			buf_printf(out, "%s%s", between, bell_names[i]);
			between = " ";
		}
	buf_puts(out, s->bell == 0 ? "none" : "");
}

static void put_sort(struct buf *out, const struct settings_table *table)
{
	buf_printf(out, "%s%s", table->reverse ? "-" : "", column_get(table->sort)->key);
}

/* More than a line holds begin another one. */
static void put_columns(struct buf *out, const struct settings_table *table)
{
	for (size_t i = 0; i < table->ncolumns; i++) {
		const char *before = i == 0 ? "" : i % COLUMNS_A_LINE == 0 ? "\ncolumns = " : " ";
		buf_printf(out, "%s%s", before, column_get(table->columns[i])->key);
	}
}

/* --- the keys --------------------------------------------------------------------------------- */

/* A key with what reads and what writes it; without: one of COUNT names, whose number stands at
 * WHERE, or a switch, where there are no names. */
struct settings_entry {
	const char *key;
	int (*set)(struct settings *settings, const char *value);
	void (*put)(struct buf *out, const struct settings *settings);
	int (*set_table)(struct settings_table *table, const char *value);
	void (*put_table)(struct buf *out, const struct settings_table *table);
	const char *const *names;
	size_t count, where; /* in struct settings, or in that of a table */
	bool of_table;
};

#define KEY(name)                                                                                  \
	{                                                                                          \
#name, .set = set_##name, .put = put_##name                                        \
	}
#define TABLE_KEY(name)                                                                            \
	{                                                                                          \
#name, .set_table = set_##name, .put_table = put_##name, .of_table = true          \
	}
#define ONE_OF(list, type, member)                                                                 \
	.names = (list), .count = sizeof(list) / sizeof((list)[0]), .where = offsetof(type, member)
#define SWITCH(name)                                                                               \
	{                                                                                          \
#name, .where = offsetof(struct settings, name)                                    \
	}

static const struct settings_entry entries[] = {
	KEY(delay),
	{ "view", ONE_OF(view_names, struct settings, view) },
	TABLE_KEY(sort),
	{ "columns", .set_table = add_columns, .put_table = put_columns, .of_table = true },
	{ "group", ONE_OF(grouping_names, struct settings_table, group), .of_table = true },
	KEY(span),
	KEY(theme),
	{ "symbols", ONE_OF(symbol_names, struct settings, symbols) },
	KEY(bell),
	{ "look_inside", .set = set_look, ONE_OF(look_names, struct settings, look_inside) },
	SWITCH(mouse),
	SWITCH(title),
	SWITCH(climbers_on_top),
	SWITCH(full_command),
	SWITCH(kernel_threads),
};

enum { ENTRIES = sizeof(entries) / sizeof(entries[0]) };

const char *settings_keys_section(int table)
{
	return table == SHOWS_PROCESSES ? "" : view_names[table];
}

int settings_keys_table(const char *section)
{
	for (int i = SHOWS_PROCESSES; i < SETTINGS_TABLES; i++)
		if (strcmp(section, settings_keys_section(i)) == 0)
			return i;
	return -1;
}

const struct settings_entry *settings_keys_next(int table, const struct settings_entry *entry)
{
	for (entry = entry == NULL ? entries : entry + 1; entry < entries + ENTRIES; entry++)
		if (table == SHOWS_PROCESSES || entry->of_table)
			return entry;
	return NULL;
}

const struct settings_entry *settings_keys_find(int table, const char *key)
{
	const struct settings_entry *entry = NULL;

	if (table >= 0)
		while ((entry = settings_keys_next(table, entry)) != NULL)
			if (strcmp(key, entry->key) == 0)
				return entry;
	return NULL;
}

unsigned settings_keys_bit(const struct settings_entry *entry)
{
	return 1u << (entry - entries);
}

bool settings_keys_adds(const struct settings_entry *entry)
{
	return entry->set_table == add_columns;
}

int settings_keys_set(struct settings *s, int table, const struct settings_entry *entry,
	const char *value)
{
	void *to = (char *)(entry->of_table ? (void *)&s->tables[table] : s) + entry->where;

	if (entry->set_table != NULL)
		return entry->set_table(&s->tables[table], value);
	if (entry->set != NULL)
		return entry->set(s, value);
	return entry->names != NULL ? find_name(entry->names, entry->count, value, to)
				    : set_bool(to, value);
}

void settings_keys_put(struct buf *out, const struct settings *s, int table,
	const struct settings_entry *entry)
{
	const void *of = entry->of_table ? (const void *)&s->tables[table] : s;
	const void *at = (const char *)of + entry->where;

	buf_printf(out, "%s = ", entry->key);
	if (entry->put_table != NULL)
		entry->put_table(out, &s->tables[table]);
	else if (entry->put != NULL)
		entry->put(out, s);
	else if (entry->names != NULL)
		buf_puts(out, entry->names[*(const unsigned *)at]);
	else
		buf_puts(out, *(const bool *)at ? "yes" : "no");
}
