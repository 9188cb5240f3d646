/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The expendable reader: answers, deadlines, deaths, and that it never stays behind. */
#include "sample/reader.h"

#include "base/clock.h"
#include "sample/procfs.h"
#include "sample/reader_wire.h"
#include "tests/lib/made_tree.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct ident self(int proc)
{
	char text[1024];
	struct procparse_stat stat;
	ssize_t len = procfs_read(proc, getpid(), "stat", text, sizeof(text), NULL);

	assert_true(len > 0);
	assert_int_equal(procparse_stat(&stat, text, (size_t)len), 0);
	return (struct ident){ getpid(), stat.start_ticks };
}

/* The next thing that happens, within five seconds. */
static enum reader_event wait_for(struct reader *reader, struct reader_answer *answer)
{
	uint64_t end = clock_boot_ms() + 5000;

	while (clock_boot_ms() < end) {
		enum reader_event event = reader_next(reader, clock_boot_ms(), answer);
		struct pollfd fd = { .fd = reader_fd(reader), .events = POLLIN };

		if (event != READER_IDLE)
			return event;
		poll(&fd, 1, 5);
	}
	return READER_IDLE;
}

static void what_is_asked_is_answered_in_order(void **state)
{
	int proc = procfs_open();
	struct reader *reader = reader_new(proc, READER_STUCK_MS);
	struct reader_ask cmdline = { .kind = READER_CMDLINE, .id = self(proc) };
	struct reader_ask smaps = { .kind = READER_SMAPS, .id = self(proc) };
	struct reader_ask root = { .kind = READER_PASSWD, .uid = 0 };
	struct reader_answer answer;

	(void)state;
	assert_int_equal(reader_fd(reader), -1);
	assert_int_equal(reader_timeout(reader, clock_boot_ms()), -1);
	assert_true(reader_ask(reader, &cmdline));
	assert_true(reader_ask(reader, &smaps));
	assert_true(reader_ask(reader, &root));
	root.kind = READER_NAME;
	assert_true(reader_ask(reader, &root));
	assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
	assert_int_equal(answer.ask.kind, READER_CMDLINE);
	assert_int_equal(answer.error, 0);
	assert_non_null(strstr(answer.text, "test_reader"));
	assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
	assert_true(answer.error == 0 ? answer.figures.smaps.pss_kib > 0 : answer.error == ENOENT);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
		assert_string_equal(answer.text, "root");
	}
	assert_int_equal(reader_waiting(reader), 0);
	reader_free(reader);
	reader_free(NULL);
	close(proc);
}

static void another_process_under_the_pid_is_none(void **state)
{
	int proc = procfs_open();
	struct reader *reader = reader_new(proc, READER_STUCK_MS);
	struct reader_ask ask = { .kind = READER_SMAPS, .id = self(proc) };
	struct reader_answer answer;

	(void)state;
	ask.id.start_ticks++;
	reader_ask(reader, &ask);
	assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
	assert_int_equal(answer.error, ESRCH);
	ask = (struct reader_ask){ .kind = READER_CMDLINE, .id = { FRAME_PID_MAX, 1 } };
	reader_ask(reader, &ask);
	assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
	assert_int_equal(answer.error, ENOENT);
	ask = (struct reader_ask){ .kind = READER_PASSWD, .uid = 0xfffffffe };
	reader_ask(reader, &ask);
	assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
	assert_int_equal(answer.error, ENOENT);
	reader_free(reader);
	close(proc);
}

