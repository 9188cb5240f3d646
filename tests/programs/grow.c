/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grow - grows by a known rate, and no faster
 *
 * usage: grow [-k KIB_PER_SECOND] [-m anon|shm|file] [-b BASE_MIB] [-u UNTIL_MIB] [-s STOP_SECONDS]
 *
 * Steps of a tenth of a second; a step that comes late makes up for it, so that the rate is true
 * over any time. It stays at `until` MiB of growth (1024 unless given), or where it is when told to
 * stop. file maps a file of TMPDIR and reads it: growth that is no leak.
 */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>

enum kind { ANON, SHM, MAPPED };

struct grow {
	enum kind kind;
	size_t rate; /* bytes a second */
	size_t base, most;
	double stop_s;
};

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static enum kind kind_of(const char *name)
{
	if (!strcmp(name, "anon"))
		return ANON;
	if (!strcmp(name, "shm"))
		return SHM;
	if (!strcmp(name, "file"))
		return MAPPED;
	fprintf(stderr, "grow: not anon, shm or file: %s\n", name);
	exit(2);
}

static void take_options(struct grow *grow, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "k:m:b:u:s:")) != -1) {
		switch (option) {
		case 'k':
			grow->rate = (size_t)program_number(optarg, 1, 4 << 20) << 10;
			break;
		case 'm':
			grow->kind = kind_of(optarg);
			break;
		case 'b':
			grow->base = (size_t)program_number(optarg, 0, 4096) << 20;
			break;
		case 'u':
			grow->most = (size_t)program_number(optarg, 0, 16384) << 20;
			break;
		case 's':
			grow->stop_s = (double)program_number(optarg, 0, PROGRAM_LIFE_S);
			break;
		default:
			exit(2);
		}
	}
}

/* A file of this size, already without a name. */
static int open_file(size_t size)
{
	const char *folder = getenv("TMPDIR");
	char path[4096], block[65536];
	int fd;

	snprintf(path, sizeof path, "%s/grow.XXXXXX", folder ? folder : "/tmp");
	fd = mkstemp(path);
	if (fd < 0 || unlink(path))
		return -1;
	memset(block, 'x', sizeof block);
	for (size_t done = 0; done < size; done += sizeof block)
		if (write(fd, block, sizeof block) != (ssize_t)sizeof block)
			return -1;
	return fd;
}

static char *map(const struct grow *grow)
{
	const size_t size = grow->base + grow->most;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, fd = -1;
	char *memory;

	if (grow->kind == SHM)
		flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
	if (grow->kind == MAPPED) {
		flags = MAP_SHARED;
		fd = open_file(size);
		if (fd < 0) {
			perror("grow: file");
			exit(1);
		}
	}
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (memory == MAP_FAILED) {
		perror("grow: mmap");
		exit(1);
	}
	/* one page at a time: a huge page would be a step of two MiB */
	madvise(memory, size, MADV_NOHUGEPAGE);
	if (grow->kind == MAPPED)
		madvise(memory, size, MADV_RANDOM);
	return memory;
}

static void touch(const struct grow *grow, char *from, size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile char sum = 0;

	if (grow->kind != MAPPED) {
		program_dirty(from, size);
		return;
	}
	for (size_t at = 0; at < size; at += page)
		sum = (char)(sum + from[at]);
}

int main(int argc, char **argv)
{
	struct grow grow = {
		.rate = 1 << 20, .most = (size_t)1024 << 20, .stop_s = PROGRAM_LIFE_S
	};
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t grown = 0;
	char *memory;
	double begin;

	program_begin();
	take_options(&grow, argc, argv);
	memory = map(&grow);
	touch(&grow, memory, grow.base);
	program_ready();
	begin = now_s();
	for (;;) {
		const double passed = now_s() - begin;
		size_t due = (size_t)((double)grow.rate * passed) / page * page;

		if (due > grow.most)
			due = grow.most / page * page;
		if (due > grown && passed < grow.stop_s) {
			touch(&grow, memory + grow.base + grown, due - grown);
			grown = due;
		}
		program_sleep_ms(100);
	}
}
