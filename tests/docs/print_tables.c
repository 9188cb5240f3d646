/* SPDX-License-Identifier: GPL-2.0-or-later */
/* print_tables - what the program knows of itself, for the tests of its documents
 *
 * One line each, fields between tabs: help LINE, option LETTER NAME VALUE, rule OPTION WORDS, column KEY TITLE ORIGIN, key NAME HELPED, setting
 * KEY, theme NAME, verdict NAME.
 */
#include <stdio.h>
#include <string.h>

#include "options/options.h"
#include "options/settings.h"
#include "table/column.h"
#include "ui/actions.h"
#include "ui/draw/theme.h"

static void print_lines(const char *what, const char *text, char end)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		const char *stop = end ? memchr(text, end, len) : NULL;
		if (!end || (stop && text[0] != '#'))
			printf("%s\t%.*s\n", what, (int)(stop ? stop - text : (long)len), text);
		text += len + (text[len] == '\n');
	}
}

static void print_options(void)
{
	const char *name, *value;
	struct buf text;
	char letter;

	buf_init(&text);
	options_help(&text);
	print_lines("help", buf_text(&text), '\0');
	buf_done(&text);
	for (size_t i = 0; (name = options_name(i, &letter, &value)) != NULL; i++)
		printf("option\t%.*s\t%s\t%s\n", letter != 0, &letter, name,
			value != NULL ? value : "");
}

static void print_rules(void)
{
	const char *option, *words;

	for (size_t i = 0; (words = options_rule(i, &option)) != NULL; i++)
		printf("rule\t%s\t%s\n", option, words);
}

static void print_settings(void)
{
	struct settings settings;
	struct buf text;

	buf_init(&text);
	settings_default(&settings);
	settings_write(&text, &settings, "");
	print_lines("setting", buf_text(&text), ' ');
	buf_done(&text);
}

static void print_columns(void)
{
	for (int id = 0; id < COLUMN_COUNT; id++) {
		const struct column *column = column_get((enum column_id)id);
		printf("column\t%s\t%s\t%s\n", column->key, column->title, column->origin);
	}
	for (size_t i = 0; i < column_default_count; i++)
		printf("default\t%s\n", column_get(column_default[i])->key);
}

static void print_keys(void)
{
	size_t count;
	const struct action *actions = actions_table(&count);
	char name[KEYS_NAME_MAX];

	for (size_t i = 0; i < count; i++)
		printf("action\t%s\n", actions[i].name);
	for (size_t i = 0; i < count; i++)
		for (int k = 0; k < ACTION_KEYS_MAX && actions[i].keys[k] != 0; k++)
			printf("key\t%s\t%d\n", keys_name(actions[i].keys[k], name),
				actions[i].words != NULL);
}

int main(void)
{
	print_options();
	print_rules();
	print_columns();
	print_keys();
	print_settings();
	for (int theme = 0; theme < THEME_COUNT; theme++)
		printf("theme\t%s\n", theme_name((enum theme_id)theme));
	for (int state = 0; state < TREND_STATES; state++)
		printf("verdict\t%s\n", trend_state_name((enum trend_state)state));
	return 0;
}
