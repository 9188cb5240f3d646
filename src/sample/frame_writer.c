/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame_writer - see frame_writer.h; knows nothing of where the figures come from */
#include "sample/frame_writer.h"

#include <string.h>

void frame_writer_init(struct frame_writer *writer, struct frame_writer_sink sink)
{
	*writer = (struct frame_writer){ .frame = frame_new(), .sink = sink };
}

void frame_writer_done(struct frame_writer *writer)
{
	frame_free(writer->frame);
}

/* The arena is kept over frames, so that a tick takes its memory from where the one before had its
 * own. */
static void start_frame(struct frame_writer *writer)
{
	frame_reset(writer->frame);
	struct arena arena = writer->frame->arena;
	*writer->frame = writer->head;
	writer->frame->arena = arena;
}

void frame_writer_begin(struct frame_writer *writer, const struct frame *head)
{
	writer->head = *head;
	start_frame(writer);
}

static void flush_frame(struct frame_writer *writer)
{
	writer->frame->more = true;
	writer->sink.put(writer->sink.context, writer->frame);
	start_frame(writer);
}

void frame_writer_only(struct frame_writer *writer, struct frame_writer_filter filter)
{
	writer->filter = filter;
}

/* All of these begin with their pid (frame/wire.c makes sure). */
static bool is_told(const struct frame_writer *writer, enum wire_array_id id, const void *item)
{
	bool filtered = writer->filter.tells != NULL && id >= WIRE_DEATHS && id <= WIRE_TEXTS;
	int32_t pid;

	if (!filtered)
		return true;
	memcpy(&pid, item, sizeof(pid));
	return writer->filter.tells(writer->filter.context, pid);
}

void frame_writer_put(struct frame_writer *writer, enum wire_array_id id, const void *item)
{
	if (!is_told(writer, id, item))
		return;
	if (frame_count(writer->frame, (int)id) == FRAME_PART_MAX)
		flush_frame(writer);
	frame_append(writer->frame, (int)id, item);
}

void frame_put_mappings(struct frame_writer *writer, const struct proc_mappings *mappings,
	const struct mapping_group *parts, size_t nparts)
{
	if (writer->frame->nmappings > 0)
		flush_frame(writer);
	frame_append(writer->frame, WIRE_DEEPS, mappings);
	for (size_t i = 0; i < nparts; i++)
		frame_append(writer->frame, WIRE_PARTS, &parts[i]);
}

void frame_put_inside(struct frame_writer *writer, const struct frame *from)
{
	if (writer->frame->ninsides > 0)
		flush_frame(writer);
	inside_copy(writer->frame, from, 0);
}

void frame_put_grown(struct frame_writer *writer, const struct frame *from)
{
	if (writer->frame->ngrowns > 0)
		flush_frame(writer);
	grown_copy(writer->frame, from, 0);
}

bool frame_writer_holds(const struct frame_writer *writer)
{
	for (int id = WIRE_DEATHS; id < WIRE_NARRAYS; id++)
		if (frame_count(writer->frame, id) > 0)
			return true;
	return false;
}

void frame_writer_end(struct frame_writer *writer)
{
	writer->frame->more = false;
	if (writer->head.tick || frame_writer_holds(writer))
		writer->sink.put(writer->sink.context, writer->frame);
}
