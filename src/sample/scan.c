/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan - see scan.h; knows nothing of what it reads */
#include "sample/scan.h"

#include <string.h>

void scan_blanks(struct scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
		scan->at++;
}

/* The last line may lack its newline: what was read may end in the middle of the file. */
bool scan_line(struct scan *scan, struct scan *line)
{
	if (scan->at >= scan->end)
		return false;
	const char *newline = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
	line->at = scan->at;
	line->end = newline != NULL ? newline : scan->end;
	scan->at = newline != NULL ? newline + 1 : scan->end;
	return true;
}

bool scan_word(struct scan *scan, struct scan *word)
{
	scan_blanks(scan);
	word->at = scan->at;
	while (scan->at < scan->end && *scan->at != ' ' && *scan->at != '\t' && *scan->at != '\n')
		scan->at++;
	word->end = scan->at;
	return word->end > word->at;
}

bool scan_prefix(struct scan *scan, const char *prefix)
{
	/* most texts differ in their first letter */
	if (scan->at < scan->end && *scan->at != *prefix)
		return *prefix == '\0';
	size_t len = strlen(prefix);
	if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, prefix, len) != 0)
		return false;
	scan->at += len;
	return true;
}

static bool is_digit(const struct scan *scan)
{
	return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

/* A number that does not fit is none: cut to what fits it would look like a figure.  Where there is
 * none SCAN stays, so that a caller may try something else. */
bool scan_u64(struct scan *scan, uint64_t *value)
{
	struct scan try = *scan;
	uint64_t sum = 0;

	scan_blanks(&try);
	if (!is_digit(&try))
		return false;
	for (; is_digit(&try); try.at++) {
		if (__builtin_mul_overflow(sum, 10u, &sum) ||
			__builtin_add_overflow(sum, (uint64_t)(*try.at - '0'), &sum))
			return false;
	}
	*scan = try;
	*value = sum;
	return true;
}

/* As scan_u64; the lowest number of all is left out, which no file of the kernel has. */
bool scan_i64(struct scan *scan, int64_t *value)
{
	struct scan try = *scan;
	uint64_t size;

	scan_blanks(&try);
	bool negative = scan_prefix(&try, "-");
	if (!is_digit(&try) || !scan_u64(&try, &size) || size > INT64_MAX)
		return false;
	*scan = try;
	*value = negative ? -(int64_t)size : (int64_t)size;
	return true;
}

bool scan_i32(struct scan *scan, int32_t *value)
{
	struct scan try = *scan;
	int64_t wide;

	if (!scan_i64(&try, &wide) || wide < INT32_MIN || wide > INT32_MAX)
		return false;
	*scan = try;
	*value = (int32_t)wide;
	return true;
}

/* Not strtod(3): that looks at the locale's decimal point, and wants an end of the text. */
bool scan_fraction(struct scan *scan, double *value)
{
	struct scan try = *scan;
	uint64_t whole;
	double place = 0.1;

	if (!scan_u64(&try, &whole))
		return false;
	double sum = (double)whole;
	if (scan_prefix(&try, "."))
		for (; is_digit(&try); try.at++) {
			sum += place * (*try.at - '0');
			place /= 10;
		}
	*scan = try;
	*value = sum;
	return true;
}
