/* SPDX-License-Identifier: GPL-2.0-or-later */
/* order - see order.h */
#include "base/order.h"

#include <stdint.h>
#include <stdlib.h>

void order_sort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(base, count, size, compare);
}

/* A difference would not do: that of two pids fits, that of two addresses or sizes does not. */
#define ORDER(name, type)                                                                          \
	int name(const void *a, const void *b)                                                     \
	{                                                                                          \
		type x = *(const type *)a, y = *(const type *)b;                                   \
                                                                                                   \
		return (x > y) - (x < y);                                                          \
	}

ORDER(order_i32, int32_t)
ORDER(order_u32, uint32_t)
ORDER(order_u64, uint64_t)
ORDER(order_real, double)
