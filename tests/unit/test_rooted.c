/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file in a folder of somebody who means ill: links out of it, FIFOs, other files. */
#include "base/rooted.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/test_rooted.XXXXXX";
static char outside[64];
static int root = -1;
static ino_t lib, secret;

static ino_t make_file(const char *path)
{
	struct stat info;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0 && write(fd, "file", 4) == 4 && fstat(fd, &info) == 0);
	close(fd);
	return info.st_ino;
}

/* The outcome, as errno; 0: it was opened. */
static int try(const char *path, ino_t inode)
{
	int fd = rooted_open(root, path, inode);

	if (fd < 0)
		return -fd;
	close(fd);
	return 0;
}

static void a_plain_file_is_opened(void **state)
{
	char text[8];
	int fd = rooted_open(root, "/usr/lib/lib.so", lib);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof(text)), 4);
	close(fd);
	assert_int_equal(try("//usr///lib/lib.so", lib), 0);
	assert_int_equal(try("/usr/lib/lib.so", lib + 1), ESTALE);
	assert_int_equal(try("/usr/lib/none.so", lib), ENOENT);
}

static void links_lead_nowhere(void **state)
{
	(void)state;
	assert_int_equal(symlink(outside, "usr/lib/absolute"), 0);
	assert_int_equal(symlink("lib.so", "usr/lib/relative"), 0);
	assert_int_equal(symlink("/tmp", "usr/out"), 0);
	assert_int_equal(try("/usr/lib/absolute", secret), ELOOP);
	assert_int_equal(try("/usr/lib/relative", lib), ELOOP);
	char through[96];

	snprintf(through, sizeof(through), "/usr/out%s", strrchr(outside, '/'));
	assert_int_equal(try(through, secret), ENOTDIR);
}

static void nothing_leads_out(void **state)
{
	char up[128] = "";

	(void)state;
	for (int i = 0; i < 8; i++)
		strcat(up, "/..");
	strcat(up, outside);
	assert_int_equal(try(up, secret), EINVAL);
	assert_int_equal(try("/usr/lib/../lib/lib.so", lib), EINVAL);
}

/* Opening a FIFO would wake who waits for a reader. */
static void nothing_but_a_plain_file_is_opened(void **state)
{
	struct stat info;

	(void)state;
	assert_int_equal(mkfifo("usr/lib/fifo", 0600), 0);
	assert_int_equal(stat("usr/lib/fifo", &info), 0);
	int writer = open("usr/lib/fifo", O_WRONLY | O_NONBLOCK | O_CLOEXEC);

	assert_true(writer < 0 && errno == ENXIO);
	assert_int_equal(try("/usr/lib/fifo", info.st_ino), EINVAL);
	assert_int_equal(stat("usr/lib", &info), 0);
	assert_int_equal(try("/usr/lib", info.st_ino), EINVAL);
	assert_int_equal(try("/usr/lib/lib.so/more", lib), ENOTDIR);
	assert_int_equal(try("/", lib), EINVAL);
}

static void long_names_are_refused(void **state)
{
	char path[1024];

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(try(path, lib), EINVAL);
}

static int set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL || chdir(folder) < 0)
		return -1;
	snprintf(outside, sizeof(outside), "%s.outside", folder);
	secret = make_file(outside);
	if (mkdir("usr", 0700) < 0 || mkdir("usr/lib", 0700) < 0)
		return -1;
	lib = make_file("usr/lib/lib.so");
	root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root < 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	close(root);
	snprintf(command, sizeof(command), "rm -r %s %s", folder, outside);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_file_is_opened),
		cmocka_unit_test(links_lead_nowhere),
		cmocka_unit_test(nothing_leads_out),
		cmocka_unit_test(nothing_but_a_plain_file_is_opened),
		cmocka_unit_test(long_names_are_refused),
	};

	return cmocka_run_group_tests_name("rooted", tests, set_up, tear_down);
}
