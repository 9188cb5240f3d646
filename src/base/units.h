/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units - figures as people read them, and as they type them
 *
 * Memory is counted in KiB (powers of 1024) and printed as K, M, G, T with as many digits as fit,
 * so that growth of 1 MiB shows on 3 GiB.  Everything here is pure; results go into the caller's
 * array and are returned, so that a call can stand inside an argument list.
 */
#pragma once

#include <stdint.h>

enum { UNITS_SIZE = 24 }; /* bytes every result fits into, NUL included */

/* Room without a name for one result that is used where it stands, as an argument: it is there
 * until the end of the block, and each time it is written it is another. */
#define UNITS_TEXT ((char[UNITS_SIZE]){ "" })

/* A whole number, as printf's %llu writes it. */
const char *units_digits(char out[UNITS_SIZE], uint64_t number);

/* KIB in at most WIDTH (4 to 12) columns, not padded, with the most digits that fit and at most
 * three decimals; below 10,000 KiB in whole KiB where that fits.  In 5 columns: "812K" "8192K"
 * "43.5M" "1.02G"; in 7: "44.531M" "3.024G" (the step of the last digit is 1 MiB on 3 GiB). */
const char *units_kib(char out[UNITS_SIZE], uint64_t kib, int width);

/* The same with a sign: "+1.20M", "-300K", "0" for nothing.  WIDTH (5 to 12) includes the sign. */
const char *units_kib_change(char out[UNITS_SIZE], int64_t kib, int width);

/* Bytes in KiB, to the nearest; what is less than one is one, so that only nothing is 0. */
static inline uint64_t units_kib_of(uint64_t bytes)
{
	return bytes > 0 && bytes < 1024 ? 1 : bytes / 1024 + (bytes % 1024 >= 512);
}

/* KIB in bytes, for programs; what a stream that lies makes too large is the largest there is. */
int64_t units_bytes(uint64_t kib);
int64_t units_bytes_change(int64_t kib); /* of either sign */

/* For sentences: "86 MiB", "1.9 GiB", "512 KiB"; two significant figures or the whole number. */
const char *units_kib_words(char out[UNITS_SIZE], uint64_t kib);
const char *units_bytes_words(char out[UNITS_SIZE], uint64_t bytes); /* as units_kib_of */

/* A length of time: "12s" "4m10s" "3h05m" "2d04h"; at most 6 columns. */
const char *units_seconds(char out[UNITS_SIZE], double seconds);

/* In one unit, with two figures at most: "45s" "8m" "31h" "4d". */
const char *units_one(char out[UNITS_SIZE], double seconds);

/* For sentences, two figures at most: "40 seconds", "9 minutes", "2 hours", "3 days". */
const char *units_seconds_words(char out[UNITS_SIZE], double seconds);

/* A count per second: "0" "3.4" "120" "12k" "1.5M"; at most 5 columns. */
const char *units_count(char out[UNITS_SIZE], double count);

/* Read what a person types: "1g" "1.5GiB" "300 MB" "64k" "4096" (bytes without a unit; k m g t with
 * or without i and B are powers of 1024) into KiB (1 to 1023 bytes are 1 KiB).
 * "10s" "5m" "1.5h" "2d" (seconds without a unit) into seconds.
 * "10m/min" "64k/s" "50M/h" "1g/d" into KiB per minute (per minute without a unit of time); may be
 * negative.  0, or -EINVAL with the output untouched. */
int units_parse_kib(const char *text, uint64_t *kib);
int units_parse_seconds(const char *text, double *seconds);
int units_parse_rate(const char *text, double *kib_min);
