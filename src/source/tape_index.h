/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tape_index - where in a recording the key frames are, and which header and boot they belong to
 *
 * Built by one pass over the lines' first bytes, and extended by what has been added to the file
 * since.  Times are moved onto one axis on which they only rise (see tape_shift).
 */
#ifndef MEMTOP_SOURCE_TAPE_INDEX_H
#define MEMTOP_SOURCE_TAPE_INDEX_H

#include "frame/frame.h"
#include "source/tape.h"

/* How times of one stretch are moved: pure, and the same for playing and for the index.  Another
 * boot of a machine lies as much later as the wall clock says, at least a second. */
struct tape_shift {
	bool begun;
	uint64_t boot_wall_ms; /* of the first header */
	int64_t by_ms;         /* added to boot times now */
	bool fresh;            /* no time of this stretch was seen */
	uint64_t last_ms;      /* the last, moved */
};

void tape_shift_header(struct tape_shift *shift, const struct stream_header *header);
uint64_t tape_shift_time(struct tape_shift *shift, uint64_t boot_ms);

struct tape_key {
	uint64_t boot_ms; /* moved */
	struct tape_place place;
	size_t stretch; /* index of stretches */
};

struct tape_stretch {
	struct stream_header header;
	struct tape_shift shift; /* after its first frame: good for all of it */
};

struct tape_index {
	struct tape *tape; /* a twin of our own */
	struct tape_key *keys;
	size_t nkeys, capkeys;
	struct tape_stretch *stretches;
	size_t nstretches, capstretches;
	struct tape_shift shift;
	uint64_t key_seq; /* of the last key */
	uint64_t first_ms, last_ms;
	bool any;
};

/* NULL on a pipe. */
struct tape_index *tape_index_new(const struct tape *tape);
void tape_index_free(struct tape_index *index); /* NULL is fine */

/* Reads on to the end of what is there. */
void tape_index_extend(struct tape_index *index);

/* The last key not after BOOT_MS, the first if there is none before; NULL if there is none at
 * all. */
const struct tape_key *tape_index_find(const struct tape_index *index, uint64_t boot_ms);

#endif
