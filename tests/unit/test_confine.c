/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a confined process can and cannot do.  Each is a child that confines itself, tries, and
 * reports. */
#include "sample/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static char file[] = "/tmp/test_confine.XXXXXX";
static pid_t bystander;

/* --- attempts: 0 when it worked, else errno --------------------------------------------------- */

static int outcome(long result)
{
	return result < 0 ? errno : 0;
}

static int opens(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	return outcome(fd);
}

static int executes(void)
{
	static char name[] = "true";
	char *const argv[] = { name, NULL };

	execv("/bin/true", argv);
	return errno;
}

static int connects(void)
{
	return outcome(socket(AF_INET, SOCK_STREAM, 0));
}

static int talks(void)
{
	return outcome(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int kills(void)
{
	return outcome(kill(bystander, 0));
}

static int kills_thread(void)
{
	return outcome(syscall(SYS_tgkill, bystander, bystander, 0));
}

static int signals(void)
{
	int fd = (int)syscall(SYS_pidfd_open, bystander, 0);

	return fd < 0 ? errno : outcome(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
}

static int traces(void)
{
	return outcome(ptrace(PTRACE_ATTACH, bystander, NULL, NULL));
}

static int renices(void)
{
	return outcome(setpriority(PRIO_PROCESS, (id_t)bystander, 1));
}

static int writes_file(void)
{
	return opens(file, O_WRONLY);
}

static int changes_file(void)
{
	return opens(file, O_RDWR);
}

static int empties_file(void)
{
	return opens(file, O_RDONLY | O_TRUNC);
}

static int makes_file(void)
{
	return opens("/tmp/test_confine.made", O_RDONLY | O_CREAT);
}

static int reads_file(void)
{
	return opens(file, O_RDONLY | O_CLOEXEC);
}

static int removes_file(void)
{
	return outcome(unlink(file));
}

static int changes_mode(void)
{
	return outcome(chmod(file, 0644));
}

static int becomes_other(void)
{
	return outcome(setuid(getuid()));
}

static int maps_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? errno : 0;
}

static int makes_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? errno : outcome(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static int types_to_terminal(void)
{
	return outcome(ioctl(0, TIOCSTI, "x"));
}

static int forks(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : outcome(waitpid(pid, NULL, 0));
}

static int unshares(void)
{
	return outcome(unshare(CLONE_NEWUSER));
}

static int clones_namespace(void)
{
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		_exit(0);
	return outcome(pid);
}

static int limits_other(void)
{
	struct rlimit limit = { 64, 64 };

	return outcome(prlimit(bystander, RLIMIT_NOFILE, &limit, NULL));
}

static int looks_at_limits(void)
{
	struct rlimit limit;

	return outcome(getrlimit(RLIMIT_NOFILE, &limit));
}

static int takes_memory(void)
{
	char *memory = malloc(4 << 20);

	if (memory == NULL)
		return errno;
	memory[1 << 20] = 1;
	free(memory);
	return 0;
}

static int waits(void)
{
	struct timespec nap = { 0, 1000 };

	return outcome(poll(NULL, 0, 1)) | outcome(nanosleep(&nap, NULL));
}

/* --- who may --------------------------------------------------------------------------------- */

enum { SAMPLER = 1 << CONFINE_SAMPLER, READER = 1 << CONFINE_READER, NAMES = 1 << CONFINE_NAMES };

static const struct attempt {
	const char *what;
	int (*try)(void);
	int may;
} attempts[] = {
	{ "execve", executes, 0 },
	{ "ptrace", traces, 0 },
	{ "kill", kills, 0 },
	{ "open to write", writes_file, 0 },
	{ "open to read and write", changes_file, 0 },
	{ "open and empty", empties_file, 0 },
	{ "create", makes_file, 0 },
	{ "unlink", removes_file, 0 },
	{ "chmod", changes_mode, 0 },
	{ "setuid", becomes_other, 0 },
	{ "unshare", unshares, 0 },
	{ "prlimit of another", limits_other, 0 },
	{ "an Internet socket", connects, NAMES },
	{ "a local socket", talks, NAMES },
	{ "a signal by number of thread", kills_thread, NAMES },
	{ "a signal by pidfd", signals, SAMPLER },
	{ "setpriority", renices, SAMPLER },
	{ "fork", forks, SAMPLER | NAMES },
	{ "a namespace", clones_namespace, -1 },
	{ "map code", maps_code, NAMES },
	{ "make code", makes_code, NAMES },
	{ "type to the terminal", types_to_terminal, -1 },
	{ "open to read", reads_file, SAMPLER | READER | NAMES },
	{ "getrlimit", looks_at_limits, SAMPLER | READER | NAMES },
	{ "malloc", takes_memory, SAMPLER | READER | NAMES },
	{ "poll and sleep", waits, SAMPLER | READER | NAMES },
};

enum { ATTEMPTS = sizeof(attempts) / sizeof(attempts[0]) };

static int confined_fd = -1;

/* In a child: -1 where it could not be confined, else the attempt's outcome. */
static int attempt(const struct attempt *attempt, enum confine_as who)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (confine_self(who) < 0)
			_exit(255);
		_exit(attempt->try());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	/* what is refused kills nobody */
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 255 ? -1 : WEXITSTATUS(status);
}

static void need_filters(void)
{
	static const struct attempt nothing = { "", waits, 0 };

	if (attempt(&nothing, CONFINE_READER) < 0) {
		print_message("# skipped: this kernel, container or build has no filters\n");
		skip();
	}
}

static void check_all(enum confine_as who, const char *name)
{
	int wrong = 0;

	need_filters();
	for (size_t i = 0; i < ATTEMPTS; i++) {
		int error = attempt(&attempts[i], who);
		bool may = attempts[i].may > 0 && (attempts[i].may & 1 << who);

		if (attempts[i].may < 0 && who == CONFINE_NAMES)
			continue;
		if (may == (error == 0) && (may || error == EPERM))
			continue;
		print_error("%s: %s: %s\n", name, attempts[i].what, strerror(error));
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void sampler(void **state)
{
	(void)state;
	check_all(CONFINE_SAMPLER, "sampler");
}

static void reader(void **state)
{
	(void)state;
	check_all(CONFINE_READER, "reader");
}

static void names(void **state)
{
	(void)state;
	check_all(CONFINE_NAMES, "names");
}

/* A reader that a sampler starts is no freer than one started before. */
static int confines_reader_and_forks(void)
{
	return confine_self(CONFINE_READER) < 0 ? 250 : forks();
}

static int confines_names_and_talks(void)
{
	return confine_self(CONFINE_NAMES) < 0 ? 250 : talks();
}

static void filters_add_up(void **state)
{
	static const struct attempt narrower = { "", confines_reader_and_forks, 0 };
	static const struct attempt wider = { "", confines_names_and_talks, 0 };

	(void)state;
	need_filters();
	assert_int_equal(attempt(&narrower, CONFINE_SAMPLER), EPERM);
	assert_int_equal(attempt(&wider, CONFINE_SAMPLER), EPERM);
}

/* The bystander is there to be harmed, and unharmed in the end. */
static int set_up(void **state)
{
	(void)state;
	confined_fd = mkstemp(file);
	bystander = fork();
	if (bystander == 0) {
		pause();
		_exit(0);
	}
	return confined_fd < 0 || bystander < 0;
}

static int tear_down(void **state)
{
	bool lives = waitpid(bystander, NULL, WNOHANG) == 0;

	(void)state;
	kill(bystander, SIGKILL);
	waitpid(bystander, NULL, 0);
	close(confined_fd);
	return unlink(file) < 0 || !lives || access("/tmp/test_confine.made", F_OK) == 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sampler),
		cmocka_unit_test(reader),
		cmocka_unit_test(names),
		cmocka_unit_test(filters_add_up),
	};

	return cmocka_run_group_tests_name("confine", tests, set_up, tear_down);
}
