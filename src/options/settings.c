/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings - what the user chose to keep (settings.h) */
#include "options/settings.h"

#include "base/text.h"
#include "options/settings_keys.h"
#include "options/settings_lines.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
	int table = settings_keys_table(lines->section);
	const struct settings_entry *entry = settings_keys_find(table, lines->key);
	if (entry == NULL)
		return fail_line(lines, why, "unknown key '%.60s'" SEE, lines->key);
	unsigned adds = settings_keys_adds(entry) ? 1u << table : 0;
	if ((adds & ~*columns) != 0)
		changed.tables[table].ncolumns = 0;
	if (settings_keys_set(&changed, table, entry, lines->value) != 0)
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

/* --- writing ---------------------------------------------------------------------------------- */

/* A file that is written anew, line by line after the old one. */
struct rewriting {
	struct buf *out;
	const struct settings *was, *now; /* what the old lines say, what is to be kept */
	int table;                        /* of the section that is written; -1: none of ours */
	unsigned done[SETTINGS_TABLES];   /* keys that stand there; a bit each */
	bool begun[SETTINGS_TABLES];
	const char *held; /* blank lines and comments that may belong to what follows */
	size_t nheld;
};

static bool is_changed(const struct rewriting *r, const struct settings_entry *entry)
{
	struct buf was, now;

	buf_init(&was);
	buf_init(&now);
	settings_keys_put(&was, r->was, r->table, entry);
	settings_keys_put(&now, r->now, r->table, entry);
	bool changed = strcmp(buf_text(&was), buf_text(&now)) != 0;
	buf_done(&was);
	buf_done(&now);
	return changed;
}

static void put_held(struct rewriting *r)
{
	buf_put(r->out, r->held, r->nheld);
	if (r->nheld > 0 && r->held[r->nheld - 1] != '\n') /* the last line of the file */
		buf_putc(r->out, '\n');
	r->nheld = 0;
}

/* A setting: as it stands unless it was changed since, with the comment behind it. */
static void rewrite_line(struct rewriting *r, const struct setting_lines *lines,
	const struct settings_entry *entry)
{
	unsigned bit = entry != NULL ? settings_keys_bit(entry) : 0;
	bool changed = entry != NULL && is_changed(r, entry);

	put_held(r);
	if (changed && (r->done[r->table] & bit) != 0)
		return; /* a second line of the key */
	if (entry != NULL)
		r->done[r->table] |= bit;
	if (changed)
		settings_keys_put(r->out, r->now, r->table, entry);
	else
		buf_put(r->out, lines->line, lines->len);
	if (changed && lines->note != NULL)
		buf_printf(r->out, " %.*s", (int)(lines->line + lines->len - lines->note),
			lines->note);
	buf_putc(r->out, '\n');
}

/* The keys of the section that do not stand there yet, before the comments on the next one. */
static void end_section(struct rewriting *r)
{
	const struct settings_entry *entry = NULL;

	if (r->table >= 0 && r->done[r->table] == 0)
		put_held(r);
	while (r->table >= 0 && (entry = settings_keys_next(r->table, entry)) != NULL) {
		if ((r->done[r->table] & settings_keys_bit(entry)) != 0)
			continue;
		r->done[r->table] |= settings_keys_bit(entry);
		settings_keys_put(r->out, r->now, r->table, entry);
		buf_putc(r->out, '\n');
	}
	put_held(r);
}

static void begin_section(struct rewriting *r, int table)
{
	r->table = table;
	if (table >= 0)
		r->begun[table] = true;
}

/* Blank lines and comments are held until it is known what they stand before: keys that are new in
 * a section go in front of those that belong to the next one. */
static void rewrite_lines(struct rewriting *r, const char *old)
{
	struct setting_lines lines = settings_lines_of(old);

	for (enum line_kind kind; (kind = settings_lines_any(&lines)) != LINE_END;) {
		if (kind == LINE_BLANK) {
			r->held = r->nheld == 0 ? lines.line : r->held;
			r->nheld = (size_t)(lines.rest - r->held);
		} else if (kind == LINE_HEAD) {
			end_section(r);
			begin_section(r, settings_keys_table(lines.section));
			buf_put(r->out, lines.line, lines.len);
			buf_putc(r->out, '\n');
		} else {
			rewrite_line(r, &lines,
				kind == LINE_SETTING ? settings_keys_find(r->table, lines.key)
						     : NULL);
		}
	}
	end_section(r);
}

void settings_write(struct buf *out, const struct settings *s, const char *old)
{
	struct settings was;
	char why[SETTINGS_WHY_MAX];
	struct rewriting r = { .out = out, .was = &was, .now = s };

	settings_default(&was);
	settings_parse(&was, old, why);
	if (old[0] == '\0')
		buf_puts(out,
			"# memtop's settings, written by its key W; memtop(1) tells what each "
			"means\n");
	begin_section(&r, SHOWS_PROCESSES);
	rewrite_lines(&r, old);
	for (int i = 0; i < SETTINGS_TABLES; i++) {
		if (r.begun[i])
			continue;
		buf_printf(out, "[%s]\n", settings_keys_section(i));
		begin_section(&r, i);
		end_section(&r);
	}
}
