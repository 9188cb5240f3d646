/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a confined process can and cannot do.  Each is a child that confines itself, tries, and
 * reports. */
#include "sample/confine.h"
#include "tests/unit/confine_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
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
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static char file[] = "/tmp/test_confine.XXXXXX";
static pid_t bystander;
static int confined_fd = -1;

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

/* Its own: which process's it is the filter does not see, and the kernel decides. */
static int reads_memory(void)
{
	char from = 1, to = 0;
	struct iovec here = { &to, 1 }, there = { &from, 1 };

	return outcome((int)process_vm_readv(getpid(), &here, 1, &there, 1, 0) < 0 ? -1 : 0);
}

static int renices_itself(void)
{
	return outcome(setpriority(PRIO_PROCESS, 0, 10));
}

static int limits_itself(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_AS, &limit) < 0)
		return errno;
	return outcome(setrlimit(RLIMIT_AS, &limit));
}

static int limits_its_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return errno;
	return outcome(setrlimit(RLIMIT_NOFILE, &limit));
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

static int exchanges(void)
{
	struct pollfd ready = { .events = POLLIN };
	struct iovec part = { (char[]){ 'x' }, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	int pair[2], watch;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return errno;
	if (sendmsg(pair[0], &message, MSG_NOSIGNAL) != 1)
		return errno;
	ready.fd = pair[1];
	if (poll(&ready, 1, 1000) != 1 || recvmsg(pair[1], &message, 0) != 1)
		return errno;
	watch = epoll_create1(EPOLL_CLOEXEC);
	return outcome(watch);
}

static int asks_kernel(void)
{
	return outcome(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int packs_raw(void)
{
	return outcome(socket(AF_INET, SOCK_RAW, 1));
}

static int listens(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd < 0 ? errno : outcome(listen(fd, 1));
}

/* With no descriptor, so that it harms nobody: what is not refused fails otherwise. */
static int ends_child(void)
{
	int error = outcome(syscall(SYS_pidfd_send_signal, -1, SIGKILL, NULL, 0));

	return error == EBADF ? 0 : error;
}

static int renices_user(void)
{
	return outcome(setpriority(PRIO_USER, 4242, 1)) == ESRCH ? 0 : errno;
}

static void *nothing_to_do(void *context)
{
	return context;
}

static int runs_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, nothing_to_do, NULL);

	return error != 0 ? error : pthread_join(thread, NULL);
}

static int clones_sibling(void)
{
	long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		_exit(0);
	return outcome(pid);
}

static int owns_descriptor(void)
{
	return outcome(fcntl(confined_fd, F_SETOWN, bystander));
}

static int chooses_signal(void)
{
	return outcome(fcntl(confined_fd, F_SETSIG, SIGTERM));
}

static int turns_signals_on(void)
{
	return outcome(fcntl(confined_fd, F_SETFL, O_ASYNC | O_NONBLOCK));
}

static int does_not_wait(void)
{
	return outcome(fcntl(confined_fd, F_SETFL, O_NONBLOCK));
}

/* --- who may --------------------------------------------------------------------------------- */

enum {
	SAMPLER = 1 << CONFINE_SAMPLER,
	READER = 1 << CONFINE_READER,
	NAMES = 1 << CONFINE_NAMES,
	READONLY = 1 << CONFINE_READONLY,
	INSPECTOR = 1 << CONFINE_INSPECTOR,
	EITHER = SAMPLER | READONLY,
	ALL = EITHER | READER | NAMES | INSPECTOR,
};

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
	{ "talk through a local socket", exchanges, NAMES },
	{ "a socket of the kernel's", asks_kernel, 0 },
	{ "a raw socket", packs_raw, 0 },
	{ "a socket that listens", listens, 0 },
	{ "a signal by number of thread", kills_thread, 0 },
	{ "a signal by pidfd", signals, SAMPLER },
	{ "an end by pidfd", ends_child, EITHER },
	{ "setpriority", renices, SAMPLER },
	{ "setpriority of a user's", renices_user, 0 },
	{ "its own nice value", renices_itself, EITHER },
	{ "its own address space", limits_itself, EITHER },
	{ "its own descriptors", limits_its_files, 0 },
	{ "read memory", reads_memory, EITHER | INSPECTOR },
	{ "fork", forks, EITHER },
	{ "a thread", runs_thread, NAMES },
	{ "a namespace", clones_namespace, 0 },
	{ "a child of the parent's", clones_sibling, 0 },
	{ "map code", maps_code, NAMES },
	{ "make code", makes_code, NAMES },
	{ "type to the terminal", types_to_terminal, 0 },
	{ "an owner of a descriptor", owns_descriptor, 0 },
	{ "a signal of a descriptor", chooses_signal, 0 },
	{ "signals of a descriptor", turns_signals_on, 0 },
	{ "a descriptor that does not wait", does_not_wait, ALL },
	{ "open to read", reads_file, ALL },
	{ "getrlimit", looks_at_limits, ALL },
	{ "malloc", takes_memory, ALL },
	{ "poll and sleep", waits, ALL },
};

