/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame_writer - see frame_writer.h; knows nothing of where the figures come from */
#include "sample/frame_writer.h"

#include <string.h>

enum {
	FIRST_ROOM = 32,
	SECOND_ROOM = 128,
};

void frame_writer_init(struct frame_writer *writer, struct frame_writer_sink sink)
{
	*writer = (struct frame_writer){ .frame = frame_new(), .sink = sink };
}

void frame_writer_done(struct frame_writer *writer)
{
	frame_free(writer->frame);
}

static void start_frame(struct frame_writer *writer)
{
	struct arena arena;

	frame_reset(writer->frame);
	arena = writer->frame->arena;
	*writer->frame = writer->head;
	writer->frame->arena = arena;
}

void frame_writer_begin(struct frame_writer *writer, const struct frame *head)
{
	writer->head = *head;
	start_frame(writer);
}

static void flush(struct frame_writer *writer)
{
	writer->frame->more = true;
	writer->sink.put(writer->sink.context, writer->frame);
	start_frame(writer);
}

/* Arrays begin small and grow in two steps, so that a quiet tick touches little memory: ARRAY, or a
 * larger copy of it when COUNT elements of SIZE bytes fill it. */
static void *grown(struct frame_writer *writer, void *array, size_t count, size_t size)
{
	void *larger;

	if (count != 0 && count != FIRST_ROOM && count != SECOND_ROOM)
		return array;
	larger = arena_take(&writer->frame->arena,
		count == 0            ? FIRST_ROOM
		: count == FIRST_ROOM ? SECOND_ROOM
				      : FRAME_PART_MAX,
		size);
	if (count > 0)
		memcpy(larger, array, count * size);
	return larger;
}

/* Room for one more in an array of the frame being filled; a full one is sent first. */
#define ROOM(writer, array, count)                                                                 \
	do {                                                                                       \
		if ((writer)->frame->count == FRAME_PART_MAX)                                      \
			flush(writer);                                                             \
		(writer)->frame->array = grown(writer, (writer)->frame->array,                     \
			(writer)->frame->count, sizeof(*(writer)->frame->array));                  \
	} while (0)

void frame_put_death(struct frame_writer *writer, int32_t pid)
{
	ROOM(writer, deaths, ndeaths);
	writer->frame->deaths[writer->frame->ndeaths++] = pid;
}

void frame_put_birth(struct frame_writer *writer, const struct proc_birth *birth)
{
	struct proc_birth *to;

	ROOM(writer, births, nbirths);
	to = &writer->frame->births[writer->frame->nbirths++];
	*to = *birth;
	to->comm = arena_text(&writer->frame->arena, birth->comm, strlen(birth->comm));
}

void frame_put_usage(struct frame_writer *writer, const struct proc_usage *usage)
{
	ROOM(writer, usages, nusages);
	writer->frame->usages[writer->frame->nusages++] = *usage;
}

void frame_put_detail(struct frame_writer *writer, const struct proc_detail *detail)
{
	ROOM(writer, details, ndetails);
	writer->frame->details[writer->frame->ndetails++] = *detail;
}

void frame_put_text(struct frame_writer *writer, int32_t pid, enum text_kind kind, const char *text)
{
	ROOM(writer, texts, ntexts);
	writer->frame->texts[writer->frame->ntexts++] = (struct proc_text){
		.pid = pid,
		.kind = kind,
		.text = arena_text(&writer->frame->arena, text, strlen(text)),
	};
}

void frame_put_user(struct frame_writer *writer, uint32_t uid, const char *name)
{
	ROOM(writer, users, nusers);
	writer->frame->users[writer->frame->nusers++] = (struct user_name){
		.uid = uid,
		.name = arena_text(&writer->frame->arena, name, strlen(name)),
	};
}

void frame_put_cgroup(struct frame_writer *writer, const struct cgroup_figures *cgroup)
{
	struct cgroup_figures *to;

	ROOM(writer, cgroups, ncgroups);
	to = &writer->frame->cgroups[writer->frame->ncgroups++];
	*to = *cgroup;
	to->path = arena_text(&writer->frame->arena, cgroup->path, strlen(cgroup->path));
}

void frame_put_cgroup_usage(struct frame_writer *writer, uint32_t number, uint64_t usage_kib)
{
	ROOM(writer, cgroup_usages, ncgroup_usages);
	writer->frame->cgroup_usages[writer->frame->ncgroup_usages++] = (struct cgroup_usage){
		number, usage_kib
	};
}

