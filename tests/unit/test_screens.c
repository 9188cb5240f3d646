/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screens: the sentence cut, setup's choices, keys of the bottom line */
#include "ui/actions.h"
#include "ui/process/process.h"
#include "ui/table/table.h"
#include "ui/table/table_sentence.h"
#include "ui/table/table_span.h"
#include "ui/setup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/range.h"

static const char *cut(const char *text, int columns)
{
	static char out[256];
	bool missing;
	size_t len = table_sentence_fit(text, columns, 1, &missing);

	memcpy(out, text, len);
	strcpy(out + len, missing ? "~" : "");
	return out;
}

static void test_sentence(void **state)
{
	const char *text = "All is well, 61.5 % left. Nothing grows. Really.";

	(void)state;
	assert_string_equal(cut(text, 80), text);
	assert_string_equal(cut(text, 48), text);
	assert_string_equal(cut(text, 47), "All is well, 61.5 % left. Nothing grows.");
	assert_string_equal(cut(text, 39), "All is well, 61.5 % left.");
	assert_string_equal(cut(text, 19), "All is well, 61.5~");
	assert_string_equal(cut(text, 13), "All is well~");
	assert_string_equal(cut(text, 5), "All~");
	assert_string_equal(cut(text, 2), "A~");
	assert_string_equal(cut(text, 1), "~");
	assert_string_equal(cut("", 0), "");
}

/* The style of the first cell of a row, and what stands there. */
static enum style row_style(const struct canvas *canvas, int y)
{
	return (enum style)canvas->cells[y * canvas->width].style;
}

static bool row_begins(const struct canvas *canvas, int y, const char *text)
{
	for (int x = 0; text[x] != '\0'; x++)
		if (canvas->cells[y * canvas->width + x].ch != (unsigned char)text[x])
			return false;
	return true;
}

/* Each sentence in the colour of its own mood; on one row what counts is kept longest. */
static void test_moods(void **state)
{
	struct headline headline = { .mood = MOOD_ALARM,
		.text = "shop.py (4711) grows 110 MiB a minute; in about 7 minutes it meets its "
			"group's limit of 1.2 GiB. It gained 2 GiB.",
		.brief = "Limit of 1.2 GiB in about 7 minutes: shop.py (4711)." };
	struct canvas canvas;

	(void)state;
	headline.sentences[0] = (struct headline_sentence){
		(size_t)(strstr(headline.text, " It") - headline.text), MOOD_ALARM
	};
	headline.sentences[1] = (struct headline_sentence){ strlen(headline.text), MOOD_NOTICE };
	headline.nsentences = 2;
	canvas_init(&canvas);
	canvas_resize(&canvas, 200, 20);
	assert_int_equal(table_sentence_draw(&canvas, &headline), 2);
	assert_int_equal(row_style(&canvas, 0), STYLE_ALARM);
	assert_int_equal(canvas.cells[headline.sentences[0].end + 1].style, STYLE_NOTICE);
	canvas_resize(&canvas, 80, 20);
	table_sentence_draw(&canvas, &headline);
	assert_true(row_begins(&canvas, 1, "limit of 1.2 GiB. It gained"));
	assert_int_equal(row_style(&canvas, 1), STYLE_ALARM);
	assert_int_equal(canvas.cells[80 + 20].style, STYLE_NOTICE);
	canvas_resize(&canvas, 40, 10);
	assert_int_equal(table_sentence_draw(&canvas, &headline), 1);
	assert_true(row_begins(&canvas, 0, "Limit of 1.2 GiB in about 7 minutes:..."));
	canvas_done(&canvas);
}

/* Curves are at least half full from the tenth second on, and never show more than was chosen. */
static void test_span(void **state)
{
	(void)state;
	assert_int_equal(table_span_length_ms(300, 0), 18750);
	assert_int_equal(table_span_length_ms(300, 60 * 1000), 75 * 1000);
	assert_int_equal(table_span_length_ms(300, 299 * 1000), 300 * 1000);
	assert_int_equal(table_span_length_ms(300, 90 * 3600 * 1000ull), 300 * 1000);
	assert_int_equal(table_span_length_ms(60, 1000), 15 * 1000);
	for (uint64_t seen_ms = 10 * 1000; seen_ms < 4000 * 1000; seen_ms += 777) {
		uint64_t length_ms = table_span_length_ms(3600, seen_ms);

		assert_true(length_ms <= 3600 * 1000);
		assert_true(length_ms >= seen_ms || length_ms == 3600 * 1000);
		assert_true(length_ms <= 2 * seen_ms);
	}
}

/* --- setup ------------------------------------------------------------------------------------ */

static const enum column_id columns[] = { COL_PID, COL_RSS, COL_COMMAND };
static struct setup setup;

static int set_up(void **state)
{
	const struct screen_style style = { .alphabet = PLOT_BLOCKS,
		.column = { .utf8 = true, },
		.span_s = 300,
		.columns = columns,
		.ncolumns = 3, };

	(void)state;
	setup_init(&setup, &style, THEME_DEFAULT, KEYS_F2);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	setup_done(&setup);
	return 0;
}

