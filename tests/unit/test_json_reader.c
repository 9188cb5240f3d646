/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader of JSON beside another one, jansson: what is taken and refused, and what it says. */
#include "frame/json_reader.h"

#include "base/buf.h"
#include "base/text.h"
#include "frame/encode.h"
#include "frame/frame.h"
#include "tests/lib/frame_gen.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char why[JSON_READ_WHY_MAX];

static void same_value(const char *value, const json_t *other);

static void same_text(const char *value, const json_t *other)
{
	struct json_text text;

	assert_true(json_read_text(value, &text));
	char *plain = malloc(text.len + 1);
	size_t len = json_read_plain(&text, plain);
	assert_int_equal(len, json_string_length(other));
	assert_memory_equal(plain, json_string_value(other), len);
	assert_int_equal(text.escaped, memchr(text.at, '\\', text.len) != NULL);
	free(plain);
}

static void same_number(const char *value, const json_t *other)
{
	int64_t integer = 0;
	double number;

	assert_true(json_read_integer(value, &integer) == json_is_integer(other));
	if (json_is_integer(other))
		assert_true(integer == json_integer_value(other));
	assert_true(json_read_number(value, &number));
	assert_true(number == json_number_value(other));
}

static void same_array(const char *value, const json_t *other)
{
	size_t count = 0;

	for (const char *at = json_read_first(value); at != NULL; at = json_read_next(at))
		same_value(at, json_array_get(other, count++));
	assert_int_equal(count, json_array_size(other));
}

static void same_value(const char *value, const json_t *other)
{
	bool truth, is_bool = json_read_bool(value, &truth);
	struct json_text text;
	double number;

	assert_true(is_bool == json_is_boolean(other));
	assert_true(!is_bool || truth == json_is_true(other));
	assert_true(json_read_is_null(value) == json_is_null(other));
	assert_true(json_read_is_array(value) == json_is_array(other));
	assert_true(json_read_text(value, &text) == json_is_string(other));
	assert_true(json_read_number(value, &number) == json_is_number(other));
	if (json_is_array(other))
		same_array(value, other);
	else if (json_is_string(other))
		same_text(value, other);
	else if (json_is_number(other))
		same_number(value, other);
}

/* Every member that jansson finds, by its key if that is plain, and no other. */
static void same_members(const struct json_object *object, json_t *root)
{
	const char *key;
	json_t *other;

	assert_int_equal(object->count, json_object_size(root));
	json_object_foreach(root, key, other)
	{
		const struct json_member *member = json_read_member(object, key);

		if (member == NULL &&
			strspn(key, "abcdefghijklmnopqrstuvwxyz_0123456789") < strlen(key))
			continue;
		assert_non_null(member);
		same_value(member->value, other);
		if (json_is_array(other))
			assert_int_equal(member->count, json_array_size(other));
	}
}

/* Whether the line is taken; that jansson says the same of it. */
static bool same(const char *bytes, size_t len)
{
	struct json_object object;
	json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
	char *line = malloc(len + 1); /* exact, so that a sanitizer sees a step beyond */

	memcpy(line, bytes, len);
	line = realloc(line, len > 0 ? len : 1);
	bool taken = json_read_line(&object, line, len, why) == 0;
	if (taken != (root != NULL && json_is_object(root)))
		fail_msg("%s: %.*s", taken ? "taken" : why, (int)len, bytes);
	if (taken) {
		same_members(&object, root);
		json_read_done(&object);
	} else {
		assert_true(strlen(why) > 0 && text_is_clean(why, strlen(why)));
	}
	json_decref(root);
	free(line);
	return taken;
}

static const char *const good[] = {
	"{}",
	" \t\r\n{ } \n",
	"{\"a\":[]}",
	"{\"a\":[[],[1],[1,2]],\"b\":{\"a\":1,\"b\":{\"a\":2}}}",
	"{\"a\" : [ 1 , -2,3.5 ,null, true,false ] , \"b\":\"\"}",
	"{\"a\":[0,-0,0.0,-0.5,1e5,1E+5,1e-5,12.25e2,1e-999]}",
	"{\"a\":[9223372036854775807,-9223372036854775808,999999999999999999]}",
	"{\"\":1}",
	"{\"a\\nb\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}",
	"{\"a\":\"\\u00e4\\u20AC\\ud83d\\ude00\\u0001\"}",
	"{\"a\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\x7f\xef\xbf\xbf\xf4\x8f\xbf\xbf\"}",
	"{\"\xc3\xa4\":1,\"\\u00e5\":2}",
	"{\"a\":{\"x\":[{\"x\":[{\"x\":[]}]}]}}",
	"{\"a\":[\"x]\",\"}\",\",\",\"\\\\\",\"[{\"],\"b\":2}",
};

