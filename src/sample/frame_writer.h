/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame_writer - the frames of a tick, put together piece by piece
 *
 * A tick is handed out in frames of at most FRAME_PART_MAX deaths, births, usages, details and
 * texts.  Deaths go first, then births, then the rest, each ascending by pid, so that a reader
 * never meets a pid before its birth.  The sampler adds; a frame that is full goes to the sink, and
 * the next one begins.
 */
#pragma once

#include "frame/frame.h"
#include "frame/wire.h"

/* Takes a finished frame; it must not be kept. */
struct frame_writer_sink {
	void (*put)(void *context, const struct frame *frame);
	void *context;
};

/* Says whether PID is told of.  What is known of others in deaths, births, usages, details and
 * texts is dropped. */
struct frame_writer_filter {
	bool (*tells)(const void *context, int32_t pid); /* NULL: of everybody */
	const void *context;
};

struct frame_writer {
	struct frame *frame; /* being filled; reused */
	struct frame head;   /* what all frames of this tick say of it (figures, no arrays) */
	struct frame_writer_sink sink;
	struct frame_writer_filter filter;
};

/* Begins without a frame; what is written goes to SINK. */
void frame_writer_init(struct frame_writer *writer, struct frame_writer_sink sink);
void frame_writer_done(struct frame_writer *writer);

/* Begins a tick, or an addition to one: seq, times, key, tick, gap and figures from HEAD. */
void frame_writer_begin(struct frame_writer *writer, const struct frame *head);

/* From now on only those that FILTER lets through are told of. */
void frame_writer_only(struct frame_writer *writer, struct frame_writer_filter filter);

/* Adds ITEM of the array ID, its texts copied; a frame that is full of them goes out first. */
void frame_writer_put(struct frame_writer *writer, enum wire_array_id id, const void *item);

/* The same, by type. */
static inline void frame_put_death(struct frame_writer *writer, int32_t pid)
{
	frame_writer_put(writer, WIRE_DEATHS, &pid);
}

static inline void frame_put_left(struct frame_writer *writer, int32_t pid)
{
	frame_writer_put(writer, WIRE_LEFTS, &pid);
}

static inline void frame_put_rest(struct frame_writer *writer, const struct proc_rest *rest)
{
	frame_writer_put(writer, WIRE_RESTS, rest);
}

static inline void frame_put_birth(struct frame_writer *writer, const struct proc_birth *birth)
{
	frame_writer_put(writer, WIRE_BIRTHS, birth);
}

static inline void frame_put_usage(struct frame_writer *writer, const struct proc_usage *usage)
{
	frame_writer_put(writer, WIRE_USAGES, usage);
}

static inline void frame_put_detail(struct frame_writer *writer, const struct proc_detail *detail)
{
	frame_writer_put(writer, WIRE_DETAILS, detail);
}

static inline void frame_put_text(struct frame_writer *writer, int32_t pid, enum text_kind kind,
	const char *text)
{
	frame_writer_put(writer, WIRE_TEXTS, &(struct proc_text){ pid, kind, text });
}

static inline void frame_put_user(struct frame_writer *writer, uint32_t uid, const char *name)
{
	frame_writer_put(writer, WIRE_USERS, &(struct user_name){ uid, name });
}

static inline void frame_put_cgroup(struct frame_writer *writer,
	const struct cgroup_figures *cgroup)
{
	frame_writer_put(writer, WIRE_CGROUPS, cgroup);
}

static inline void frame_put_cgroup_usage(struct frame_writer *writer, uint32_t number,
	uint64_t usage_kib)
{
	frame_writer_put(writer, WIRE_CGROUP_USAGES, &(struct cgroup_usage){ number, usage_kib });
}

static inline void frame_put_cgroup_parts(struct frame_writer *writer,
	const struct cgroup_parts *parts)
{
	frame_writer_put(writer, WIRE_CGROUP_PARTS, parts);
}

static inline void frame_put_cgroup_end(struct frame_writer *writer, uint32_t number)
{
	frame_writer_put(writer, WIRE_CGROUP_ENDS, &number);
}

static inline void frame_put_slab(struct frame_writer *writer, const struct slab_figures *slab)
{
	frame_writer_put(writer, WIRE_SLABS, slab);
}

static inline void frame_put_tmpfs(struct frame_writer *writer, const struct tmpfs_figures *tmpfs)
{
	frame_writer_put(writer, WIRE_TMPFS, tmpfs);
}

static inline void frame_put_cgroup_mount(struct frame_writer *writer,
	const struct cgroup_mount *mount)
{
	frame_writer_put(writer, WIRE_CGROUP_MOUNTS, mount);
}

static inline void frame_put_title(struct frame_writer *writer, const struct container_title *title)
{
	frame_writer_put(writer, WIRE_TITLES, title);
}

static inline void frame_put_kill(struct frame_writer *writer, const struct kill_figures *kill)
{
	frame_writer_put(writer, WIRE_KILLS, kill);
}

static inline void frame_put_notice(struct frame_writer *writer, uint32_t request, int error,
	const char *text)
{
	frame_writer_put(writer, WIRE_NOTICES, &(struct notice){ request, error, text });
}

/* With all its parts, in one frame; NPARTS up to FRAME_GROUPS_MAX. */
void frame_put_mappings(struct frame_writer *writer, const struct proc_mappings *mappings,
	const struct mapping_group *parts, size_t nparts);

/* The answer in FROM, a frame with one proc_inside and its lists. */
void frame_put_inside(struct frame_writer *writer, const struct frame *from);

/* The same with one proc_grown. */
void frame_put_grown(struct frame_writer *writer, const struct frame *from);

/* Whether anything was added since the last frame went out. */
bool frame_writer_holds(const struct frame_writer *writer);

/* Sends what there is as the last frame; with `tick` in the head also when there is nothing. */
void frame_writer_end(struct frame_writer *writer);
