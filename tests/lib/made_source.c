/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_source - see made_source.h */
#include "tests/lib/made_source.h"

#include "base/xalloc.h"
#include "source/record.h"
#include "source/source_replay.h"

#include <stdlib.h>

static enum source_event made_next(struct source *source, const struct frame **frame)
{
	struct made_source *made = (struct made_source *)source;

	if (made->kind == SCENE_KINDS || made->second > scene_seconds(made->kind))
		return SOURCE_NONE;
	frame_reset(made->frame);
	scene_frame(made->frame, made->kind, made->second++);
	*frame = made->frame;
	return SOURCE_FRAME;
}

static int made_fd(const struct source *source)
{
	(void)source;
	return -1;
}

static int made_ask(struct source *source, const struct request *request)
{
	((struct made_source *)source)->asked = request->kind;
	return 0;
}

static void made_close(struct source *source)
{
	frame_free(((struct made_source *)source)->frame);
	free(source);
}

struct session *made_source_open(struct made_source **made, enum scene_kind kind)
{
	static const struct source_ops ops = { made_next, made_fd, made_fd, made_ask, made_close };
	struct made_source *it = xalloc_zero(1, sizeof(*it));

	it->source.ops = &ops;
	it->source.live = true;
	it->source.header = scene_header;
	it->kind = kind;
	it->frame = frame_new();
	if (made != NULL)
		*made = it;
	return session_new(&it->source, false);
}

int made_source_record(const char *path, enum scene_kind kind)
{
	struct frame *frame = frame_new();
	char why[RECORD_WHY_MAX];
	struct record *record;
	int result = record_open(&record, path, false, why);

	for (uint32_t second = 0; result == 0 && second <= scene_seconds(kind); second++) {
		frame_reset(frame);
		scene_frame(frame, kind, second);
		record_frame(record, &scene_header, frame);
	}
	frame_free(frame);
	return result == 0 ? record_close(record) : result;
}

struct session *made_source_replay(const char *path)
{
	char why[SOURCE_REPLAY_WHY_MAX];
	struct source *source;

	if (source_open_replay(&source, path, why) != 0)
		return NULL;
	source_replay_set_speed(source, 0);
	return session_new(source, true);
}
