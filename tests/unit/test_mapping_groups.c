/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mappings put together by what they are for, from smaps as kernels write it and as nobody
 * should. */
#include "sample/mapping_groups.h"

#include "sample/elf.h"
#include "base/buf.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct world {
	struct mapping_groups_about about;
	struct mapping_groups *parts;
	struct mapping_group *list;
	struct mapping_sums sums;
	size_t count;
};

static void take(void *context, const struct smaps_mapping *mapping)
{
	mapping_groups_add(context, mapping);
}

/* TEXT handed over in pieces of STEP bytes. */
static void read_all(struct world *world, const char *text, size_t step)
{
	struct smaps smaps;
	size_t len = strlen(text);

	world->parts = mapping_groups_new(&world->about);
	smaps_init(&smaps, take, world->parts);
	for (size_t at = 0; at < len; at += step)
		smaps_feed(&smaps, text + at, at + step < len ? step : len - at);
	smaps_end(&smaps);
	world->count = mapping_groups_end(world->parts, &world->list, &world->sums);
}

/* RSS of a part; UINT64_MAX if there is none such. */
static uint64_t rss_of(const struct world *world, enum mapping_kind kind, const char *name)
{
	for (size_t i = 0; i < world->count; i++)
		if (world->list[i].kind == kind && strcmp(world->list[i].name, name) == 0)
			return world->list[i].rss_kib;
	return UINT64_MAX;
}

/* a mapping a line */
/* clang-format off */
#define FIGURES(rss)                                                                               \
	"Size: 99999 kB\nRss: " #rss " kB\nPss: " #rss " kB\nPrivate_Dirty: " #rss " kB\n"

static const char plain[] =
	"00400000-00401000 r--p 00000000 08:01 11 /usr/bin/app\n" FIGURES(1)
	"00401000-00402000 r-xp 00001000 08:01 11 /usr/bin/app\n" FIGURES(2)
	"00402000-00403000 rw-p 00002000 08:01 11 /usr/bin/app\n" FIGURES(3)
	"00403000-00405000 rw-p 00000000 00:00 0 \n" FIGURES(4)
	"01000000-02000000 rw-p 00000000 00:00 0 [heap]\n" FIGURES(100)
	"Swap: 7 kB\n"
	"7f0000000000-7f0000021000 rw-p 00000000 00:00 0 \n" FIGURES(50)
	"7f0000021000-7f0004000000 ---p 00000000 00:00 0 \n" FIGURES(0)
	"7f1000000000-7f1000001000 ---p 00000000 00:00 0 \n" FIGURES(0)
	"7f1000001000-7f1000801000 rw-p 00000000 00:00 0 \n" FIGURES(12)
	"VmFlags: rd wr mr mw me nh \n"
	"7f1000801000-7f1000802000 ---p 00000000 00:00 0 \n" FIGURES(0)
	"7f1000802000-7f1001002000 rw-p 00000000 00:00 0 \n" FIGURES(13)
	"VmFlags: rd wr mr mw me \n"
	"7f2000000000-7f2000001000 r--p 00000000 08:01 12 /usr/lib/libz.so.1\n" FIGURES(20)
	"7f2000001000-7f2000002000 rw-p 00001000 08:01 12 /usr/lib/libz.so.1\n" FIGURES(5)
	"7f2000002000-7f2000004000 rw-p 00000000 00:00 0 \n" FIGURES(6)
	"7f2100000000-7f2101000000 r--s 00000000 08:01 13 /var/data file\n" FIGURES(300)
	"7f2200000000-7f2201000000 rw-s 00000000 00:01 14 /dev/zero (deleted)\n" FIGURES(41)
	"7f2300000000-7f2301000000 rw-s 00000000 00:01 15 /SYSV00000000 (deleted)\n" FIGURES(42)
	"7f2400000000-7f2401000000 rw-s 00000000 00:1a 16 /mnt/ram/file\n" FIGURES(43)
	"7f2500000000-7f2501000000 rw-p 00000000 00:00 0 [anon:arena:one]\n" FIGURES(44)
	"7f2600000000-7f2600200000 rw-p 00000000 00:0f 17 /anon_hugepage (deleted)\n"
	"Rss: 0 kB\nPrivate_Hugetlb: 2048 kB\nVmFlags: rd wr ht \n"
	"7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]\n" FIGURES(9)
	"7ffc00030000-7ffc00032000 r-xp 00000000 00:00 0 [vdso]\n" FIGURES(1);
