/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units: figures printed and read */
#include "base/units.h"

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

#define KIB(kib, width)    units_kib((char[UNITS_SIZE]){ 0 }, kib, width)
#define CHANGE(kib, width) units_kib_change((char[UNITS_SIZE]){ 0 }, kib, width)
#define WORDS(kib)         units_kib_words((char[UNITS_SIZE]){ 0 }, kib)
#define SECONDS(s)         units_seconds((char[UNITS_SIZE]){ 0 }, s)
#define SECONDS_WORDS(s)   units_seconds_words((char[UNITS_SIZE]){ 0 }, s)
#define COUNT(n)           units_count((char[UNITS_SIZE]){ 0 }, n)

static const uint64_t MIB = 1024, GIB = 1048576, TIB = 1073741824;

/* What no machine has stays the largest there is, and never turns round. */
static void test_bytes(void **state)
{
	(void)state;
	assert_true(units_bytes(0) == 0);
	assert_true(units_bytes(5) == 5120);
	assert_true(units_bytes(UINT64_MAX) == INT64_MAX - 1023);
	assert_true(units_bytes_change(-5) == -5120);
	assert_true(units_bytes_change(INT64_MAX) == INT64_MAX - 1023);
	assert_true(units_bytes_change(INT64_MIN) == 1023 - INT64_MAX);
}

static void test_kib(void **state)
{
	(void)state;
	assert_string_equal(KIB(0, 5), "0K");
	assert_string_equal(KIB(812, 5), "812K");
	assert_string_equal(KIB(8192, 5), "8192K");
	assert_string_equal(KIB(9999, 5), "9999K");
	assert_string_equal(KIB(10000, 5), "9.77M");
	assert_string_equal(KIB(44544, 5), "43.5M");
	assert_string_equal(KIB(1070000, 5), "1.02G");
	assert_string_equal(KIB(45600, 7), "44.531M");
	assert_string_equal(KIB(3170893, 7), "3.024G");
	assert_string_equal(KIB(3170893 + MIB, 7), "3.025G");
	assert_string_equal(KIB(9999, 4), "9.8M");
	assert_string_equal(KIB(999 * MIB, 4), "999M");
	assert_string_equal(KIB(1010 * MIB, 4), "1.0G");
	assert_string_equal(KIB(GIB - 1, 5), "1.00G");
	assert_string_equal(KIB(GIB - 1, 12), "1023.999M");
	assert_string_equal(KIB(5 * TIB, 6), "5.000T");
	assert_string_equal(KIB(UINT64_MAX, 4), "16Z");
	assert_string_equal(KIB(UINT64_MAX, 12), "16.000Z");
}

/* Whatever the figure, it fits, and reads back within the step of its last digit. */
static void test_kib_reads_back(void **state)
{
	(void)state;
	srandom(2);
	for (int i = 0; i < 20000; i++) {
		uint64_t kib = ((uint64_t)random() << 20 ^ (uint64_t)random()) >> (random() % 50),
			 back = 0;
		for (int width = 4; width <= 12; width++) {
			const char *text = KIB(kib, width);
			assert_true(strlen(text) <= (size_t)width);
			if (kib >= 1024 * TIB || units_parse_kib(text, &back))
				continue;
			double off = fabs((double)back - (double)kib) / ((double)kib + 1);
			if (off > 0.06)
				fail_msg("%llu printed %s", (unsigned long long)kib, text);
		}
	}
}

static void test_kib_change(void **state)
{
	(void)state;
	assert_string_equal(CHANGE(0, 6), "0");
	assert_string_equal(CHANGE(-300, 6), "-300K");
	assert_string_equal(CHANGE(1229, 6), "+1229K");
	assert_string_equal(CHANGE(12288, 6), "+12.0M");
	assert_string_equal(CHANGE(1229, 5), "+1.2M");
	assert_string_equal(CHANGE(INT64_MIN, 6), "-8.00Z");
	assert_string_equal(CHANGE(INT64_MAX, 12), "+8.000Z");
}

static void test_kib_words(void **state)
{
	(void)state;
	assert_string_equal(WORDS(0), "0 KiB");
	assert_string_equal(WORDS(512), "512 KiB");
	assert_string_equal(WORDS(86 * MIB), "86 MiB");
	assert_string_equal(WORDS(2 * MIB), "2 MiB");
	assert_string_equal(WORDS(10 * MIB - 1), "10 MiB");
	assert_string_equal(WORDS(1945 * MIB), "1.9 GiB");
	assert_string_equal(WORDS(GIB - 1), "1 GiB");
	assert_string_equal(WORDS(312 * GIB), "312 GiB");
	assert_string_equal(WORDS(UINT64_MAX), "16 ZiB");
}

static void test_seconds(void **state)
{
	(void)state;
	assert_string_equal(SECONDS(0), "0s");
	assert_string_equal(SECONDS(11.6), "12s");
	assert_string_equal(SECONDS(59.9), "1m00s");
	assert_string_equal(SECONDS(250), "4m10s");
	assert_string_equal(SECONDS(11100), "3h05m");
	assert_string_equal(SECONDS(86400 * 2 + 3600 * 4), "2d04h");
	assert_string_equal(SECONDS(86400.0 * 99.99), "99d23h");
	assert_string_equal(SECONDS(86400.0 * 412), "412d");
	assert_string_equal(SECONDS(-5), "0s");
	assert_string_equal(SECONDS(NAN), "0s");
	assert_string_equal(SECONDS(INFINITY), "99999d");
}

