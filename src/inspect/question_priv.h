/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question_priv - what the files of question.h share: an answer that grows */
#pragma once

#include "inspect/allocator.h"
#include "inspect/image.h"
#include "inspect/question.h"

#include <stdbool.h>

struct look {
	struct memory *memory;
	const struct image *images;
	size_t nimages;
	struct allocator allocator;
	bool python; /* there is a CPython in it, read or not */
	struct frame *frame;
	struct proc_inside *inside; /* the frame's */
};

/* Adds to the lists of the frame; texts are copied and cleaned. */
void question_type(struct look *look, enum inside_kind kind, const char *name, uint64_t count,
	uint64_t bytes, const uint64_t *kept);
void question_unknown(struct look *look, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
const char *question_text(struct look *look, const char *text, size_t most);

/* glibc's heaps, classes and sizes of chunks; an allocator that is another one by its name. */
void question_heap(struct look *look);

/* CPython's objects by type, or who holds those of TYPE ("": by type); false: there is none. */
bool question_python(struct look *look, const char *type);

/* A Java virtual machine's heap, if there is one; Node.js's. */
void question_runtimes(struct look *look);

/* Reads a Java's heap out of its file where its memory may not be read, which WHY says; false: it
 * is no Java, or its file cannot be read either. */
bool question_java_file(struct look *look, const char *why);

/* After question_heap: what Node.js has beside its heap. */
void question_node_buffers(struct look *look);
