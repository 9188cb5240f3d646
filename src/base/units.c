/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units - figures as people read them, and as they type them
 *
 * Whole-number arithmetic where memory is printed, and no strtod: the locale's decimal comma has no
 * say in a column, a command line or a recording.
 */
#include "base/units.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* powers of 1024 KiB */
static const char unit_letters[] = "KMGTPEZ";
enum { UNIT_LAST = sizeof(unit_letters) - 2, DECIMALS_MAX = 3 };

/* A fixed-point number with DECIMALS decimals: 3.024 is { 3024, 3 }. */
struct fixed {
	uint64_t scaled;
	int decimals;
};

static const unsigned powers_of_ten[] = { 1, 10, 100, 1000 };

/* KIB in the UNITth unit, rounded to the nearest at DECIMALS decimals. */
static struct fixed in_unit(uint64_t kib, int unit, int decimals)
{
	unsigned shift = (unsigned)unit * 10, power = powers_of_ten[decimals];
	uint64_t whole = kib >> shift, rest = kib - (whole << shift);

	if (shift > 40) { /* the dropped bits are worth less than any decimal shown */
		rest >>= shift - 40;
		shift = 40;
	}
	uint64_t half = shift ? UINT64_C(1) << (shift - 1) : 0;
	return (struct fixed){ whole * power + ((rest * power + half) >> shift), decimals };
}

const char *units_digits(char out[UNITS_SIZE], uint64_t number)
{
	char digits[UNITS_SIZE];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	memcpy(out, &digits[at], sizeof(digits) - at);
	return out;
}

/* Writes NUMBER and SUFFIX; returns the length. */
static int put_fixed(char out[UNITS_SIZE], struct fixed number, const char *suffix)
{
	unsigned power = powers_of_ten[number.decimals];
	uint64_t whole = number.scaled / power;
	char *end = out + strlen(units_digits(out, whole));

	if (number.decimals > 0)
		*end++ = '.';
	for (uint64_t rest = number.scaled % power; power > 1; rest %= power) {
		power /= 10;
		*end++ = (char)('0' + rest / power);
	}
	return (int)(stpcpy(end, suffix) - out);
}

/* KIB in UNIT with as many decimals as fit into WIDTH; false when it does not fit without any,
 * or when rounding makes it 1024 of the unit. */
static bool put_in_unit(char out[UNITS_SIZE], uint64_t kib, int unit, int width)
{
	const char suffix[] = { unit_letters[unit], '\0' };

	for (int decimals = unit ? DECIMALS_MAX : 0; decimals >= 0; decimals--) {
		struct fixed number = in_unit(kib, unit, decimals);
		if (put_fixed(out, number, suffix) <= width)
			return !unit || unit == UNIT_LAST ||
			       number.scaled < 1024 * powers_of_ten[decimals];
	}
	return false;
}

/* The largest unit of which KIB is at least one. */
static int largest_unit(uint64_t kib)
{
	int unit = 0;

	while (unit < UNIT_LAST && kib >> (10 * (unit + 1)))
		unit++;
	return unit;
}

const char *units_kib(char out[UNITS_SIZE], uint64_t kib, int width)
{
	int unit = kib < 10000 ? 0 : largest_unit(kib);

	while (!put_in_unit(out, kib, unit, width) && unit < UNIT_LAST)
		unit++;
	return out;
}

const char *units_kib_change(char out[UNITS_SIZE], int64_t kib, int width)
{
	char digits[UNITS_SIZE];
	uint64_t size = kib < 0 ? -(uint64_t)kib : (uint64_t)kib;

	if (!kib) {
		memcpy(out, "0", sizeof("0"));
		return out;
	}
	units_kib(digits, size, width - 1);
	out[0] = kib < 0 ? '-' : '+';
	memcpy(out + 1, digits, UNITS_SIZE - 1);
	return out;
}

int64_t units_bytes(uint64_t kib)
{
	const uint64_t most = INT64_MAX / 1024;

	return (int64_t)(kib < most ? kib : most) * 1024;
}

