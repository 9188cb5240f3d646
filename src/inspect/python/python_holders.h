/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_holders - who keeps the objects of a type: paths to what has a name
 *
 * Some of the objects are chosen by chance, those with more bytes more often.  All memory is looked
 * through for what refers to them, to that, and so on, until a module, a class or a running
 * function's variable is met; every step is proved by the holder's own layout.  What most of the
 * chosen agree on is the answer.  A path that cannot be proved is "not found", never a guess.
 */
#pragma once

#include "inspect/python/python_heap.h"

enum {
	PYTHON_SAMPLES = 48,
	PYTHON_PATHS_MOST = 4,
	PYTHON_PATH_TEXT = 512,
};

struct python_path {
	/* From the object outwards: "a list, attribute 'history' of Session, a dict of 4,856
	 * entries, key 'SESSIONS' of module __main__".  Other keys and all strings stay in the
	 * process. */
	char text[PYTHON_PATH_TEXT];
	unsigned samples; /* of those chosen, are held that way */
};

struct python_holders {
	char type[PYTHON_FULL_NAME_MOST];            /* with its module where there are others */
	uint64_t others;                             /* objects of other types of that name */
	uint64_t count;                              /* objects of the type */
	uint64_t bytes;                              /* of them and what hangs on them */
	unsigned samples;                            /* that were chosen */
	unsigned found;                              /* of them, with a path */
	unsigned told;                               /* of these, whose path is one of: */
	struct python_path paths[PYTHON_PATHS_MOST]; /* by samples */
	size_t path_count;
	/* what the heap holds, as far as it was seen */
	struct python_heap_sums sums;
};

/* Finds who keeps the objects of the type called NAME (the one with most bytes, where several are
 * called so; what is before its last dot may be left out).  0; -ENOENT (there is no object of such
 * a type) or -errno of memory.h.  What HOLDERS says is as far as it came when the budget was used
 * up: -ETIME and -E2BIG. */
int python_holders_find(struct python_holders *holders, const struct python *python,
	const char *name);
