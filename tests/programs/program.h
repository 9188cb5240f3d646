/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program - what the small programs of known behaviour share
 *
 * Each prints "ready PID" once it is what it says, and ends with its parent. They are bounded in
 * what they take, and end by themselves after PROGRAM_LIFE_S seconds.
 */
#pragma once

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { PROGRAM_LIFE_S = 600, PROGRAM_SKIP = 77 };

/* Ends with the parent, and at the latest after PROGRAM_LIFE_S seconds. */
static inline void program_begin(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(PROGRAM_LIFE_S);
}

static inline void program_ready(void)
{
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
}

static inline void program_sleep_ms(long ms)
{
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

/* A number from the command line, within bounds, or the end of the program. */
static inline long program_number(const char *text, long min, long max)
{
	char *end;
	const long value = strtol(text, &end, 10);

	if (end == text || *end || value < min || value > max) {
		fprintf(stderr, "not a number from %ld to %ld: %s\n", min, max, text);
		exit(2);
	}
	return value;
}

/* Writes to every page, with what compression and merging cannot take away. */
static inline void program_dirty(char *from, size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	static unsigned long seed = 88172645463325252ul;

	/* what nobody reads a compiler may leave out, memory and all */
	__asm__ volatile("" : : "r"(from) : "memory");
	for (size_t at = 0; at + sizeof seed <= size; at += page) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		memcpy(from + at, &seed, sizeof seed);
	}
}
