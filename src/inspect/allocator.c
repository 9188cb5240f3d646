/* SPDX-License-Identifier: GPL-2.0-or-later */
/* allocator - see allocator.h */
#include "inspect/allocator.h"

#include <elf.h>
#include <string.h>

enum {
	HEADERS_MOST = 64,
	NOTE_MOST = 4096,
	TEXT_MOST = 16 << 20, /* bytes of a program that are looked through for texts */
	TEXT_WINDOW = 64 * 1024,
	TEXT_STEP = 60 * 1024, /* so that none is cut in two */
};

/* Libraries that replace the C library's malloc come first. */
static const struct {
	const char *symbol;
	struct allocator allocator;
} known[] = {
	{ "mi_malloc", { "mimalloc", "start it with MIMALLOC_SHOW_STATS=1 and end it with SIGINT",
			       false } },
	{ "malloc_stats_print",
		{ "jemalloc", "start it with MALLOC_CONF=stats_print:true", false } },
	{ "je_malloc_stats_print",
		{ "jemalloc", "start it with MALLOC_CONF=stats_print:true", false } },
	{ "je_mallctl", { "jemalloc", "start it with JE_MALLOC_CONF=stats_print:true", false } },
	{ "_rjem_mallctl",
		{ "jemalloc", "start it with _RJEM_MALLOC_CONF=stats_print:true", false } },
	{ "TCMalloc_Internal_GetStats",
		{ "tcmalloc", "its own MallocExtension::GetStats() tells", false } },
	{ "MallocExtension_GetStats", { "tcmalloc", "start it with MALLOCSTATS=1", false } },
	{ "tc_malloc_stats", { "tcmalloc", "start it with MALLOCSTATS=1", false } },
	{ "tc_malloc", { "tcmalloc", "start it with MALLOCSTATS=1", false } },
	{ "rpmalloc", { "rpmalloc", "", false } },
	{ "sn_rust_alloc", { "snmalloc", "", false } },
	{ "__scudo_print_stats", { "scudo", "", false } },
	{ "__asan_init", { "AddressSanitizer", "", false } },
	{ "gnu_get_libc_version", { "glibc", "", true } },
};

static const struct allocator redis = { "jemalloc", "redis-cli INFO memory", false };
static const struct allocator go = { "go",
	"go tool pprof http://HOST:PORT/debug/pprof/heap, or start it with GODEBUG=gctrace=1",
	false };
static const struct allocator musl = { "musl",
	"it keeps no figures: start it with another malloc in LD_PRELOAD to ask that", false };
static const struct allocator none = { "", "", false };

/* Whether the notes of the image at REGION have the Go linker's. */
static bool is_go(struct memory *memory, const struct memory_region *region)
{
	Elf64_Phdr headers[HEADERS_MOST];
	unsigned char note[NOTE_MOST];
	Elf64_Ehdr head;

	if (memory_read(memory, region->start, &head, sizeof(head)) < 0 ||
		memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_phnum > HEADERS_MOST ||
		head.e_phentsize != sizeof(Elf64_Phdr) ||
		memory_read(memory, region->start + head.e_phoff, headers,
			head.e_phnum * sizeof(*headers)) < 0)
		return false;
	for (size_t i = 0; i < head.e_phnum; i++) {
		size_t size = headers[i].p_filesz < NOTE_MOST ? (size_t)headers[i].p_filesz
							      : NOTE_MOST;

		/* a note is three numbers and a name */
		if (headers[i].p_type == PT_NOTE && size >= sizeof(Elf64_Nhdr) + 4 &&
			memory_read(memory, region->start + headers[i].p_offset, note, size) == 0 &&
			memmem(note, size, "Go\0\0", 4) != NULL)
			return true;
	}
	return false;
}

/* The region its program begins with. */
static const struct memory_region *program(struct memory *memory)
{
	size_t count;
	const struct memory_region *regions = memory_regions(memory, &count);

	for (size_t i = 0; i < count; i++)
		if ((regions[i].flags & MEMORY_FILE) != 0 && regions[i].offset == 0)
			return &regions[i];
	return NULL;
}

