/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - fork, pipes, death: knows nothing of what is said through them */
#include "source/child.h"

#include "base/log.h"
#include "base/streams.h"
#include "base/text.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	CHILD_IN = 3, /* descriptors in the child; 0 and 1 are /dev/null, 2 its standard error */
	CHILD_OUT = 4,
	CHILD_FDS = 5,
};

/* Both ends of three pipes: [0] is read. */
struct pipes {
	int in[2], out[2], err[2];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void pipes_close(struct pipes *pipes)
{
	for (int i = 0; i < 2; i++) {
		close_fd(&pipes->in[i]);
		close_fd(&pipes->out[i]);
		close_fd(&pipes->err[i]);
	}
}

/* Non-blocking on our side; the child's standard error too, so that nothing it says can hold it
 * up. */
static int pipes_open(struct pipes *pipes)
{
	*pipes = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 } };
	if (pipe2(pipes->in, O_CLOEXEC) < 0 || pipe2(pipes->out, O_CLOEXEC) < 0 ||
		pipe2(pipes->err, O_CLOEXEC | O_NONBLOCK) < 0 ||
		fcntl(pipes->in[1], F_SETFL, O_NONBLOCK) < 0 ||
		fcntl(pipes->out[0], F_SETFL, O_NONBLOCK) < 0) {
		int error = errno;

		pipes_close(pipes);
		return -error;
	}
	return 0;
}

/* --- in the child ------------------------------------------------------------------ */

/* The front end's handlers would run the front end's clean-up. */
static void reset_signals(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &action, NULL); /* KILL, STOP and libc's own refuse */
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL); /* a reader that is gone is seen in write(2) */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int first)
{
	struct rlimit limit = { .rlim_cur = 1024 };

	if (close_range((unsigned)first, ~0u, 0) == 0)
		return;
	getrlimit(RLIMIT_NOFILE, &limit); /* kernels before 5.9 */
	for (int fd = first; fd < 65536 && (rlim_t)fd < limit.rlim_cur; fd++)
		close(fd);
}

/* Puts the three descriptors where they belong and closes all others.  They are moved out of the
 * way first, since each may lie where another one goes. */
static int place_descriptors(const struct pipes *pipes)
{
	int in = fcntl(pipes->in[0], F_DUPFD, CHILD_FDS);
	int out = fcntl(pipes->out[1], F_DUPFD, CHILD_FDS);
	int err = fcntl(pipes->err[1], F_DUPFD, CHILD_FDS);
	int null = streams_null(O_RDWR);

	if (in < 0 || out < 0 || err < 0 || null < 0)
		return -1;
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(err, 2) < 0 || dup2(in, CHILD_IN) < 0 ||
		dup2(out, CHILD_OUT) < 0)
		return -1;
	close_from(CHILD_FDS);
	return 0;
}

static _Noreturn void run(const struct pipes *pipes, const struct live_child *how, const char *name,
	pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before we asked to be told */
		_exit(EXIT_FAILURE);
	xalloc_on_failure(NULL);
	log_close();
	reset_signals();
	setpgid(0, 0);
	prctl(PR_SET_NAME, name);
	if (place_descriptors(pipes) < 0) {
		const char *why = strerror(errno);
		ssize_t told = write(pipes->err[1], why, strlen(why));
		(void)told;
		_exit(EXIT_FAILURE);
	}
	log_open(name);
	_exit(how->run(CHILD_IN, CHILD_OUT, how->context)); /* no atexit of the front end's */
}

/* --- in the front end -------------------------------------------------------------- */

int child_start(struct child *child, const struct live_child *how, const char *name)
{
	pid_t parent = getpid();
	struct pipes pipes;
	int result = pipes_open(&pipes);

	if (result < 0)
		return result;
	pid_t pid = fork();

	if (pid == 0)
		run(&pipes, how, name, parent);
	if (pid < 0) {
		result = -errno;
		pipes_close(&pipes);
		return result;
	}
	close(pipes.in[0]);
	close(pipes.out[1]);
	close(pipes.err[1]);
	*child = (struct child){ pid, pipes.in[1], pipes.out[0], pipes.err[0], 1 };
	return 0;
}

/* The newest of what it said, up to CAP bytes of TEXT; how many there are. */
static size_t read_said(int fd, char *text, size_t cap)
{
	size_t len = 0;
	ssize_t count;

	while ((count = read(fd, text + len, cap - len)) > 0) {
		len += (size_t)count;
		if (len > cap / 2) { /* keep the newer half */
			memmove(text, text + len - cap / 2, cap / 2);
			len = cap / 2;
		}
	}
	return len;
}

/* The last lines of what it said, those without a word left out. */
static void last_words(const struct child *child, char *words, size_t cap)
{
	char text[4096];
	size_t len = read_said(child->err, text, sizeof(text)), put = 0;

	words[0] = '\0';
	for (int i = 0; i < child->lines && len > 0 && put + 2 < cap;) {
		char *feed = memrchr(text, '\n', len);
		size_t begin = feed != NULL ? (size_t)(feed + 1 - text) : 0;
		size_t sep = put > 0;

		if (text_clean(words + put + sep, cap - put - sep, text + begin, len - begin) > 0) {
			if (sep)
				words[put] = '\n';
			put = strlen(words);
			i++;
		}
		len = feed != NULL ? (size_t)(feed - text) : 0;
	}
	words[put] = '\0';
}

/* Closing its input asks it to go.  One that does not, not even killed (it waits for a disk that
 * is gone), is left to be reaped later, so that nobody waits here. */
int child_end(struct child *child, struct child_patience patience, struct reap *lost, char *words,
	size_t cap)
{
	int status = -1;

	close_fd(&child->in);
	close_fd(&child->out);
	bool gone = reap_within(child->pid, patience.grace_ms, &status);
	if (!gone) {
		kill(child->pid, SIGKILL);
		gone = reap_within(child->pid, patience.kill_ms, &status);
	}
	if (!gone)
		reap_later(lost, child->pid);
	last_words(child, words, cap);
	if (words[0] != '\0')
		log_line("child %d: %s", (int)child->pid, words);
	close_fd(&child->err);
	child->pid = 0;
	return gone ? status : -1;
}

/* Asks for stops only: an end is left for child_end to collect. */
bool child_was_stopped(const struct child *child)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)child->pid, &info, WSTOPPED | WNOHANG) == 0 && info.si_pid != 0;
}

uint64_t child_cpu_us(const struct child *child)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(child->pid, &clock) != 0 || clock_gettime(clock, &used) < 0)
		return 0;
	return (uint64_t)used.tv_sec * 1000000 + (uint64_t)used.tv_nsec / 1000;
}

/* Pipes have no MSG_NOSIGNAL: SIGPIPE is blocked, and taken if it was raised. */
ssize_t child_write(const struct child *child, const char *bytes, size_t len)
{
	sigset_t pipe_signal, before;

	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	sigprocmask(SIG_BLOCK, &pipe_signal, &before);
	ssize_t count = write(child->in, bytes, len);
	int error = errno;
	if (count < 0 && error == EPIPE && !sigismember(&before, SIGPIPE))
		sigtimedwait(&pipe_signal, NULL, &(struct timespec){ 0, 0 });
	sigprocmask(SIG_SETMASK, &before, NULL);
	return count < 0 ? -error : count;
}
