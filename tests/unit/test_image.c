/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Symbols of what is mapped here, against what the linker says; images that lie. */
#include "inspect/image.h"

#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static uint64_t own_start(void)
{
	char text[1024], *at;
	FILE *file = fopen("/proc/self/stat", "re");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	at = strrchr(text, ')');
	for (int field = 2; field < 22; field++)
		at = strchr(at + 1, ' ');
	return strtoull(at + 1, NULL, 10);
}

static void symbols_are_where_the_linker_has_them(void **state)
{
	int error = 0;
	struct memory *memory = memory_open(getpid(), own_start(), &error);
	struct image *images;
	uint64_t address = 1;

	(void)state;
	if (memory == NULL && error == -EPERM)
		skip();
	assert_non_null(memory);
	size_t count = image_list(memory, &images);
	assert_true(count >= 2);
	const struct image *libc = image_find(images, count, memory, "mallinfo2", &address);
	if (libc == NULL)
		libc = image_find(images, count, memory, "getpid", &address);
	assert_non_null(libc);
	assert_true(address > libc->base && address < libc->end);
	assert_int_equal(image_symbol(libc, memory, "getpid", &address), 0);
	assert_int_equal(address, (uint64_t)(uintptr_t)getpid);
	assert_int_equal(image_symbol(libc, memory, "no_such_symbol_here", &address), -ENOENT);
	assert_null(image_find(images, count, memory, "no_such_symbol_here", &address));
	assert_non_null(strstr(image_name(libc), "libc"));
	free(images);
	memory_close(memory);
}

/* A page that begins like an image, with one thing wrong each time; none is believed. */
static void what_is_no_image_is_refused(void **state)
{
	static _Alignas(8) unsigned char page[4096];
	const struct memory_region region = { .start = 0x400000,
		.end = 0x401000,
		.inode = 1,
		.flags = MEMORY_READ | MEMORY_FILE,
		.name = "/x" };
	const unsigned char *const bytes[] = { page };
	struct memory *memory = memory_of_image(&region, 1, bytes);
	Elf64_Ehdr *head = (Elf64_Ehdr *)page;
	struct image image;
	struct image *images;

	(void)state;
	size_t count;
	const struct memory_region *first = memory_regions(memory, &count);
	assert_int_equal(image_open(&image, memory, first), -ENOEXEC);
	memcpy(head->e_ident, ELFMAG, SELFMAG);
	head->e_ident[EI_CLASS] = ELFCLASS64;
	head->e_ident[EI_DATA] = ELFDATA2LSB;
	head->e_type = ET_DYN;
	head->e_phentsize = sizeof(Elf64_Phdr);
	head->e_phnum = 65535;
	assert_int_equal(image_open(&image, memory, first), -ENOEXEC);
	head->e_phnum = 2;
	head->e_phoff = UINT64_MAX - 8;
	assert_int_equal(image_open(&image, memory, first), -EFAULT);
	head->e_phoff = sizeof(*head);
	assert_int_equal(image_open(&image, memory, first), -ENOEXEC); /* no PT_LOAD */
	Elf64_Phdr *headers = (Elf64_Phdr *)(page + sizeof(*head));
	headers[0].p_type = PT_LOAD;
	headers[0].p_memsz = 4096;
	assert_int_equal(image_open(&image, memory, first), -ENODATA);
	headers[1].p_type = PT_DYNAMIC;
	headers[1].p_memsz = 1 << 30;
	headers[1].p_vaddr = 1 << 30;
	assert_int_equal(image_open(&image, memory, first), -EFAULT);
	assert_int_equal(image_list(memory, &images), 0);
	memory_close(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(symbols_are_where_the_linker_has_them),
		cmocka_unit_test(what_is_no_image_is_refused),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