/* clang-format on */

static void check_plain(size_t step)
{
	static const uint64_t memfs[] = { 0x1a };
	struct world world = { .about = { .exe = "/usr/bin/app", .memfs = memfs, .nmemfs = 1 } };

	read_all(&world, plain, step);
	assert_int_equal(rss_of(&world, MAPPING_PROGRAM, "/usr/bin/app"), 1 + 2 + 3 + 4);
	assert_int_equal(rss_of(&world, MAPPING_HEAP, ""), 100);
	assert_int_equal(rss_of(&world, MAPPING_HEAP, "malloc arenas"), 50);
	/* without the flag of MAP_STACK a guard alone is not enough where the kernel has that
	 * flag */
	assert_int_equal(rss_of(&world, MAPPING_STACKS, ""), 12 + 9);
	assert_int_equal(rss_of(&world, MAPPING_ANON, ""), 13);
	assert_int_equal(rss_of(&world, MAPPING_LIBRARY, "/usr/lib/libz.so.1"), 20 + 5 + 6);
	assert_int_equal(rss_of(&world, MAPPING_FILE, "/var/data file"), 300);
	assert_int_equal(rss_of(&world, MAPPING_SHARED, ""), 41);
	assert_int_equal(rss_of(&world, MAPPING_SHARED, "/SYSV00000000 (deleted)"), 42);
	assert_int_equal(rss_of(&world, MAPPING_SHARED, "/mnt/ram/file"), 43);
	assert_int_equal(rss_of(&world, MAPPING_ANON, "arena:one"), 44);
	assert_int_equal(rss_of(&world, MAPPING_HUGE, ""), 2048);
	assert_int_equal(rss_of(&world, MAPPING_OTHER, ""), 1);
	assert_int_equal(world.count, 13);
	assert_int_equal(world.list[0].kind, MAPPING_HUGE);
	assert_int_equal(world.sums.rss_kib, 696);
	assert_int_equal(world.sums.swap_kib, 7);
	mapping_groups_free(world.parts);
}

/* Mappings of whole arenas: two that lie beside each other, and one of that size. */
static void full_arenas_are_told_by_the_others(void **state)
{
	/* clang-format off */
	static const char alone[] =
		"7f0000000000-7f0004000000 rw-p 00000000 00:00 0 \n" FIGURES(65536)
		"7f0010000000-7f0010100000 rw-p 00000000 00:00 0 \n" FIGURES(7);
	static const char beside[] =
		"7f0000000000-7f0004000000 rw-p 00000000 00:00 0 \n" FIGURES(65536)
		"7f0010000000-7f0014100000 rw-p 00000000 00:00 0 \n" FIGURES(65600)
		"7f0014100000-7f0018000000 ---p 00000000 00:00 0 \n" FIGURES(0);
	/* clang-format on */
	struct world world = { .about = { .exe = "/usr/bin/app" } };

	(void)state;
	read_all(&world, alone, sizeof(alone));
	assert_int_equal(rss_of(&world, MAPPING_ANON, ""), 65536 + 7);
	assert_int_equal(world.count, 1);
	mapping_groups_free(world.parts);
	read_all(&world, beside, sizeof(beside));
	assert_int_equal(rss_of(&world, MAPPING_HEAP, "malloc arenas"), 65536 + 65600);
	assert_int_equal(world.count, 1);
	mapping_groups_free(world.parts);
}

/* As Go 1.19 with cgo maps it: the heap in use, its reserve, and an arena of malloc's for a
 * thread. */
