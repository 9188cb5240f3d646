/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout: which columns fit at which width, and where they stand */
#include "ui/table/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct layout layout;

static const struct place *place(enum column_id id)
{
	for (int i = 0; i < layout.count; i++) {
		if (layout.places[i].id == id)
			return &layout.places[i];
	}
	return NULL;
}

/* Columns of the screen it takes; -1 when it is not shown. */
static int width_of(enum column_id id)
{
	const struct place *shown = place(id);

	return shown ? shown->width : -1;
}

static void lay(int width)
{
	layout_columns(&layout, column_default, column_default_count, width);
}

static int total(void)
{
	const struct place *last = &layout.places[layout.count - 1];

	return last->x + last->width;
}

static void test_all_fit_when_wide(void **state)
{
	(void)state;
	lay(120);
	assert_int_equal(layout.count, column_default_count);
	assert_int_equal(total(), 120);
	for (int i = 0; i < layout.count; i++)
		assert_int_equal(layout.places[i].id, column_default[i]);
	assert_true(width_of(COL_TREND) > 8);
	lay(200);
	assert_int_equal(width_of(COL_TREND), 20);
	assert_int_equal(total(), 200);
}

static void test_eighty_columns_show_the_default_set(void **state)
{
	(void)state;
	lay(80);
	assert_int_equal(total(), 80);
	assert_true(width_of(COL_COMMAND) >= 24);
	assert_non_null(place(COL_GROWTH));
	assert_non_null(place(COL_TREND));
	assert_non_null(place(COL_VERDICT));
	assert_true(width_of(COL_COMMAND) >= 10);
}

static void test_forty_columns_keep_what_matters(void **state)
{
	(void)state;
	lay(40);
	assert_non_null(place(COL_PID));
	assert_non_null(place(COL_RSS));
	assert_non_null(place(COL_COMMAND));
	assert_true(width_of(COL_COMMAND) >= 10);
	assert_int_equal(total(), 40);
}

/* Narrower by a column never brings one back, and nothing overlaps or reaches over the edge. */
static void test_every_width(void **state)
{
	int before = (int)column_default_count;

	(void)state;
	for (int width = 300; width >= 0; width--) {
		int end = -1;

		lay(width);
		assert_true(layout.count <= before);
		assert_true(layout.count >= 1);
		for (int i = 0; i < layout.count; i++) {
			assert_true(layout.places[i].x > end);
			end = layout.places[i].x + layout.places[i].width;
		}
		assert_true(end <= width);
		before = layout.count;
	}
}

static void test_no_column_takes_the_rest(void **state)
{
	static const enum column_id columns[] = { COL_PID, COL_RSS, COL_TREND };

	(void)state;
	layout_columns(&layout, columns, 3, 100);
	assert_int_equal(width_of(COL_TREND), 20);
	assert_int_equal(total(), 7 + 1 + 7 + 1 + 20);
	layout_columns(&layout, columns, 0, 100);
	assert_int_equal(layout.count, 0);
	assert_int_equal(layout_at(&layout, 0), -1);
}

static void test_all_columns_at_once(void **state)
{
	enum column_id all[COLUMN_COUNT];

	(void)state;
	for (int i = 0; i < COLUMN_COUNT; i++)
		all[i] = (enum column_id)i;
	layout_columns(&layout, all, COLUMN_COUNT, 600);
	assert_int_equal(layout.count, COLUMN_COUNT);
	assert_int_equal(total(), 600);
}

static void test_what_stands_at(void **state)
{
	(void)state;
	lay(80);
	assert_int_equal(layout_at(&layout, 0), 0);
	assert_int_equal(layout_at(&layout, 6), 0);
	assert_int_equal(layout_at(&layout, 7), -1);
	assert_int_equal(layout_at(&layout, 8), 1);
	assert_int_equal(layout_at(&layout, -1), -1);
	assert_int_equal(layout_at(&layout, 80), -1);
}

/* Names get three tenths at every width; an ETA that is known outlives the words of the verdict. */
static void test_names_at_every_width(void **state)
{
	static const enum column_id with_eta[] = { COL_PID, COL_USER, COL_RSS, COL_GROWTH,
		COL_TREND, COL_VERDICT, COL_ETA, COL_COMMAND };

	(void)state;
	for (int width = 40; width <= 240; width++) {
		int least = width * 3 / 10 < 24 ? width * 3 / 10 : 24;

		lay(width);
		assert_int_equal(total(), width);
		assert_true(width_of(COL_COMMAND) >= least);
		layout_columns(&layout, with_eta, 8, width);
		assert_int_equal(total(), width);
		assert_true(width_of(COL_COMMAND) >= least);
		assert_non_null(place(COL_RSS));
		if (width >= 70)
			assert_non_null(place(COL_ETA));
		if (width >= 80)
			assert_true(width_of(COL_VERDICT) >= 11);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_fit_when_wide),
		cmocka_unit_test(test_eighty_columns_show_the_default_set),
		cmocka_unit_test(test_forty_columns_keep_what_matters),
		cmocka_unit_test(test_names_at_every_width),
		cmocka_unit_test(test_every_width),
		cmocka_unit_test(test_no_column_takes_the_rest),
		cmocka_unit_test(test_all_columns_at_once),
		cmocka_unit_test(test_what_stands_at),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
