/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of base/package and model/packages: whose package a file is of, and their sums. */
#include "model/packages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_file_tells_its_package(void **state)
{
	static const struct {
		const char *path;
		enum package_kind kind;
		const char *name;
	} files[] = {
		{ "/usr/lib/python3/dist-packages/numpy/core/_multi.cpython-311-x86_64-linux-gnu.so",
			PACKAGE_PYTHON, "numpy" },
		{ "/venv/lib/python3.13/site-packages/numpy.libs/libopenblas64_p-r0.so",
			PACKAGE_PYTHON, "numpy" },
		{ "/v/site-packages/_cffi_backend.cpython-311-x86_64-linux-gnu.so", PACKAGE_PYTHON,
			"_cffi_backend" },
		{ "/v/site-packages/six.py", PACKAGE_PYTHON, "six" },
		{ "/v/site-packages/lxml-4.9-py3.11.egg/lxml/etree.so", PACKAGE_PYTHON, "lxml" },
		/* the last one counts: one environment within another */
		{ "/v/site-packages/a/lib/python3/site-packages/b/c.so", PACKAGE_PYTHON, "b" },
		{ "/app/node_modules/sharp/build/Release/sharp.node", PACKAGE_NODE, "sharp" },
		{ "/app/node_modules/a/node_modules/@img/sharp-linux-x64/lib/x.node", PACKAGE_NODE,
			"@img/sharp-linux-x64" },
		{ "/var/lib/gems/3.1.0/gems/nokogiri-1.13.10-x86_64-linux/lib/nokogiri.so",
			PACKAGE_RUBY, "nokogiri" },
		{ "/var/lib/gems/3.1.0/extensions/x86_64-linux/3.1.0/net-ssh-7.0/x.so",
			PACKAGE_RUBY, "net-ssh" },
		{ "/srv/app/lib/guava-31.1-jre.jar", PACKAGE_JAR, "guava-31.1-jre.jar" },
		{ "/usr/lib/x86_64-linux-gnu/libc.so.6", PACKAGE_NONE, "" },
		{ "/v/site-packages/", PACKAGE_PYTHON, "" },
		{ "/v/node_modules/", PACKAGE_NODE, "" },
		{ "[heap]", PACKAGE_NONE, "" },
		{ "", PACKAGE_NONE, "" },
	};
	char name[PACKAGE_NAME_MOST];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		assert_int_equal(package_of(files[i].path, name), files[i].kind);
		assert_string_equal(name, files[i].name);
	}
}

static void long_names_are_cut_at_a_character(void **state)
{
	char path[200] = "/v/site-packages/", name[PACKAGE_NAME_MOST];

	(void)state;
	for (int i = 0; i < 31; i++)
		strcat(path, "ä");
	strcat(path, "aä/x.so"); /* the 64th byte is the second of a character */
	assert_int_equal(package_of(path, name), PACKAGE_PYTHON);
	assert_int_equal(strlen(name), 63);
	strcpy(path, "/v/site-packages/a");
	for (int i = 0; i < 40; i++)
		strcat(path, "ä");
	strcat(path, "/x.so");
	package_of(path, name);
	assert_int_equal(strlen(name), 63);
	path[17] = 'a';
	strcpy(path + 18, "b");
	for (int i = 0; i < 40; i++)
		strcat(path, "ä");
	strcat(path, "/x.so");
	package_of(path, name);
	assert_int_equal(strlen(name), 62);
}

static void sums_are_by_package(void **state)
{
	char numpy1[] = "/v/site-packages/numpy/a.so",
	     numpy2[] = "/v/site-packages/numpy.libs/b.so";
	char six[] = "/v/site-packages/six.so", libc[] = "/lib/libc.so.6", rest[] = "+",
	     heap[] = "";
	struct maps_group parts[] = {
		{ .kind = MAPPING_LIBRARY,
			.name = numpy1,
			.mappings = 5,
			.rss_kib = 3000,
			.pss_kib = 1500,
			.gained_kib = 100 },
		{ .kind = MAPPING_LIBRARY,
			.name = numpy2,
			.mappings = 4,
			.rss_kib = 20000,
			.pss_kib = 20000,
			.gained_kib = 50 },
		{ .kind = MAPPING_LIBRARY, .name = six, .mappings = 1, .rss_kib = 40 },
		{ .kind = MAPPING_LIBRARY, .name = libc, .mappings = 5, .rss_kib = 1800 },
		{ .kind = MAPPING_ANON, .name = heap, .mappings = 5, .rss_kib = 90000 },
		{ .kind = MAPPING_FILE, .name = rest, .mappings = 5, .rss_kib = 7 },
	};
	struct maps maps = { .parts = parts, .count = 5 };
	struct packages packages;
	struct buf line;

	(void)state;
	packages_of(&packages, &maps);
	assert_int_equal(packages.count, 2);
	assert_string_equal(packages.all[0].name, "numpy");
	assert_int_equal(packages.all[0].rss_kib, 23000);
	assert_int_equal(packages.all[0].pss_kib, 21500);
	assert_int_equal(packages.all[0].gained_kib, 150);
	assert_int_equal(packages.all[0].mappings, 9);
	assert_int_equal(packages.rest_kib, 1800);
	assert_false(packages.partial);
	buf_init(&line);
	packages_line(&line, &packages, 1);
	assert_string_equal(buf_text(&line), "numpy 22.461M, 1 more 40K");
	maps.count = 6;
	packages_of(&packages, &maps);
	assert_true(packages.partial);
	buf_done(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_tells_its_package),
		cmocka_unit_test(long_names_are_cut_at_a_character),
		cmocka_unit_test(sums_are_by_package),
	};

	return cmocka_run_group_tests_name("packages", tests, NULL, NULL);
}
