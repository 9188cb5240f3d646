/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_mappings - what the child reads of one process in depth: mappings, executable, kill order,
 * tool
 *
 * Each read of smaps takes the process's memory lock and gives it back: the kernel hands the file
 * out page by page, so that nobody waits for long, however large the process is.
 */
#include "sample/reader_wire.h"

#include "base/clock.h"
#include "base/order.h"
#include "base/text.h"
#include "frame/runtime.h"
#include "sample/elf.h"
#include "sample/kill_order.h"
#include "base/rooted.h"
#include "sample/mapping_groups.h"
#include "sample/procfs.h"
#include "sample/scan.h"
#include "sample/sysparse.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CHUNK = 32 * 1024,
	FILE_ROOM = 16384, /* of status: very many groups */
	MOUNTS_MOST = 64 * 1024 * 1024,
	THREADS_MAX = 1024, /* whose stack pointers are asked for */
	IMAGES_MAX = 2048,  /* headers of files read for one answer */
};

/* One answer being made. */
struct inquiry {
	struct reader_answer *answer;
	int dir;            /* of the process */
	int root;           /* what it sees as "/"; -1: not for us */
	char exe[PATH_MAX]; /* raw; "" if not known */
	uint64_t memfs[MAPPING_GROUPS_MEMFS_MAX], remote[MAPPING_GROUPS_MEMFS_MAX];
	size_t nmemfs, nremote;
	uint64_t stacks[THREADS_MAX];
	size_t nstacks;
	unsigned images;
	bool libc, python, node, java, jemalloc, tcmalloc, mimalloc;
	struct mapping_groups *groups;
	struct smaps smaps;
};

/* --- what mappings are sorted by -------------------------------------------------------------- */

/* proc_pid_syscall(5): "running", or ... and last the stack pointer and the program counter. */
static uint64_t stack_pointer(const char *text, size_t len)
{
	struct scan scan = scan_over(text, len), word, last = { NULL, NULL },
		    before = { NULL, NULL };
	char number[24];

	while (scan_word(&scan, &word)) {
		before = last;
		last = word;
	}
	size_t size = before.at != NULL ? (size_t)(before.end - before.at) : 0;
	if (size < 3 || size >= sizeof(number))
		return 0;
	memcpy(number, before.at, size);
	number[size] = '\0';
	return strtoull(number, NULL, 16);
}