static bool named(const struct image *images, size_t count, const char *part)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(image_name(&images[i]), part, strlen(part)) == 0)
			return true;
	return false;
}

static bool is_redis(const struct memory_region *region)
{
	const char *slash = region != NULL ? strrchr(region->name, '/') : NULL;

	return slash != NULL &&
	       (strncmp(slash + 1, "redis-", 6) == 0 || strncmp(slash + 1, "valkey-", 7) == 0);
}

struct allocator allocator_find(struct memory *memory, const struct image *images, size_t count)
{
	const struct memory_region *first = program(memory);
	uint64_t address;

	if (first != NULL && is_go(memory, first))
		return go;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (image_find(images, count, memory, known[i].symbol, &address) == NULL)
			continue;
		if (strcmp(known[i].allocator.name, "jemalloc") == 0 && is_redis(first))
			return redis;
		return known[i].allocator;
	}
	if (named(images, count, "ld-musl-") || named(images, count, "libc.musl-") ||
		image_find(images, count, memory, "__dls2b", &address) != NULL)
		return musl;
	return none;
}

/* --- linked into the program --- */

#define MUSL_WITHIN "it keeps no figures: link the program with another malloc to ask that"

/* Texts by which an allocator is told, where no symbol tells of it. */
static const struct {
	const char *text;
	struct allocator allocator;
} texts[] = {
	{ "<jemalloc>: ", { "jemalloc", "start it with MALLOC_CONF=stats_print:true", false } },
	{ "tcmalloc: large alloc", { "tcmalloc", "start it with MALLOCSTATS=1", false } },
	{ "mimalloc: error: ", { "mimalloc", "start it with MIMALLOC_SHOW_STATS=1", false } },
	{ "MUSL_LOCPATH", { "musl", MUSL_WITHIN, false } },
	{ "-0X+0X 0X-0x+0x 0x", { "musl", MUSL_WITHIN, false } }, /* of its printf */
};

static const struct allocator *by_text(const unsigned char *window, size_t size)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (memmem(window, size, texts[i].text, strlen(texts[i].text)) != NULL)
			return &texts[i].allocator;
	return NULL;
}

/* Looks through REGION, of which *LEFT bytes at most are read. */
static const struct allocator *text_in(struct memory *memory, const struct memory_region *region,
	uint64_t *left)
{
	static unsigned char window[TEXT_WINDOW];
	const struct allocator *found = NULL;
	uint64_t size = region->end - region->start;

	for (uint64_t at = 0; found == NULL && at < size && *left >= TEXT_WINDOW; at += TEXT_STEP) {
		size_t some = size - at < TEXT_WINDOW ? (size_t)(size - at) : TEXT_WINDOW;

		*left -= TEXT_STEP;
		if (memory_read(memory, region->start + at, window, some) == 0)
			found = by_text(window, some);
	}
	return found;
}

struct allocator allocator_within(struct memory *memory)
{
	const struct memory_region *first = program(memory);
	const struct allocator *found = NULL;
	uint64_t left = TEXT_MOST;
	size_t count;
	const struct memory_region *regions = memory_regions(memory, &count);

	for (size_t i = 0; first != NULL && found == NULL && i < count; i++)
		if (regions[i].inode == first->inode && regions[i].device == first->device &&
			(regions[i].flags & (MEMORY_READ | MEMORY_WRITE)) == MEMORY_READ)
			found = text_in(memory, &regions[i], &left);
	if (found != NULL && strcmp(found->name, "jemalloc") == 0 && is_redis(first))
		return redis;
	return found != NULL ? *found : none;
}

bool allocator_narrow(struct memory *memory)
{
	const struct memory_region *first = program(memory);
	unsigned char head[EI_NIDENT];

	return first != NULL && memory_read(memory, first->start, head, sizeof(head)) == 0 &&
	       memcmp(head, ELFMAG, SELFMAG) == 0 && head[EI_CLASS] == ELFCLASS32;
}
