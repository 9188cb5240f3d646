/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_index - where in a recording the key frames are, and which header and boot they belong
 * to
 *
 * Built by one pass over the lines' first bytes, and extended by what has been added to the file
 * since.  Of a compressed file each Zstandard frame that begins with a key is passed over, and of
 * several (reel.h) each file that goes on like the one before, until a time in it is asked for.
 * Times are moved onto one axis on which they only rise (see recording_shift).
 */
#pragma once

#include "frame/frame.h"
#include "source/recording.h"

/* How times of one stretch are moved: pure, and the same for playing and for the index.  Another
 * boot of a machine lies as much later as the wall clock says, at least a second; the same boot,
 * where its name is known, is not moved, whatever the clock says. */
struct recording_shift {
	bool begun;
	uint64_t boot_wall_ms; /* of the first header */
	char boot_id[40];      /* likewise */
	int64_t by_ms;         /* added to boot times now */
	bool fresh;            /* no time of this stretch was seen */
	uint64_t last_ms;      /* the last, moved */
};

/* Begins a stretch with HEADER; and moves a boot time of it. */
void recording_shift_header(struct recording_shift *shift, const struct stream_header *header);
uint64_t recording_shift_time(struct recording_shift *shift, uint64_t boot_ms);

struct recording_key {
	uint64_t boot_ms; /* moved */
	uint64_t wall_ms; /* as recorded */
	struct recording_place place;
	size_t stretch; /* index of stretches */
	bool skipped;   /* behind it more of its file may follow, which were not looked for yet */
};

struct recording_stretch {
	struct stream_header header;
	struct recording_shift shift; /* after its first frame: good for all of it */
};

struct recording_index {
	struct recording *recording; /* a twin of our own */
	struct recording_key *keys;
	size_t nkeys, capkeys;
	struct recording_stretch *stretches;
	size_t nstretches, capstretches;
	size_t stretch;  /* the one that is being read */
	uint64_t end_at; /* where reading ends; UINT64_MAX: at the end */
	bool ended;      /* there it is */
	bool whole;      /* nothing more will come */
	struct recording_shift shift;
	uint64_t key_seq; /* of the last key */
	uint64_t raw_ms;  /* of the last line, not moved */
	uint64_t first_ms, last_ms;
	uint64_t first_wall_ms, last_wall_ms;
	uint64_t least_wall_ms, most_wall_ms; /* where the clock was set back, others than those */
	bool any;
};

/* NULL on a pipe. */
struct recording_index *recording_index_new(const struct recording *recording);
void recording_index_free(struct recording_index *index); /* NULL is fine */

/* Reads on to the end of what is there. */
void recording_index_extend(struct recording_index *index);

/* The last key not after BOOT_MS, the first if there is none before; NULL if there is none at
 * all. */
const struct recording_key *recording_index_find(struct recording_index *index, uint64_t boot_ms);

/* The moved time of what the wall clock calls WALL_MS: where it was set back and that was twice, of
 * the look nearest after it.  Before the first tick it is that one's, after the last that one's. */
uint64_t recording_index_at_wall(struct recording_index *index, uint64_t wall_ms);
