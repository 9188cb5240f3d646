/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stream - see stream.h; time, requests in, lines out
 *
 * A tick is only taken when the lines of the one before have all been written, and read if they
 * went into a pipe.  When the reader stalls, ticks are skipped, never queued, and since nothing was
 * measured for them no change is lost either.
 */
#include "config.h"

#include "sample/stream.h"

#include "base/buf.h"
#include "base/crash.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/pin.h"
#include "base/quit.h"
#include "frame/encode.h"
#include "frame/request.h"
#include "sample/confine.h"
#include "sample/sampler.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
	REQUEST_MAX = 65536,  /* bytes of a request's line */
	OUT_KEPT = 16 * 1024, /* a larger buffer is given back when it is empty */
	INTERVAL_MIN_MS = 100,
	INTERVAL_MAX_MS = 3600000,
	SETTLED_TICKS = 5, /* ticks until the work of starting is done */
	STALLED_MS = 50,   /* how soon a tick that could not be taken is tried again */
};

struct stream {
	int in, out, timer;
	struct sampler *sampler;
	struct stream_options options;
	struct buf lines; /* to be written */
	size_t written;   /* of it */
	struct buf asked; /* requests, the last perhaps not whole */
	bool skipping;    /* inside a line that is too long */
	bool due;         /* a tick is */
	int error;        /* -errno: why nothing can be written any more */
	bool pipe;        /* OUT is one: it can be asked what was not read yet */
	uint32_t ticks;
	uint64_t key_ms; /* when the last key frame was asked for */
	bool ended;
};

