/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image - programs and libraries as they lie in a process's memory, and the symbols they export
 *
 * Read from the mapped image itself (its program headers, PT_DYNAMIC, DT_GNU_HASH), so that neither
 * a deleted file nor another root matters.  Symbols that are only in .symtab (stripped or not) are
 * not found.  Only images of this machine's kind: 64 bit, its byte order.
 */
#pragma once

#include "inspect/memory.h"

enum { IMAGE_NAME_MOST = 120 }; /* longer names of symbols are not looked up */

struct image {
	const struct memory_region *region; /* the first one of its file */
	uint64_t base;                      /* where it begins */
	uint64_t end;                       /* behind its last segment */
	uint64_t bias;                      /* what is added to an address in the file */
	/* of its dynamic section, as addresses in the process; 0 without */
	uint64_t symbols, strings, hash;
};

/* Proves that an image begins at REGION and reads where its tables are: 0; -ENOEXEC (no image, or
 * of another kind of machine), -ENODATA (it exports nothing), or as memory_read. */
int image_open(struct image *image, struct memory *memory, const struct memory_region *region);

/* Where IMAGE has NAME: 0; -ENOENT (it does not export it), or as memory_read. */
int image_symbol(const struct image *image, struct memory *memory, const char *name,
	uint64_t *address);

/* Whether the file of the program has a section called NAME, also where it exports nothing and is
 * stripped; read from the file, since sections are not in memory. */
bool image_program_has(struct memory *memory, const char *name);

/* All images that are mapped, the program's own first as a rule: how many, *IMAGES to be freed. */
size_t image_list(struct memory *memory, struct image **images);

/* The first of COUNT images that exports NAME; NULL for none. */
const struct image *image_find(const struct image *images, size_t count, struct memory *memory,
	const char *name, uint64_t *address);

/* The last part of its file's name ("libc.so.6"); lives as long as the memory. */
const char *image_name(const struct image *image);
