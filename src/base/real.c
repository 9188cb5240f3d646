/* SPDX-License-Identifier: GPL-2.0-or-later */
/* real - see real.h; series over a range in which they are short */
#include "base/real.h"

#include <math.h>
#include <string.h>

enum {
	EXP_TERMS = 14, /* .35^15 / 15! is below the last place */
	LOG_TERMS = 11, /* .172^24 / 24, too */
	/* of a double, IEEE 754; its exponent is kept with EXPONENT_BIAS added */
	FRACTION_BITS = 52,
	EXPONENT_BIAS = 1023,
	EXPONENT_MASK = 0x7ff,
	EXP_MOST = 1100, /* beyond it on either side there is nothing to add up */
};

/* ln 2 as two: the first has so few digits that its products with exponents are exact. */
static const double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;

int64_t real_round(double x)
{
	if (!(x > -0x1p63))
		return INT64_MIN;
	if (x >= 0x1p63)
		return INT64_MAX;
	int64_t whole = (int64_t)x;
	double rest = x - (double)whole;
	return whole + (rest >= .5) - (rest <= -.5);
}

/* 2 to the POWER, which a normal number can have. */
static double power_of_two(int power)
{
	uint64_t bits = (uint64_t)(power + EXPONENT_BIAS) << FRACTION_BITS;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* x = power * ln 2 + rest with a rest of half of ln 2 at most.  The power is put to in two steps:
 * the least numbers are below what one can say. */
double real_exp(double x)
{
	if (!(x > -EXP_MOST && x < EXP_MOST))
		return x > 0 ? INFINITY : x < 0 ? 0 : x;
	int power = (int)real_round(x / (ln2_high + ln2_low));
	double rest = x - power * ln2_high - power * ln2_low, sum = 1;
	for (int i = EXP_TERMS; i > 0; i--)
		sum = 1 + sum * rest / i;
	if (power > EXPONENT_BIAS + 1 || power < -EXPONENT_BIAS - FRACTION_BITS)
		return power > 0 ? INFINITY : 0;
	return sum * power_of_two(power / 2) * power_of_two(power - power / 2);
}

/* x = 2^power * part with a part around 1, whose logarithm is 2 artanh((part - 1) / (part + 1)). */
double real_log(double x)
{
	uint64_t bits;
	int power = 0;

	if (!(x > 0) || x > 0x1.fffffffffffffp1023)
		return x == 0 ? -INFINITY : x > 0 ? x : NAN;
	if (x < 0x1p-1022) {
		x *= 0x1p54;
		power = -54;
	}
	memcpy(&bits, &x, sizeof(bits));
	int exponent = (int)(bits >> FRACTION_BITS & EXPONENT_MASK) - EXPONENT_BIAS;
	double part = x * power_of_two(-(exponent / 2)) * power_of_two(exponent / 2 - exponent);
	if (part > 1.4142135623730951) {
		part /= 2;
		exponent++;
	}
	power += exponent;
	double s = (part - 1) / (part + 1), square = s * s, sum = 0;
	for (int i = LOG_TERMS; i > 0; i--)
		sum = square * (sum + 1. / (2 * i + 1));
	return power * ln2_high + (2 * s + (2 * s * sum + power * ln2_low));
}