static void a_stopped_child_is_replaced_and_blames_nobody(void **state)
{
	int proc = procfs_open();
	struct reader *reader = reader_new(proc, READER_STUCK_MS);
	struct reader_ask ask = { .kind = READER_CMDLINE, .id = self(proc) };
	struct reader_answer answer;
	uint64_t start;
	pid_t first;

	(void)state;
	reader_start(reader);
	first = reader_pid(reader);
	assert_true(first > 0);
	kill(first, SIGSTOP); /* tests/term/blocked.script has one that is stuck over its item */
	assert_true(reader_ask(reader, &ask));
	ask.kind = READER_PASSWD;
	assert_true(reader_ask(reader, &ask));
	start = clock_boot_ms();
	assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
	assert_true(clock_boot_ms() - start >= READER_STUCK_MS);
	assert_int_equal(answer.ask.kind, READER_CMDLINE);
	assert_int_equal(answer.ask.id.pid, getpid());
	assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
	assert_string_equal(answer.text, "root");
	assert_int_equal(reader_lost(reader), 1);
	assert_int_equal(reader_lost(reader), 0);
	assert_int_not_equal(reader_pid(reader), first);
	reader_free(reader);
	assert_int_equal(kill(first, 0), -1);
	close(proc);
}

/* The lie of a made tree: how the child sleeps, and what the threads of its target do. */
static enum reader_event judged(char child, char target, const char *wchan, int *error,
	uint64_t *took_ms)
{
	struct made_tree tree;
	struct reader_answer answer = { 0 };
	int proc = procfs_open();
	struct ident target_id = self(proc);
	char name[64], text[256];

	made_tree_init(&tree);
	struct reader *reader = reader_new(tree.fd, READER_STUCK_MS);
	reader_start(reader);
	pid_t first = reader_pid(reader);
	kill(first, SIGSTOP); /* it will not answer */
	snprintf(name, sizeof(name), "%d/stat", (int)first);
	snprintf(text, sizeof(text), "%d (r) %c 1 1 1 0 -1 0 0 0 0 0 3 4 0 0 20 0 1 0 5 0 0 0 0\n",
		(int)first, child);
	made_tree_write(&tree, name, text);
	snprintf(name, sizeof(name), "%d/wchan", (int)first);
	made_tree_write(&tree, name, wchan);
	snprintf(name, sizeof(name), "%d/task/7/stat", (int)target_id.pid);
	snprintf(text, sizeof(text), "7 (t) %c 1 1 1 0 -1 0 0 0 0 0 3 4 0 0 20 0 1 0 5 0 0 0 0\n",
		target);
	made_tree_write(&tree, name, text);
	assert_true(reader_ask(reader,
		&(struct reader_ask){ .kind = READER_CMDLINE, .id = target_id }));
	uint64_t start = clock_boot_ms();
	enum reader_event event = wait_for(reader, &answer);
	*took_ms = clock_boot_ms() - start;
	*error = answer.error;
	kill(first, SIGKILL);
	reader_free(reader);
	made_tree_done(&tree);
	close(proc);
	return event;
}

static void who_has_no_cpu_is_not_stuck(void **state)
{
	uint64_t ms;
	int error;

	(void)state;
	/* asleep over a lock, and nobody there who could give it back */
	assert_int_equal(judged('D', 'D', "rwsem_down_read_slowpath", &error, &ms), READER_BLOCKED);
	assert_int_equal(error, ETIMEDOUT);
	/* the child itself waits for a CPU */
	assert_int_equal(judged('R', 'S', "0", &error, &ms), READER_BLOCKED);
	assert_int_equal(error, EBUSY);
	assert_true(ms >= READER_BUSY_MS);
	/* a thread of the target does, with what the child waits for */
	assert_int_equal(judged('D', 'R', "rwsem_down_read_slowpath", &error, &ms), READER_BLOCKED);
	assert_int_equal(error, EBUSY);
	assert_true(ms >= READER_BUSY_MS);
	/* its page comes from a disk */
	assert_int_equal(judged('D', 'S', "folio_wait_bit_common", &error, &ms), READER_BLOCKED);
	assert_int_equal(error, EBUSY);
	assert_true(ms >= READER_BUSY_MS);
}