static void the_heap_of_go_is_no_arena(void **state)
{
#ifdef __aarch64__
#define GO "40"
#else
#define GO "c0"
#endif
	static const char text[] = GO "00000000-" GO
				      "0f000000 rw-p 00000000 00:00 0 \n" FIGURES(240000) GO
		"0f000000-" GO
		"10000000 ---p 00000000 00:00 0 \n" FIGURES(0) "7f4290000000-7f4290021000 rw-p 00000000 00:00 0 \n" FIGURES(
			8) "7f4290021000-7f4294000000 ---p 00000000 00:00 0 \n" FIGURES(0);
	static const char full[] = GO "00000000-" GO
				      "10000000 rw-p 00000000 00:00 0 \n" FIGURES(262144);
	struct world world = { .about = { .exe = "/usr/bin/app" } };

	(void)state;
	read_all(&world, text, sizeof(text));
	assert_int_equal(rss_of(&world, MAPPING_HEAP, "Go heap"), 240000);
	assert_int_equal(rss_of(&world, MAPPING_HEAP, "malloc arenas"), 8);
	assert_int_equal(world.count, 2);
	mapping_groups_free(world.parts);
	read_all(&world, full, sizeof(full));
	assert_int_equal(rss_of(&world, MAPPING_HEAP, "Go heap"), 262144);
	assert_int_equal(world.count, 1);
	mapping_groups_free(world.parts);
}

static void every_mapping_has_its_part(void **state)
{
	(void)state;
	/* however the file is cut by read(2) */
	for (size_t step = 1; step < 200; step += 7)
		check_plain(step);
	check_plain(sizeof(plain));
}

static void a_stack_pointer_tells_a_stack(void **state)
{
	static const uint64_t pointers[] = { 0x1000, 0x7f1001001ff0, 0x7fffffffffff };
	struct world world = { .about = { .stacks = pointers, .nstacks = 3 } };

	(void)state;
	read_all(&world, plain, 4096);
	assert_int_equal(rss_of(&world, MAPPING_STACKS, ""), 12 + 13 + 9);
	assert_int_equal(rss_of(&world, MAPPING_ANON, ""), UINT64_MAX);
	/* not the exe, as far as is known: a file that may be run */
	assert_int_equal(rss_of(&world, MAPPING_LIBRARY, "/usr/bin/app"), 1 + 2 + 3 + 4);
	mapping_groups_free(world.parts);
}

/* As glibc 2.43 maps the stacks of three threads: guards are no mappings, and the kernel makes one of
 * them all.  Whether a stack pointer is known or not. */
static void stacks_with_guards_inside(void **state)
{
	/* clang-format off */
	static const char text[] =
		"7f8e2032f000-7f8e34357000 rw-p 00000000 00:00 0 \n" FIGURES(20800)
		"VmFlags: rd wr mr mw me gu ac nh \n"
		"7f8e34357000-7f8e3435a000 rw-p 00000000 00:00 0 \n" FIGURES(8)
		"VmFlags: rd wr mr mw me gu ac \n"
		"7f8e34553000-7f8e34555000 rw-p 00000000 00:00 0 \n" FIGURES(4)
		"VmFlags: rd wr mr mw me ac nh \n";
	/* clang-format on */
	struct world world = { .about = { .exe = "/usr/bin/app" } };

	(void)state;
	read_all(&world, text, 512);
	assert_int_equal(rss_of(&world, MAPPING_STACKS, ""), 20800);
	assert_int_equal(rss_of(&world, MAPPING_ANON, ""), 12);
	mapping_groups_free(world.parts);
}

/* A thread that runs on a stack in something larger: an arena of malloc's, a table. */
static void what_holds_a_stack_is_none(void **state)
{
	/* clang-format off */
	static const char text[] =
		"7f0000000000-7f0003000000 rw-p 00000000 00:00 0 \n" FIGURES(40000)
		"7f0003000000-7f0004000000 ---p 00000000 00:00 0 \n" FIGURES(0)
		"7f1000001000-7f1001002000 rw-p 00000000 00:00 0 \n" FIGURES(16000)
		"VmFlags: rd wr mr mw me ac \n"
		"7f2000001000-7f2001002000 rw-p 00000000 00:00 0 \n" FIGURES(150)
		"VmFlags: rd wr mr mw me ac nh \n"
		"7f3000001000-7f3001001000 rw-p 00000000 00:00 0 \n" FIGURES(200)
		"VmFlags: rd wr mr mw me ac \n";
	/* clang-format on */
	static const uint64_t pointers[] = { 0x7f0000100000, 0x7f1000500000, 0x7f2000500000,
		0x7f3000500000 };
	struct world world = { .about = { .stacks = pointers, .nstacks = 4 } };

	(void)state;
	read_all(&world, text, 512);
	assert_int_equal(rss_of(&world, MAPPING_HEAP, "malloc arenas"), 40000);
	assert_int_equal(rss_of(&world, MAPPING_ANON, ""), 16000);
	assert_int_equal(rss_of(&world, MAPPING_STACKS, ""), 150 + 200);
	mapping_groups_free(world.parts);
}

