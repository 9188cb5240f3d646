/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sampler of the test's own, in all its ways to fail; what the front end sees of it. */
#include "source/source_live.h"

#include "base/clock.h"
#include "frame/encode.h"
#include "tests/lib/frame_gen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/lib/range.h"

/* --- the child --------------------------------------------------------------------- */

static void write_frame(int out, const struct frame *frame)
{
	struct buf buf;

	buf_init(&buf);
	encode_frame(&buf, frame);
	if (write(out, buf.data, buf.len) < 0)
		_exit(0); /* the reader is gone */
	buf_done(&buf);
}

static void write_header(int out)
{
	struct stream_header header;
	struct buf buf;

	gen_header(&header);
	header.pid = getpid();
	buf_init(&buf);
	encode_header(&buf, &header);
	if (write(out, buf.data, buf.len) < 0)
		_exit(0);
	buf_done(&buf);
}

static void write_tick(int out, uint64_t seq, const char *text)
{
	struct frame *frame = frame_new();
	struct notice notice = { .text = text };

	frame->seq = seq;
	frame->boot_ms = clock_boot_ms();
	frame->key = seq == 1;
	frame->interval_ms = 1000;
	gen_system(frame);
	if (text != NULL) {
		frame->notices = &notice;
		frame->nnotices = 1;
	}
	write_frame(out, frame);
	frame_free(frame);
}

/* A tick, then another one for each request, which it repeats. */
static int obedient(int in, int out, void *context)
{
	char line[REQUEST_LINE_MAX];
	uint64_t seq = 1;
	FILE *asked = fdopen(in, "r");

	(void)context;
	write_header(out);
	write_tick(out, seq++, NULL);
	while (fgets(line, sizeof(line), asked) != NULL)
		write_tick(out, seq++, line);
	fclose(asked);
	return 0;
}

static int counted(int in, int out, void *context)
{
	(void)in;
	(void)context;
	write_header(out);
	for (uint64_t seq = 1; seq <= 3; seq++)
		write_tick(out, seq, NULL);
	return 0;
}

static int hopeless(int in, int out, void *context)
{
	(void)in;
	(void)out;
	(void)context;
	fprintf(stderr, "a first line\nno /proc here \x1b[2J\n");
	return 1;
}

static int crashing(int in, int out, void *context)
{
	(void)in;
	(void)out;
	(void)context;
	raise(SIGKILL);
	return 0;
}

static int raving(int in, int out, void *context)
{
	(void)in;
	(void)context;
	write_header(out);
	write_tick(out, 1, NULL);
	write_tick(out, 2, NULL);
	write_tick(out, 1, NULL); /* back in time */
	for (;;) {
		if (write(out, "{\"seq\":\n", 8) < 0)
			return 0;
	}
}

/* Uses the CPU for so long before it says anything more. */
static void work(uint64_t ms)
{
	for (uint64_t until = clock_mono_ms() + ms; clock_mono_ms() < until;)
		continue;
}

static int slow(int in, int out, void *context)
{
	(void)in;
	(void)context;
	write_header(out);
	write_tick(out, 1, NULL);
	work(3000);
	write_tick(out, 2, NULL);
	pause();
	return 0;
}

static int spinning(int in, int out, void *context)
{
	(void)in;
	(void)context;
	write_header(out);
	write_tick(out, 1, NULL);
	work(60000);
	return 0;
}

static int silent(int in, int out, void *context)
{
	(void)in;
	(void)context;
	write_header(out);
	write_tick(out, 1, NULL);
	while (pause() < 0)
		continue;
	return 0;
}

/* Never ends a line, and does not listen either. */
static int endless(int in, int out, void *context)
{
	static char x[65536];

	(void)context;
	memset(x, 'x', sizeof(x));
	close(in);
	write_header(out);
	while (write(out, x, sizeof(x)) > 0)
		continue;
	return 0;
}

