/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory of a child, of ourselves and of a made image; what is not there is never touched. */
#include "inspect/memory.h"

#include "inspect/memory_priv.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { PIECES = 1500, BIG = 64 << 20 };

/* Field NUMBER of /proc/PID/stat, none of whose names has a space here. */
static uint64_t stat_field(pid_t pid, int number)
{
	char path[32], text[1024], *at;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	at = strrchr(text, ')');
	for (int field = 2; field < number; field++)
		at = strchr(at + 1, ' ');
	return strtoull(at + 1, NULL, 10);
}

static long page_tables_kib(pid_t pid)
{
	char path[32], line[256];
	long kib = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "VmPTE:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	fclose(file);
	return kib;
}

static struct memory *open_self(void)
{
	int error = 1;
	struct memory *memory = memory_open(getpid(), stat_field(getpid(), 22), &error);

	if (error == -EPERM)
		skip(); /* a sandbox without process_vm_readv(2) */
	assert_int_equal(error, 0);
	return memory;
}

/* Whether the page at BYTES, its first byte, is in memory. */
static bool is_there(struct memory *memory, const void *bytes)
{
	unsigned char there;

	return memory_pages(memory, (uint64_t)(uintptr_t)bytes, 1, &there) == 1;
}

static void words_and_pieces_are_read(void **state)
{
	static uint64_t words[PIECES], copy[PIECES];
	struct memory_piece pieces[PIECES];
	uint64_t word;

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		words[i] = i * i;
		pieces[i] = (struct memory_piece){ (uint64_t)(uintptr_t)&words[i], &copy[i], 8, 1 };
	}
	pieces[700].address = 4096; /* nothing is there */
	struct memory *memory = open_self();
	assert_int_equal(memory_gather(memory, pieces, PIECES), 0);
	for (size_t i = 0; i < PIECES; i++) {
		assert_int_equal(pieces[i].error, i == 700 ? -EFAULT : 0);
		assert_true(i == 700 || copy[i] == i * i);
	}
	assert_int_equal(memory_word(memory, (uint64_t)(uintptr_t)&words[9], &word), 0);
	assert_int_equal(word, 81);
	assert_int_equal(memory_word(memory, UINT64_MAX - 3, &word), -EFAULT);
	assert_true(memory_same(memory));
	memory_close(memory);
}

/* Half of the pages of a big mapping are there, in turns. */
static void holes_are_left_alone(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), count = BIG / page, there = 0;
	unsigned char *big = mmap(NULL, BIG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0);
	unsigned char *copy = malloc(BIG), *present = malloc(count);
	long before;
	uint64_t word;

	(void)state;
	madvise(big, BIG, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < count / 2; i += 2)
		big[i * page] = (unsigned char)(i % 250 + 1);
	memset(copy, 1, BIG);
	struct memory *memory = open_self();
	before = page_tables_kib(getpid());
	assert_int_equal(memory_scan(memory, (uint64_t)(uintptr_t)big, copy, BIG, present),
		count / 4);
	for (size_t i = 0; i < count; i++) {
		bool set = i < count / 2 && i % 2 == 0;

		assert_int_equal(present[i], set);
		assert_int_equal(copy[i * page], set ? i % 250 + 1 : 0);
		there += present[i];
	}
	assert_int_equal(there, count / 4);
	assert_int_equal(memory_word(memory, (uint64_t)(uintptr_t)(big + page), &word), -EFAULT);
	assert_true(is_there(memory, big));
	assert_false(is_there(memory, big + page));
	assert_in_range(page_tables_kib(getpid()), 1, (uint64_t)before + 16);
	memory_close(memory);
	munmap(big, BIG);
	free(copy);
	free(present);
}

static void a_budget_ends_it(void **state)
{
	struct memory *memory = open_self();
	uint64_t word, place = (uint64_t)(uintptr_t)&word;

	(void)state;
	memory_budget(memory, 20, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(memory_word(memory, place, &word), 0);
	assert_int_equal(memory_word(memory, place, &word), -E2BIG);
	assert_int_equal(memory_spent(memory), -E2BIG);
	memory_budget(memory, 1000, 1);
	usleep(5000);
	assert_int_equal(memory_word(memory, place, &word), -ETIME);
	assert_int_equal(memory_spent(memory), -ETIME);
	memory_close(memory);
}

/* The same pid with another start, and a child that ends or becomes another program. */
static void another_process_is_told_apart(void **state)
{
	int error = 0, go[2];
	char c = 0;
	pid_t child;

	(void)state;
	assert_null(memory_open(getpid(), stat_field(getpid(), 22) + 1, &error));
	assert_int_equal(error, -ESRCH);
	assert_null(memory_open(0, 0, &error));
	assert_int_equal(pipe(go), 0);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (read(go[0], &c, 1) == 1)
			execlp("sleep", "sleep", "60", NULL);
		_exit(1);
	}
	struct memory *memory = memory_open(child, stat_field(child, 22), &error);
	if (memory == NULL && error == -EPERM)
		skip();
	assert_non_null(memory);
	assert_true(memory_same(memory));
	assert_int_equal(write(go[1], "x", 1), 1);
	for (int i = 0; i < 5000 && memory_same(memory); i++)
		usleep(1000);
	assert_false(memory_same(memory));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_false(memory_same(memory));
	memory_close(memory);
	close(go[0]);
	close(go[1]);
}

