/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_child - the expendable process: reads what may block, one item after the other
 *
 * Holds nothing but its two pipes and what it is reading.  Dies with its parent, or when killed.
 */
#include "sample/reader_wire.h"

#include "base/clock.h"
#include "base/pin.h"
#include "base/streams.h"
#include "base/text.h"
#include "sample/confine.h"
#include "sample/libproc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	/* a line of passwd; those of directories may be long */
	PASSWD_ROOM = 16384,
	/* some 25 lines of 30 bytes */
	SMAPS_ROOM = 4096,
	CHILD_KIB = 64 * 1024, /* that one who looks inside may use on top of what it has */
	CHILD_SHARE = 50,      /* and of the target's memory one part in so many */
	REST_MS = 1500,        /* without a question: it may be the last for long */
	SOON_MS = 100,         /* ... as was the one before */
};

/* Closes everything inherited but the pipes: an open end of the stream would hide its end. */
static void keep_only(int in, int out)
{
	int null = streams_null(O_RDONLY | O_CLOEXEC); /* nothing is written there */
	int in_copy = fcntl(in, F_DUPFD_CLOEXEC, 10), out_copy = fcntl(out, F_DUPFD_CLOEXEC, 10);

	if (null < 0 || in_copy < 0 || out_copy < 0)
		_exit(1);
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(in_copy, READER_IN) < 0 ||
		dup2(out_copy, READER_OUT) < 0)
		_exit(1);
	if (syscall(SYS_close_range, READER_OUT + 1, ~0u, 0) < 0)
		for (int fd = READER_OUT + 1; fd < 4096; fd++)
			close(fd);
}

static void settle_child(pid_t parent, const char *name)
{
	static const int defaults[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD,
		SIGWINCH };
	sigset_t none;

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		signal(defaults[i], SIG_DFL);
	/* ^C at the terminal is the front end's to answer */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
}

int reader_child_settle(pid_t parent, const char *name, int out)
{
	settle_child(parent, name);
	keep_only(out, out);
	return READER_OUT;
}

/* The first two numbers of /proc/PID/statm, in bytes: the address space, and what is in memory. */
static void read_sizes(int32_t pid, uint64_t *size, uint64_t *resident)
{
	char path[32], text[128], *rest_awhile;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	*size = strtoull(text, &rest_awhile, 10) * page;
	*resident = strtoull(rest_awhile, NULL, 10) * page;
}

void reader_child_limit(int32_t target)
{
	uint64_t own, resident, unused;

	read_sizes(getpid(), &own, &unused);
	read_sizes(target, &unused, &resident);
	rlim_t most = own + CHILD_KIB * 1024ull + resident / CHILD_SHARE;
	struct rlimit limit = { .rlim_cur = most, .rlim_max = most };

	setrlimit(RLIMIT_AS, &limit);
}

/* One read(2): these files are made as one piece that is smaller than the buffer, or are cut
 * there. */
static ssize_t read_and_close(int fd, char *buf, size_t cap)
{
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, buf, cap);
	} while (n < 0 && errno == EINTR);
	n = n < 0 ? -errno : n;
	close(fd);
	return n;
}

static void answer_cmdline(struct reader_answer *answer)
{
	char raw[FRAME_CMDLINE_MAX], path[32];

	/* by pid alone: if it is another process by now, the sampler's next tick finds out and
	 * asks again; comparing the start time would double the price of the many */
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)answer->ask.id.pid);
	ssize_t len = read_and_close(open(path, O_RDONLY | O_CLOEXEC), raw, sizeof(raw));
	if (len == 0) { /* none, or none any more: its main thread has ended */
		int dir = reader_child_open(answer->ask.id);

		if (dir >= 0) {
			len = read_and_close(openat(dir, "cmdline", O_RDONLY | O_CLOEXEC), raw,
				sizeof(raw));
			close(dir);
		}
	}
	if (len < 0)
		answer->error = (int)-len;
	else
		answer->len = (uint32_t)text_clean(answer->text, sizeof(answer->text), raw,
			(size_t)len);
}

/* An empty answer is a process that has ended, or has no memory any more: there was somebody when
 * the folder was opened. */
