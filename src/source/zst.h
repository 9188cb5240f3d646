/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zst - compressed recordings: Zstandard frames (RFC 8878) out of bytes and back
 *
 * The only place that knows libzstd.  Built without it, zst_none.c says so in every function.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ZST_MAGIC = 4,            /* bytes that tell what it is */
	ZST_WINDOW_MAX_MIB = 128, /* of memory that a compressed file may want to be read */
};

struct zst_out;
struct zst_in;

/* Whether NAME asks for compression (ends in ".zst"); whether the bytes of a file's head are it. */
bool zst_is_name(const char *name);
bool zst_is_data(const char *bytes, size_t len);

/* Whether they are it or the beginning of it (fewer than 4 bytes). */
bool zst_may_be_data(const char *bytes, size_t len);

/* NULL: this memtop was built without libzstd. */
struct zst_out *zst_out_new(void);
void zst_out_free(struct zst_out *out); /* NULL is fine */

/* Appends BYTES to TO, compressed and flushed: whoever has everything up to here can read them. */
void zst_out_put(struct zst_out *out, struct buf *to, const char *bytes, size_t len);

/* Looks back over 2 MiB in place of 512 KiB, in frames to come. */
void zst_out_widen(struct zst_out *out);

/* The next bytes begin another frame. */
void zst_out_reset(struct zst_out *out);

/* Ends a frame after whole blocks (each zst_out_put makes them), whoever wrote them: an empty
 * last block.  Our frames have no checksum, so nothing needs to be known of what is in them. */
extern const char zst_end_block[3];

/* A reader of compressed bytes, at the beginning of a frame. */
struct zst_in *zst_in_new(void);
void zst_in_free(struct zst_in *in);  /* NULL is fine */
void zst_in_reset(struct zst_in *in); /* the next byte is the first of a frame */

/* Takes *LEN bytes at BYTES (sets it to how many it used) and makes up to *ROOM bytes at OUT
 * (sets it to how many).  Stops at the end of a frame, with *ENDED.  0, -EBADMSG for damaged
 * data, or -EFBIG for a frame that wants more memory than ZST_WINDOW_MAX_MIB. */
int zst_in_take(struct zst_in *in, const char *bytes, size_t *len, char *out, size_t *room,
	bool *ended);

/* Where one goes on with a compressed file. */
struct zst_end {
	uint64_t at;   /* bytes of it that stay */
	bool open;     /* a frame must be ended there with zst_end_block ... */
	bool checksum; /* ... or only with a checksum of 4 bytes, or with both */
	/* a block that holds bytes as they are was cut: the 3 bytes at SHORT_AT must become
	 * SHORT_HEAD; SHORT_AT 0: none */
	uint64_t short_at;
	unsigned char short_head[3];
};

/* Finds it in a file of SIZE bytes: after its last whole block, where what follows was cut; at its
 * very end, where that is no compressed data, since a reader looks for the next frame there.  0 or
 * -errno. */
int zst_find_end(int fd, uint64_t size, struct zst_end *end);

/* Moves *AT to the first bytes of a frame at or behind it, which may stand there by chance.  1; 0:
 * there are none, and *AT is where to go on when there is more; or -errno. */
int zst_find_frame(int fd, uint64_t *at);

/* Where in the file the frame behind the one at AT begins.  1; 0: none does, and *NEXT is where the
 * one at AT ends; or -errno (-EBADMSG: no whole frame is at AT). */
int zst_frame_end(int fd, uint64_t at, uint64_t *next);
