/* SPDX-License-Identifier: GPL-2.0-or-later */
/* theme: every style has a look at every depth, and colours are never all there is */
#include "ui/draw/theme.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/range.h"

static const int depths[] = { 0, 8, 16, 256 };

static void test_colours_are_in_range(void **state)
{
	(void)state;
	for (int theme = 0; theme < 2 * THEME_COUNT; theme++) {
		bool dark = theme >= THEME_COUNT;

		for (size_t d = 0; d < 4; d++) {
			for (int style = 0; style < STYLE_COUNT; style++) {
				for (int over = 0; over < STYLE_COUNT; over++) {
					struct theme_look look =
						theme_look((enum theme_id)(theme % THEME_COUNT),
							(enum style)style, (enum style)over,
							depths[d], dark);
					int most = depths[d] >= 256 ? 256 : depths[d] >= 8 ? 8 : 0;

					assert_uint_in_range(look.fg + 1, 0, (unsigned)most);
					assert_uint_in_range(look.bg + 1, 0, (unsigned)most);
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
			struct theme_look plain = theme_look((enum theme_id)theme, STYLE_NORMAL,
				STYLE_NORMAL, depths[d], false);
			struct theme_look cursor = theme_look((enum theme_id)theme, STYLE_NORMAL,
				STYLE_CURSOR, depths[d], false);

			assert_true(plain.bg != cursor.bg || (cursor.attributes & LOOK_REVERSE));
		}
	}
}

static void test_alarm_without_colour(void **state)
{
	(void)state;
	struct theme_look look = theme_look(THEME_MONO, STYLE_ALARM, STYLE_NORMAL, 256, false);

	assert_int_equal(look.fg, -1);
	assert_true(look.attributes & LOOK_BOLD);
	/* a terminal without colours gets no theme but mono */
	assert_int_equal(theme_look(THEME_DEFAULT, STYLE_WARN, STYLE_NORMAL, 0, false).fg, -1);
}

static void test_what_lies_over(void **state)
{
	(void)state;
	struct theme_look look = theme_look(THEME_DEFAULT, STYLE_HEADER, STYLE_TAGGED, 256, false);

	assert_int_equal(look.bg,
		theme_look(THEME_DEFAULT, STYLE_HEADER, STYLE_NORMAL, 256, false).bg);
	assert_int_equal(look.fg,
		theme_look(THEME_DEFAULT, STYLE_HEADER, STYLE_NORMAL, 256, false).fg);
	look = theme_look(THEME_DEFAULT, STYLE_GOOD, STYLE_TAGGED, 256, false);
	assert_int_equal(look.fg,
		theme_look(THEME_DEFAULT, STYLE_TAGGED, STYLE_NORMAL, 256, false).fg);
	/* a warning is still one on the selected row */
	assert_int_not_equal(theme_look(THEME_DEFAULT, STYLE_WARN, STYLE_CURSOR, 256, false).fg,
		theme_look(THEME_DEFAULT, STYLE_NORMAL, STYLE_CURSOR, 256, false).fg);
}

/* --- contrast, by WCAG 2.1 (relative luminance and contrast ratio) ------------------------------ */

struct shade {
	int red, green, blue;
};

/* xterm's first 16, then the cube and the greys all terminals agree on. */
static struct shade shade_of(int number)
{
	static const struct shade first[] = { { 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 },
		{ 205, 205, 0 }, { 0, 0, 238 }, { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
		{ 127, 127, 127 }, { 255, 0, 0 }, { 0, 255, 0 }, { 255, 255, 0 }, { 92, 92, 255 },
		{ 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 } };
	static const int steps[] = { 0, 95, 135, 175, 215, 255 };

	if (number < 16)
		return first[number];
	if (number >= 232) {
		int grey = 8 + 10 * (number - 232);
		return (struct shade){ grey, grey, grey };
	}
	number -= 16;
	return (struct shade){ steps[number / 36], steps[number / 6 % 6], steps[number % 6] };
}

static double linear(int value)
{
	double part = value / 255.0;

	return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(struct shade shade)
{
	return 0.2126 * linear(shade.red) + 0.7152 * linear(shade.green) +
	       0.0722 * linear(shade.blue);
}

static double contrast(struct shade a, struct shade b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

	return x > y ? x / y : y / x;
}

static bool is_graph(int style)
{
	return style >= STYLE_BAR_USED && style <= STYLE_SPARK_WARN;
}

/* Fails when a style cannot be read on GROUND, whose own text is OWN. */
static void check_look(struct theme_look look, struct shade own, struct shade ground, double least,
	const char *what)
{
	struct shade text = look.fg >= 0 ? shade_of(look.fg) : own;
	struct shade back = look.bg >= 0 ? shade_of(look.bg) : ground;
	double ratio = contrast(text, back);

	if (ratio < least)
		print_error("%s: %.2f, less than %.1f\n", what, ratio, least);
	assert_true(ratio >= least);
	assert_true(least < 4.5 || (look.attributes & LOOK_DIM) == 0);
}

static void check_theme(int theme, int colors, bool dark, struct shade own, struct shade ground)
{
	static const enum style overs[] = { STYLE_NORMAL, STYLE_CURSOR, STYLE_TAGGED, STYLE_MATCH };
	char what[80];

	for (int style = 0; style < STYLE_COUNT; style++) {
		for (size_t i = 0; i < sizeof(overs) / sizeof(overs[0]); i++) {
			snprintf(what, sizeof(what), "theme %d, %d colours, style %d under %d",
				theme, colors, style, (int)overs[i]);
			check_look(theme_look((enum theme_id)theme, (enum style)style, overs[i],
					   colors, dark),
				own, ground, is_graph(style) ? 3 : 4.5, what);
		}
	}
}

static void test_contrast(void **state)
{
	const struct shade black = { 0, 0, 0 }, white = { 255, 255, 255 }, grey = shade_of(7);

	(void)state;
	assert_float_equal(contrast(black, white), 21, 0.001);
	for (int theme = 0; theme < THEME_COUNT; theme++) {
		for (size_t d = 0; d < 4; d++) {
			check_theme(theme, depths[d], false, grey, black);
			check_theme(theme, depths[d], false, black, white);
			check_theme(theme, depths[d], true, grey, black);
		}
	}
}

static void test_ground(void **state)
{
	(void)state;
	assert_true(theme_is_dark("linux", NULL));
	assert_true(theme_is_dark("linux-16color", NULL));
	assert_false(theme_is_dark("xterm", NULL));
	assert_false(theme_is_dark(NULL, NULL));
	assert_true(theme_is_dark("rxvt", "15;0"));
	assert_true(theme_is_dark("rxvt", "7;default;8"));
	assert_false(theme_is_dark("rxvt", "0;15"));
	assert_false(theme_is_dark("linux", "0;default;7"));
	assert_false(theme_is_dark("rxvt", "0;"));
	assert_false(theme_is_dark("rxvt", "15;default"));
	assert_false(theme_is_dark("rxvt", "15;0x"));
	assert_false(theme_is_dark("rxvt", "15"));
	assert_false(theme_is_dark("rxvt", ""));
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
		cmocka_unit_test(test_contrast),
		cmocka_unit_test(test_ground),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
