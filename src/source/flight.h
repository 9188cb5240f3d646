/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flight - a folder of recordings that follow each other and never take more than so much room
 *
 * Segments are recordings of their own, "000042-20261128T031000Z.zst": a number that only rises,
 * whatever the clock does, and the time at which it began.  Together, in the order of the numbers,
 * they are one recording of several stretches (source_replay.h); where one was lost there is a gap.
 * The folder is 0700, its files 0600.  Nothing in it that has another name is touched.
 */
#pragma once

#include "source/record.h"

#include <stddef.h>

struct reel;

enum { FLIGHT_PATH_MAX = 4096 };

struct flight_bounds {
	uint64_t kib;   /* of all segments together */
	double seconds; /* older ones go; 0: none does for its age */
};

/* The folder where it is by default: $MEMTOP_FLIGHT; /var/lib/memtop for root; for others
 * $XDG_STATE_HOME/memtop or ~/.local/state/memtop.  0, or -ENOENT: there is no home. */
int flight_default(char *path, size_t size);

/* The one to look back into: that by default, or, where nothing is in it, the machine's own
 * (/var/lib/memtop) if that may be read.  0, or -errno of the first, whose name is in PATH (""
 * where there is no home). */
int flight_find(char *path, size_t size);

/* --- reading -------------------------------------------------------------------------------- */

struct flight_status {
	size_t segments;
	uint64_t bytes;
	int64_t from_s, to_s; /* wall clock: the first segment's name, the last's last writing */
	bool written;         /* somebody writes it at this moment */
};

/* 0, or -errno: -ENOENT (no folder, or no segment in it), -ENOTDIR. */
int flight_look(struct flight_status *status, const char *folder);

/* Words for who met that -errno, to stand behind it: "" or "; ..." with what can be done. */
const char *flight_remedy(int error);

/* All segments that begin as recordings do, as they are now.  0, or -errno as above. */
int flight_read(struct reel **reel, const char *folder);

/* Segments of the last MOST_AGE_S seconds, oldest first, one by one. */
struct flight_segments;

/* Never NULL: of a folder that cannot be read there are none. */
struct flight_segments *flight_segments_new(const char *folder, int64_t most_age_s);
void flight_segments_free(struct flight_segments *segments); /* NULL is fine */
size_t flight_segments_count(const struct flight_segments *segments);

/* Bytes that the file of segment INDEX takes. */
uint64_t flight_segments_bytes(const struct flight_segments *segments, size_t index);

/* A descriptor to read segment INDEX from, or -errno (it may have gone for its age). */
int flight_segments_open(const struct flight_segments *segments, size_t index);

/* --- writing -------------------------------------------------------------------------------- */

struct flight;

/* Takes FOLDER, made where it is not, for writing.  0, or -errno with a sentence in WHY: -EBUSY
 * (another memtop writes it), -EPERM (not ours, or writable by others), -ENOTDIR. */
int flight_open(struct flight **flight, const char *folder, struct flight_bounds bounds,
	char why[RECORD_WHY_MAX]);
void flight_close(struct flight *flight); /* NULL is fine */

/* Where the next segment is to be recorded (record_open); good until the next call.  Of a disk with
 * less room than the bounds want, half of what is free now is taken, and segments are smaller. */
const char *flight_next(struct flight *flight);

/* Whether a segment that has BYTES and is AGE_S seconds old is to be followed by the next. */
bool flight_is_full(const struct flight *flight, uint64_t bytes, double age_s);

/* Removes the oldest until all fit; the last is never removed.  0, or -errno of the last that
 * could not be. */
int flight_trim(struct flight *flight);

/* For a disk that is full: removes the oldest, down to the last few.  Nothing happens where there
 * is room, or where the disk does not tell. */
void flight_make_room(struct flight *flight);

/* Whether the segment that flight_next has named, or the folder, was taken away since it was made:
 * what is written goes nowhere then. */
bool flight_is_lost(const struct flight *flight);
