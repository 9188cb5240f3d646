/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspector - see inspector.h; the parent's side, and how the child settles down */
#include "sample/inspector.h"

#include "base/log.h"
#include "frame/decode.h"
#include "frame/encode.h"
#include "sample/confine.h"
#include "sample/frame_writer.h"
#include "sample/reader_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	/* behind all that works, since a look takes a core for seconds */
	NICE = 10,
	LINE_MAX_BYTES = 1 << 20, /* of an answer */
	ENDED_MS = 1000,          /* from the end of its answer to its own */
};

void inspector_init(struct inspector *inspector)
{
	*inspector = (struct inspector){ .from = -1, .pidfd = -1 };
	buf_init(&inspector->line);
	follower_init(&inspector->follower);
}

static void close_ends(struct inspector *inspector)
{
	if (inspector->from >= 0)
		close(inspector->from);
	if (inspector->pidfd >= 0)
		close(inspector->pidfd);
	inspector->from = inspector->pidfd = -1;
	inspector->pid = 0;
}

static void drop_child(struct inspector *inspector)
{
	if (inspector->pid == 0)
		return;
	if (inspector->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, inspector->pidfd, SIGKILL, NULL, 0);
	else /* before Linux 5.3 */
		syscall(SYS_tgkill, inspector->pid, inspector->pid, SIGKILL);
	reap_gone(&inspector->killed);
	reap_later(&inspector->killed, inspector->pid);
	close_ends(inspector);
}

void inspector_done(struct inspector *inspector)
{
	drop_child(inspector);
	follower_done(&inspector->follower);
	for (int i = 0; i < 20 && !reap_gone(&inspector->killed); i++)
		usleep(1000);
	buf_done(&inspector->line);
	frame_free(inspector->answer);
}

/* One question a process waits, the newest; where too many wait the oldest goes, whose asker has
 * looked on by now. */
void inspector_ask(struct inspector *inspector, const struct request *request)
{
	struct question question = { .id = request->id };
	size_t at = 0;

	if (request->kind == REQUEST_LINES && inspector->forbidden)
		return;
	if (request->kind == REQUEST_LINES || request->kind == REQUEST_UNFOLLOW) {
		follower_ask(&inspector->follower,
			request->kind == REQUEST_LINES ? request->id : (struct ident){ 0 });
		return;
	}
	if (request->kind == REQUEST_HOLDERS)
		memcpy(question.type, request->type, sizeof(question.type));
	while (at < inspector->nwaiting && !ident_same(inspector->waiting[at].id, question.id))
		at++;
	if (at == INSPECTOR_WAITING_MAX) {
		memmove(inspector->waiting, inspector->waiting + 1,
			(INSPECTOR_WAITING_MAX - 1) * sizeof(question));
		at--;
	}
	inspector->waiting[at] = question;
	if (inspector->nwaiting < at + 1)
		inspector->nwaiting = at + 1;
}

/* --- the child --- */

/* Nicer than the sampler, since a look inside takes a core for seconds, and limited in address
 * space by the size of its target: a heap that lies about its length ends this child, not the
 * machine. */
static _Noreturn void run_child(int out, pid_t parent, const struct question *question)
{
	struct frame *frame = frame_new();
	struct buf line;

	out = reader_child_settle(parent, "memtop-inside", out);
	setpriority(PRIO_PROCESS, 0, NICE);
	reader_child_limit(question->id.pid);
	confine_self(CONFINE_INSPECTOR);
	frame->seq = 1;
	question_answer(frame, question);
	buf_init(&line);
	encode_frame(&line, frame);
	_exit(buf_write(&line, out) == 0 ? 0 : 1);
}

/* A child for each look: it may stop anywhere in a stranger's memory, and is killed when it takes
 * too long, without anything of the sampler being lost. */
static bool start_child(struct inspector *inspector, uint64_t now_ms)
{
	int ends[2];
	pid_t parent = getpid();

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	inspector->pid = fork();
	if (inspector->pid == 0)
		run_child(ends[1], parent, &inspector->question);
	close(ends[1]);
	inspector->from = ends[0];
	if (inspector->pid < 0) {
		close_ends(inspector);
		return false;
	}
	inspector->pidfd = (int)syscall(SYS_pidfd_open, inspector->pid, 0);
	fcntl(inspector->from, F_SETFL, O_NONBLOCK);
	inspector->begin_ms = now_ms;
	buf_clear(&inspector->line);
	return true;
}

/* --- answers --- */

/* The answer is of the moment the look began, not of the one the answer came. */
static void take_frame(struct inspector *inspector, struct frame *frame, uint64_t now_ms)
{
	uint64_t age_ms = frame->insides[0].age_ms;

	frame_free(inspector->answer);
	inspector->answer = frame;
	frame->insides[0].number = ++inspector->answers;
	inspector->answer_ms = now_ms > age_ms ? now_ms - age_ms : 0;
	inspector->complete = true;
}

/* The answer of an inspector that gave none. */
static void take_failure(struct inspector *inspector, int error, const char *why, uint64_t now_ms)
{
	struct frame *frame = frame_new();
	const struct question *question = &inspector->question;
	struct proc_inside *inside = arena_take(&frame->arena, 1, sizeof(*inside));

	*inside = (struct proc_inside){
		.pid = question->id.pid,
		.start_ticks = question->id.start_ticks,
		.error = error,
		.type = arena_text(&frame->arena, question->type, strlen(question->type)),
		.why = arena_text(&frame->arena, why, strlen(why)),
		.allocator = "",
		.hint = "",
		.runtime = "",
	};
	frame->insides = inside;
	frame->ninsides = 1;
	take_frame(inspector, frame, now_ms);
}

