/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_stack - what the threads of a Python are doing: files, functions and lines
 *
 * One look costs a few system calls, so that there may be hundreds a second.  What was learned of
 * code objects is kept, and proved again at each look: their memory may be another one's by now.
 * The threads run on meanwhile: the pieces of a look are of a few microseconds (glimpse.h), and a
 * stack that does not fit together is said to be torn.
 */
#pragma once

#include "base/package.h"
#include "inspect/python/python_runtime.h"

enum {
	PYTHON_STACK_MOST = 400,   /* frames followed; the outermost of deeper ones are left out */
	PYTHON_FILES_MOST = 20000, /* told apart */
	PYTHON_STACKS_MOST = 256,  /* threads looked at */
};

/* Where a file of code comes from. */
enum python_origin {
	PYTHON_OWN,      /* the program's own */
	PYTHON_TYPED,    /* "<string>", "<stdin>": typed in, or made by a library */
	PYTHON_LIBRARY,  /* installed, in site-packages or dist-packages */
	PYTHON_STANDARD, /* Python's own library */
	PYTHON_FROZEN,   /* "<frozen importlib._bootstrap>": built in, or made by some library */
};

struct python_file {
	char *path; /* as the code has it, clean UTF-8 */
	enum python_origin origin;
	char package[PACKAGE_NAME_MOST]; /* PYTHON_LIBRARY: its folder or file; else "" */
};

/* The origin of the file at PATH; PACKAGE gets the name of its package, or "". */
enum python_origin python_origin_of(const char *path, char package[PACKAGE_NAME_MOST]);

struct python_spot {
	uint32_t file;        /* python_stacks_file */
	int32_t line;         /* 0: not known */
	const char *function; /* "" when not known; lives until the next look */
};

struct python_stack {
	pid_t tid; /* for /proc/PID/task; 0: not known */
	bool torn; /* only its innermost frames are known */
	size_t depth;
	struct python_spot spots[PYTHON_STACK_MOST]; /* the innermost first */
};

struct python_stacks;

/* Made for PYTHON, which outlives it. */
struct python_stacks *python_stacks_new(const struct python *python);
void python_stacks_free(struct python_stacks *stacks); /* NULL is fine */

/* Calls EACH for every thread that has a Python stack, the newest first, each with its frames,
 * the innermost first.  How many; fewer than 1: nothing could be read at this moment. */
int python_stacks_look(struct python_stacks *stacks,
	void (*each)(void *context, const struct python_stack *stack), void *context);

/* The file numbered so in a spot; lives as long as STACKS. */
const struct python_file *python_stacks_file(const struct python_stacks *stacks, uint32_t file);
