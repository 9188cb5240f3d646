/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside - see inside.h; copies of an answer */
#include "frame/inside.h"

#include "frame/frame.h"
#include "frame/wire.h"

#include <string.h>

void inside_copy_list(struct frame *to, const struct frame *from, int id, int32_t pid)
{
	const struct wire_array *array = &wire_arrays[id];
	size_t count = frame_count(from, id);
	const char *item;

	memcpy(&item, (const char *)from + array->items, sizeof(item));
	for (size_t i = 0; i < count; i++, item += array->size)
		if (memcmp(item, &pid, sizeof(pid)) == 0)
			frame_append(to, id, item);
}

void inside_copy(struct frame *to, const struct frame *from, size_t index)
{
	int32_t pid = from->insides[index].pid;

	frame_append(to, WIRE_INSIDES, &from->insides[index]);
	inside_copy_list(to, from, WIRE_INSIDE_TYPES, pid);
	inside_copy_list(to, from, WIRE_INSIDE_ARENAS, pid);
	inside_copy_list(to, from, WIRE_INSIDE_HOLDERS, pid);
	inside_copy_list(to, from, WIRE_INSIDE_UNKNOWNS, pid);
}
