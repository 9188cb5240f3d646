/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_pass - over Zstandard frames and files of a recording whose lines need not be read
 *
 * Of one file, FD, or of several, REEL (else NULL).  *AT moves on where there is something to move
 * on to: compressed data that follows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct reel;

/* From the beginning of a Zstandard frame to that of the next; false: it is damaged or cut, or
 * none follows. */
bool recording_pass_frame(int fd, const struct reel *reel, uint64_t *at);

/* From the beginning of a file to that of the next; false: it is none, or none follows. */
bool recording_pass_file(const struct reel *reel, uint64_t *at);

/* To the first bytes of a Zstandard frame at or behind AT, which may stand there by chance.  False:
 * there are none, and *AT is where to go on when there is more. */
bool recording_pass_to_magic(int fd, const struct reel *reel, uint64_t *at);

/* Whether a whole frame lies between FROM and TO of one file. */
bool recording_pass_hides(int fd, uint64_t from, uint64_t to);
