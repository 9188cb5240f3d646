/* SPDX-License-Identifier: GPL-2.0-or-later */
/* real - the little of libm that memtop needs
 *
 * libm itself would cost every look at a screen 200 KiB of memory, and most calls of the trend
 * engine are the larger of two figures, which is one instruction here and a call there.
 */
#pragma once

#include <stdint.h>

/* The larger and the smaller one; where one is not a number (NaN), the other.  As fmax(3).  In two
 * steps, since the first is an instruction, and not a branch that cannot be foreseen. */
static inline double real_max(double a, double b)
{
	double most = a > b ? a : b;

	return b == b ? most : a;
}

static inline double real_min(double a, double b)
{
	double least = a < b ? a : b;

	return b == b ? least : a;
}

/* The nearest whole number, halves away from zero; beyond what fits the end of int64_t on that
 * side, for NaN INT64_MIN.  As llround(3). */
int64_t real_round(double x);

/* e to the X, good to 2 in the last place; infinite above 709.78, 0 below -745. */
double real_exp(double x);

/* The natural logarithm, good to 2 in the last place; -infinite for 0, NaN below. */
double real_log(double x);
