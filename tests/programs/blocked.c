/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blocked - a process whose memory lock is held for ever
 *
 * usage: blocked
 *
 * Reading /proc/PID/cmdline, environ, smaps or smaps_rollup of the victim hangs; stat, statm,
 * status and comm still answer. This is what a process stuck in its file system or thrashing looks
 * like, and it freezes tools that read command lines.
 *
 * How: this program is the file system (FUSE, spoken here by hand). The victim dirties a page of a
 * shared mapping of a file and unmaps it; the kernel writes the page back while it holds the
 * victim's mmap lock, and we never answer the write. A second thread then asks for the lock for
 * writing, and every later reader queues behind it.
 *
 * Prints "ready PID" with the victim's pid once a read of its command line was seen to hang. Where
 * there is no /dev/fuse, or the kernel does not hold the lock, exits with 77. The end of this
 * program sets the victim free, which then ends too.
 */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum {
	FILE_NODE = 2,
	FILE_SIZE = 4096,
	VICTIM_MIB = 16,
	REQUEST_MAX = 1 << 17,
	HANG_MS = 300,
	LIFE_S = 60
};

static char folder[] = "/tmp/blocked.XXXXXX";

static _Noreturn void skip(const char *what)
{
	fprintf(stderr, "blocked: %s: %s\n", what, strerror(errno));
	rmdir(folder);
	printf("%s\n", what);
	exit(PROGRAM_SKIP);
}

/* --- the file system ----------------------------------------------------------------------- */

static void answer(int fuse, uint64_t unique, int error, const void *body, size_t size)
{
	struct fuse_out_header head = {
		.len = (uint32_t)(sizeof head + size), .error = -error, .unique = unique
	};
	const struct iovec parts[2] = {
		{ .iov_base = &head, .iov_len = sizeof head },
		{ .iov_base = (void *)(uintptr_t)body, .iov_len = size },
	};

	if (writev(fuse, parts, size ? 2 : 1) < 0 && errno != ENOENT)
		perror("blocked: answer");
}

static struct fuse_attr attributes(uint64_t node)
{
	struct fuse_attr attr = { .ino = node, .nlink = 1, .blksize = 4096 };

	attr.mode = node == FILE_NODE ? S_IFREG | 0666 : S_IFDIR | 0777;
	attr.size = node == FILE_NODE ? FILE_SIZE : 0;
	return attr;
}

static void answer_init(int fuse, const struct fuse_in_header *head)
{
	const struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION,
		.minor = 31,
		.max_readahead = 65536,
		.max_background = 16,
		.congestion_threshold = 12,
		.max_write = 65536,
		.time_gran = 1,
	};

	answer(fuse, head->unique, 0, &init, sizeof init);
}

static void answer_lookup(int fuse, const struct fuse_in_header *head)
{
	const struct fuse_entry_out entry = {
		.nodeid = FILE_NODE,
		.entry_valid = 3600,
		.attr_valid = 3600,
		.attr = attributes(FILE_NODE),
	};

	answer(fuse, head->unique, 0, &entry, sizeof entry);
}

static void answer_getattr(int fuse, const struct fuse_in_header *head)
{
	const struct fuse_attr_out out = { .attr_valid = 3600, .attr = attributes(head->nodeid) };

	answer(fuse, head->unique, 0, &out, sizeof out);
}

/* Answers one request; true when it was the write that is never answered. */
static bool serve(int fuse)
{
	static char request[REQUEST_MAX];
	static const char zeros[FILE_SIZE];
	const struct fuse_open_out open_out = { .fh = 1 };
	struct fuse_in_header head;

	if (read(fuse, request, sizeof request) < (ssize_t)sizeof head)
		return false;
	memcpy(&head, request, sizeof head);
	switch (head.opcode) {
	case FUSE_INIT:
		answer_init(fuse, &head);
		break;
	case FUSE_LOOKUP:
		answer_lookup(fuse, &head);
		break;
	case FUSE_GETATTR:
	case FUSE_SETATTR:
		answer_getattr(fuse, &head);
		break;
	case FUSE_OPEN:
		answer(fuse, head.unique, 0, &open_out, sizeof open_out);
		break;
	case FUSE_READ:
		answer(fuse, head.unique, 0, zeros, sizeof zeros);
		break;
	case FUSE_WRITE:
		return true;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		answer(fuse, head.unique, ENOSYS, NULL, 0);
		break;
	}
	return false;
}

