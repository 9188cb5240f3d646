/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xalloc - the one place where running out of memory ends
 *
 * On the way out it neither allocates nor uses stdio, which may allocate.
 */
#include "base/xalloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { LARGE = 128 * 1024 }; /* bytes; what malloc(3) begins with, and would raise */

enum { RESERVE = 64 * 1024 };

static void (*failure_hook)(void);
static void *reserve;

/* ASKED is what was wanted, 0 for a product that does not fit into size_t. */
static _Noreturn void out_of_memory(size_t asked)
{
	void (*hook)(void) = failure_hook;
	char line[80];

	failure_hook = NULL; /* it may ask for memory itself, against its word: once is enough */
	if (hook != NULL)
		hook();
	int len = asked ? snprintf(line, sizeof(line), "memtop: out of memory (%zu bytes asked)\n",
				  asked)
			: snprintf(line, sizeof(line),
				  "memtop: out of memory (impossible size asked)\n");
	ssize_t written = write(STDERR_FILENO, line, (size_t)len);
	(void)written; /* nobody is left to tell */
	_exit(EXIT_FAILURE);
}

void xalloc_on_failure(void (*hook)(void))
{
	failure_hook = hook;
}

void xalloc_reserve(void)
{
	if (reserve == NULL)
		reserve = malloc(RESERVE);
}

/* Frees the reserve; true if there was one, so that trying again makes sense. */
static bool give_up_reserve(void)
{
	bool had = reserve != NULL;

	free(reserve);
	reserve = NULL;
	return had;
}

void xalloc_tune(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, LARGE);
#endif
}

void xalloc_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

void *xalloc(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (memory == NULL && give_up_reserve())
		memory = malloc(size ? size : 1);
	if (memory == NULL)
		out_of_memory(size);
	return memory;
}

/* A product that does not fit would be a small piece for many. */
static size_t checked_product(size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory(0);
	return total ? total : 1;
}

void *xalloc_zero(size_t count, size_t size)
{
	size_t total = checked_product(count, size);
	void *memory = calloc(1, total);

	if (memory == NULL && give_up_reserve())
		memory = calloc(1, total);
	if (memory == NULL)
		out_of_memory(total);
	return memory;
}

void *xalloc_grow(void *old, size_t count, size_t size)
{
	size_t total = checked_product(count, size);
	void *memory = realloc(old, total);

	if (memory == NULL && give_up_reserve())
		memory = realloc(old, total);
	if (memory == NULL)
		out_of_memory(total);
	return memory;
}

char *xalloc_text(const char *text)
{
	return xalloc_textn(text, strlen(text));
}

char *xalloc_textn(const char *text, size_t len)
{
	len = strnlen(text, len);
	if (len == SIZE_MAX)
		out_of_memory(0);
	char *copy = xalloc(len + 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

size_t xalloc_capacity(size_t cap, size_t need)
{
	enum { SMALLEST = 8 };
	size_t next = cap ? cap : SMALLEST;

	while (next < need)
		next = next > SIZE_MAX / 2 ? need : next * 2;
	return next;
}

void *xalloc_room(void *array, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return array;
	*cap = xalloc_capacity(*cap, need);
	return xalloc_grow(array, *cap, size);
}

void *xalloc_space(void *array, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return array;
	free(array);
	*cap = xalloc_capacity(*cap, need);
	return xalloc_zero(*cap, size);
}
