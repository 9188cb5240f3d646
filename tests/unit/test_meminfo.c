/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc_meminfo(5) as kernels of several ages, containers and emulations write it. */
#include "sample/meminfo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct meminfo parse(const char *text)
{
	struct meminfo info;

	meminfo_parse(&info, text, strlen(text));
	return info;
}

static void each_line_by_itself(void **state)
{
	struct meminfo info = parse("MemTotal:  8000 kB\nMemFree:\t 1000 kB\nSwapTotal: 50 kB\n"
				    "SwapFree: 40 kB\nShmemHugePages: 7 kB\nAnonPages: nothing\n");
	uint64_t kib;

	(void)state;
	assert_int_equal(info.has, 1u << MEMINFO_TOTAL | 1u << MEMINFO_FREE |
					   1u << MEMINFO_SWAP_TOTAL | 1u << MEMINFO_SWAP_FREE);
	assert_int_equal(info.kib[MEMINFO_FREE], 1000);
	assert_int_equal(info.kib[MEMINFO_SWAP_FREE], 40);
	assert_false(meminfo_huge_pool(&info, &kib));
	info = parse("");
	assert_int_equal(info.has, 0);
	assert_false(meminfo_available(&info, &kib));
}

static void what_went_below_zero_is_nothing(void **state)
{
	/* 2^64 kB less a little, and 2^64 bytes less a little in kB */
	static const char *const below[] = { "18446744073709346016", "18014398509276384" };
	char text[200];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(text, sizeof(text),
			"MemTotal: 8000 kB\nCached: %s kB\nSwapTotal: 2000 kB\nSwapFree: %s kB\n",
			below[i], below[i]);
		struct meminfo info = parse(text);

		assert_int_equal(info.kib[MEMINFO_SWAP_FREE], 0);
		assert_int_equal(info.kib[MEMINFO_CACHED], 0);
	}
	/* no number at all is not known */
	assert_false(meminfo_has(&(struct meminfo){ 0 }, MEMINFO_SWAP_TOTAL));
	struct meminfo info = parse("SwapTotal: 99999999999999999999 kB\nSwapFree: 5 kB\n");
	assert_int_equal(info.has, 0);
	assert_int_equal(info.kib[MEMINFO_SWAP_FREE], 0);
}

static void no_part_is_larger_than_the_whole(void **state)
{
	struct meminfo info = parse("MemTotal: 1000 kB\nMemFree: 1200 kB\nMemAvailable: 3000 kB\n"
				    "Cached: 5000 kB\nShmem: 4000 kB\nAnonPages: 2000 kB\n"
				    "SwapTotal: 10 kB\nSwapFree: 20 kB\n");
	uint64_t kib;

	(void)state;
	assert_int_equal(info.kib[MEMINFO_FREE], 1000);
	assert_int_equal(info.kib[MEMINFO_ANON], 1000);
	assert_int_equal(info.kib[MEMINFO_SWAP_FREE], 10);
	assert_true(meminfo_available(&info, &kib));
	assert_int_equal(kib, 1000);
	assert_int_equal(meminfo_cache_kib(&info), 0);
}

/* Sums, too: what is free and what can be dropped are at most all there is. */
static void sums_stay_inside(void **state)
{
	struct meminfo info = parse("MemTotal: 1000 kB\nMemFree: 600 kB\nBuffers: 300 kB\n"
				    "Cached: 900 kB\nSReclaimable: 4503599627370000 kB\n");

	(void)state;
	assert_int_equal(meminfo_cache_kib(&info), 400);
}

static void before_3_14_available_is_free_and_cache(void **state)
{
	struct meminfo info = parse("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 20 kB\n"
				    "Cached: 300 kB\nShmem: 50 kB\nSReclaimable: 30 kB\n");
	uint64_t kib = 0;

	(void)state;
	assert_true(meminfo_available(&info, &kib));
	assert_int_equal(kib, 400);
	/* a machine that says 0 has none */
	info = parse("MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 0 kB\n");
	assert_true(meminfo_available(&info, &kib));
	assert_int_equal(kib, 0);
}

static void huge_pages_of_all_sizes(void **state)
{
	struct meminfo info = parse("HugePages_Total: 8\nHugepagesize: 2048 kB\n"
				    "Hugetlb: 33570816 kB\n");
	uint64_t kib = 0;

	(void)state;
	assert_true(meminfo_huge_pool(&info, &kib));
	assert_int_equal(kib, 33570816);
	info = parse("HugePages_Total: 8\nHugepagesize: 2048 kB\n");
	assert_true(meminfo_huge_pool(&info, &kib));
	assert_int_equal(kib, 16384);
	info = parse(
		"MemTotal: 5000 kB\nHugePages_Total: 4503599627370000\nHugepagesize: 16384 kB\n");
	assert_true(meminfo_huge_pool(&info, &kib));
	assert_int_equal(kib, 5000);
	info = parse("HugePages_Total: 8\n");
	assert_false(meminfo_huge_pool(&info, &kib));
}

/* A read that is cut off anywhere gives the whole lines before, and no shortened number. */
static void a_cut_line_is_not_there(void **state)
{
	static const char text[] = "MemTotal:       123456 kB\nMemFree:        98765 kB\n";
	size_t first = (size_t)(strchr(text, '\n') - text) + 1;
	struct meminfo info;

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		meminfo_parse(&info, text, len);
		assert_int_equal(info.has, len < first ? 0 : 1u << MEMINFO_TOTAL);
		assert_int_equal(info.kib[MEMINFO_TOTAL], len < first ? 0 : 123456);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_by_itself),
		cmocka_unit_test(what_went_below_zero_is_nothing),
		cmocka_unit_test(no_part_is_larger_than_the_whole),
		cmocka_unit_test(sums_stay_inside),
		cmocka_unit_test(before_3_14_available_is_free_and_cache),
		cmocka_unit_test(huge_pages_of_all_sizes),
		cmocka_unit_test(a_cut_line_is_not_there),
	};

	return cmocka_run_group_tests_name("meminfo", tests, NULL, NULL);
}
