/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a Java virtual machine publishes, in a made file; names of C++ classes; who may look. */
#include "inspect/java.h"

#include "inspect/classes.h"
#include "inspect/permit.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

enum { HEAD = 32, ROOM = 8192 };

static _Alignas(8) unsigned char file[ROOM];
static size_t end;

static void put32(size_t at, uint32_t value)
{
	memcpy(file + at, &value, sizeof(value));
}

static void begin(void)
{
	static const unsigned char magic[] = { 0xca, 0xfe, 0xc0, 0xc0, 1, 2, 0, 1 };

	memset(file, 0, sizeof(file));
	memcpy(file, magic, sizeof(magic));
	put32(24, HEAD);
	end = HEAD;
}

static void add(const char *name, char type, const void *value, size_t len)
{
	size_t data = (20 + strlen(name) + 1 + 7) / 8 * 8, size = (data + len + 7) / 8 * 8;
	uint32_t count;

	put32(end, (uint32_t)size);
	put32(end + 4, 20);
	put32(end + 8, type == 'J' ? 0 : (uint32_t)len);
	file[end + 12] = (unsigned char)type;
	put32(end + 16, (uint32_t)data);
	memcpy(file + end + 20, name, strlen(name));
	memcpy(file + end + data, value, len);
	end += size;
	memcpy(&count, file + 28, sizeof(count));
	put32(28, count + 1);
}

static void number(const char *name, uint64_t value)
{
	add(name, 'J', &value, sizeof(value));
}

static void make(const char *policy)
{
	begin();
	add("java.property.java.version", 'B', "17.0.1", 7);
	add("sun.gc.policy.name", 'B', policy, strlen(policy) + 1);
	number("sun.gc.generation.0.maxCapacity", 100 << 20);
	number("sun.gc.generation.0.space.0.capacity", 80 << 20);
	number("sun.gc.generation.0.space.0.used", 3 << 20);
	number("sun.gc.generation.0.space.1.capacity", 10 << 20);
	number("sun.gc.generation.0.space.1.used", 1 << 20);
	number("sun.gc.generation.0.space.2.capacity", 10 << 20);
	number("sun.gc.generation.1.maxCapacity", 200 << 20);
	number("sun.gc.generation.1.space.0.capacity", 150 << 20);
	number("sun.gc.generation.1.space.0.used", 40 << 20);
	number("sun.gc.collector.0.invocations", 5);
	number("sun.gc.collector.1.invocations", 2);
	number("sun.gc.metaspace.used", 123456);
}

static void serial_counts_one_survivor(void **state)
{
	struct java java;

	(void)state;
	make("Copy:MSC");
	assert_int_equal(java_parse(&java, file, end), 0);
	assert_int_equal(java.used, 44 << 20);
	assert_int_equal(java.committed, 240 << 20);
	assert_int_equal(java.limit, 300 << 20);
	assert_int_equal(java.old, 40 << 20);
	assert_int_equal(java.metaspace, 123456);
	assert_int_equal(java.collections, 7);
	assert_int_equal(java.young_committed + java.old_committed, java.committed);
	assert_string_equal(java.version, "17.0.1");
}

static void regions_are_not_added_up_twice(void **state)
{
	struct java java;

	(void)state;
	make("GarbageFirst");
	assert_int_equal(java_parse(&java, file, end), 0);
	assert_int_equal(java.committed, 250 << 20);
	assert_int_equal(java.limit, 200 << 20);
}

static void what_is_cut_or_damaged_is_no_figure(void **state)
{
	struct java java;

	(void)state;
	make("Copy:MSC");
	for (size_t len = 0; len < end; len++)
		java_parse(&java, file, len); /* ends, whatever it says */
	file[7] = 0;
	assert_int_equal(java_parse(&java, file, end), -EPROTO);
	begin();
	assert_int_equal(java_parse(&java, file, end), -EPROTO);
	make("Copy:MSC");
	file[0] = 0;
	assert_int_equal(java_parse(&java, file, end), -EPROTO);
}