enum { ATTEMPTS = sizeof(attempts) / sizeof(attempts[0]) };

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
		bool may = attempts[i].may & 1 << who;

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

static void readonly(void **state)
{
	(void)state;
	check_all(CONFINE_READONLY, "readonly");
}

static void inspector(void **state)
{
	(void)state;
	check_all(CONFINE_INSPECTOR, "inspector");
}

/* --- every other call -------------------------------------------------------------- */

/* In a child: how many of them are not refused. */
static int makes_calls(void)
{
	int wrong = 0;

	for (size_t i = 0; i < sizeof(refused_calls) / sizeof(refused_calls[0]); i++) {
		const struct call *call = &refused_calls[i];
		const long *a = call->arguments;

		if (syscall(call->number, a[0], a[1], a[2], a[3], a[4]) < 0 && errno == EPERM)
			continue;
		dprintf(2, "%s: %s\n", call->name, strerror(errno));
		wrong++;
	}
	return wrong;
}

static int makes_a_call_to_come(void)
{
	return outcome(syscall(1000));
}

static void nothing_else_is_allowed(void **state)
{
	static const struct attempt all = { "", makes_calls, 0 };
	static const struct attempt later = { "", makes_a_call_to_come, 0 };

	(void)state;
	need_filters();
	for (int who = CONFINE_SAMPLER; who <= CONFINE_INSPECTOR; who++) {
		assert_int_equal(attempt(&all, (enum confine_as)who), 0);
		assert_int_equal(attempt(&later, (enum confine_as)who), ENOSYS);
	}
}

#ifdef __x86_64__
/* The calls of a program for i386 have other numbers: 20 is getpid there, writev here. */
static int calls_as_i386(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
	return result < 0 ? (int)-result : 0;
}

static int calls_as_x32(void)
{
	return outcome(syscall(0x40000000 + SYS_getpid));
}

static void other_tables_are_refused(void **state)
{
	static const struct attempt i386 = { "", calls_as_i386, 0 };
	static const struct attempt x32 = { "", calls_as_x32, 0 };

	(void)state;
	need_filters();
	for (int who = CONFINE_SAMPLER; who <= CONFINE_READONLY; who++) {
		assert_int_equal(attempt(&i386, (enum confine_as)who), EPERM);
		assert_int_equal(attempt(&x32, (enum confine_as)who), EPERM);
	}
}
#endif

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
		cmocka_unit_test(readonly),
		cmocka_unit_test(inspector),
		cmocka_unit_test(nothing_else_is_allowed),
#ifdef __x86_64__
		cmocka_unit_test(other_tables_are_refused),
#endif
		cmocka_unit_test(filters_add_up),
	};

	return cmocka_run_group_tests_name("confine", tests, set_up, tear_down);
}
