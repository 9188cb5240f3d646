/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tty - see tty.h. */
#include "ui/term/tty.h"

#include "ui/term/job.h"
#include "ui/term/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_MAX = 1000, HEIGHT_MAX = 400, WIDTH_ELSE = 80, HEIGHT_ELSE = 24 };

/* A signal handler has no other way to the terminal. */
static struct {
	volatile bool active, titled;
	int fd;
	struct termios modes;
} emergency;

/* Keys come from the terminal where standard input is a recording: `memtop --replay - < file`. */
static int find_input(struct tty *tty, char why[200])
{
	if (isatty(STDIN_FILENO)) {
		tty->in = STDIN_FILENO;
		return 0;
	}
	tty->in = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	tty->own_in = tty->in >= 0;
	if (tty->in >= 0)
		return 0;
	snprintf(why, 200,
		"standard input is no terminal to take keys from; "
		"`memtop -b` writes tables and needs none");
	return -ENOTTY;
}

int tty_open(struct tty *tty, char why[200])
{
	*tty = (struct tty){ .in = -1, .out = STDOUT_FILENO };
	if (!isatty(tty->out)) {
		snprintf(why, 200, "standard output is no terminal; `memtop -b` writes tables");
		return -ENOTTY;
	}
	int error = find_input(tty, why);
	if (error)
		return error;
	if (tcgetattr(tty->in, &tty->modes) < 0) {
		error = -errno;
		snprintf(why, 200, "the terminal cannot be used: %s", strerror(-error));
	}
	return error;
}

void tty_close(struct tty *tty)
{
	if (tty != NULL && tty->own_in) {
		close(tty->in);
		tty->own_in = false;
	}
}

void tty_learn(struct tty *tty)
{
	struct termios modes;

	if (tcgetattr(tty->in, &modes) == 0)
		tty->modes = modes;
}

/* Ctrl-C, Ctrl-Z and Ctrl-S come as keys (ISIG, IXON), so that a screen can be left in order.  The
 * modes of before are noted first, for a signal that comes in between. */
void tty_enter(const struct tty *tty)
{
	struct termios raw = tty->modes;

	raw.c_iflag &= ~(tcflag_t)(BRKINT | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	emergency.fd = tty->in;
	emergency.modes = tty->modes;
	emergency.active = true;
	restore_modes(tty->in, &raw);
}

/* In the background, tcsetattr(3) would stop us (SIGTTOU), and the modes are another job's. */
void tty_leave(const struct tty *tty)
{
	if (!job_in_background(tty->in))
		restore_modes(tty->in, &tty->modes);
	emergency.active = false;
}

void tty_titled(bool titled)
{
	emergency.titled = titled;
}

void tty_emergency(void)
{
	if (!emergency.active)
		return;
	emergency.active = false;
	restore_terminal(emergency.fd, &emergency.modes, emergency.titled);
}

/* A side of the terminal: as it says (0: it does not), else as the TEXT of the environment does. */
static int side_of(int said, const char *text, int otherwise, int most)
{
	char *end;
	long side = said;

	if (said == 0 && text != NULL) {
		side = strtol(text, &end, 10);
		if (*end != '\0')
			side = 0;
	}
	if (side <= 0)
		side = otherwise;
	return side > most ? most : (int)side;
}

void tty_size(const struct tty *tty, int *width, int *height)
{
	struct winsize size = { 0 };

	if (ioctl(tty->out, TIOCGWINSZ, &size) < 0)
		size = (struct winsize){ 0 };
	*width = side_of(size.ws_col, getenv("COLUMNS"), WIDTH_ELSE, WIDTH_MAX);
	*height = side_of(size.ws_row, getenv("LINES"), HEIGHT_ELSE, HEIGHT_MAX);
}

/* A terminal that has hung up is readable, and has nothing to be read. */
bool tty_hung_up(const struct tty *tty)
{
	struct pollfd pollfd = { .fd = tty->in, .events = POLLIN };
	int bytes = 0;

	if (poll(&pollfd, 1, 0) < 1)
		return false;
	if (pollfd.revents & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return ioctl(tty->in, FIONREAD, &bytes) == 0 && bytes == 0;
}
