/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch - see launch.h; looks at nothing but the child's end */
#include "run/launch.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals that are passed on. */
static const int passed[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };

enum { ECHO_MS = 30 }; /* within which the group gets what we were sent first */

/* All signals that wait are forgotten whenever a byte comes; the end of the pipe is ours. */
static _Noreturn void stand_witness(int fd)
{
	const struct timespec now = { 0 };
	sigset_t all;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "memtop-witness");
	sigfillset(&all);
	dup2(fd, 0);
	if (close_range(1, ~0u, 0) < 0)
		for (int other = 1; other < 1024; other++)
			close(other);
	while (read(0, &byte, 1) == 1)
		while (sigtimedwait(&all, NULL, &now) > 0)
			;
	_exit(0);
}

struct launch_witness launch_witness(void)
{
	struct launch_witness witness = { .fd = -1 };
	sigset_t all, before;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return witness;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	witness.pid = fork();
	if (witness.pid == 0) {
		close(ends[1]);
		stand_witness(ends[0]);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[0]);
	witness.fd = ends[1];
	witness.pid = witness.pid > 0 ? witness.pid : 0;
	return witness;
}

int launch_prepare(struct launch *launch, struct launch_witness witness)
{
	struct sigaction before;
	sigset_t wanted;

	*launch = (struct launch){ .fd = -1, .witness = witness };
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		sigaddset(&wanted, passed[i]);
	if (sigprocmask(SIG_BLOCK, &wanted, &launch->mask) < 0)
		return -errno;
	sigaction(SIGPIPE, NULL, &before);
	launch->pipe_ignored = before.sa_handler == SIG_IGN;
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L); /* without it orphans are missed, no more */
	launch->fd = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
	return launch->fd < 0 ? -errno : 0;
}

/* Runs in the child, which tells through a pipe that exec closes: what it weighs, then why it
 * failed. */
static _Noreturn void become(const struct launch *launch, int tell, char *const argv[])
{
	struct rusage own = { 0 };

	signal(SIGPIPE, launch->pipe_ignored ? SIG_IGN : SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	getrusage(RUSAGE_SELF, &own);
	uint64_t floor_kib = (uint64_t)own.ru_maxrss;
	if (write(tell, &floor_kib, sizeof(floor_kib)) < 0)
		_exit(LAUNCH_NOT_RUN);
	/* where Yama lets only forebears look into a process: ours may, too; stays through exec */
	prctl(PR_SET_PTRACER, (unsigned long)getppid(), 0UL, 0UL, 0UL);
	sigprocmask(SIG_SETMASK, &launch->mask, NULL);
	execvp(argv[0], argv);
	int error = errno;
	if (write(tell, &error, sizeof(error)) < 0)
		_exit(LAUNCH_NOT_RUN);
	_exit(error == ENOENT ? LAUNCH_NOT_FOUND : LAUNCH_NOT_RUN);
}

static ssize_t read_some(int fd, void *to, size_t size)
{
	ssize_t n;

	do
		n = read(fd, to, size);
	while (n < 0 && errno == EINTR);
	return n;
}

/* The pipe is closed by exec: an end of it without an error number says that the program runs. */
int launch_start(struct launch *launch, char *const argv[])
{
	int tell[2], error = 0;

	if (pipe2(tell, O_CLOEXEC) < 0)
		return -errno;
	launch->pid = fork();
	if (launch->pid == 0)
		become(launch, tell[1], argv);
	error = launch->pid < 0 ? errno : 0;
	close(tell[1]);
	if (launch->pid > 0 &&
		(read_some(tell[0], &launch->floor_kib, sizeof(launch->floor_kib)) <= 0 ||
			read_some(tell[0], &error, sizeof(error)) < 0))
		error = EIO;
	close(tell[0]);
	if (error != 0 && launch->pid > 0) {
		waitpid(launch->pid, NULL, 0);
		launch->pid = 0;
	}
	return -error;
}

/* The signals that wait for the witness, 1 << number; 0 when there is none. */
static uint32_t witnessed_signals(const struct launch *launch)
{
	char path[48], line[128];
	uint64_t pending = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)launch->witness.pid);
	FILE *file = launch->witness.pid > 0 ? fopen(path, "re") : NULL;
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "ShdPnd:", 7) == 0)
			pending |= strtoull(line + 7, NULL, 16);
	if (file != NULL)
		fclose(file);
	/* the kernel counts bits from signal 1 on */
	return (uint32_t)(pending << 1);
}

