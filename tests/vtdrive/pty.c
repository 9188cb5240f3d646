/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pty - fork a program onto a pseudo-terminal
 *
 * Knows file descriptors and the line discipline; nothing of what the bytes mean.
 */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_pair(struct pty *pty)
{
	const char *name;

	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (pty->master < 0)
		return -errno;
	if (grantpt(pty->master) || unlockpt(pty->master))
		return -errno;
	name = ptsname(pty->master);
	if (!name)
		return -errno;
	pty->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (pty->slave < 0)
		return -errno;
	return tcgetattr(pty->slave, &pty->before) ? -errno : 0;
}

static void set_environment(char *const env[])
{
	for (size_t i = 0; env && env[i]; i++) {
		if (strchr(env[i], '='))
			putenv(env[i]);
		else
			unsetenv(env[i]);
	}
}

static _Noreturn void become(const struct pty *pty, char *const argv[], char *const env[])
{
	sigset_t none;
	/* opened by name: the harness's own descriptor is non-blocking, the program's must not
	 * be */
	const char *name = ptsname(pty->master);
	int slave;

	setsid();
	slave = name ? open(name, O_RDWR) : -1;
	if (slave < 0 || dup2(slave, 0) < 0 || dup2(slave, 1) < 0 || dup2(slave, 2) < 0)
		_exit(126);
	if (slave > 2)
		close(slave);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* a terminal hangs up on what runs in it, also when the tests run under nohup */
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	set_environment(env);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

int pty_start(struct pty *pty, char *const argv[], char *const env[], int cols, int rows)
{
	int result;

	memset(pty, 0, sizeof *pty);
	pty->master = pty->slave = pty->pidfd = -1;
	result = open_pair(pty);
	if (!result)
		result = pty_resize(pty, cols, rows);
	if (result) {
		pty_close(pty);
		return result;
	}
	pty->pid = fork();
	if (pty->pid < 0) {
		result = -errno;
		pty->pid = 0;
		pty_close(pty);
		return result;
	}
	if (pty->pid == 0)
		become(pty, argv, env);
	pty->pidfd = (int)syscall(SYS_pidfd_open, pty->pid, 0);
	return 0;
}

ssize_t pty_read(struct pty *pty, char *out, size_t size)
{
	ssize_t got;

	if (pty->master < 0)
		return -EIO;
	got = read(pty->master, out, size);
	if (got >= 0)
		return got ? got : -EIO;
	return errno == EAGAIN || errno == EINTR ? 0 : -EIO;
}

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		const ssize_t done = write(fd, bytes, length);

		if (done > 0) {
			bytes += done;
			length -= (size_t)done;
		} else if (errno == EAGAIN) {
			struct pollfd ready = { .fd = fd, .events = POLLOUT };

			if (poll(&ready, 1, 1000) == 0)
				return -EAGAIN;
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

int pty_write(struct pty *pty, const char *bytes, size_t length)
{
	return write_all(pty->master, bytes, length);
}

int pty_say(struct pty *pty, const char *bytes, size_t length)
{
	return write_all(pty->slave, bytes, length);
}

int pty_resize(struct pty *pty, int cols, int rows)
{
	const struct winsize size = {
		.ws_col = (unsigned short)cols,
		.ws_row = (unsigned short)rows,
	};

	return ioctl(pty->master, TIOCSWINSZ, &size) ? -errno : 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void pty_hangup(struct pty *pty)
{
	close_fd(&pty->slave);
	close_fd(&pty->master);
}

int pty_unread(const struct pty *pty)
{
	int unread = 0;

	if (pty->slave < 0 || ioctl(pty->slave, FIONREAD, &unread))
		return 0;
	return unread;
}

pid_t pty_foreground(const struct pty *pty)
{
	pid_t group = 0;

	if (pty->master < 0 || ioctl(pty->master, TIOCGPGRP, &group) || group <= 0)
		return pty->pid;
	return group;
}

void pty_termios_changes(const struct pty *pty, char *out, size_t size)
{
	const struct termios *before = &pty->before;
	struct termios now;
	size_t length = 0;

	out[0] = '\0';
	if (pty->slave < 0 || tcgetattr(pty->slave, &now))
		return;
	if (now.c_iflag != before->c_iflag)
		length += (size_t)snprintf(out + length, size - length, " iflag");
	if (now.c_oflag != before->c_oflag)
		length += (size_t)snprintf(out + length, size - length, " oflag");
	if (now.c_cflag != before->c_cflag)
		length += (size_t)snprintf(out + length, size - length, " cflag");
	if ((now.c_lflag & ECHO) != (before->c_lflag & ECHO))
		length += (size_t)snprintf(out + length, size - length, " echo");
	if ((now.c_lflag & ICANON) != (before->c_lflag & ICANON))
		length += (size_t)snprintf(out + length, size - length, " icanon");
	if (now.c_lflag != before->c_lflag)
		length += (size_t)snprintf(out + length, size - length, " lflag");
	if (memcmp(now.c_cc, before->c_cc, sizeof now.c_cc))
		snprintf(out + length, size - length, " cc");
}

void pty_close(struct pty *pty)
{
	if (pty->pid > 0 && !pty->ended) {
		kill(-pty->pid, SIGKILL);
		kill(pty->pid, SIGKILL);
		waitpid(pty->pid, &pty->status, 0);
		pty->ended = true;
	}
	pty_hangup(pty);
	close_fd(&pty->pidfd);
}
