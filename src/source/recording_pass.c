/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recording_pass - see recording_pass.h */
#include "source/recording_pass.h"

#include "source/reel.h"
#include "source/zst.h"

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

/* Files of a reel are searched one by one: no frame goes on in the next. */
bool recording_pass_to_magic(int fd, const struct reel *reel, uint64_t *at)
{
	struct reel_part part = { .fd = fd };

	if (reel == NULL)
		return zst_find_frame(fd, at) > 0;
	while (reel_part(reel, *at, &part)) {
		uint64_t next = *at - part.begin;
		int found = zst_find_frame(part.fd, &next);

		if (found < 0)
			return false;
		*at = found > 0 ? part.begin + next : part.end;
		if (found > 0)
			return true;
	}
	return false;
}

bool recording_pass_hides(int fd, uint64_t from, uint64_t to)
{
	uint64_t next;

	for (; recording_pass_to_magic(fd, NULL, &from) && from < to; from++)
		if (zst_frame_end(fd, from, &next) >= 0)
			return true;
	return false;
}