int64_t units_bytes_change(int64_t kib)
{
	return kib < 0 ? -units_bytes(-(uint64_t)kib) : units_bytes((uint64_t)kib);
}

const char *units_kib_words(char out[UNITS_SIZE], uint64_t kib)
{
	int unit = largest_unit(kib);

	if (unit < UNIT_LAST && in_unit(kib, unit, 0).scaled >= 1024)
		unit++;
	const char suffix[] = { ' ', unit_letters[unit], 'i', 'B', '\0' };
	struct fixed number = in_unit(kib, unit, 1);
	if (!unit || number.scaled >= 100 || number.scaled % 10 == 0)
		number = in_unit(kib, unit, 0);
	put_fixed(out, number, suffix);
	return out;
}

const char *units_bytes_words(char out[UNITS_SIZE], uint64_t bytes)
{
	return units_kib_words(out, units_kib_of(bytes));
}

/* Seconds as a whole number that every format below can take: not negative, not NaN, at most
 * 2,700 years. */
static uint64_t whole_seconds(double seconds)
{
	const double longest = 99999.0 * 86400;

	if (!(seconds > 0))
		return 0;
	return (uint64_t)(seconds < longest ? seconds + 0.5 : longest);
}

const char *units_seconds(char out[UNITS_SIZE], double seconds)
{
	unsigned long long s = whole_seconds(seconds), minutes = s / 60, hours = s / 3600,
			   days = s / 86400;

	if (s < 60)
		snprintf(out, UNITS_SIZE, "%llus", s);
	else if (minutes < 60)
		snprintf(out, UNITS_SIZE, "%llum%02llus", minutes, s % 60);
	else if (hours < 24)
		snprintf(out, UNITS_SIZE, "%lluh%02llum", hours, minutes % 60);
	else if (days < 100)
		snprintf(out, UNITS_SIZE, "%llud%02lluh", days, hours % 24);
	else
		snprintf(out, UNITS_SIZE, "%llud", days);
	return out;
}

/* The next unit begins where the rounded figure would have a third digit; days at two of them,
 * since "40h" says more than "2d". */
const char *units_one(char out[UNITS_SIZE], double seconds)
{
	static const struct {
		double below_s, unit_s;
		char letter;
	} steps[] = {
		{ 99.5, 1, 's' },
		{ 99.5 * 60, 60, 'm' },
		{ 47.5 * 3600, 3600, 'h' },
		{ INFINITY, 86400, 'd' },
	};
	size_t i = 0;

	while (!(seconds < steps[i].below_s) && i < 3)
		i++;
	snprintf(out, UNITS_SIZE, "%.0f%c", seconds / steps[i].unit_s, steps[i].letter);
	return out;
}

const char *units_seconds_words(char out[UNITS_SIZE], double seconds)
{
	static const struct {
		unsigned seconds;
		unsigned until; /* of it; from there the next one reads better */
		const char *name;
	} spans[] = {
		{ 1, 99, "second" },
		{ 60, 99, "minute" },
		{ 3600, 48, "hour" },
		{ 86400, 99, "day" },
		{ 2629800, 24, "month" },
		{ 31557600, 99, "year" },
	};
	size_t last = sizeof(spans) / sizeof(spans[0]) - 1, i = 0;
	uint64_t whole = whole_seconds(seconds), count = whole;

	while (i < last && count > spans[i].until) {
		i++;
		count = (whole + spans[i].seconds / 2) / spans[i].seconds;
	}
	if (count > spans[i].until)
		count = spans[i].until;
	snprintf(out, UNITS_SIZE, "%u %s%s", (unsigned)count, spans[i].name, count == 1 ? "" : "s");
	return out;
}

