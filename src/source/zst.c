/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zst - with libzstd */
#include "source/zst.h"

#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

enum {
	LEVEL = 3,
	WINDOW_LOG = 19,     /* a minute of a large machine fits, and memory stays near 2 MiB */
	WINDOW_LOG_MAX = 25, /* what others may have written: 32 MiB to read it */
	OUT_STEP = 32 * 1024,
};

const char zst_end_block[3] = { 1, 0, 0 };

struct zst_out {
	ZSTD_CCtx *stream;
};

enum { HEAD = 5 }; /* bytes that the shortest frame begins with */

struct zst_in {
	ZSTD_DCtx *stream;
	size_t next; /* bytes it wants: to the end of the block, and the next header */
};

bool zst_is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".zst") == 0;
}

static uint32_t little(const unsigned char *bytes, size_t count)
{
	uint32_t value = 0;

	for (size_t i = 0; i < count; i++)
		value |= (uint32_t)bytes[i] << (8 * i);
	return value;
}

static bool is_frame_magic(uint32_t magic)
{
	return magic == ZSTD_MAGICNUMBER;
}

static bool is_skip_magic(uint32_t magic)
{
	return (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

bool zst_is_data(const char *bytes, size_t len)
{
	unsigned char head[4];

	if (len < sizeof(head))
		return false;
	memcpy(head, bytes, sizeof(head));
	return is_frame_magic(little(head, 4)) || is_skip_magic(little(head, 4));
}

/* --- writing ----------------------------------------------------------------------- */

struct zst_out *zst_out_new(void)
{
	struct zst_out *out = xalloc(sizeof(*out));

	out->stream = ZSTD_createCCtx();
	if (out->stream == NULL) {
		free(out);
		return NULL;
	}
	ZSTD_CCtx_setParameter(out->stream, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(out->stream, ZSTD_c_windowLog, WINDOW_LOG);
	ZSTD_CCtx_setParameter(out->stream, ZSTD_c_checksumFlag, 0); /* see zst_end_block */
	return out;
}

void zst_out_free(struct zst_out *out)
{
	if (out == NULL)
		return;
	ZSTD_freeCCtx(out->stream);
	free(out);
}

void zst_out_put(struct zst_out *out, struct buf *to, const char *bytes, size_t len)
{
	ZSTD_inBuffer in = { bytes, len, 0 };
	size_t left;

	do {
		ZSTD_outBuffer made = { buf_room(to, OUT_STEP), OUT_STEP, 0 };

		left = ZSTD_compressStream2(out->stream, &made, &in, ZSTD_e_flush);
		if (ZSTD_isError(left)) /* the only error that can happen here is lack of memory */
			left = 0;
		buf_grew(to, made.pos);
	} while (left != 0);
}

void zst_out_reset(struct zst_out *out)
{
	ZSTD_CCtx_reset(out->stream, ZSTD_reset_session_only);
}

/* --- reading ----------------------------------------------------------------------- */

struct zst_in *zst_in_new(void)
{
	struct zst_in *in = xalloc(sizeof(*in));

	in->stream = ZSTD_createDCtx();
	if (in->stream == NULL) {
		free(in);
		return NULL;
	}
	ZSTD_DCtx_setParameter(in->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	in->next = HEAD;
	return in;
}

void zst_in_free(struct zst_in *in)
{
	if (in == NULL)
		return;
	ZSTD_freeDCtx(in->stream);
	free(in);
}

void zst_in_reset(struct zst_in *in)
{
	ZSTD_DCtx_reset(in->stream, ZSTD_reset_session_only);
	in->next = HEAD;
}

/* Not more than a block at a time: when one is damaged, the decoder keeps what it made in that
 * call. */
int zst_in_take(struct zst_in *in, const char *bytes, size_t *len, char *out, size_t *room,
	bool *ended)
{
	ZSTD_inBuffer from = { bytes, *len < in->next ? *len : in->next, 0 };
	ZSTD_outBuffer to = { out, *room, 0 };
	size_t result = ZSTD_decompressStream(in->stream, &to, &from);

	*len = from.pos;
	*room = to.pos;
	*ended = result == 0;
	if (ZSTD_isError(result))
		return -EBADMSG;
	in->next = result != 0 ? result : HEAD;
	return 0;
}

/* --- the end of a file that was cut ------------------------------------------------ */

/* COUNT bytes at AT; false if the file ends before. */
static bool look(int fd, uint64_t at, unsigned char *bytes, size_t count)
{
	return pread(fd, bytes, count, (off_t)at) == (ssize_t)count;
}

/* The length of a frame's header, from the byte after its magic number (RFC 8878, 3.1.1.1). */
static size_t header_len(unsigned char descriptor)
{
	static const size_t dictionary[] = { 0, 1, 2, 4 };
	static const size_t content[] = { 0, 2, 4, 8 };
	bool single = descriptor & 0x20;
	size_t size = content[descriptor >> 6];

	if (single && size == 0)
		size = 1;
	return 4 + 1 + !single + dictionary[descriptor & 3] + size;
}

enum { BLOCK_LAST = 1, BLOCK_RLE = 1, BLOCK_RESERVED = 3 };

/* Moves *AT over whole blocks.  1: the frame ended, 0: the file did, -EBADMSG. */
static int walk_blocks(int fd, uint64_t size, uint64_t *at)
{
	unsigned char bytes[3];

	for (;;) {
		if (!look(fd, *at, bytes, sizeof(bytes)))
			return 0;
		uint32_t block = little(bytes, sizeof(bytes));
		uint32_t kind = block >> 1 & 3;
		uint64_t next = *at + sizeof(bytes) + (kind == BLOCK_RLE ? 1 : block >> 3);

		if (kind == BLOCK_RESERVED)
			return -EBADMSG;
		if (next > size)
			return 0;
		*at = next;
		if (block & BLOCK_LAST)
			return 1;
	}
}

/* Moves *AT over the frame or the skippable frame there.  1: it is whole, 0: it is cut, *AT is
 * after its last whole block (or unchanged, if not even its header is there), -EBADMSG. */
static int walk_frame(int fd, uint64_t size, uint64_t *at)
{
	unsigned char bytes[8];
	uint64_t start = *at;

	if (!look(fd, start, bytes, 5))
		return 0;
	if (is_skip_magic(little(bytes, 4))) {
		if (!look(fd, start, bytes, 8) || start + 8 + little(bytes + 4, 4) > size)
			return 0;
		*at = start + 8 + little(bytes + 4, 4);
		return 1;
	}
	if (!is_frame_magic(little(bytes, 4)))
		return -EBADMSG;
	if (start + header_len(bytes[4]) > size)
		return 0;
	uint64_t end = start + header_len(bytes[4]);
	size_t checksum = bytes[4] & 0x04 ? 4 : 0;
	int result = walk_blocks(fd, size, &end);

	if (result == 1 && end + checksum > size)
		result = 0; /* it ended but for the checksum: cut all of it */
	else if (result >= 0)
		*at = end + (result == 1 ? checksum : 0);
	return result;
}

int zst_find_end(int fd, uint64_t size, uint64_t *end, bool *open)
{
	uint64_t at = 0;

	while (at < size) {
		uint64_t start = at;
		int result = walk_frame(fd, size, &at);

		if (result < 0)
			return result;
		if (result == 0) {
			*end = at;
			*open = at > start;
			return 0;
		}
	}
	*end = at;
	*open = false;
	return 0;
}