/* Code of a library that is not in memory comes from its file; what may be changed does not. */
static void files_stand_in(void **state)
{
	char path[] = "/tmp/test_memory.XXXXXX", text[8] = "";
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)(4 * page)), 0);
	assert_int_equal(pwrite(fd, "from it", 8, (off_t)page), 8);
	char *read_only = mmap(NULL, 4 * page, PROT_READ, MAP_PRIVATE, fd, 0);
	char *writable = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	struct memory *memory = open_self();
	assert_false(is_there(memory, read_only));
	assert_int_equal(memory_read(memory, (uint64_t)(uintptr_t)read_only + page, text, 8), 0);
	assert_string_equal(text, "from it");
	assert_int_equal(memory_read(memory, (uint64_t)(uintptr_t)writable + page, text, 8),
		-EFAULT);
	memory_close(memory);
	munmap(read_only, 4 * page);
	munmap(writable, 4 * page);
	unlink(path);
	close(fd);
}

static void an_image_is_read_like_a_process(void **state)
{
	static unsigned char bytes[8192], copy[8192];
	const struct memory_region regions[] = {
		{ .start = 0x10000, .end = 0x12000, .flags = MEMORY_READ, .name = "one" },
		{ .start = 0x12000, .end = 0x14000, .flags = MEMORY_READ, .name = "absent" },
	};
	const unsigned char *const contents[] = { bytes, NULL };
	struct memory *memory = memory_of_image(regions, 2, contents);
	unsigned char present[2];
	size_t count;

	(void)state;
	memset(bytes, 7, sizeof(bytes));
	assert_string_equal(memory_regions(memory, &count)[1].name, "absent");
	assert_int_equal(count, 2);
	assert_int_equal(memory_read(memory, 0x11ff8, copy, 8), 0);
	assert_int_equal(copy[7], 7);
	assert_int_equal(memory_read(memory, 0x11ff9, copy, 8), -EFAULT);
	assert_int_equal(memory_read(memory, 0x12000, copy, 8), -EFAULT);
	assert_null(memory_region_at(memory, 0xffff));
	assert_non_null(memory_region_at(memory, 0x13fff));
	assert_null(memory_region_at(memory, 0x14000));
	if (memory_page_size(memory) == 4096) {
		assert_int_equal(memory_scan(memory, 0x11000, copy, 8192, present), 1);
		assert_int_equal(present[0], 1);
		assert_int_equal(present[1], 0);
		assert_int_equal(copy[4096], 0);
	}
	memory_close(memory);
}

static void maps_are_parsed(void **state)
{
	char text[] = "1000-2000 rw-p 00000000 00:00 0 \n"
		      "2000-3000 r-xs 00001000 fd:01 77                         /a b\n"
		      "5000-4000 rw-p 00000000 00:00 0 \n"
		      "nonsense\n"
		      "2800-4000 rw-p 00000000 00:00 0 \n"
		      "6000-9000 rw-p 00000000 00:00 0                          [heap]\n"
		      "9000-a000 rw-p 00000000 00:00 0                          [anon: x]\n"
		      "b000-c000 r--p 00000000 00:00 0                          [vvar]\n"
		      "d000-e000 rw-p 000";
	struct memory_region *regions;
	char *names;
	size_t count = memory_maps_parse(text, sizeof(text) - 1, &regions, &names);

	(void)state;
	assert_int_equal(count, 5);
	assert_int_equal(regions[0].flags, MEMORY_READ | MEMORY_WRITE);
	assert_string_equal(regions[0].name, "");
	assert_int_equal(regions[1].inode, 77);
	assert_int_equal(regions[1].device, 0xfdull << 32 | 1);
	assert_int_equal(regions[1].offset, 0x1000);
	assert_int_equal(regions[1].flags, MEMORY_READ | MEMORY_EXEC | MEMORY_SHARED | MEMORY_FILE);
	assert_string_equal(regions[1].name, "/a b");
	assert_int_equal(regions[2].flags, MEMORY_READ | MEMORY_WRITE | MEMORY_HEAP);
	assert_int_equal(regions[3].flags, MEMORY_READ | MEMORY_WRITE);
	assert_int_equal(regions[4].flags, MEMORY_READ | MEMORY_KERNEL);
	free(regions);
}

/* What was not there a moment ago is, once the program has touched it: lines are looked at 1,000
 * times a second. */
static void a_page_that_comes_is_seen(void **state)
{
	size_t size = 1 << 20;
	unsigned char *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0);
	unsigned char byte = 0;
	int error;
	struct memory *memory = memory_open(getpid(), stat_field(getpid(), 22), &error);

	(void)state;
	assert_ptr_not_equal(bytes, MAP_FAILED);
	assert_non_null(memory);
	assert_false(is_there(memory, bytes));
	bytes[0] = 7;
	usleep(5000); /* much less than what a page that is there counts for */
	assert_true(is_there(memory, bytes));
	assert_int_equal(memory_read(memory, (uintptr_t)bytes, &byte, 1), 0);
	assert_int_equal(byte, 7);
	memory_close(memory);
	munmap(bytes, size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_pieces_are_read),
		cmocka_unit_test(holes_are_left_alone),
		cmocka_unit_test(a_page_that_comes_is_seen),
		cmocka_unit_test(a_budget_ends_it),
		cmocka_unit_test(another_process_is_told_apart),
		cmocka_unit_test(files_stand_in),
		cmocka_unit_test(an_image_is_read_like_a_process),
		cmocka_unit_test(maps_are_parsed),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
