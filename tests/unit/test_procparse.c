/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel writes about a process, and what a hostile process makes of it. */
#include "sample/procparse.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void statm_is_three_numbers(void **state)
{
	struct procparse_statm statm = { 9, 9, 9 };
	static const char good[] = "225000 131072 3072 10 0 50 0\n";

	(void)state;
	assert_int_equal(procparse_statm(&statm, good, strlen(good)), 0);
	assert_int_equal(statm.size, 225000);
	assert_int_equal(statm.resident, 131072);
	assert_int_equal(statm.shared, 3072);
	/* the file of a process that ended in the middle of it */
	for (size_t len = 0; len < 15; len++)
		assert_int_equal(procparse_statm(&statm, good, len), -EINVAL);
	assert_int_equal(statm.size, 225000);
	assert_int_equal(procparse_statm(&statm, "-1 2 3", 6), -EINVAL);
	assert_int_equal(procparse_statm(&statm, "99999999999999999999 2 3", 24), -EINVAL);
}

/* A stat line with the name and flags given. */
static size_t stat_line(char *out, size_t cap, const char *name, unsigned flags)
{
	return (size_t)snprintf(out, cap,
		"812 (%s) S 1 812 812 0 -1 %u 100 0 7 0 250 30 0 0 20 -5 3 0 "
		"379679 921600000 131072 18446744073709551615 1 1 0 0 0 0 0\n",
		name, flags);
}

static void stat_is_read(void **state)
{
	struct procparse_stat stat;
	char line[512];
	size_t len = stat_line(line, sizeof(line), "leaky", 0x400100);

	(void)state;
	assert_int_equal(procparse_stat(&stat, line, len), 0);
	assert_int_equal(stat.pid, 812);
	assert_int_equal(stat.state, 'S');
	assert_int_equal(stat.ppid, 1);
	assert_int_equal(stat.flags, 0x400100);
	assert_int_equal(stat.minor_faults, 100);
	assert_int_equal(stat.major_faults, 7);
	assert_int_equal(stat.user_ticks, 250);
	assert_int_equal(stat.system_ticks, 30);
	assert_int_equal(stat.nice, -5);
	assert_int_equal(stat.threads, 3);
	assert_int_equal(stat.start_ticks, 379679);
	assert_int_equal(stat.virt_bytes, 921600000);
	assert_int_equal(stat.rss_pages, 131072);
	assert_int_equal(stat.comm_len, 5);
	assert_memory_equal(stat.comm, "leaky", 5);
}

static void stat_name_ends_at_the_last_parenthesis(void **state)
{
	static const char *const names[] = {
		"a) R 1 2 3 (b",
		"",
		")",
		"((",
		"x) S 99 0 0",
		"two\nlines",
		"\x1b]0;title\a",
		"kworker/u33:2-a_name_of_sixty_four_bytes_as_kernel_threads_have__",
	};
	struct procparse_stat stat;
	char line[512];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = stat_line(line, sizeof(line), names[i], 0);

		assert_int_equal(procparse_stat(&stat, line, len), 0);
		assert_int_equal(stat.comm_len, strlen(names[i]));
		assert_memory_equal(stat.comm, names[i], stat.comm_len);
		assert_int_equal(stat.ppid, 1);
		assert_int_equal(stat.start_ticks, 379679);
	}
}

static void stat_that_is_cut_is_refused(void **state)
{
	struct procparse_stat stat = { .pid = 5 };
	char line[512];
	size_t len = stat_line(line, sizeof(line), "x", 0), rss_at;

	(void)state;
	rss_at = (size_t)(strstr(line, " 131072 ") - line) + 1;
	for (size_t cut = 0; cut < rss_at; cut++)
		assert_int_equal(procparse_stat(&stat, line, cut), -EINVAL);
	assert_int_equal(stat.pid, 5);
	assert_int_equal(procparse_stat(&stat, line, len), 0);
	assert_int_equal(procparse_stat(&stat, ") S 1", 5), -EINVAL);
	assert_int_equal(procparse_stat(&stat, "1 ) (x S 1", 10), -EINVAL);
	assert_int_equal(procparse_stat(&stat, "1 (x) 7 1", 9), -EINVAL);
}

static const char status_text[] =
	"Name:\tleaky\nUmask:\t0022\nState:\tD (disk sleep)\nTgid:\t812\nNgid:\t0\nPid:\t812\nPPid:\t400\n"
	"TracerPid:\t0\nUid:\t1000\t1001\t1002\t1003\nGid:\t0\t0\t0\t0\nVmPeak:\t  900000 kB\n"
	"VmSize:\t  900000 kB\nVmHWM:\t  614400 kB\nVmRSS:\t  524288 kB\nRssAnon:\t  512000 kB\n"
	"RssFile:\t   10240 kB\nRssShmem:\t    2048 kB\nVmPTE:\t     96 kB\nVmSwap:\t    3072 kB\n"
	"HugetlbPages:\t   40960 kB\nThreads:\t3\nSigQ:\t0/1\n";

static void status_is_read(void **state)
{
	struct procparse_status status;

	(void)state;
	assert_int_equal(procparse_status(&status, status_text, strlen(status_text)), 0);
	assert_int_equal(status.known, (1u << 4) - 1);
	assert_int_equal(status.figures.known, PROCPARSE_STATUS_TELLS);
	assert_memory_equal(status.name, "leaky", 5);
	assert_int_equal(status.name_len, 5);
	assert_int_equal(status.figures.state, 'D');
	assert_int_equal(status.figures.ppid, 400);
	assert_int_equal(status.figures.uid, 1001);
	assert_int_equal(status.figures.threads, 3);
	assert_int_equal(status.figures.peak_kib, 614400);
	assert_int_equal(status.figures.anon_kib, 512000);
	assert_int_equal(status.figures.file_kib, 10240);
	assert_int_equal(status.figures.shmem_kib, 2048);
	assert_int_equal(status.figures.swap_kib, 3072);
	assert_int_equal(status.pte_kib, 96);
	assert_int_equal(status.figures.huge_kib, 40960);
}

