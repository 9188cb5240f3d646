/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hold - holds some memory and keeps still
 *
 * usage: hold MIB [anon|shm]
 */
#include "program.h"

int main(int argc, char **argv)
{
	const size_t size = (size_t)program_number(argc > 1 ? argv[1] : "64", 0, 16384) << 20;
	const int shared = argc > 2 && !strcmp(argv[2], "shm");
	char *memory;

	program_begin();
	if (size) {
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			(shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED) {
			perror("hold: mmap");
			return 1;
		}
		program_dirty(memory, size);
	}
	program_ready();
	for (;;)
		pause();
}
