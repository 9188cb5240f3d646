/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xalloc - allocations that succeed, or end the program cleanly
 *
 * Running out of memory ends in one place: the hook runs (it puts the terminal back), a line on
 * standard error names the size asked for, and the exit status is 1.  Handlers of atexit(3) do not
 * run.  All sizes are bytes; products are checked.
 */
#pragma once

#include <stddef.h>

/* As malloc(3), calloc(3) and realloc(3), but never NULL: they end the program instead.  A size
 * of 0 is served as 1.  The result is released with free(3). */
void *xalloc(size_t size);
void *xalloc_zero(size_t count, size_t size);
void *xalloc_grow(void *old, size_t count, size_t size);

/* A copy of TEXT (up to LEN bytes of it for the second), NUL-terminated, released with free(3). */
char *xalloc_text(const char *text);
char *xalloc_textn(const char *text, size_t len);

/* A new capacity of at least NEED elements, given CAP: doubles, so that appending is linear. */
size_t xalloc_capacity(size_t cap, size_t need);

/* ARRAY of *CAP elements of SIZE bytes each, with room for NEED: as it is while they fit, else
 * moved, and *CAP is the larger capacity. */
void *xalloc_room(void *array, size_t *cap, size_t need, size_t size);

/* Makes room for one more behind the COUNT elements of ARRAY, counts it, and is a pointer to it;
 * the caller sets what is in it.  Each of the three is evaluated more than once. */
#define XALLOC_NEXT(array, count, cap)                                                             \
	((array) = xalloc_room((array), &(cap), (count) + 1, sizeof(*(array))), &(array)[(count)++])

/* As xalloc_room, for work space that is written anew: what is moved is not kept, but zero. */
void *xalloc_space(void *array, size_t *cap, size_t need, size_t size);

/* Sets 64 KiB aside unless that is done already.  When an allocation fails they are freed and it
 * is tried once more, which survives a moment without memory.  Call it now and then. */
void xalloc_reserve(void);

/* Tells malloc(3) that this program is small: freed memory goes back to the system at once, and
 * large blocks are always mapped, since in the heap they would leave holes.  Call it first. */
void xalloc_tune(void);

/* Gives memory back that a burst of work (the first ticks) has left free. */
void xalloc_trim(void);

/* HOOK runs once before the program ends for lack of memory; NULL: none.  It must not allocate. */
void xalloc_on_failure(void (*hook)(void));