/* A library in memory is mapped like any other; what else is mapped from there is memory. */
static void a_library_in_memory_is_one(void **state)
{
	/* clang-format off */
	static const char text[] =
		"7f2000000000-7f2000001000 r-xp 00000000 00:1a 12 /tmp/libz.so.1\n" FIGURES(20)
		"7f2000001000-7f2000002000 rw-p 00001000 00:1a 12 /tmp/libz.so.1\n" FIGURES(5)
		"7f2000002000-7f2000004000 rw-p 00000000 00:00 0 \n" FIGURES(6)
		"7f2100000000-7f2101000000 r--p 00000000 00:1a 13 /tmp/data\n" FIGURES(300)
		"7f2200000000-7f2201000000 rw-s 00000000 00:1a 14 /tmp/ring.so\n" FIGURES(30);
	/* clang-format on */
	static const uint64_t memfs[] = { 0x1a };
	struct world world = { .about = { .memfs = memfs, .nmemfs = 1 } };

	(void)state;
	read_all(&world, text, 512);
	assert_int_equal(rss_of(&world, MAPPING_LIBRARY, "/tmp/libz.so.1"), 31);
	assert_int_equal(rss_of(&world, MAPPING_SHARED, "/tmp/data"), 300);
	assert_int_equal(rss_of(&world, MAPPING_SHARED, "/tmp/ring.so"), 30);
	mapping_groups_free(world.parts);
}

static uint64_t ends_early(void *context, const struct smaps_mapping *first)
{
	(void)context;
	return first->inode == 12 ? 0x7f2000002000 - 0x20000 : 0;
}

static void zeroed_data_ends_where_the_file_says(void **state)
{
	struct world world = { .about = { .image_end = ends_early } };

	(void)state;
	read_all(&world, plain, 4096);
	assert_int_equal(rss_of(&world, MAPPING_LIBRARY, "/usr/lib/libz.so.1"), 20 + 5);
	assert_int_equal(rss_of(&world, MAPPING_ANON, ""), 13 + 6);
	mapping_groups_free(world.parts);
}

static void many_names_are_put_together(void **state)
{
	struct world world = { .about = { .exe = NULL } };
	struct buf text;
	uint64_t rss = 0;
	uint32_t mappings = 0;

	(void)state;
	buf_init(&text);
	for (unsigned i = 0; i < 6000; i++)
		buf_printf(&text, "%x000-%x000 r--p 00000000 08:01 1 /data/%u\nRss: %u kB\n",
			16 + 2 * i, 17 + 2 * i, i, i + 1);
	read_all(&world, buf_text(&text), 4096);
	assert_true(world.count <= FRAME_GROUPS_MAX);
	for (size_t i = 0; i < world.count; i++) {
		rss += world.list[i].rss_kib;
		mappings += world.list[i].mappings;
	}
	assert_int_equal(rss, 6000 * 6001 / 2);
	assert_int_equal(mappings, 6000);
	mapping_groups_free(world.parts);
	buf_done(&text);
}

static void nonsense_is_passed_over(void **state)
{
	static const char *const texts[] = {
		"",
		"\n\n",
		"Rss: 1 kB\n",
		"x-y rw-p 0 0:0 0\n",
		"1-2",
		"2000-1000 rw-p 00000000 00:00 0 \nRss: 3 kB\n",
		"1000-2000 rw-p 00000000 00:00 0 \nRss: 99999999999999999999 kB\nRss: -1 kB\nSwap:\n",
		"1000-2000 rw-p 00000000 00:00 0 [\nRss: 1 kB\n",
		"1000-2000 rw-p 00000000 00:00 0 [anon:\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct world world = { .about = { .exe = NULL } };

		read_all(&world, texts[i], 3);
		assert_true(world.count <= 1);
		assert_true(world.sums.rss_kib <= 1);
		mapping_groups_free(world.parts);
	}
}

