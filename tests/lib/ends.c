/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ends - in builds for coverage alone: no process of memtop's takes its counts with it
 *
 * Gcov writes them at exit(3).  The sampler, the readers and the guard end by _exit(2), by SIGKILL,
 * and with their parent; the linker (--wrap) leads those calls here.  Instead of being killed they
 * are asked first, by a signal of our own, and have a moment to answer.  The filter of confine.h,
 * which would not let the counts be written, is left out in them.
 */
#include <errno.h>
#include <gcov.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOMENT_MS = 100, PATIENCE_S = 2 };

#define PLEASE SIGRTMAX

_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
int __real_kill(pid_t pid, int number);
int __wrap_kill(pid_t pid, int number);
int __real_raise(int number);
int __wrap_raise(int number);
int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
int __real_sigaction(int number, const struct sigaction *action, struct sigaction *before);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *before);
int __real_sigprocmask(int how, const sigset_t *set, sigset_t *before);
int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *before);

/* Gcov holds locks meanwhile: nothing may come between, but an alarm for when it waits for one
 * of ours. */
static void write_counts(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t all;

	sigfillset(&all);
	sigdelset(&all, SIGALRM);
	__real_sigaction(SIGALRM, &action, NULL);
	__real_sigprocmask(SIG_SETMASK, &all, NULL);
	alarm(PATIENCE_S);
	__gcov_dump();
	alarm(0);
}

void __wrap__exit(int status)
{
	write_counts();
	__real__exit(status);
}

static void on_please(int number)
{
	write_counts();
	__real__exit(128 + number);
}

/* Whether that is a process of memtop's, by its name. */
static bool is_ours(pid_t pid)
{
	char path[64], name[16] = "";
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(name, sizeof name, file) == NULL)
		name[0] = '\0';
	fclose(file);
	return strncmp(name, "memtop-", 7) == 0;
}

static void ask_first(pid_t pid)
{
	int fd = is_ours(pid) ? (int)__real_syscall(SYS_pidfd_open, pid, 0) : -1;
	struct pollfd ended = { .fd = fd, .events = POLLIN };

	if (fd < 0)
		return;
	__real_kill(pid, PLEASE);
	poll(&ended, 1, MOMENT_MS);
	close(fd);
}

int __wrap_kill(pid_t pid, int number)
{
	if (number == SIGKILL && pid > 0)
		ask_first(pid);
	return __real_kill(pid, number);
}

int __wrap_raise(int number)
{
	if (number != SIGSTOP)
		__gcov_dump();
	return __real_raise(number);
}

/* The process behind a pidfd; 0: none. */
static pid_t pid_behind(int fd)
{
	char path[64], line[64];
	int pid = 0;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "Pid: %d", &pid) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return pid;
}

long __wrap_syscall(long number, ...)
{
	long args[6];
	va_list rest;

	va_start(rest, number);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(rest, long);
	va_end(rest);
	if (number == SYS_pidfd_send_signal && args[1] == SIGKILL)
		ask_first(pid_behind((int)args[0]));
	if (number == SYS_seccomp && is_ours(getpid())) {
		errno = ENOSYS;
		return -1;
	}
	return __real_syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

/* A process that says its name, or whom it dies with, is one of ours. */
int __wrap_prctl(int option, ...)
{
	struct sigaction action = { .sa_handler = on_please };
	unsigned long args[4];
	va_list rest;

	va_start(rest, option);
	for (int i = 0; i < 4; i++)
		args[i] = va_arg(rest, unsigned long);
	va_end(rest);
	if (option == PR_SET_NAME || option == PR_SET_PDEATHSIG) {
		__real_sigaction(PLEASE, &action, NULL);
		__wrap_sigprocmask(SIG_BLOCK, NULL, NULL);
	}
	if (option == PR_SET_PDEATHSIG && args[0] == SIGKILL)
		args[0] = (unsigned long)PLEASE;
	return __real_prctl(option, args[0], args[1], args[2], args[3]);
}

int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
	return number == PLEASE ? 0 : __real_sigaction(number, action, before);
}

int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *before)
{
	int result = __real_sigprocmask(how, set, before);
	sigset_t please;

	sigemptyset(&please);
	sigaddset(&please, PLEASE);
	__real_sigprocmask(SIG_UNBLOCK, &please, NULL);
	return result;
}
