/* SPDX-License-Identifier: GPL-2.0-or-later */
/* moment - see moment.h */
#include "options/moment.h"

#include "options/values.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define YEAR_S (366.0 * 86400)

/* Moves *AT over up to MOST digits; false: there is none, or the number is above LAST. */
static bool pass_number(const char **at, int most, int last, int *value)
{
	int digits = 0;

	*value = 0;
	for (; digits < most && **at >= '0' && **at <= '9'; ++*at, digits++)
		*value = *value * 10 + (**at - '0');
	return digits > 0 && *value <= last;
}

static bool pass_char(const char **at, char c)
{
	if (**at != c)
		return false;
	++*at;
	return true;
}

/* "03:10" or "03:10:30", and nothing behind it. */
static bool read_clock(const char *at, struct tm *tm)
{
	tm->tm_sec = 0;
	return pass_number(&at, 2, 23, &tm->tm_hour) && pass_char(&at, ':') &&
	       pass_number(&at, 2, 59, &tm->tm_min) &&
	       (!pass_char(&at, ':') || pass_number(&at, 2, 59, &tm->tm_sec)) && *at == '\0';
}

/* "2026-11-28", and a time behind a blank or a T; without one its day begins. */
static bool read_date(const char *at, struct tm *tm)
{
	int year, month;

	if (!pass_number(&at, 4, 9999, &year) || !pass_char(&at, '-') ||
		!pass_number(&at, 2, 12, &month) || !pass_char(&at, '-') ||
		!pass_number(&at, 2, 31, &tm->tm_mday) || year < 1970 || month < 1)
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_hour = tm->tm_min = tm->tm_sec = 0;
	if (*at == '\0')
		return true;
	return (pass_char(&at, ' ') || pass_char(&at, 'T')) && read_clock(at, tm);
}

/* TM in summer time or not (as tm_isdst), if its clock can have shown that then. */
static bool in_season(const struct tm *tm, int summer, uint64_t *wall_ms)
{
	struct tm made = *tm;

	made.tm_isdst = summer;
	time_t seconds = mktime(&made);

	if (seconds < 0 || made.tm_hour != tm->tm_hour || made.tm_min != tm->tm_min ||
		made.tm_isdst != summer)
		return false;
	*wall_ms = (uint64_t)seconds * 1000;
	return true;
}

/* TM, normal, as ms since 1970; false: before that.  What the clock showed twice, when it was put
 * back, is the later one that is not after NOW_MS; what it never showed is as much later. */
static bool to_ms(const struct tm *tm, uint64_t now_ms, uint64_t *wall_ms)
{
	uint64_t winter_ms, summer_ms;
	bool winter = in_season(tm, 0, &winter_ms), summer = in_season(tm, 1, &summer_ms);
	struct tm made = *tm;

	if (winter || summer) {
		bool late = winter && (!summer || winter_ms <= now_ms);

		*wall_ms = late ? winter_ms : summer_ms;
		return true;
	}
	made.tm_isdst = -1;
	time_t seconds = mktime(&made);

	if (seconds < 0)
		return false;
	*wall_ms = (uint64_t)seconds * 1000;
	return true;
}

/* The day of TM, or so many before it, at noon, where no clock is put on or back. */
static struct tm days_before(struct tm tm, int days)
{
	struct tm noon = tm;

	noon.tm_mday -= days;
	noon.tm_hour = 12;
	noon.tm_isdst = -1;
	mktime(&noon);
	tm.tm_year = noon.tm_year;
	tm.tm_mon = noon.tm_mon;
	tm.tm_mday = noon.tm_mday;
	return tm;
}

/* A date that is in no calendar is another one by then. */
static bool is_date(const struct tm *tm)
{
	return days_before(*tm, 0).tm_mday == tm->tm_mday;
}

/* A clock time of the day of TM, or of so many days before it; later than NOW_MS is the day before,
 * where no day was named. */
static bool read_time(const char *text, struct tm tm, uint64_t now_ms, uint64_t *wall_ms)
{
	static const char yesterday[] = "yesterday ", today[] = "today ";
	bool named = true;

	if (strncmp(text, yesterday, sizeof(yesterday) - 1) == 0) {
		text += sizeof(yesterday) - 1;
		tm = days_before(tm, 1);
	} else if (strncmp(text, today, sizeof(today) - 1) == 0) {
		text += sizeof(today) - 1;
	} else {
		named = false;
	}
	if (!read_clock(text, &tm))
		return read_date(text, &tm) && is_date(&tm) && to_ms(&tm, now_ms, wall_ms);
	struct tm before = days_before(tm, 1);
	if (!to_ms(&tm, now_ms, wall_ms))
		return false;
	return named || *wall_ms <= now_ms || to_ms(&before, now_ms, wall_ms);
}

int moment_parse(const char *text, uint64_t now_ms, uint64_t *wall_ms)
{
	time_t now_s = (time_t)(now_ms / 1000);
	uint64_t found_ms;
	double ago_s;
	struct tm tm;

	if (text[0] == '-') {
		if (values_seconds(text + 1, 0, 10 * YEAR_S, &ago_s) != 0)
			return -EINVAL;
		uint64_t ago_ms = (uint64_t)(ago_s * 1000);
		*wall_ms = now_ms > ago_ms ? now_ms - ago_ms : 0;
		return 0;
	}
	if (localtime_r(&now_s, &tm) == NULL || !read_time(text, tm, now_ms, &found_ms))
		return -EINVAL;
	*wall_ms = found_ms;
	return 0;
}
