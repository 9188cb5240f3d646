/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scene_inside - what looks inside the processes of a scene have found (scene.h) */
#include "scene.h"

#include <string.h>

enum { PYTHON = 903, NODE = 812, JAVA = 1177, KIB = 1024, MIB = 1024 * KIB };

static struct proc_inside *new_look(struct frame *frame, int32_t pid, uint32_t number)
{
	frame->insides = arena_take(&frame->arena, 1, sizeof(*frame->insides));
	frame->ninsides = 1;
	frame->insides[0] = (struct proc_inside){ .pid = pid,
		.number = number,
		.cost_ms = 61,
		.type = "",
		.why = "",
		.allocator = "",
		.hint = "",
		.runtime = "" };
	return &frame->insides[0];
}

static void give(struct store *store, struct frame *frame)
{
	const struct proc *proc = store_find_pid(store, frame->insides[0].pid);

	if (proc != NULL)
		frame->insides[0].start_ticks = proc->id.start_ticks;
	if (proc != NULL)
		store_apply(store, frame);
	frame_free(frame);
}

/* The STEP-th look: sessions are kept, with all that hangs on them. */
static void look_at_python(struct store *store, uint32_t step)
{
	static const struct inside_type first[] = {
		{ PYTHON, INSIDE_OBJECTS, INSIDE_TYPE_KEPT, "str", 61840, 6 * MIB, 6 * MIB },
		{ PYTHON, INSIDE_OBJECTS, INSIDE_TYPE_KEPT, "dict", 20410, 3 * MIB, 16 * MIB },
		{ PYTHON, INSIDE_OBJECTS, INSIDE_TYPE_KEPT, "jobs.runner.Session", 4856, 466176,
			466176 },
		{ PYTHON, INSIDE_OBJECTS, INSIDE_TYPE_KEPT, "code", 1926, 707 * KIB, 707 * KIB },
		{ PYTHON, INSIDE_OBJECTS, INSIDE_TYPE_KEPT, "bytearray", 12, 672, 700 * KIB },
		{ PYTHON, INSIDE_OBJECTS, 0, "jobs.runner.some.deeply.nested.module.BufferedLetter",
			7, 336, 0 },
		{ PYTHON, INSIDE_SIZE, 0, "953 to 968 bytes", 433, 413 * KIB, 0 },
		{ PYTHON, INSIDE_SIZE, 0, "128 to 256 KiB", 2, 336 * KIB, 0 },
	};
	const size_t n = sizeof(first) / sizeof(first[0]);
	struct frame *frame = frame_new();
	struct proc_inside *look = new_look(frame, PYTHON, 1 + step);

	look->known = INSIDE_HEAP | INSIDE_POOLS;
	look->allocator = "glibc";
	look->runtime = "CPython 3.11.2";
	look->age_ms = (9 - step) * 5000 + 1000;
	look->heap_used = 21 * MIB;
	look->heap_free = 40 * MIB;
	look->heap_kept = 38 * MIB;
	look->heap_returnable = 31 * MIB;
	look->heap_arenas = 3;
	look->pool_blocks = 612344;
	look->pool_used = (uint64_t)(180 + step) * MIB;
	look->pool_kept = 2 * MIB;
	look->pools = 11840;
	frame->inside_types = arena_take(&frame->arena, n, sizeof(first[0]));
	frame->ninside_types = n;
	memcpy(frame->inside_types, first, sizeof(first));
	frame->inside_types[2].count += step * 700ull;
	frame->inside_types[2].kept = frame->inside_types[2].bytes += step * 67200ull;
	frame->inside_types[1].count += step * 700ull;
	frame->inside_types[1].kept += step * step * 40000ull;
	frame->inside_types[4].kept -= step * 70000ull;
	give(store, frame);
}

static void find_holders(struct store *store)
{
	static const struct inside_holder ways[] = {
		{ PYTHON, "a dict of 11,156 entries, key 'SESSIONS' of module jobs.runner", 42 },
		{ PYTHON,
			"a list of 812, attribute 'waiting' of Queue, local variable 'queue' of "
			"run (runner.py:88), thread 2",
			5 },
	};
	struct frame *frame = frame_new();
	struct proc_inside *look = new_look(frame, PYTHON, 20);

	look->known = INSIDE_HOLDERS;
	look->type = "jobs.runner.Session";
	look->cost_ms = 204;
	look->held_count = 11156;
	look->held_bytes = 1070976;
	look->held_samples = 48;
	look->held_found = 47;
	frame->inside_holders = arena_take(&frame->arena, 2, sizeof(ways[0]));
	frame->ninside_holders = 2;
	memcpy(frame->inside_holders, ways, sizeof(ways));
	give(store, frame);
}

static void look_at_java(struct store *store)
{
	static const struct inside_unknown none = { JAVA, "types",
		"a histogram makes it collect first: jcmd 1177 GC.class_histogram" };
	struct frame *frame = frame_new();
	struct proc_inside *look = new_look(frame, JAVA, 1);

	look->known = INSIDE_JAVA;
	look->allocator = "glibc";
	look->runtime = "OpenJDK 17";
	look->java_used = 900ull * MIB;
	look->java_committed = 1200ull * MIB;
	look->java_old = 36ull * MIB;
	look->java_collections = 214;
	frame->inside_unknowns = arena_take(&frame->arena, 1, sizeof(none));
	frame->ninside_unknowns = 1;
	frame->inside_unknowns[0] = none;
	give(store, frame);
}

static void be_refused(struct store *store)
{
	struct frame *frame = frame_new();
	struct proc_inside *look = new_look(frame, NODE, 1);

	look->error = 1;
	look->why = "process 812 belongs to shop; run memtop with sudo";
	give(store, frame);
}

void scene_look(struct store *store)
{
	for (uint32_t step = 0; step < 10; step++)
		look_at_python(store, step);
	find_holders(store);
	look_at_java(store);
	be_refused(store);
}