static const char *const bad[] = {
	"",
	" ",
	"[]",
	"1",
	"\"a\"",
	"null",
	"{",
	"}",
	"{]",
	"{}{}",
	"{} x",
	"{\"a\"}",
	"{\"a\":}",
	"{\"a\":1,}",
	"{,}",
	"{a:1}",
	"{'a':1}",
	"{\"a\":1 \"b\":2}",
	"{\"a\":[1,]}",
	"{\"a\":[,1]}",
	"{\"a\":[1 2]}",
	"{\"a\":[1}",
	"{\"a\":01}",
	"{\"a\":-}",
	"{\"a\":-01}",
	"{\"a\":+1}",
	"{\"a\":.5}",
	"{\"a\":1.}",
	"{\"a\":1.e5}",
	"{\"a\":1e}",
	"{\"a\":1e+}",
	"{\"a\":0x10}",
	"{\"a\":1x}",
	"{\"a\":1e999}",
	"{\"a\":-1e999}",
	"{\"a\":9223372036854775808}",
	"{\"a\":-9223372036854775809}",
	"{\"a\":99999999999999999999999}",
	"{\"a\":NaN}",
	"{\"a\":Infinity}",
	"{\"a\":tru}",
	"{\"a\":truex}",
	"{\"a\":True}",
	"{\"a\":\"\\x41\"}",
	"{\"a\":\"\\u12\"}",
	"{\"a\":\"\\u12G4\"}",
	"{\"a\":\"\\u0000\"}",
	"{\"\\u0000\":1}",
	"{\"a\":\"\\ud83d\"}",
	"{\"a\":\"\\ud83dx\"}",
	"{\"a\":\"\\ud83d\\u0041\"}",
	"{\"a\":\"\\ude00\"}",
	"{\"a\":\"\\",
	"{\"a\":\"\n\"}",
	"{\"a\":\"\x1f\"}",
	"{\"a\":\"\x80\"}",
	"{\"a\":\"\xc0\x80\"}",
	"{\"a\":\"\xc1\xbf\"}",
	"{\"a\":\"\xc3\"}",
	"{\"a\":\"\xe0\x9f\xbf\"}",
	"{\"a\":\"\xed\xa0\x80\"}",
	"{\"a\":\"\xf0\x8f\xbf\xbf\"}",
	"{\"a\":\"\xf4\x90\x80\x80\"}",
	"{\"a\":\"\xf5\x80\x80\x80\"}",
	"{\"a\":\"\xe2\x82\"}",
	"\xef\xbb\xbf{}",
	"{\"a\":1,\"a\":2}",
	"{\"a\":1,\"\\u0061\":2}",
	"{\"b\":{\"a\":1,\"b\":2,\"a\":3}}",
	"{\"b\":[{\"\":1,\"\":2}]}",
};

static void both_take_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!same(good[i], strlen(good[i])))
			fail_msg("refused: %s: %s", good[i], why);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (same(bad[i], strlen(bad[i])))
			fail_msg("taken: %s", bad[i]);
}

/* Wherever it is; jansson does not see one behind a number. */
static void no_nul_is_taken(void **state)
{
	const char line[] = " {\"a\" : [1 , true , \"x\" , -2.5e3 ] } ";
	struct json_object object;
	char changed[sizeof(line)];

	(void)state;
	for (size_t i = 0; i < sizeof(line); i++) {
		memcpy(changed, line, i);
		changed[i] = '\0';
		memcpy(changed + i + 1, line + i, sizeof(line) - 1 - i);
		assert_true(json_read_line(&object, changed, sizeof(line), why) < 0);
	}
}

