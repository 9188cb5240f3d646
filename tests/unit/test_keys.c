/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys: the table of keys is whole */
#include "ui/draw/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool has_key(enum action action)
{
	size_t count;
	const struct binding *bindings = keys_bindings(&count);

	for (size_t i = 0; i < count; i++) {
		if (bindings[i].action == action)
			return true;
	}
	return false;
}

static void test_every_action_can_be_reached(void **state)
{
	(void)state;
	for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
		if (!has_key((enum action)action))
			fail_msg("no key for action %d", action);
	}
}

static void test_every_help_line_has_a_key(void **state)
{
	size_t count;
	const struct action_help *helps = keys_help(&count);

	(void)state;
	assert_true(count > 20);
	for (size_t i = 0; i < count; i++) {
		assert_true(has_key(helps[i].action));
		assert_non_null(helps[i].words);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(helps[i].action, helps[j].action);
	}
}

/* A key stands twice only where its second meaning is the app's to decide. */
static void test_keys_stand_once(void **state)
{
	size_t count;
	const struct binding *bindings = keys_bindings(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (bindings[i].key == bindings[j].key && bindings[i].key != 'N')
				fail_msg("%s stands twice", bindings[i].name);
		}
	}
}

static void test_habits(void **state)
{
	(void)state;
	assert_int_equal(keys_action('q'), ACTION_QUIT);
	assert_int_equal(keys_action(KEYS_F10), ACTION_QUIT);
	assert_int_equal(keys_action('M'), ACTION_SORT_MEMORY);
	assert_int_equal(keys_action('N'), ACTION_SORT_PID);
	assert_int_equal(keys_action('k'), ACTION_SIGNAL);
	assert_int_equal(keys_action('j'), ACTION_DOWN);
	assert_int_equal(keys_action(' '), ACTION_TAG);
	assert_int_equal(keys_action(KEYS_RESIZE), ACTION_NONE);
	assert_int_equal(keys_action(0), ACTION_NONE);
	assert_int_equal(keys_action(0x4e2d), ACTION_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_action_can_be_reached),
		cmocka_unit_test(test_every_help_line_has_a_key),
		cmocka_unit_test(test_keys_stand_once),
		cmocka_unit_test(test_habits),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
