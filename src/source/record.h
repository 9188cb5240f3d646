/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record - a recording being written: frames in, a file others can play (memtop-stream(5))
 *
 * A sink that never gets in the way: when the disk is full or the file cannot be written, the
 * frames of that time are lost, record_message says so, writing is tried again, and the recording
 * goes on with a key frame marked as coming after a gap.  Whatever happens, every line of the file
 * but the last is whole.
 *
 * The caller ignores SIGXFSZ (a limit on file sizes then shows as EFBIG).
 */
#pragma once

#include "frame/frame.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	RECORD_KEY_S = 60, /* between key frames, so that the file can be entered anywhere */
	/* ... of what runs for months, where keys would be nearly all of it */
	RECORD_LONG_KEY_S = 1800,
	RECORD_WHY_MAX = 256,
};

struct record;

/* Begins a recording at PATH (compressed if it ends in ".zst").  With APPEND an existing one is
 * continued: what is whole of it stays, and what was cut of its last line goes (mend.h).  The
 * file is made with mode 0600 and locked; a link, another kind of file or another user's is
 * refused.  0, or -errno with a sentence in WHY: -EEXIST (without APPEND), -EMLINK, -ELOOP,
 * -EPERM, -EBUSY (somebody writes it), -EINVAL (no recording), -EPROTONOSUPPORT (a newer
 * version's), -ENOTSUP (no libzstd). */
int record_open(struct record **record, const char *path, bool append, char why[RECORD_WHY_MAX]);

/* Says that it goes on for days: key frames every RECORD_LONG_KEY_S, and more memory for packing (4
 * MiB), which together halve it; and the cost of each tick is that of this process, too, which does
 * nothing else.  Before the first frame. */
void record_be_long(struct record *record);

/* Adds a frame; HEADER is its source's and is written before the first.  What comes before the
 * first key frame is left out. */
void record_frame(struct record *record, const struct stream_header *header,
	const struct frame *frame);

/* Whether the source should be asked for a key frame (REQUEST_KEY) now: at the beginning, every
 * RECORD_KEY_S, and to go on after a loss.  Ask after each record_frame. */
bool record_wants_key(struct record *record);

/* "" while all is well, else a sentence for a person, such as "recording stopped: No space left on
 * device (tried again)". */
const char *record_message(const struct record *record);

/* Bytes in the file. */
uint64_t record_size(const struct record *record);

/* Ends it.  0, or -errno when the end could not be written (all before it can be played).  NULL is
 * fine. */
int record_close(struct record *record);
