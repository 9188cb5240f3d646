/* SPDX-License-Identifier: GPL-2.0-or-later */
/* the rows above the table: what is said of stalls, by what is known of them */
#include "ui/table/table_gauges.h"

#include "tests/lib/canvas_dump.h"
#include "tests/lib/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct story story;
static struct canvas canvas;

static int set_up(void **state)
{
	(void)state;
	story_begin(&story);
	canvas_init(&canvas);
	canvas_resize(&canvas, 80, 40);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	canvas_done(&canvas);
	story_end(&story);
	return 0;
}

/* The row of stalls, after a tick with what the machine KNOWS and so many KILLS before it. */
static void assert_stalls(uint32_t knows, uint32_t knows_not, uint64_t kills, const char *expected)
{
	const struct screen_style style = { .span_s = 60 };
	const struct view view = { 0 };
	const struct view_ask ask = { .sort = COL_RSS, .uid = -1 };
	const struct headline headline = { 0 };
	const struct shown shown = {
		.store = story.store,
		.view = &view,
		.ask = &ask,
		.headline = &headline,
		.style = &style,
		.source_note = "",
	};
	struct buf out;
	const char *row;

	story.system.known |= knows;
	story.system.known &= ~knows_not;
	story_tick(&story);
	story.system.oom_kills += kills;
	story_tick(&story);
	canvas_clear(&canvas);
	table_gauges_draw(&canvas, &shown, 0);
	buf_init(&out);
	canvas_dump(&canvas, &out);
	row = strstr(buf_text(&out), "Stalls ");
	assert_non_null(row);
	out.data[row - out.data + (ptrdiff_t)strcspn(row, "\n")] = '\0';
	assert_string_equal(row, expected);
	buf_done(&out);
}

static void pressure_is_known(void **state)
{
	(void)state;
	assert_stalls(SYSTEM_PSI | SYSTEM_OOM_KILLS, 0, 0, "Stalls none: nothing waits for memory");
	assert_stalls(0, 0, 2, "Stalls none now | 2 killed");
}

/* Some kernels do not tell how long all tasks waited: that is not 0.0 %. */
static void pressure_of_all_is_not_known(void **state)
{
	(void)state;
	story.system.psi_some_avg10 = 12.5;
	assert_stalls(SYSTEM_PSI | SYSTEM_PSI_FULL, 0, 0, "Stalls waiting 12.5 %, all 0.0 %");
	assert_stalls(0, SYSTEM_PSI_FULL, 0, "Stalls waiting 12.5 %");
}

static void only_swapping_is_known(void **state)
{
	(void)state;
	assert_stalls(SYSTEM_SWAP_RATE | SYSTEM_OOM_KILLS, SYSTEM_PSI, 0,
		"Stalls none: no swapping, nothing killed");
	assert_stalls(0, 0, 1, "Stalls none: no swapping | 1 killed");
}

static void nothing_is_known(void **state)
{
	(void)state;
	assert_stalls(0, SYSTEM_PSI | SYSTEM_SWAP_RATE | SYSTEM_OOM_KILLS, 0, "Stalls n/a");
}

/* What was killed long ago is no longer told, and not denied either. */
static void kills_of_long_ago(void **state)
{
	(void)state;
	assert_stalls(SYSTEM_SWAP_RATE | SYSTEM_OOM_KILLS, SYSTEM_PSI, 1,
		"Stalls none: no swapping | 1 killed");
	story_wait(&story, 700);
	assert_stalls(0, 0, 0, "Stalls none: no swapping");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pressure_is_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pressure_of_all_is_not_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_swapping_is_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_is_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(kills_of_long_ago, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
