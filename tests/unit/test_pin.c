/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is pinned, and that without the right to it nothing is. */
#include "base/pin.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { SANITIZED = 1 }; /* mlockall is nothing there */
#else
enum { SANITIZED = 0 };
#endif

enum { MIB = 1 << 20, FAILED = 99 };

/* The figure of /proc/self/status whose line begins with NAME, in KiB; -1: none. */
static long status_kib(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	size_t len = strlen(name);
	char line[256];
	long kib = -1;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, len) == 0)
			kib = strtol(line + len, NULL, 10);
	if (file != NULL)
		fclose(file);
	return kib;
}

static bool gets_memory(void)
{
	char *memory = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		0);

	if (memory == MAP_FAILED)
		return false;
	memory[MIB] = 1;
	return munmap(memory, 64 * MIB) == 0;
}

static int in_child(int (*run)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(run());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int pins(void)
{
	int error = pin_memory(true);

	if (error < 0)
		return -error;
	return status_kib("VmLck:") > 0 && gets_memory() ? 0 : FAILED;
}

/* A user without rights, and a limit that leaves room for some of what is mapped. */
static int is_nobody(void)
{
	struct rlimit limit = { 4 * MIB, 4 * MIB };

	if (setrlimit(RLIMIT_MEMLOCK, &limit) < 0 || (geteuid() == 0 && setuid(65534) < 0))
		return FAILED;
	return pin_memory(true) == -EPERM && status_kib("VmLck:") == 0 && gets_memory() ? 0
											: FAILED;
}

static void what_is_touched_is_pinned(void **state)
{
	int error = in_child(pins);

	(void)state;
	if (error == EPERM || SANITIZED) {
		print_message("# skipped: not permitted here, or a sanitizer is in its place\n");
		skip();
	}
	assert_int_equal(error, 0);
}

static void without_the_right_nothing_is(void **state)
{
	(void)state;
	assert_int_equal(in_child(is_nobody), 0);
}

/* Writes to 256 KiB of stack and returns. */
static __attribute__((noinline)) int go_deep(int value)
{
	volatile char deep[256 * 1024];

	for (size_t i = 0; i < sizeof(deep); i += 1024)
		deep[i] = (char)value;
	return deep[1024];
}

/* Called last, since what is pinned stays so: what was mapped of files is a good part less, the stack
 * that something deep left behind is gone, what was written to stays as it is, and code runs on. */
static void what_starting_took_is_given_back(void **state)
{
	static int written = 7;
	char near[64] = "near";

	(void)state;
	if (SANITIZED)
		skip();
	assert_int_equal(go_deep(3), 3);
	long files_kib = status_kib("RssFile:"), anon_kib = status_kib("RssAnon:");
	pin_memory(true);
	long left_kib = status_kib("RssFile:"), gone_kib = anon_kib - status_kib("RssAnon:");
	assert_true(files_kib > 0 && left_kib > 0);
	assert_true(left_kib < files_kib / 4 * 3);
	/* most of the 256, and little besides */
	assert_true(gone_kib > 200 && gone_kib < 400);
	assert_int_equal(written, 7);
	assert_string_equal(near, "near");
	assert_int_equal(go_deep(5), 5);
}

/* Where memory is short the page cache may have lost them, and the stack will be wanted again. */
static int keeps(void)
{
	bool deep = go_deep(3) == 3;
	long files_kib = status_kib("RssFile:");

	pin_memory(false);
	return deep && status_kib("RssFile:") >= files_kib ? 0 : FAILED;
}

static void nothing_is_where_memory_is_short(void **state)
{
	(void)state;
	assert_int_equal(in_child(keeps), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_where_memory_is_short),
		cmocka_unit_test(what_is_touched_is_pinned),
		cmocka_unit_test(without_the_right_nothing_is),
		cmocka_unit_test(what_starting_took_is_given_back),
	};

	return cmocka_run_group_tests_name("pin", tests, NULL, NULL);
}