static enum dialog_outcome press(uint32_t code)
{
	struct key key = { .code = code };

	return setup_key(&setup, &key, 24);
}

static void go_to(enum column_id id)
{
	press(KEYS_HOME);
	while (menu_value(&setup.menu) != (int)id)
		press(KEYS_DOWN);
}

static void assert_columns(const enum column_id *expected, size_t n)
{
	assert_int_equal(setup.now.ncolumns, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(setup.now.columns[i], expected[i]);
}

static void test_setup_shows_and_hides(void **state)
{
	const enum column_id with_swap[] = { COL_PID, COL_RSS, COL_SWAP, COL_COMMAND };
	const enum column_id without_rss[] = { COL_PID, COL_SWAP, COL_COMMAND };

	(void)state;
	go_to(COL_SWAP);
	press(' ');
	assert_columns(with_swap, 4);
	assert_int_equal(menu_value(&setup.menu), COL_SWAP);
	go_to(COL_RSS);
	press(KEYS_ENTER);
	assert_columns(without_rss, 3);
	/* the last one stays */
	go_to(COL_PID);
	press(' ');
	go_to(COL_SWAP);
	press(' ');
	go_to(COL_COMMAND);
	press(' ');
	assert_int_equal(setup.now.ncolumns, 1);
}

static void test_setup_moves(void **state)
{
	const enum column_id moved[] = { COL_RSS, COL_PID, COL_COMMAND };

	(void)state;
	go_to(COL_PID);
	press('-');
	assert_columns(columns, 3);
	press('+');
	assert_columns(moved, 3);
	assert_int_equal(menu_value(&setup.menu), COL_PID);
	press('[');
	assert_columns(columns, 3);
	/* what is not shown has no place to move from */
	go_to(COL_SWAP);
	press('+');
	assert_columns(columns, 3);
}

static void test_setup_other_choices(void **state)
{
	(void)state;
	press(KEYS_HOME);
	press(' ');
	assert_int_equal(setup.now.span_s, 600);
	press(KEYS_DOWN);
	press(' ');
	assert_int_equal(setup.now.theme, THEME_BLIND);
	press(KEYS_DOWN);
	press(' ');
	assert_int_equal(setup.now.alphabet, PLOT_BRAILLE);
	assert_int_equal(press(KEYS_F2), DIALOG_DONE);
	assert_int_equal(setup.now.span_s, 600);
	assert_int_equal(press(KEYS_ESC), DIALOG_CANCELLED);
	assert_int_equal(setup.now.span_s, 300);
	assert_int_equal(setup.now.theme, THEME_DEFAULT);
}

static void test_setup_takes_any_key(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		uint32_t pick = seed >> 16;
		press(pick % 3 ? KEYS_BASE + 1 + pick % 30 : pick % 128);
		assert_uint_in_range(setup.now.ncolumns, 1, COLUMN_COUNT);
	}
}

/* --- the bottom line -------------------------------------------------------------------------- */

static uint32_t key_at(int width, bool readonly, int x)
{
	const struct screen_style style = { .readonly = readonly };
	const struct shown shown = { .style = &style };

	return foot_key(&shown, WHERE_TABLE, table_hints, TABLE_HINTS, width, x);
}

static void test_foot_keys(void **state)
{
	(void)state;
	assert_int_equal(key_at(80, false, 0), KEYS_F1);
	assert_int_equal(key_at(80, false, 6), KEYS_F1);
	assert_int_equal(key_at(80, false, 7), 0);
	assert_int_equal(key_at(80, false, 9), KEYS_F2);
	assert_int_equal(key_at(1, false, 0), 0);
	bool signal = false, quit = false;
	for (int x = 0; x < 80; x++) {
		assert_int_not_equal(key_at(80, true, x), KEYS_F9);
		signal = signal || key_at(80, false, x) == KEYS_F9;
		quit = quit || key_at(40, false, x) == KEYS_F10;
	}
	assert_true(signal);
	assert_true(quit);
}

/* What the bottom line promises is an action there, and each importance is there once. */
static void check_hints(const struct hint *hints, size_t n, enum screen_where where)
{
	size_t count;
	const struct action *actions = actions_table(&count);

	for (size_t i = 0; i < n; i++) {
		const struct action *action = keymap_find(actions, count, hints[i].key, where);

		assert_non_null(action);
		assert_uint_in_range(hints[i].importance, 1, n);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(hints[i].importance, hints[k].importance);
	}
}

static void test_foot_shows_actions(void **state)
{
	(void)state;
	check_hints(table_hints, TABLE_HINTS, WHERE_TABLE);
	check_hints(process_hints, PROCESS_HINTS, WHERE_PROCESS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentence),
		cmocka_unit_test(test_moods),
		cmocka_unit_test(test_span),
		TEST(test_setup_shows_and_hides),
		TEST(test_setup_moves),
		TEST(test_setup_other_choices),
		TEST(test_setup_takes_any_key),
		cmocka_unit_test(test_foot_keys),
		cmocka_unit_test(test_foot_shows_actions),
	};

	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
