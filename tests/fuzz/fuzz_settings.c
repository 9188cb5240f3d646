/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_settings - whatever stands in a settings file, what is read is in its ranges, what is
 * said is clean, and what is written from it reads back the same */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "options/settings.h"
#include "tests/fuzz/fuzz.h"

static void expect(int right)
{
	if (!right)
		abort();
}

static void expect_sane_table(const struct settings_table *table)
{
	expect((unsigned)table->sort < COLUMN_COUNT && (unsigned)table->group < GROUPING_COUNT);
	expect(table->ncolumns >= 1 && table->ncolumns <= COLUMN_COUNT);
	for (size_t i = 0; i < table->ncolumns; i++)
		expect((unsigned)table->columns[i] < COLUMN_COUNT);
}

static void expect_sane(const struct settings *s)
{
	expect(s->interval_ms >= 100 && s->interval_ms <= 3600000);
	expect(s->span_s >= 60 && s->span_s <= 86400);
	expect((unsigned)s->symbols <= SYMBOLS_BRAILLE);
	expect(memchr(s->theme, '\0', sizeof s->theme) != NULL);
	expect((unsigned)s->view < SHOWS_COUNT);
	for (int i = 0; i < SETTINGS_TABLES; i++)
		expect_sane_table(&s->tables[i]);
}

static void expect_same_table(const struct settings_table *a, const struct settings_table *b)
{
	expect(a->sort == b->sort && a->reverse == b->reverse && a->group == b->group);
	expect(a->ncolumns == b->ncolumns);
	expect(!memcmp(a->columns, b->columns, a->ncolumns * sizeof(a->columns[0])));
}

static void expect_same(const struct settings *a, const struct settings *b)
{
	expect(a->interval_ms == b->interval_ms && a->span_s == b->span_s);
	expect(a->view == b->view);
	for (int i = 0; i < SETTINGS_TABLES; i++)
		expect_same_table(&a->tables[i], &b->tables[i]);
	expect(a->symbols == b->symbols && !strcmp(a->theme, b->theme));
	expect(a->bell == b->bell && a->title == b->title);
	expect(a->mouse == b->mouse && a->climbers_on_top == b->climbers_on_top);
	expect(a->full_command == b->full_command && a->kernel_threads == b->kernel_threads);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char why[SETTINGS_WHY_MAX];
	struct settings first, second;
	struct buf text, once, twice;

	buf_init(&text);
	buf_init(&once);
	buf_init(&twice);
	buf_put(&text, (const char *)data, len);
	settings_default(&first);
	int wrong = settings_parse(&first, buf_text(&text), why);
	expect(wrong >= 0 && (wrong > 0) == (why[0] != '\0'));
	expect(text_is_clean(why, strlen(why)));
	expect_sane(&first);
	settings_write(&once, &first, buf_text(&text));
	settings_default(&second);
	settings_parse(&second, buf_text(&once), why);
	expect_same(&first, &second);
	settings_write(&twice, &second, buf_text(&once));
	expect(!strcmp(buf_text(&once), buf_text(&twice)));
	buf_done(&text);
	buf_done(&once);
	buf_done(&twice);
	return 0;
}