static void answer_smaps(struct reader_answer *answer)
{
	char text[SMAPS_ROOM];
	int dir = reader_child_open(answer->ask.id);
	ssize_t len = dir;

	if (dir >= 0) {
		len = read_and_close(openat(dir, "smaps_rollup", O_RDONLY | O_CLOEXEC), text,
			sizeof(text));
		close(dir);
	}
	if (len < 0)
		answer->error = (int)-len;
	else if (procparse_smaps(&answer->figures.smaps, text, (size_t)len) < 0)
		answer->error = len == 0 ? ESRCH : EINVAL;
}

static void take_name(struct reader_answer *answer, const char *name)
{
	answer->len = (uint32_t)text_clean(answer->text, sizeof(answer->text), name, strlen(name));
	answer->error = answer->len > 0 ? 0 : ENOENT;
}

/* Not getpwuid: that may ask a name service over a network, and the reader of files must answer. */
static void answer_passwd(struct reader_answer *answer)
{
	FILE *file = fopen("/etc/passwd", "re");
	static char room[PASSWD_ROOM];
	struct passwd entry, *found;

	answer->error = ENOENT;
	if (file == NULL)
		return;
	while (fgetpwent_r(file, &entry, room, sizeof(room), &found) == 0) {
		if (entry.pw_uid != answer->ask.uid)
			continue;
		take_name(answer, entry.pw_name);
		break;
	}
	fclose(file);
}

static void answer_name(struct reader_answer *answer)
{
	static char room[PASSWD_ROOM];
	struct passwd entry, *found = NULL;
	int error = getpwuid_r(answer->ask.uid, &entry, room, sizeof(room), &found);

	/* these, too, say that there is no such user: getpwuid_r(3) */
	if (error == 0 || error == ESRCH || error == EBADF || error == EPERM)
		error = ENOENT;
	answer->error = error;
	if (found != NULL)
		take_name(answer, found->pw_name);
}

static void answer_one(struct reader_answer *answer)
{
	switch (answer->ask.kind) {
	case READER_CMDLINE:
		answer_cmdline(answer);
		break;
	case READER_SMAPS:
		answer_smaps(answer);
		break;
	case READER_PASSWD:
		answer_passwd(answer);
		break;
	case READER_NAME:
		answer_name(answer);
		break;
	case READER_TMPFS:
		reader_tmpfs(answer);
		break;
	case READER_MOUNTS:
		reader_mounts(answer);
		break;
	case READER_TITLE:
		reader_title(answer);
		break;
	case READER_MAPPINGS:
		reader_mappings(answer);
		break;
	}
}

/* Reads what is behind the first HAVE of CAP bytes; 0 at the end, or when there is no room. */
static ssize_t read_more(char *buf, size_t have, size_t cap)
{
	const size_t room = cap - have;

	return room <= cap ? read(READER_IN, buf + have, room) : 0; /* gcc 14 is not sure of it */
}

int reader_rest_ms(uint64_t silent_ms)
{
	return silent_ms < REST_MS ? REST_MS : SOON_MS;
}

/* When no question comes for a while, what the last one took of code is given back: read(2) may
 * wait for ever then. */
static void rest_awhile(int wait_ms)
{
	struct pollfd asked = { .fd = READER_IN, .events = POLLIN };

	if (poll(&asked, 1, wait_ms) == 0)
		pin_shed_rest();
}

_Noreturn void reader_child(int in, int out, pid_t parent, enum confine_as who)
{
	static struct reader_answer answer;
	struct reader_ask asks[READER_FLIGHT];
	size_t have = 0;
	uint64_t heard_ms = clock_boot_ms(), silent_ms = 0;

	settle_child(parent, "memtop-reader");
	keep_only(in, out);
	libproc_unload();
	confine_self(who);
	for (;;) {
		rest_awhile(reader_rest_ms(silent_ms));
		ssize_t n = read_more((char *)asks, have, sizeof(asks));
		uint64_t now_ms = clock_boot_ms();

		silent_ms = now_ms - heard_ms;
		heard_ms = now_ms;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(0);
		have += (size_t)n;
		size_t count = have / sizeof(asks[0]);
		for (size_t i = 0; i < count; i++) {
			memset(&answer, 0, offsetof(struct reader_answer, text));
			answer.ask = asks[i];
			answer_one(&answer);
			reader_child_send(&answer);
		}
		have %= sizeof(asks[0]); /* a part of one, which moves to the front */
		memmove(asks, asks + count, have);
	}
}
