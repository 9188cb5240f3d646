/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text: what is replaced, what stays, and how wide it is */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Cleans IN (its NUL does not count) and compares; cleaning again must change nothing. */
static void expect_clean(const char *in, size_t len, const char *wanted)
{
	char out[256], again[256];
	size_t got = text_clean(out, sizeof out, in, len);

	assert_string_equal(out, wanted);
	assert_int_equal(got, strlen(wanted));
	assert_true(text_is_clean(out, got));
	assert_int_equal(text_clean(again, sizeof again, out, got), got);
	assert_string_equal(again, out);
	if (memchr(in, '\0', len) || strcmp(in, wanted))
		assert_false(len && in[len - 1] && text_is_clean(in, len));
}

#define CLEAN(in, wanted) expect_clean(in, sizeof(in) - 1, wanted)

static void test_kept(void **state)
{
	(void)state;
	CLEAN("", "");
	CLEAN("a) R 1 2 3 (b", "a) R 1 2 3 (b");
	CLEAN("%s%n~", "%s%n~");
	CLEAN("caf\u00e9 \u4e2d\u6587 \U0001f600", "caf\u00e9 \u4e2d\u6587 \U0001f600");
	CLEAN("e\u0301 a\u0301\u0308", "e\u0301 a\u0301\u0308");
	CLEAN("\u05d0\u0627\u0e01\u0e33", "\u05d0\u0627\u0e01\u0e33");
	CLEAN("\U00010000 \U0003fffd", "\U00010000 \U0003fffd");
}

static void test_controls(void **state)
{
	(void)state;
	CLEAN("\x1b]0;t\x07", "?]0;t?");
	CLEAN("a\r\nb\tc\x7f", "a??b?c?");
	CLEAN("\xc2\x9b"
	      "2J\xc2\x85",
		"?2J?");
	CLEAN("\xc3\x1b]0;x", "??]0;x");
	CLEAN("\x9b", "?");
}

static void test_arguments(void **state)
{
	(void)state;
	CLEAN("ls\0-l\0", "ls -l");
	CLEAN("ls\0\0-l\0\0\0", "ls  -l");
	CLEAN("\0\0", "");
	CLEAN("\0a", " a");
}

static void test_not_utf8(void **state)
{
	(void)state;
	CLEAN("\xff\xfe", "??");
	CLEAN("\xc0\x80", "??");
	CLEAN("\xe0\x80\x80x", "???x");
	CLEAN("\xf0\x80\x80\x80", "????");
	CLEAN("\xf4\x90\x80\x80", "????");
	CLEAN("\xf5\x80", "??");
	CLEAN("\xed\xa0\x80", "?");
	CLEAN("a\xe4\xb8", "a??");
	CLEAN("\xe4\xb8z", "??z");
	CLEAN("\x80\xbf", "??");
}

static void test_invisible(void **state)
{
	(void)state;
	CLEAN("rtl\u202egpj.exe", "rtl?gpj.exe");
	CLEAN("\u061c\u200e\u200f\u202a\u2066\u2069", "??????");
	CLEAN("a\u200bb\u00adc\ufeffd\u2060", "a?b?c?d?");
	CLEAN("\u2028\u2029\u3164\u115f\uffa0", "?????");
	CLEAN("\ue000\U000f0000\U0010fffd", "???");
	CLEAN("\uffff\ufdd0\U0001fffe", "???");
	CLEAN("\U000e0041\U000e0100\ufe0f\u034f", "????");
	CLEAN("\u0600\u06dd\ufff9", "???");
}

/* What terminals give different columns, and what no character is assigned to. */
static void test_disputed(void **state)
{
	(void)state;
	CLEAN("a\u06de\u1734", "a??");
	CLEAN("\u4dc0\u3248", "??");
	CLEAN("\u0378 \U0001fbcb", "? ?");
}

static void test_marks(void **state)
{
	(void)state;
	CLEAN("\u0301a", "?a");
	CLEAN("a\u0301\u0301\u0301", "a\u0301\u0301?");
	CLEAN("a\u0301\u0301\u0301\u0301", "a\u0301\u0301?\u0301");
	CLEAN("\x01\u0301", "?\u0301");
}