/* Objects of any number of members, the last one there twice or not. */
static void any_number_of_members(void **state)
{
	struct buf line;

	(void)state;
	for (unsigned count = 1; count < 300; count += count < 70 ? 1 : 37) {
		for (unsigned last = 0; last < 2; last++) {
			buf_init(&line);
			buf_puts(&line, "{\"out\":7,\"in\":{");
			for (unsigned i = 0; i < count; i++)
				buf_printf(&line, "\"k%u\":%u,", i, i);
			buf_printf(&line, "\"k%u\":0},\"k0\":1,\"k1\":2}",
				last ? count : count / 2);
			assert_true(same(line.data, line.len) == (last == 1));
			buf_done(&line);
		}
	}
}

/* Frames cut, and changed at one place or at several with what JSON is made of. */
static void wounds_are_seen_alike(void **state)
{
	static const char words[] = "\"\\{}[],:-+.eEu0123456789abtrufalsn \n\x80\xc3\xe2\xf0\x01";
	struct gen gen = { 11 };
	size_t taken = 0;

	(void)state;
	for (int round = 0; round < 12; round++) {
		struct frame *frame = frame_new();
		struct buf buf;

		buf_init(&buf);
		gen_frame(&gen, frame, 3);
		encode_frame(&buf, frame);
		for (size_t len = 0; len < buf.len; len += 7)
			same(buf.data, len);
		for (int i = 0; i < 400; i++) {
			char old[3];
			size_t at[3];
			size_t places = 1 + gen_below(&gen, 3);

			for (size_t k = 0; k < places; k++) {
				at[k] = gen_below(&gen, buf.len);
				old[k] = buf.data[at[k]];
				buf.data[at[k]] = words[gen_below(&gen, sizeof(words) - 1)];
			}
			taken += same(buf.data, buf.len);
			for (size_t k = places; k-- > 0;)
				buf.data[at[k]] = old[k];
		}
		buf_done(&buf);
		frame_free(frame);
	}
	assert_true(taken > 100 && taken < 4000);
}

static void depth_and_number_are_bounded(void **state)
{
	struct json_object object;
	struct buf line;

	(void)state;
	assert_int_equal(json_read_line(&object, "{\"a\":[[[[[[[]]]]]]]}", 20, why), 0);
	json_read_done(&object);
	assert_true(json_read_line(&object, "{\"a\":[[[[[[[[]]]]]]]]}", 22, why) < 0);
	assert_string_equal(why, "nested too deep");
	buf_init(&line);
	buf_puts(&line, "{\"a\":[0");
	for (int i = 0; i < JSON_READ_VALUES_MAX - 2; i++)
		buf_puts(&line, ",0");
	buf_puts(&line, "]}");
	assert_int_equal(json_read_line(&object, line.data, line.len, why), 0);
	assert_int_equal(json_read_member(&object, "a")->count, JSON_READ_VALUES_MAX - 1);
	json_read_done(&object);
	line.len -= 2;
	buf_puts(&line, ",0]}");
	assert_true(json_read_line(&object, line.data, line.len, why) < 0);
	assert_string_equal(why, "too many values");
	buf_done(&line);
}

/* Two decimals, which are read in place, are to the last bit what libc makes of them. */
static void hundredths_are_exact(void **state)
{
	char text[64];
	double number;

	(void)state;
	for (uint64_t i = 0, n = 1; i < 200000; i++, n = n * 2862933555777941757 + 3037000493) {
		/* of few digits and of more than are read in place */
		uint64_t whole = n >> 3 >> (n & 7) * 9 >> 14;

		snprintf(text, sizeof(text), "%llu.%02u]", (unsigned long long)whole,
			(unsigned)(n >> 40) % 100);
		assert_true(json_read_number(text, &number));
		assert_true(number == strtod(text, NULL));
	}
	static const char *const others[] = { "0.5]", "0.125]", "1.25e3]", "-0.25]", "7]",
		"999999999999.99}", "0.00,", "1.00 ]" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_true(json_read_number(others[i], &number));
		assert_true(number == strtod(others[i], NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_take_the_same),
		cmocka_unit_test(no_nul_is_taken),
		cmocka_unit_test(hundredths_are_exact),
		cmocka_unit_test(any_number_of_members),
		cmocka_unit_test(wounds_are_seen_alike),
		cmocka_unit_test(depth_and_number_are_bounded),
	};

	return cmocka_run_group_tests_name("json_reader", tests, NULL, NULL);
}
