/* SPDX-License-Identifier: GPL-2.0-or-later */
/* python_stacks - what python_stack.h and python_line.h find, for python_lines.py
 *
 *	python_stacks PID         stacks of its threads: "thread TID", then "FILE:LINE FUNCTION"
 *	python_stacks --lines     standard input: "MINOR FIRST TABLE OFFSET ...", the table in
 *	                          hexadecimal; for each such line the lines of the offsets
 *	python_stacks PID COUNT   so many looks at full speed: how long one takes, how many were torn
 */
#include "base/clock.h"
#include "inspect/python/python_line.h"
#include "inspect/python/python_stack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t start_of(pid_t pid)
{
	char path[64], text[1024];
	unsigned long long start = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "re");
	size_t n = file != NULL ? fread(text, 1, sizeof(text) - 1, file) : 0;
	if (file != NULL)
		fclose(file);
	text[n] = '\0';
	char *at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at != NULL)
		start = strtoull(at, NULL, 10);
	return start;
}

struct told {
	struct python_stacks *stacks;
	unsigned torn, number;
	bool quiet;
};

static void tell(void *context, const struct python_stack *stack)
{
	struct told *told = context;

	told->torn += stack->torn;
	told->number++;
	if (told->quiet)
		return;
	printf("thread %d%s\n", (int)stack->tid, stack->torn ? " torn" : "");
	for (size_t i = 0; i < stack->depth; i++)
		printf("%s:%d %s %d\n",
			python_stacks_file(told->stacks, stack->spots[i].file)->path,
			stack->spots[i].line, stack->spots[i].function,
			python_stacks_file(told->stacks, stack->spots[i].file)->origin);
}

static int look(pid_t pid, unsigned count)
{
	int error;
	char why[PYTHON_WHY_MOST];
	struct python python;
	uint64_t open_us = clock_cpu_us();
	struct memory *memory = memory_open(pid, start_of(pid), &error);

	if (memory == NULL || python_open(&python, memory, why) != 0) {
		fprintf(stderr, "%s\n", memory == NULL ? strerror(-error) : why);
		return 1;
	}
	struct told told = { .stacks = python_stacks_new(&python), .quiet = count > 1 };
	uint64_t begin_us = clock_cpu_us();
	open_us = begin_us - open_us;
	for (unsigned i = 0; i < count; i++)
		if (python_stacks_look(told.stacks, tell, &told) < 1)
			printf("nothing\n");
	if (count > 1)
		printf("%u stacks, %u torn, %.1f us a look, %u us to open\n", told.number,
			told.torn, (double)(clock_cpu_us() - begin_us) / count, (unsigned)open_us);
	python_stacks_free(told.stacks);
	memory_close(memory);
	return 0;
}

static unsigned nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void decode(char *text)
{
	unsigned minor = (unsigned)strtoul(text, &text, 10);
	int32_t first = (int32_t)strtol(text, &text, 10);
	size_t len = strcspn(++text, " \n") / 2;
	unsigned char *table = (unsigned char *)text;

	for (size_t i = 0; i < len; i++)
		table[i] = (unsigned char)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
	for (char *at = text + 2 * len; *at == ' ';)
		printf("%d ",
			python_line(minor, table, len, first, (uint32_t)strtoul(at, &at, 10)));
	printf("\n");
}

int main(int argc, char *argv[])
{
	char *line = NULL;
	size_t cap = 0;

	if (argc < 2)
		return 2;
	if (strcmp(argv[1], "--lines") != 0)
		return look(atoi(argv[1]), argc > 2 ? (unsigned)atoi(argv[2]) : 1);
	while (getline(&line, &cap, stdin) > 0)
		decode(line);
	free(line);
	return 0;
}
