/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thrash - a big process whose memory lock is hardly ever free
 *
 * usage: thrash [MIB]
 *
 * Maps and dirties so much (64 to 4096 MiB), then forks a child that ends at once and changes the
 * protection of its pages, again and again: reading its command line or its mappings takes long.
 */
#include "program.h"

#include <sys/wait.h>

enum { MIB = 1 << 20 };

int main(int argc, char **argv)
{
	const long mib = argc > 1 ? program_number(argv[1], 64, 4096) : 2048;
	const size_t size = (size_t)mib * MIB;
	char *memory;

	program_begin();
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return PROGRAM_SKIP;
	madvise(memory, size, MADV_NOHUGEPAGE);
	program_dirty(memory, size);
	program_ready();
	for (;;) {
		const pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		mprotect(memory, size, PROT_READ);
		mprotect(memory, size, PROT_READ | PROT_WRITE);
		if (pid > 0)
			waitpid(pid, NULL, 0);
		program_sleep_ms(5);
	}
}
