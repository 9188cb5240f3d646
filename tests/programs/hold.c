/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hold - holds some memory and keeps still
 *
 * usage: hold MIB [anon|shm|round|cut]
 *
 * round: writes to a page after the other, for ever; cut: huge pages, of which it gave half back.
 */
#include "program.h"

enum { HUGE = 2 << 20, TOUCHED = 256 };

/* Where there are no huge pages, these are pages like all others. */
static void cut_pages(char *memory, size_t size)
{
	const size_t first = (HUGE - (size_t)memory % HUGE) % HUGE;

	for (size_t at = first; at + HUGE <= size; at += HUGE)
		madvise(memory + at, HUGE / 2, MADV_DONTNEED);
}

static void go_round(char *memory, size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t touched = 0;

	for (;;)
		for (size_t at = 0; at < size; at += page) {
			memory[at]++;
			if (++touched % TOUCHED == 0)
				program_sleep_ms(10);
		}
}

int main(int argc, char **argv)
{
	const size_t size = (size_t)program_number(argc > 1 ? argv[1] : "64", 0, 16384) << 20;
	const char *how = argc > 2 ? argv[2] : "";
	char *memory = NULL;

	program_begin();
	if (size) {
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			(strcmp(how, "shm") ? MAP_PRIVATE : MAP_SHARED) | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED) {
			perror("hold: mmap");
			return 1;
		}
		if (!strcmp(how, "cut"))
			madvise(memory, size, MADV_HUGEPAGE);
		program_dirty(memory, size);
	}
	if (!strcmp(how, "cut"))
		cut_pages(memory, size);
	program_ready();
	if (!strcmp(how, "round") && size)
		go_round(memory, size);
	for (;;)
		pause();
}