/* Low ones only: valgrind keeps some of its own near the limit. */
static size_t count_descriptors(void)
{
	enum { LOW = 100 };
	size_t count = 0;

	for (int fd = 0; fd < LOW; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* Says what it finds about itself. */
static int introspective(int in, int out, void *context)
{
	struct sigaction action;
	char name[32] = "", text[200];
	sigset_t mask;

	(void)context;
	prctl(PR_GET_NAME, name);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigaction(SIGINT, NULL, &action);
	snprintf(text, sizeof(text), "%s group %d int %d usr1 %d fds %zu in %d out %d", name,
		getpgrp() == getpid(), action.sa_handler == SIG_DFL, sigismember(&mask, SIGUSR1),
		count_descriptors(), in, out);
	write_header(out);
	write_tick(out, 1, text);
	return 0;
}

/* --- the front end ----------------------------------------------------------------- */

static struct source *open_child(int (*run)(int, int, void *))
{
	struct source *source = NULL;

	assert_int_equal(source_open_live(&source, &(struct live_child){ run, NULL, 0 }), 0);
	return source;
}

/* The next event as a front end waits for it; SOURCE_NONE after 10 s. */
static enum source_event next_event(struct source *source, const struct frame **frame)
{
	uint64_t until = clock_mono_ms() + 10000;

	while (clock_mono_ms() < until) {
		enum source_event event = source_next(source, frame);
		struct pollfd ready = { .fd = source_fd(source), .events = POLLIN };

		if (event != SOURCE_NONE)
			return event;
		poll(&ready, 1, source_timeout_ms(source));
	}
	return SOURCE_NONE;
}

static const struct frame *next_frame(struct source *source)
{
	const struct frame *frame = NULL;

	if (next_event(source, &frame) != SOURCE_FRAME)
		fail_msg("no frame: %s", source_message(source));
	return frame;
}

/* Gone, or nothing but an entry that somebody has to collect. */
static bool is_gone(pid_t pid)
{
	char path[64], state = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return true;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	fclose(file);
	return state == 'Z' || state == 'X';
}

static bool goes(pid_t pid)
{
	for (int i = 0; i < 200 && !is_gone(pid); i++)
		usleep(10000);
	return is_gone(pid);
}

static void frames_and_requests_pass(void **state)
{
	struct source *source = open_child(obedient);
	const struct frame *frame = next_frame(source);
	struct request request = { .kind = REQUEST_WATCH, .npids = 1, .pids = { 77 }, .number = 5 };
	pid_t pid = source_header(source)->pid;

	(void)state;
	assert_true(source_is_live(source));
	assert_string_equal(source_header(source)->host, "db-1");
	assert_true(frame->key && frame->tick && !frame->gap);
	assert_int_equal(source_next(source, &frame), SOURCE_NONE);
	assert_int_equal(source_ask(source, &request), 0);
	frame = next_frame(source);
	assert_int_equal(frame->seq, 2);
	assert_non_null(strstr(frame->notices[0].text, "\"pids\":[77]"));
	assert_false(is_gone(pid));
	source_close(source);
	assert_true(is_gone(pid));
}

static void killed_child_is_replaced(void **state)
{
	struct source *source = open_child(obedient);
	const struct frame *frame = next_frame(source);
	pid_t pid = source_header(source)->pid;

	(void)state;
	source_ask(source, &(struct request){ .kind = REQUEST_INTERVAL, .interval_ms = 250 });
	source_ask(source, &(struct request){ .kind = REQUEST_WATCH, .npids = 1, .pids = { 7 } });
	source_ask(source, &(struct request){ .kind = REQUEST_TICK });
	source_ask(source, &(struct request){ .kind = REQUEST_WATCH, .npids = 1, .pids = { 8 } });
	for (int i = 0; i < 4; i++)
		frame = next_frame(source);
	uint64_t seq = frame->seq, before = clock_mono_ms();

	kill(pid, SIGKILL);
	assert_int_equal(next_event(source, &frame), SOURCE_TROUBLE);
	assert_non_null(strstr(source_message(source), "killed by signal 9"));
	frame = next_frame(source);
	assert_true(clock_mono_ms() - before < 1000);
	assert_int_not_equal(source_header(source)->pid, pid);
	assert_true(frame->key && frame->gap && frame->interval_ms == 0 && frame->seq == seq + 1);
	frame = next_frame(source);
	assert_false(frame->gap);
	assert_non_null(strstr(frame->notices[0].text, "\"ms\":250"));
	frame = next_frame(source);
	assert_non_null(strstr(frame->notices[0].text, "[8]"));
	assert_int_equal(source_next(source, &frame), SOURCE_NONE); /* a tick is asked once */
	source_close(source);
}

static void plain_end_is_an_end(void **state)
{
	struct source *source = open_child(counted);
	const struct frame *frame;

	(void)state;
	for (int i = 0; i < 3; i++)
		next_frame(source);
	assert_int_equal(next_event(source, &frame), SOURCE_END);
	assert_string_equal(source_message(source), "");
	assert_int_equal(source_next(source, &frame), SOURCE_END);
	assert_int_equal(source_ask(source, &(struct request){ .kind = REQUEST_TICK }), -EPIPE);
	source_close(source);
}

static void last_words_are_quoted(void **state)
{
	struct source *source = open_child(hopeless);
	const struct frame *frame;

	(void)state;
	assert_int_equal(next_event(source, &frame), SOURCE_END);
	assert_string_equal(source_message(source), "the sampler ended: no /proc here ?[2J");
	source_close(source);
}

static void crash_loop_ends(void **state)
{
	struct source *source = open_child(crashing);
	const struct frame *frame;

	(void)state;
	assert_int_equal(next_event(source, &frame), SOURCE_TROUBLE);
	assert_int_equal(next_event(source, &frame), SOURCE_TROUBLE);
	assert_int_equal(next_event(source, &frame), SOURCE_END);
	source_close(source);
}

static void nonsense_is_bounded(void **state)
{
	struct source *source = open_child(raving);
	const struct frame *frame;
	int troubles = 0;

	(void)state;
	next_frame(source);
	next_frame(source);
	assert_int_equal(next_event(source, &frame), SOURCE_TROUBLE);
	assert_non_null(strstr(source_message(source), "backwards"));
	while (next_event(source, &frame) == SOURCE_TROUBLE)
		troubles++;
	assert_int_equal(troubles, 9);
	assert_true(frame->gap); /* of the next one */
	source_close(source);
}

enum { INTERVAL_MS = 1000 }; /* of gen_header */

static void silence_is_ended(void **state)
{
	struct source *source = open_child(silent);
	const struct frame *frame = next_frame(source);
	uint64_t before = clock_mono_ms();
	pid_t pid = source_header(source)->pid;

	(void)state;
	assert_int_equal(next_event(source, &frame), SOURCE_TROUBLE);
	assert_non_null(strstr(source_message(source), "said nothing for 2 s"));
	assert_uint_in_range(clock_mono_ms() - before, INTERVAL_MS + 950, 5000);
	assert_true(goes(pid));
	/* the next is silent as soon, and has twice as long */
	assert_true(next_frame(source)->gap);
	before = clock_mono_ms();
	assert_int_equal(next_event(source, &frame), SOURCE_TROUBLE);
	assert_uint_in_range(clock_mono_ms() - before, INTERVAL_MS + 1950, 6000);
	source_close(source);
}

static void who_is_slow_is_waited_for(void **state)
{
	struct source *source = open_child(slow);
	pid_t pid;

	(void)state;
	next_frame(source);
	pid = source_header(source)->pid;
	assert_int_equal(next_frame(source)->seq, 2);
	assert_false(is_gone(pid));
	source_close(source);
}

static void work_without_end_is_ended(void **state)
{
	struct source *source = open_child(spinning);
	const struct frame *frame = next_frame(source);
	uint64_t before = clock_mono_ms();
	pid_t pid = source_header(source)->pid;

	(void)state;
	assert_int_equal(next_event(source, &frame), SOURCE_TROUBLE);
	assert_true(clock_mono_ms() - before >= SOURCE_LIVE_BUSY_MS);
	assert_true(goes(pid));
	source_close(source);
}

static void endless_line_is_dropped(void **state)
{
	struct source *source = open_child(endless);
	const struct frame *frame;

	(void)state;
	assert_int_equal(next_event(source, &frame), SOURCE_TROUBLE);
	assert_non_null(strstr(source_message(source), "too long"));
	source_ask(source, &(struct request){ .kind = REQUEST_TICK }); /* no SIGPIPE */
	source_close(source);
}

static void on_interrupt(int number)
{
	(void)number;
}

static void child_starts_clean(void **state)
{
	int extra = open("/dev/null", O_RDONLY);
	struct source *source;
	sigset_t mask, before;

	(void)state;
	signal(SIGINT, on_interrupt);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_BLOCK, &mask, &before);
	source = open_child(introspective);
	assert_string_equal(next_frame(source)->notices[0].text,
		"memtop-sampler group 1 int 1 usr1 0 fds 5 in 3 out 4");
	source_close(source);
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGINT, SIG_DFL);
	close(extra);
}

