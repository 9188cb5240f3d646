/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input: sequences nobody knows, pastes, double clicks */
#include "ui/term/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/range.h"

static struct input input;
static struct key keys[INPUT_KEYS_MAX];

static int set_up(void **state)
{
	(void)state;
	input_init(&input);
	return 0;
}

static int feed(uint32_t code, bool more, uint64_t now_ms)
{
	struct key raw = { .code = code };

	return input_feed(&input, &raw, more, now_ms, keys);
}

/* Feeds TEXT at once; returns how many keys came, the last in keys[0]. */
static int feed_text(const char *text)
{
	int count = 0;

	for (; *text; text++)
		count += feed((unsigned char)*text, text[1] != '\0', 0);
	return count;
}

static void test_plain(void **state)
{
	(void)state;
	assert_int_equal(feed('a', false, 0), 1);
	assert_int_equal(keys[0].code, 'a');
	feed('\r', false, 0);
	assert_int_equal(keys[0].code, KEYS_ENTER);
	feed('\t', false, 0);
	assert_int_equal(keys[0].code, KEYS_TAB);
	feed(127, false, 0);
	assert_int_equal(keys[0].code, KEYS_BACKSPACE);
	feed(KEYS_F5, true, 0);
	assert_int_equal(keys[0].code, KEYS_F5);
	feed(0x4e2d, false, 0);
	assert_int_equal(keys[0].code, 0x4e2d);
}

static void test_escape_alone(void **state)
{
	(void)state;
	assert_int_equal(feed(27, false, 0), 1);
	assert_int_equal(keys[0].code, KEYS_ESC);
	/* Esc and q in one go are two keys */
	assert_int_equal(feed(27, true, 0), 0);
	assert_int_equal(feed('q', false, 0), 2);
	assert_int_equal(keys[0].code, KEYS_ESC);
	assert_int_equal(keys[1].code, 'q');
}

static void test_unknown_sequences_are_swallowed(void **state)
{
	(void)state;
	assert_int_equal(feed_text("\033[1;9Q"), 0);
	assert_int_equal(feed_text("\033Oi"), 0);
	assert_int_equal(feed_text("\033O["), 0);
	assert_int_equal(feed_text("\033[[F"), 0);
	assert_int_equal(feed_text("\033[25$"), 0);
	assert_int_equal(feed_text("\033[?2026;1$y"), 0);
	assert_int_equal(feed_text("\033[24;80R"), 0);
	assert_int_equal(feed_text("\033[1;1R"), 0);
	assert_int_equal(feed_text("\033[?62;c"), 0);
	assert_int_equal(feed_text("\033]11;rgb:0000/0000/0000\033\\"), 0);
	assert_int_equal(feed_text("\033P>|term\033\\"), 0);
	assert_int_equal(feed_text("\033]52;c;cQ==\007"), 0);
	/* and what comes after is a key again */
	assert_int_equal(feed_text("\033[99~k"), 1);
	assert_int_equal(keys[0].code, 'k');
	assert_int_equal(feed_text("\033[1;"), 0);
	assert_int_equal(feed('q', false, 300), 1);
	/* Alt and a key that has a sequence is Esc and that; of one that has none only Esc */
	assert_int_equal(feed_text("\033\033[1;5A"), 2);
	assert_int_equal(keys[0].code, KEYS_UP);
	assert_int_equal(feed_text("\033\033[99~"), 1);
	assert_int_equal(keys[0].code, KEYS_ESC);
	/* a key with a name ends one that was cut */
	feed(27, true, 0);
	feed('[', true, 0);
	assert_int_equal(feed(KEYS_UP, false, 0), 1);
	assert_int_equal(keys[0].code, KEYS_UP);
	assert_int_equal(feed_text("q"), 1);
}

