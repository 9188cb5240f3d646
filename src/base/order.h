/* SPDX-License-Identifier: GPL-2.0-or-later */
/* order - sorting, and comparisons for it, ascending
 *
 * Of numbers, or of structs that begin with one: a pid, an address.
 */
#pragma once

#include <stddef.h>

/* qsort(3), for which nothing may not be at NULL: COUNT of 0 asks nothing of BASE. */
void order_sort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));

/* Below, at or above 0 as A is below, at or above B, by type; order_real is of double. */
int order_i32(const void *a, const void *b);
int order_u32(const void *a, const void *b);
int order_u64(const void *a, const void *b);
int order_real(const void *a, const void *b);
