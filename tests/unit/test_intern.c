/* SPDX-License-Identifier: GPL-2.0-or-later */
/* intern: one copy of every text, counted; and cgroups, which keep theirs by path */
#include "base/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cgpath.h"
#include "model/cgroups.h"

static void test_one_copy(void **state)
{
	struct intern intern;
	char text[] = "node";

	(void)state;
	intern_init(&intern);
	const char *a = intern_take(&intern, text);
	assert_ptr_equal(intern_take(&intern, "node"), a);
	assert_ptr_not_equal(a, text);
	assert_ptr_not_equal(intern_take(&intern, "nod"), a);
	assert_ptr_not_equal(intern_take(&intern, ""), a);
	assert_int_equal(intern.count, 3);
	intern_drop(&intern, a);
	assert_int_equal(intern.count, 3);
	intern_drop(&intern, a);
	assert_int_equal(intern.count, 2);
	intern_drop(&intern, NULL);
	intern_done(&intern);
	intern_done(NULL);
}

static void test_many(void **state)
{
	enum { COUNT = 5000 };
	struct intern intern;
	const char **taken = calloc(COUNT, sizeof(*taken));
	char text[16];

	(void)state;
	intern_init(&intern);
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "%d", i);
		taken[i] = intern_take(&intern, text);
	}
	size_t full = intern_bytes(&intern);
	for (int i = 0; i < COUNT; i += 2)
		intern_drop(&intern, taken[i]);
	assert_true(intern_bytes(&intern) < full);
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "%d", i);
		const char *again = intern_take(&intern, text);
		assert_string_equal(again, text);
		if (i % 2)
			assert_ptr_equal(again, taken[i]);
	}
	assert_int_equal(intern.count, COUNT);
	intern_done(&intern);
	free(taken);
}

static void test_cgroups(void **state)
{
	static const char *const paths[] = { "/b", "/a/b", "/", "/a", "/a/b/c" };
	struct cgroups cgroups;

	(void)state;
	cgroups_init(&cgroups);
	assert_int_equal(cgroups_limit(&cgroups, "/a", 0).kind, LIMIT_NONE);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct cgroup_figures figures = {
			.path = paths[i],
			.usage_kib = 10,
			.max_kib = 1000 - i * 100,
			.high_kib = UINT64_MAX,
			.swap_max_kib = 0,
		};
		cgroups_put(&cgroups, &figures);
		cgroups_put(&cgroups, &figures);
	}
	assert_int_equal(cgroups.count, 5);
	assert_int_equal(cgroups_find(&cgroups, "/a/bxx", 4)->max_kib, 900);
	assert_null(cgroups_find(&cgroups, "/a/bxx", 5));
	assert_string_equal(cgroups_limit(&cgroups, "/a/b/c/d", 0).cgroup, "/a/b/c");
	assert_string_equal(cgroups_limit(&cgroups, "/a/b", 0).cgroup, "/a");
	assert_string_equal(cgroups_limit(&cgroups, "/z", 0).cgroup, "/");
	assert_int_equal(cgroups_limit(&cgroups, NULL, 0).kind, LIMIT_NONE);
	assert_int_equal(cgroups_limit(&cgroups, "no slash", 0).kind, LIMIT_NONE);
	cgroups_clear(&cgroups);
	assert_int_equal(cgroups.count, 0);
	cgroups_done(&cgroups);
	cgroups_done(NULL);
}

/* One pass finds what walking up does, in paths that nobody would make, too. */
static void test_levels(void **state)
{
	static const char *const paths[] = { "/", "/a", "/a/b/c", "//", "//a", "/a//b", "a/b", "a",
		"a//", "///a///", "" };
	char deep[2 * CGROUPS_LEVELS + 40];
	struct cgroup_levels levels;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		size_t len = strlen(paths[i]);

		cgroups_levels(&levels, paths[i], len);
		for (size_t at = levels.count; at-- > 0; len = cgpath_above(paths[i], len)) {
			assert_int_equal(levels.len[at], len);
			assert_int_equal(levels.hash[at], hash_text(paths[i], len, 0));
		}
		assert_int_equal(len, 0);
	}
	for (size_t i = 0; i < sizeof(deep); i++)
		deep[i] = "/a"[i % 2];
	cgroups_levels(&levels, deep, sizeof(deep));
	assert_int_equal(levels.count, CGROUPS_LEVELS);
	assert_int_equal(levels.len[0], 1);
	assert_int_equal(levels.len[CGROUPS_LEVELS - 1], sizeof(deep));
	assert_int_equal(levels.hash[CGROUPS_LEVELS - 1], hash_text(deep, sizeof(deep), 0));
}

static void test_too_many_cgroups(void **state)
{
	struct cgroups cgroups;
	char path[16];

	(void)state;
	cgroups_init(&cgroups);
	for (int i = 0; i < CGROUPS_MAX + 10; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		cgroups_put(&cgroups, &(struct cgroup_figures){ .path = path });
	}
	assert_int_equal(cgroups.count, CGROUPS_MAX);
	cgroups_done(&cgroups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_copy),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_cgroups),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_too_many_cgroups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
