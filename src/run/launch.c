/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch - see launch.h; looks at nothing but the child's end */
#include "run/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is passed on. */
static const int passed[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };

int launch_prepare(struct launch *launch)
{
	struct sigaction before;
	sigset_t wanted;

	*launch = (struct launch){ .fd = -1 };
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++)
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

/* What the child tells through a pipe that exec closes: what it weighs, then why it failed. */
static _Noreturn void become(const struct launch *launch, int tell, char *const argv[])
{
	struct rusage own = { 0 };
	uint64_t floor_kib;
	int error;

	signal(SIGPIPE, launch->pipe_ignored ? SIG_IGN : SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	getrusage(RUSAGE_SELF, &own);
	floor_kib = (uint64_t)own.ru_maxrss;
	if (write(tell, &floor_kib, sizeof floor_kib) < 0)
		_exit(LAUNCH_NOT_RUN);
	sigprocmask(SIG_SETMASK, &launch->mask, NULL);
	execvp(argv[0], argv);
	error = errno;
	if (write(tell, &error, sizeof error) < 0)
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
		(read_some(tell[0], &launch->floor_kib, sizeof launch->floor_kib) <= 0 ||
			read_some(tell[0], &error, sizeof error) < 0))
		error = EIO;
	close(tell[0]);
	if (error != 0 && launch->pid > 0) {
		waitpid(launch->pid, NULL, 0);
		launch->pid = 0;
	}
	return -error;
}

/* The terminal signals the whole group; a signal sent to us alone was meant for the program. */
static void pass_on(const struct launch *launch, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo != SIGCHLD && info->ssi_code <= 0 && launch->pid > 0 && !launch->ended)
		kill(launch->pid, (int)info->ssi_signo);
}

void launch_take(struct launch *launch)
{
	struct signalfd_siginfo info;

	while (read(launch->fd, &info, sizeof info) == (ssize_t)sizeof info)
		pass_on(launch, &info);
	if (launch->pid > 0 && !launch->ended &&
		wait4(launch->pid, &launch->status, WNOHANG, &launch->usage) == launch->pid)
		launch->ended = true;
}

void launch_reap(pid_t orphan)
{
	waitpid(orphan, NULL, WNOHANG);
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

void launch_done(struct launch *launch)
{
	if (launch->fd >= 0)
		close(launch->fd);
	launch->fd = -1;
}