/* 3.10: VmSwap, but no parts of the RSS and no huge pages. */
static void lines_of_status_are_known_one_by_one(void **state)
{
	static const char text[] = "Name:\told\nVmHWM:\t  614400 kB\nVmSwap:\t    3072 kB\n";
	struct procparse_status status;

	(void)state;
	assert_int_equal(procparse_status(&status, text, strlen(text)), 0);
	assert_int_equal(status.known, STATUS_NAME);
	assert_int_equal(status.figures.known, DETAIL_PEAK | DETAIL_SWAP);
	/* cut anywhere, no number is shorter than it was */
	for (size_t len = 10; len < sizeof(text) - 1; len++) {
		assert_int_equal(procparse_status(&status, text, len), 0);
		assert_false(status.figures.known & DETAIL_SWAP);
		assert_true(!(status.figures.known & DETAIL_PEAK) ||
			    status.figures.peak_kib == 614400);
	}
}

static void status_without_memory_knows_none(void **state)
{
	/* a kernel thread or a zombie */
	static const char text[] =
		"Name:\tkthreadd\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nThreads:\t1\n";
	struct procparse_status status;

	(void)state;
	assert_int_equal(procparse_status(&status, text, strlen(text)), 0);
	assert_int_equal(status.known, STATUS_NAME | STATUS_STATE);
	assert_int_equal(status.figures.known, DETAIL_USER | DETAIL_THREADS);
	assert_int_equal(procparse_status(&status, "", 0), -EINVAL);
	assert_int_equal(procparse_status(&status, "VmHWM: kB\nUid:\tx\n", 17), -EINVAL);
}

static void cgroup_prefers_the_memory_controller(void **state)
{
	static const char mixed[] = "9:name=systemd:/\n5:cpu,memory:/a:b/c\n0::/unified\n";
	static const char unified[] = "0::/user.slice/x y.scope\n";
	static const char none[] = "3:cpuset:/\n2:memory_recursive:/x\nrubbish\n";
	const char *path = NULL;
	size_t len = 0;
	int v1 = -1;

	(void)state;
	assert_int_equal(procparse_cgroup(&path, &len, &v1, mixed, strlen(mixed)), 0);
	assert_int_equal(v1, 1);
	assert_int_equal(len, 6);
	assert_memory_equal(path, "/a:b/c", 6);
	assert_int_equal(procparse_cgroup(&path, &len, &v1, unified, strlen(unified)), 0);
	assert_int_equal(v1, 0);
	assert_memory_equal(path, "/user.slice/x y.scope", len);
	assert_int_equal(procparse_cgroup(&path, &len, &v1, none, strlen(none)), -EINVAL);
	assert_int_equal(procparse_cgroup(&path, &len, &v1, "0::", 3), -EINVAL);
}

static void limits_are_kib_or_none(void **state)
{
	static const char text[] =
		"Limit                     Soft Limit           Hard Limit           Units     \n"
		"Max data size             1048577              unlimited            bytes     \n"
		"Max address space         unlimited            unlimited            bytes     \n";
	struct procparse_limits limits = { 1, 1 };

	(void)state;
	assert_int_equal(procparse_limits(&limits, text, strlen(text)), 0);
	assert_true(limits.as_kib == UINT64_MAX);
	assert_int_equal(limits.data_kib, 1025);
	limits.as_kib = 7;
	assert_int_equal(procparse_limits(&limits, text, 170), -EINVAL);
	assert_int_equal(limits.as_kib, 7);
}

static void smaps_sums_what_is_private(void **state)
{
	static const char text[] =
		"55d0-7ffc ---p 00000000 00:00 0    [rollup]\nRss:  5000 kB\nPss:    4000 kB\n"
		"Pss_Dirty: 3000 kB\nPrivate_Clean:   100 kB\nPrivate_Dirty:  3800 kB\nSwapPss:  12 kB\n";
	struct procparse_smaps smaps;

	(void)state;
	assert_int_equal(procparse_smaps(&smaps, text, strlen(text)), 0);
	assert_int_equal(smaps.pss_kib, 4000);
	assert_int_equal(smaps.private_kib, 3900);
	assert_int_equal(smaps.swap_pss_kib, 12);
	assert_int_equal(procparse_smaps(&smaps, "Rss: 1 kB\n", 10), -EINVAL);
}

static void a_number_may_be_negative(void **state)
{
	int64_t value;

	(void)state;
	assert_int_equal(procparse_number(&value, "-1000\n", 6), 0);
	assert_int_equal(value, -1000);
	assert_int_equal(procparse_number(&value, "max\n", 4), -EINVAL);
	assert_int_equal(procparse_number(&value, "- 1", 3), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statm_is_three_numbers),
		cmocka_unit_test(stat_is_read),
		cmocka_unit_test(stat_name_ends_at_the_last_parenthesis),
		cmocka_unit_test(stat_that_is_cut_is_refused),
		cmocka_unit_test(status_is_read),
		cmocka_unit_test(lines_of_status_are_known_one_by_one),
		cmocka_unit_test(status_without_memory_knows_none),
		cmocka_unit_test(cgroup_prefers_the_memory_controller),
		cmocka_unit_test(limits_are_kib_or_none),
		cmocka_unit_test(smaps_sums_what_is_private),
		cmocka_unit_test(a_number_may_be_negative),
	};

	return cmocka_run_group_tests_name("procparse", tests, NULL, NULL);
}
