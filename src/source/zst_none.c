/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zst - without libzstd: compressed recordings are known by name and refused */
#include "source/zst.h"

#include <errno.h>
#include <string.h>

const char zst_end_block[3] = { 1, 0, 0 };

bool zst_is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".zst") == 0;
}

bool zst_is_data(const char *bytes, size_t len)
{
	return len >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0;
}

bool zst_may_be_data(const char *bytes, size_t len)
{
	return memcmp(bytes, "\x28\xb5\x2f\xfd", len < 4 ? len : 4) == 0;
}

struct zst_out *zst_out_new(void)
{
	return NULL;
}

void zst_out_free(struct zst_out *out)
{
	(void)out;
}

void zst_out_put(struct zst_out *out, struct buf *to, const char *bytes, size_t len)
{
	(void)out;
	(void)to;
	(void)bytes;
	(void)len;
}

void zst_out_reset(struct zst_out *out)
{
	(void)out;
}

struct zst_in *zst_in_new(void)
{
	return NULL;
}

void zst_in_free(struct zst_in *in)
{
	(void)in;
}

void zst_in_reset(struct zst_in *in)
{
	(void)in;
}

int zst_in_take(struct zst_in *in, const char *bytes, size_t *len, char *out, size_t *room,
	bool *ended)
{
	(void)in;
	(void)bytes;
	(void)out;
	*len = *room = 0;
	*ended = false;
	return -ENOTSUP;
}

int zst_find_frame(int fd, uint64_t *at)
{
	(void)fd, (void)at;
	return -ENOTSUP;
}

int zst_find_end(int fd, uint64_t size, struct zst_end *end)
{
	(void)fd;
	(void)size;
	(void)end;
	return -ENOTSUP;
}

int zst_frame_end(int fd, uint64_t at, uint64_t *next)
{
	(void)fd, (void)at, (void)next;
	return -ENOTSUP;
}

void zst_out_widen(struct zst_out *out)
{
	(void)out;
}
