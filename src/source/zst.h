/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zst - compressed recordings: Zstandard frames (RFC 8878) out of bytes and back
 *
 * The only place that knows libzstd.  Built without it, zst_none.c says so in every function.
 */
#ifndef MEMTOP_SOURCE_ZST_H
#define MEMTOP_SOURCE_ZST_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zst_out;
struct zst_in;

/* Whether NAME asks for compression (ends in ".zst"); whether the bytes of a file's head are it. */
bool zst_is_name(const char *name);
bool zst_is_data(const char *bytes, size_t len);

/* NULL: this memtop was built without libzstd. */
struct zst_out *zst_out_new(void);
void zst_out_free(struct zst_out *out); /* NULL is fine */

/* Appends BYTES to TO, compressed and flushed: whoever has everything up to here can read them. */
void zst_out_put(struct zst_out *out, struct buf *to, const char *bytes, size_t len);

/* The next bytes begin another frame. */
void zst_out_reset(struct zst_out *out);

/* Ends a frame after whole blocks (each zst_out_put makes them), whoever wrote them: an empty
 * last block.  Our frames have no checksum, so nothing needs to be known of what is in them. */
extern const char zst_end_block[3];

struct zst_in *zst_in_new(void);
void zst_in_free(struct zst_in *in);  /* NULL is fine */
void zst_in_reset(struct zst_in *in); /* the next byte is the first of a frame */

/* Takes *LEN bytes at BYTES (sets it to how many it used) and makes up to *ROOM bytes at OUT
 * (sets it to how many).  Stops at the end of a frame, with *ENDED.  0, or -EBADMSG for damaged
 * data. */
int zst_in_take(struct zst_in *in, const char *bytes, size_t *len, char *out, size_t *room,
	bool *ended);

/* Finds where the usable part of a compressed file of SIZE bytes ends: after its last whole
 * block.  *OPEN: its frame must be ended there.  0, -EBADMSG when it is not a compressed file,
 * or -errno. */
int zst_find_end(int fd, uint64_t size, uint64_t *end, bool *open);

#endif
