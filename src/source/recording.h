/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording - what a recording is as lines: plain or compressed, growing or cut, file or pipe
 *
 * Reads on from where it is, and can go back to a place it has been at (recording_index.h keeps
 * those of key frames).  Knows the first bytes of lines and nothing else of their meaning.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct recording;
struct reel;

/* Where a line begins: bytes into the file, and for a compressed file SKIP bytes into what the
 * Zstandard frame there holds. */
struct recording_place {
	uint64_t at;
	uint64_t skip;
};

/* Takes FD over, also on failure.  0, or -errno: -ENOTSUP (compressed, and no libzstd), -EISDIR. */
int recording_open(struct recording **recording, int fd);

/* The same of several files, one behind the other (reel.h). */
int recording_open_reel(struct recording **recording, struct reel *reel);
void recording_close(struct recording *recording); /* NULL is fine */

/* Another reader of the same file, which must be seekable and outlive it. */
struct recording *recording_twin(const struct recording *recording);

enum recording_event {
	RECORDING_LINE,    /* *LINE of *LEN bytes, without its newline, until the next call */
	RECORDING_LATER,   /* a pipe has nothing now, or there is more to read: call again */
	RECORDING_END,     /* nothing more; a growing file may have more at another call */
	RECORDING_DAMAGED, /* something was skipped: recording_why says what; go on */
};
enum recording_event recording_next(struct recording *recording, const char **line, size_t *len);
/* Says what was skipped, for a person; good until the next call of recording_next. */
const char *recording_why(const struct recording *recording);

/* Bytes of a line that has begun and not ended, at *TEXT until the next call. */
size_t recording_begun(const struct recording *recording, const char **text);

/* Where the line that recording_next returned begins; false if that is not known. */
bool recording_place(const struct recording *recording, struct recording_place *place);

/* Goes there; false on a pipe. */
bool recording_seek(struct recording *recording, const struct recording_place *place);

/* For poll(2) while RECORDING_LATER: the pipe, or -1 for a file. */
int recording_fd(const struct recording *recording);
bool recording_is_seekable(const struct recording *recording);
bool recording_is_fixed(const struct recording *recording); /* of several files: it does not grow */
bool recording_is_compressed(const struct recording *recording);

enum { RECORDING_HEAD_MAX = 120 }; /* bytes of a line that recording_head looks at */

/* The first bytes of a line: whether it is a key frame, its tick and its times. */
struct recording_head {
	bool key;
	uint64_t seq, boot_ms;
	uint64_t wall_ms; /* 0: it does not stand next, where memtop writes it */
};

/* Reads them; false when they are not as memtop-stream(5) requires. */
bool recording_head(const char *line, size_t len, struct recording_head *head);

/* The same of the line that comes next, which is not taken; recording_place tells where it
 * begins. */
bool recording_peek(struct recording *recording, struct recording_head *head);

/* From within a Zstandard frame, FROM, to the next, unread: false, and nothing has moved, when it
 * is not compressed, or this is the last frame or a damaged one. */
bool recording_hop(struct recording *recording, struct recording_place *from);

/* From the first Zstandard frame of a file, FROM, to the next file: false, and nothing has moved,
 * when it lies elsewhere, or this is the last file or the only one. */
bool recording_hop_file(struct recording *recording, struct recording_place *from);