/* Ticks at whole multiples of the interval from now on, on a clock that goes on through suspend. */
static void set_timer(struct stream *stream)
{
	uint64_t ms = stream->options.interval_ms, start = clock_boot_ms() + ms;
	struct itimerspec spec = { 0 };

	if (ms > 0) {
		spec.it_interval.tv_sec = (time_t)(ms / 1000);
		spec.it_interval.tv_nsec = (long)(ms % 1000) * 1000000;
		spec.it_value.tv_sec = (time_t)(start / 1000);
		spec.it_value.tv_nsec = (long)(start % 1000) * 1000000;
	}
	timerfd_settime(stream->timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

static bool waits_to_write(const struct stream *stream)
{
	return stream->written < stream->lines.len;
}

/* Whether the reader has not even taken what was written.  The first tick does not wait for the
 * header to be read. */
static bool is_behind(const struct stream *stream)
{
	int unread = 0;

	return stream->pipe && stream->ticks > 0 && ioctl(stream->out, FIONREAD, &unread) == 0 &&
	       unread > 0;
}

/* Lines that wait have nowhere to go: a full disk is ready to be written to for ever. */
static void give_up_writing(struct stream *stream, int error)
{
	if (error != EPIPE && stream->error == 0)
		stream->error = -error;
	stream->ended = true;
	stream->written = 0;
	buf_clear(&stream->lines);
}

/* The buffer is given back where a key frame of thousands has made it large: ticks are small, and
 * the sampler lives for weeks. */
static void write_lines(struct stream *stream)
{
	while (waits_to_write(stream)) {
		ssize_t n = write(stream->out, stream->lines.data + stream->written,
			stream->lines.len - stream->written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			give_up_writing(stream, errno);
			return;
		}
		stream->written += (size_t)n;
	}
	stream->written = 0;
	buf_clear(&stream->lines);
	if (stream->lines.cap > OUT_KEPT) {
		buf_done(&stream->lines);
		buf_init(&stream->lines);
	}
}

/* Written as they come, so that the reader works on the first of many while the next is being
 * made. */
static void put_frame(void *context, const struct frame *frame)
{
	struct stream *stream = context;

	encode_frame(&stream->lines, frame);
	write_lines(stream);
}

static void answer_own(struct stream *stream, const struct request *request)
{
	switch (request->kind) {
	case REQUEST_INTERVAL:
		if (request->interval_ms != 0 && (request->interval_ms < INTERVAL_MIN_MS ||
							 request->interval_ms > INTERVAL_MAX_MS))
			return;
		stream->options.interval_ms = request->interval_ms;
		set_timer(stream);
		return;
	case REQUEST_TICK:
		stream->due = true;
		return;
	case REQUEST_KEY:
		stream->options.key_s = request->key_s;
		stream->key_ms = clock_boot_ms();
		sampler_want_key(stream->sampler);
		return;
	case REQUEST_BRIEF: /* at once: somebody has opened the machine, or has left it */
		stream->due = stream->ticks > 0 || stream->due;
		return;
	case REQUEST_WATCH:
	case REQUEST_GROUPS:
	case REQUEST_HOLD:
	case REQUEST_SIGNAL:
	case REQUEST_NICE:
	case REQUEST_PSS:
	case REQUEST_RELEASE:
	case REQUEST_MAPPINGS:
	case REQUEST_AGAIN:
	case REQUEST_SHALLOW:
	case REQUEST_SETTLE:
	case REQUEST_INSIDE:
	case REQUEST_HOLDERS:
	case REQUEST_LINES:
	case REQUEST_UNFOLLOW:
		return;
	}
}

/* A line that cannot be read is passed over: a newer front end may ask for more than this sampler
 * knows. */
static void take_line(struct stream *stream, const char *line, size_t len)
{
	struct request request;

	if (request_decode(&request, line, len) < 0) {
		log_line("a request that cannot be read");
		return;
	}
	answer_own(stream, &request);
	sampler_ask(stream->sampler, &request);
}

/* A request that is too long is skipped to its end of line, so that what comes behind it is read
 * as it was meant. */
static void take_lines(struct stream *stream)
{
	const char *newline;

	while (stream->asked.len > 0 &&
		(newline = memchr(stream->asked.data, '\n', stream->asked.len)) != NULL) {
		size_t len = (size_t)(newline - stream->asked.data);

		if (!stream->skipping)
			take_line(stream, stream->asked.data, len);
		stream->skipping = false;
		buf_drop(&stream->asked, len + 1);
	}
	if (stream->asked.len > REQUEST_MAX) {
		stream->skipping = true;
		buf_clear(&stream->asked);
	}
}

static void read_requests(struct stream *stream)
{
	ssize_t n = read(stream->in, buf_room(&stream->asked, 4096), 4096);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		stream->in = -1; /* nobody asks any more; the stream itself may go on */
		return;
	}
	buf_grew(&stream->asked, (size_t)n);
	take_lines(stream);
}

static void settle_stream(const struct stream *stream)
{
	pin_memory(sampler_has_plenty(stream->sampler));
}

/* Keys are due by time and not by ticks, so that a slow interval does not make a recording that
 * cannot be entered. */
static void take_tick(struct stream *stream)
{
	uint64_t now_ms = clock_boot_ms(), key_ms = (uint64_t)stream->options.key_s * 1000;

	if (key_ms > 0 && now_ms - stream->key_ms >= key_ms) {
		stream->key_ms = now_ms;
		sampler_want_key(stream->sampler);
	}
	stream->due = false;
	sampler_tick(stream->sampler, stream->options.interval_ms);
	stream->ticks++;
	if (stream->ticks == SETTLED_TICKS)
		settle_stream(stream);
	if (stream->options.count > 0 && stream->ticks >= stream->options.count)
		stream->ended = true;
}

static bool parent_lives(const struct stream *stream)
{
	return stream->options.parent == 0 || getppid() == stream->options.parent;
}

/* Ticks are taken on request, and nobody can ask for one any more. */
static bool waits_in_vain(const struct stream *stream)
{
	return stream->in < 0 && stream->options.interval_ms == 0 && !stream->due &&
	       !waits_to_write(stream);
}

enum { FD_TIMER, FD_IN, FD_OUT, FD_SAMPLER, FD_COUNT = FD_SAMPLER + SAMPLER_FDS };

static void wait_for_something(struct stream *stream, struct pollfd fds[FD_COUNT])
{
	int timeout = waits_to_write(stream) ? -1 : sampler_timeout(stream->sampler);

	fds[FD_TIMER] = (struct pollfd){ .fd = stream->timer, .events = POLLIN };
	fds[FD_IN] = (struct pollfd){ .fd = stream->in, .events = POLLIN };
	/* without events POLLERR (of a pipe) and POLLHUP (of a socket) still tell that the
	 * reader is gone */
	fds[FD_OUT] = (struct pollfd){
		.fd = stream->out,
		.events = waits_to_write(stream) ? POLLOUT : 0,
	};
	sampler_fds(stream->sampler, &fds[FD_SAMPLER]);
	if (waits_to_write(stream))
		for (int i = FD_SAMPLER; i < FD_COUNT; i++)
			fds[i].fd = -1;
	if (stream->due && !waits_to_write(stream))
		timeout = is_behind(stream) ? STALLED_MS : 0;
	if (poll(fds, FD_COUNT, timeout) < 0)
		for (int i = 0; i < FD_COUNT; i++)
			fds[i].revents = 0;
}

static void take_time(struct stream *stream)
{
	uint64_t times;

	if (read(stream->timer, &times, sizeof(times)) == (ssize_t)sizeof(times))
		stream->due = true;
}

/* A tick is not taken while the one before waits to be written: a reader that stalls gets the
 * newest look, not a queue of old ones. */
static void step_stream(struct stream *stream)
{
	struct pollfd fds[FD_COUNT];

	wait_for_something(stream, fds);
	if (fds[FD_OUT].revents & (POLLERR | POLLHUP | POLLNVAL)) {
		stream->ended = true;
		return;
	}
	if (fds[FD_OUT].revents & POLLOUT)
		write_lines(stream);
	if (fds[FD_TIMER].revents)
		take_time(stream);
	if (fds[FD_IN].revents)
		read_requests(stream);
	if (stream->ended || waits_to_write(stream))
		return;
	if (!stream->due)
		sampler_idle(stream->sampler);
	else if (!is_behind(stream))
		take_tick(stream);
}

static void put_header(struct stream *stream)
{
	struct stream_header header;

	sampler_header(stream->sampler, &header);
	header.interval_ms = stream->options.interval_ms;
	encode_header(&stream->lines, &header);
}

static void run_stream(struct stream *stream)
{
	put_header(stream);
	set_timer(stream);
	stream->key_ms = clock_boot_ms();
	stream->due = stream->options.interval_ms > 0;
	while (!stream->ended && quit_signal() == 0 && parent_lives(stream) &&
		!waits_in_vain(stream))
		step_stream(stream);
	/* what the last tick found is still to be written */
	while (waits_to_write(stream) && parent_lives(stream)) {
		struct pollfd out = { .fd = stream->out, .events = POLLOUT };

		if (poll(&out, 1, 1000) <= 0 || (out.revents & (POLLERR | POLLHUP | POLLNVAL)))
			break;
		write_lines(stream);
	}
}

static int open_timer(void)
{
	int fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);

	return fd >= 0 ? fd : timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
}

