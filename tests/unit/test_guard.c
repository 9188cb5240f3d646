/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard and crash: the terminal is put back when memtop dies, and memtop dies of what killed it */
#include "base/crash.h"
#include "ui/term/guard.h"
#include "ui/term/term_output.h"
#include "ui/term/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/range.h"

static int master, slave;
static struct termios before;

static int set_up(void **state)
{
	(void)state;
	if (openpty(&master, &slave, NULL, NULL, NULL) < 0)
		return -1;
	return tcgetattr(slave, &before);
}

static int tear_down(void **state)
{
	(void)state;
	close(master);
	close(slave);
	return 0;
}

/* What comes out of the terminal until it has been silent for MS. */
static size_t read_terminal(char *out, size_t cap, int ms)
{
	struct pollfd pollfd = { .fd = master, .events = POLLIN };
	size_t len = 0;

	while (len + 1 < cap && poll(&pollfd, 1, ms) > 0) {
		ssize_t n = read(master, out + len, cap - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	out[len] = '\0';
	return len;
}

static void spoil_terminal(void)
{
	struct termios raw = before;

	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
}

static void assert_restored(void)
{
	struct termios now;

	tcgetattr(slave, &now);
	assert_int_equal(now.c_lflag, before.c_lflag);
	assert_int_equal(now.c_iflag, before.c_iflag);
	assert_int_equal(now.c_oflag, before.c_oflag);
}

/* A process with a guard that ends as HOW says; returns its status. */
static int end_guarded(void (*how)(struct guard *guard))
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct guard guard;

		guard_init(&guard);
		if (guard_start(&guard, slave) == 0) {
			spoil_terminal();
			how(&guard);
		}
		_exit(1);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void killed(struct guard *guard)
{
	(void)guard;
	raise(SIGKILL);
}

static void killed_while_stopped(struct guard *guard)
{
	guard_watch(guard, false);
	raise(SIGKILL);
}

static void stopped_in_order(struct guard *guard)
{
	guard_stop(guard);
	guard_stop(guard);
	_exit(0);
}

/* The guard dies, is found dead and started again while the terminal is already changed. */
static void guard_lost(struct guard *guard)
{
	kill(guard->pid, SIGKILL);
	while (!guard_is_gone(guard))
		usleep(1000);
	if (guard_is_gone(guard) || guard_start(guard, slave) != 0)
		_exit(1);
	raise(SIGKILL);
}

static void test_kill_is_put_right(void **state)
{
	char text[4096];

	(void)state;
	int status = end_guarded(killed);
	assert_true(WIFSIGNALED(status));
	assert_true(read_terminal(text, sizeof(text), 300) > 0);
	assert_non_null(strstr(text, "\033[?1049l"));
	assert_non_null(strstr(text, "\033[?25h"));
	assert_non_null(strstr(text, "\033[?2026l"));
	assert_non_null(strstr(text, "\033[?1006l"));
	assert_non_null(strstr(text, "\033[?2004l"));
	assert_restored();
}

static void test_lost_guard_comes_back(void **state)
{
	char text[4096];

	(void)state;
	end_guarded(guard_lost);
	assert_true(read_terminal(text, sizeof(text), 300) > 0);
	assert_restored();
}

/* It is asked and answers; one that does not is ended after a second, and the next one does its
 * work. */
static void guard_hung(struct guard *guard)
{
	signal(SIGPIPE, SIG_IGN);
	if (guard_hangs(guard, 10000))
		_exit(1);
	while (guard_timeout_ms(guard, 10000) >= 0)
		usleep(1000);
	kill(guard->pid, SIGSTOP);
	waitpid(guard->pid, NULL, WUNTRACED);
	/* not asked so soon again */
	if (guard_hangs(guard, 10400) || guard_timeout_ms(guard, 10400) != -1)
		_exit(2);
	if (guard_hangs(guard, 10500) || guard_timeout_ms(guard, 10600) != 900)
		_exit(3);
	if (guard_hangs(guard, 11499) || !guard_hangs(guard, 11500))
		_exit(4);
	/* there is none now */
	if (guard_hangs(guard, 12500) || guard_timeout_ms(guard, 12500) != -1)
		_exit(5);
	while (!reap_gone(&guard->killed))
		usleep(1000);
	if (guard_start(guard, slave) != 0)
		_exit(6);
	raise(SIGKILL);
}

static void test_hung_guard_comes_back(void **state)
{
	char text[4096];

	(void)state;
	int status = end_guarded(guard_hung);
	assert_int_equal(status, SIGKILL);
	assert_true(read_terminal(text, sizeof(text), 300) > 0);
	assert_restored();
}

static bool sleeps(pid_t pid)
{
	char path[32], text[256] = "";

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		_exit(10);
	close(fd);
	return strstr(text, ") S ") != NULL;
}

/* One that is seen to wait is not woken for a question, but for one in ten seconds. */
static void guard_waits(struct guard *guard)
{
	if (guard_hangs(guard, 10000) || guard->asked != 1)
		_exit(1);
	while (guard_timeout_ms(guard, 10000) >= 0 || !sleeps(guard->pid))
		usleep(1000);
	for (uint64_t ms = 10500; ms < 20000; ms += 500)
		if (guard_hangs(guard, ms) || guard->asked != 1 ||
			guard_timeout_ms(guard, ms) != -1)
			_exit(2);
	if (guard_hangs(guard, 20000) || guard->asked != 2)
		_exit(3);
	while (guard_timeout_ms(guard, 20000) >= 0)
		usleep(1000);
	/* of a stranger nothing is known */
	close(guard->stat);
	guard->stat = open("/proc/self/stat", O_RDONLY);
	if (guard_hangs(guard, 20500) || guard->asked != 3)
		_exit(4);
	guard_stop(guard);
	_exit(0);
}

static void test_waiting_guard_is_let_be(void **state)
{
	(void)state;
	assert_int_equal(end_guarded(guard_waits), 0);
}

static void test_nothing_to_put_back(void **state)
{
	char text[4096];

	(void)state;
	end_guarded(killed_while_stopped);
	assert_int_equal(read_terminal(text, sizeof(text), 100), 0);
	assert_int_equal(end_guarded(stopped_in_order), 0);
	assert_int_equal(read_terminal(text, sizeof(text), 100), 0);
}

static void test_no_terminal_no_guard(void **state)
{
	struct guard guard;
	int fd = open("/dev/null", O_RDWR);

	(void)state;
	guard_init(&guard);
	assert_int_equal(guard_start(&guard, fd), -ENOTTY);
	assert_false(guard_is_gone(&guard));
	guard_watch(&guard, false);
	guard_dismiss(&guard);
	guard_stop(&guard);
	close(fd);
}

/* --- crash ------------------------------------------------------------------------------------ */

static void hook(void)
{
	restore_terminal(slave, &before, false);
}

/* The status of a process that watches for crashes and then meets SIGNAL. */
static int crash(int number)
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		crash_watch(hook);
		spoil_terminal();
		if (number == SIGABRT)
			abort();
		if (number == SIGTERM)
			crash_end_by(SIGTERM);
		raise(number);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void test_dies_of_its_signal(void **state)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTERM };
	char text[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int status = crash(numbers[i]);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), numbers[i]);
		if (numbers[i] == SIGTERM)
			continue;
		assert_true(read_terminal(text, sizeof(text), 100) > 0);
		assert_restored();
	}
}

