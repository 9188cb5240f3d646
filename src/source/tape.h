/* tape - a recording as lines: plain or compressed, growing or cut, file or pipe
 *
 * Reads on from where it is, can be put back to a place, and knows where the key frames are once it
 * was asked to look through the whole file for them (a recording of an hour takes a fraction of a
 * second: nothing is parsed for it).  Knows the first bytes of lines and nothing else of their
 * meaning.
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

/* FD is the tape's from then on, also on failure.  0, or -errno: -ENOTSUP (compressed, and no
 * libzstd), -EISDIR. */
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

/* Where the line that tape_next returned begins.  False if that cannot be said. */
bool tape_place(const struct tape *tape, struct tape_place *place);

/* Goes there; false on a pipe. */
bool tape_seek(struct tape *tape, const struct tape_place *place);

/* For poll(2) while TAPE_LATER: the pipe, or -1 for a file. */
int tape_fd(const struct tape *tape);
bool tape_is_seekable(const struct tape *tape);

/* What the first bytes of a line say: whether it is of a key frame, its tick and its time.  False
 * when they are not as memtop-stream(5) wants them. */
struct tape_head {
	bool key;
	uint64_t seq, boot_ms;
};
bool tape_head(const char *line, size_t len, struct tape_head *head);

#endif
