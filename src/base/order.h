/* SPDX-License-Identifier: GPL-2.0-or-later */
/* order - sorting, comparisons for it, and a search in what is sorted; all ascending
 *
 * Of numbers, or of structs that begin with one: a pid, an address.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* qsort(3), for which nothing may not be at NULL: COUNT of 0 asks nothing of BASE. */
void order_sort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));

/* Below, at or above 0 as A is below, at or above B, by type; order_real is of double. */
int order_i32(const void *a, const void *b);
int order_u32(const void *a, const void *b);
int order_u64(const void *a, const void *b);
int order_real(const void *a, const void *b);

/* How many of the COUNT elements of BASE have no more than VALUE in the number OFFSET bytes behind
 * their begin: the first that has more stands there.  Each takes SIZE bytes; BASE may be NULL where
 * COUNT is 0. */
static inline size_t order_upto(const void *base, size_t count, size_t size, size_t offset,
	uint64_t value)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const void *number = (const char *)base + middle * size + offset;

		if (*(const uint64_t *)number <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many have less than VALUE in a number of 32 bits, such as a pid: the first that has no less
 * stands there.  Else as order_upto. */
static inline size_t order_before(const void *base, size_t count, size_t size, size_t offset,
	uint32_t value)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const void *number = (const char *)base + middle * size + offset;

		if (*(const uint32_t *)number < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
