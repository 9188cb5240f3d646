/* SPDX-License-Identifier: GPL-2.0-or-later */
/* allocator - whose malloc a program uses, and the command that asks it where its heap is not read
 *
 * Known by what the mapped images export, by the C library that is mapped, and by the note of the
 * Go linker; one that is linked into a program which exports nothing by texts of its own.
 */
#pragma once

#include "inspect/image.h"

#include <stdbool.h>

struct allocator {
	const char *name; /* "glibc", "jemalloc" ...; "" for not known */
	const char *hint; /* the command that asks it; "" for glibc, and where there is none */
	bool glibc;       /* its heaps are those of heap.h */
};

/* IMAGES of image_list. */
struct allocator allocator_find(struct memory *memory, const struct image *images, size_t count);

/* The allocator that is linked into the program, by its texts: up to 20 ms, so asked where most of
 * its memory is not in glibc's heaps.  Its name is "" for none. */
struct allocator allocator_within(struct memory *memory);

/* Whether its program is for machines of 32 bits, whose heaps and objects are none of those that
 * are read here. */
bool allocator_narrow(struct memory *memory);