void frame_put_cgroup_parts(struct frame_writer *writer, const struct cgroup_parts *parts)
{
	ROOM(writer, cgroup_parts, ncgroup_parts);
	writer->frame->cgroup_parts[writer->frame->ncgroup_parts++] = *parts;
}

void frame_put_cgroup_end(struct frame_writer *writer, uint32_t number)
{
	ROOM(writer, cgroup_ends, ncgroup_ends);
	writer->frame->cgroup_ends[writer->frame->ncgroup_ends++] = number;
}

void frame_put_mappings(struct frame_writer *writer, const struct proc_mappings *mappings,
	const struct mapping_group *parts, size_t nparts)
{
	struct frame *frame = writer->frame;
	struct arena *arena = &frame->arena;

	if (frame->nmappings > 0)
		flush(writer);
	frame->mappings = arena_take(arena, 1, sizeof(*mappings));
	frame->nmappings = 1;
	frame->mappings[0] = *mappings;
	frame->mappings[0].exe = arena_text(arena, mappings->exe, strlen(mappings->exe));
	frame->mappings[0].cwd = arena_text(arena, mappings->cwd, strlen(mappings->cwd));
	frame->groups = arena_take(arena, nparts, sizeof(*parts));
	frame->ngroups = nparts;
	for (size_t i = 0; i < nparts; i++) {
		frame->groups[i] = parts[i];
		frame->groups[i].name = arena_text(arena, parts[i].name, strlen(parts[i].name));
	}
}

void frame_put_inside(struct frame_writer *writer, const struct frame *from)
{
	if (writer->frame->ninsides > 0)
		flush(writer);
	inside_copy(writer->frame, from, 0);
}

void frame_put_slab(struct frame_writer *writer, const struct slab_figures *slab)
{
	struct slab_figures *to;

	ROOM(writer, slabs, nslabs);
	to = &writer->frame->slabs[writer->frame->nslabs++];
	*to = *slab;
	to->name = arena_text(&writer->frame->arena, slab->name, strlen(slab->name));
}

void frame_put_tmpfs(struct frame_writer *writer, const struct tmpfs_figures *tmpfs)
{
	struct tmpfs_figures *to;

	ROOM(writer, tmpfs, ntmpfs);
	to = &writer->frame->tmpfs[writer->frame->ntmpfs++];
	*to = *tmpfs;
	to->path = arena_text(&writer->frame->arena, tmpfs->path, strlen(tmpfs->path));
}

void frame_put_title(struct frame_writer *writer, const struct container_title *title)
{
	struct arena *arena;

	ROOM(writer, titles, ntitles);
	arena = &writer->frame->arena;
	writer->frame->titles[writer->frame->ntitles++] = (struct container_title){
		.path = arena_text(arena, title->path, strlen(title->path)),
		.name = arena_text(arena, title->name, strlen(title->name)),
	};
}

void frame_put_kill(struct frame_writer *writer, const struct kill_figures *kill)
{
	struct kill_figures *to;

	ROOM(writer, kills, nkills);
	to = &writer->frame->kills[writer->frame->nkills++];
	*to = *kill;
	to->group = arena_text(&writer->frame->arena, kill->group, strlen(kill->group));
	to->in = arena_text(&writer->frame->arena, kill->in, strlen(kill->in));
}

void frame_put_notice(struct frame_writer *writer, uint32_t request, int error, const char *text)
{
	ROOM(writer, notices, nnotices);
	writer->frame->notices[writer->frame->nnotices++] = (struct notice){
		.request = request,
		.error = error,
		.text = arena_text(&writer->frame->arena, text, strlen(text)),
	};
}

bool frame_writer_holds(const struct frame_writer *writer)
{
	const struct frame *frame = writer->frame;

	return frame->ndeaths + frame->nbirths + frame->nusages + frame->ndetails + frame->ntexts +
		       frame->nusers + frame->ncgroups + frame->ncgroup_usages +
		       frame->ncgroup_parts + frame->ncgroup_ends + frame->ntmpfs + frame->ntitles +
		       frame->nslabs + frame->nmappings + frame->ninsides + frame->nkills +
		       frame->nnotices >
	       0;
}

void frame_writer_end(struct frame_writer *writer)
{
	writer->frame->more = false;
	if (writer->head.tick || frame_writer_holds(writer))
		writer->sink.put(writer->sink.context, writer->frame);
}
