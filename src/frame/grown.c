/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grown - see grown.h; copies of an answer */
#include "frame/grown.h"

#include "frame/frame.h"
#include "frame/wire.h"

bool grown_matters(const struct proc_grown *grown, int32_t net_kib)
{
	uint64_t size = (uint64_t)(net_kib < 0 ? -(int64_t)net_kib : net_kib);

	return size >= GROWN_MATTERS_KIB && size >= grown->rose_kib / GROWN_MATTERS_PART;
}

void grown_copy(struct frame *to, const struct frame *from, size_t index)
{
	int32_t pid = from->growns[index].pid;

	frame_append(to, WIRE_GROWNS, &from->growns[index]);
	inside_copy_list(to, from, WIRE_GROWN_LINES, pid);
	inside_copy_list(to, from, WIRE_GROWN_LIBRARIES, pid);
}