/* Four digits are read at a glance; what would take five goes on in thousands. */
const char *units_count(char out[UNITS_SIZE], double count)
{
	static const char *const suffixes[] = { "", "k", "M", "G", "T", "P" };
	const size_t last = sizeof(suffixes) / sizeof(suffixes[0]) - 1;
	size_t i = 0;

	if (!(count > 0))
		count = 0;
	if (count >= 9999.5)
		for (; i < last && count >= 999.5; i++)
			count /= 1000;
	if (count > 9999)
		count = 9999;
	uint64_t tenths = (uint64_t)(count * 10 + 0.5);
	if (tenths >= 100 || tenths % 10 == 0)
		put_fixed(out, (struct fixed){ (uint64_t)(count + 0.5), 0 }, suffixes[i]);
	else
		put_fixed(out, (struct fixed){ tenths, 1 }, suffixes[i]);
	return out;
}

static void skip_spaces(const char **at)
{
	while (**at == ' ' || **at == '\t')
		++*at;
}

static bool skip_letter(const char **at, char letter)
{
	if ((**at | 0x20) != letter)
		return false;
	++*at;
	return true;
}

/* Digits, optionally a point and more digits. */
static bool read_number(const char **at, double *number)
{
	double value = 0, weight = 1;
	int digits = 0;

	for (; **at >= '0' && **at <= '9'; ++*at, digits++)
		value = value * 10 + (**at - '0');
	if (**at == '.')
		for (++*at; **at >= '0' && **at <= '9'; ++*at, digits++)
			value += (**at - '0') * (weight /= 10);
	*number = value;
	return digits > 0 && isfinite(value);
}

/* k, m, g, t with or without i and b, or b, or nothing; in KiB. */
static double read_size_unit(const char **at)
{
	static const char letters[] = "kmgt";
	double kib = 1;

	for (size_t i = 0; letters[i]; i++) {
		if (skip_letter(at, letters[i])) {
			skip_letter(at, 'i');
			skip_letter(at, 'b');
			return kib;
		}
		kib *= 1024;
	}
	skip_letter(at, 'b');
	return 1.0 / 1024;
}

/* With blanks anywhere, as people type them. */
static bool read_size(const char **at, double *kib)
{
	double number;

	skip_spaces(at);
	if (!read_number(at, &number))
		return false;
	skip_spaces(at);
	*kib = number * read_size_unit(at);
	skip_spaces(at);
	return true;
}

int units_parse_kib(const char *text, uint64_t *kib)
{
	double size;

	if (!read_size(&text, &size) || *text || size >= 0x1p64)
		return -EINVAL;
	*kib = (uint64_t)ceil(size);
	return 0;
}

/* s, m, h, d, or 0 when the letter is none of them. */
static double span_of(char letter)
{
	switch (letter | 0x20) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	default:
		return 0;
	}
}

int units_parse_seconds(const char *text, double *seconds)
{
	double number, span = 1;

	skip_spaces(&text);
	if (!read_number(&text, &number))
		return -EINVAL;
	skip_spaces(&text);
	if (*text)
		span = span_of(*text++);
	skip_spaces(&text);
	if (*text || span <= 0 || !isfinite(number * span))
		return -EINVAL;
	*seconds = number * span;
	return 0;
}

/* The unit after the slash of a rate: s, sec, m, min, h or d; in seconds, 0 for anything else. */
static double read_rate_span(const char *text)
{
	if (!strcmp(text, "sec"))
		return 1;
	if (!strcmp(text, "min"))
		return 60;
	return text[0] && !text[1] ? span_of(text[0]) : 0;
}

int units_parse_rate(const char *text, double *kib_min)
{
	double size, span = 60, sign = 1;

	skip_spaces(&text);
	if (*text == '-' || *text == '+')
		sign = *text++ == '-' ? -1 : 1;
	if (!read_size(&text, &size))
		return -EINVAL;
	if (*text == '/')
		span = read_rate_span(text + 1);
	else if (*text)
		return -EINVAL;
	if (span <= 0 || !isfinite(size * 60 / span))
		return -EINVAL;
	*kib_min = sign * size * 60 / span;
	return 0;
}
