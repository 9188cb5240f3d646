/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question - one look inside a process, answered as a frame: what its allocators hold, what is in
 * memory by type, who holds a type's objects
 *
 * The whole work of the inspector process (sample/inspector.h).  Every failure is part of the
 * answer: a sentence, never a number.
 */
#pragma once

#include "frame/frame.h"

struct memory;

struct question {
	struct ident id;
	char type[INSIDE_NAME_MAX]; /* whose holders are wanted; "": types and allocators are */
};

enum { QUESTION_MS = 50000 }; /* a look ends by itself then, with what it has */

/* Fills FRAME, which is empty: one proc_inside and its lists.  Its age is what
 * the look took: what it says is of the moment it began. */
void question_answer(struct frame *frame, const struct question *question);

/* The same of MEMORY, whatever it is an image of; error, cost and ids are the caller's. */
void question_look(struct frame *frame, const struct question *question, struct memory *memory);
