/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame - the life of a frame; its contents are up to those who fill and read it */
#include "frame/frame.h"

#include "base/xalloc.h"
#include "frame/wire.h"

#include <stdlib.h>
#include <string.h>

enum {
	PLENTY_SHARE = 5,
	PLENTY_PSI_PERCENT = 1,
	FIRST_ROOM = 32, /* items of an array */
	GROWTH = 4,
};

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

/* The room of an array that holds COUNT items: it begins small and grows in large steps, so that a
 * quiet tick touches little memory and a busy one copies little. */
static size_t room_of(size_t count)
{
	size_t room = count > 0 ? FIRST_ROOM : 0;

	while (room < count)
		room *= GROWTH;
	return room;
}

size_t frame_count(const struct frame *frame, int id)
{
	size_t count;

	memcpy(&count, (const char *)frame + wire_arrays[id].count, sizeof(count));
	return count;
}

/* Arrays are members of different types, so that pointers and counts are copied in and out by
 * bytes. */
void frame_append(struct frame *frame, int id, const void *item)
{
	const struct wire_array *array = &wire_arrays[id];
	size_t count = frame_count(frame, id);
	char *items;

	memcpy(&items, (char *)frame + array->items, sizeof(items));
	if (count == room_of(count)) {
		char *larger = arena_take(&frame->arena, room_of(count + 1), array->size);

		if (count > 0)
			memcpy(larger, items, count * array->size);
		items = larger;
		memcpy((char *)frame + array->items, &items, sizeof(items));
	}
	memcpy(items + count * array->size, item, array->size);
	wire_own_texts(array, items + count * array->size, &frame->arena);
	count++;
	memcpy((char *)frame + array->count, &count, sizeof(count));
}
