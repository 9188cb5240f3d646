/* input: sequences nobody knows, pastes, double clicks */
#include "ui/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
	assert_int_equal(feed_text("\033[27;5;9~"), 0);
	assert_int_equal(feed_text("\033Ok"), 0);
	assert_int_equal(feed_text("\033[?62;c"), 0);
	assert_int_equal(feed_text("\033]11;rgb:0000/0000/0000\033\\"), 0);
	assert_int_equal(feed_text("\033P>|term\033\\"), 0);
	assert_int_equal(feed_text("\033]52;c;cQ==\007"), 0);
	/* and what comes after is a key again */
	assert_int_equal(feed_text("\033[99~k"), 1);
	assert_int_equal(keys[0].code, 'k');
	assert_int_equal(feed_text("\033[1;"), 0);
	assert_int_equal(feed_text("q"), 1);
	/* a key with a name ends one that was cut */
	feed(27, true, 0);
	feed('[', true, 0);
	assert_int_equal(feed(KEYS_UP, false, 0), 1);
	assert_int_equal(keys[0].code, KEYS_UP);
	assert_int_equal(feed_text("q"), 1);
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

static void test_paste_without_end(void **state)
{
	(void)state;
	feed(INPUT_PASTE_BEGIN, true, 1000);
	assert_int_equal(feed('a', false, 1900), 0);
	assert_int_equal(feed('b', false, 2800), 0);
	assert_int_equal(feed('q', false, 4000), 1);
}

static enum mouse_action press(int x, int y, uint64_t now_ms)
{
	struct key raw = { .code = KEYS_MOUSE, .mouse = MOUSE_PRESS, .x = x, .y = y };

	assert_int_equal(input_feed(&input, &raw, false, now_ms, keys), 1);
	return keys[0].mouse;
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
		int count = feed(1 + (seed >> 24), (seed >> 10) % 4 != 0, (uint64_t)i);
		assert_in_range(count, 0, INPUT_KEYS_MAX);
	}
	feed('x', false, 200000);
	assert_int_equal(feed('q', false, 200000), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain), TEST(test_escape_alone), TEST(test_unknown_sequences_are_swallowed),
		TEST(test_paste_is_no_command), TEST(test_paste_into_a_prompt),
		TEST(test_paste_without_end), TEST(test_double_click), TEST(test_anything),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