/* Takes a whole line: one that is about another process, or was damaged, is no answer. */
static bool take_line(struct inspector *inspector, uint64_t now_ms)
{
	char why[DECODE_WHY_MAX];

	if (inspector->line.len == 0)
		return false;
	struct frame *frame = frame_new();
	if (decode_frame(frame, inspector->line.data, inspector->line.len, why) < 0 ||
		frame->ninsides != 1 || frame->insides[0].pid != inspector->question.id.pid) {
		frame_free(frame);
		return false;
	}
	take_frame(inspector, frame, now_ms);
	return true;
}

/* An answer may be complete although the child was killed on its way out; only without one the
 * reason is told. Who could not be reaped at once is left to drop_child, which does not wait
 * either. */
static void end_child(struct inspector *inspector, uint64_t now_ms)
{
	int status = 0;
	bool reaped = reap_within(inspector->pid, 0, &status);

	if (!take_line(inspector, now_ms)) {
		log_line("the inspector ended without an answer: %d", reaped ? status : -1);
		take_failure(inspector, EIO,
			"the look inside ended early; it may have needed more memory than it may "
			"have",
			now_ms);
	}
	if (reaped)
		close_ends(inspector);
	else
		drop_child(inspector);
}

/* As of the follower: bounded, and the end of the pipe is the end of the child. */
static void read_answer(struct inspector *inspector, uint64_t now_ms)
{
	enum { ROOM = 65536 };

	while (inspector->pid != 0) {
		ssize_t n = read(inspector->from, buf_room(&inspector->line, ROOM), ROOM);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0)
			buf_grew(&inspector->line, (size_t)n);
		if (n <= 0)
			end_child(inspector, now_ms);
		else if (inspector->line.len > LINE_MAX_BYTES) {
			buf_clear(&inspector->line);
			take_failure(inspector, EMSGSIZE, "the answer is too long", now_ms);
			drop_child(inspector);
		}
	}
}

/* One look at a time, whoever asks: two would share a core and both be late. That it is forbidden
 * is answered, too, or a caller would wait for ever. */
static void start_next(struct inspector *inspector, uint64_t now_ms)
{
	if (inspector->nwaiting == 0)
		return;
	inspector->question = inspector->waiting[0];
	inspector->nwaiting--;
	memmove(inspector->waiting, inspector->waiting + 1,
		inspector->nwaiting * sizeof(inspector->waiting[0]));
	if (inspector->forbidden)
		take_failure(inspector, EPERM,
			"looking inside is turned off (--no-inside, or look_inside never in the "
			"settings)",
			now_ms);
	else if (!start_child(inspector, now_ms))
		take_failure(inspector, EAGAIN, "no process could be started for it", now_ms);
}

static void send_answer(struct inspector *inspector, uint64_t now_ms, struct frame_writer *writer)
{
	if (!inspector->complete)
		return;
	inspector->complete = false;
	inspector->answer->insides[0].age_ms = (uint32_t)(now_ms - inspector->answer_ms);
	frame_put_inside(writer, inspector->answer);
}

/* The child has its own budget; this is for one that is stuck in a system call. */
static void end_late(struct inspector *inspector, uint64_t now_ms)
{
	char why[INSIDE_TEXT_MAX];

	snprintf(why, sizeof(why), "the look inside took longer than %d s and was ended",
		INSPECTOR_MS / 1000);
	take_failure(inspector, ETIMEDOUT, why, now_ms);
	drop_child(inspector);
}

void inspector_step(struct inspector *inspector, uint64_t now_ms, struct frame_writer *writer)
{
	follower_step(&inspector->follower, now_ms, writer);
	read_answer(inspector, now_ms);
	if (inspector->pid != 0 && now_ms - inspector->begin_ms > INSPECTOR_MS)
		end_late(inspector, now_ms);
	reap_gone(&inspector->killed);
	send_answer(inspector, now_ms, writer);
	if (inspector->pid == 0)
		start_next(inspector, now_ms);
}

void inspector_repeat(struct inspector *inspector, uint64_t now_ms, struct frame_writer *writer)
{
	inspector->complete = inspector->answer != NULL;
	send_answer(inspector, now_ms, writer);
	follower_repeat(&inspector->follower, now_ms, writer);
}

void inspector_fds(const struct inspector *inspector, struct pollfd fds[2])
{
	fds[0] = (struct pollfd){ .fd = inspector->from, .events = POLLIN };
	fds[1] = follower_fd(&inspector->follower);
}

bool inspector_has(const struct inspector *inspector, int32_t pid)
{
	return pid == inspector->pid || pid == inspector->follower.pid;
}

int inspector_timeout(const struct inspector *inspector, uint64_t now_ms)
{
	if (inspector->complete || (inspector->pid == 0 && inspector->nwaiting > 0))
		return 0;
	if (inspector->pid == 0)
		return -1;
	uint64_t end_ms = inspector->begin_ms + INSPECTOR_MS + 1;
	return end_ms > now_ms ? (int)(end_ms - now_ms) : 0;
}
