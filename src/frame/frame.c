/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame - the life of a frame; its contents are up to those who fill and read it */
#include "frame/frame.h"

#include "base/xalloc.h"

#include <stdlib.h>

struct frame *frame_new(void)
{
	struct frame *frame = xalloc_zero(1, sizeof(*frame));

	arena_init(&frame->arena);
	return frame;
}

void frame_free(struct frame *frame)
{
	if (frame == NULL)
		return;
	arena_done(&frame->arena);
	free(frame);
}

void frame_reset(struct frame *frame)
{
	struct arena arena = frame->arena;

	arena_reset(&arena);
	*frame = (struct frame){ .arena = arena };
}
