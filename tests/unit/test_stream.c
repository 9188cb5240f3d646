/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole sampler, on the real /proc, through the pipes the front end uses. */
#include "sample/stream.h"

#include "base/buf.h"
#include "frame/decode.h"
#include "frame/request.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

/* What a process does that is looked at; it dies with the test, however that ends. */
static void wait_for_the_end(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static bool has_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

struct peer {
	pid_t pid;
	int to, from;
	struct buf text;
	struct stream_header header;
	struct frame *frame;
};

static void start(struct peer *peer, struct stream_options options)
{
	char why[STREAM_WHY_MAX];
	int to[2], from[2];

	memset(peer, 0, sizeof(*peer));
	assert_int_equal(pipe2(to, O_CLOEXEC) + pipe2(from, O_CLOEXEC), 0);
	options.parent = getpid();
	peer->pid = fork();
	if (peer->pid == 0) {
		close(to[1]);
		close(from[0]);
		signal(SIGPIPE, SIG_IGN);
		_exit(stream_run(to[0], from[1], &options, why) != 0);
	}
	close(to[0]);
	close(from[1]);
	peer->to = to[1];
	peer->from = from[0];
	peer->frame = frame_new();
	buf_init(&peer->text);
}

/* The next line into LINE; false at the end, or after ten seconds. */
static bool next_line(struct peer *peer, struct buf *line)
{
	struct pollfd fd = { .fd = peer->from, .events = POLLIN };
	const char *newline;

	while (peer->text.len == 0 ||
		(newline = memchr(peer->text.data, '\n', peer->text.len)) == NULL) {
		ssize_t n;

		if (poll(&fd, 1, 10000) <= 0)
			return false;
		n = read(peer->from, buf_room(&peer->text, 65536), 65536);
		if (n <= 0)
			return false;
		buf_grew(&peer->text, (size_t)n);
	}
	buf_clear(line);
	buf_put(line, peer->text.data, (size_t)(newline - peer->text.data));
	buf_drop(&peer->text, line->len + 1);
	return true;
}

static void read_header(struct peer *peer)
{
	char why[DECODE_WHY_MAX];
	struct buf line;

	buf_init(&line);
	assert_true(next_line(peer, &line));
	assert_int_equal(decode_header(&peer->header, line.data, line.len, why), 0);
	buf_done(&line);
}

/* The next frame, NULL at the end. */
static const struct frame *next_frame(struct peer *peer)
{
	char why[DECODE_WHY_MAX];
	struct buf line;
	bool there;

	buf_init(&line);
	there = next_line(peer, &line);
	frame_reset(peer->frame);
	if (there)
		assert_int_equal(decode_frame(peer->frame, line.data, line.len, why), 0);
	buf_done(&line);
	return there ? peer->frame : NULL;
}

static void ask(const struct peer *peer, const struct request *request)
{
	struct buf line;

	buf_init(&line);
	request_encode(&line, request);
	assert_int_equal(write(peer->to, line.data, line.len), (int)line.len);
	buf_done(&line);
}

static int end(struct peer *peer)
{
	int status;

	close(peer->to);
	close(peer->from);
	assert_int_equal(waitpid(peer->pid, &status, 0), peer->pid);
	buf_done(&peer->text);
	frame_free(peer->frame);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Reads on until the answer to request NUMBER. */
static int answer_of(struct peer *peer, uint32_t number)
{
	const struct frame *frame;

	while ((frame = next_frame(peer)) != NULL)
		for (size_t i = 0; i < frame->nnotices; i++)
			if (frame->notices[i].request == number)
				return frame->notices[i].error;
	fail();
	return -1;
}

static bool is_born(const struct frame *frame, int32_t pid)
{
	for (size_t i = 0; i < frame->nbirths; i++)
		if (frame->births[i].id.pid == pid)
			return true;
	return false;
}

static bool is_sized(const struct frame *frame, int32_t pid)
{
	for (size_t i = 0; i < frame->nusages; i++)
		if (frame->usages[i].pid == pid)
			return frame->usages[i].rss_kib > 0;
	return false;
}

static void the_first_frame_is_everything(void **state)
{
	const struct frame *frame;
	struct peer peer;
	bool self = false, sized = false;

	(void)state;
	start(&peer, (struct stream_options){ .interval_ms = 50, .count = 20 });
	read_header(&peer);
	assert_int_equal(peer.header.version, STREAM_VERSION);
	assert_int_equal(peer.header.pid, peer.pid);
	assert_int_equal(peer.header.interval_ms, 50);
	do {
		frame = next_frame(&peer);
		assert_non_null(frame);
		assert_true(frame->key && frame->tick);
		assert_int_equal(frame->seq, 1);
		assert_int_equal(frame->interval_ms, 0);
		assert_true(frame->system.total_kib > 0);
		self |= is_born(frame, getpid());
		sized |= is_sized(frame, getpid());
	} while (frame->more);
	assert_true(self);
	/* among more than 500 bigger ones its size may come right behind, among thousands some
	 * ticks later */
	while (!sized && (frame = next_frame(&peer)) != NULL)
		sized = is_sized(frame, getpid());
	assert_true(sized);
	while ((frame = next_frame(&peer)) != NULL)
		assert_true(frame->seq >= 1 && frame->seq <= 20);
	assert_int_equal(end(&peer), 0);
}

static void what_is_watched_has_details_soon(void **state)
{
	struct request watch = { .kind = REQUEST_WATCH, .npids = 1, .pids = { getpid() } };
	const struct frame *frame;
	bool detail = false, cmdline = false, user = false;
	struct peer peer;

	(void)state;
	start(&peer, (struct stream_options){ .interval_ms = 0 });
	read_header(&peer);
	ask(&peer, &(struct request){ .kind = REQUEST_TICK });
	assert_non_null(next_frame(&peer));
	ask(&peer, &watch);
	while (!(detail && cmdline && user) && (frame = next_frame(&peer)) != NULL) {
		for (size_t i = 0; i < frame->ndetails; i++)
			detail |= frame->details[i].pid == getpid() &&
				  frame->details[i].figures.known & DETAIL_MEMORY &&
				  frame->details[i].figures.known & DETAIL_PEAK;
		for (size_t i = 0; i < frame->ntexts; i++)
			cmdline |= frame->texts[i].pid == getpid() &&
				   frame->texts[i].kind == TEXT_CMDLINE &&
				   strstr(frame->texts[i].text, "test_stream") != NULL;
		for (size_t i = 0; i < frame->nusers; i++)
			user |= frame->users[i].uid == 0 &&
				strcmp(frame->users[i].name, "root") == 0;
	}
	assert_true(detail && cmdline && user);
	assert_int_equal(end(&peer), 0);
}

static void births_and_deaths_between_ticks(void **state)
{
	const struct frame *frame;
	struct peer peer;
	bool born = false, died = false;
	pid_t child;

	(void)state;
	start(&peer, (struct stream_options){ .interval_ms = 0 });
	read_header(&peer);
	ask(&peer, &(struct request){ .kind = REQUEST_TICK });
	assert_non_null(next_frame(&peer));
	child = fork();
	if (child == 0)
		wait_for_the_end();
	ask(&peer, &(struct request){ .kind = REQUEST_TICK });
	while (!born && (frame = next_frame(&peer)) != NULL)
		for (size_t i = 0; i < frame->nbirths; i++)
			born |= frame->births[i].id.pid == child;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (int ticks = 0; ticks < 8 && !died; ticks++) {
		uint64_t seq = frame->seq;

		ask(&peer, &(struct request){ .kind = REQUEST_TICK });
		do {
			frame = next_frame(&peer);
			assert_non_null(frame);
			for (size_t i = 0; i < frame->ndeaths; i++)
				died |= frame->deaths[i] == child;
		} while (frame->seq == seq);
	}
	assert_true(born && died);
	assert_int_equal(end(&peer), 0);
}

static struct ident ident_from(struct peer *peer, pid_t pid)
{
	const struct frame *frame;

	ask(peer, &(struct request){ .kind = REQUEST_KEY });
	ask(peer, &(struct request){ .kind = REQUEST_TICK });
	while ((frame = next_frame(peer)) != NULL)
		for (size_t i = 0; i < frame->nbirths; i++)
			if (frame->births[i].id.pid == pid)
				return frame->births[i].id;
	fail();
	return (struct ident){ 0 };
}

static void signals_go_to_who_is_held(void **state)
{
	struct peer peer;
	struct ident id, first = { 1, 1 };
	int status;

	(void)state;
	if (!has_pidfd())
		skip();
	pid_t child = fork();
	if (child == 0)
		wait_for_the_end();
	start(&peer, (struct stream_options){ .interval_ms = 0 });
	read_header(&peer);
	id = ident_from(&peer, child);
	ask(&peer, &(struct request){ .kind = REQUEST_HOLD, .number = 1, .id = first });
	assert_int_equal(answer_of(&peer, 1), EPERM);
	ask(&peer, &(struct request){ .kind = REQUEST_HOLD, .number = 2, .id = { peer.pid, 1 } });
	assert_int_equal(answer_of(&peer, 2), EPERM);
	ask(&peer, &(struct request){ .kind = REQUEST_HOLD, .number = 3, .id = { getpid(), 1 } });
	assert_int_equal(answer_of(&peer, 3), EPERM);
	ask(&peer, &(struct request){ .kind = REQUEST_HOLD, .number = 4, .id = id });
	assert_int_equal(answer_of(&peer, 4), 0);
	ask(&peer, &(struct request){ .kind = REQUEST_PSS, .number = 5, .id = id });
	assert_int_equal(answer_of(&peer, 5), 0);
	ask(&peer, &(struct request){ .kind = REQUEST_NICE, .number = 6, .id = id, .value = 3 });
	assert_int_equal(answer_of(&peer, 6), 0);
	ask(&peer, &(struct request){
			   .kind = REQUEST_SIGNAL, .number = 7, .id = id, .value = SIGTERM });
	assert_int_equal(answer_of(&peer, 7), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WTERMSIG(status), SIGTERM);
	ask(&peer, &(struct request){ .kind = REQUEST_RELEASE, .number = 8 });
	assert_int_equal(answer_of(&peer, 8), 0);
	assert_int_equal(end(&peer), 0);
}

static void a_readonly_one_signals_nobody(void **state)
{
	struct peer peer;
	int status;

	(void)state;
	pid_t child = fork();
	if (child == 0)
		wait_for_the_end();
	start(&peer, (struct stream_options){ .interval_ms = 0, .readonly = true });
	read_header(&peer);
	struct request hold = { .kind = REQUEST_HOLD, .number = 1, .id = ident_from(&peer, child) };
	struct request nice = hold, kill_it = hold;

	nice.kind = REQUEST_NICE;
	nice.value = 3;
	kill_it.kind = REQUEST_SIGNAL;
	kill_it.value = SIGTERM;
	ask(&peer, &hold);
	assert_int_equal(answer_of(&peer, 1), EPERM);
	nice.number = 2;
	ask(&peer, &nice);
	assert_int_equal(answer_of(&peer, 2), EPERM);
	kill_it.number = 3;
	ask(&peer, &kill_it);
	assert_int_equal(answer_of(&peer, 3), EPERM);
	assert_int_equal(getpriority(PRIO_PROCESS, (id_t)child), getpriority(PRIO_PROCESS, 0));
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	assert_int_equal(end(&peer), 0);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void rubbish_is_ignored(void **state)
{
	static const char lines[] = "rubbish\n{\"ask\":\"dance\"}\n\n{\"ask\":";
	struct peer peer;
	char *endless = malloc(200000);

	(void)state;
	memset(endless, 'x', 200000);
	endless[199999] = '\n';
	start(&peer, (struct stream_options){ .interval_ms = 0 });
	read_header(&peer);
	assert_true(write(peer.to, lines, strlen(lines)) > 0);
	assert_int_equal(write(peer.to, endless, 200000), 200000);
	ask(&peer, &(struct request){ .kind = REQUEST_TICK });
	assert_non_null(next_frame(&peer));
	free(endless);
	assert_int_equal(end(&peer), 0);
}

static void a_reader_that_stalls_gets_the_newest(void **state)
{
	struct timespec stall = { .tv_sec = 1, .tv_nsec = 500000000 };
	const struct frame *frame;
	struct peer peer;
	uint64_t first, ticks = 0;

	(void)state;
	start(&peer, (struct stream_options){ .interval_ms = 100 });
	read_header(&peer);
	assert_non_null(next_frame(&peer));
	nanosleep(&stall, NULL);
	first = peer.frame->boot_ms;
	/* one tick lay in the pipe; the next was taken when that had been read */
	while (ticks < 2 && (frame = next_frame(&peer)) != NULL)
		ticks += frame->tick && frame->seq > 1 && !frame->more;
	assert_true(peer.frame->boot_ms >= first + 1400);
	assert_true(peer.frame->seq <= 5);
	assert_int_equal(end(&peer), 0);
}

static void without_anybody_asking_it_goes_on(void **state)
{
	struct peer peer;

	(void)state;
	start(&peer, (struct stream_options){ .interval_ms = 100, .key_s = 1 });
	read_header(&peer);
	close(peer.to);
	peer.to = open("/dev/null", O_WRONLY | O_CLOEXEC);
	for (int i = 0; i < 5; i++)
		assert_non_null(next_frame(&peer));
	while (peer.frame->seq < 2 || !peer.frame->key)
		assert_non_null(next_frame(&peer));
	assert_int_equal(end(&peer), 0);
}

static void without_anybody_asking_for_ticks_it_ends(void **state)
{
	static const char asked[] = "{\"ask\":\"interval\",\"ms\":0}\n{\"ask\":\"tick\"}\n";
	struct peer peer;
	uint64_t last = 0;
	int status;

	(void)state;
	start(&peer, (struct stream_options){ .interval_ms = 1000 });
	read_header(&peer);
	assert_non_null(next_frame(&peer));
	assert_int_equal(write(peer.to, asked, sizeof(asked) - 1), sizeof(asked) - 1);
	close(peer.to);
	peer.to = open("/dev/null", O_WRONLY | O_CLOEXEC);
	while (next_frame(&peer) != NULL) /* the tick that was asked for still comes */
		last = peer.frame->seq;
	assert_int_equal(last, 2);
	assert_int_equal(waitpid(peer.pid, &status, 0), peer.pid);
	assert_int_equal(status, 0);
	close(peer.to);
	close(peer.from);
	buf_done(&peer.text);
	frame_free(peer.frame);
}

static void it_ends_with_its_parent(void **state)
{
	int tell[2], out[2];
	pid_t parent, child = 0;
	char rest[65536], why[STREAM_WHY_MAX];

	(void)state;
	assert_int_equal(pipe2(tell, O_CLOEXEC) + pipe2(out, O_CLOEXEC), 0);
	parent = fork();
	if (parent == 0) {
		struct stream_options options = { .interval_ms = 100, .parent = getpid() };

		child = fork();
		if (child == 0)
			_exit(stream_run(-1, out[1], &options, why) != 0);
		if (write(tell[1], &child, sizeof(child)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	close(out[1]);
	assert_int_equal(read(tell[0], &child, sizeof(child)), (int)sizeof(child));
	assert_true(read(out[0], rest, sizeof(rest)) > 0);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	/* the pipe ends when the last who writes into it, reader included, has gone */
	while (read(out[0], rest, sizeof(rest)) > 0)
		continue;
	close(tell[0]);
	close(tell[1]);
	close(out[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_frame_is_everything),
		cmocka_unit_test(what_is_watched_has_details_soon),
		cmocka_unit_test(births_and_deaths_between_ticks),
		cmocka_unit_test(signals_go_to_who_is_held),
		cmocka_unit_test(a_readonly_one_signals_nobody),
		cmocka_unit_test(rubbish_is_ignored),
		cmocka_unit_test(a_reader_that_stalls_gets_the_newest),
		cmocka_unit_test(without_anybody_asking_it_goes_on),
		cmocka_unit_test(without_anybody_asking_for_ticks_it_ends),
		cmocka_unit_test(it_ends_with_its_parent),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
