/* SPDX-License-Identifier: GPL-2.0-or-later */
/* actions: the table of what can be pressed is whole */
#include "ui/actions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct action *actions;
static size_t count;

static int open_table(void **state)
{
	(void)state;
	actions = actions_table(&count);
	return 0;
}

static void test_every_action_can_be_reached(void **state)
{
	static const unsigned screens[] = { WHERE_TABLE, WHERE_PROCESS };

	(void)state;
	assert_true(count > 60);
	for (size_t i = 0; i < count; i++) {
		unsigned asks = actions[i].where & ~(unsigned)WHERE_SCREENS;

		for (size_t s = 0; s < 2; s++)
			for (int k = 0; k < ACTION_KEYS_MAX && actions[i].keys[k]; k++)
				if ((actions[i].where & screens[s]) &&
					actions_find(actions[i].keys[k], screens[s] | asks) !=
						&actions[i])
					fail_msg("%s cannot be reached by its key %d",
						actions[i].name, k);
	}
}

static void test_every_action_does_one_thing(void **state)
{
	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_true(actions[i].name && actions[i].keys[0]);
		assert_true(actions[i].where & WHERE_SCREENS);
		assert_int_equal(actions[i].run != NULL, actions[i].step == NULL);
		assert_int_equal(actions[i].group != NULL, actions[i].words != NULL);
	}
}

static const char *named(uint32_t key, unsigned holds)
{
	const struct action *action = actions_find(key, holds);

	return action ? action->name : "";
}

/* Of two meanings of a key the one that asks for more is meant where that is so. */
static void test_habits(void **state)
{
	(void)state;
	assert_string_equal(named('q', WHERE_TABLE), "quit");
	assert_string_equal(named('q', WHERE_PROCESS), "back");
	assert_string_equal(named(KEYS_F10, WHERE_PROCESS), "quit");
	assert_string_equal(named('M', WHERE_TABLE), "sort-memory");
	assert_string_equal(named('M', WHERE_PROCESS), "");
	assert_string_equal(named('N', WHERE_TABLE), "sort-pid");
	assert_string_equal(named('N', WHERE_TABLE | WHERE_SEARCH), "search-previous");
	assert_string_equal(named('k', WHERE_TABLE), "signal");
	assert_string_equal(named('j', WHERE_TABLE), "down");
	assert_string_equal(named(' ', WHERE_TABLE), "tag");
	assert_string_equal(named('+', WHERE_TABLE), "slower");
	assert_string_equal(named('+', WHERE_TABLE | WHERE_REPLAY), "play-faster");
	assert_string_equal(named(']', WHERE_TABLE), "");
	assert_string_equal(named(']', WHERE_PROCESS | WHERE_REPLAY), "tick-on");
	assert_string_equal(named(KEYS_RESIZE, WHERE_TABLE), "");
	assert_string_equal(named(0, WHERE_TABLE), "");
	assert_string_equal(named(0x4e2d, WHERE_TABLE), "");
	assert_string_equal(named('q', 0), "");
}

static void test_keys_have_names(void **state)
{
	char name[KEYS_NAME_MAX];

	(void)state;
	assert_string_equal(keys_name('M', name), "M");
	assert_string_equal(keys_name(KEYS_F10, name), "F10");
	assert_string_equal(keys_name(KEYS_CTRL_L, name), "^L");
	assert_string_equal(keys_name(' ', name), "Space");
	assert_string_equal(keys_name(KEYS_PAGE_DOWN, name), "PgDn");
	for (size_t i = 0; i < count; i++)
		for (int k = 0; k < ACTION_KEYS_MAX && actions[i].keys[k]; k++)
			assert_true(actions[i].keys[k] == '?' ||
				    strcmp(keys_name(actions[i].keys[k], name), "?") != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_action_can_be_reached),
		cmocka_unit_test(test_every_action_does_one_thing),
		cmocka_unit_test(test_habits),
		cmocka_unit_test(test_keys_have_names),
	};

	return cmocka_run_group_tests_name("actions", tests, open_table, NULL);
}