/* Serves for so long, or until the write has come. */
static bool serve_until_write(int fuse, int ms)
{
	for (int left = ms; left > 0; left -= 10) {
		struct pollfd ready = { .fd = fuse, .events = POLLIN };

		while (poll(&ready, 1, 10) > 0)
			if (serve(fuse))
				return true;
	}
	return false;
}

/* --- the victim ---------------------------------------------------------------------------- */

static void *ask_for_the_lock(void *nothing)
{
	program_sleep_ms(100);
	mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return nothing;
}

static _Noreturn void be_victim(const char *path)
{
	const size_t size = (size_t)VICTIM_MIB << 20;
	pthread_t thread;
	char *page, *memory;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "victim");
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory != MAP_FAILED)
		program_dirty(memory, size);
	fd = open(path, O_RDWR);
	if (fd < 0)
		_exit(1);
	page = mmap(NULL, FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED || pthread_create(&thread, NULL, ask_for_the_lock, NULL))
		_exit(1);
	page[0] = 'x';
	munmap(page, FILE_SIZE);
	/* free again: the file system is gone */
	_exit(0);
}

/* --- together ------------------------------------------------------------------------------ */

static bool write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) > 0;
	close(fd);
	return done;
}

/* A mount namespace, inside a user namespace where we are not root. */
static void enter_namespace(void)
{
	const unsigned uid = getuid(), gid = getgid();
	char map[64];

	if (unshare(CLONE_NEWNS)) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
			skip("no namespaces here");
		snprintf(map, sizeof map, "0 %u 1\n", uid);
		if (!write_file("/proc/self/uid_map", map))
			skip("uid_map");
		write_file("/proc/self/setgroups", "deny");
		snprintf(map, sizeof map, "0 %u 1\n", gid);
		write_file("/proc/self/gid_map", map);
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip("private mounts");
}

static int mount_fuse(void)
{
	const int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128];

	if (fuse < 0)
		skip("/dev/fuse");
	enter_namespace();
	snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	if (mount("blocked", folder, "fuse", MS_NOSUID | MS_NODEV, options))
		skip("mounting");
	return fuse;
}

/* Whether a read of the victim's command line hangs: tried by a child, which can be killed. */
static bool is_blocked(int fuse, pid_t victim)
{
	const pid_t reader = fork();
	bool done;

	if (reader == 0) {
		char path[64], byte;
		int fd;

		snprintf(path, sizeof path, "/proc/%d/cmdline", (int)victim);
		fd = open(path, O_RDONLY);
		_exit(fd < 0 || read(fd, &byte, 1) < 0);
	}
	serve_until_write(fuse, HANG_MS);
	done = waitpid(reader, NULL, WNOHANG) == reader;
	if (!done) {
		kill(reader, SIGKILL);
		waitpid(reader, NULL, 0);
	}
	return !done;
}

int main(void)
{
	char path[80];
	pid_t victim;
	int fuse;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(LIFE_S);
	if (!mkdtemp(folder))
		skip("mkdtemp");
	fuse = mount_fuse();
	snprintf(path, sizeof path, "%s/file", folder);
	victim = fork();
	if (victim == 0) {
		close(fuse);
		be_victim(path);
	}
	if (!serve_until_write(fuse, 5000))
		skip("the page is not written back");
	serve_until_write(fuse, 200);
	if (!is_blocked(fuse, victim))
		skip("this kernel does not hold the lock");
	/* the folder's name is no longer needed: the mount is ours alone */
	umount2(folder, MNT_DETACH);
	rmdir(folder);
	printf("ready %d\n", (int)victim);
	fflush(stdout);
	for (;;)
		serve_until_write(fuse, 1000);
}