/* A fault of its own, not one that was sent, with words to say in its place. */
static void test_fault_is_excused(void **state)
{
	char text[4096];
	int status = 0;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		/* a page behind the end of its file: SIGBUS, which no tool that looks at memory
		 * takes for its own */
		int empty = memfd_create("empty", MFD_CLOEXEC);
		volatile char *page = mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, empty, 0);

		dup2(slave, STDERR_FILENO);
		crash_watch(hook);
		crash_excuse("these words");
		spoil_terminal();
		*page = 1;
		_exit(2);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_true(read_terminal(text, sizeof(text), 100) > 0);
	assert_non_null(strstr(text, "these words"));
	assert_restored();
}

/* --- output ----------------------------------------------------------------------------------- */

static void test_slow_terminal_never_blocks(void **state)
{
	struct term_output output;
	char bytes[40000], text[50000];

	(void)state;
	spoil_terminal();
	memset(bytes, 'x', sizeof(bytes));
	term_output_init(&output, slave);
	term_output_put(&output, bytes, sizeof(bytes));
	alarm(5);
	assert_int_equal(term_output_flush(&output), 0);
	assert_false(term_output_ready(&output));
	assert_int_equal(term_output_flush(&output), 0);
	uint64_t written = output.written;
	assert_uint_in_range(written, 1000, sizeof(bytes) - 1);
	size_t got = read_terminal(text, (size_t)written + 1, 50);
	assert_int_equal(got, written);
	/* the rest follows once there is room */
	for (int i = 0; i < 50 && term_output_flush(&output) == 0; i++)
		got += read_terminal(text, sizeof(text), 5);
	got += read_terminal(text, sizeof(text), 50);
	assert_int_equal(got, sizeof(bytes));
	assert_int_equal(output.waiting.len, 0);
	alarm(0);
	term_output_done(&output);
}

static void test_drain_gives_up(void **state)
{
	struct term_output output;
	char bytes[40000];

	(void)state;
	spoil_terminal();
	memset(bytes, 'x', sizeof(bytes));
	term_output_init(&output, slave);
	term_output_put(&output, bytes, sizeof(bytes));
	alarm(5);
	assert_int_equal(term_output_drain(&output, 50), 0);
	assert_int_equal(output.waiting.len, 0);
	alarm(0);
	term_output_done(&output);
}

static void test_gone_terminal_is_told(void **state)
{
	struct term_output output;

	(void)state;
	term_output_init(&output, slave);
	term_output_put(&output, "x", 1);
	close(master);
	assert_false(term_output_ready(&output));
	assert_int_equal(term_output_flush(&output), -EIO);
	assert_int_equal(term_output_drain(&output, 50), -EIO);
	term_output_done(&output);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kill_is_put_right),
		TEST(test_lost_guard_comes_back),
		TEST(test_hung_guard_comes_back),
		TEST(test_waiting_guard_is_let_be),
		TEST(test_nothing_to_put_back),
		TEST(test_no_terminal_no_guard),
		TEST(test_dies_of_its_signal),
		TEST(test_fault_is_excused),
		TEST(test_slow_terminal_never_blocks),
		TEST(test_drain_gives_up),
		TEST(test_gone_terminal_is_told),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