/* A front end that dies without a word takes its sampler along. */
static void child_dies_with_its_parent(void **state)
{
	int tell[2];
	pid_t sampler = 0;

	(void)state;
	assert_int_equal(pipe(tell), 0);
	pid_t front = fork();

	if (front == 0) {
		struct source *source = open_child(silent);

		next_frame(source);
		sampler = source_header(source)->pid;
		if (write(tell[1], &sampler, sizeof(sampler)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(tell[0], &sampler, sizeof(sampler)), sizeof(sampler));
	assert_false(is_gone(sampler));
	kill(front, SIGKILL);
	waitpid(front, NULL, 0);
	assert_true(goes(sampler));
	close(tell[0]);
	close(tell[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_and_requests_pass),
		cmocka_unit_test(killed_child_is_replaced),
		cmocka_unit_test(plain_end_is_an_end),
		cmocka_unit_test(last_words_are_quoted),
		cmocka_unit_test(crash_loop_ends),
		cmocka_unit_test(nonsense_is_bounded),
		cmocka_unit_test(silence_is_ended),
		cmocka_unit_test(who_is_slow_is_waited_for),
		cmocka_unit_test(work_without_end_is_ended),
		cmocka_unit_test(endless_line_is_dropped),
		cmocka_unit_test(child_starts_clean),
		cmocka_unit_test(child_dies_with_its_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
