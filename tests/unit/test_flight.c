/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flight: a folder of segments stays within its bounds, in order whatever the clock says, and
 * nothing but segments is touched. */
#include "source/flight.h"

#include "source/reel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], why[RECORD_WHY_MAX];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/memtop-flight-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* A file NAME of BYTES, all of them C. */
static void make_file(const char *name, size_t bytes, char c)
{
	char path[200], data[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	memset(data, c, sizeof(data));
	data[0] = c != '\0' ? '{' : '\0'; /* as a recording begins */
	for (size_t n = 0; bytes > 0; bytes -= n) {
		n = bytes < sizeof(data) ? bytes : sizeof(data);
		assert_int_equal(write(fd, data, n), n);
	}
	close(fd);
}

static bool there_is(const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static struct flight *take(uint64_t kib, double seconds)
{
	struct flight_bounds bounds = { kib, seconds };
	struct flight *flight = NULL;

	if (flight_open(&flight, folder, bounds, why) != 0)
		fail_msg("%s", why);
	return flight;
}

/* By number, not by time; the oldest go first, the newest never. */
static void test_trim(void **state)
{
	(void)state;
	make_file("000008-20261128T000000Z.zst", 400 << 10, 'a');
	make_file("000009-20261127T000000Z.zst", 400 << 10, 'b'); /* the clock went back */
	make_file("000010-20261127T010000Z.zst", 400 << 10, 'c');
	make_file("notes.txt", 900 << 10, 'x');
	make_file("000001-yesterday.zst", 900 << 10, 'x');
	struct flight *flight = take(1024, 0);
	assert_int_equal(flight_trim(flight), 0);
	assert_false(there_is("000008-20261128T000000Z.zst"));
	assert_true(there_is("000009-20261127T000000Z.zst"));
	assert_true(there_is("000010-20261127T010000Z.zst"));
	assert_true(there_is("notes.txt"));
	assert_true(there_is("000001-yesterday.zst"));
	assert_non_null(strstr(flight_next(flight), "/000011-"));
	flight_close(flight);
	flight = take(1, 0);
	assert_int_equal(flight_trim(flight), 0);
	assert_false(there_is("000009-20261127T000000Z.zst"));
	assert_true(there_is("000010-20261127T010000Z.zst"));
	flight_close(flight);
}

/* A week of segments, however they are written: the folder never holds more than its bound, and
 * most of it is used. */
static void test_a_week(void **state)
{
	struct flight_status status;
	uint64_t size = 0, most = 0;

	(void)state;
	struct flight *flight = take(1024, 0);
	for (int i = 0; i < 300; i++) {
		char name[100];
		snprintf(name, sizeof(name), "%s", strrchr(flight_next(flight), '/') + 1);
		for (size = 0; !flight_is_full(flight, size, 60); size += 24 << 10)
			make_file(name, (size_t)size + (24 << 10), 'a');
		assert_int_equal(flight_trim(flight), 0);
		assert_int_equal(flight_look(&status, folder), 0);
		most = status.bytes > most ? status.bytes : most;
	}
	assert_true(most <= 1024 << 10);
	assert_true(status.bytes >= 800 << 10);
	assert_in_range(status.segments, 8, 16);
	assert_true(status.written);
	flight_close(flight);
	assert_int_equal(flight_look(&status, folder), 0);
	assert_false(status.written);
}

static void test_age(void **state)
{
	struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
	char path[200];

	(void)state;
	make_file("000001-19700112T000000Z.zst", 10, 'a');
	make_file("000002-20261127T000000Z.zst", 10, 'b');
	make_file("000003-20261127T000000Z.zst", 10, 'c');
	snprintf(path, sizeof(path), "%s/000001-19700112T000000Z.zst", folder);
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	struct flight *flight = take(1024, 86400);
	assert_true(flight_is_full(flight, 0, 86400 / 16));
	assert_false(flight_is_full(flight, 0, 60));
	assert_int_equal(flight_trim(flight), 0);
	assert_false(there_is("000001-19700112T000000Z.zst"));
	assert_true(there_is("000002-20261127T000000Z.zst"));
	flight_close(flight);
}

/* All of it, in the order of the numbers; no link is followed, and what a power cut left as zeros is
 * passed over. */
static void test_read(void **state)
{
	char path[200], text[64] = "";
	struct reel *reel;

	(void)state;
	assert_int_equal(flight_read(&reel, folder), -ENOENT);
	assert_int_equal(flight_read(&reel, "/nowhere/at/all"), -ENOENT);
	assert_int_equal(flight_read(&reel, "/dev/null"), -ENOTDIR);
	make_file("000010-20261127T000000Z.zst", 3, 'c');
	make_file("000002-20261128T000000Z.zst", 3, 'b');
	make_file("000001-20261126T000000Z.zst", 4, '\0');
	make_file("000004-20261126T000000Z.zst", 0, 'd');
	make_file("other.zst", 3, 'x');
	snprintf(path, sizeof(path), "%s/000003-20261128T000000Z.zst", folder);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(flight_read(&reel, folder), 0);
	assert_int_equal(reel_size(reel), 6);
	assert_int_equal(reel_read(reel, text, sizeof(text), 0), 6);
	assert_memory_equal(text, "{bb{cc", 6);
	reel_free(reel);
}

/* More segments than files may be open: the oldest are read all the same, in their order. */
static void test_read_with_few_files(void **state)
{
	enum { SEGMENTS = 24, FILES = 20 };
	char name[40], text[2 * SEGMENTS];
	struct rlimit files, few;
	struct reel *reel;

	(void)state;
	for (int i = 0; i < SEGMENTS; i++) {
		snprintf(name, sizeof(name), "%06d-20261127T000000Z.zst", i + 1);
		make_file(name, 2, (char)('a' + i));
	}
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	few = files;
	few.rlim_cur = FILES;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	int error = flight_read(&reel, folder);
	setrlimit(RLIMIT_NOFILE, &files);
	assert_int_equal(error, 0);
	assert_int_equal(reel_read(reel, text, sizeof(text), 0), sizeof(text));
	for (int i = 0; i < SEGMENTS; i++)
		assert_int_equal(text[2 * i + 1], 'a' + i);
	reel_free(reel);
}

static void test_refused(void **state)
{
	struct flight *flight = take(1024, 0), *other = NULL;
	struct flight_bounds bounds = { 1024, 0 };
	struct stat st;

	(void)state;
	assert_int_equal(flight_open(&other, folder, bounds, why), -EBUSY);
	assert_non_null(strstr(why, "another memtop records there"));
	flight_close(flight);
	chmod(folder, 0770);
	assert_int_equal(flight_open(&other, folder, bounds, why), -EPERM);
	assert_non_null(strstr(why, "others may write into it"));
	chmod(folder, 0700);
	assert_int_equal(flight_open(&other, "/dev/null", bounds, why), -ENOTDIR);
	char path[200];
	snprintf(path, sizeof(path), "%s/a/b", folder);
	assert_int_equal(flight_open(&other, path, bounds, why), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	flight_close(other);
}

static void test_default(void **state)
{
	char path[100];

	(void)state;
	setenv("MEMTOP_FLIGHT", "/srv/flight", 1);
	assert_int_equal(flight_default(path, sizeof(path)), 0);
	assert_string_equal(path, "/srv/flight");
	unsetenv("MEMTOP_FLIGHT");
	setenv("XDG_STATE_HOME", "/home/anna/state", 1);
	assert_int_equal(flight_default(path, sizeof(path)), 0);
	assert_string_equal(path, geteuid() == 0 ? "/var/lib/memtop" : "/home/anna/state/memtop");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_trim, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_a_week, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_age, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_read, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_read_with_few_files, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(test_refused, make_folder, remove_folder),
		cmocka_unit_test(test_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
