/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follower - see follower.h; the parent's side, and the child's loop */
#include "sample/follower.h"

#include "base/clock.h"
#include "base/log.h"
#include "frame/decode.h"
#include "frame/encode.h"
#include "inspect/follow.h"
#include "sample/confine.h"
#include "sample/frame_writer.h"
#include "sample/reader_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 1 << 20, /* of an answer */
	ROSE_BYTES = 1 << 20,     /* less is not told at once */
	GONE_MS = 20,             /* for a process that was killed to go */
	GONE_TRIES = 20,
};

void follower_init(struct follower *follower)
{
	*follower = (struct follower){ .from = -1 };
	buf_init(&follower->lines);
}

/* The child sees that nobody reads what it tells, and ends. */
static void drop_child(struct follower *follower)
{
	if (follower->pid == 0)
		return;
	close(follower->from);
	reap_gone(&follower->ended);
	reap_later(&follower->ended, follower->pid);
	follower->from = -1;
	follower->pid = 0;
}

void follower_done(struct follower *follower)
{
	drop_child(follower);
	for (int i = 0; i < GONE_TRIES && !reap_gone(&follower->ended); i++)
		poll(NULL, 0, GONE_MS / GONE_TRIES);
	buf_done(&follower->lines);
	frame_free(follower->answer);
}

/* --- the child ------------------------------------------------------------------------------- */

/* A frame of one list, in the format of all others, so that the sampler decodes it with what it
 * has. A pipe that breaks means that the sampler is gone: nothing is left to do then. */
static void tell_answer(const struct follow *follow, int out)
{
	struct frame *frame = frame_new();
	struct buf line;

	frame->seq = 1;
	follow_put(follow, frame);
	buf_init(&line);
	encode_frame(&line, frame);
	if (buf_write(&line, out) != 0)
		_exit(1);
	buf_done(&line);
	frame_free(frame);
}

/* For so long, or until nobody reads any more, which ends it. */
static void rest_until(int out, uint32_t us)
{
	struct timespec span = { .tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000 };
	struct pollfd reader = { .fd = out };

	if (ppoll(&reader, 1, &span, NULL) > 0)
		_exit(0);
}

/* Whether there is something to be told, TOLD_MS after the last time, when it had risen by ROSE. */
static bool is_due(const struct follow *follow, uint64_t told_ms, int64_t rose)
{
	bool much = follow_rose(follow) > rose + rose / 4 + ROSE_BYTES;

	return told_ms >= (much ? FOLLOWER_SOON_MS : FOLLOWER_TELL_MS);
}

/* Confined before the first byte of the other's memory is read: what is in it is not to be
 * trusted. The answer goes out when something was found at all, when enough came since the last
 * one, and at the end. */
static _Noreturn void run_child(int out, pid_t parent, struct ident id)
{
	out = reader_child_settle(parent, "memtop-lines", out);
	reader_child_limit(id.pid);
	confine_self(CONFINE_INSPECTOR);
	struct follow *follow = follow_new(id);
	uint64_t told_ms = clock_boot_ms();
	bool found = false;
	int64_t rose = 0;
	while (!follow_ended(follow)) {
		rest_until(out, follow_look(follow));
		if (found == follow_found(follow) &&
			!is_due(follow, clock_boot_ms() - told_ms, rose))
			continue;
		found = follow_found(follow);
		told_ms = clock_boot_ms();
		rose = follow_rose(follow);
		tell_answer(follow, out);
	}
	tell_answer(follow, out);
	_exit(0);
}

void follower_ask(struct follower *follower, struct ident id)
{
	int ends[2];
	pid_t parent = getpid();

	if (follower->pid != 0 && ident_same(follower->id, id))
		return;
	drop_child(follower);
	if (id.pid == 0 || pipe2(ends, O_CLOEXEC) < 0)
		return;
	follower->id = id;
	follower->pid = fork();
	if (follower->pid == 0)
		run_child(ends[1], parent, id);
	close(ends[1]);
	follower->from = ends[0];
	if (follower->pid < 0) {
		log_line("nothing can be followed: %s", strerror(errno));
		close(ends[0]);
		follower->from = -1;
		follower->pid = 0;
		return;
	}
	fcntl(follower->from, F_SETFL, O_NONBLOCK);
	buf_clear(&follower->lines);
}

/* --- answers --------------------------------------------------------------------------------- */

/* A line that is not about who is followed is dropped: it may be the last of the child before. */
static void take_line(struct follower *follower, const char *line, size_t len, uint64_t now_ms)
{
	struct frame *frame = frame_new();
	char why[DECODE_WHY_MAX];

	if (decode_frame(frame, line, len, why) < 0 || frame->ngrowns != 1 ||
		frame->growns[0].pid != follower->id.pid) {
		frame_free(frame);
		return;
	}
	frame_free(follower->answer);
	follower->answer = frame;
	frame->growns[0].number = ++follower->answers;
	follower->answer_ms = now_ms;
	follower->complete = true;
}

/* Bounded, since the child reads memory of strangers and may be anybody's by now. */
static void take_lines(struct follower *follower, uint64_t now_ms)
{
	const char *newline;

	while (follower->lines.len > 0 &&
		(newline = memchr(follower->lines.data, '\n', follower->lines.len)) != NULL) {
		size_t len = (size_t)(newline - follower->lines.data);

		take_line(follower, follower->lines.data, len + 1, now_ms);
		buf_drop(&follower->lines, len + 1);
	}
	if (follower->lines.len > LINE_MAX_BYTES)
		drop_child(follower);
}

/* End of file, or an error of read(2), is the child's death; what it has said before that still
 * counts. */
static void read_answers(struct follower *follower, uint64_t now_ms)
{
	enum { ROOM = 65536 };

	while (follower->pid != 0) {
		ssize_t n = read(follower->from, buf_room(&follower->lines, ROOM), ROOM);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0)
			buf_grew(&follower->lines, (size_t)n);
		take_lines(follower, now_ms);
		if (n <= 0)
			drop_child(follower);
	}
}

static void send_answer(struct follower *follower, uint64_t now_ms, struct frame_writer *writer)
{
	if (!follower->complete)
		return;
	follower->complete = false;
	follower->answer->growns[0].age_ms = (uint32_t)(now_ms - follower->answer_ms);
	frame_put_grown(writer, follower->answer);
}

void follower_step(struct follower *follower, uint64_t now_ms, struct frame_writer *writer)
{
	read_answers(follower, now_ms);
	reap_gone(&follower->ended);
	send_answer(follower, now_ms, writer);
}

void follower_repeat(struct follower *follower, uint64_t now_ms, struct frame_writer *writer)
{
	follower->complete = follower->answer != NULL;
	send_answer(follower, now_ms, writer);
}

struct pollfd follower_fd(const struct follower *follower)
{
	return (struct pollfd){ .fd = follower->from, .events = POLLIN };
}