static void test_cut_at_a_character(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(text_clean(out, 1, "abc", 3), 0);
	assert_string_equal(out, "");
	assert_int_equal(text_clean(out, 3, "abc", 3), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(text_clean(out, 6, "ab\u4e2d\u6587", 8), 5);
	assert_string_equal(out, "ab\u4e2d");
	assert_int_equal(text_clean(out, 5, "ab\u4e2dc", 6), 2);
	assert_string_equal(out, "ab");
}

static void test_next_and_put(void **state)
{
	const char *at = "a\u00e9\u4e2d\U0001f600";
	char bytes[4];

	(void)state;
	assert_int_equal(text_next(&at), 'a');
	assert_int_equal(text_next(&at), 0xe9);
	assert_int_equal(text_next(&at), 0x4e2d);
	assert_int_equal(text_next(&at), 0x1f600);
	assert_int_equal(text_next(&at), 0);
	assert_int_equal(text_next(&at), 0);
	at = "\xf0\x9f";
	assert_int_equal(text_next(&at), '?');
	assert_int_equal(text_put(bytes, 0x7f), 1);
	assert_int_equal(text_put(bytes, 0x7ff), 2);
	assert_memory_equal(bytes, "\xdf\xbf", 2);
	assert_int_equal(text_put(bytes, 0xffff), 3);
	assert_memory_equal(bytes, "\xef\xbf\xbf", 3);
	assert_int_equal(text_put(bytes, 0x10ffff), 4);
	assert_memory_equal(bytes, "\xf4\x8f\xbf\xbf", 4);
}

/* Every code point: what is put reads back, and its width is one of three. */
static void test_all_code_points(void **state)
{
	(void)state;
	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		char bytes[5] = { 0 }, out[8];
		size_t len = text_put(bytes, c);
		const char *at = bytes;
		if (text_next(&at) != c || at != bytes + len)
			fail_msg("U+%04X does not read back", c);
		int width = text_char_width(c);
		if (width < 0 || width > 2)
			fail_msg("U+%04X is %d wide", c, width);
		size_t cleaned = text_clean(out, sizeof out, bytes, len);
		if (strcmp(out, "?") && (cleaned != len || strcmp(out, bytes)))
			fail_msg("U+%04X becomes something else", c);
	}
}

static void test_width(void **state)
{
	int used = -1;

	(void)state;
	assert_int_equal(text_char_width('a'), 1);
	assert_int_equal(text_char_width(0x301), 0);
	assert_int_equal(text_char_width(0x4e2d), 2);
	assert_int_equal(text_char_width(0xac00), 2);
	assert_int_equal(text_char_width(0xff21), 2);
	assert_int_equal(text_char_width(0xff71), 1);
	assert_int_equal(text_char_width(0x1f600), 2);
	assert_int_equal(text_char_width(0x2588), 1);
	assert_int_equal(text_char_width(0x28ff), 1);
	assert_int_equal(text_char_width(0x2026), 1);
	assert_int_equal(text_width("a\u4e2de\u0301"), 4);
	assert_int_equal(text_widthn("a\u4e2de\u0301", 4), 3);
	assert_int_equal(text_fit("a\u4e2db", 2, &used), 1);
	assert_int_equal(used, 1);
	assert_int_equal(text_fit("a\u4e2db", 3, &used), 4);
	assert_int_equal(used, 3);
	assert_int_equal(text_fit("e\u0301x", 1, NULL), 3);
	assert_int_equal(text_fit("abc", 0, &used), 0);
	assert_int_equal(text_fit("abc", 9, &used), 3);
	assert_int_equal(used, 3);
}

static void test_contains(void **state)
{
	(void)state;
	assert_true(text_contains("Chromium --type=GPU", "gpu"));
	assert_true(text_contains("chromium", "CHROM"));
	assert_true(text_contains("anything", ""));
	assert_true(text_contains("", ""));
	assert_false(text_contains("", "a"));
	assert_false(text_contains("chrom", "chrome"));
	assert_true(text_contains("aab", "ab"));
	assert_true(text_contains("caf\u00e9", "F\u00e9"));
	assert_false(text_contains("caf\u00e9", "F\u00c9"));
	assert_false(text_contains("a@", "a`"));
}

/* Random bytes: the result is clean, fits and ends; clean text counts its columns honestly. */
static void test_random(void **state)
{
	char in[64], out[80];

	(void)state;
	srandom(1);
	for (int round = 0; round < 50000; round++) {
		size_t len = (size_t)random() % sizeof in, cap = (size_t)random() % sizeof out + 1;
		for (size_t i = 0; i < len; i++)
			in[i] = (char)(random() % 3 ? random() : 0xc0 | random() % 64);
		if (cap > sizeof out)
			cap = sizeof out;
		size_t got = text_clean(out, cap, in, len);
		assert_true(got < cap && strlen(out) == got);
		assert_true(text_is_clean(out, got));
		assert_int_equal(text_fit(out, 1000, NULL), got);
	}
}

static void test_append(void **state)
{
	char text[8] = "ab";

	(void)state;
	text_append(text, sizeof(text), "%s%d", "c", 4);
	assert_string_equal(text, "abc4");
	text_append(text, sizeof(text), "%s", "56789");
	assert_string_equal(text, "abc4567");
	text_append(text, sizeof(text), "more");
	assert_string_equal(text, "abc4567");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_invisible),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_cut_at_a_character),
		cmocka_unit_test(test_next_and_put),
		cmocka_unit_test(test_all_code_points),
		cmocka_unit_test(test_disputed),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_contains),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_append),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
