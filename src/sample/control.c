/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control - see control.h; the only file that may change anything on the machine */
#include "sample/control.h"

#include "sample/procfs.h"
#include "sample/procparse.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void control_init(struct control *control, int proc)
{
	*control = (struct control){ .proc = proc, .pidfd = -1 };
}

void control_release(struct control *control)
{
	if (control->pidfd >= 0)
		close(control->pidfd);
	control->pidfd = -1;
}

void control_done(struct control *control)
{
	control_release(control);
}

static int __attribute__((format(printf, 3, 4)))
say(char why[CONTROL_WHY_MAX], int error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, CONTROL_WHY_MAX, format, arguments);
	va_end(arguments);
	return error;
}

/* Says what went wrong with PID. */
static int explain_error(int error, int32_t pid, const char *what, char why[CONTROL_WHY_MAX])
{
	switch (error) {
	case -ESRCH:
	case -ENOENT:
		return say(why, -ESRCH, "process %d has ended", (int)pid);
	case -EPERM:
	case -EACCES:
		return say(why, error, "not permitted to %s process %d", what, (int)pid);
	case -ENOSYS:
		return say(why, error,
			"this kernel has no pidfd (Linux 5.3), without which memtop does not %s",
			what);
	default:
		return say(why, error, "cannot %s process %d: %s", what, (int)pid,
			strerror(-error));
	}
}

/* 0 if ID lives under its pid; -ESRCH if not. */
static int compare_start(const struct control *control, struct ident id)
{
	char text[1024];
	struct procparse_stat stat;
	ssize_t len = procfs_read(control->proc, id.pid, "stat", text, sizeof(text), NULL);

	if (len < 0)
		return (int)len;
	if (procparse_stat(&stat, text, (size_t)len) < 0 || stat.start_ticks != id.start_ticks)
		return -ESRCH;
	return 0;
}

int control_hold(struct control *control, struct ident id, char why[CONTROL_WHY_MAX])
{
	control_release(control);
	if (id.pid <= 1)
		return say(why, -EPERM, "process %d is never signalled or reniced", (int)id.pid);
	int fd = (int)syscall(SYS_pidfd_open, id.pid, 0);
	if (fd < 0)
		return explain_error(-errno, id.pid, "signal or renice", why);
	/* in this order: the pidfd holds whoever has the pid, and the start time tells who that
	 * is */
	int error = compare_start(control, id);
	if (error < 0) {
		close(fd);
		return explain_error(error, id.pid, "signal or renice", why);
	}
	control->pidfd = fd;
	control->held = id;
	return say(why, 0, "holding process %d", (int)id.pid);
}

static bool is_held(const struct control *control, struct ident id)
{
	return control->pidfd >= 0 && ident_same(control->held, id);
}

/* Through the descriptor that was opened when the question was put on the screen: the process
 * that gets the signal is the one that was shown, even if its pid has been given away since. */
int control_signal(struct control *control, struct ident id, int signal, char why[CONTROL_WHY_MAX])
{
	const char *name = sigabbrev_np(signal);

	if (!is_held(control, id))
		return say(why, -EINVAL, "process %d is not held", (int)id.pid);
	if (signal < 1 || signal > SIGRTMAX)
		return say(why, -EINVAL, "there is no signal %d", signal);
	if (syscall(SYS_pidfd_send_signal, control->pidfd, signal, NULL, 0) < 0)
		return explain_error(-errno, id.pid, "signal", why);
	if (name == NULL)
		return say(why, 0, "sent signal %d to process %d", signal, (int)id.pid);
	return say(why, 0, "sent SIG%s to process %d", name, (int)id.pid);
}

int control_nice(struct control *control, struct ident id, int nice, char why[CONTROL_WHY_MAX])
{
	if (!is_held(control, id))
		return say(why, -EINVAL, "process %d is not held", (int)id.pid);
	/* there is no nice by pidfd: its process must still be there right before */
	if (syscall(SYS_pidfd_send_signal, control->pidfd, 0, NULL, 0) < 0 && errno == ESRCH)
		return explain_error(-ESRCH, id.pid, "renice", why);
	int error = compare_start(control, id);
	if (error < 0)
		return explain_error(error, id.pid, "renice", why);
	if (setpriority(PRIO_PROCESS, (id_t)id.pid, nice) < 0)
		return explain_error(-errno, id.pid, "renice", why);
	return say(why, 0, "process %d now has nice value %d", (int)id.pid, nice);
}
