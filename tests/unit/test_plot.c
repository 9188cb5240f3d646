/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plot: sparklines and bars, in three alphabets */
#include "ui/draw/chart.h"
#include "ui/draw/plot.h"

#include "base/buf.h"
#include "tests/lib/canvas_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct canvas canvas;

static int set_up(void **state)
{
	(void)state;
	canvas_init(&canvas);
	canvas_resize(&canvas, 20, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	canvas_done(&canvas);
	return 0;
}

static void assert_line(const char *expected)
{
	struct buf out;

	buf_init(&out);
	canvas_dump(&canvas, &out);
	assert_true(out.len > 0);
	out.data[out.len - 1] = '\0';
	assert_string_equal(out.data, expected);
	buf_done(&out);
	canvas_clear(&canvas);
}

/* Spans of these values; 0xffffffff stands for a gap. */
#define GAP 0xffffffffu
static struct series_span spans[40];

static void fill(const uint32_t *values, size_t n)
{
	memset(spans, 0, sizeof(spans));
	for (size_t i = 0; i < n; i++)
		spans[i] = (struct series_span){
			.known = values[i] != GAP,
			.lo = values[i],
			.hi = values[i],
			.last = values[i],
		};
}

/* The top left corner; good until the next call. */
static const struct plot_place *at(enum plot_alphabet alphabet, int width)
{
	static struct plot_place place;

	place = (struct plot_place){ &canvas, 0, 0, width, alphabet, STYLE_SPARK };
	return &place;
}

static void spark(enum plot_alphabet alphabet, int width, uint32_t min_span)
{
	plot_spark(at(alphabet, width), spans, min_span);
}

static void test_rise(void **state)
{
	const uint32_t rise[] = { 0, 100, 200, 300, 400, 500, 600, 700 };

	(void)state;
	fill(rise, 8);
	spark(PLOT_BLOCKS, 8, 16);
	assert_line("▁▂▃▄▄▅▆▇");
	spark(PLOT_ASCII, 8, 16);
	assert_line("_..-=**#");
	spark(PLOT_BRAILLE, 4, 16);
	assert_line("⣀⣤⣶⣿");
	assert_int_equal(plot_columns(PLOT_BRAILLE, 4), 8);
	assert_int_equal(plot_columns(PLOT_BLOCKS, 4), 4);
}

static void test_flat_looks_flat(void **state)
{
	const uint32_t still[] = { 5000, 5000, 5000, 5000 };
	const uint32_t page_of_noise[] = { 1048576, 1048580, 1048576, 1048580 };
	const uint32_t small_noise[] = { 100, 104, 100, 104 };

	(void)state;
	fill(still, 4);
	spark(PLOT_BLOCKS, 4, 64);
	assert_line("▁▁▁▁");
	fill(page_of_noise, 4);
	spark(PLOT_BLOCKS, 4, 64);
	assert_line("▁▁▁▁");
	fill(small_noise, 4);
	spark(PLOT_BLOCKS, 4, 64);
	assert_line("▁▁▁▁");
	/* the same 4 KiB are the whole scale where nothing bounds it */
	spark(PLOT_BLOCKS, 4, 0);
	assert_line("▁▇▁▇");
}

static void calm(enum plot_alphabet alphabet, int width, uint32_t min_span)
{
	plot_spark_calm(at(alphabet, width), spans, min_span);
}

/* A screen of processes that stand still is at rest while their histories begin. */
static void test_flat_grows_in_steps(void **state)
{
	const uint32_t one[] = { GAP, GAP, GAP, GAP, GAP, GAP, GAP, 50 };
	const uint32_t three[] = { GAP, GAP, GAP, GAP, GAP, 50, 50, 50 };
	const uint32_t seven[] = { GAP, 50, 50, 50, 50, 50, 50, 50 };
	const uint32_t all[] = { 50, 50, 50, 50, 50, 50, 50, 50 };
	const uint32_t moves[] = { GAP, GAP, GAP, GAP, GAP, 50, 50, 90 };
	const uint32_t hole[] = { GAP, GAP, 50, GAP, 50, 50, 50, 50 };

	(void)state;
	fill(one, 8);
	calm(PLOT_BLOCKS, 8, 8);
	assert_line("       ▁");
	fill(three, 8);
	calm(PLOT_BLOCKS, 8, 8);
	assert_line("      ▁▁");
	calm(PLOT_BRAILLE, 4, 8);
	assert_line("   ⣀");
	fill(seven, 8);
	calm(PLOT_BLOCKS, 8, 8);
	assert_line("    ▁▁▁▁");
	fill(all, 8);
	calm(PLOT_BLOCKS, 8, 8);
	assert_line("▁▁▁▁▁▁▁▁");
	fill(moves, 8);
	calm(PLOT_BLOCKS, 8, 8);
	assert_line("     ▁▁▇");
	fill(hole, 8);
	calm(PLOT_BLOCKS, 8, 8);
	assert_line("  ▁ ▁▁▁▁");
}

static void test_gaps_are_blank(void **state)
{
	const uint32_t values[] = { GAP, 10, GAP, 90 };
	const uint32_t nothing[] = { GAP, GAP, GAP, GAP };

	(void)state;
	fill(values, 4);
	spark(PLOT_BLOCKS, 4, 8);
	assert_line(" ▁ ▇");
	spark(PLOT_BRAILLE, 2, 8);
	assert_line("⢀⢸");
	fill(nothing, 4);
	spark(PLOT_BLOCKS, 4, 8);
	assert_line("");
}

static void test_fixed_scale(void **state)
{
	const uint32_t values[] = { 0, 50, 100, 500 };

	(void)state;
	fill(values, 4);
	plot_spark_of(at(PLOT_BLOCKS, 4), spans, 100);
	assert_line("▁▄▇▇");
	plot_spark_of(at(PLOT_BLOCKS, 4), spans, 0);
	assert_line("▁▇▇▇");
	const uint32_t young[] = { GAP, 70, 71, 70 };
	fill(young, 4);
	plot_spark_of(at(PLOT_BLOCKS, 4), spans, 100);
	assert_line("  ▅▅");
}

static void test_bar(void **state)
{
	const struct plot_part parts[] = {
		{ 300, STYLE_BAR_USED, 'u' },
		{ 100, STYLE_BAR_SHARED, 's' },
		{ 200, STYLE_BAR_CACHE, 'c' },
		{ 400, STYLE_BAR_FREE, '.' },
	};

	(void)state;
	plot_bar(at(PLOT_BLOCKS, 20), parts, 4, 1000);
	assert_line("━━━━━━╍╍────┈┈┈┈┈┈┈┈");
	plot_bar(at(PLOT_ASCII, 10), parts, 4, 1000);
	assert_line("uuuscc....");
	plot_bar(at(PLOT_ASCII, 10), parts, 4, 0);
	plot_bar(at(PLOT_ASCII, 0), parts, 4, 1000);
	assert_line("");
	/* never longer than it is */
	plot_bar(at(PLOT_ASCII, 3), parts, 4, 500);
	assert_int_equal(canvas.cells[3].ch, ' ');
}

static void test_bar_fills_its_length(void **state)
{
	(void)state;
	for (uint64_t a = 0; a <= 40; a++) {
		for (uint64_t b = 0; a + b <= 40; b++) {
			const struct plot_part parts[] = {
				{ a, STYLE_BAR_USED, 'u' },
				{ b, STYLE_BAR_CACHE, 'c' },
				{ 40 - a - b, STYLE_BAR_FREE, '.' },
			};

			canvas_clear(&canvas);
			plot_bar(at(PLOT_ASCII, 7), parts, 3, 40);
			assert_int_not_equal(canvas.cells[6].ch, ' ');
			assert_int_equal(canvas.cells[7].ch, ' ');
		}
	}
}

/* Rows of a canvas that have a mark of the axis; returns how many. */
static int marked_rows(const struct canvas *grid, int rows[64])
{
	int n = 0;

	for (int y = 0; y < grid->height; y++)
		if (grid->cells[y * grid->width + CHART_LABEL - 1].ch == '+')
			rows[n++] = y;
	return n;
}

/* Marks of a chart stand at even distances, and nothing is above its top, whatever is in it. */
static void test_even_marks(void **state)
{
	static struct series_span values[CHART_COLUMNS_MAX];
	struct chart chart = { .lines = { { "x", STYLE_SPARK, values } },
		.nlines = 1,
		.alphabet = PLOT_ASCII,
		.to_ms = 60000,
		.now_ms = 60000,
		.cursor = -1 };
	struct canvas grid;
	int rows[64];

	(void)state;
	canvas_init(&grid);
	for (uint32_t low = 0; low < 3; low++)
		for (uint32_t high = 100; high < 500000000; high = high * 7 / 5)
			for (int height = 4; height <= 30; height++) {
				canvas_resize(&grid, 40, height);
				for (int i = 0; i < 40; i++) {
					uint32_t at = i % 2      ? high
						      : low == 2 ? high / 10 * 9
								 : low * high / 3;
					values[i] = (struct series_span){
						.known = true, .lo = at, .hi = at, .last = at
					};
				}
				chart_draw(&grid, (struct canvas_box){ 0, 0, 40, height }, &chart);
				int n = marked_rows(&grid, rows);
				assert_true(n >= 1);
				for (int i = 2; i < n; i++)
					assert_int_equal(rows[i] - rows[i - 1], rows[1] - rows[0]);
			}
	canvas_done(&grid);
}

static int count_signs(const struct canvas *grid, uint32_t sign)
{
	int n = 0;

	for (int i = 0; i < grid->width * grid->height; i++)
		n += grid->cells[i].ch == sign;
	return n;
}

/* The limit is drawn once what is in the chart has come half as far. */
static void test_limit_line(void **state)
{
	static struct series_span values[CHART_COLUMNS_MAX];
	struct chart chart = { .lines = { { "x", STYLE_SPARK, values } },
		.nlines = 1,
		.alphabet = PLOT_ASCII,
		.to_ms = 60000,
		.now_ms = 60000,
		.cursor = -1 };
	struct canvas grid;

	(void)state;
	canvas_init(&grid);
	for (int i = 0; i < 40; i++)
		values[i] = (struct series_span){
			.known = true, .lo = 600000, .hi = 600000, .last = 600000
		};
	for (uint64_t limit = 0; limit <= 3000000; limit += 1000000) {
		canvas_resize(&grid, 40, 12);
		chart.limit = limit;
		chart_draw(&grid, (struct canvas_box){ 0, 0, 40, 12 }, &chart);
		assert_int_equal(count_signs(&grid, '=') > 20, limit == 1000000);
	}
	canvas_done(&grid);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rise),
		TEST(test_flat_looks_flat),
		TEST(test_flat_grows_in_steps),
		TEST(test_gaps_are_blank),
		TEST(test_fixed_scale),
		TEST(test_bar),
		TEST(test_bar_fills_its_length),
		cmocka_unit_test(test_even_marks),
		cmocka_unit_test(test_limit_line),
	};

	return cmocka_run_group_tests_name("plot", tests, NULL, NULL);
}
