/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_roots - objects that have a name of their own: what belongs to a module or a class, and
 * what a local variable of a running function holds /
 */
#pragma once

#include "inspect/python/python_heap.h"

enum python_root_kind {
	PYTHON_R_MODULE,  /* the namespace of the module at OWNER */
	PYTHON_R_CLASS,   /* the namespace of the class at OWNER */
	PYTHON_R_GLOBALS, /* the namespace of the function at OWNER, whose module may be gone */
	PYTHON_R_LOCAL,   /* a variable, number INDEX, of the code at OWNER, which a thread runs */
};

struct python_root {
	uint64_t at; /* the dict, or what the variable holds */
	uint64_t owner;
	enum python_root_kind kind;
	uint32_t index;
};

struct python_roots {
	struct python_root *places; /* open addressing by `at` */
	size_t size, count;
};

/* No roots; and what they hold is freed. */
void python_roots_init(struct python_roots *roots);
void python_roots_done(struct python_roots *roots);

/* Adds the namespace of the module object at MODULE, or of the class at TYPE. */
void python_roots_module(struct python_roots *roots, const struct python *python, uint64_t module);
void python_roots_class(struct python_roots *roots, const struct python *python, uint64_t type);
/* Adds the namespace of the function object at FUNCTION, as its module's. */
void python_roots_function(struct python_roots *roots, const struct python *python,
	uint64_t function);

/* Adds what the variables of all running frames hold; of the same object the outermost frame of a
 * thread has the say. */
void python_roots_frames(struct python_roots *roots, const struct python *python);

/* The module or class that names the object at ADDRESS; NULL: none does. */
const struct python_root *python_roots_find(const struct python_roots *roots, uint64_t address);
