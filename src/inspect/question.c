/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question - see question.h */
#include "inspect/question_priv.h"

#include "base/clock.h"
#include "inspect/memory.h"
#include "inspect/permit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BYTES_LEAST = 1 << 30, /* that may be read, and as many times what is mapped: */
	BYTES_TIMES = 16,
};

/* --- the look --- */

/* An answer is a frame with one entry, whatever comes of the look: texts are "" and never NULL, as
 * the format wants. */
static void begin_answer(struct frame *frame, const struct question *question)
{
	struct proc_inside *inside = arena_take(&frame->arena, 1, sizeof(*inside));

	*inside = (struct proc_inside){
		.pid = question->id.pid,
		.start_ticks = question->id.start_ticks,
		.type = arena_text(&frame->arena, question->type, strlen(question->type)),
		.why = "",
		.allocator = "",
		.hint = "",
		.runtime = "",
	};
	frame->insides = inside;
	frame->ninsides = 1;
}

static void fail(struct frame *frame, int error, const char *why)
{
	struct look look = { .frame = frame, .inside = frame->insides };

	look.inside->error = -error;
	look.inside->why = question_text(&look, why, INSIDE_TEXT_MAX);
	look.inside->known = 0;
	frame->ninside_types = frame->ninside_arenas = frame->ninside_holders =
		frame->ninside_unknowns = 0;
}

void question_look(struct frame *frame, const struct question *question, struct memory *memory)
{
	struct image *images;
	struct look look = { .memory = memory, .frame = frame };

	if (frame->ninsides == 0)
		begin_answer(frame, question);
	look.inside = frame->insides;
	look.nimages = image_list(memory, &images);
	look.images = images;
	if (allocator_narrow(memory)) {
		question_unknown(&look, "all of it",
			"a program of 32 bits: its heap and objects cannot be read");
		free(images);
		return;
	}
	look.allocator = allocator_find(memory, images, look.nimages);
	look.python = question_python(&look, question->type);
	if (question->type[0] == '\0') {
		if (!look.python)
			question_runtimes(&look);
		question_heap(&look);
		question_node_buffers(&look);
	} else if (!look.python) {
		question_unknown(&look, "holders", "%s",
			"only of CPython's objects, and there is no CPython in it");
	}
	int error = memory_spent(memory);
	if (error == -ETIME)
		question_unknown(&look, "all of it", "the look took longer than it may (%d s)",
			QUESTION_MS / 1000);
	else if (error < 0)
		question_unknown(&look, "all of it", "more would have to be read than may be");
	free(images);
}

/* Bytes the process may write to, but for reservations of terabytes (sanitizers, Go, some JVMs):
 * they are address space, not memory. */
static uint64_t mapped_bytes(const struct memory *memory)
{
	size_t count;
	const struct memory_region *regions = memory_regions(memory, &count);
	uint64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		if ((regions[i].flags & MEMORY_WRITE) != 0 &&
			regions[i].end - regions[i].start < 1ull << 40)
			bytes += regions[i].end - regions[i].start;
	return bytes;
}

/* Bounded in bytes by what it has mapped, and in time. That it is still the same process is asked
 * at the end, as its pid may have been given away meanwhile. Who may not look inside may still
 * read what a JVM publishes in a file. */
static void look_at(struct frame *frame, const struct question *question)
{
	char why[INSIDE_TEXT_MAX];
	struct look look = { .frame = frame, .inside = frame->insides };
	struct permit permit;
	int error;
	struct memory *memory = memory_open(question->id.pid, question->id.start_ticks, &error);

	if (memory != NULL) {
		memory_budget(memory, BYTES_LEAST + BYTES_TIMES * mapped_bytes(memory),
			QUESTION_MS);
		question_look(frame, question, memory);
		error = memory_same(memory) ? 0 : -ESRCH;
		memory_close(memory);
	}
	if (error == 0)
		return;
	permit_read(&permit, question->id.pid);
	permit_why(&permit, error, why, sizeof(why));
	if ((error == -EPERM || error == -EACCES) && question->type[0] == '\0' &&
		question_java_file(&look, why))
		return;
	fail(frame, error, why);
}

void question_answer(struct frame *frame, const struct question *question)
{
	uint64_t begin_ms = clock_mono_ms();

	begin_answer(frame, question);
	look_at(frame, question);
	frame->insides->age_ms = (uint32_t)(clock_mono_ms() - begin_ms);
	frame->insides->cost_ms = (double)clock_cpu_us() / 1000;
}
