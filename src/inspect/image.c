/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image - see image.h; every number in an image is a stranger's, and is bounded before it is used
 */
#include "inspect/image.h"

#include "base/xalloc.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

enum {
	HEADERS_MOST = 64, /* program headers */
	/* libraries have some 40 entries */
	DYNAMIC_MOST = 256,
	CHAIN_MOST = 65536,   /* symbols of one hash bucket */
	BLOOM_MOST = 1 << 24, /* words of the filter, and buckets */
	/* words of DT_GNU_HASH's filter are as wide as an address */
	BLOOM_BITS = 64,
	IMAGES_MOST = 4096,
	SECTIONS_MOST = 128,
	SECTION_NAMES_MOST = 4096,
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OUR_DATA ELFDATA2LSB
#else
#define OUR_DATA ELFDATA2MSB
#endif

static bool is_ours(const Elf64_Ehdr *head)
{
	return memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 &&
	       head->e_ident[EI_CLASS] == ELFCLASS64 && head->e_ident[EI_DATA] == OUR_DATA &&
	       (head->e_type == ET_EXEC || head->e_type == ET_DYN) && head->e_phnum > 0 &&
	       head->e_phnum <= HEADERS_MOST && head->e_phentsize == sizeof(Elf64_Phdr);
}

/* Takes from the program headers where the image lies, and the header of its dynamic section. */
static int take_headers(struct image *image, const Elf64_Phdr *headers, size_t count,
	uint32_t page_size, Elf64_Phdr *dynamic)
{
	bool placed = false;

	memset(dynamic, 0, sizeof(*dynamic));
	for (size_t i = 0; i < count; i++) {
		const Elf64_Phdr *header = &headers[i];

		if (header->p_type == PT_DYNAMIC)
			*dynamic = *header;
		if (header->p_type != PT_LOAD)
			continue;
		if (!placed)
			image->bias = image->base - header->p_vaddr / page_size * page_size;
		placed = true;
		uint64_t end = image->bias + header->p_vaddr + header->p_memsz;
		if (end > image->end)
			image->end = end;
	}
	return placed ? 0 : -ENOEXEC;
}

/* Some libcs turn what the dynamic section holds into addresses when they load it, some do not. */
static uint64_t placed_at(const struct image *image, uint64_t value)
{
	return value != 0 && value < image->base ? value + image->bias : value;
}

/* Only three of its entries are wanted: symbols, their names, and the hash that finds them.
 * Without one of them nothing can be looked up in this image. */
static int take_dynamic(struct image *image, struct memory *memory, const Elf64_Phdr *header)
{
	Elf64_Dyn entries[DYNAMIC_MOST];
	size_t count = header->p_memsz / sizeof(*entries);

	if (count == 0)
		return -ENODATA;
	count = count < DYNAMIC_MOST ? count : DYNAMIC_MOST;
	int error = memory_read(memory, image->bias + header->p_vaddr, entries,
		count * sizeof(*entries));
	if (error < 0)
		return error;
	for (size_t i = 0; i < count && entries[i].d_tag != DT_NULL; i++) {
		uint64_t value = placed_at(image, entries[i].d_un.d_ptr);

		if (entries[i].d_tag == DT_SYMTAB)
			image->symbols = value;
		else if (entries[i].d_tag == DT_STRTAB)
			image->strings = value;
		else if (entries[i].d_tag == DT_GNU_HASH)
			image->hash = value;
	}
	return image->symbols != 0 && image->strings != 0 && image->hash != 0 ? 0 : -ENODATA;
}

int image_open(struct image *image, struct memory *memory, const struct memory_region *region)
{
	Elf64_Phdr headers[HEADERS_MOST], dynamic;
	struct image found = { .region = region, .base = region->start, .end = region->end };
	Elf64_Ehdr head;
	int error = memory_read(memory, region->start, &head, sizeof(head));

	if (error < 0)
		return error;
	if (!is_ours(&head))
		return -ENOEXEC;
	error = memory_read(memory, region->start + head.e_phoff, headers,
		head.e_phnum * sizeof(*headers));
	if (error == 0)
		error = take_headers(&found, headers, head.e_phnum, memory_page_size(memory),
			&dynamic);
	if (error == 0)
		error = take_dynamic(&found, memory, &dynamic);
	if (error == 0 || error == -ENODATA)
		*image = found;
	return error;
}

/* --- DT_GNU_HASH --- */

struct hash_table {
	uint32_t buckets, first, bloom_words, shift;
};

/* The function of DT_GNU_HASH (Bernstein's). */
static uint32_t hash_of(const char *name)
{
	uint32_t hash = 5381;

	for (; *name != '\0'; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash;
}

/* Sizes that no linker makes are a sign that this is no table, or was overwritten: nothing is read
 * by them. */
static int read_table(const struct image *image, struct memory *memory, struct hash_table *table)
{
	int error = memory_read(memory, image->hash, table, sizeof(*table));

	if (error < 0)
		return error;
	return table->buckets > 0 && table->buckets <= BLOOM_MOST && table->bloom_words > 0 &&
			       table->bloom_words <= BLOOM_MOST &&
			       (table->bloom_words & (table->bloom_words - 1)) == 0 &&
			       table->shift < 32
		       ? 0
		       : -ENOENT;
}

/* Whether the filter lets HASH through: most names that are not there end here. */
static int passes(const struct image *image, struct memory *memory, const struct hash_table *table,
	uint32_t hash)
{
	uint64_t bits, word = hash / BLOOM_BITS & (table->bloom_words - 1);
	int error = memory_word(memory, image->hash + sizeof(*table) + 8 * word, &bits);

	if (error < 0)
		return error;
	return (bits >> hash % BLOOM_BITS & bits >> (hash >> table->shift) % BLOOM_BITS & 1) != 0
		       ? 0
		       : -ENOENT;
}

/* Symbol number INDEX, if it is NAME and defined. */
static int take_symbol(const struct image *image, struct memory *memory, uint32_t index,
	const char *name, uint64_t *address)
{
	char found[IMAGE_NAME_MOST + 1];
	size_t len = strlen(name) + 1;
	Elf64_Sym symbol;
	int error = memory_read(memory, image->symbols + (uint64_t)index * sizeof(symbol), &symbol,
		sizeof(symbol));

	if (error == 0)
		error = memory_read(memory, image->strings + symbol.st_name, found, len);
	if (error < 0)
		return error;
	if (memcmp(found, name, len) != 0 || symbol.st_shndx == SHN_UNDEF)
		return -ENOENT;
	*address = image->bias + symbol.st_value;
	return 0;
}

/* A chain of DT_GNU_HASH: the lowest bit of a link ends it, so hashes are compared without it.
 * Bounded, since the words are a stranger's. */
static int follow_chain(const struct image *image, struct memory *memory,
	const struct hash_table *table, uint32_t hash, uint64_t *address, const char *name)
{
	uint64_t buckets = image->hash + sizeof(*table) + 8ull * table->bloom_words;
	uint64_t chains = buckets + 4ull * table->buckets;
	uint32_t index, link;
	int error = memory_read(memory, buckets + 4ull * (hash % table->buckets), &index,
		sizeof(index));

	if (error < 0)
		return error;
	if (index < table->first)
		return -ENOENT;
	for (int i = 0; i < CHAIN_MOST; i++, index++) {
		error = memory_read(memory, chains + 4ull * (index - table->first), &link,
			sizeof(link));
		if (error < 0)
			return error;
		if ((link | 1) == (hash | 1)) {
			error = take_symbol(image, memory, index, name, address);
			if (error != -ENOENT)
				return error;
		}
		if ((link & 1) != 0)
			break;
	}
	return -ENOENT;
}

int image_symbol(const struct image *image, struct memory *memory, const char *name,
	uint64_t *address)
{
	struct hash_table table;
	uint32_t hash = hash_of(name);

	if (image->hash == 0 || strlen(name) > IMAGE_NAME_MOST)
		return -ENOENT;
	int error = read_table(image, memory, &table);
	if (error == 0)
		error = passes(image, memory, &table, hash);
	if (error == 0)
		error = follow_chain(image, memory, &table, hash, address, name);
	return error;
}

/* --- all of them --- */

size_t image_list(struct memory *memory, struct image **images)
{
	size_t count, found = 0, cap = 0;
	const struct memory_region *regions = memory_regions(memory, &count);

	*images = NULL;
	for (size_t i = 0; i < count && found < IMAGES_MOST; i++) {
		struct image image;

		if (regions[i].offset != 0 || (regions[i].flags & MEMORY_FILE) == 0 ||
			(regions[i].flags & MEMORY_READ) == 0)
			continue;
		int error = image_open(&image, memory, &regions[i]);
		if (error != 0)
			continue;
		*XALLOC_NEXT(*images, found, cap) = image;
	}
	return found;
}

const struct image *image_find(const struct image *images, size_t count, struct memory *memory,
	const char *name, uint64_t *address)
{
	for (size_t i = 0; i < count; i++)
		if (image_symbol(&images[i], memory, name, address) == 0)
			return &images[i];
	return NULL;
}

bool image_program_has(struct memory *memory, const char *name)
{
	static Elf64_Shdr sections[SECTIONS_MOST];
	static char names[SECTION_NAMES_MOST];
	Elf64_Ehdr head;

	if (memory_program_read(memory, 0, &head, sizeof(head)) < 0 || !is_ours(&head) ||
		head.e_shnum > SECTIONS_MOST || head.e_shstrndx >= head.e_shnum ||
		head.e_shentsize != sizeof(*sections) ||
		memory_program_read(memory, head.e_shoff, sections,
			head.e_shnum * sizeof(*sections)) < 0)
		return false;
	const Elf64_Shdr *table = &sections[head.e_shstrndx];
	if (table->sh_size == 0 || table->sh_size > sizeof(names) ||
		memory_program_read(memory, table->sh_offset, names, table->sh_size) < 0)
		return false;
	names[table->sh_size - 1] = '\0';
	for (size_t i = 0; i < head.e_shnum; i++)
		if (sections[i].sh_name < table->sh_size &&
			strcmp(names + sections[i].sh_name, name) == 0)
			return true;
	return false;
}

const char *image_name(const struct image *image)
{
	const char *slash = strrchr(image->region->name, '/');

	return slash != NULL ? slash + 1 : image->region->name;
}
