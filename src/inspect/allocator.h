/* SPDX-License-Identifier: GPL-2.0-or-later */
/* allocator - whose malloc a program uses, and the command that asks it where its heap is not read
 *
 * Known by what the mapped images export, by the C library that is mapped, and by the note of the
 * Go linker.  An allocator linked into a program that exports nothing is not seen.
 */
#ifndef MEMTOP_INSPECT_ALLOCATOR_H
#define MEMTOP_INSPECT_ALLOCATOR_H

#include "inspect/image.h"

#include <stdbool.h>

struct allocator {
	const char *name; /* "glibc", "jemalloc" ...; "" for not known */
	const char *hint; /* the command that asks it; "" for glibc, and where there is none */
	bool glibc;       /* its heaps are those of heap.h */
};

/* IMAGES of image_list. */
struct allocator allocator_find(struct memory *memory, const struct image *images, size_t count);

#endif