/* By KILL, as it holds nothing; it has to be waited for, or it would stay a zombie of ours. */
static void end_witness(struct launch *launch)
{
	if (launch->witness.fd >= 0)
		close(launch->witness.fd);
	launch->witness.fd = -1;
	if (launch->witness.pid <= 0)
		return;
	kill(launch->witness.pid, SIGKILL);
	waitpid(launch->witness.pid, NULL, 0);
	launch->witness.pid = 0;
}

/* The terminal signals the whole group; a signal sent to us alone was meant for the program. */
static void note_signal(struct launch *launch, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD)
		return;
	if (launch->pid <= 0 || launch->ended)
		launch->stray = (int)info->ssi_signo;
	if (info->ssi_code > 0)
		return;
	if (launch->waits == 0)
		launch->waits_ms = clock_mono_ms() + ECHO_MS;
	launch->waits |= 1u << info->ssi_signo;
}

/* A signal to the whole group has reached the program, unless it has left the group. */
static void pass_on(struct launch *launch)
{
	uint32_t all = witnessed_signals(launch);
	bool apart = getpgid(launch->pid) != getpgrp();

	for (int number = 1; number < 32; number++)
		if ((launch->waits & ~(apart ? 0 : all) & 1u << number) != 0 && !launch->ended)
			kill(launch->pid, number);
	launch->waits = 0;
	if (all != 0 && write(launch->witness.fd, "", 1) < 0)
		end_witness(launch);
}

/* As RUSAGE_CHILDREN adds up: the peak is that of the largest single process. */
static void add_usage(struct rusage *sum, const struct rusage *one)
{
	timeradd(&sum->ru_utime, &one->ru_utime, &sum->ru_utime);
	timeradd(&sum->ru_stime, &one->ru_stime, &sum->ru_stime);
	sum->ru_minflt += one->ru_minflt;
	sum->ru_majflt += one->ru_majflt;
	if (one->ru_maxrss > sum->ru_maxrss)
		sum->ru_maxrss = one->ru_maxrss;
}

void launch_take(struct launch *launch)
{
	struct signalfd_siginfo info;
	struct rusage own;

	while (read(launch->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		note_signal(launch, &info);
	if (launch->pid > 0 && !launch->ended &&
		wait4(launch->pid, &launch->status, WNOHANG, &own) == launch->pid) {
		launch->ended = true;
		add_usage(&launch->usage, &own);
	}
	if (launch->pid > 0 && launch->waits != 0 && clock_mono_ms() >= launch->waits_ms)
		pass_on(launch);
}

int launch_timeout_ms(const struct launch *launch)
{
	uint64_t now_ms = clock_mono_ms();

	if (launch->waits == 0 || launch->pid <= 0)
		return -1;
	return launch->waits_ms > now_ms ? (int)(launch->waits_ms - now_ms) : 0;
}

void launch_reap(struct launch *launch, pid_t orphan)
{
	struct rusage one;

	if (wait4(orphan, NULL, WNOHANG, &one) == orphan)
		add_usage(&launch->usage, &one);
}

int launch_status(const struct launch *launch)
{
	if (WIFSIGNALED(launch->status))
		return 128 + WTERMSIG(launch->status);
	return WEXITSTATUS(launch->status);
}

uint64_t launch_peak_kib(const struct launch *launch)
{
	uint64_t peak_kib = (uint64_t)launch->usage.ru_maxrss;

	return peak_kib > launch->floor_kib ? peak_kib : 0;
}

uint64_t launch_bound_kib(const struct launch *launch)
{
	uint64_t peak_kib = (uint64_t)launch->usage.ru_maxrss;

	return peak_kib > launch->floor_kib ? peak_kib : launch->floor_kib;
}

void launch_done(struct launch *launch)
{
	end_witness(launch);
	if (launch->fd >= 0)
		close(launch->fd);
	launch->fd = -1;
}
