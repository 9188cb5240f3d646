/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore - see restore.h.  Only system calls that a signal handler may make. */
#include "ui/term/restore.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

/* The cursor is saved before the alternate screen is left: a terminal that was not on it would
 * otherwise put the cursor to where it was saved last.  A terminal ignores what it does not
 * know. */
static const char bytes[] = "\033[?2026l"                                  /* synchronized output */
			    "\033[?1003l\033[?1002l\033[?1000l\033[?1006l" /* mouse */
			    "\033[?2004l"                                  /* bracketed paste */
			    "\033[0m\017\033(B" /* attributes, character set */
			    "\033[?1l\033>"     /* cursor keys, keypad */
			    "\033[?25h"
			    "\0337\033[?1049l";

/* The title that was kept when the first was given. */
static const char title_bytes[] = "\033[23;2t";

enum { STALL_MS = 500 };

/* Whether it takes bytes.  What is on its way to a terminal that takes nothing for a while (a line
 * that hangs) is dropped once, for the room: it is to be as before when it comes back. */
static bool has_room(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLOUT };
	int ready = poll(&pollfd, 1, STALL_MS);

	if (ready == 0 && tcflush(fd, TCOFLUSH) == 0)
		ready = poll(&pollfd, 1, 0);
	return ready == 1 && (pollfd.revents & POLLOUT) != 0;
}

/* A terminal that has no room even then is given up: this may run in a signal's handler, and
 * memtop must end. */
static void write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		if (!has_room(fd))
			return;
		ssize_t n = write(fd, text, len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
}

/* A process in the background that sets a terminal is stopped by SIGTTOU unless it is blocked. */
void restore_modes(int fd, const struct termios *modes)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &old);
	tcsetattr(fd, TCSANOW, modes);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void restore_terminal(int fd, const struct termios *modes, bool titled)
{
	int saved = errno;

	if (modes != NULL)
		restore_modes(fd, modes);
	if (titled)
		write_all(fd, title_bytes, sizeof(title_bytes) - 1);
	write_all(fd, bytes, sizeof(bytes) - 1);
	errno = saved;
}
