/* SPDX-License-Identifier: GPL-2.0-or-later */
/* threads - one process of many threads
 *
 * usage: threads [COUNT]           (beside the first)
 *        threads headless MIB      the first ends, another has so much memory and goes on
 */
#include "program.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *wait_for_ever(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

static void *have_memory(void *mib)
{
	size_t bytes = (size_t)(uintptr_t)mib << 20;
	char *memory = malloc(bytes);

	if (memory == NULL)
		_exit(PROGRAM_SKIP);
	program_dirty(memory, bytes);
	usleep(100000); /* the first has ended meanwhile */
	program_ready();
	return wait_for_ever(NULL);
}

static int lose_the_first(const char *mib)
{
	pthread_t thread;

	program_begin();
	if (pthread_create(&thread, NULL, have_memory,
		    (void *)(uintptr_t)program_number(mib, 1, 4096)))
		return PROGRAM_SKIP;
	pthread_exit(NULL);
}

int main(int argc, char **argv)
{
	pthread_attr_t small;

	if (argc > 2 && strcmp(argv[1], "headless") == 0)
		return lose_the_first(argv[2]);
	const long count = program_number(argc > 1 ? argv[1] : "15", 0, 5000);

	program_begin();
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	for (long i = 0; i < count; i++) {
		pthread_t thread;

		if (pthread_create(&thread, &small, wait_for_ever, NULL))
			return PROGRAM_SKIP;
	}
	program_ready();
	for (;;)
		pause();
}
