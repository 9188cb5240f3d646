/* SPDX-License-Identifier: GPL-2.0-or-later */
/* in_fakeproc - run a program that finds a made tree in place of /proc
 *
 * usage: in_fakeproc [-s] DIR PROGRAM [ARGS...]
 *
 * The tree (fakeproc.py) is bind-mounted over /proc in a mount namespace of the program's own; the
 * real /proc stays reachable as /proc/.real, to which the entries of DIR/self point. Needs root or
 * user namespaces; where neither is to be had it says so and exits with 77, "skipped". With -s the
 * program is itself in the tree, which ps insists on.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIP = 77 };

static _Noreturn void skip(const char *what)
{
	fprintf(stderr, "in_fakeproc: %s: %s\n", what, strerror(errno));
	exit(SKIP);
}

static bool write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

/* A mount namespace, inside a user namespace where we are not root. */
static void enter_namespace(void)
{
	const uid_t uid = getuid();
	const gid_t gid = getgid();
	char map[64];

	if (unshare(CLONE_NEWNS) == 0)
		return;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		skip("no namespaces here");
	snprintf(map, sizeof map, "0 %u 1\n", (unsigned)uid);
	if (!write_file("/proc/self/uid_map", map))
		skip("uid_map");
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "0 %u 1\n", (unsigned)gid);
	if (!write_file("/proc/self/gid_map", map))
		skip("gid_map");
}

static void cover_proc(const char *tree)
{
	char real[4096];

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip("private mounts");
	snprintf(real, sizeof real, "%s/.real", tree);
	if (mkdir(real, 0755) && errno != EEXIST)
		skip(real);
	if (mount("/proc", real, NULL, MS_BIND | MS_REC, NULL))
		skip("binding /proc");
	if (mount(tree, "/proc", NULL, MS_BIND | MS_REC, NULL))
		skip("binding over /proc");
}

static _Noreturn void become(char *const argv[])
{
	/* the leak checker of a sanitizer needs the real /proc, and ends the program without it */
	setenv("ASAN_OPTIONS", "detect_leaks=0", 0);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* Runs the program as a child, with an entry for it in the tree while it lives. */
static int run_listed(const char *tree, char *const argv[])
{
	char entry[4096], real[64];
	int status = 0, ready[2];
	char go = 'g';
	pid_t pid;

	if (pipe(ready))
		return 1;
	pid = fork();
	if (pid < 0)
		return 1;
	if (pid == 0) {
		/* not before the entry is there */
		close(ready[1]);
		if (read(ready[0], &go, 1) != 1)
			_exit(1);
		close(ready[0]);
		become(argv);
	}
	snprintf(entry, sizeof entry, "%s/%d", tree, (int)pid);
	snprintf(real, sizeof real, ".real/%d", (int)pid);
	if (symlink(real, entry) || write(ready[1], &go, 1) != 1)
		perror(entry);
	close(ready[1]);
	waitpid(pid, &status, 0);
	unlink(entry);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	const bool listed = argc > 1 && !strcmp(argv[1], "-s");

	argc -= listed;
	argv += listed;
	if (argc < 3) {
		fprintf(stderr, "usage: in_fakeproc [-s] DIR PROGRAM [ARGS...]\n");
		return 2;
	}
	if (access(argv[1], R_OK | X_OK)) {
		perror(argv[1]);
		return 2;
	}
	enter_namespace();
	cover_proc(argv[1]);
	if (listed)
		return run_listed(argv[1], argv + 2);
	become(argv + 2);
}
