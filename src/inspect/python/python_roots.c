/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_roots - see python_roots.h */
#include "inspect/python/python_roots.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE_FIRST = 1024, ROOTS_MOST = 1 << 20 };

void python_roots_init(struct python_roots *roots)
{
	roots->size = SIZE_FIRST;
	roots->count = 0;
	roots->places = xalloc_zero(roots->size, sizeof(*roots->places));
}

void python_roots_done(struct python_roots *roots)
{
	free(roots->places);
	memset(roots, 0, sizeof(*roots));
}

static struct python_root *place_of(const struct python_roots *roots, uint64_t address)
{
	size_t at = (size_t)((address >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
		    (roots->size - 1);

	while (roots->places[at].at != 0 && roots->places[at].at != address)
		at = (at + 1) & (roots->size - 1);
	return &roots->places[at];
}

static void grow(struct python_roots *roots)
{
	struct python_root *old = roots->places;
	size_t size = roots->size;

	roots->size *= 2;
	roots->places = xalloc_zero(roots->size, sizeof(*roots->places));
	for (size_t i = 0; i < size; i++)
		if (old[i].at != 0)
			*place_of(roots, old[i].at) = old[i];
	free(old);
}

/* Names of modules and classes come before those of variables. */
static void add_root(struct python_roots *roots, const struct python_root *root)
{
	if (!python_plausible(root->at) || roots->count >= ROOTS_MOST)
		return;
	struct python_root *place = place_of(roots, root->at);
	if (place->at != 0 && place->kind < root->kind)
		return;
	roots->count += place->at == 0;
	*place = *root;
	if (roots->count * 2 > roots->size)
		grow(roots);
}

void python_roots_module(struct python_roots *roots, const struct python *python, uint64_t module)
{
	struct python_root root = { .owner = module, .kind = PYTHON_R_MODULE };

	if (memory_word(python->memory, module + MODULE_DICT, &root.at) == 0)
		add_root(roots, &root);
}

void python_roots_class(struct python_roots *roots, const struct python *python, uint64_t type)
{
	struct python_root root = { .owner = type, .kind = PYTHON_R_CLASS };

	if (memory_word(python->memory, type + TYPE_DICT, &root.at) == 0)
		add_root(roots, &root);
}

void python_roots_function(struct python_roots *roots, const struct python *python,
	uint64_t function)
{
	struct python_root root = { .owner = function, .kind = PYTHON_R_GLOBALS };

	if (memory_word(python->memory, function + python->row.function_globals, &root.at) == 0)
		add_root(roots, &root);
}

struct frames {
	struct python_roots *roots;
	const struct python *python;
};

/* The lowest bits of a local may be marks of the interpreter. */
static void add_frame(void *context, const struct python_frame *frame)
{
	const struct frames *frames = context;
	const struct python *python = frames->python;
	uint64_t values[PYTHON_VARIABLES_MOST];
	uint32_t count = python_variable_count(python, frame->code);

	if (count == 0 || memory_read(python->memory, frame->at + python->row.frame_locals, values,
				  count * sizeof(*values)) != 0)
		return;
	for (uint32_t i = 0; i < count; i++) {
		struct python_root root = { .at = values[i] & ~UINT64_C(7),
			.owner = frame->code,
			.kind = PYTHON_R_LOCAL,
			.index = i };

		add_root(frames->roots, &root);
	}
}

void python_roots_frames(struct python_roots *roots, const struct python *python)
{
	struct frames frames = { .roots = roots, .python = python };

	python_frames(python, add_frame, &frames);
}

const struct python_root *python_roots_find(const struct python_roots *roots, uint64_t address)
{
	const struct python_root *place = place_of(roots, address);

	return place->at != 0 ? place : NULL;
}
