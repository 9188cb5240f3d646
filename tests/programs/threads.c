/* SPDX-License-Identifier: GPL-2.0-or-later */
/* threads - one process of many threads
 *
 * usage: threads [COUNT]    (beside the first)
 */
#include "program.h"

#include <pthread.h>

static void *wait_for_ever(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

int main(int argc, char **argv)
{
	const long count = program_number(argc > 1 ? argv[1] : "15", 0, 5000);
	pthread_attr_t small;

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