static void find_stacks(struct inquiry *inquiry)
{
	int fd = openat(inquiry->dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *tasks = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *task;
	char name[NAME_MAX + 16], text[256];

	while (tasks != NULL && inquiry->nstacks < THREADS_MAX && (task = readdir(tasks)) != NULL) {
		if (task->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "task/%s/syscall", task->d_name);
		ssize_t len = procfs_read_at(inquiry->dir, name, text, sizeof(text));
		uint64_t pointer = len > 0 ? stack_pointer(text, (size_t)len) : 0;

		if (len == -EPERM || len == -EACCES || len == -ENOENT)
			break; /* not for us: what lies above a guard is a stack */
		if (pointer != 0)
			inquiry->stacks[inquiry->nstacks++] = pointer;
	}
	if (tasks != NULL)
		closedir(tasks);
	order_sort(inquiry->stacks, inquiry->nstacks, sizeof(inquiry->stacks[0]), order_u64);
}

/* Searches the mounts of that process, which may be others than ours (a container). */
static void find_devices(struct inquiry *inquiry)
{
	char *text;
	ssize_t len = procfs_read_whole(inquiry->dir, "mountinfo", &text, MOUNTS_MOST);

	if (len <= 0) {
		free(text);
		return;
	}
	inquiry->nmemfs = sysparse_devices(inquiry->memfs, MAPPING_GROUPS_MEMFS_MAX,
		SYSPARSE_IN_MEMORY, text, (size_t)len);
	inquiry->nremote = sysparse_devices(inquiry->remote, MAPPING_GROUPS_MEMFS_MAX,
		SYSPARSE_REMOTE, text, (size_t)len);
	free(text);
}

static bool is_remote(const struct inquiry *inquiry, const struct smaps_mapping *mapping)
{
	for (size_t i = 0; i < inquiry->nremote; i++)
		if (inquiry->remote[i] == ((uint64_t)mapping->major << 32 | mapping->minor))
			return true;
	return false;
}

/* The first bytes of a mapped file, as the process sees it; none of a file on another machine,
 * which may take for ever to answer. */
static ssize_t read_head(const struct inquiry *inquiry, const struct smaps_mapping *mapping,
	char head[ELF_HEAD])
{
	if (is_remote(inquiry, mapping) || mapping->name[0] != '/' || inquiry->root < 0)
		return -1;
	int fd = rooted_open(inquiry->root, mapping->name, mapping->inode);
	if (fd < 0)
		return -1;
	ssize_t len = pread(fd, head, ELF_HEAD, 0);
	close(fd);
	return len;
}

/* How far a program reaches in memory, by its own header: the kernel maps its parts one by one,
 * and what lies between them belongs to it. Only of some, as a file has to be read for it. */
static uint64_t image_end(void *context, const struct smaps_mapping *first)
{
	struct inquiry *inquiry = context;
	char head[ELF_HEAD];

	if (++inquiry->images > IMAGES_MAX)
		return 0;
	ssize_t len = read_head(inquiry, first, head);
	uint64_t size = len > 0 ? elf_image_size(head, (size_t)len) : 0;
	return size > 0 && size < UINT64_MAX - first->start ? first->start + size : 0;
}

/* --- mappings --------------------------------------------------------------------------------- */

/* The libraries tell which runtime it is. */
static void take_mapping(void *context, const struct smaps_mapping *mapping)
{
	struct inquiry *inquiry = context;
	const char *base = text_base_name(mapping->name);

	inquiry->libc |= text_begins(base, "libc.so.") || text_begins(base, "libc-2.");
	inquiry->python |= text_begins(base, "libpython");
	inquiry->node |= text_begins(base, "libnode.so");
	inquiry->java |= text_begins(base, "libjvm.so");
	inquiry->jemalloc |= text_begins(base, "libjemalloc.so");
	inquiry->tcmalloc |= text_begins(base, "libtcmalloc");
	inquiry->mimalloc |= text_begins(base, "libmimalloc");
	mapping_groups_add(inquiry->groups, mapping);
}

/* In chunks, since smaps of a process of ten thousand mappings is megabytes, and takes the lock of
 * its memory for each read(2) anew: between two of them it may go on. */
static int read_mappings(struct inquiry *inquiry)
{
	static char chunk[CHUNK];
	int fd = openat(inquiry->dir, "smaps", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	smaps_init(&inquiry->smaps, take_mapping, inquiry);
	do {
		n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			smaps_feed(&inquiry->smaps, chunk, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	n = n < 0 ? -errno : 0;
	close(fd);
	smaps_end(&inquiry->smaps);
	return (int)n;
}

/* A piece of the answer; the rest of it is as it was. */
static void send_text(struct inquiry *inquiry, enum reader_piece piece, const char *text)
{
	struct reader_answer *answer = inquiry->answer;

	answer->piece = piece;
	answer->len = (uint32_t)strlen(text);
	memcpy(answer->text, text, answer->len + 1u);
	reader_child_send(answer);
	answer->piece = READER_WHOLE;
	answer->len = 0;
}

/* The parts first, the sums with what follows: who has read the sums has all parts. */
static void send_parts(struct inquiry *inquiry, struct proc_mappings *figures)
{
	struct mapping_group *list;
	size_t count = mapping_groups_end(inquiry->groups, &list, &figures->sums);

	for (size_t i = 0; i < count; i++) {
		const char *name = list[i].name;

		list[i].pid = figures->pid;
		list[i].name = NULL;
		inquiry->answer->figures.group = list[i];
		send_text(inquiry, READER_GROUP, name);
	}
	figures->known |= MAPPINGS_READ | MAPPINGS_FREED;
}

/* The kind of a mapping depends on the threads' stack pointers and on which file systems are in
 * memory, so both are read before. The cost is measured around smaps alone: it decides how often it
 * may be read again. */
static void take_mappings(struct inquiry *inquiry, struct proc_mappings *figures)
{
	find_devices(inquiry);
	find_stacks(inquiry);
	struct mapping_groups_about about = (struct mapping_groups_about){
		.exe = inquiry->exe[0] != '\0' ? inquiry->exe : NULL,
		.stacks = inquiry->stacks,
		.nstacks = inquiry->nstacks,
		.memfs = inquiry->memfs,
		.nmemfs = inquiry->nmemfs,
		.image_end = image_end,
		.context = inquiry,
	};
	inquiry->groups = mapping_groups_new(&about);
	uint64_t begin_us = clock_boot_us();
	figures->error = -read_mappings(inquiry);
	figures->cost_ms = (double)(clock_boot_us() - begin_us) / 1000;
	if (figures->error == 0)
		send_parts(inquiry, figures);
	mapping_groups_free(inquiry->groups);
}

/* --- who it is -------------------------------------------------------------------------------- */

/* Reads a link of the process, cleaned, into OUT. */
static void read_link(const struct inquiry *inquiry, const char *name, char *raw, size_t raw_cap,
	char out[FRAME_CMDLINE_MAX])
{
	ssize_t len = readlinkat(inquiry->dir, name, raw, raw_cap - 1);

	raw[len > 0 ? len : 0] = '\0';
	text_clean(out, FRAME_CMDLINE_MAX, raw, strlen(raw));
}

/* The kernel marks a program that was replaced by an upgrade behind its path. That is told apart
 * from the name, since people look for the file under its name. */
static void take_links(struct inquiry *inquiry, struct proc_mappings *figures)
{
	static const char deleted[] = " (deleted)";
	char raw[PATH_MAX], clean[FRAME_CMDLINE_MAX];

	read_link(inquiry, "exe", inquiry->exe, sizeof(inquiry->exe), clean);
	size_t len = strlen(clean);
	if (len > sizeof(deleted) && strcmp(clean + len - (sizeof(deleted) - 1), deleted) == 0) {
		figures->exe_deleted = true;
		clean[len - (sizeof(deleted) - 1)] = '\0';
	}
	send_text(inquiry, READER_EXE, clean);
	read_link(inquiry, "cwd", raw, sizeof(raw), clean);
	send_text(inquiry, READER_CWD, clean);
}

/* Page tables, locked memory and the pool of huge pages are in no mapping. */
static void take_status(const struct inquiry *inquiry, struct proc_mappings *figures)
{
	char text[FILE_ROOM];
	struct procparse_status status;
	ssize_t len = procfs_read_at(inquiry->dir, "status", text, sizeof(text));

	if (len <= 0 || procparse_status(&status, text, (size_t)len) < 0 ||
		!(status.known & STATUS_PTE))
		return;
	figures->page_tables_kib = status.pte_kib;
	figures->locked_kib = status.locked_kib;
	figures->hugetlb_kib = status.figures.huge_kib;
	figures->known |= MAPPINGS_STATUS;
}

/* Go programs are static and need no library that would tell; the linker leaves a note in the
 * first pages. */
static bool exe_is_go(const struct inquiry *inquiry)
{
	char head[ELF_HEAD];
	int fd = openat(inquiry->dir, "exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return false;
	ssize_t len = pread(fd, head, sizeof(head), 0);
	close(fd);
	return len > 0 && elf_is_go(head, (size_t)len);
}

/* Tells whose malloc a program uses that nothing else runs, as far as its libraries tell. */
static enum runtime runtime_by_malloc(const struct inquiry *inquiry)
{
	if (inquiry->jemalloc)
		return RUNTIME_JEMALLOC;
	if (inquiry->tcmalloc)
		return RUNTIME_TCMALLOC;
	if (inquiry->mimalloc)
		return RUNTIME_MIMALLOC;
	return inquiry->libc ? RUNTIME_GLIBC : RUNTIME_UNKNOWN;
}

/* By the library that is mapped before the name of the program: a server with Python inside
 * (uwsgi) is told by libpython, while a static `node` has only its name. */
static enum runtime runtime_of(const struct inquiry *inquiry)
{
	const char *base = text_base_name(inquiry->exe);

	if (inquiry->java || strcmp(base, "java") == 0)
		return RUNTIME_JVM;
	if (inquiry->node || strcmp(base, "node") == 0 || strcmp(base, "nodejs") == 0)
		return RUNTIME_NODE;
	if (inquiry->python || text_begins(base, "python"))
		return RUNTIME_CPYTHON;
	if (exe_is_go(inquiry))
		return RUNTIME_GO;
	if (text_begins(base, "redis-") || text_begins(base, "valkey-"))
		return RUNTIME_REDIS;
	return runtime_by_malloc(inquiry);
}

/* Whether PATH has the program; nothing is run. */
static bool is_installed(const char *tool)
{
	const char *path = getenv("PATH");
	char file[PATH_MAX];

	while (path != NULL && *path != '\0') {
		size_t len = strcspn(path, ":");
		struct stat info;

		/* a relative one depends on the working directory: no answer for a person
		 * elsewhere */
		if (*path == '/' && len + strlen(tool) + 2 < sizeof(file)) {
			snprintf(file, sizeof(file), "%.*s/%s", (int)len, path, tool);
			if (access(file, X_OK) == 0 && stat(file, &info) == 0 &&
				S_ISREG(info.st_mode))
				return true;
		}
		path += len + (path[len] == ':');
	}
	return false;
}

static void take_runtime(const struct inquiry *inquiry, struct proc_mappings *figures)
{
	figures->runtime = runtime_of(inquiry);
	const char *tool = runtime_tool(figures->runtime);
	if (*tool == '\0')
		return;
	figures->tool = is_installed(tool);
	figures->known |= MAPPINGS_TOOL;
}

void reader_mappings(struct reader_answer *answer)
{
	/* static, since it is large, and a reader has one question at a time */
	static struct inquiry inquiry;
	struct proc_mappings figures = {
		.pid = answer->ask.id.pid,
		.start_ticks = answer->ask.id.start_ticks,
	};

	memset(&inquiry, 0, sizeof(inquiry));
	inquiry.answer = answer;
	inquiry.dir = reader_child_open(answer->ask.id);
	if (inquiry.dir < 0) {
		answer->error = -inquiry.dir;
		return;
	}
	inquiry.root = openat(inquiry.dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	take_links(&inquiry, &figures);
	take_status(&inquiry, &figures);
	take_mappings(&inquiry, &figures);
	take_runtime(&inquiry, &figures);
	kill_order(inquiry.dir, &figures);
	if (inquiry.root >= 0)
		close(inquiry.root);
	close(inquiry.dir);
	answer->figures.mappings = figures;
}
