/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard - see guard.h.  The child makes system calls only: it is forked from a program that may
 * have held any lock. */
#include "ui/term/guard.h"

#include "base/pin.h"
#include "base/proc_state.h"
#include "ui/term/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	/* descriptors of the child */
	TERMINAL = 0,
	PIPE = 1,
	FIRST_OTHER = 2,
	OTHERS_MAX = 4096,
	ABOVE = 10,
	ASK_MS = 500,       /* between two questions */
	TRUST_MS = 10000,   /* the same while it is seen to wait */
	PATIENCE_MS = 1000, /* for an answer */
	END_MS = 100,       /* for its end after SIGKILL */
	KILLED_MAX = 4,     /* whatever keeps so many from going would keep the next, too */
};

#define NAME "memtop-guard"

void guard_init(struct guard *guard)
{
	*guard = (struct guard){ .pipe = -1, .stat = -1 };
}

/* The terminal and the pipe become descriptors 0 and 1, all others are closed: what the child
 * inherits must not keep anything open that others wait to see closed. */
static void keep_only(int terminal, int pipe_end)
{
	int high_terminal = fcntl(terminal, F_DUPFD, ABOVE);
	int high_pipe = fcntl(pipe_end, F_DUPFD, ABOVE);
	long most = sysconf(_SC_OPEN_MAX);

	dup2(high_terminal, TERMINAL);
	dup2(high_pipe, PIPE);
	if (syscall(SYS_close_range, FIRST_OTHER, ~0u, 0) == 0)
		return;
	/* before Linux 5.9 */
	if (most < 0 || most > OTHERS_MAX)
		most = OTHERS_MAX;
	for (int fd = FIRST_OTHER; fd < most; fd++)
		close(fd);
}

/* A session of its own: signals to memtop's group and the terminal's hang-up pass it by. */
static _Noreturn void watch_over(int terminal, int pipe_end, struct guard_page *page)
{
	sigset_t all;
	char byte;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	prctl(PR_SET_NAME, NAME);
	keep_only(terminal, pipe_end);
	pin_shed_heap();
	pin_shed_rest();
	for (ssize_t n; (n = read(PIPE, &byte, 1)) > 0 || (n < 0 && errno == EINTR);)
		atomic_fetch_add(&page->heard, n > 0);
	if (atomic_load(&page->watch))
		restore_terminal(TERMINAL, &page->modes, atomic_load(&page->titled));
	_exit(0);
}

/* A page shared with the guard, which reads there what is to be put back; no pipe could tell it
 * when we are gone. */
static int make_page(struct guard *guard)
{
	void *page = mmap(NULL, sizeof(*guard->page), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -errno;
	guard->page = page;
	atomic_init(&guard->page->watch, true);
	return 0;
}

/* The modes of before are asked for once, the first time: later ones are our own. */
static int prepare(struct guard *guard, int fd)
{
	int error = guard->page != NULL ? 0 : make_page(guard);

	if (error)
		return error;
	if (!guard->have_modes && tcgetattr(fd, &guard->page->modes) < 0)
		return -errno;
	guard->have_modes = true;
	guard->asked = 0;
	atomic_store(&guard->page->heard, 0);
	return 0;
}

int guard_start(struct guard *guard, int fd)
{
	int ends[2];
	int error = prepare(guard, fd);

	if (error)
		return error;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[1]);
		watch_over(fd, ends[0], guard->page);
	}
	error = errno;
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return -error;
	}
	guard->pid = pid;
	guard->pipe = ends[1];
	guard->stat = proc_state_open(pid);
	return 0;
}

/* Ends it, and waits for its end as long as WAIT_MS. */
static void end_guard(struct guard *guard, int wait_ms)
{
	int status;

	kill(guard->pid, SIGKILL);
	if (!reap_within(guard->pid, wait_ms, &status))
		reap_later(&guard->killed, guard->pid);
}

static void forget_guard(struct guard *guard)
{
	close(guard->pipe);
	if (guard->stat >= 0)
		close(guard->stat);
	guard->pipe = guard->stat = -1;
	guard->pid = 0;
}

void guard_stop(struct guard *guard)
{
	if (guard->pid > 0) {
		end_guard(guard, END_MS);
		forget_guard(guard);
	}
	if (guard->page != NULL)
		munmap(guard->page, sizeof(*guard->page));
	guard->page = NULL;
	guard->have_modes = false;
}

void guard_watch(struct guard *guard, bool watch)
{
	if (guard->page != NULL)
		atomic_store(&guard->page->watch, watch);
}

void guard_titled(struct guard *guard, bool titled)
{
	if (guard->page != NULL)
		atomic_store(&guard->page->titled, titled);
}

void guard_learn(struct guard *guard, int fd)
{
	struct termios modes;

	if (guard->page != NULL && tcgetattr(fd, &modes) == 0)
		guard->page->modes = modes;
}

void guard_dismiss(const struct guard *guard)
{
	if (guard->pid > 0)
		kill(guard->pid, SIGKILL);
}

static bool was_stopped(const struct guard *guard)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)guard->pid, &info, WSTOPPED | WNOHANG) == 0 && info.si_pid != 0;
}

bool guard_is_gone(struct guard *guard)
{
	int status;

	reap_gone(&guard->killed);
	if (guard->pid <= 0)
		return false;
	if (was_stopped(guard))
		end_guard(guard, 0);
	else if (!reap_within(guard->pid, 0, &status))
		return false;
	forget_guard(guard);
	return true;
}

static bool has_answered(const struct guard *guard)
{
	return guard->pid <= 0 || atomic_load(&guard->page->heard) == guard->asked;
}

/* Whether the guard does nothing but wait for the pipe. */
static bool is_waiting(const struct guard *guard)
{
	return proc_state_sleeps(guard->stat, guard->pid, NAME);
}

bool guard_hangs(struct guard *guard, uint64_t now_ms)
{
	uint64_t since_ms = now_ms - guard->asked_ms;

	if (!has_answered(guard)) {
		if (since_ms < PATIENCE_MS || guard->killed.count >= KILLED_MAX)
			return false;
		end_guard(guard, 0);
		forget_guard(guard);
		return true;
	}
	/* one that has died is guard_is_gone's */
	if (guard->pid <= 0 || since_ms < ASK_MS || (since_ms < TRUST_MS && is_waiting(guard)))
		return false;
	if (write(guard->pipe, "?", 1) == 1) {
		guard->asked++;
		guard->asked_ms = now_ms;
	}
	return false;
}

int guard_timeout_ms(const struct guard *guard, uint64_t now_ms)
{
	uint64_t since_ms = now_ms - guard->asked_ms;

	if (has_answered(guard) || guard->killed.count >= KILLED_MAX)
		return -1;
	return since_ms < PATIENCE_MS ? (int)(PATIENCE_MS - since_ms) : 0;
}