static void a_child_that_dies_is_replaced(void **state)
{
	int proc = procfs_open();
	struct reader *reader = reader_new(proc, READER_STUCK_MS);
	struct reader_ask ask = { .kind = READER_PASSWD, .uid = 0 };
	struct reader_answer answer;

	(void)state;
	reader_start(reader);
	kill(reader_pid(reader), SIGKILL);
	usleep(10000);
	assert_true(reader_ask(reader, &ask));
	assert_int_equal(wait_for(reader, &answer), READER_ANSWER);
	assert_string_equal(answer.text, "root");
	pid_t rested = reader_pid(reader);
	reader_rest(reader);
	assert_int_equal(reader_pid(reader), 0);
	/* and is no zombie among the processes that are shown */
	siginfo_t info;
	int left = 500;
	while (waitid(P_PID, (id_t)rested, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && left-- > 0) {
		assert_int_equal(reader_next(reader, clock_boot_ms(), &answer), READER_IDLE);
		usleep(10000);
	}
	assert_int_equal(waitid(P_PID, (id_t)rested, &info, WEXITED | WNOHANG | WNOWAIT), -1);
	reader_free(reader);
	close(proc);
}

static void the_queue_has_an_end(void **state)
{
	int proc = procfs_open(), answered = 0;
	struct reader *reader = reader_new(proc, READER_STUCK_MS);
	struct reader_ask ask = { .kind = READER_CMDLINE, .id = self(proc) };
	struct reader_answer answer;

	(void)state;
	for (int i = 0; i < READER_QUEUE; i++)
		assert_true(reader_ask(reader, &ask));
	assert_false(reader_ask(reader, &ask));
	while (reader_waiting(reader) > 0 && wait_for(reader, &answer) == READER_ANSWER)
		answered++;
	assert_int_equal(answered, READER_QUEUE);
	reader_free(reader);
	close(proc);
}

static void no_reader_outlives_its_parent(void **state)
{
	int proc = procfs_open(), pipes[2];
	pid_t parent, child = 0;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	parent = fork();
	if (parent == 0) {
		struct reader *reader = reader_new(proc, READER_STUCK_MS);

		reader_start(reader);
		child = reader_pid(reader);
		if (write(pipes[1], &child, sizeof(child)) < 0)
			_exit(1);
		raise(SIGKILL);
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &child, sizeof(child)), (int)sizeof(child));
	waitpid(parent, NULL, 0);
	/* it holds no end of the pipe, and is gone (or a zombie of init's) soon */
	for (int i = 0; i < 200 && kill(child, 0) == 0; i++) {
		char text[1024];
		struct procparse_stat stat;
		ssize_t len = procfs_read(proc, child, "stat", text, sizeof(text), NULL);

		if (len <= 0 || procparse_stat(&stat, text, (size_t)len) < 0 || stat.state == 'Z')
			break;
		assert_int_not_equal(i, 199);
		usleep(10000);
	}
	close(pipes[0]);
	close(proc);
}

/* A lone question, for tmpfs say, must not leave its code there for a second and a half of each 30;
 * between those of a screen, one or two a second, it stays. */
static void a_lone_question_leaves_little_behind(void **state)
{
	(void)state;
	for (uint64_t ms = 1500; ms < 1000000; ms += ms)
		assert_in_range(reader_rest_ms(ms), 1, 200);
	for (uint64_t ms = 0; ms <= 1200; ms += 50)
		assert_in_range(reader_rest_ms(ms), 1300, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lone_question_leaves_little_behind),
		cmocka_unit_test(what_is_asked_is_answered_in_order),
		cmocka_unit_test(another_process_under_the_pid_is_none),
		cmocka_unit_test(a_stopped_child_is_replaced_and_blames_nobody),
		cmocka_unit_test(who_has_no_cpu_is_not_stuck),
		cmocka_unit_test(a_child_that_dies_is_replaced),
		cmocka_unit_test(the_queue_has_an_end),
		cmocka_unit_test(no_reader_outlives_its_parent),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
