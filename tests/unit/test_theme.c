/* SPDX-License-Identifier: GPL-2.0-or-later */
/* theme: every style has a look at every depth, and colours are never all there is */
#include "ui/theme.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int depths[] = { 0, 8, 16, 256 };

static void test_colours_are_in_range(void **state)
{
	(void)state;
	for (int theme = 0; theme < THEME_COUNT; theme++) {
		for (size_t d = 0; d < 4; d++) {
			for (int style = 0; style < STYLE_COUNT; style++) {
				for (int over = 0; over < STYLE_COUNT; over++) {
					struct look look = theme_look((enum theme_id)theme,
						(enum style)style, (enum style)over, depths[d]);
					int most = depths[d] >= 256 ? 256 : depths[d] >= 8 ? 8 : 0;

					assert_in_range(look.fg + 1, 0, (unsigned)most);
					assert_in_range(look.bg + 1, 0, (unsigned)most);
				}
			}
		}
	}
}

static void test_selected_row_is_seen(void **state)
{
	(void)state;
	for (int theme = 0; theme < THEME_COUNT; theme++) {
		for (size_t d = 0; d < 4; d++) {
			struct look plain = theme_look((enum theme_id)theme, STYLE_NORMAL,
				STYLE_NORMAL, depths[d]);
			struct look cursor = theme_look((enum theme_id)theme, STYLE_NORMAL,
				STYLE_CURSOR, depths[d]);

			assert_true(plain.bg != cursor.bg || (cursor.attributes & LOOK_REVERSE));
		}
	}
}

static void test_alarm_without_colour(void **state)
{
	(void)state;
	struct look look = theme_look(THEME_MONO, STYLE_ALARM, STYLE_NORMAL, 256);

	assert_int_equal(look.fg, -1);
	assert_true(look.attributes & LOOK_BOLD);
	/* a terminal without colours gets no theme but mono */
	assert_int_equal(theme_look(THEME_DEFAULT, STYLE_WARN, STYLE_NORMAL, 0).fg, -1);
}

static void test_what_lies_over(void **state)
{
	(void)state;
	struct look look = theme_look(THEME_DEFAULT, STYLE_HEADER, STYLE_TAGGED, 256);

	assert_int_equal(look.bg, theme_look(THEME_DEFAULT, STYLE_HEADER, STYLE_NORMAL, 256).bg);
	assert_int_equal(look.fg, theme_look(THEME_DEFAULT, STYLE_TAGGED, STYLE_NORMAL, 256).fg);
	/* a warning is still one on the selected row */
	assert_int_not_equal(theme_look(THEME_DEFAULT, STYLE_WARN, STYLE_CURSOR, 256).fg,
		theme_look(THEME_DEFAULT, STYLE_NORMAL, STYLE_CURSOR, 256).fg);
}

static void test_names(void **state)
{
	enum theme_id theme = THEME_DEFAULT;

	(void)state;
	for (int i = 0; i < THEME_COUNT; i++) {
		assert_int_equal(theme_by_name(theme_name((enum theme_id)i), &theme), 0);
		assert_int_equal(theme, i);
	}
	assert_int_equal(theme_by_name("Blind", &theme), 0);
	assert_int_equal(theme, THEME_BLIND);
	assert_int_equal(theme_by_name("pink", &theme), -EINVAL);
	assert_int_equal(theme, THEME_BLIND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_colours_are_in_range),
		cmocka_unit_test(test_selected_row_is_seen),
		cmocka_unit_test(test_alarm_without_colour),
		cmocka_unit_test(test_what_lies_over),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
