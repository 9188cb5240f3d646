/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline_end - see headline_end.h */
#include "model/headline_end.h"

#include <stdio.h>

enum {
	SOON_S = 5, /* nearer than that no figure is worth reading */
};

/* To tens where there would be three digits; what has fewer is given with two anyway. */
static uint64_t two_digits(double kib)
{
	double unit = 1;

	while (kib / unit >= 1000)
		unit *= 1024;
	if (kib / unit < 100)
		return (uint64_t)(kib + .5);
	return (uint64_t)((double)(uint64_t)(kib / unit / 10 + .5) * 10 * unit);
}

const char *headline_rate(char out[HEADLINE_RATE_MAX], double kib_min)
{
	char words[UNITS_SIZE];
	bool hour = kib_min < 100;

	units_kib_words(words, two_digits(hour ? kib_min * 60 : kib_min));
	snprintf(out, HEADLINE_RATE_MAX, "%s %s", words, hour ? "an hour" : "a minute");
	return out;
}

const char *headline_percent(char out[UNITS_SIZE], double percent)
{
	if (percent > 0 && percent < 1)
		snprintf(out, UNITS_SIZE, "less than 1 %%");
	else
		snprintf(out, UNITS_SIZE, "%.0f %%", percent);
	return out;
}

const char *headline_thousands(char out[UNITS_SIZE], double count)
{
	unsigned long n = count < 1e9 ? (unsigned long)(count + .5) : 1000000000ul;

	if (n < 1000)
		snprintf(out, UNITS_SIZE, "%lu", n);
	else if (n < 1000000)
		snprintf(out, UNITS_SIZE, "%lu,%03lu", n / 1000, n % 1000);
	else
		snprintf(out, UNITS_SIZE, "%lu,%03lu,%03lu", n / 1000000, n / 1000 % 1000,
			n % 1000);
	return out;
}

/* "in about 9 minutes" */
static const char *when_words(char out[2 * UNITS_SIZE], double seconds)
{
	if (seconds < SOON_S)
		snprintf(out, 2 * UNITS_SIZE, "at any moment");
	else
		snprintf(out, 2 * UNITS_SIZE, "in about %s",
			units_seconds_words(UNITS_TEXT, seconds));
	return out;
}

/* The end that is reached when the room is gone: "memory is full", "it meets its data limit of 4
 * GiB". */
static const char *end_words(char out[96], const struct limit *limit)
{
	static const char *const names[] = {
		[LIMIT_CGROUP] = "its group's limit",
		[LIMIT_CGROUP_HIGH] = "its group's soft limit",
		[LIMIT_AS] = "its limit of address space",
		[LIMIT_DATA] = "its limit of data",
	};

	if (limit->kind == LIMIT_MACHINE || limit->kind == LIMIT_NONE)
		snprintf(out, 96, "memory is full");
	else
		snprintf(out, 96, "it meets %s of %s", names[limit->kind],
			units_kib_words(UNITS_TEXT, limit->limit_kib));
	return out;
}

const char *headline_end(char out[HEADLINE_END_MAX], const struct limit *limit, double seconds)
{
	char end[96], when[2 * UNITS_SIZE];

	end_words(end, limit);
	when_words(when, seconds);
	if (seconds < SOON_S)
		snprintf(out, HEADLINE_END_MAX, "%s %s", end, when);
	else
		snprintf(out, HEADLINE_END_MAX, "%s %s", when, end);
	return out;
}

const char *headline_filled(char out[HEADLINE_FILLED_MAX], const struct headline_facts *facts)
{
	const char *mount = facts->ownerless_mount;
	const struct eta *eta = &facts->ownerless_eta;
	char rate[HEADLINE_RATE_MAX], end[HEADLINE_END_MAX];
	bool ends = eta->limit.kind != LIMIT_NONE;

	snprintf(out, HEADLINE_FILLED_MAX, "%s%s of %s grows %s%s%s.",
		mount != NULL ? "The tmpfs " : "Shared memory", mount != NULL ? mount : "",
		facts->ownerless_in, headline_rate(rate, facts->ownerless_kib_min),
		ends ? "; " : "", ends ? headline_end(end, &eta->limit, eta->mid_s) : "");
	return out;
}

const char *headline_brief(char out[HEADLINE_BRIEF_MAX], const struct limit *limit, double seconds,
	const char *who, int32_t pid)
{
	char when[2 * UNITS_SIZE], whose[57] = "";

	when_words(when, seconds);
	if (who != NULL)
		snprintf(whose, sizeof(whose), ": %.40s (%d)", who, pid);
	if (limit->kind == LIMIT_MACHINE || limit->kind == LIMIT_NONE)
		snprintf(out, HEADLINE_BRIEF_MAX, "Memory is full %s%s.", when, whose);
	else
		snprintf(out, HEADLINE_BRIEF_MAX, "Limit of %s %s%s.",
			units_kib_words(UNITS_TEXT, limit->limit_kib), when, whose);
	return out;
}
