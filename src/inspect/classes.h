/* SPDX-License-Identifier: GPL-2.0-or-later */
/* classes - the C++ class of an object, told from its first word
 *
 * An object of a class with virtual functions begins with a pointer into the class's virtual table,
 * in front of which the table has the class's type information, and that the name.  Type
 * information is an object of C++ itself, of one of three classes: that it is, its own type
 * information says, wherever the C++ library is, linked into a program without symbols, too.
 * Classes compiled without type information have no name.
 */
#pragma once

#include "inspect/memory.h"

enum { CLASSES_NAME_MOST = 128 };

/* The name of the class whose objects begin with WORD, as people write it where that is simple
 * ("shop::Order"), else as the compiler does; false: it is no virtual table. */
bool classes_name(struct memory *memory, uint64_t word, char name[CLASSES_NAME_MOST]);

/* Writes the mangled TYPE as people do, as far as it is made of names: templates' arguments are
 * left out ("std::vector<>"), what std::make_shared made is "Order (shared)".  False, and a copy
 * of TYPE, where it is not. */
bool classes_readable(const char *type, char name[CLASSES_NAME_MOST]);
