/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_look - what memtop finds in a Python, as a line of JSON: for tests that know what is in it
 *
 * usage: python_look PID [TYPE]
 *
 * With TYPE who keeps its objects, else all types.  `cpu_ms` is what it took.  Exit status 1 and a
 * sentence on standard error when there is nothing to be found.
 */
#include "base/xalloc.h"
#include "inspect/memory.h"
#include "inspect/python/python_census.h"
#include "inspect/python/python_holders.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Field 22 of proc_pid_stat(5). */
static uint64_t start_ticks(const char *pid)
{
	char path[64], text[4096] = "";
	const char *at;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	size_t len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	fclose(file);
	at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < 22; field++) {
		at = strchr(at, ' ');
		if (at != NULL)
			at++;
	}
	return at != NULL ? strtoull(at, NULL, 10) : 0;
}

static int fail(const char *why)
{
	fprintf(stderr, "python_look: %s\n", why);
	return 1;
}

static int print_types(const struct python *python)
{
	struct python_types *types = python_types_new(python);
	struct python_heap heap;
	size_t count;
	double before = cpu_ms();

	python_heap_init(&heap, python, types);
	if (python_census(&heap, NULL, NULL) != 0)
		return fail("the census ended early");
	printf("{\"cpu_ms\":%.1f,\"version\":%u,\"pools\":%" PRIu64 ",\"empty\":%" PRIu64
	       ",\"blocks\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"kept\":%" PRIu64
	       ",\"resyncs\":%" PRIu64 ",\"types\":[",
		cpu_ms() - before, python->version, heap.sums.pools, heap.sums.pools_empty,
		heap.sums.blocks, heap.sums.bytes, heap.sums.kept, heap.sums.resyncs);
	struct python_type *const *list = python_types_list(types, &count);
	const char *comma = "";
	for (size_t i = 0; i < count; i++) {
		if (list[i]->count == 0)
			continue;
		printf("%s[\"%s\",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "]", comma, list[i]->name,
			list[i]->count, list[i]->bytes, list[i]->hanging);
		comma = ",";
	}
	puts("]}");
	python_heap_done(&heap);
	python_types_free(types);
	return 0;
}

static int print_holders(const struct python *python, const char *name)
{
	struct python_holders holders;
	double before = cpu_ms();

	if (python_holders_find(&holders, python, name) != 0)
		return fail("the search ended early, or there is no such object");
	printf("{\"cpu_ms\":%.1f,\"count\":%" PRIu64 ",\"bytes\":%" PRIu64
	       ",\"samples\":%u,\"found\":%u,\"paths\":[",
		cpu_ms() - before, holders.count, holders.bytes, holders.samples, holders.found);
	for (size_t i = 0; i < holders.path_count; i++)
		printf("%s[%u,\"%s\"]", i > 0 ? "," : "", holders.paths[i].samples,
			holders.paths[i].text);
	puts("]}");
	return 0;
}

int main(int argc, char **argv)
{
	char why[PYTHON_WHY_MOST];
	struct python python;
	int error, status;

	if (argc < 2)
		return fail("usage: python_look PID [TYPE]");
	struct memory *memory = memory_open((pid_t)strtol(argv[1], NULL, 10), start_ticks(argv[1]),
		&error);
	if (memory == NULL)
		return fail(strerror(-error));
	if (python_open(&python, memory, why) != 0)
		status = fail(why);
	else
		status = argc > 2 ? print_holders(&python, argv[2]) : print_types(&python);
	memory_close(memory);
	return status;
}