/* Goes on unconfined where that is not possible. */
static void confine_stream(bool readonly)
{
	int error = confine_self(readonly ? CONFINE_READONLY : CONFINE_SAMPLER);

	log_line("seccomp: %s", error < 0 ? strerror(-error) : "on");
}

/* A library that is missing is told by its name, which is what packages are looked for by. */
static void explain_start(int error, char why[STREAM_WHY_MAX])
{
	if (error == -ELIBACC)
		snprintf(why, STREAM_WHY_MAX,
			"cannot load " LIBPROC2_SONAME ", which reads /proc; "
			"the package that has it is not installed");
	else
		snprintf(why, STREAM_WHY_MAX, "cannot read /proc: %s", strerror(-error));
}

int stream_run(int in, int out, const struct stream_options *options, char why[STREAM_WHY_MAX])
{
	struct stream stream = { .in = in, .out = out, .options = *options };
	struct frame_writer_sink sink = { .put = put_frame, .context = &stream };
	struct stat info;

	crash_watch(NULL);
	if (options->parent != 0)
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	fcntl(out, F_SETFL, fcntl(out, F_GETFL) | O_NONBLOCK);
	stream.pipe = fstat(out, &info) == 0 && S_ISFIFO(info.st_mode);
	buf_init(&stream.lines);
	buf_init(&stream.asked);
	stream.timer = open_timer();
	int error = stream.timer < 0 ? -errno
				     : sampler_open(&stream.sampler, sink, options->parent);
	if (error < 0) {
		explain_start(error, why);
	} else {
		/* when all is open and the reader is forked, and before the first request is
		 * read */
		confine_stream(options->readonly);
		if (options->readonly)
			sampler_forbid_control(stream.sampler);
		if (options->no_inside)
			sampler_forbid_inside(stream.sampler);
		if (options->family)
			sampler_only_family(stream.sampler, options->apart);
		run_stream(&stream);
		sampler_close(stream.sampler);
		error = stream.error;
		if (error < 0)
			snprintf(why, STREAM_WHY_MAX, "cannot write: %s", strerror(-error));
	}
	if (stream.timer >= 0)
		close(stream.timer);
	buf_done(&stream.lines);
	buf_done(&stream.asked);
	return error < 0 ? error : 0;
}
