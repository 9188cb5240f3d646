/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame - the life of a frame; its contents are up to those who fill and read it */
#include "frame/frame.h"

#include "base/xalloc.h"

#include <stdlib.h>

enum { PLENTY_SHARE = 5, PLENTY_PSI_PERCENT = 1 };

bool frame_has_plenty(const struct system_figures *system)
{
	return system->available_kib >= system->total_kib / PLENTY_SHARE &&
	       system->psi_some_avg10 < PLENTY_PSI_PERCENT && system->swap_in_kib_s <= 0 &&
	       system->swap_out_kib_s <= 0;
}

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