static void names_are_read(void **state)
{
	static const char *const names[][2] = {
		{ "6Circle", "Circle" },
		{ "N4shop5OrderE", "shop::Order" },
		{ "N4shop3BoxIiEE", "shop::Box<>" },
		{ "St6vectorIiSaIiEE", "std::vector<>" },
		{ "St23_Sp_counted_ptr_inplaceI5OrderSaIvELN9__gnu_cxx12_Lock_policyE2EE",
			"Order (shared)" },
		{ "NSt3__120__shared_ptr_emplaceIN4shop5OrderENS_9allocatorIS2_EEEE",
			"shop::Order (shared)" },
		{ "St23_Sp_counted_ptr_inplaceIiSaIvELN9__gnu_cxx12_Lock_policyE2EE",
			"std::_Sp_counted_ptr_inplace<>" },
		{ "St15_Sp_counted_ptrIP5OrderLN9__gnu_cxx12_Lock_policyE2EE",
			"std::_Sp_counted_ptr<>" },
		{ "4GridILi10ELb1EL5Color2EE", "Grid<>" },
		{ "N4shop3BoxIA9_dEE", "shop::Box<>" },
		{ "Z4mainE5Shape", "main::Shape" },
		{ "Z3runiE5Shape_0", "run::Shape" },
		{ "ZL3runvE5Shape", "run::Shape" },
		{ "ZN4shop4FarmIiE3runEvE5Shape", "shop::Farm<>::run::Shape" },
		{ "Z4mainE", "Z4mainE" },
		{ "4TaskIZ4mainEUlvE10_E", "Task<>" },
		{ "4TaskIN4shopUt0_EE", "Task<>" },
		{ "NSt6thread11_State_implINS_8_InvokerISt5tupleIJZ4mainEUlvE0_EEEEEE",
			"std::thread::_State_impl<>" },
		{ "4GridILi10", "4GridILi10" },
		{ "4GridILE", "4GridILE" },
		{ "4GridIE", "Grid<>" },
		{ "NSt6thread5_ImplE", "std::thread::_Impl" },
		{ "N12_GLOBAL__N_15InnerE", "(anonymous)::Inner" },
		{ "9999999999x", "9999999999x" },
		{ "N4shop", "N4shop" },
	};
	char name[CLASSES_NAME_MOST];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		classes_readable(names[i][0], name);
		assert_string_equal(name, names[i][1]);
	}
}

static void who_may_not_look_is_told_what_would_permit_it(void **state)
{
	static const struct {
		struct permit permit;
		int error;
		const char *words;
	} cases[] = {
		{ { 7, 0, 1000, true, -1 }, -EACCES,
			"process 7 belongs to root; run memtop with sudo" },
		{ { 7, 33, 1000, true, 0 }, -EPERM,
			"process 7 belongs to user 33; run memtop as that user or with sudo" },
		{ { 7, 1000, 1000, false, 0 }, -EACCES,
			"process 7 has made itself unreadable (not dumpable); run memtop with sudo" },
		{ { 7, 1000, 1000, true, 1 }, -EPERM,
			"kernel.yama.ptrace_scope is 1; start the program as \"memtop -- PROGRAM\", "
			"or run memtop with sudo" },
		{ { 7, 1000, 1000, true, 2 }, -EPERM,
			"kernel.yama.ptrace_scope is 2; run memtop with sudo" },
		{ { 7, 1000, 0, true, 3 }, -EPERM,
			"kernel.yama.ptrace_scope is 3: nobody may, until the machine is started "
			"again" },
		{ { 7, 1000, 0, true, 0 }, -EPERM,
			"memtop runs without CAP_SYS_PTRACE, so it may not read other processes' "
			"memory; give it that (a container: --cap-add SYS_PTRACE)" },
		{ { 7, 1000, 1000, true, 0 }, -EPERM,
			"process 7 has rights that memtop has not; run memtop with sudo" },
		{ { 7, 1000, 1000, true, 0 }, -ESRCH, "process 7 has ended" },
	};
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		permit_why(&cases[i].permit, cases[i].error, why, sizeof(why));
		assert_string_equal(why, cases[i].words);
	}
}

/* Where memory may not be read: the file that is mapped is found in the list of mappings. */
static void the_file_says_the_same(void **state)
{
	char folder[] = "/tmp/memtop-java-XXXXXX", path[96], in[64];
	struct java java = { .used = 0 };
	void *map;
	int fd;

	(void)state;
	assert_int_equal(java_read_file(&java, getpid()), -ENOENT);
	assert_non_null(mkdtemp(folder));
	snprintf(in, sizeof(in), "%s/hsperfdata_me", folder);
	snprintf(path, sizeof(path), "%s/77", in);
	assert_int_equal(mkdir(in, 0700), 0);
	make("Copy:MSC");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, file, end), (ssize_t)end);
	map = mmap(NULL, end, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_int_equal(java_read_file(&java, getpid()), 0);
	assert_int_equal(java.used, 44 << 20);
	/* what lies there by now is another one */
	unlink(path);
	assert_true(java_read_file(&java, getpid()) < 0);
	munmap(map, end);
	close(fd);
	rmdir(in);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serial_counts_one_survivor),
		cmocka_unit_test(regions_are_not_added_up_twice),
		cmocka_unit_test(what_is_cut_or_damaged_is_no_figure),
		cmocka_unit_test(the_file_says_the_same),
		cmocka_unit_test(names_are_read),
		cmocka_unit_test(who_may_not_look_is_told_what_would_permit_it),
	};

	return cmocka_run_group_tests_name("java", tests, NULL, NULL);
}
