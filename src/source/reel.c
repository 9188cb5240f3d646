/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reel - see reel.h */
#include "source/reel.h"

#include "base/order.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct reel {
	struct reel_part *parts; /* none is empty */
	size_t count, cap;
};

struct reel *reel_new(void)
{
	return xalloc_zero(1, sizeof(struct reel));
}

void reel_free(struct reel *reel)
{
	if (reel == NULL)
		return;
	for (size_t i = 0; i < reel->count; i++)
		close(reel->parts[i].fd);
	free(reel->parts);
	free(reel);
}

uint64_t reel_size(const struct reel *reel)
{
	return reel->count > 0 ? reel->parts[reel->count - 1].end : 0;
}

/* The size of now is kept: a recorder may write on while its files are read. */
int reel_add(struct reel *reel, int fd)
{
	struct stat status;
	int error = fstat(fd, &status) < 0 ? -errno : S_ISREG(status.st_mode) ? 0 : -EINVAL;

	if (error != 0 || status.st_size == 0) {
		close(fd);
		return error;
	}
	uint64_t begin = reel_size(reel);
	*XALLOC_NEXT(reel->parts, reel->count, reel->cap) = (struct reel_part){
		.fd = fd,
		.begin = begin,
		.end = begin + (uint64_t)status.st_size,
	};
	return 0;
}

/* No part is empty, so that ends rise and a search by halves finds the one file. */
bool reel_part(const struct reel *reel, uint64_t at, struct reel_part *part)
{
	size_t behind = order_upto(reel->parts, reel->count, sizeof(reel->parts[0]),
		offsetof(struct reel_part, end), at);

	if (behind == reel->count)
		return false;
	*part = reel->parts[behind];
	return true;
}

/* A file that has become shorter since ends what can be read, as the end of a recording would. */
ssize_t reel_read(const struct reel *reel, void *bytes, size_t count, uint64_t at)
{
	struct reel_part part;
	size_t have = 0;

	while (have < count && reel_part(reel, at + have, &part)) {
		uint64_t left = part.end - (at + have), from = at + have - part.begin;
		size_t wanted = count - have < left ? count - have : (size_t)left;
		ssize_t got = pread(part.fd, (char *)bytes + have, wanted, (off_t)from);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 && have == 0)
			return got;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}
