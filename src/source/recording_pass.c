/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_pass - see recording_pass.h */
#include "source/recording_pass.h"

#include "base/xalloc.h"
#include "source/reel.h"
#include "source/zst.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP = 64 * 1024 }; /* bytes that are searched at once */

/* Whether compressed data begins at AT, which is where a file begins. */
static bool begins_file(const struct reel *reel, uint64_t at)
{
	char head[ZST_MAGIC];

	return reel_read(reel, head, sizeof(head), at) == (ssize_t)sizeof(head) &&
	       zst_is_data(head, sizeof(head));
}

bool recording_pass_frame(int fd, const struct reel *reel, uint64_t *at)
{
	struct reel_part part = { .fd = fd, .end = UINT64_MAX };
	uint64_t next;

	if (reel != NULL && !reel_part(reel, *at, &part))
		return false;
	int result = zst_frame_end(part.fd, *at - part.begin, &next);
	if (result < 0 || (result == 0 && reel == NULL))
		return false;
	next += part.begin;
	if (next > part.end || (next == part.end && !begins_file(reel, next)))
		return false;
	*at = next;
	return true;
}

bool recording_pass_file(const struct reel *reel, uint64_t *at)
{
	struct reel_part part;

	if (reel == NULL || !reel_part(reel, *at, &part) || *at != part.begin ||
		!begins_file(reel, part.end))
		return false;
	*at = part.end;
	return true;
}

bool recording_pass_to_magic(int fd, const struct reel *reel, uint64_t *at)
{
	static const char magic[ZST_MAGIC] = { '\x28', '\xb5', '\x2f', '\xfd' };
	char *bytes = xalloc(STEP), *found = NULL;

	while (found == NULL) {
		ssize_t count = reel != NULL ? reel_read(reel, bytes, STEP, *at)
					     : pread(fd, bytes, STEP, (off_t)*at);
		if (count < ZST_MAGIC)
			break;
		found = memmem(bytes, (size_t)count, magic, sizeof(magic));
		*at += found != NULL ? (uint64_t)(found - bytes)
				     : (uint64_t)count - (ZST_MAGIC - 1);
	}
	free(bytes);
	return found != NULL;
}

bool recording_pass_hides(int fd, uint64_t from, uint64_t to)
{
	uint64_t next;

	for (; recording_pass_to_magic(fd, NULL, &from) && from < to; from++)
		if (zst_frame_end(fd, from, &next) >= 0)
			return true;
	return false;
}
