/* SPDX-License-Identifier: GPL-2.0-or-later */
/* classes - the C++ class of an object, told from its first word
 *
 * An object of a class with virtual functions begins with a pointer into the class's virtual table,
 * in front of which the table has the class's type information, and that the name.  Each of the
 * three is proved: the type information begins with one of the three tables of the C++ library.
 * Classes compiled without type information have no name.
 */
#pragma once

#include "inspect/image.h"

enum { CLASSES_KINDS = 3, CLASSES_NAME_MOST = 128 };

struct classes {
	struct memory *memory;
	uint64_t tables[CLASSES_KINDS]; /* of __class_type_info and its kin; 0: not found */
};

/* False: no C++ in this process. */
bool classes_open(struct classes *classes, struct memory *memory, const struct image *images,
	size_t count);

/* The name of the class whose objects begin with WORD, as people write it where that is simple
 * ("shop::Order"), else as the compiler does; false: it is no virtual table. */
bool classes_name(const struct classes *classes, uint64_t word, char name[CLASSES_NAME_MOST]);

/* Writes the mangled TYPE as people do, as far as it is made of names: templates' arguments are
 * left out ("std::vector<>"), what std::make_shared made is "Order (shared)".  False, and a copy
 * of TYPE, where it is not. */
bool classes_readable(const char *type, char name[CLASSES_NAME_MOST]);
