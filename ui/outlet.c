/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outlet - see outlet.h.
 *
 * The descriptor stays in blocking mode, since it is shared with the shell; a write of CHUNK bytes
 * to a terminal that poll(2) calls ready does not block: a pseudo-terminal stops being ready with
 * more room left than that.
 */
#include "ui/outlet.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { CHUNK = 1024, KEPT_MAX = 256 * 1024 };

void outlet_init(struct outlet *outlet, int fd)
{
	*outlet = (struct outlet){ .fd = fd };
	buf_init(&outlet->waiting);
}

void outlet_done(struct outlet *outlet)
{
	buf_done(&outlet->waiting);
	outlet->sent = 0;
}

void outlet_put(struct outlet *outlet, const char *bytes, size_t len)
{
	buf_put(&outlet->waiting, bytes, len);
}

/* 1: ready, 0: not within TIMEOUT_MS, -EIO: gone. */
static int wait_ready(int fd, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLOUT };
	int n = poll(&pollfd, 1, timeout_ms);

	if (n < 0)
		return errno == EINTR ? 0 : -EIO;
	if (n > 0 && (pollfd.revents & (POLLERR | POLLHUP | POLLNVAL)))
		return -EIO;
	return n > 0;
}

bool outlet_ready(const struct outlet *outlet)
{
	return wait_ready(outlet->fd, 0) == 1;
}

static int write_chunk(struct outlet *outlet)
{
	size_t left = outlet->waiting.len - outlet->sent;
	ssize_t n = write(outlet->fd, outlet->waiting.data + outlet->sent,
		left < CHUNK ? left : CHUNK);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -EIO;
	outlet->sent += (size_t)n;
	outlet->written += (uint64_t)n;
	return 0;
}

/* What a frame of a huge terminal took is given back, what usual ones take is kept. */
static void start_over(struct outlet *outlet)
{
	if (outlet->waiting.cap > KEPT_MAX)
		buf_done(&outlet->waiting);
	buf_clear(&outlet->waiting);
	outlet->sent = 0;
}

int outlet_flush(struct outlet *outlet)
{
	while (outlet->sent < outlet->waiting.len) {
		int ready = wait_ready(outlet->fd, 0);

		if (ready < 1)
			return ready;
		int error = write_chunk(outlet);
		if (error)
			return error;
	}
	start_over(outlet);
	return 1;
}

int outlet_drain(struct outlet *outlet, int timeout_ms)
{
	uint64_t end = clock_mono_ms() + (uint64_t)timeout_ms;
	int result = outlet_flush(outlet);

	while (result == 0) {
		uint64_t now = clock_mono_ms();

		if (now >= end || wait_ready(outlet->fd, (int)(end - now)) < 0)
			break;
		result = outlet_flush(outlet);
	}
	start_over(outlet);
	return result;
}
