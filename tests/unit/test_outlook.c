/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outlook: what rises all the time, and what only did */
#include "model/outlook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void fill(struct series_span spans[OUTLOOK_SPANS], const uint32_t lows[OUTLOOK_SPANS])
{
	for (int i = 0; i < OUTLOOK_SPANS; i++)
		spans[i] = (struct series_span){ true, lows[i], lows[i] + 5000, lows[i] };
}

static void test_rising(void **state)
{
	static const uint32_t line[] = { 0, 600, 1200, 1800, 2400, 3000, 3600, 4200, 4800, 5400,
		6000, 6600 };
	static const uint32_t noisy[] = { 0, 900, 700, 1900, 2500, 2300, 3700, 4300, 4100, 5500,
		6100, 5900 };
	struct series_span spans[OUTLOOK_SPANS];
	double kib_s;

	(void)state;
	fill(spans, line);
	assert_true(outlook_rises(spans, 60, .75, &kib_s));
	assert_true(kib_s > 119.9 && kib_s < 120.1);
	fill(spans, noisy);
	assert_true(outlook_rises(spans, 60, .75, &kib_s));
	assert_true(kib_s > 105 && kib_s < 130);
	assert_false(outlook_rises(spans, 60, .95, &kib_s));
}

static void test_not_rising(void **state)
{
	static const uint32_t cases[][OUTLOOK_SPANS] = {
		{ 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500 },
		/* a step long ago */
		{ 0, 0, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000 },
		/* it rose, and has ceased to */
		{ 0, 900, 1800, 2700, 3600, 4500, 5400, 6300, 6310, 6320, 6330, 6340 },
		/* up and down */
		{ 0, 900, 0, 900, 0, 900, 0, 900, 0, 900, 0, 900 },
		{ 6600, 6000, 5400, 4800, 4200, 3600, 3000, 2400, 1800, 1200, 600, 0 },
	};
	struct series_span spans[OUTLOOK_SPANS];
	double kib_s = -1;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fill(spans, cases[i]);
		assert_false(outlook_rises(spans, 60, .75, &kib_s));
	}
	fill(spans, (const uint32_t[]){ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 });
	spans[4].known = false;
	assert_false(outlook_rises(spans, 60, .75, &kib_s));
	spans[4].known = true;
	assert_false(outlook_rises(spans, 0, .75, &kib_s));
	assert_true(kib_s == -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rising),
		cmocka_unit_test(test_not_rising),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
