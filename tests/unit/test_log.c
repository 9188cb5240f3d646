/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log: nothing unless asked, plain files only, one clean line each */
#include "base/log.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/memtop-log-XXXXXX";
static char path[64], other[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/log", folder);
	snprintf(other, sizeof other, "%s/other", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return rmdir(folder);
}

static size_t read_log(char *out, size_t cap)
{
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	size_t len = fread(out, 1, cap - 1, file);
	fclose(file);
	out[len] = '\0';
	return len;
}

static void test_off_by_default(void **state)
{
	(void)state;
	unsetenv("MEMTOP_LOG");
	assert_int_equal(log_open("test"), 0);
	log_line("to nobody");
	log_close();
	setenv("MEMTOP_LOG", "", 1);
	assert_int_equal(log_open("test"), 0);
	log_close();
}

static void test_lines(void **state)
{
	char text[8192], wanted[64];
	struct stat status;

	(void)state;
	setenv("MEMTOP_LOG", path, 1);
	assert_int_equal(log_open("sampler"), 0);
	errno = ENOSPC;
	log_line("tick %d", 1);
	assert_int_equal(errno, ENOSPC);
	log_line("name \033]0;x\n");
	log_close();
	log_line("after the end");
	assert_int_equal(log_open("sampler"), 0);
	log_line("%3000d", 1);
	log_close();
	read_log(text, sizeof text);
	snprintf(wanted, sizeof wanted, "Z sampler[%d]: tick 1\n", (int)getpid());
	assert_non_null(strstr(text, wanted));
	assert_non_null(strstr(text, ": name ?]0;x?\n"));
	assert_null(strstr(text, "after"));
	assert_int_equal(text[strlen(text) - 1], '\n');
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_plain_files_only(void **state)
{
	(void)state;
	assert_int_equal(symlink(path, other), 0);
	setenv("MEMTOP_LOG", other, 1);
	assert_int_equal(log_open("test"), -ELOOP);
	unlink(other);
	assert_int_equal(mkfifo(other, 0600), 0);
	assert_true(log_open("test") < 0);
	unlink(other);
	setenv("MEMTOP_LOG", "/dev/null", 1);
	assert_int_equal(log_open("test"), -EINVAL);
	setenv("MEMTOP_LOG", folder, 1);
	assert_true(log_open("test") < 0);
	log_line("nowhere to go");
}

/* What somebody else has put there, or may change, is left as it is. */
static void test_of_our_own_only(void **state)
{
	char why[LOG_WHY_MAX];
	struct stat status;

	(void)state;
	setenv("MEMTOP_LOG", other, 1);
	assert_int_equal(log_open("test"), 0);
	log_close();
	assert_int_equal(chmod(other, 0622), 0);
	assert_int_equal(log_open("test"), -EACCES);
	log_explain(-EACCES, why);
	assert_non_null(strstr(why, "others"));
	assert_int_equal(chmod(other, 0600), 0);
	unlink(path);
	assert_int_equal(link(other, path), 0);
	assert_int_equal(log_open("test"), -EMLINK);
	unlink(path);
	if (geteuid() == 0) {
		assert_int_equal(chown(other, 4242, 4242), 0);
		assert_int_equal(log_open("test"), -EPERM);
		log_explain(-EPERM, why);
		assert_non_null(strstr(why, "another user; nothing is logged"));
	}
	log_line("to nobody");
	assert_int_equal(stat(other, &status), 0);
	assert_int_equal(status.st_size, 0);
	unlink(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_off_by_default),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_plain_files_only),
		cmocka_unit_test(test_of_our_own_only),
	};

	return cmocka_run_group_tests_name("log", tests, make_folder, remove_folder);
}
