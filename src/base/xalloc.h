/* xalloc - memory that is there, or one clear end
 *
 * Running out of memory ends in one place: a line on standard error that names the size asked for,
 * after the hook (which puts the terminal back) has run, and exit status 1.  Handlers of atexit(3) do not
 * run.  All sizes are bytes; products are checked.
 */
#ifndef MEMTOP_BASE_XALLOC_H
#define MEMTOP_BASE_XALLOC_H

#include <stddef.h>

/* As malloc(3), calloc(3) and realloc(3), but never NULL: they end the program instead.  A size of 0
 * is served as 1.  The result is released with free(3). */
void *xalloc(size_t size);
void *xalloc_zero(size_t count, size_t size);
void *xalloc_grow(void *old, size_t count, size_t size);

/* A copy of TEXT (up to LEN bytes of it for the second), NUL-terminated, released with free(3). */
char *xalloc_text(const char *text);
char *xalloc_textn(const char *text, size_t len);

/* Capacity for at least NEED elements when CAP are there: doubles, so that appending is linear. */
size_t xalloc_capacity(size_t cap, size_t need);

/* Keeps 64 KiB back, if they can be had and are not kept already: a request that fails gives them up and
 * is tried once more, so that a moment without memory is survived.  To be called now and then. */
void xalloc_reserve(void);

/* Tells malloc(3) that this program is small: freed memory goes back to the system at once, and large
 * pieces never come from the heap, where they would leave holes.  To be called first. */
void xalloc_tune(void);

/* Gives back what a burst of work (the first ticks) has left free. */
void xalloc_trim(void);

/* What runs, once, before the program ends for want of memory; NULL for nothing.  It must not allocate. */
void xalloc_on_failure(void (*hook)(void));

#endif
