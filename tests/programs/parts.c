/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parts - takes memory of one kind, and says how much
 *
 * usage: parts KIND SIZE [KIB_A_SECOND [FILE]]
 *
 * KIND is heap, arena (the heap of a second thread), mmap, shm (shared anonymous), posix
 * (/dev/shm), file (FILE, mapped), threads (SIZE of them with 512 KiB of stack each), bare (these
 * without guards), thp (transparent huge pages), huge (pages of the pool), swap (moved there), free (given back with
 * MADV_FREE), lib (FILE, a library with parts_data() and parts_bss()) or work.  SIZE is MiB.
 * Prints "ready PID KIB"; grows by so many KiB a second then, where that makes sense. work holds
 * SIZE, maps and drops pages without end, and prints each tenth of a second its loops, its faults,
 * its CPU time, the time, and for how long it could have run but had no CPU.
 */
#include "program.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum { CHUNK = 65536, STACK = 512 * 1024, MIB = 1 << 20, HUGE_PAGE = 2 * MIB };

static void ready(size_t bytes)
{
	printf("ready %d %zu\n", (int)getpid(), bytes >> 10);
	fflush(stdout);
}

static void fail(const char *what)
{
	fprintf(stderr, "parts: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *map(size_t size, int flags, int fd)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (memory == MAP_FAILED)
		fail("mmap");
	return memory;
}

static void take_heap(size_t size)
{
	for (size_t taken = 0; taken < size; taken += CHUNK) {
		char *memory = malloc(CHUNK - 64);

		if (!memory)
			fail("malloc");
		program_dirty(memory, CHUNK - 64);
	}
}

static void take_mapped(const char *kind, size_t size)
{
	bool shared = !strcmp(kind, "shm");

	program_dirty(map(size, (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1), size);
}

static void take_posix(size_t size)
{
	char name[64];

	snprintf(name, sizeof name, "/dev/shm/memtop-parts-%d", (int)getpid());
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		fail(name);
	unlink(name);
	program_dirty(map(size, MAP_SHARED, fd), size);
}

static void take_file(const char *path)
{
	struct stat info;
	int fd = open(path, O_RDWR);
	volatile char sum = 0;

	if (fd < 0 || fstat(fd, &info) < 0)
		fail(path);
	const char *memory = map((size_t)info.st_size, MAP_SHARED, fd);
	for (off_t at = 0; at < info.st_size; at += 4096)
		sum = (char)(sum + memory[at]);
}

static void take_thp(size_t size)
{
	char *memory = map(size + HUGE_PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	char *from = (char *)(((uintptr_t)memory + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));

	if (madvise(from, size, MADV_HUGEPAGE) < 0)
		fail("MADV_HUGEPAGE");
	program_dirty(from, size);
}

static size_t swapped_kib(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[128];
	size_t kib = 0;

	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "VmSwap: %zu", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib;
}

/* Fails where there is no swap. */
static void take_swap(size_t size)
{
	char *memory = map(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	program_dirty(memory, size);
	for (int i = 0; i < 10; i++)
		if (madvise(memory, size, MADV_PAGEOUT) < 0)
			fail("MADV_PAGEOUT");
	if (swapped_kib() < size / 1024 / 100 * 99) {
		errno = ENOSPC;
		fail("swap");
	}
}

static void take_free(size_t size)
{
	char *memory = map(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	program_dirty(memory, size);
	if (madvise(memory, size, MADV_FREE) < 0)
		fail("MADV_FREE");
}

static void *arena_thread(void *size)
{
	/* sizes above would be mapped on their own */
	take_heap(*(size_t *)size);
	ready(*(size_t *)size);
	for (;;)
		pause();
	return NULL;
}

static pthread_barrier_t touched;

static void *stack_thread(void *unused)
{
	volatile char frame[STACK];

	(void)unused;
	for (size_t at = 0; at < sizeof frame; at += 4096)
		frame[at] = 1;
	pthread_barrier_wait(&touched);
	for (;;)
		pause();
	return NULL;
}

static void take_threads(size_t count, bool bare)
{
	pthread_attr_t how;

	pthread_attr_init(&how);
	if (bare)
		pthread_attr_setguardsize(&how, 0);
	pthread_barrier_init(&touched, NULL, (unsigned)count + 1);
	for (size_t i = 0; i < count; i++) {
		pthread_t thread;

		if (pthread_create(&thread, &how, stack_thread, NULL))
			fail("thread");
	}
	pthread_barrier_wait(&touched);
}

static size_t touch(void *library, const char *name)
{
	size_t size;
	char *(*get)(size_t *) = (char *(*)(size_t *))dlsym(library, name);

	if (!get)
		fail(name);
	char *from = get(&size);
	program_dirty(from, size);
	return size;
}

static size_t take_library(const char *path)
{
	void *library = dlopen(path, RTLD_NOW);

	if (!library) {
		fprintf(stderr, "parts: %s\n", dlerror());
		exit(1);
	}
	return touch(library, "parts_data") + touch(library, "parts_bss");
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* proc_pid_schedstat(5): time on a run queue; 0 where the kernel does not count it. */
static double waited_s(void)
{
	FILE *file = fopen("/proc/self/schedstat", "re");
	unsigned long long ran = 0, waited = 0;

	if (file && fscanf(file, "%llu %llu", &ran, &waited) != 2)
		waited = 0;
	if (file)
		fclose(file);
	return (double)waited / 1e9;
}

/* What takes the lock of its memory as programs do: mappings made, touched and dropped. */
static void work(void)
{
	double next = now_s() + .1;

	for (unsigned long loops = 1;; loops++) {
		char *memory = map(16 * 4096, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		struct rusage usage;

		program_dirty(memory, 16 * 4096);
		munmap(memory, 16 * 4096);
		if (now_s() < next)
			continue;
		next += .1;
		getrusage(RUSAGE_SELF, &usage);
		printf("%lu %ld %.6f %.6f %.6f\n", loops, usage.ru_minflt,
			(double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
				(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
			now_s(), waited_s());
		fflush(stdout);
	}
}

static size_t take(const char *kind, size_t size, const char *file)
{
	struct stat info = { 0 };

	if (!strcmp(kind, "heap"))
		take_heap(size);
	else if (!strcmp(kind, "posix"))
		take_posix(size);
	else if (!strcmp(kind, "thp"))
		take_thp(size);
	else if (!strcmp(kind, "swap"))
		take_swap(size);
	else if (!strcmp(kind, "free"))
		take_free(size);
	else if (!strcmp(kind, "huge"))
		program_dirty(map(size, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1), size);
	else if (!strcmp(kind, "lib"))
		return take_library(file);
	else if (!strcmp(kind, "file")) {
		take_file(file);
		stat(file, &info);
		return (size_t)info.st_size;
	} else if (!strcmp(kind, "threads") || !strcmp(kind, "bare")) {
		take_threads(size / MIB, !strcmp(kind, "bare"));
		return size / MIB * STACK;
	} else
		take_mapped(kind, size);
	return size;
}

int main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "heap";
	size_t size = (size_t)program_number(argc > 2 ? argv[2] : "64", 1, 16384) * MIB;
	size_t grow = (size_t)program_number(argc > 3 ? argv[3] : "0", 0, 1048576) * 1024;
	pthread_t thread;

	mallopt(M_MMAP_THRESHOLD, 1 << 25);
	program_begin();
	if (!strcmp(kind, "arena")) {
		pthread_create(&thread, NULL, arena_thread, &size);
		pthread_join(thread, NULL);
	}
	if (!strcmp(kind, "work")) {
		take_mapped(kind, size);
		ready(size);
		work();
	}
	ready(take(kind, size, argc > 4 ? argv[4] : ""));
	for (;;) {
		if (!grow)
			pause();
		usleep(100000);
		take(kind, grow / 10 / 4096 * 4096, "");
	}
}
