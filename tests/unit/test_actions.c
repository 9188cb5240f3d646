/* SPDX-License-Identifier: GPL-2.0-or-later */
/* actions: the table of what can be pressed is whole */
#include "ui/bindings.h"
#include "ui/draw/keys.h"

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
					keymap_find(actions, count, actions[i].keys[k],
						screens[s] | asks) != &actions[i])
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
	const struct action *action = keymap_find(actions, count, key, holds);

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

static const struct action *bound(const struct action *all, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	fail_msg("there is no %s", name);
	return all;
}

/* Keys of the user's own come first; who had them on the same screen has them no more. */
static void test_bindings(void **state)
{
	struct settings settings;
	char why[SETTINGS_WHY_MAX], wrong[BINDINGS_WHY_MAX];
	size_t n;

	(void)state;
	settings_default(&settings);
	assert_null(bindings_make(&settings, &n, wrong));
	assert_int_equal(settings_parse(&settings,
				 "[keys]\nsort-memory = m g\nquit = ^Q\nback = g\n", why),
		0);
	struct action *own = bindings_make(&settings, &n, wrong);
	assert_non_null(own);
	assert_string_equal(wrong, "");
	assert_int_equal(bound(own, n, "sort-memory")->keys[0], 'm');
	assert_int_equal(bound(own, n, "sort-memory")->keys[1], 'g');
	assert_int_equal(bound(own, n, "sort-memory")->keys[2], 'M');
	assert_int_equal(bound(own, n, "group")->keys[0], 0);
	assert_int_equal(bound(own, n, "quit")->keys[0], 'Q' - '@');
	/* on another screen the same key is no rival */
	assert_int_equal(bound(own, n, "back")->keys[0], 'g');
	free(own);
}

static void test_wrong_bindings(void **state)
{
	struct settings settings;
	char why[SETTINGS_WHY_MAX], wrong[BINDINGS_WHY_MAX];
	size_t n;

	(void)state;
	settings_default(&settings);
	assert_int_equal(settings_parse(&settings, "[keys]\nsort-memroy = m\n", why), 0);
	free(bindings_make(&settings, &n, wrong));
	assert_string_equal(wrong, "settings, [keys]: there is no action 'sort-memroy'; memtop(1) "
				   "lists them");
	settings_default(&settings);
	assert_int_equal(settings_parse(&settings, "[keys]\nquit = Strg-Q\n", why), 0);
	free(bindings_make(&settings, &n, wrong));
	assert_string_equal(wrong, "settings, [keys]: there is no key 'Strg-Q'; F1 shows what keys "
				   "are called");
}

/* Every key that has a name is found by it. */
static void test_names_read_back(void **state)
{
	char name[KEYS_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (int k = 0; k < ACTION_KEYS_MAX && actions[i].keys[k] != 0; k++) {
			keys_name(actions[i].keys[k], name);
			assert_int_equal(keys_by_name(name, strlen(name)), actions[i].keys[k]);
		}
	assert_int_equal(keys_by_name("", 0), 0);
	assert_int_equal(keys_by_name("F11", 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_action_can_be_reached),
		cmocka_unit_test(test_every_action_does_one_thing),
		cmocka_unit_test(test_habits),
		cmocka_unit_test(test_keys_have_names),
		cmocka_unit_test(test_bindings),
		cmocka_unit_test(test_wrong_bindings),
		cmocka_unit_test(test_names_read_back),
	};

	return cmocka_run_group_tests_name("actions", tests, open_table, NULL);
}
