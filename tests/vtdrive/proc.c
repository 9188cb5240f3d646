/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc - who sleeps, who lives
 *
 * A thread waits when /proc/PID/task/TID/syscall names a call that blocks for input. A nap
 * (nanosleep, a poll or select of no descriptors) is not waiting: work goes on after it. Where the
 * kernel does not show system calls, state S has to do.
 */
#include "proc.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Reads a small file of /proc; returns its length, 0 when it cannot be read. */
static size_t read_file(const char *path, char *out, size_t size)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	out[0] = '\0';
	if (fd < 0)
		return 0;
	got = read(fd, out, size - 1);
	close(fd);
	if (got <= 0)
		return 0;
	out[got] = '\0';
	return (size_t)got;
}

struct stat_line {
	char name[64];
	char state;
	int ppid, session;
};

/* proc_pid_stat(5): the name may hold anything, so look for the last parenthesis. */
static bool parse_stat(char *text, struct stat_line *out)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')');

	if (!open || !close || close < open)
		return false;
	*close = '\0';
	snprintf(out->name, sizeof out->name, "%s", open + 1);
	return sscanf(close + 1, " %c %d %*d %d", &out->state, &out->ppid, &out->session) == 3;
}

static bool read_stat(const char *path, struct stat_line *out)
{
	char text[1024];

	return read_file(path, text, sizeof text) && parse_stat(text, out);
}

static bool call_waits(long call, const unsigned long long args[3])
{
	switch (call) {
#ifdef SYS_poll
	case SYS_poll:
#endif
	case SYS_ppoll:
		return args[1] != 0;
#ifdef SYS_select
	case SYS_select:
#endif
	case SYS_pselect6:
		return args[0] != 0;
#ifdef SYS_epoll_wait
	case SYS_epoll_wait:
#endif
	case SYS_epoll_pwait:
#ifdef SYS_pause
	case SYS_pause:
#endif
	case SYS_read:
	case SYS_readv:
	case SYS_futex:
	case SYS_wait4:
	case SYS_waitid:
	case SYS_rt_sigsuspend:
	case SYS_rt_sigtimedwait:
		return true;
	default:
		return false;
	}
}

/* wait4 or waitid: somebody else has the terminal. */
static bool call_is_wait(long call)
{
	return call == SYS_wait4 || call == SYS_waitid;
}

struct rest {
	struct proc_rest sum;
	bool for_child; /* a thread waits for a child */
};

static void look_at_thread(pid_t pid, int thread, struct rest *rest)
{
	unsigned long long args[3] = { 0, 0, 0 };
	struct stat_line stat;
	char path[128], text[2048];
	const char *switches;
	long call;

	snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)pid, thread);
	if (!read_stat(path, &stat) || strchr("TtZX", stat.state))
		return;
	if (stat.state != 'S') {
		rest->sum.waiting = false;
		return;
	}
	snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", (int)pid, thread);
	read_file(path, text, sizeof text);
	if (sscanf(text, "%ld %llx %llx %llx", &call, &args[0], &args[1], &args[2]) == 4) {
		if (!call_waits(call, args))
			rest->sum.waiting = false;
		rest->for_child |= call_is_wait(call);
	} else if (!strncmp(text, "running", 7)) {
		rest->sum.waiting = false;
	}
	snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)pid, thread);
	read_file(path, text, sizeof text);
	switches = strstr(text, "\nvoluntary_ctxt_switches:");
	if (switches)
		rest->sum.wakes += strtoull(switches + 25, NULL, 10);
}

/* Adds up the threads of one process; tells its children in `children` (from the kernel's list). */
static void look_at(pid_t pid, struct rest *rest, char *children, size_t size)
{
	char path[128];
	struct dirent *entry;
	size_t length = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	children[0] = '\0';
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		look_at_thread(pid, atoi(entry->d_name), rest);
		snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid,
			atoi(entry->d_name));
		if (length + 1 < size)
			length += read_file(path, children + length, size - length);
	}
	closedir(dir);
}

static void look_below(pid_t pid, struct rest *rest, int depth)
{
	struct rest here = { .sum.waiting = true };
	char children[4096], *next = children, *end;

	look_at(pid, &here, children, sizeof children);
	rest->sum.waiting &= here.sum.waiting;
	rest->sum.wakes += here.sum.wakes;
	if (!here.for_child || depth > 8)
		return;
	for (;;) {
		const long child = strtol(next, &end, 10);

		if (end == next)
			break;
		look_below((pid_t)child, rest, depth + 1);
		next = end;
	}
}

void proc_rest(pid_t leader, struct proc_rest *out)
{
	struct rest rest = { .sum.waiting = true };

	look_below(leader, &rest, 0);
	*out = rest.sum;
}

struct process {
	pid_t pid;
	struct stat_line stat;
	bool ours;
};

static struct process *list_processes(size_t *count)
{
	size_t room = 0;
	struct process *list = NULL;
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	*count = 0;
	while (dir && (entry = readdir(dir))) {
		struct process process = { .pid = atoi(entry->d_name) };
		char path[64];

		snprintf(path, sizeof path, "/proc/%d/stat", (int)process.pid);
		if (process.pid <= 0 || !read_stat(path, &process.stat))
			continue;
		if (*count == room) {
			struct process *more;

			room = room ? 2 * room : 1024;
			more = realloc(list, room * sizeof *list);
			if (!more)
				break;
			list = more;
		}
		list[(*count)++] = process;
	}
	if (dir)
		closedir(dir);
	return list;
}

static bool is_ours(const struct process *list, size_t count, pid_t pid)
{
	if (pid == getpid())
		return true;
	for (size_t i = 0; i < count; i++)
		if (list[i].pid == pid)
			return list[i].ours;
	return false;
}

/* Marks descendants; a child may be listed before its parent, so until nothing changes. */
static void mark_ours(struct process *list, size_t count)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < count; i++) {
			if (list[i].ours || !is_ours(list, count, list[i].stat.ppid))
				continue;
			list[i].ours = true;
			changed = true;
		}
	}
}

static bool is_among(pid_t pid, const pid_t *others, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (others[i] == pid)
			return true;
	return false;
}

size_t proc_descendants(const pid_t *others, size_t other_count, char *out, size_t size)
{
	size_t count, found = 0, length = 0;
	struct process *list = list_processes(&count);

	out[0] = '\0';
	mark_ours(list, count);
	for (size_t i = 0; i < count; i++) {
		const struct process *process = &list[i];

		if (!process->ours || strchr("ZX", process->stat.state) ||
			is_among(process->stat.session, others, other_count))
			continue;
		found++;
		if (length < size)
			length += (size_t)snprintf(out + length, size - length, "%s%d (%s)",
				length ? " " : "", (int)process->pid, process->stat.name);
	}
	free(list);
	return found;
}

size_t proc_end_descendants(void)
{
	size_t count, found = 0;
	struct process *list = list_processes(&count);

	mark_ours(list, count);
	for (size_t i = 0; i < count; i++) {
		if (!list[i].ours || strchr("ZX", list[i].stat.state))
			continue;
		found++;
		kill(list[i].pid, SIGKILL);
	}
	free(list);
	return found;
}
