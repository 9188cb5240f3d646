/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_replay_priv - the inside of a replay, shared by source_replay*.c and by nobody else */
#pragma once

#include "source/recording.h"
#include "source/recording_header.h"
#include "source/recording_index.h"
#include "source/source_ops.h"
#include "source/source_replay.h"

/* The purpose for which the ticks ahead are read. */
enum mode {
	MODE_PLAY,
	MODE_PAUSED,
	MODE_STEP,     /* to the end of the next tick, then MODE_PAUSED */
	MODE_CATCH_UP, /* up to target_ms, then MODE_PLAY or MODE_PAUSED */
};

struct replay {
	struct source base;
	char *name;
	struct recording *recording;
	struct recording_index *index; /* NULL: nobody asked */
	struct recording_shift shift;
	struct frame *shown, *ahead;
	bool has_ahead;
	bool gap;  /* something is missing before the next tick */
	bool jump; /* the next frame is the first after a move */
	bool ended;
	bool headless; /* something before the first header was lost, and that is not told yet */
	bool within;   /* a tick: it is finished before anything else happens */
	bool more;     /* there may be something to do at once */
	enum mode mode;
	bool pause_after; /* catching up */
	uint64_t target_ms;
	double speed;
	bool timed;                     /* base_ms and base_boot_ms are set */
	uint64_t base_ms, base_boot_ms; /* this recorded time was due at this time of ours */
	bool stepped;                   /* the tick that was to be stepped to has begun */
	uint64_t boot_ms;               /* of the last frame delivered */
	uint64_t boot_wall_ms;          /* of the present header, as recorded */
	uint64_t gap_seq;               /* tick that comes after a gap; 0: none */
	uint64_t raw_ms, raw_seq;       /* of the last frame read, as recorded */
	uint64_t seq, seq_base;         /* of the last frame read; added in this stretch */
	bool any;                       /* one was delivered */
};

static inline struct replay *replay_of(struct source *source)
{
	return (struct replay *)source;
}

static inline const struct replay *replay_of_const(const struct source *source)
{
	return (const struct replay *)source;
}

/* Counts anew what is due, from the next frame on. */
static inline void replay_forget_time(struct replay *replay)
{
	replay->timed = false;
}

/* Takes HEADER as the one that the frames to come belong to. */
void source_replay_set_header(struct replay *replay, const struct stream_header *header);