static void the_image_of_a_file_is_measured(void **state)
{
	struct {
		Elf64_Ehdr header;
		Elf64_Phdr segments[2];
		char note[64];
	} file = { 0 };
	char own[ELF_HEAD];
	FILE *self = fopen("/proc/self/exe", "re");

	(void)state;
	assert_non_null(self);
	size_t len = fread(own, 1, sizeof(own), self);
	fclose(self);
	assert_true(elf_image_size(own, len) > 10000);
	assert_false(elf_is_go(own, len));
	assert_int_equal(elf_image_size(own, 40), 0);
	memcpy(&file.header, own, sizeof(file.header));
	file.header.e_phoff = sizeof(file.header);
	file.header.e_phnum = 2;
	file.segments[0] = (Elf64_Phdr){
		.p_type = PT_LOAD, .p_vaddr = 0x400000, .p_memsz = 0x1000
	};
	file.segments[1] = (Elf64_Phdr){
		.p_type = PT_LOAD, .p_vaddr = 0x402000, .p_memsz = 0x9000
	};
	assert_int_equal(elf_image_size((const char *)&file, sizeof(file)), 0xb000);
	memcpy(file.note + 8, "\4\0\0\0Go\0\0", 8);
	file.note[0] = 4;
	assert_true(elf_is_go((const char *)&file, sizeof(file)));
	file.header.e_phnum = 0xffff;
	assert_int_equal(elf_image_size((const char *)&file, sizeof(file)), 0);
}

static uint64_t freed_kib(const char *name, uint64_t anonymous_kib)
{
	struct smaps_mapping mapping = { .private_clean_kib = 300,
		.private_dirty_kib = 700,
		.anonymous_kib = anonymous_kib,
		.swap_kib = 90,
		.swap_pss_kib = 30 };

	mapping.name_len = strlen(name);
	memcpy(mapping.name, name, mapping.name_len + 1);
	return smaps_freed_kib(&mapping);
}

/* Pages of a file stay in the page cache, or on tmpfs, when their only user has ended. */
static void what_an_end_gives_back(void **state)
{
	(void)state;
	assert_int_equal(freed_kib("", 1000), 1030);
	assert_int_equal(freed_kib("[heap]", 1000), 1030);
	assert_int_equal(freed_kib("[anon_shmem:pool]", 0), 1030);
	assert_int_equal(freed_kib("/dev/zero (deleted)", 0), 1030);
	assert_int_equal(freed_kib("/memfd:pool (deleted)", 0), 1030);
	assert_int_equal(freed_kib("/var/lib/db/data (deleted)", 0), 1030);
	assert_int_equal(freed_kib("/var/lib/db/data", 0), 30);
	assert_int_equal(freed_kib("/usr/lib/libc.so.6", 120), 150);
	assert_int_equal(freed_kib("/dev/shm/pool", 0), 30);
	assert_int_equal(freed_kib("/SYSV0001f00d (deleted)", 0), 30);
	assert_int_equal(freed_kib("/dev/zero", 5000), 1030);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mapping_has_its_part),
		cmocka_unit_test(full_arenas_are_told_by_the_others),
		cmocka_unit_test(the_heap_of_go_is_no_arena),
		cmocka_unit_test(a_stack_pointer_tells_a_stack),
		cmocka_unit_test(stacks_with_guards_inside),
		cmocka_unit_test(what_holds_a_stack_is_none),
		cmocka_unit_test(a_library_in_memory_is_one),
		cmocka_unit_test(zeroed_data_ends_where_the_file_says),
		cmocka_unit_test(many_names_are_put_together),
		cmocka_unit_test(nonsense_is_passed_over),
		cmocka_unit_test(the_image_of_a_file_is_measured),
		cmocka_unit_test(what_an_end_gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
