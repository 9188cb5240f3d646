/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part - see part.h; knows nothing of where the figures come from */
#include "sample/part.h"

#include <string.h>

enum {
	FIRST_ROOM = 32,
	SECOND_ROOM = 128,
};

void part_init(struct part *part, struct part_sink sink)
{
	*part = (struct part){ .frame = frame_new(), .sink = sink };
}

void part_done(struct part *part)
{
	frame_free(part->frame);
}

static void start_frame(struct part *part)
{
	struct arena arena;

	frame_reset(part->frame);
	arena = part->frame->arena;
	*part->frame = part->head;
	part->frame->arena = arena;
}

void part_begin(struct part *part, const struct frame *head)
{
	part->head = *head;
	start_frame(part);
}

static void flush(struct part *part)
{
	part->frame->more = true;
	part->sink.put(part->sink.context, part->frame);
	start_frame(part);
}

/* Arrays begin small and grow in two steps, so that a quiet tick touches little memory: ARRAY, or a
 * larger copy of it when COUNT elements of SIZE bytes fill it. */
static void *grown(struct part *part, void *array, size_t count, size_t size)
{
	void *larger;

	if (count != 0 && count != FIRST_ROOM && count != SECOND_ROOM)
		return array;
	larger = arena_take(&part->frame->arena,
		count == 0            ? FIRST_ROOM
		: count == FIRST_ROOM ? SECOND_ROOM
				      : FRAME_PART_MAX,
		size);
	if (count > 0)
		memcpy(larger, array, count * size);
	return larger;
}

/* Room for one more in an array of the frame being filled; a full one is sent first. */
#define ROOM(part, array, count)                                                                   \
	do {                                                                                       \
		if ((part)->frame->count == FRAME_PART_MAX)                                        \
			flush(part);                                                               \
		(part)->frame->array = grown(part, (part)->frame->array, (part)->frame->count,     \
			sizeof(*(part)->frame->array));                                            \
	} while (0)

void part_death(struct part *part, int32_t pid)
{
	ROOM(part, deaths, ndeaths);
	part->frame->deaths[part->frame->ndeaths++] = pid;
}

void part_birth(struct part *part, const struct proc_birth *birth)
{
	struct proc_birth *to;

	ROOM(part, births, nbirths);
	to = &part->frame->births[part->frame->nbirths++];
	*to = *birth;
	to->comm = arena_text(&part->frame->arena, birth->comm, strlen(birth->comm));
}

void part_usage(struct part *part, const struct proc_usage *usage)
{
	ROOM(part, usages, nusages);
	part->frame->usages[part->frame->nusages++] = *usage;
}

void part_detail(struct part *part, const struct proc_detail *detail)
{
	ROOM(part, details, ndetails);
	part->frame->details[part->frame->ndetails++] = *detail;
}

void part_text(struct part *part, int32_t pid, enum text_kind kind, const char *text)
{
	ROOM(part, texts, ntexts);
	part->frame->texts[part->frame->ntexts++] = (struct proc_text){
		.pid = pid,
		.kind = kind,
		.text = arena_text(&part->frame->arena, text, strlen(text)),
	};
}

void part_user(struct part *part, uint32_t uid, const char *name)
{
	ROOM(part, users, nusers);
	part->frame->users[part->frame->nusers++] = (struct user_name){
		.uid = uid,
		.name = arena_text(&part->frame->arena, name, strlen(name)),
	};
}

void part_cgroup(struct part *part, const struct cgroup_figures *cgroup)
{
	struct cgroup_figures *to;

	ROOM(part, cgroups, ncgroups);
	to = &part->frame->cgroups[part->frame->ncgroups++];
	*to = *cgroup;
	to->path = arena_text(&part->frame->arena, cgroup->path, strlen(cgroup->path));
}

void part_deep(struct part *part, const struct proc_deep *deep, const struct proc_part *parts,
	size_t nparts)
{
	struct frame *frame = part->frame;
	struct arena *arena = &frame->arena;

	if (frame->ndeeps > 0)
		flush(part);
	frame->deeps = arena_take(arena, 1, sizeof(*deep));
	frame->ndeeps = 1;
	frame->deeps[0] = *deep;
	frame->deeps[0].exe = arena_text(arena, deep->exe, strlen(deep->exe));
	frame->deeps[0].cwd = arena_text(arena, deep->cwd, strlen(deep->cwd));
	frame->parts = arena_take(arena, nparts, sizeof(*parts));
	frame->nparts = nparts;
	for (size_t i = 0; i < nparts; i++) {
		frame->parts[i] = parts[i];
		frame->parts[i].name = arena_text(arena, parts[i].name, strlen(parts[i].name));
	}
}

void part_slab(struct part *part, const struct slab_figures *slab)
{
	struct slab_figures *to;

	ROOM(part, slabs, nslabs);
	to = &part->frame->slabs[part->frame->nslabs++];
	*to = *slab;
	to->name = arena_text(&part->frame->arena, slab->name, strlen(slab->name));
}

void part_tmpfs(struct part *part, const struct tmpfs_figures *tmpfs)
{
	struct tmpfs_figures *to;

	ROOM(part, tmpfs, ntmpfs);
	to = &part->frame->tmpfs[part->frame->ntmpfs++];
	*to = *tmpfs;
	to->path = arena_text(&part->frame->arena, tmpfs->path, strlen(tmpfs->path));
}

void part_kill(struct part *part, const struct kill_figures *kill)
{
	struct kill_figures *to;

	ROOM(part, kills, nkills);
	to = &part->frame->kills[part->frame->nkills++];
	*to = *kill;
	to->group = arena_text(&part->frame->arena, kill->group, strlen(kill->group));
	to->in = arena_text(&part->frame->arena, kill->in, strlen(kill->in));
}

void part_notice(struct part *part, uint32_t request, int error, const char *text)
{
	ROOM(part, notices, nnotices);
	part->frame->notices[part->frame->nnotices++] = (struct notice){
		.request = request,
		.error = error,
		.text = arena_text(&part->frame->arena, text, strlen(text)),
	};
}

bool part_holds(const struct part *part)
{
	const struct frame *frame = part->frame;

	return frame->ndeaths + frame->nbirths + frame->nusages + frame->ndetails + frame->ntexts +
		       frame->nusers + frame->ncgroups + frame->ntmpfs + frame->nslabs +
		       frame->ndeeps + frame->nkills + frame->nnotices >
	       0;
}

void part_end(struct part *part)
{
	part->frame->more = false;
	if (part->head.tick || part_holds(part))
		part->sink.put(part->sink.context, part->frame);
}
