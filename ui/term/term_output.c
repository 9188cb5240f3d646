/* SPDX-License-Identifier: GPL-2.0-or-later */
/* term_output - see term_output.h.
 *
 * The descriptor stays in blocking mode, since it is shared with the shell; a write of CHUNK bytes
 * to a terminal that poll(2) calls ready does not block: a pseudo-terminal stops being ready with
 * more room left than that.
 */
#include "ui/term/term_output.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

enum { CHUNK = 1024, KEPT_MAX = 256 * 1024 };

void term_output_init(struct term_output *output, int fd)
{
	*output = (struct term_output){ .fd = fd };
	buf_init(&output->waiting);
}

void term_output_done(struct term_output *output)
{
	buf_done(&output->waiting);
	output->sent = 0;
}

void term_output_put(struct term_output *output, const char *bytes, size_t len)
{
	buf_put(&output->waiting, bytes, len);
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

bool term_output_ready(const struct term_output *output)
{
	return wait_ready(output->fd, 0) == 1;
}

/* CHUNK bytes at the most: the descriptor blocks, and a terminal that takes no more would keep
 * memtop in one long write(2). */
static int write_chunk(struct term_output *output)
{
	size_t left = output->waiting.len - output->sent;
	ssize_t n = write(output->fd, output->waiting.data + output->sent,
		left < CHUNK ? left : CHUNK);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -EIO;
	output->sent += (size_t)n;
	output->written += (uint64_t)n;
	return 0;
}

/* Memory that a frame of a huge terminal took is given back, that of usual ones is kept. */
static void start_over(struct term_output *output)
{
	if (output->waiting.cap > KEPT_MAX)
		buf_done(&output->waiting);
	buf_clear(&output->waiting);
	output->sent = 0;
}

int term_output_flush(struct term_output *output)
{
	while (output->sent < output->waiting.len) {
		int ready = wait_ready(output->fd, 0);

		if (ready < 1)
			return ready;
		int error = write_chunk(output);
		if (error)
			return error;
	}
	start_over(output);
	return 1;
}

int term_output_drain(struct term_output *output, int timeout_ms)
{
	uint64_t end = clock_mono_ms() + (uint64_t)timeout_ms;
	int result = term_output_flush(output);

	while (result == 0) {
		uint64_t now = clock_mono_ms();

		if (now >= end || wait_ready(output->fd, (int)(end - now)) < 0)
			break;
		result = term_output_flush(output);
	}
	if (result == 0 && tcflush(output->fd, TCOFLUSH) == 0)
		result = term_output_flush(output);
	start_over(output);
	return result;
}
