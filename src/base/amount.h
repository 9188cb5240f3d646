/* SPDX-License-Identifier: GPL-2.0-or-later */
/* amount - of two amounts (bytes, KiB, counts) the larger, the smaller and the difference */
#pragma once

#include <stdint.h>

static inline uint64_t amount_larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static inline uint64_t amount_smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* A less B, never below 0: two figures of the kernel are of two moments, so that a part may be
 * larger than the whole. */
static inline uint64_t amount_less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}
