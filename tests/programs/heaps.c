/* SPDX-License-Identifier: GPL-2.0-or-later */
/* heaps - a program whose heaps are known: heaps CHUNKS [THREADS [storm|grow|blocked]]
 *
 * Makes CHUNKS chunks of sizes of all kinds in the main heap and, by THREADS threads, in arenas of
 * theirs, frees some, and has two chunks with a mapping of their own.  With `storm` the threads go
 * on making and freeing at full speed, with `grow` they make more for some seconds, with `blocked`
 * brk(2) can give no more than the first 256 KiB of the main heap.  A line on standard input is answered by one on standard output:
 * "info" with what mallinfo2(3) says (in use, free, chunks free, fast chunks, fast bytes, mapped
 * chunks, mapped bytes, free end; then VmRSS in KiB), "trim" with the KiB that malloc_trim(0) took
 * off the RSS.  Nothing it prints goes through malloc.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CHUNKS_MOST = 1000000, THREADS_MOST = 64, STORM_SLOTS = 4096, GROW_MOST = 40000 };

static size_t nchunks;
static bool storm, grow;
static pthread_barrier_t ready;

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 8;
}

/* Makes chunks, of which every fourth and a run in the middle are freed. */
static void **make(unsigned seed)
{
	void **chunks = calloc(nchunks, sizeof(*chunks));

	for (size_t i = 0; i < nchunks; i++) {
		size_t size = i % 4 == 3 ? 1000 : 16 + next_random(&seed) % 600;

		chunks[i] = malloc(size);
		memset(chunks[i], 1, size);
	}
	for (size_t i = 0; i < nchunks; i++)
		if (i % 4 == 3 || (i > nchunks / 3 && i < nchunks / 2)) {
			free(chunks[i]);
			chunks[i] = NULL;
		}
	return chunks;
}

static void *work(void *context)
{
	unsigned seed = (unsigned)(uintptr_t)context;
	void *slots[STORM_SLOTS] = { NULL };

	make(seed);
	pthread_barrier_wait(&ready);
	while (storm) {
		size_t at = next_random(&seed) % STORM_SLOTS;

		free(slots[at]);
		slots[at] = malloc(16 + next_random(&seed) % 2000);
	}
	for (size_t made = 0; grow && made < GROW_MOST; made += 20) {
		for (size_t i = 0; i < 20; i++)
			memset(malloc(16 + next_random(&seed) % 2000), 1, 16);
		usleep(1000);
	}
	pause();
	return NULL;
}

static long rss_kib(void)
{
	char text[256];
	FILE *file = fopen("/proc/self/statm", "re");
	size_t n = 0;
	long pages = 0;

	if (file != NULL) {
		setvbuf(file, NULL, _IONBF, 0);
		n = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[n] = '\0';
	sscanf(text, "%*d %ld", &pages);
	return pages * sysconf(_SC_PAGESIZE) / 1024;
}

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(1);
}

static void info(void)
{
	struct mallinfo2 info = mallinfo2();
	char text[256];

	snprintf(text, sizeof(text), "%zu %zu %zu %zu %zu %zu %zu %zu %ld\n", info.uordblks,
		info.fordblks, info.ordblks, info.smblks, info.fsmblks, info.hblks, info.hblkhd,
		info.keepcost, rss_kib());
	say(text);
}

static void trim(void)
{
	long before = rss_kib();
	char text[64];

	malloc_trim(0);
	snprintf(text, sizeof(text), "%ld\n", before - rss_kib());
	say(text);
}

/* From here on brk(2) gives nothing: there is a page in the way, right behind the heap. */
static void block_brk(void)
{
	char *volatile first = malloc(1);

	if (first == NULL ||
		mmap(sbrk(0), 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			-1, 0) == MAP_FAILED)
		_exit(3);
}

/* A chunk of its own mapping, for good; a compiler that sees nobody read it must not drop it. */
static void hold_mapped(size_t size)
{
	char *volatile held = malloc(size);

	memset(held, 1, size);
}

int main(int argc, char **argv)
{
	unsigned long threads = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	pthread_t thread;
	char line[64];

	nchunks = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	storm = argc > 3 && strcmp(argv[3], "storm") == 0;
	grow = argc > 3 && strcmp(argv[3], "grow") == 0;
	if (nchunks > CHUNKS_MOST || threads > THREADS_MOST)
		return 2;
	if (argc > 3 && strcmp(argv[3], "blocked") == 0)
		block_brk();
	mallopt(M_ARENA_MAX, THREADS_MOST + 1);
	pthread_barrier_init(&ready, NULL, (unsigned)threads + 1);
	for (unsigned long i = 0; i < threads; i++)
		if (pthread_create(&thread, NULL, work, (void *)(uintptr_t)(i + 2)) != 0)
			return 1;
	make(1);
	hold_mapped(8 << 20);
	hold_mapped(300000);
	pthread_barrier_wait(&ready);
	say("ready\n");
	for (ssize_t n; (n = read(STDIN_FILENO, line, sizeof(line) - 1)) > 0;) {
		line[n] = '\0';
		if (strncmp(line, "info", 4) == 0)
			info();
		else if (strncmp(line, "trim", 4) == 0)
			trim();
	}
	return 0;
}
