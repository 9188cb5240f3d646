/* SPDX-License-Identifier: GPL-2.0-or-later */
/* moment: times of the past as people say them, in their time zone */
#include "options/moment.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define NOW_MS (UINT64_C(1700000000) * 1000) /* 2023-11-14 22:13:20 UTC */

static void use_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void test_forms(void **state)
{
	static const struct {
		const char *text;
		int64_t back_s; /* from NOW_MS */
	} cases[] = {
		{ "-0", 0 },
		{ "-90", 90 },
		{ "-2h", 7200 },
		{ "-1.5h", 5400 },
		{ "-3d", 3 * 86400 },
		{ "22:13", 20 },
		{ "22:13:20", 0 },
		{ "22:14", 86400 - 40 }, /* later than now: yesterday's */
		{ "3:10", 19 * 3600 + 3 * 60 + 20 },
		{ "03:10", 19 * 3600 + 3 * 60 + 20 },
		{ "today 23:00", -(46 * 60 + 40) },
		{ "yesterday 22:13", 86400 + 20 },
		{ "2023-11-14 22:00", 800 },
		{ "2023-11-14T22:00:20", 780 },
		{ "2023-11-14", 22 * 3600 + 800 },
	};

	(void)state;
	use_zone("UTC");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t wall_ms = 0;
		assert_int_equal(moment_parse(cases[i].text, NOW_MS, &wall_ms), 0);
		assert_int_equal((int64_t)(NOW_MS - wall_ms), cases[i].back_s * 1000);
	}
}

static void test_refused(void **state)
{
	static const char *const cases[] = { "", "-", "--2h", "-2x", "+2h", "24:00", "12:60", "12",
		"12:", "12:3x", "03.10", "2023-13-01", "2023-00-10", "2023-11-32", "1969-01-01",
		"2023-11-14 ", "2023-11-14 25:00", "2023-02-29", "2023-04-31 10:00", "yesterday",
		"tomorrow 03:10", "12:30 ", "999999999999:10", "-1e400" };

	(void)state;
	use_zone("UTC");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t wall_ms = 7;
		assert_int_equal(moment_parse(cases[i], NOW_MS, &wall_ms), -EINVAL);
		assert_int_equal(wall_ms, 7);
	}
}

/* In the night in which the clock is put back, three o'clock is a day of 25 hours before the next. */
static void test_zone(void **state)
{
	uint64_t a, b;

	(void)state;
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_int_equal(moment_parse("2023-10-28 12:00", NOW_MS, &a), 0);
	assert_int_equal(moment_parse("2023-10-29 12:00", NOW_MS, &b), 0);
	assert_int_equal(b - a, 25 * 3600 * 1000);
	assert_int_equal(moment_parse("23:13:20", NOW_MS, &a), 0);
	assert_int_equal(a, NOW_MS);
}

static void check_at(uint64_t now_s, const char *text, uint64_t wanted_s)
{
	uint64_t wall_ms = 0;

	assert_int_equal(moment_parse(text, now_s * 1000, &wall_ms), 0);
	if (wall_ms != wanted_s * 1000)
		fail_msg("'%s' is %lld s off", text,
			(long long)(wall_ms / 1000) - (long long)wanted_s);
}

/* What the clock showed twice is the last of it that was; what it left out is an hour later. */
static void test_twice_and_never(void **state)
{
	const uint64_t back_s = 1698541200, on_s = 1711846800; /* 3:00 is 2:00; 2:00 is 3:00 */

	(void)state;
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	check_at(back_s - 3000, "02:05", back_s - 3300);             /* in summer time, 5 min ago */
	check_at(back_s + 600, "02:05", back_s + 300);               /* in winter time, 5 min ago */
	check_at(back_s + 600, "02:30", back_s - 1800);              /* not to come: the first */
	check_at(back_s + 36000, "02:30", back_s + 1800);            /* both were: the second */
	check_at(back_s + 36000, "yesterday 02:30", back_s - 88200); /* a day of its own */
	check_at(back_s - 3000, "02:30", back_s - 88200);            /* neither was yet */
	check_at(on_s + 36000, "02:30", on_s + 1800);
	check_at(on_s + 36000, "2024-03-31 02:30", on_s + 1800);
	check_at(on_s + 36000, "03:30", on_s + 1800);
	check_at(on_s + 36000, "01:30", on_s - 1800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_zone),
		cmocka_unit_test(test_twice_and_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
