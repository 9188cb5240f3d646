/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf - see elf.h */
#include "sample/elf.h"

#include <elf.h>
#include <string.h>

/* Reads images of our own class and byte order alone: others are run by emulators, whose image this
 * is not. */
static bool read_header(Elf64_Ehdr *header, const char *head, size_t len)
{
	if (len < sizeof(*header))
		return false;
	memcpy(header, head, sizeof(*header));
	return memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       header->e_ident[EI_DATA] ==
		       (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB) &&
	       header->e_phentsize == sizeof(Elf64_Phdr);
}

/* The file is a stranger's: offsets and sizes are compared before they are added, and what does
 * not add up has no size. */
uint64_t elf_image_size(const char *head, size_t len)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	uint64_t least = UINT64_MAX, most = 0;

	if (!read_header(&header, head, len))
		return 0;
	for (unsigned i = 0; i < header.e_phnum; i++) {
		size_t at = header.e_phoff + i * sizeof(segment);

		if (header.e_phoff > len || at + sizeof(segment) > len)
			return 0;
		memcpy(&segment, head + at, sizeof(segment));
		if (segment.p_type != PT_LOAD)
			continue;
		if (segment.p_vaddr > UINT64_MAX / 2 || segment.p_memsz > UINT64_MAX / 4)
			return 0;
		if (segment.p_vaddr < least)
			least = segment.p_vaddr;
		if (segment.p_vaddr + segment.p_memsz > most)
			most = segment.p_vaddr + segment.p_memsz;
	}
	return most > least ? most - least : 0;
}

bool elf_is_go(const char *head, size_t len)
{
	static const char name[] = { 4, 0, 0, 0, 'G', 'o', 0, 0 };
	Elf64_Ehdr header;
	const char *at = head;

	if (!read_header(&header, head, len))
		return false;
	/* "namesz 4, descsz, type 4, Go": type and name together are what nothing else has */
	while ((at = memmem(at, len - (size_t)(at - head), name, sizeof(name))) != NULL) {
		uint32_t name_size;

		if (at - head >= 8) {
			memcpy(&name_size, at - 8, sizeof(name_size));
			if (name_size == 4)
				return true;
		}
		at++;
	}
	return false;
}
