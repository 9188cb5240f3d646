/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question_python - the answers about CPython; see question.h */
#include "inspect/question_priv.h"

#include "base/order.h"
#include "base/xalloc.h"
#include "inspect/python/python_census.h"
#include "inspect/python/python_holders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_MOST = 200 /* listed */ };

static int by_bytes(const void *a, const void *b)
{
	const struct python_type *first = *(struct python_type *const *)a;
	const struct python_type *second = *(struct python_type *const *)b;
	uint64_t one = first->bytes + first->hanging, other = second->bytes + second->hanging;

	return (one < other) - (one > other);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct python_type *const *)a)->name,
		(*(struct python_type *const *)b)->name);
}

/* Marks those that are called as another one is, which their modules tell apart. */
static void mark_alike(struct python_type **list, size_t count)
{
	order_sort(list, count, sizeof(void *), by_name);
	for (size_t i = 0; i < count; i++)
		list[i]->mark = 0;
	for (size_t i = 1; i < count; i++)
		if (strcmp(list[i]->name, list[i - 1]->name) == 0)
			list[i]->mark = list[i - 1]->mark = 1;
}

/* By all that they hold, what hangs outside included: a list of numbers is small itself. */
static void put_types(struct look *look, const struct python *python,
	const struct python_types *types)
{
	char name[PYTHON_FULL_NAME_MOST];
	size_t count, used = 0;
	struct python_type *const *list = python_types_list(types, &count);
	struct python_type **sorted = xalloc((count + 1) * sizeof(void *));

	for (size_t i = 0; i < count; i++)
		if (list[i]->count > 0)
			sorted[used++] = list[i];
	if (used > 0) {
		mark_alike(sorted, used);
		order_sort(sorted, used, sizeof(void *), by_bytes);
	}
	for (size_t i = 0; i < used && i < TYPES_MOST; i++) {
		uint64_t kept = sorted[i]->bytes + sorted[i]->hanging;

		if (sorted[i]->mark != 0)
			python_type_full_name(python, sorted[i], name);
		question_type(look, INSIDE_OBJECTS, sorted[i]->mark != 0 ? name : sorted[i]->name,
			sorted[i]->count, sorted[i]->bytes, &kept);
	}
	free(sorted);
}

/* PYTHONMALLOC=malloc, or a debug build, leaves no pools: then malloc's own table tells all there
 * is. */
static void put_pools(struct look *look, const struct python_heap_sums *sums)
{
	struct proc_inside *inside = look->inside;

	if (sums->pools + sums->pools_empty == 0) {
		question_unknown(look, "pools", "this Python does not use them (PYTHONMALLOC?)");
		return;
	}
	inside->known |= INSIDE_POOLS;
	inside->pool_blocks = sums->blocks;
	inside->pool_used = sums->bytes;
	inside->pool_kept = sums->kept;
	inside->pools = sums->pools + sums->pools_empty;
	inside->pools_empty = sums->pools_empty;
}

/* Objects above 512 bytes, and without pools all of them, are malloc's: of another malloc than
 * glibc's they are not seen. */
static void say_unseen(struct look *look, const char *what, const struct python_heap_sums *sums)
{
	const struct allocator *allocator = &look->allocator;
	bool other = allocator->name[0] != '\0' && !allocator->glibc;

	if (sums->chunks > 0 && !other)
		return;
	question_unknown(look, what, "%s lie with %s, whose heap cannot be read",
		sums->pools + sums->pools_empty > 0 ? "objects above 512 bytes" : "all objects",
		other ? allocator->name : "an allocator that is not known");
}

/* A budget that is spent is told elsewhere, in words; other errors are of reading. */
static void take_types(struct look *look, const struct python *python)
{
	struct python_types *types = python_types_new(python);
	struct python_heap heap;

	python_heap_init(&heap, python, types);
	int error = python_heap_find(&heap);
	if (error == 0)
		error = python_census(&heap, NULL, NULL);
	if (error == 0) {
		put_pools(look, &heap.sums);
		put_types(look, python, types);
		say_unseen(look, "types", &heap.sums);
	} else if (memory_spent(look->memory) == 0) {
		question_unknown(look, "types", "%s", strerror(-error));
	}
	python_heap_done(&heap);
	python_types_free(types);
}

/* How many of the chosen objects had a way to a name belongs to the answer: a share is of those
 * that were found. */
static void put_holders(struct look *look, const struct python_holders *holders)
{
	struct proc_inside *inside = look->inside;
	struct frame *frame = look->frame;

	inside->known |= INSIDE_HOLDERS;
	inside->held_count = holders->count;
	inside->held_bytes = holders->bytes;
	inside->held_samples = holders->samples;
	inside->held_found = holders->found;
	frame->inside_holders = arena_take(&frame->arena, PYTHON_PATHS_MOST,
		sizeof(*frame->inside_holders));
	for (size_t i = 0; i < holders->path_count && i < PYTHON_PATHS_MOST; i++)
		frame->inside_holders[frame->ninside_holders++] = (struct inside_holder){
			.pid = inside->pid,
			.path = question_text(look, holders->paths[i].text, INSIDE_PATH_MAX),
			.samples = holders->paths[i].samples,
		};
	if (holders->others > 0)
		question_unknown(look, "holders",
			"these are %s; %llu more objects are of other types called so",
			holders->type, (unsigned long long)holders->others);
	if (holders->found < holders->samples)
		question_unknown(look, "holders", "%u of %u: not found",
			holders->samples - holders->found, holders->samples);
	if (holders->told < holders->found)
		question_unknown(look, "holders", "%u of %u: in ways that hardly any others share",
			holders->found - holders->told, holders->samples);
}

/* A search that ran out of time or room has found the nearest holders all the same, which are
 * worth telling. */
static void take_holders(struct look *look, const struct python *python, const char *type)
{
	struct python_holders *holders = xalloc_zero(1, sizeof(*holders));
	int error = python_holders_find(holders, python, type);

	if (error == -ENOENT)
		question_unknown(look, "holders", "there is no object of a type %s to be seen",
			type);
	else if (error == 0 || error == -ETIME || error == -E2BIG)
		put_holders(look, holders);
	else
		question_unknown(look, "holders", "%s", strerror(-error));
	if (error == 0 || error == -ENOENT)
		say_unseen(look, "holders", &holders->sums);
	free(holders);
}

bool question_python(struct look *look, const char *type)
{
	char why[PYTHON_WHY_MOST] = "", name[INSIDE_NAME_MAX];
	struct python python;
	int error = python_open(&python, look->memory, why);

	if (error == -ENOENT && image_program_has(look->memory, ".PyRuntime")) {
		error = -EPROTO;
		snprintf(why, sizeof(why),
			"the Python within this program exports no symbols: its objects cannot be "
			"found");
	}
	if (error == -ENOENT)
		return false;
	if (error < 0) {
		question_unknown(look, type[0] != '\0' ? "holders" : "types", "%s",
			why[0] != '\0' ? why : strerror(-error));
		return true;
	}
	/* before 3.11 it does not say which release of its minor version it is */
	int len = snprintf(name, sizeof(name), "CPython %u.%u", python.version >> 24,
		python.version >> 16 & 0xff);
	if ((python.version & 0xffff) != 0)
		snprintf(name + len, sizeof(name) - (size_t)len, ".%u", python.version >> 8 & 0xff);
	look->inside->runtime = question_text(look, name, INSIDE_NAME_MAX);
	if (type[0] != '\0')
		take_holders(look, &python, type);
	else
		take_types(look, &python);
	return true;
}
