/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verbs - find a verb, and small things all of them need */
#include "verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct verb *const tables[] = { verbs_input, verbs_see, verbs_count, verbs_run };

const struct verb *verbs_find(const char *name)
{
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (const struct verb *verb = tables[i]; verb->name; verb++)
			if (!strcmp(verb->name, name))
				return verb;
	return NULL;
}

void verbs_help(void)
{
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (const struct verb *verb = tables[i]; verb->name; verb++)
			printf("  %s %s\n\t%s\n", verb->name, verb->usage, verb->help);
}

bool verbs_number(const char *text, long min, long max, long *out)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < min || value > max)
		return false;
	*out = value;
	return true;
}

bool verbs_compare(double value, const char *sign, double bound)
{
	if (!strcmp(sign, "<"))
		return value < bound;
	if (!strcmp(sign, "<="))
		return value <= bound;
	if (!strcmp(sign, "=="))
		return value >= bound && value <= bound;
	if (!strcmp(sign, ">="))
		return value >= bound;
	if (!strcmp(sign, ">"))
		return value > bound;
	return false;
}
