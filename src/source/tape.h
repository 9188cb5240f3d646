/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tape - a recording as lines: plain or compressed, growing or cut, file or pipe
 *
 * Reads on from where it is, and can go back to a place it has been at (tape_index.h keeps those of
 * key frames).  Knows the first bytes of lines and nothing else of their meaning.
 */
#ifndef MEMTOP_SOURCE_TAPE_H
#define MEMTOP_SOURCE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tape;

/* Where a line begins: bytes into the file, and for a compressed file SKIP bytes into what the
 * Zstandard frame there holds. */
struct tape_place {
	uint64_t at;
	uint64_t skip;
};

/* Takes FD over, also on failure.  0, or -errno: -ENOTSUP (compressed, and no libzstd), -EISDIR. */
int tape_open(struct tape **tape, int fd);
void tape_close(struct tape *tape); /* NULL is fine */

/* Another tape on the same file, which must be seekable and outlive it. */
struct tape *tape_twin(const struct tape *tape);

enum tape_event {
	TAPE_LINE,    /* *LINE of *LEN bytes, without its newline, until the next call */
	TAPE_LATER,   /* a pipe has nothing at the moment, or there is more to read: call again */
	TAPE_END,     /* nothing more; a growing file may have more at another call */
	TAPE_DAMAGED, /* something was skipped: tape_why says what; go on */
};
enum tape_event tape_next(struct tape *tape, const char **line, size_t *len);
const char *tape_why(const struct tape *tape);

/* Bytes of a line that has begun and not ended, at *TEXT until the next call. */
size_t tape_begun(const struct tape *tape, const char **text);

/* Where the line that tape_next returned begins; false if that is not known. */
bool tape_place(const struct tape *tape, struct tape_place *place);

/* Goes there; false on a pipe. */
bool tape_seek(struct tape *tape, const struct tape_place *place);

/* For poll(2) while TAPE_LATER: the pipe, or -1 for a file. */
int tape_fd(const struct tape *tape);
bool tape_is_seekable(const struct tape *tape);
bool tape_is_compressed(const struct tape *tape);

/* What the first bytes of a line say: whether it is a key frame, its tick and its time.  False
 * when they are not as memtop-stream(5) requires. */
struct tape_head {
	bool key;
	uint64_t seq, boot_ms;
};
bool tape_head(const char *line, size_t len, struct tape_head *head);

#endif
