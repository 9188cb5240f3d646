/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zst - with libzstd */
#include "source/zst.h"

#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
	LEVEL = 3,
	WINDOW_LOG = 19, /* a minute of a large machine fits, and memory stays near 2 MiB */
	WIDE_LOG = 21,
	WINDOW_LOG_MAX = 27, /* what others may have written: ZST_WINDOW_MAX_MIB to read it */
	OUT_STEP = 32 * 1024,
	SEARCH_STEP = 64 * 1024, /* bytes at once, in the search for a frame behind damage */
};

static const unsigned char frame_magic[] = { 0x28, 0xb5, 0x2f, 0xfd };

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

static uint32_t little_endian(const unsigned char *bytes, size_t count)
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
	return is_frame_magic(little_endian(head, 4)) || is_skip_magic(little_endian(head, 4));
}

bool zst_may_be_data(const char *bytes, size_t len)
{
	unsigned char head[4];

	if (len >= sizeof(head))
		return zst_is_data(bytes, len);
	memcpy(head, bytes, len);
	if (memcmp(head, frame_magic, len) == 0)
		return true;
	/* 50 to 5f, 2a, 4d, 18 */
	return len > 0 && (head[0] & 0xf0) == 0x50 && memcmp(head + 1, "\x2a\x4d", len - 1) == 0;
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

void zst_out_widen(struct zst_out *out)
{
	ZSTD_CCtx_setParameter(out->stream, ZSTD_c_windowLog, WIDE_LOG);
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
	if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge)
		return -EFBIG;
	if (ZSTD_isError(result))
		return -EBADMSG;
	in->next = result != 0 ? result : HEAD;
	return 0;
}

/* --- the end of a file that was cut ------------------------------------------------ */

/* COUNT bytes at AT.  1; 0 if the file ends before, or -errno. */
static int look_at_bytes(int fd, uint64_t at, unsigned char *bytes, size_t count)
{
	size_t have = 0;

	while (have < count) {
		ssize_t got = pread(fd, bytes + have, count - have, (off_t)(at + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		have += (size_t)got;
	}
	return 1;
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

enum { BLOCK_LAST = 1, BLOCK_RAW = 0, BLOCK_RLE = 1, BLOCK_RESERVED = 3 };

/* A block at AT whose bytes stand there as they are can be read as far as it goes. */
static void keep_short(struct zst_end *end, uint64_t at, uint64_t size)
{
	uint64_t len = size - at - 3;

	if (len == 0)
		return;
	end->short_at = at;
	for (unsigned i = 0; i < sizeof(end->short_head); i++)
		end->short_head[i] = (unsigned char)(len << 3 >> 8 * i);
}

/* Moves *AT over whole blocks.  1: the frame ended, 0: the file did, -EBADMSG or another -errno. */
static int walk_blocks(int fd, uint64_t size, uint64_t *at, struct zst_end *end)
{
	unsigned char bytes[3];

	for (;;) {
		int result = look_at_bytes(fd, *at, bytes, sizeof(bytes));

		if (result <= 0)
			return result;
		uint32_t block = little_endian(bytes, sizeof(bytes));
		uint32_t kind = block >> 1 & 3;
		uint64_t next = *at + sizeof(bytes) + (kind == BLOCK_RLE ? 1 : block >> 3);

		if (kind == BLOCK_RESERVED)
			return -EBADMSG;
		if (next > size && kind == BLOCK_RAW)
			keep_short(end, *at, size);
		if (next > size)
			return 0;
		*at = next;
		if (block & BLOCK_LAST)
			return 1;
	}
}

/* Moves *AT over the skippable frame there. */
static int walk_skipped(int fd, uint64_t size, uint64_t *at)
{
	unsigned char bytes[8];
	int result = look_at_bytes(fd, *at, bytes, sizeof(bytes));
	uint64_t end = *at + 8 + (result > 0 ? little_endian(bytes + 4, 4) : 0);

	if (result <= 0 || end > size)
		return result < 0 ? result : 0;
	*at = end;
	return 1;
}

/* Moves *AT over the frame or the skippable frame there.  1: it is whole, 0: it is cut, *AT is
 * after its last whole block (or unchanged, if not even its header is there), -EBADMSG or another
 * -errno.  *END: what such a one lacks. */
static int walk_frame(int fd, uint64_t size, uint64_t *at, struct zst_end *end)
{
	unsigned char bytes[5];
	uint64_t start = *at;
	int result = look_at_bytes(fd, start, bytes, sizeof(bytes));

	if (result <= 0)
		return result;
	if (is_skip_magic(little_endian(bytes, 4)))
		return walk_skipped(fd, size, at);
	if (!is_frame_magic(little_endian(bytes, 4)))
		return -EBADMSG;
	if (start + header_len(bytes[4]) > size)
		return 0;
	uint64_t next = start + header_len(bytes[4]);
	size_t sum = bytes[4] & 0x04 ? 4 : 0;

	result = walk_blocks(fd, size, &next, end);
	if (result < 0)
		return result;
	end->at = end->short_at != 0 ? size : next;
	end->open = result == 0;
	end->checksum = sum > 0;
	if (result == 1 && next + sum > size)
		result = 0;
	*at = next + (result == 1 ? sum : 0);
	return result;
}

int zst_find_frame(int fd, uint64_t *at)
{
	char *bytes = xalloc(SEARCH_STEP), *found = NULL;
	ssize_t count;

	do {
		count = pread(fd, bytes, SEARCH_STEP, (off_t)*at);
		if (count < ZST_MAGIC)
			break;
		found = memmem(bytes, (size_t)count, frame_magic, sizeof(frame_magic));
		*at += (uint64_t)(found != NULL ? found - bytes : count - (ZST_MAGIC - 1));
	} while (found == NULL);
	int result = found != NULL ? 1 : count < 0 ? -errno : 0;
	free(bytes);
	return result;
}

int zst_find_end(int fd, uint64_t size, struct zst_end *end)
{
	uint64_t at = 0;
	int result = 1;

	*end = (struct zst_end){ .at = size };
	while (at < size) {
		uint64_t start = at;
		struct zst_end cut = (struct zst_end){ .at = start };

		result = walk_frame(fd, size, &at, &cut);
		if (result < 0 && result != -EBADMSG)
			return result;
		if (result == 1)
			continue;
		/* a length that is wrong must not take the frames behind it away */
		uint64_t next = at > start ? at : start + 1;
		int found = zst_find_frame(fd, &next);

		if (found < 0)
			return found;
		if (found == 0 || next > size)
			next = size;
		if (next == size && result == 0)
			*end = cut;
		at = next;
	}
	return 0;
}

int zst_frame_end(int fd, uint64_t at, uint64_t *next)
{
	struct zst_end end = { 0 };
	struct stat status;
	unsigned char magic[sizeof(frame_magic)];
	int result = fstat(fd, &status) < 0 ? -errno : 1;

	if (result == 1)
		result = walk_frame(fd, (uint64_t)status.st_size, &at, &end);
	if (result == 0)
		return -EBADMSG;
	if (result == 1)
		result = look_at_bytes(fd, at, magic, sizeof(magic));
	if (result == 1 && memcmp(magic, frame_magic, sizeof(magic)) != 0)
		return -EBADMSG;
	*next = at;
	return result;
}