static void test_one(void **state)
{
	char out[UNITS_SIZE];

	(void)state;
	assert_string_equal(units_one(out, 0), "0s");
	assert_string_equal(units_one(out, 99.4), "99s");
	assert_string_equal(units_one(out, 99.6), "2m");
	assert_string_equal(units_one(out, 490), "8m");
	assert_string_equal(units_one(out, 47 * 3600), "47h");
	assert_string_equal(units_one(out, 48 * 3600), "2d");
}

static void test_seconds_words(void **state)
{
	(void)state;
	assert_string_equal(SECONDS_WORDS(0), "0 seconds");
	assert_string_equal(SECONDS_WORDS(1), "1 second");
	assert_string_equal(SECONDS_WORDS(40), "40 seconds");
	assert_string_equal(SECONDS_WORDS(99), "99 seconds");
	assert_string_equal(SECONDS_WORDS(100), "2 minutes");
	assert_string_equal(SECONDS_WORDS(545), "9 minutes");
	assert_string_equal(SECONDS_WORDS(7300), "2 hours");
	assert_string_equal(SECONDS_WORDS(86400 * 3), "3 days");
	assert_string_equal(SECONDS_WORDS(86400.0 * 200), "7 months");
	assert_string_equal(SECONDS_WORDS(86400.0 * 3000), "8 years");
	assert_string_equal(SECONDS_WORDS(INFINITY), "99 years");
	assert_string_equal(SECONDS_WORDS(NAN), "0 seconds");
}

static void test_count(void **state)
{
	(void)state;
	assert_string_equal(COUNT(0), "0");
	assert_string_equal(COUNT(3.4), "3.4");
	assert_string_equal(COUNT(3), "3");
	assert_string_equal(COUNT(9.97), "10");
	assert_string_equal(COUNT(120.2), "120");
	assert_string_equal(COUNT(9999), "9999");
	assert_string_equal(COUNT(9999.6), "10k");
	assert_string_equal(COUNT(12345), "12k");
	assert_string_equal(COUNT(999499), "999k");
	assert_string_equal(COUNT(999500), "1M");
	assert_string_equal(COUNT(1.5e6), "1.5M");
	assert_string_equal(COUNT(-1), "0");
	assert_string_equal(COUNT(NAN), "0");
	assert_string_equal(COUNT(INFINITY), "9999P");
}

static void expect_kib(const char *text, uint64_t wanted)
{
	uint64_t kib = 0;

	assert_int_equal(units_parse_kib(text, &kib), 0);
	assert_int_equal(kib, wanted);
}

static void test_parse_kib(void **state)
{
	static const char *const wrong[] = { "", " ", "x", "-1", "+1", "1x", "1kk", "1 k x", "k",
		".", "1..2", "1e9", "1,5g", "nan", "inf", "1ib", "99999999999t" };
	uint64_t kib = 77;

	(void)state;
	expect_kib("1g", GIB);
	expect_kib("1.5GiB", 3 * GIB / 2);
	expect_kib("300 MB", 300 * MIB);
	expect_kib("64k", 64);
	expect_kib("4096", 4);
	expect_kib("4096b", 4);
	expect_kib("1", 1);
	expect_kib("1023", 1);
	expect_kib("0", 0);
	expect_kib(" 2T ", 2 * TIB);
	expect_kib(".5m", 512);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (units_parse_kib(wrong[i], &kib) != -EINVAL)
			fail_msg("\"%s\" was taken for %llu KiB", wrong[i],
				(unsigned long long)kib);
		assert_int_equal(kib, 77);
	}
}

static void expect_seconds(const char *text, double wanted)
{
	double seconds = -1;

	assert_int_equal(units_parse_seconds(text, &seconds), 0);
	assert_true(fabs(seconds - wanted) < 1e-9);
}

static void test_parse_seconds(void **state)
{
	static const char *const wrong[] = { "", "s", "-1", "1w", "1 ss", "10ms", "1:30", "0x10" };
	double seconds = 77;

	(void)state;
	expect_seconds("10s", 10);
	expect_seconds("5m", 300);
	expect_seconds("1.5h", 5400);
	expect_seconds("2d", 172800);
	expect_seconds("0.25", 0.25);
	expect_seconds(" 3 S ", 3);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (units_parse_seconds(wrong[i], &seconds) != -EINVAL)
			fail_msg("\"%s\" was taken for %g seconds", wrong[i], seconds);
		assert_true(seconds >= 77 && seconds <= 77);
	}
}

static void expect_rate(const char *text, double wanted)
{
	double kib_min = 0;

	assert_int_equal(units_parse_rate(text, &kib_min), 0);
	assert_true(fabs(kib_min - wanted) < 1e-6);
}

static void test_parse_rate(void **state)
{
	static const char *const wrong[] = { "", "/min", "1m/", "1m/w", "1m/mins", "1m min", "--1m",
		"1m/s/s" };
	double kib_min = 77;

	(void)state;
	expect_rate("10m/min", 10240);
	expect_rate("64k/s", 3840);
	expect_rate("50M/h", 51200.0 / 60);
	expect_rate("1g/d", 1048576.0 / 1440);
	expect_rate("1MiB", 1024);
	expect_rate("-2m/m", -2048);
	expect_rate("+2m/sec", 122880);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		if (units_parse_rate(wrong[i], &kib_min) != -EINVAL)
			fail_msg("\"%s\" was taken for %g KiB a minute", wrong[i], kib_min);
		assert_true(kib_min >= 77 && kib_min <= 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_kib),
		cmocka_unit_test(test_kib_reads_back),
		cmocka_unit_test(test_kib_change),
		cmocka_unit_test(test_kib_words),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_seconds_words),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_parse_kib),
		cmocka_unit_test(test_parse_seconds),
		cmocka_unit_test(test_parse_rate),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