/* What terminals send for keys whose sequences no description has. */
static void test_sequences(void **state)
{
	static const struct {
		const char *text;
		uint32_t key;
	} cases[] = {
		/* the numeric keypad of PuTTY, xterm, a VT220 */
		{ "\033Op", '0' },
		{ "\033Oy", '9' },
		{ "\033Oj", '*' },
		{ "\033Ok", '+' },
		{ "\033Ol", ',' },
		{ "\033Om", '-' },
		{ "\033On", '.' },
		{ "\033Oo", '/' },
		{ "\033OM", KEYS_ENTER },
		{ "\033OX", '=' },
		/* rxvt: Home, End, arrows with shift, with control, pages with both */
		{ "\033[7~", KEYS_HOME },
		{ "\033[8~", KEYS_END },
		{ "\033[a", KEYS_UP },
		{ "\033[d", KEYS_LEFT },
		{ "\033Oa", KEYS_UP },
		{ "\033Oc", KEYS_RIGHT },
		{ "\033[5$", KEYS_PAGE_UP },
		{ "\033[6^", KEYS_PAGE_DOWN },
		{ "\033[7@", KEYS_HOME },
		/* the Linux console, PuTTY, a VT100 with functions */
		{ "\033[[A", KEYS_F1 },
		{ "\033[[E", KEYS_F5 },
		{ "\033[11~", KEYS_F1 },
		{ "\033OT", KEYS_F5 },
		{ "\033OY", KEYS_F10 },
		{ "\033[1~", KEYS_HOME },
		{ "\033[4~", KEYS_END },
		/* xterm: something held; kitty: num lock on, repeated */
		{ "\033[1;2A", KEYS_UP },
		{ "\033[1;5D", KEYS_LEFT },
		{ "\033O5A", KEYS_UP },
		{ "\033[1;3H", KEYS_HOME },
		{ "\033[5;5~", KEYS_PAGE_UP },
		{ "\033[3;2~", KEYS_DELETE },
		{ "\033[1;129P", KEYS_F1 },
		{ "\033[20;129~", KEYS_F9 },
		{ "\033[1;1:2B", KEYS_DOWN },
		/* all keys told apart: modifyOtherKeys, CSI u, kitty */
		{ "\033[27;5;99~", KEYS_CTRL_C },
		{ "\033[27;2;71~", 'G' },
		{ "\033[99;5u", KEYS_CTRL_C },
		{ "\033[113u", 'q' },
		{ "\033[103;2u", 'G' },
		{ "\033[27u", KEYS_ESC },
		{ "\033[13;1:1u", KEYS_ENTER },
		{ "\033[9;2u", KEYS_BACK_TAB },
		{ "\033[127u", KEYS_BACKSPACE },
		{ "\033[57400u", '1' },
		{ "\033[57413u", '+' },
		{ "\033[57414u", KEYS_ENTER },
		{ "\033[228u", 0xe4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(feed_text(cases[i].text), 1);
		assert_int_equal(keys[0].code, cases[i].key);
	}
}

/* Functions with something held mean something else, what is let go nothing, what no keyboard sends
 * nothing; and none of it acts. */
static void test_sequences_that_do_nothing(void **state)
{
	static const char *const texts[] = { "\033[20;2~", "\033[1;5P", "\033[113;1:3u",
		"\033[1;1:3A", "\033[113;3u", "\033[113;9u", "\033[1u", "\033[155u", "\033[55296u",
		"\033[57441u", "\033[1114112u", "\033[99999999999u", "\033[u", "\033[;;;;;u",
		"\033[23~", "\033[33~", "\033[25^", "\033[2A", "\033[1;2;3A", "\033[P", "\033[E",
		"\033[27;5~", "\033[27;5;99;1~", "\033[113 u", "\033[>113u", "\033[200;5~",
		"\033[1111111111111111111111111111111111111111111111111u" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(feed_text(texts[i]), 0);
		assert_int_equal(feed_text("q"), 1);
		assert_int_equal(keys[0].code, 'q');
	}
}

/* A slow line cuts a sequence anywhere, also behind Esc, which has acted by then. */
static void test_sequence_in_pieces(void **state)
{
	(void)state;
	assert_int_equal(feed(27, true, 1000), 0);
	assert_int_equal(feed('[', false, 1000), 0);
	assert_int_equal(feed('A', false, 1150), 1);
	assert_int_equal(keys[0].code, KEYS_UP);
	assert_int_equal(feed(27, false, 2000), 1);
	assert_int_equal(keys[0].code, KEYS_ESC);
	assert_int_equal(feed('[', true, 2030), 0);
	assert_int_equal(feed('1', true, 2030), 0);
	assert_int_equal(feed(';', false, 2030), 0);
	assert_int_equal(feed('5', true, 2130), 0);
	assert_int_equal(feed('B', false, 2130), 1);
	assert_int_equal(keys[0].code, KEYS_DOWN);
	/* typed by hand */
	assert_int_equal(feed(27, false, 3000), 1);
	assert_int_equal(feed('O', false, 3100), 1);
	assert_int_equal(keys[0].code, 'O');
	assert_int_equal(feed(27, false, 4000), 1);
	assert_int_equal(feed('q', false, 4010), 1);
	assert_int_equal(feed('[', false, 4020), 1);
	/* nothing waits for the rest for ever */
	assert_int_equal(feed(27, true, 5000), 0);
	assert_int_equal(feed('O', false, 5000), 0);
	assert_int_equal(feed('q', false, 5300), 1);
}

/* What is no key does nothing, ends the wait behind Esc, and lets nothing of a sequence act. */
static void test_nothing(void **state)
{
	(void)state;
	assert_int_equal(feed(INPUT_NOTHING, false, 0), 0);
	assert_int_equal(feed(27, true, 0), 0);
	assert_int_equal(feed(INPUT_NOTHING, false, 0), 1);
	assert_int_equal(keys[0].code, KEYS_ESC);
	feed(27, true, 0);
	feed('[', true, 0);
	feed('9', true, 0);
	assert_int_equal(feed(INPUT_NOTHING, true, 0), 0);
	assert_int_equal(feed_text("9q"), 0);
	assert_int_equal(feed_text("q"), 1);
	/* a byte that is no character is a place beyond column 95 of an old mouse's report */
	feed(27, true, 0);
	feed('[', true, 0);
	feed('M', true, 0);
	feed(' ', true, 0);
	feed(INPUT_NOTHING, true, 0);
	assert_int_equal(feed_text("!q"), 1);
	assert_int_equal(keys[0].code, 'q');
}

static void test_paste_is_no_command(void **state)
{
	(void)state;
	assert_int_equal(feed(INPUT_PASTE_BEGIN, true, 0), 0);
	assert_int_equal(feed_text("k\r\033[Aq"), 0);
	assert_int_equal(feed(KEYS_F9, true, 0), 0);
	assert_int_equal(feed(INPUT_PASTE_END, false, 0), 0);
	assert_int_equal(feed_text("q"), 1);
}

static void test_paste_into_a_prompt(void **state)
{
	(void)state;
	input.take_paste = true;
	feed(INPUT_PASTE_BEGIN, true, 0);
	assert_int_equal(feed('a', true, 0), 1);
	assert_int_equal(keys[0].code, 'a');
	assert_int_equal(feed('\n', true, 0), 1);
	assert_int_equal(keys[0].code, ' ');
	assert_int_equal(feed(27, true, 0), 1);
	assert_int_equal(keys[0].code, ' ');
	assert_int_equal(feed(KEYS_F9, true, 0), 0);
	feed(INPUT_PASTE_END, false, 0);
	assert_int_equal(feed('\n', false, 0), 1);
	assert_int_equal(keys[0].code, KEYS_ENTER);
}

/* A machine that stands still for seconds does not turn the rest of a paste into commands. */
static void test_paste_on_a_slow_machine(void **state)
{
	(void)state;
	feed(INPUT_PASTE_BEGIN, true, 0);
	assert_int_equal(feed('k', true, 100), 0);
	assert_int_equal(feed('q', true, 5000), 0);
	assert_int_equal(feed('q', false, 10000), 0);
	assert_int_equal(feed('q', false, 15000), 1); /* this one was typed after a silence */
}

static void test_paste_without_end(void **state)
{
	(void)state;
	feed(INPUT_PASTE_BEGIN, true, 1000);
	assert_int_equal(feed('a', false, 1900), 0);
	assert_int_equal(feed('b', false, 2800), 0);
	assert_int_equal(feed('q', false, 4000), 1);
}

/* Feeds a report of the mouse at once; returns how many keys came. */
static int report(const char *text, uint64_t now_ms)
{
	int count = 0;

	for (; *text; text++)
		count += feed((unsigned char)*text, text[1] != '\0', now_ms);
	return count;
}

static enum mouse_action press(int x, int y, uint64_t now_ms)
{
	char text[32];

	snprintf(text, sizeof(text), "\033[<0;%d;%dM", x + 1, y + 1);
	assert_int_equal(report(text, now_ms), 1);
	assert_int_equal(keys[0].code, KEYS_MOUSE);
	assert_int_equal(keys[0].y, y);
	return keys[0].mouse;
}

static void test_mouse(void **state)
{
	(void)state;
	assert_int_equal(report("\033[<0;12;7M", 1000), 1);
	assert_int_equal(keys[0].mouse, MOUSE_PRESS);
	assert_int_equal(keys[0].x, 11);
	assert_int_equal(keys[0].y, 6);
	assert_int_equal(report("\033[<0;12;7m", 1000), 0);   /* let go */
	assert_int_equal(report("\033[<1;12;7M", 1000), 0);   /* another button */
	assert_int_equal(report("\033[<32;12;7M", 1000), 0);  /* moved */
	assert_int_equal(report("\033[<128;12;7M", 1000), 0); /* a further button */
	assert_int_equal(report("\033[<64;300;90M", 1000), 1);
	assert_int_equal(keys[0].mouse, MOUSE_WHEEL_UP);
	assert_int_equal(keys[0].x, 299);
	assert_int_equal(report("\033[<69;1;1M", 1000), 1); /* with shift */
	assert_int_equal(keys[0].mouse, MOUSE_WHEEL_DOWN);
	assert_int_equal(report("\033[<66;1;1M", 1000), 0); /* to the side */
	assert_int_equal(report("\033[M !!", 1000), 1);
	assert_int_equal(keys[0].mouse, MOUSE_PRESS);
	assert_int_equal(keys[0].x, 0);
	assert_int_equal(report("\033[M#!!", 1000), 0);
	assert_int_equal(report("\033[Ma$%", 1000), 1);
	assert_int_equal(keys[0].mouse, MOUSE_WHEEL_DOWN);
	assert_int_equal(keys[0].y, 4);
	assert_int_equal(report("q", 1000), 1);
}

/* Nothing of a report that makes no sense acts. */
static void test_mouse_nonsense(void **state)
{
	static const char *const texts[] = { "\033[<0;1M", "\033[<0;1;1;1M", "\033[<0;0;1M",
		"\033[<M", "\033[<99999999999;1;1M", "\033[<0;1;-1M", "\033[<0;1;1Q",
		"\033[<0;\r" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(report(texts[i], 1000), 0);
		assert_int_equal(report("q", 1000), 1);
		assert_int_equal(keys[0].code, 'q');
	}
}

/* A slow line cuts it anywhere: its end does not act, and nothing waits for it for ever. */
static void test_mouse_in_pieces(void **state)
{
	(void)state;
	assert_int_equal(report("\033[<0;1", 1000), 0);
	assert_int_equal(report("2;7M", 1100), 1);
	assert_int_equal(keys[0].x, 11);
	assert_int_equal(report("\033[<0;1", 2000), 0);
	assert_int_equal(report("q", 2300), 1);
	assert_int_equal(report("\033[M !", 3000), 0);
	assert_int_equal(report("\033[<0;3;3M", 3100), 1);
	assert_int_equal(keys[0].x, 2);
	assert_int_equal(report("\033[<0;3", 4000), 0);
	assert_int_equal(feed(KEYS_UP, false, 4000), 1);
	assert_int_equal(keys[0].code, KEYS_UP);
}

static void test_double_click(void **state)
{
	(void)state;
	assert_int_equal(press(3, 4, 1000), MOUSE_PRESS);
	assert_int_equal(press(3, 4, 1200), MOUSE_DOUBLE);
	assert_int_equal(press(3, 4, 1300), MOUSE_PRESS);
	assert_int_equal(press(3, 4, 1900), MOUSE_PRESS);
	assert_int_equal(press(4, 4, 2000), MOUSE_PRESS);
	assert_int_equal(keys[0].x, 4);
}

/* Whatever comes, a key typed after a pause is a key again. */
static void test_anything(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		seed = seed * 1664525 + 1013904223;
		int count = feed(seed >> 24, (seed >> 10) % 4 != 0, (uint64_t)i);
		assert_uint_in_range(count, 0, INPUT_KEYS_MAX);
	}
	feed('x', false, 200000);
	assert_int_equal(feed('q', false, 200000), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain),
		TEST(test_escape_alone),
		TEST(test_unknown_sequences_are_swallowed),
		TEST(test_sequences),
		TEST(test_sequences_that_do_nothing),
		TEST(test_sequence_in_pieces),
		TEST(test_nothing),
		TEST(test_paste_is_no_command),
		TEST(test_paste_into_a_prompt),
		TEST(test_paste_without_end),
		TEST(test_paste_on_a_slow_machine),
		TEST(test_mouse),
		TEST(test_mouse_nonsense),
		TEST(test_mouse_in_pieces),
		TEST(test_double_click),
		TEST(test_anything),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
